"""Uploads: a file is previewed, confirmed, added and answered from, while questions go on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.admin.upload_files import FILE_LIFETIME_S, LONGEST_NAME_BYTES, PendingFiles, safe_name
from bot.cards.texts import VIETNAMESE
from tests.bot.running import BotProcess, environment, hoibao
from tests.telegram_server import BadGateway, Person, Refuse, Reply, TelegramServer
from tests.telegram_server.values import TOO_OLD

BOT = ["-m", "bot"]
RICE = {"_id": "gao", "title": "Giá gạo xuất khẩu", "text": "Giá gạo xuất khẩu tăng lên 600 đô la một tấn."}
RAIN = {"_id": "mua", "title": "Mưa lớn ở Huế", "text": "Mưa lớn làm ngập nhiều tuyến đường ở Huế."}
QUESTION = "Giá gạo xuất khẩu tăng lên bao nhiêu đô la một tấn?"
ARTICLES_TO_ADD = 150
"""As many as take longer to encode than `PROGRESS_DELAY_S`, on any machine of today."""


def lines(*articles: dict[str, str]) -> bytes:
    return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles).encode()


@pytest.fixture
def admin(telegram: TelegramServer) -> Person:
    return telegram.person("Admin")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    hoibao("--index", folder, "sync", "seeds/")
    return folder


@pytest.fixture
def index(seeds: Path, tmp_path: Path) -> Path:
    """A copy of the index for each test."""
    return shutil.copytree(seeds, tmp_path / "index")


@pytest.fixture
def variables(telegram: TelegramServer, index: Path, admin: Person) -> dict[str, str]:
    return environment(telegram, index) | {"HOIBAO_BOT_ADMINS": str(admin.chat.id)}


@pytest.fixture
def process(telegram: TelegramServer, variables: dict[str, str], output: Path) -> Iterator[BotProcess]:
    with BotProcess(BOT, variables, output) as running:
        telegram.wait_for_calls("getUpdates")
        yield running


def asks(person: Person, question: str) -> Reply:
    person.says(question)
    return person.hears()


def test_file_is_read_shown_confirmed_and_answered_from(process: BotProcess, admin: Person, index: Path) -> None:
    assert not any("600 đô la" in quote for quote in asks(admin, QUESTION).quotes)
    admin.sends_document("tin-moi.jsonl", lines(RICE, RAIN) + b"hong\n")
    shown = admin.hears()
    assert "Mình đã đọc tệp tin-moi.jsonl" in shown.text
    assert "2 bài mới, 0 bài thay bài cũ, 0 bài đã có" in shown.text
    assert "1 chỗ không đọc được" in shown.text and "dòng 3: not JSON" in shown.text
    assert shown.buttons == [[VIETNAMESE.upload_yes, VIETNAMESE.upload_no]]
    assert not (index / "added").exists()
    tap, again = admin.taps_twice(shown, VIETNAMESE.upload_yes)
    told = {tap.is_told().text, again.is_told().text}
    assert told in ({"", VIETNAMESE.upload_under_way}, {"", VIETNAMESE.upload_gone})
    done = admin.hears()
    assert "Mình đã thêm xong tệp tin-moi.jsonl" in done.text and "2 bài mới" in done.text
    assert admin.sees(shown).buttons == []
    assert any("600 đô la" in quote for quote in asks(admin, QUESTION).quotes)
    assert (index / "added" / "tin-moi.jsonl").exists()
    assert list((index / "bot-uploads").iterdir()) == []


def test_taps_that_cross_do_no_harm(process: BotProcess, telegram: TelegramServer, admin: Person) -> None:
    admin.sends_document("tin.jsonl", lines(RICE))
    shown = admin.hears()
    telegram.will("answerCallbackQuery", Refuse(400, f"Bad Request: {TOO_OLD}"))
    telegram.will("editMessageText", Refuse(400, "Bad Request: message is not modified: specified new message content"))
    admin.taps(shown, VIETNAMESE.upload_yes)
    assert "Mình đã thêm xong tệp tin.jsonl" in admin.hears().text
    assert "WARNING" not in process.output() and "ERROR" not in process.output()


def test_cancelled_file_changes_nothing_and_its_buttons_say_so(process: BotProcess, admin: Person, index: Path) -> None:
    admin.sends_document("tin.jsonl", lines(RICE))
    shown = admin.hears()
    admin.taps(shown, VIETNAMESE.upload_no).is_told()
    assert admin.waits_for_edit(shown).text == "Mình đã bỏ tệp tin.jsonl, kho báo không thay đổi."
    assert not (index / "added").exists()


def test_page_and_plain_text_are_taken_too(process: BotProcess, admin: Person) -> None:
    page = "<html><head><title>Chợ hoa Tết</title></head><body><article><p>Chợ hoa mở cửa từ sáng sớm mùng một, "
    page += "đông người đến mua hoa đào và hoa mai về chưng trong nhà.</p></article></body></html>"
    for name, content in (("cho-hoa.html", page), ("tau.txt", "date 2024-05 Tàu hỏa chạy thêm chuyến đêm dịp lễ.")):
        admin.sends_document(name, content.encode())
        shown = admin.hears()
        assert "1 bài mới" in shown.text
        admin.taps(shown, VIETNAMESE.upload_yes)
        assert f"Mình đã thêm xong tệp {name}" in admin.hears().text


@pytest.mark.parametrize(
    ("name", "content", "reply"),
    [
        ("anh.pdf", b"%PDF", VIETNAMESE.upload_kind),
        ("khong-ten", b"abc", VIETNAMESE.upload_kind),
        ("hong.txt", b"\xff\xfe", "not UTF-8"),
        ("trung.jsonl", lines({"_id": "000_7bf578808520267a", "text": "Bài khác."}), "is already that of an article"),
    ],
)
def test_file_that_cannot_be_added_is_told_why(
    process: BotProcess, admin: Person, index: Path, name: str, content: bytes, reply: str
) -> None:
    admin.sends_document(name, content)
    told = admin.hears()
    assert reply in told.text
    assert told.buttons == []
    assert not (index / "bot-uploads").exists() or list((index / "bot-uploads").iterdir()) == []


def test_file_of_somebody_else_is_not_taken(process: BotProcess, telegram: TelegramServer, index: Path) -> None:
    alice = telegram.person("Alice")
    alice.sends_document("tin.jsonl", lines(RICE))
    assert alice.hears().text == VIETNAMESE.other
    assert not (index / "bot-uploads").exists()


def test_download_survives_a_fault(process: BotProcess, telegram: TelegramServer, admin: Person) -> None:
    telegram.will("getFile", BadGateway())
    telegram.will("download", BadGateway())
    admin.sends_document("tin.jsonl", lines(RICE))
    assert "1 bài mới" in admin.hears().text


def test_long_adding_tells_how_far_it_is_while_questions_are_answered(
    process: BotProcess, telegram: TelegramServer, admin: Person
) -> None:
    many = [
        {"_id": f"bai-{number}", "title": f"Bài {number}", "text": f"Tin số {number}. " + f"Câu thứ {number}. " * 60}
        for number in range(ARTICLES_TO_ADD)
    ]
    alice = telegram.person("Alice")
    admin.sends_document("nhieu.jsonl", lines(*many))
    shown = admin.hears()
    admin.taps(shown, VIETNAMESE.upload_yes)
    adding = admin.waits_for_edit(shown)
    assert adding.text == "Mình đang thêm tệp nhieu.jsonl…"
    progress = admin.waits_for_edit(adding)
    assert f"/{ARTICLES_TO_ADD} bài…" in progress.text
    asks(alice, "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?")
    assert len(admin.has_heard()) == 1
    assert f"{ARTICLES_TO_ADD} bài mới" in admin.hears().text


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_adding_that_is_interrupted_is_taken_up_after_the_restart(
    telegram: TelegramServer, admin: Person, variables: dict[str, str], output: Path, number: int
) -> None:
    with BotProcess(BOT, variables, output) as bot:
        admin.sends_document("tin.jsonl", lines(RICE))
        shown = admin.hears()
        tap = admin.taps(shown, VIETNAMESE.upload_yes)
        tap.is_told()
        admin.waits_for_edit(shown)
        bot.signal(number)
        bot.wait()
        # It is answered once more after the restart, which Telegram does not take.
        tap.expires()
    assert len(admin.has_heard()) == 1
    with BotProcess(BOT, variables, output) as bot:
        assert "Mình đã thêm xong tệp tin.jsonl" in admin.hears().text
        assert any("600 đô la" in quote for quote in asks(admin, QUESTION).quotes)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == 0
    state = sqlite3.connect(Path(variables["HOIBAO_INDEX"]) / "bot.db")
    assert state.execute("SELECT count(*) FROM inbox WHERE content IS NOT NULL").fetchone() == (0,)
    state.close()


def test_file_that_nobody_confirms_is_forgotten_after_a_day(tmp_path: Path) -> None:
    now = time.time()
    files = PendingFiles(tmp_path / "files", lambda: now)
    old, kept = files.new_key(keep=()), files.new_key(keep=())
    for key in (old, kept):
        (files.folder_of(key) / "tin.txt").write_text("Tin.")
        os.utime(files.folder_of(key), (now, now))
    now += FILE_LIFETIME_S + 1
    files.new_key(keep={kept})
    assert files.find(old) is None
    assert files.find(kept) == files.folder_of(kept) / "tin.txt"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("tin.txt", "tin.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\tin mới.txt", "tin mới.txt"),
        (".an.txt", "an.txt"),
        ("a\n\0b.txt", "a  b.txt"),
        ("", ""),
        (".txt", "txt"),
    ],
)
def test_name_of_a_file_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_name_keeps_its_ending_and_whole_letters() -> None:
    name = safe_name("ệ" * 300 + ".jsonl")
    assert name.endswith(".jsonl") and len(name.encode()) <= LONGEST_NAME_BYTES
    assert set(name.removesuffix(".jsonl")) == {"ệ"}
