from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder.bundled import bundle as bundles
from retrieval.encoder.bundled import checksummed_folder
from retrieval.encoder.bundled.bundle import BUNDLE_ID, Bundle
from retrieval.encoder.onnx_encoder import OnnxEncoder
from retrieval.encoder.protocol import Reporter
from retrieval.errors import ModelError
from tests.retrieval.encoder.texts import VARIED

Build = Callable[[Bundle, Reporter], None]


class Builder:
    """Fills a bundle's folder with two small files, and counts how often."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, bundle: Bundle, report: Reporter) -> None:
        self.calls += 1
        report("building")
        bundle.model_folder.mkdir()
        (bundle.model_folder / "config.json").write_text("{}")
        bundle.graph.write_bytes(b"graph")


@pytest.fixture
def builder() -> Builder:
    return Builder()


@pytest.fixture
def lines() -> list[str]:
    return []


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_prepared_once_is_not_built_again(tmp_path: Path, builder: Builder, lines: list[str]) -> None:
    cache = tmp_path / "deep" / "cache"
    first = bundles.prepare_bundle(cache, lines.append, builder)
    assert bundles.prepare_bundle(cache, lines.append, builder) == first == Bundle(cache / BUNDLE_ID)
    assert (builder.calls, lines) == (1, ["building"])
    assert first.graph.read_bytes() == b"graph"
    assert names(cache) == [BUNDLE_ID, f"{BUNDLE_ID}.lock"]


def test_the_sha_256_of_every_file_is_recorded(tmp_path: Path, builder: Builder) -> None:
    bundle = bundles.prepare_bundle(tmp_path, print, builder)
    files = json.loads((bundle.folder / "bundle.json").read_text())["files"]
    assert {name: (entry["sha256"], entry["size"]) for name, entry in files.items()} == {
        "graph.onnx": ("eef93e1d14482804277fca0172464032d1a4fdbcc338524059fa1e861454ad4d", 5),
        "sentence-transformers/config.json": ("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", 2),
    }


@pytest.mark.parametrize("name", ["graph.onnx", "sentence-transformers/config.json", "bundle.json"])
@pytest.mark.parametrize("how", ["emptied", "changed", "removed"])
def test_a_damaged_file_is_noticed_and_the_bundle_built_again(
    tmp_path: Path, builder: Builder, lines: list[str], name: str, how: str
) -> None:
    bundle = bundles.prepare_bundle(tmp_path, lines.append, builder)
    damage(bundle.folder / name, how)
    bundles.prepare_bundle(tmp_path, lines.append, builder)
    damaged = f"the prepared model in {bundle.folder} is damaged; preparing it again"
    assert (builder.calls, lines) == (2, ["building", damaged, "building"])
    assert (bundle.graph.read_bytes(), (bundle.model_folder / "config.json").read_text()) == (b"graph", "{}")
    assert names(tmp_path) == [BUNDLE_ID, f"{BUNDLE_ID}.lock"]


def damage(path: Path, how: str) -> None:
    if how == "removed":
        path.unlink()
        return
    content = path.read_bytes()
    path.write_bytes(b"" if how == "emptied" else bytes([content[0] ^ 1]) + content[1:])
    later = time.time_ns() + 10**9  # as it is for a person, whose damage does not follow within one clock tick
    os.utime(path, ns=(later, later))


def test_a_copy_with_other_times_is_whole_and_read_only_once(tmp_path: Path, builder: Builder) -> None:
    original = bundles.prepare_bundle(tmp_path / "one", print, builder)
    copy = tmp_path / "other" / BUNDLE_ID
    shutil.copytree(original.folder, copy, copy_function=shutil.copyfile)
    before = (copy / "bundle.json").read_text()
    bundles.prepare_bundle(tmp_path / "other", print, builder)
    after = (copy / "bundle.json").read_text()
    assert builder.calls == 1
    assert before != after
    bundles.prepare_bundle(tmp_path / "other", print, builder)
    assert (copy / "bundle.json").read_text() == after


def test_a_failed_preparation_leaves_nothing_and_the_next_one_succeeds(tmp_path: Path, builder: Builder) -> None:
    def fail(bundle: Bundle, report: Reporter) -> None:
        bundle.graph.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    with pytest.raises(ModelError, match=r"cannot prepare the bundled model in .*: No space left on device; .* 1 GB"):
        bundles.prepare_bundle(tmp_path, print, fail)
    assert names(tmp_path) == [f"{BUNDLE_ID}.lock"]
    assert bundles.prepare_bundle(tmp_path, print, builder).graph.read_bytes() == b"graph"


def test_an_error_of_an_exporter_becomes_one_line(tmp_path: Path) -> None:
    def fail(bundle: Bundle, report: Reporter) -> None:
        raise RuntimeError("first line\n  second line")

    with pytest.raises(ModelError, match=r"cannot prepare .*: first line second line; "):
        bundles.prepare_bundle(tmp_path, print, fail)


def test_a_failed_repair_keeps_no_half_and_loses_no_lock(tmp_path: Path, builder: Builder) -> None:
    bundle = bundles.prepare_bundle(tmp_path, print, builder)
    bundle.graph.write_bytes(b"")

    def interrupted(bundle: Bundle, report: Reporter) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bundles.prepare_bundle(tmp_path, print, interrupted)
    bundles.prepare_bundle(tmp_path, print, builder)
    assert bundle.graph.read_bytes() == b"graph"


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path: Path, builder: Builder) -> None:
    (tmp_path / "cache").write_text("a file, where the folder should be")
    with pytest.raises(ModelError, match=r"cannot prepare the bundled model in .*cache: .*XDG_CACHE_HOME") as refused:
        bundles.prepare_bundle(tmp_path / "cache", print, builder)
    assert "\n" not in str(refused.value)
    assert builder.calls == 0


def test_the_second_of_two_waits_and_builds_nothing(tmp_path: Path, builder: Builder, lines: list[str]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(bundle: Bundle, report: Reporter) -> None:
        begun.set()
        assert go_on.wait(60)
        builder(bundle, report)

    def waiting(line: str) -> None:
        lines.append(line)
        go_on.set()

    first = threading.Thread(target=bundles.prepare_bundle, args=(tmp_path, print, slow))
    first.start()
    assert begun.wait(60)
    bundles.prepare_bundle(tmp_path, waiting, builder)
    first.join(60)
    assert builder.calls == 1
    assert lines == ["another process is preparing the model; waiting for it"]


def test_leftovers_of_a_dead_attempt_are_removed(tmp_path: Path, builder: Builder) -> None:
    leftover = tmp_path / f".{BUNDLE_ID}.dead"
    leftover.mkdir()
    (leftover / "model.safetensors").write_bytes(b"half")
    (tmp_path / "something else").write_text("stays")
    bundles.prepare_bundle(tmp_path, print, builder)
    assert names(tmp_path) == [BUNDLE_ID, f"{BUNDLE_ID}.lock", "something else"]


def test_a_damaged_tokenizer_of_the_real_bundle_is_mended(
    tmp_path: Path, bundle: Bundle, encoder: OnnxEncoder, lines: list[str]
) -> None:
    def fill(target: Bundle, report: Reporter) -> None:
        shutil.copytree(bundle.folder, target.folder, copy_function=os.link, dirs_exist_ok=True)
        (target.folder / checksummed_folder.CHECKSUMS_FILE).unlink()

    copy = bundles.prepare_bundle(tmp_path, lines.append, fill)
    copy.tokenizer.unlink()  # first, so that the bytes of the linked original stay as they are
    copy.tokenizer.write_bytes(bundle.tokenizer.read_bytes()[:-1000])
    mended = OnnxEncoder(bundles.prepare_bundle(tmp_path, lines.append, fill))
    assert lines == [f"the prepared model in {copy.folder} is damaged; preparing it again"]
    np.testing.assert_array_equal(mended.encode_queries(VARIED[:2]), encoder.encode_queries(VARIED[:2]))


def test_a_preparation_killed_midway_is_finished_by_the_next(tmp_path: Path, encoder: OnnxEncoder) -> None:
    script = (
        "from retrieval.encoder import open_encoder\n"
        "print('ready', open_encoder(None, report=lambda line: print(line, flush=True)).dim)\n"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert any("writing" in line for line in killed.stdout)
        time.sleep(0.3)
        killed.send_signal(signal.SIGKILL)
    cache = tmp_path / "hoibao"
    (left,) = [name for name in names(cache) if not name.endswith(".lock")]
    assert left.startswith(f".{BUNDLE_ID}.")

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "ready 384", "")
    assert names(cache) == [BUNDLE_ID, f"{BUNDLE_ID}.lock"]
    assert names(cache / BUNDLE_ID) == [
        "bundle.json",
        "graph.onnx",
        "graph.weights",
        "piece_hashes.npy",
        "piece_ids.npy",
        "piece_scores.npy",
        "sentence-transformers",
        "token_rows.npy",
        "token_scales.npy",
        "tokenizer.model",
    ]
    rebuilt = OnnxEncoder(Bundle(cache / BUNDLE_ID)).encode_passages(VARIED[:10])
    np.testing.assert_allclose(rebuilt, encoder.encode_passages(VARIED[:10]), atol=1e-3)
