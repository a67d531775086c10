"""The part of a message that lists quotes: of a list, of a summary, or about a forwarded message."""

from __future__ import annotations

from bot.cards.quote_blocks import passage_block, source_line, title_link
from bot.cards.reader import Reader
from bot.cards.telegram_html import visible_width
from bot.cards.texts import Texts
from retrieval import Answer, DialogueAct, Verdict

LISTED_ACTS = frozenset((DialogueAct.LIST, DialogueAct.SUMMARY, DialogueAct.FORWARDED))
"""The dialogue acts whose quotes are shown side by side, none of them in front."""

MOST_LISTED = 5
LISTED_TITLE_ROOM = 90
ITEM_FRAME_ROOM = 16
"""Width of a quote's number, its line breaks and the marks of omitted text."""


def listed_parts(answer: Answer, reader: Reader, room: int) -> list[str]:
    """Renders the quotes of an answer, each under the title of its article.

    Args:
        answer: an answer with quotes, its act one of `LISTED_ACTS`.
        reader: the person who reads it.
        room: largest visible width, in UTF-16 units.
    """
    texts, quotes = reader.texts, answer.quotes[:MOST_LISTED]
    head = _head(answer, texts)
    titles = [
        f"{number}. 📰 {title_link(quote, texts, LISTED_TITLE_ROOM)} · {source_line(quote, reader)}"
        for number, quote in enumerate(quotes, 1)
    ]
    left = room - visible_width(head) - sum(visible_width(title) + ITEM_FRAME_ROOM for title in titles)
    blocks = (passage_block(quote, left // len(quotes), texts) for quote in quotes)
    return [head, *(f"{title}\n{block}" for title, block in zip(titles, blocks, strict=True))]


def _head(answer: Answer, texts: Texts) -> str:
    if answer.verdict:
        return texts.denied if answer.verdict is Verdict.DENIED else texts.reported
    return texts.summed_up if answer.act is DialogueAct.SUMMARY else texts.listed
