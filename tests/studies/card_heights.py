"""Measures how many cards of answers fit one screen of a phone, and how far up the answer sentence stands.

    python -m tests.studies.card_heights [INDEX [CARDS]]

Draws the cards of the headlines of the newest articles of an index, as the first of a new chat, with Chromium. Without
an index one is made of the seeds and of the articles of the dialogues. Of the 844 pixels of a screen Telegram's own
bars leave some 660.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.cards import VIETNAMESE, CardContent, Reader, answer_card
from retrieval import Answer, sync_index
from retrieval.indexing import open_store
from retrieval.service import QuestionAnswering
from tests.bot.arbitrary import TODAY, received
from tests.bot.running import ROOT
from tests.telegram_server.screen import measure
from tests.telegram_server.values import Json

PHONE_WIDTH, PHONE_HEIGHT, BETWEEN_BARS = 390, 844, 660
"""Of the screen, and of what Telegram's bars leave of its height, in CSS pixels."""
CARDS = 200
QUOTES = 6
OWN_ARTICLES = (ROOT / "seeds", ROOT / "tests" / "retrieval" / "question" / "dialogues" / "corpus.jsonl")


def main(index: Path | None = None, cards: int = CARDS) -> int:
    """Prints the shares of cards that fit, and their median height."""
    chromium = shutil.which("chromium")
    if not chromium:
        print("chromium is not installed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        if index is None:
            index = Path(folder) / "index"
            sync_index(index, OWN_ARTICLES)
        answers = answers_to_headlines(index, cards)
    drawn = measure([message_of(answer) for answer in answers], PHONE_WIDTH, chromium)
    heights, sentences = [one.height for one in drawn], [one.first_block_end for one in drawn]
    quotes = [len(answer.quotes[0].text) for answer in answers]
    print(f"{len(drawn)} cards, in the median {statistics.median(heights):.0f} pixels high;", end=" ")
    print(f"quotes of {statistics.median(quotes):.0f} characters in the median")
    print(f"fit a screen of {PHONE_WIDTH} x {PHONE_HEIGHT}: {_share_up_to(PHONE_HEIGHT, heights):.1%}")
    print(f"fit between the bars of Telegram: {_share_up_to(BETWEEN_BARS, heights):.1%}")
    print(f"have the answer sentence in the first third: {_share_up_to(PHONE_HEIGHT / 3, sentences):.1%}")
    return 0


def answers_to_headlines(index: Path, count: int) -> list[Answer]:
    """Asks the headlines of an index' newest articles, and returns the answers with quotes."""
    with open_store(index) as store, store.snapshot() as snapshot:
        titles = [stored.article.title for stored in snapshot.newest(count)]
    with QuestionAnswering.open(index) as opened:
        answers = [opened.ask(title, quotes=QUOTES) for title in titles]
    return [answer for answer in answers if answer.answered]


def message_of(answer: Answer) -> Json:
    """Returns the message that shows an answer as the first of its chat."""
    reader = Reader(VIETNAMESE, TODAY, has_inline_mode=True)
    card = answer_card(CardContent(answer, is_introduction=True), "abcdefghijkl", reader)
    return {"from": {"is_bot": True}, "date": 0, **received(card)}


def _share_up_to(most: float, values: Sequence[float]) -> float:
    return sum(value <= most for value in values) / len(values)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else None, int(sys.argv[2]) if sys.argv[2:] else CARDS))
