"""`hoibao train`: what is refused, in one line, and a reader that is trained, found finished, and read with."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import zlib
from pathlib import Path

import click
import numpy as np
import pytest

from retrieval.cli.application import cli
from retrieval.cli.training_command import recorded_command
from retrieval.encoder.bundled.adapter import read_adapter
from retrieval.errors import HoiBaoError, UsageError
from retrieval.training import READER_SETTINGS, Network, require_libraries
from tests.retrieval.conftest import ROOT, Run, command

HELD_OUT = [name for name in map("bài-{}".format, range(8, 400)) if zlib.crc32(name.encode()) % 25 == 0][:2]


def run(*args: str) -> None:
    cli.main(list(args), prog_name="hoibao", standalone_mode=False)


def questions(folder: Path) -> Path:
    """Writes a question for each of a few short articles, and a false twin."""
    names = [*(f"bài-{number}" for number in range(8)), *HELD_OUT]
    lines = []
    for place, name in enumerate(names):
        answer = {
            "_id": name,
            "article": name,
            "text": f"cầu số {place} dài bao nhiêu?",
            "answer": f"{100 + place} mét",
        }
        twin = {
            "_id": f"{name}-f",
            "article": name,
            "label": "false",
            "of": name,
            "text": f"hầm số {place} dài bao nhiêu?",
        }
        lines += [answer, {**twin, "changed": ["cầu", "hầm"]}]
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    articles = [
        {
            "_id": name,
            "title": f"Cầu số {place}",
            "text": f"Cầu số {place} dài {100 + place} mét. Xã vui mừng vì có cầu.",
        }
        for place, name in enumerate([*names, "khác"])
    ]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in articles), encoding="utf-8")
    return path


def test_a_question_file_that_is_missing_or_damaged_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no such file: .*none\.jsonl$"):
        run("train", "reader", str(tmp_path / "none.jsonl"), "-o", str(tmp_path / "out"))
    (tmp_path / "q.jsonl").write_text('{"text": "gì"}\n', encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"q\.jsonl:1: not a training question \(it needs either"):
        run("train", "reader", str(tmp_path / "q.jsonl"), "-o", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["q.jsonl"], "Missing option '-o'"),
        (["-o", "out"], "Missing argument 'DATA...'"),
        (["q.jsonl", "-o", "out", "--rows", "0"], "0 is not in the range x>=1"),
        (["q.jsonl", "-o", "out", "--seed", "-1"], "-1 is not in the range x>=0"),
        (["q.jsonl", "-o", "out", "--epochs", "2"], "No such option"),
    ],
)
def test_options_are_checked(args: list[str], message: str) -> None:
    with pytest.raises(click.UsageError) as error:
        run("train", "reader", *args)
    assert message in error.value.format_message()


def test_a_corpus_that_is_missing_or_holds_none_of_the_articles_is_refused(tmp_path: Path) -> None:
    path = questions(tmp_path)
    with pytest.raises(UsageError, match=r"cannot read .*none\.jsonl"):
        run("train", "reader", str(path), "-o", str(tmp_path / "1"), "--corpus", str(tmp_path / "none.jsonl"))
    (tmp_path / "other.jsonl").write_text('{"_id": "a", "text": "Mưa lớn."}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="--corpus holds none of the 10 articles that the questions name"):
        run("train", "reader", str(path), "-o", str(tmp_path / "2"), "--corpus", str(tmp_path / "other.jsonl"))


def test_what_training_needs_is_named_with_how_to_install_it() -> None:
    require_libraries(["numpy", "json"])
    with pytest.raises(UsageError, match=r"^training needs no-such-library: pip install 'hoibao\[models\]'$"):
        require_libraries(["numpy", "no_such_library"])


def test_the_command_that_is_noted_names_files_without_their_folders(tmp_path: Path) -> None:
    data, corpus = [tmp_path / "a" / "q.jsonl", tmp_path / "b.jsonl.gz"], [tmp_path / "news.jsonl"]
    assert recorded_command(Network.READER, data, corpus, READER_SETTINGS) == (
        "hoibao train reader q.jsonl b.jsonl.gz --corpus news.jsonl --rows 60000 --seed 0"
    )


@pytest.mark.slow
def test_a_reader_is_trained_found_finished_and_other_settings_are_refused(hoibao: Run, tmp_path: Path) -> None:
    path, out = questions(tmp_path), tmp_path / "out"
    arguments = ["train", "reader", str(path), "-o", str(out), "--corpus", str(tmp_path / "corpus.jsonl"), "--rows"]
    trained = hoibao(*arguments, "8")
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.splitlines()[0] == "rows: 8"
    assert trained.stderr.splitlines()[-1].startswith(f"wrote {out}/reader.npz: ")
    record = json.loads((out / "reader.json").read_text(encoding="utf-8"))
    assert record["command"] == "hoibao train reader questions.jsonl --corpus corpus.jsonl --rows 8 --seed 0"
    lines = (out / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["_id"] for line in lines} == {*(f"bài-{number}" for number in range(8)), *HELD_OUT}
    adapter = read_adapter(out / "reader.npz")
    assert any(np.abs(delta).max() > 0 for delta in adapter.deltas.values())
    assert not (out / "checkpoints").exists()

    content = (out / "reader.npz").read_bytes()
    again = hoibao(*arguments, "8")
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr == f"{out}/ is finished: nothing to do\n"
    assert (out / "reader.npz").read_bytes() == content

    other = hoibao(*arguments, "9")
    assert other.returncode == 1
    assert other.stderr == (
        f"hoibao: {out}/ holds a training with other settings (rows 8): choose another folder, or remove this one\n"
    )


def interrupt(running: subprocess.Popen[str]) -> str:
    """Sends Ctrl-C until the process ends, as one may be lost in a library; returns the rest of its stderr."""
    for _ in range(10):
        running.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return running.communicate(timeout=10)[1]
    raise AssertionError("the process does not end")


@pytest.mark.slow
def test_ctrl_c_says_in_one_line_how_to_go_on(tmp_path: Path) -> None:
    path, out = questions(tmp_path), tmp_path / "out"
    arguments = ["train", "reader", str(path), "-o", str(out), "--corpus", str(tmp_path / "corpus.jsonl")]
    arguments += ["--rows", "100000"]  # so many that training does not end before it is stopped
    with subprocess.Popen(command(tmp_path, *arguments), stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stderr is not None
        for line in running.stderr:
            if "/s]" in line or "it/s" in line or "s/it" in line:  # the bar of the training
                break
        left = interrupt(running)
    assert running.returncode == 1
    stopped = f"hoibao: stopped; {out}/ is whole and holds what was done so far: run the same command to go on"
    assert stopped in left and "Traceback" not in left
