"""`hoibao bot --check` says what is wrong before the bot runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.operations import self_check as checking
from bot.settings import Settings
from retrieval.errors import HoiBaoError
from tests.bot.running import BotProcess, environment
from tests.telegram_server import TelegramServer

CHECK = ["-m", "retrieval", "bot", "--check"]


def checked(variables: dict[str, str], output: Path) -> tuple[int, list[str]]:
    with BotProcess(CHECK, variables, output) as process:
        return process.wait(), process.output().splitlines()


@pytest.mark.slow
def test_all_good_is_a_line_each_and_status_0(telegram: TelegramServer, index: Path, output: Path) -> None:
    status, lines = checked(environment(telegram, index, output.parent / "bot.db"), output)
    assert status == 0
    assert [line.partition(": ")[0] for line in lines] == ["ok   token", "ok   index", "ok   state", "ok   disk"]
    assert lines[0].endswith("@hoibao_test_bot") and "holds 1 articles" in lines[1] and "MB free" in lines[3]
    assert telegram.calls("getUpdates") == telegram.calls("deleteWebhook") == []


@pytest.mark.slow
def test_each_fault_is_told_and_the_others_are_still_checked(
    telegram: TelegramServer, output: Path, tmp_path: Path
) -> None:
    telegram.revoke_token()
    (tmp_path / "index").mkdir()
    (tmp_path / "bot.db").write_text("không phải cơ sở dữ liệu" * 100)
    status, lines = checked(environment(telegram, tmp_path / "index", tmp_path / "bot.db"), output)
    assert status == 1
    assert [line.partition(": ")[0] for line in lines] == ["FAIL token", "FAIL index", "FAIL state", "ok   disk"]
    assert "@BotFather" in lines[0] and "hoibao sync" in lines[1] and "cannot be used" in lines[2]
    assert telegram.token.partition(":")[2] not in "".join(lines)


def test_bad_setting_is_one_line_and_status_2(telegram: TelegramServer, index: Path, output: Path) -> None:
    status, lines = checked({**environment(telegram, index), "HOIBAO_BOT_ACCESS": "list"}, output)
    assert (status, len(lines)) == (2, 1)


def test_disk_with_too_little_room_is_told(tmp_path: Path) -> None:
    settings = Settings("1:a", tmp_path, tmp_path / "bot.db")
    free = shutil.disk_usage(tmp_path).free
    assert checking.check_disk(settings, least_free_bytes=free // 2).endswith("MB free")
    with pytest.raises(HoiBaoError, match="are needed"):
        checking.check_disk(settings, least_free_bytes=free * 2)


def test_disk_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HoiBaoError, match="cannot be looked at"):
        checking.check_disk(Settings("1:a", tmp_path / "none", tmp_path / "bot.db"))
