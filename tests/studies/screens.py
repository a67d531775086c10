"""Draws the screenshots of the documents: chats with the bot over the seed articles, as Telegram shows them.

    python -m tests.studies.screens

Writes `docs/screens/*.png`; it needs Chromium, and Pillow to make the pictures small.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image

from bot.cards.texts import VIETNAMESE
from retrieval import sync_index
from retrieval.service import QuestionAnswering
from tests.bot.running import ROOT, BotInThread
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.screen import page, picture
from tests.telegram_server.values import Json

TO = ROOT / "docs" / "screens"
COLOURS = 160


def main() -> int:
    """Draws all screenshots."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("chromium is not installed", file=sys.stderr)
        return 1
    os.environ.update(NO_PROXY="*", PTB_TIMEDELTA="true")
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        sync_index(index, [ROOT / "seeds"])
        with (
            TelegramServer() as telegram,
            QuestionAnswering.open(index) as answers,
            BotInThread(telegram, answers, Path(folder) / "bot.db"),
        ):
            chats = conversations(telegram.person("Lan"))
    for name, theme in (("answer", "light"), ("answer", "dark"), ("why", "light"), ("no-answer", "dark")):
        to = TO / f"{name}-{theme}.png"
        picture(page(chats[name], theme), to, chromium)
        with Image.open(to) as drawn:
            drawn.convert("RGB").quantize(COLOURS).save(to, optimize=True)
    return 0


def conversations(lan: Person) -> dict[str, list[Json]]:
    """Returns for each screenshot the messages of its chat."""
    said = lan.says("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?")
    answer = lan.hears()
    lan.taps(answer, VIETNAMESE.why_button)
    why = lan.waits_for_edit(answer)
    other = lan.says("Giá vàng hôm nay bao nhiêu?")
    return {
        "answer": [said.json, answer.json],
        "why": [said.json, why.json],
        "no-answer": [other.json, lan.hears().json],
    }


if __name__ == "__main__":
    sys.exit(main())
