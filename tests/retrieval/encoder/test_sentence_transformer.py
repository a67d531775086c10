from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.datatypes import Vectors
from retrieval.encoder import open_encoder
from retrieval.encoder.library_output import silence_libraries
from retrieval.encoder.sentence_transformer import SentenceTransformerEncoder
from retrieval.errors import ModelError
from tests.retrieval.encoder.conftest import write_tiny_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

pytestmark = pytest.mark.slow  # torch is imported

TEXTS = ["ai là chủ tịch nước", "trời mưa", "hôm nay trời hôm nay mưa", ""]


@pytest.fixture(scope="module")
def encoder(tiny_model: Path) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(tiny_model))


@pytest.fixture(scope="module")
def tiny_peer(tiny_model: Path) -> SentenceTransformer:
    with silence_libraries():
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(tiny_model), device="cpu")


def encode_plain(peer: SentenceTransformer, prompt: str, texts: list[str]) -> Vectors:
    """Encodes the texts with the prompt prepended to each."""
    return np.asarray(peer.encode([prompt + text for text in texts], prompt="", normalize_embeddings=True), np.float32)


def test_queries_and_passages_carry_the_prompts_of_the_model(
    encoder: SentenceTransformerEncoder, tiny_peer: SentenceTransformer
) -> None:
    queries, passages = encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS)
    np.testing.assert_allclose(queries, encode_plain(tiny_peer, "hỏi: ", TEXTS), atol=1e-5)
    np.testing.assert_allclose(passages, encode_plain(tiny_peer, "báo: ", TEXTS), atol=1e-5)
    assert np.abs(queries - passages).max() > 0.01


def test_vectors_are_unit_float32_rows(encoder: SentenceTransformerEncoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert (vectors.dtype, vectors.shape, encoder.dim) == (np.dtype(np.float32), (4, 8), 8)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode_queries([]).shape == encoder.encode_passages([]).shape == (0, 8)


@pytest.mark.parametrize("name", ["multilingual-e5-tiny", "e5", "my_e5_model"])
def test_an_e5_model_without_prompts_gets_the_documented_ones(tmp_path: Path, name: str) -> None:
    write_tiny_model(tmp_path / name, prompts=None)
    encoder = SentenceTransformerEncoder(str(tmp_path / name))
    with silence_libraries():
        from sentence_transformers import SentenceTransformer

        peer = SentenceTransformer(str(tmp_path / name), device="cpu")
    np.testing.assert_allclose(encoder.encode_queries(TEXTS), encode_plain(peer, "query: ", TEXTS), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), encode_plain(peer, "passage: ", TEXTS), atol=1e-5)
    assert encoder.id.endswith('/{"document": "passage: ", "query": "query: "}')


@pytest.mark.parametrize("name", ["e5-instruct", "e55", "base"])
def test_another_model_without_prompts_gets_none(tmp_path: Path, name: str) -> None:
    write_tiny_model(tmp_path / name, prompts=None)
    encoder = SentenceTransformerEncoder(str(tmp_path / name))
    np.testing.assert_array_equal(encoder.encode_queries(TEXTS), encoder.encode_passages(TEXTS))


def test_the_id_follows_weights_and_prompts_and_not_the_place(tmp_path: Path, tiny_model: Path) -> None:
    moved = shutil.copytree(tiny_model, tmp_path / "elsewhere" / tiny_model.name)
    other_weights, other_prompts = tmp_path / "a" / "tiny", tmp_path / "b" / "tiny"
    write_tiny_model(other_weights, {"query": "hỏi: ", "document": "báo: "}, seed=8)
    write_tiny_model(other_prompts, {"query": "", "document": "báo: "})
    ids = [SentenceTransformerEncoder(str(folder)).id for folder in (tiny_model, moved, other_weights, other_prompts)]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert ids[0].startswith("tiny@")
    assert ids[0].endswith('/{"document": "báo: ", "query": "hỏi: "}')


def test_tokens_are_counted_without_prompt_frame_and_cut(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.count_tokens([*TEXTS, "trời mưa " * 50]) == [5, 2, 6, 0, 100]
    assert encoder.count_tokens([]) == []


def test_a_lone_surrogate_is_no_error(encoder: SentenceTransformerEncoder) -> None:
    np.testing.assert_array_equal(encoder.encode_queries(["trời \ud800"]), encoder.encode_queries(["trời \ufffd"]))
    assert encoder.count_tokens(["trời \ud800"]) == [2]


def test_eight_threads_get_what_one_gets(encoder: SentenceTransformerEncoder) -> None:
    expected = [encoder.encode_queries([text]) for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda text: encoder.encode_queries([text]), TEXTS * 8))
    for vectors, wanted in zip(results, expected * 8, strict=True):
        np.testing.assert_allclose(vectors, wanted, atol=1e-6)


def test_a_folder_opens_through_the_one_constructor(tiny_model: Path, encoder: SentenceTransformerEncoder) -> None:
    assert open_encoder(str(tiny_model)).id == encoder.id


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"^the folder .* holds no model: it has neither modules.json nor"):
        SentenceTransformerEncoder(str(tmp_path))


def test_a_folder_with_broken_weights_is_refused_in_one_line_without_noise(
    tmp_path: Path, tiny_model: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = shutil.copytree(tiny_model, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match=r"^the folder .*broken holds no usable model: ") as refused:
        SentenceTransformerEncoder(str(broken))
    assert "\n" not in str(refused.value)
    assert capfd.readouterr() == ("", "")


def test_a_good_folder_is_loaded_and_run_without_noise(tiny_model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    SentenceTransformerEncoder(str(tiny_model)).encode_passages(TEXTS)
    assert capfd.readouterr() == ("", "")


def test_a_name_that_can_be_no_hub_id_is_refused() -> None:
    with pytest.raises(ModelError, match=r"^no folder '/no/such/folder', nor can that be the id of a hub model"):
        SentenceTransformerEncoder("/no/such/folder")


def open_in_process(name: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Open a model where only the given environment says what the hub is: its client reads that when imported."""
    script = (
        "import sys\n"
        "from retrieval.encoder import open_encoder\n"
        "from retrieval.errors import ModelError\n"
        "try:\n"
        "    print(open_encoder(sys.argv[1]).id)\n"
        "except ModelError as error:\n"
        "    print('ModelError:', error)\n"
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    return subprocess.run(
        [sys.executable, "-c", script, name],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def hub_answering_not_found() -> Iterator[str]:
    class NotFound(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), NotFound)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_model_that_the_hub_does_not_have_is_one_line(tmp_path: Path) -> None:
    with hub_answering_not_found() as endpoint:
        done = open_in_process("hoibao/no-such-model", HF_HOME=str(tmp_path), HF_ENDPOINT=endpoint)
    expected = "ModelError: no folder 'hoibao/no-such-model', and the Hugging Face hub has no such public model\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")


@pytest.mark.parametrize("environment", [{"HF_ENDPOINT": "http://127.0.0.1:9"}, {"HF_HUB_OFFLINE": "1"}])
def test_a_hub_out_of_reach_is_one_line(tmp_path: Path, environment: dict[str, str]) -> None:
    done = open_in_process("hoibao/no-such-model", HF_HOME=str(tmp_path), **environment)
    assert done.stdout.startswith(
        "ModelError: no folder 'hoibao/no-such-model', the model is not in the local cache, "
        "and the Hugging Face hub cannot be reached ("
    )
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, 1, "")


def test_a_model_in_the_local_cache_is_used_without_the_hub(tmp_path: Path, tiny_model: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub" / "models--hoibao--tiny"
    shutil.copytree(tiny_model, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    done = open_in_process("hoibao/tiny", HF_HOME=str(tmp_path), HF_ENDPOINT="http://127.0.0.1:9")
    expected = 'hoibao/tiny@0123456789ab/{"document": "báo: ", "query": "hỏi: "}\n'
    assert (done.returncode, done.stdout, done.stderr) == (0, expected, "")
