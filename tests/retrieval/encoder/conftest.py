"""The bundled model, prepared once in the user's cache, and the models that it is compared with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.encoder.bundled import bundle as bundles
from retrieval.encoder.bundled.bundle import Bundle
from retrieval.encoder.library_output import silence_libraries
from retrieval.encoder.onnx_encoder import OnnxEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return bundles.prepare_bundle(bundles.default_cache(), report=lambda line: print(line, file=sys.stderr))


@pytest.fixture(scope="session")
def encoder(bundle: Bundle) -> OnnxEncoder:
    return OnnxEncoder(bundle)


@pytest.fixture(scope="session")
def peer(bundle: Bundle) -> SentenceTransformer:
    """The same model, float32, as sentence-transformers runs it."""
    with silence_libraries():
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(bundle.model_folder), device="cpu", local_files_only=True)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of random weights in a sentence-transformers folder, with prompts of its own."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny_model(folder, {"query": "hỏi: ", "document": "báo: "})
    return folder


def write_tiny_model(folder: Path, prompts: dict[str, str] | None, seed: int = 7) -> None:
    with silence_libraries():
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
        from tokenizers import Tokenizer, models, pre_tokenizers, processors
        from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

        special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
        words = [
            *special,
            *["hỏi", "báo", "query", "passage", ":", "ai", "là", "chủ", "tịch", "nước", "hôm", "nay", "trời", "mưa"],
        ]
        tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        wrap: Any = PreTrainedTokenizerFast  # its constructor has no annotations
        wrapped = wrap(
            tokenizer_object=tokenizer,
            pad_token="[PAD]",
            unk_token="[UNK]",
            cls_token="[CLS]",
            sep_token="[SEP]",
            model_max_length=16,
        )
        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            max_position_embeddings=16,
            initializer_range=1.0,
        )
        plain = folder.with_name(f"{folder.name}-plain")
        wrapped.save_pretrained(plain)
        BertModel(config).save_pretrained(plain)
        model = SentenceTransformer(modules=[Transformer(str(plain)), Pooling(8)], prompts=prompts, device="cpu")
        model.save(str(folder), create_model_card=False)
