"""The command line, as a process: what is printed where, in what form, and with which exit status."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest

from retrieval.cli.application import cli
from retrieval.cli.entry_point import report_error
from retrieval.encoder.bundled.bundle import default_cache
from tests.retrieval.conftest import ROOT, SEEDS, Run, command
from tests.retrieval.encoder.conftest import write_tiny_model

QUESTION = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
TONELESS = "Bo truong To Lam yeu cau gi ve phong chong toi pham?"
GOAL = "mục tiêu là phải giảm được tội phạm"
BODY = (SEEDS / "000_7bf578808520267a.txt").read_text(encoding="utf-8")


def on(index: Path, *args: str, stdin: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(index, *args), input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
        env={**os.environ, **(env or {})}, timeout=120, check=False,
    )  # fmt: skip


def fails_with_one_line(done: subprocess.CompletedProcess[str], status: int, words: str) -> None:
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("hoibao: "), done.stderr
    assert words in done.stderr


@pytest.mark.parametrize("question", [QUESTION, TONELESS, QUESTION.upper(), f"  {QUESTION}\n"])
def test_ask_quotes_the_seed_with_its_date_and_source(seeds_index: Path, question: str) -> None:
    done = on(seeds_index, "ask", question)
    assert (done.returncode, done.stderr) == (0, "")
    first = done.stdout.split("\n\n")[0]
    assert GOAL in first
    assert "20/10/2023" in first and "000_7bf578808520267a.txt" in first
    assert "Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang" in first
    assert "\x1b" not in done.stdout


def test_ask_abstains_when_the_corpus_holds_no_answer(seeds_index: Path) -> None:
    done = on(seeds_index, "ask", "Giá vàng hôm nay bao nhiêu?")
    assert done.returncode == 0
    assert "không có câu trả lời" in done.stdout
    assert "không phải câu trả lời" in done.stdout and "Bộ trưởng Tô Lâm làm việc" in done.stdout
    assert "“" not in done.stdout


def test_ask_json_holds_quotes_that_are_substrings_with_their_offsets(seeds_index: Path) -> None:
    answer = json.loads(on(seeds_index, "ask", QUESTION, "--json").stdout)
    assert answer["question"] == QUESTION and answer["answered"] is True and answer["reason"] is None
    assert 0.5 < answer["confidence"] <= 1
    first = answer["quotes"][0]
    assert first["rank"] == 1 and first["article_id"] == "000_7bf578808520267a" and first["published"] == "2023-10"
    assert first["event"] == "2023-10-20"
    for quote in answer["quotes"]:
        assert quote["text"] in BODY
        assert len(quote["text"]) == quote["end"] - quote["start"]
        assert quote["start"] <= quote["answer_start"] < quote["answer_end"] <= quote["end"]
        assert {"passage_id", "title", "source", "url", "score", "dense", "lexical"} <= quote.keys()


def test_ask_json_of_an_abstention_says_why_and_what_is_near(seeds_index: Path) -> None:
    answer = json.loads(on(seeds_index, "ask", "Giá vàng hôm nay bao nhiêu?", "--json").stdout)
    assert (answer["answered"], answer["quotes"], answer["reason"]) == (False, [], "not_sure")
    assert [one["article_id"] for one in answer["nearest"]] == ["000_7bf578808520267a"]


@pytest.mark.parametrize("question", ["", "   ", "?!…", "b"])
def test_a_question_without_words_is_answered_kindly(seeds_index: Path, question: str) -> None:
    done = on(seeds_index, "ask", question)
    assert (done.returncode, done.stdout) == (0, "Bạn chưa hỏi gì: hãy gõ một câu hỏi.\n")


@pytest.mark.parametrize(
    ("message", "act", "lines"),
    [
        ("chào bạn", "greeting", ["Chào bạn! Bạn muốn biết tin gì?"]),
        (
            "có những báo nào",
            "about_corpus",
            ["Kho báo có 1 bài, tin mới nhất 10/2023.", "Nguồn: 000_7bf578808520267a.txt (1 bài)."],
        ),
        (
            "có gì mới?",
            "browse",
            [
                "Tin mới:",
                "1. Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang · 10/2023 · 000_7bf578808520267a.txt",
            ],
        ),
    ],
)
def test_what_is_no_question_is_replied_to_without_quotes(
    seeds_index: Path, message: str, act: str, lines: list[str]
) -> None:
    assert on(seeds_index, "ask", message).stdout.splitlines() == lines
    answer = json.loads(on(seeds_index, "ask", message, "--json").stdout)
    assert (answer["act"], answer["answered"], answer["quotes"], answer["reason"]) == (act, False, [], None)
    assert len(answer["headlines"]) == (act == "browse")


def test_a_summary_and_a_verdict_are_told_above_the_quotes(seeds_index: Path) -> None:
    summary = "tóm tắt buổi làm việc của Bộ trưởng Tô Lâm với Ban Thường vụ Tỉnh uỷ Bắc Giang"
    assert on(seeds_index, "ask", summary).stdout.startswith("Diễn biến theo lời báo, từ cũ đến mới:\n1. ")
    told = "Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang rồi bà con ơi. Mọi người chia sẻ nha!!!"
    assert on(seeds_index, "ask", told).stdout.startswith("✔ Báo có đưa tin về việc này.")
    unknown = "Nghe nói siêu thị Hoa Mai bán sữa hết hạn cho trẻ em uống. Mọi người đừng mua ở đó nữa nha!!!"
    answer = json.loads(on(seeds_index, "ask", unknown, "--json").stdout)
    assert [answer[key] for key in ("act", "verdict", "reason", "quotes", "nearest")] == [
        "forwarded", "nothing", "not_reported", [], [],
    ]  # fmt: skip


def test_ask_reads_standard_input_for_a_dash(seeds_index: Path) -> None:
    assert GOAL in on(seeds_index, "ask", "-", stdin=QUESTION).stdout


def test_search_prints_one_json_object_a_hit(seeds_index: Path) -> None:
    lines = on(seeds_index, "search", QUESTION, "-k", "3", "--json").stdout.splitlines()
    hits = [json.loads(line) for line in lines]
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert list(hits[0]) == [
        "rank", "article_id", "passage_id", "title", "published", "source", "url", "start", "end", "text", "score",
        "dense", "lexical",
    ]  # fmt: skip
    assert all(hit["text"] in BODY and len(hit["text"]) == hit["end"] - hit["start"] for hit in hits)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_search_has_three_modes(seeds_index: Path, mode: str) -> None:
    best = json.loads(on(seeds_index, "search", QUESTION, "-k", "1", "--mode", mode, "--json").stdout)
    assert best["text"] in BODY
    # A single signal's best is 1 after normalisation; the best of several signals is rarely the best of each.
    assert best["score"] == pytest.approx(1) if mode == "dense" else 0 < best["score"] <= 1 + 1e-9


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["--since", "2023-10"], True),
        (["--since", "31/10/2023"], True),
        (["--since", "1/11/2023"], False),
        (["--until", "2023-09"], False),
        (["--until", "10/2023", "--since", "2023"], True),
        (["--source", "000_7bf578808520267a.txt"], True),
        (["--source", "Báo khác"], False),
    ],
)
def test_filters_apply_before_ranking(seeds_index: Path, filters: list[str], found: bool) -> None:
    assert bool(on(seeds_index, "search", QUESTION, *filters).stdout) == found
    answer = json.loads(on(seeds_index, "ask", QUESTION, "--json", *filters).stdout)
    assert (answer["answered"], answer["reason"]) == ((True, None) if found else (False, "nothing_matches"))


def test_chat_answers_a_pipe_line_by_line(seeds_index: Path) -> None:
    done = on(seeds_index, "chat", stdin=f"{QUESTION}\n\nGiá vàng hôm nay bao nhiêu?")
    assert done.returncode == 0
    assert GOAL in done.stdout and "không có câu trả lời" in done.stdout
    assert "Hỏi:" not in done.stdout
    lines = on(seeds_index, "chat", "--json", stdin=f"{QUESTION}\n\n{TONELESS}\n").stdout.splitlines()
    assert [json.loads(line)["question"] for line in lines] == [QUESTION, TONELESS]


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}]
)
def test_vietnamese_is_right_in_any_locale(seeds_index: Path, env: dict[str, str]) -> None:
    asked = on(seeds_index, "ask", QUESTION, env=env)
    piped = on(seeds_index, "chat", stdin=QUESTION, env=env)
    assert GOAL in asked.stdout and GOAL in piped.stdout


def test_bytes_that_are_no_utf8_do_not_stop_a_chat(seeds_index: Path) -> None:
    done = subprocess.run(
        command(seeds_index, "chat"), input=b"\xff\xfe\n" + QUESTION.encode(), capture_output=True, cwd=ROOT,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and GOAL in done.stdout.decode()


def test_a_reader_that_goes_away_is_no_error(seeds_index: Path) -> None:
    line = " ".join(command(seeds_index, "search", "tỉnh", "-k", "8")) + " | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"], capture_output=True, cwd=ROOT, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == (b"1", b"")


def test_info_tells_what_the_index_holds(seeds_index: Path) -> None:
    text = on(seeds_index, "info").stdout
    assert "384 dimensions, 2-bit RaBitQ codes" in text
    for label in ("dates", "articles", "passages", "sources", "model", "synced from", "last sync", "on disk"):
        assert f"\n{label} " in f"\n{text}"
    found = json.loads(on(seeds_index, "info", "--json").stdout)
    assert found["articles"] == 1 and found["passages"] >= 5 and found["dim"] == 384
    assert (found["first_day"], found["last_day"]) == ("2023-10-01", "2023-10-31")
    assert found["bytes"]["corpus.db"] > 0


def test_doctor_finds_all_in_order_and_mends_what_is_not(tmp_path: Path, hoibao: Run) -> None:
    assert hoibao("sync", str(SEEDS)).returncode == 0
    sound = hoibao("doctor")
    assert (sound.stdout, sound.stderr) == ("all agrees\n", "comparing the caches with corpus.db\n")
    (tmp_path / "index" / "vectors.faiss").write_bytes(b"damaged")
    mended = hoibao("doctor")
    assert "building them anew" in mended.stderr
    assert mended.returncode == 0
    assert "found: vectors.faiss" in mended.stdout and "all agrees now" in mended.stdout
    assert hoibao("doctor").stdout == "all agrees\n"


def test_delete_removes_an_article_and_refuses_unknown_ids(tmp_path: Path, hoibao: Run) -> None:
    hoibao("sync", str(SEEDS))
    fails_with_one_line(hoibao("delete", "000_7bf578808520267a", "nie"), 1, "not in the index: nie")
    assert json.loads(hoibao("info", "--json").stdout)["articles"] == 1
    assert hoibao("delete", "000_7bf578808520267a").returncode == 0
    assert json.loads(hoibao("info", "--json").stdout)["articles"] == 0
    assert json.loads(hoibao("ask", QUESTION, "--json").stdout)["reason"] == "nothing_matches"
    assert "1 added" in hoibao("sync").stderr


def test_rebuild_answers_as_before_and_encodes_nothing_when_nothing_changed(tmp_path: Path, hoibao: Run) -> None:
    hoibao("sync", str(SEEDS))
    before = hoibao("ask", QUESTION, "--json").stdout
    done = hoibao("rebuild")
    assert done.returncode == 0 and "0 passages encoded" in done.stderr
    assert hoibao("ask", QUESTION, "--json").stdout == before
    assert hoibao("doctor").stdout == "all agrees\n"
    assert not (tmp_path / "index" / "rebuild").exists()


def test_what_cannot_be_read_is_reported_counted_and_skipped(tmp_path: Path, hoibao: Run) -> None:
    corpus = tmp_path / "news"
    corpus.mkdir()
    (corpus / "a.jsonl").write_text('{"_id": "a", "text": "Trời hôm nay nắng đẹp."}\n{"_id": \n', encoding="utf-8")
    (corpus / "b.txt").write_bytes(b"\xff\xfe\x00")
    done = hoibao("sync", str(corpus))
    assert done.returncode == 1
    assert f"skipped {corpus}/a.jsonl:2: " in done.stderr and f"skipped {corpus}/b.txt: " in done.stderr
    assert "1 added" in done.stderr and "2 skipped" in done.stderr
    assert json.loads(hoibao("info", "--json").stdout)["articles"] == 1


def test_a_file_name_that_is_no_utf8_does_not_stop_a_sync(tmp_path: Path, hoibao: Run) -> None:
    corpus = tmp_path / "news"
    corpus.mkdir()
    (corpus / os.fsdecode(b"b\xe0i.txt")).write_text("Trời hôm nay nắng đẹp.", encoding="utf-8")
    (corpus / os.fsdecode(b"h\xe0ng.txt")).write_bytes(b"\xff")
    done = hoibao("sync", str(corpus))
    assert done.returncode == 1 and "1 added" in done.stderr and "1 skipped" in done.stderr
    assert json.loads(hoibao("ask", "Trời hôm nay thế nào?", "--json").stdout)["quotes"] != []


def test_a_damaged_lexical_cache_is_one_line_and_doctor_mends_it(tmp_path: Path, hoibao: Run) -> None:
    hoibao("sync", str(SEEDS))
    for path in (tmp_path / "index" / "lexical" / "passages").glob("*.fast"):
        path.write_bytes(b"\xff" * 64 + path.read_bytes()[64:])
    asked = hoibao("ask", QUESTION)
    assert "Traceback" not in asked.stderr
    assert GOAL in asked.stdout or "run `hoibao doctor`" in asked.stderr.splitlines()[-1]
    assert hoibao("doctor").returncode == 0
    assert GOAL in hoibao("ask", QUESTION).stdout


def test_a_folder_without_articles_does_not_empty_the_index(tmp_path: Path, hoibao: Run) -> None:
    hoibao("sync", str(SEEDS))
    (tmp_path / "empty").mkdir()
    fails_with_one_line(hoibao("sync", str(tmp_path / "empty")), 1, "no article to read")
    assert json.loads(hoibao("info", "--json").stdout)["articles"] == 1


def test_sync_without_paths_reads_those_of_the_last_one(tmp_path: Path, hoibao: Run) -> None:
    corpus = tmp_path / "mot.txt"
    corpus.write_text("Trời hôm nay nắng đẹp. Chợ hoa đông khách.", encoding="utf-8")
    assert "1 added" in hoibao("sync", str(corpus)).stderr
    assert "0 deleted, 1 unchanged" in hoibao("sync").stderr


def test_nothing_but_the_model_is_kept_in_the_cache_folder(tmp_path: Path, hoibao: Run) -> None:
    home = tmp_path / "home"
    home.mkdir()
    cache = default_cache()
    (home / cache.name).symlink_to(cache)
    env = {"HOME": str(home), "XDG_CACHE_HOME": str(home)}
    assert hoibao("sync", str(SEEDS), env=env).returncode == 0
    assert hoibao("ask", "Bộ trưởng Tô Lâm yêu cầu gì?", env=env).returncode == 0
    assert [path.name for path in home.iterdir()] == [cache.name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line_that_says_so(tmp_path: Path, hoibao: Run) -> None:
    assert hoibao("sync", str(SEEDS)).returncode == 0
    with Path("/dev/full").open("wb") as full:
        asked = subprocess.run(
            command(tmp_path / "index", "info"), cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert asked.returncode == 1
    assert asked.stderr.startswith("hoibao: the disk is full") and asked.stderr.count("\n") == 1


def test_a_full_disk_under_the_database_is_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("PRAGMA max_page_count = 1")
        with pytest.raises(sqlite3.OperationalError) as full:
            db.execute("CREATE TABLE t (x)")
    assert report_error(full.value, []) == 1
    assert capsys.readouterr().err.startswith("hoibao: the disk is full")


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (["ask"], 2, "Missing argument"),
        (["ask", "a", "b"], 2, "unexpected extra argument"),
        (["frage", "a"], 2, "No such command"),
        (["search", "a", "-k", "0"], 2, "-k"),
        (["search", "a", "--mode", "magic"], 2, "--mode"),
        (["ask", "a", "--since", "gestern"], 2, "'gestern'"),
        (["ask", "a", "--since", "2024-02-30"], 2, "2024-02-30"),
        (["ask", "a", "--since", "2024", "--until", "2023"], 2, "later than"),
        (["sync", "/does/not/exist"], 2, "/does/not/exist"),
        (["sync", "Makefile"], 2, "Makefile"),
        (["ask", "a"], 1, "run `hoibao sync` first"),
        (["info"], 1, "run `hoibao sync` first"),
        (["delete", "x"], 1, "run `hoibao sync` first"),
        (["doctor"], 1, "run `hoibao sync` first"),
        (["rebuild"], 1, "run `hoibao sync` first"),
        (["eval", "/does/not/exist"], 2, "/does/not/exist"),
        (["eval", "seeds"], 2, "queries"),
        (["tune", "seeds", "--abstaining", "seeds/../seeds"], 2, "given twice"),
    ],
)
def test_bad_input_is_one_line_and_a_status(hoibao: Run, args: list[str], status: int, words: str) -> None:
    fails_with_one_line(hoibao(*args), status, words)


def test_a_damaged_corpus_is_one_line(tmp_path: Path, hoibao: Run) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "corpus.db").write_bytes(b"this is no database, but long enough to look like one" * 90)
    for args in (["ask", "a"], ["sync", str(SEEDS)], ["info"], ["doctor"]):
        fails_with_one_line(hoibao(*args), 1, "corpus.db")


def test_another_model_than_the_index_was_built_with_is_refused(tmp_path: Path, seeds_index: Path) -> None:
    write_tiny_model(tmp_path / "tiny", {"query": "query: ", "document": "passage: "})
    for args in (["ask", "a"], ["sync", str(SEEDS)]):
        fails_with_one_line(on(seeds_index, "--model", str(tmp_path / "tiny"), *args), 1, "hoibao rebuild")
    fails_with_one_line(on(seeds_index, "--model", str(tmp_path), "ask", "a"), 1, str(tmp_path))
    assert GOAL in on(seeds_index, "--model", "bundled", "ask", QUESTION).stdout


def commands() -> dict[str, click.Command]:
    context = click.Context(cli)
    return {name: found for name in cli.list_commands(context) if (found := cli.get_command(context, name))}


def test_every_command_has_an_example_in_its_help() -> None:
    assert {"sync", "rebuild", "search", "ask", "chat", "eval", "info", "delete", "doctor", "bot"} <= commands().keys()
    for name, found in commands().items():
        assert f"hoibao {name}" in (found.help or "") or name in ("rebuild", "bot"), name
        assert "Example" in (found.help or ""), name
        assert "\\b" not in (found.help or ""), f"{name}: click does not see its mark for lines that are not wrapped"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_program(hoibao: Run, shell: str) -> None:
    done = hoibao("completion", shell)
    assert done.returncode == 0 and "_HOIBAO_COMPLETE" in done.stdout


@pytest.mark.parametrize("args", [["--help"], ["eval", "--help"], ["search", "a", "-k", "0"], ["tune"]])
def test_help_and_usage_errors_do_not_load_the_search_libraries(args: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "retrieval", *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == (0 if "--help" in args else 2)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "click" in loaded and not {"faiss", "tantivy", "onnxruntime", "sklearn", "torch"} & loaded
