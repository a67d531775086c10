from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.datatypes import Vectors
from retrieval.encoder import open_encoder
from retrieval.encoder.bundled.bundle import Bundle
from retrieval.encoder.onnx_encoder import OnnxEncoder
from retrieval.errors import ModelError
from tests.retrieval.encoder.texts import VARIED

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def cosines(one: Vectors, other: Vectors) -> Vectors:
    products: Vectors = np.einsum("nd,nd->n", one, other)
    return products


def worst(one: Vectors, other: Vectors) -> tuple[float, str]:
    values = cosines(one, other)
    return float(values.min()), VARIED[int(values.argmin())][:60]


@pytest.fixture(scope="module")
def passages(encoder: OnnxEncoder) -> Vectors:
    return encoder.encode_passages(VARIED)


def test_a_hundred_texts_are_compared() -> None:
    assert len(VARIED) == len(set(VARIED)) == 100


def test_passages_are_those_of_sentence_transformers(passages: Vectors, peer: SentenceTransformer) -> None:
    assert worst(passages, peer.encode_document(VARIED)) >= (0.99, "")


def test_queries_are_those_of_sentence_transformers(encoder: OnnxEncoder, peer: SentenceTransformer) -> None:
    assert worst(encoder.encode_queries(VARIED), peer.encode_query(VARIED)) >= (0.99, "")


def test_ordinary_sentences_come_within_a_thousandth(encoder: OnnxEncoder, peer: SentenceTransformer) -> None:
    sentences = VARIED[:15]
    assert cosines(encoder.encode_passages(sentences), peer.encode_document(sentences)).mean() >= 0.999


def test_token_ids_are_those_of_the_tokenizer_of_the_folder(encoder: OnnxEncoder, peer: SentenceTransformer) -> None:
    expected = peer.tokenizer(VARIED, truncation=True, max_length=512)["input_ids"]
    assert encoder.token_ids(VARIED) == expected


def test_questions_are_tokenised_as_by_sentencepiece(encoder: OnnxEncoder) -> None:
    assert encoder.question_token_ids(VARIED) == encoder.token_ids(VARIED)


@settings(max_examples=300)
@given(st.text(max_size=60) | st.text("aăđợÁ ▁</s>\u0301\u200b\u00a0\x00😀ﬁ日①.,1", max_size=60))
def test_any_text_is_tokenised_as_by_sentencepiece(encoder: OnnxEncoder, text: str) -> None:
    assert encoder.question_token_ids([text]) == encoder.token_ids([text])


def test_a_text_is_cut_at_512_tokens_and_stays_framed(encoder: OnnxEncoder) -> None:
    (ids,) = encoder.token_ids(["một hai ba " * 400])
    assert (len(ids), ids[0], ids[-1]) == (512, 0, 2)


def test_vectors_are_float32_unit_rows_of_384(passages: Vectors, encoder: OnnxEncoder) -> None:
    assert passages.dtype == np.float32
    assert passages.shape == (100, 384) == (100, encoder.dim)
    np.testing.assert_allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)


def test_many_texts_give_what_each_gives_alone(passages: Vectors, encoder: OnnxEncoder) -> None:
    alone = np.concatenate([encoder.encode_passages([text]) for text in VARIED])
    np.testing.assert_array_equal(passages, alone)


def test_a_query_and_a_passage_of_equal_text_differ(encoder: OnnxEncoder) -> None:
    text = VARIED[:1]
    assert cosines(encoder.encode_queries(text), encoder.encode_passages(text))[0] < 0.99


def test_the_passage_that_answers_is_nearest(encoder: OnnxEncoder) -> None:
    questions = ["Giá xăng thay đổi thế nào?", "Ai được ghép tim?", "Bao nhiêu ngư dân được cứu?"]
    found = (encoder.encode_queries(questions) @ encoder.encode_passages(VARIED[:15]).T).argmax(axis=1)
    assert found.tolist() == [1, 6, 13]


def test_no_texts_give_no_rows(encoder: OnnxEncoder) -> None:
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, 384)
    assert encoder.count_tokens([]) == []


def test_a_lone_surrogate_counts_as_a_replacement_character(encoder: OnnxEncoder) -> None:
    broken, mended = encoder.encode_passages(["giá \ud83d xăng"]), encoder.encode_passages(["giá \ufffd xăng"])
    np.testing.assert_array_equal(broken, mended)
    assert encoder.count_tokens(["giá \ud83d xăng"]) == encoder.count_tokens(["giá \ufffd xăng"])


def test_tokens_are_counted_without_prompt_frame_and_cut(encoder: OnnxEncoder, peer: SentenceTransformer) -> None:
    expected = [len(ids) for ids in peer.tokenizer(VARIED, add_special_tokens=False, verbose=False)["input_ids"]]
    assert encoder.count_tokens(VARIED) == expected
    assert max(expected) > 512


def test_a_special_token_spelt_out_in_a_text_stays_text(encoder: OnnxEncoder) -> None:
    (ids,) = encoder.token_ids(["hết </s> rồi <mask> <pad>"])
    assert set(ids[1:-1]).isdisjoint({0, 1, 2, 250001})


def test_eight_threads_get_what_one_gets(encoder: OnnxEncoder) -> None:
    texts = VARIED[:25]
    expected = [encoder.encode_queries([text]) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        results = pool.map(lambda text: encoder.encode_queries([text]), texts * 4)
        for vectors, wanted in zip(results, expected * 4, strict=True):
            np.testing.assert_allclose(vectors, wanted, atol=1e-5)


def test_the_id_names_model_source_precision_and_prompts(encoder: OnnxEncoder) -> None:
    assert encoder.id == "multilingual-e5-small-v1-1571fc982750/int8/query:passage:"


def test_a_question_needs_none_of_the_heavy_libraries(bundle: Bundle) -> None:
    script = (
        "import sys\n"
        "from retrieval.encoder import open_encoder\n"
        "open_encoder(None).encode_queries(['Ai là chủ tịch nước?'])\n"
        "print(*{'datasketch', 'torch', 'transformers', 'sentence_transformers', 'underthesea', 'onnx', 'tokenizers',"
        " 'huggingface_hub'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


def test_opening_no_model_gives_the_bundled_one(bundle: Bundle, encoder: OnnxEncoder) -> None:
    said: list[str] = []
    assert open_encoder(None, report=said.append).id == encoder.id
    assert said == []


def test_a_bundle_without_its_graph_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot load the bundled model from .*: .*") as refused:
        OnnxEncoder(Bundle(tmp_path / "nothing"))
    assert "\n" not in str(refused.value)
