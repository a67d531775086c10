"""Draws the screenshots of the documents: chats with the bot over the seed articles, and every kind of card.

    python -m tests.studies.screens

Writes `docs/screens/*.png`, among them `cards-light.png` and `cards-dark.png` with every kind of card; it needs
Chromium, and Pillow to make the pictures small.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from bot.cards.texts import VIETNAMESE
from retrieval import sync_index
from retrieval.service import QuestionAnswering
from tests.bot.arbitrary import received
from tests.bot.card_states import all_states
from tests.bot.running import ROOT, BotInThread
from tests.studies.card_heights import PHONE_WIDTH
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.screen import THEMES, page, picture
from tests.telegram_server.values import Json

TO = ROOT / "docs" / "screens"
COLOURS = 160
SHEET_COLOURS = 64


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
    for theme in THEMES:
        _side_by_side(columns_of_cards(theme, chromium)).save(TO / f"cards-{theme}.png", optimize=True)
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


def columns_of_cards(theme: str, chromium: str) -> list[Image.Image]:
    """Draws every kind of card on a phone, three below each other."""
    messages = [{"from": {"is_bot": True}, "date": 0, **received(card)} for card in all_states().values()]
    drawn = []
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "column.png"
        for start in range(0, len(messages), 3):
            picture(page(messages[start : start + 3], theme, PHONE_WIDTH), to, chromium, PHONE_WIDTH, scale=1)
            with Image.open(to) as column:
                drawn.append(column.convert("RGB"))
    return drawn


def _side_by_side(columns: Sequence[Image.Image]) -> Image.Image:
    height = max(column.height for column in columns)
    sheet = Image.new("RGB", (sum(column.width for column in columns), height), "white")
    left = 0
    for column in columns:
        sheet.paste(column, (left, 0))
        left += column.width
    return sheet.quantize(SHEET_COLOURS, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sys.exit(main())
