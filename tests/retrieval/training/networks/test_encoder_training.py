"""A tiny encoder is fine-tuned by contrast."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from retrieval.encoder import open_encoder
from retrieval.errors import HoiBaoError
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.networks.encoder_training import train_encoder
from tests.retrieval.training.networks.tiny import HIDDEN, bridges

pytest.importorskip("datasets", reason="the trainer of sentence-transformers needs it")

SETTINGS = TrainingSettings(
    rows=80, batch_rows=16, learning_rate=1e-3, held_out_folds=5, steps_between_checks=2, patience=100
)


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny encoder whose tokens are the words of the articles and questions."""
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    material = bridges()
    texts = [question.text for question in material.questions]
    texts += [f"{article.title} {article.body}" for article in material.articles.values()]
    words = sorted({word for text in texts for word in text.split()} | {"query:", "passage:"})
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(["[UNK]", "[PAD]", *words])}, "[UNK]"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    folder = tmp_path_factory.mktemp("tiny")
    fast: Any = PreTrainedTokenizerFast
    fast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]").save_pretrained(folder / "bert")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words) + 2,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        pad_token_id=1,
    )
    BertModel(config).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    SentenceTransformer(modules=[transformer, Pooling(HIDDEN)]).save_pretrained(
        str(folder / "model"), create_model_card=False
    )
    return folder / "model"


def fitted(pretrained: Path, folder: Path, settings: TrainingSettings = SETTINGS) -> TrainingOutcome:
    folder.mkdir(exist_ok=True)
    return train_encoder(bridges(), pretrained, folder, folder / "checkpoints", settings)


def weights(folder: Path) -> dict[str, bytes]:
    model = SentenceTransformer(str(folder / "model"), local_files_only=True)
    return {name: tensor.cpu().numpy().tobytes() for name, tensor in model.state_dict().items()}


def test_the_loss_falls_and_the_model_opens_as_an_encoder_with_its_prompts(pretrained: Path, tmp_path: Path) -> None:
    short = fitted(pretrained, tmp_path / "short", replace(SETTINGS, rows=16))
    long = fitted(pretrained, tmp_path / "long", replace(SETTINGS, rows=400))
    assert (short.rows, long.rows) == (16, 400) and set(long.figures) == {"loss"}
    assert long.figures["loss"] < short.figures["loss"]
    encoder = open_encoder(str(tmp_path / "long" / "model"))
    model = SentenceTransformer(str(tmp_path / "long" / "model"), local_files_only=True)
    expected = model.encode(["query: cầu số 3 dài mấy mét"], normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode_queries(["cầu số 3 dài mấy mét"]), expected, atol=1e-6)
    expected = model.encode(["passage: Cầu số 3"], normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode_passages(["Cầu số 3"]), expected, atol=1e-6)


def test_the_token_embeddings_stay(pretrained: Path, tmp_path: Path) -> None:
    fitted(pretrained, tmp_path)
    before = SentenceTransformer(str(pretrained), local_files_only=True).state_dict()
    trained = weights(tmp_path)
    unchanged = {name for name, tensor in before.items() if trained[name] == tensor.numpy().tobytes()}
    embeddings = {name for name in before if ".embeddings." in name}
    assert embeddings and embeddings <= unchanged
    assert not {name for name in unchanged if ".encoder." in name and name.endswith("weight")}


def test_a_killed_training_goes_on_from_its_checkpoint_to_the_same_weights(pretrained: Path, tmp_path: Path) -> None:
    outcome = fitted(pretrained, tmp_path)
    whole = weights(tmp_path)
    steps = sorted(int(path.name.partition("-")[2]) for path in (tmp_path / "checkpoints").iterdir())
    assert steps == [4, 5]
    shutil.rmtree(tmp_path / "checkpoints" / "checkpoint-5")
    shutil.rmtree(tmp_path / "model")
    assert fitted(pretrained, tmp_path) == outcome
    assert weights(tmp_path) == whole
    state = json.loads((tmp_path / "checkpoints" / "checkpoint-5" / "trainer_state.json").read_bytes())
    assert state["global_step"] == 5


def test_without_a_held_out_article_training_is_refused(pretrained: Path, tmp_path: Path) -> None:
    with pytest.raises(HoiBaoError, match="too few articles to train on"):
        fitted(pretrained, tmp_path, replace(SETTINGS, held_out_folds=100_000))


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Sums are added up in one order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
