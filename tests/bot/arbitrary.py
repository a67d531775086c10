"""Strategies for arbitrary answers, and the checks that every card of them must pass."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from bot.cards.buttons import to_markup
from bot.cards.cards import Card
from retrieval.datatypes import (
    AbstainReason,
    Answer,
    Browse,
    DialogueAct,
    Filter,
    Headline,
    Hit,
    MatchedWords,
    PartialDate,
    Passage,
    Period,
    Quote,
    Span,
)
from tests.telegram_server.messages import text_content
from tests.telegram_server.text import Entity

TODAY = dt.date(2024, 3, 9)
NASTY = [
    *("<b>", "</b>", "</blockquote>", "<blockquote>", "<script>alert(1)</script>", "<a href='x'>", "<!--", "]]>"),
    *("<", ">", "&", "&amp;", "&lt;", "&#60;", "&nbsp;", '"', "'", "*_`[]("),
    *("👨\u200d👩\u200d👧", "👍🏽", "🇻🇳", "e\u0301\u0302", "سلام", "\u202e", "\u2066", "\u2069", "\u200e\u200f\u200e"),
    *("\x00", "\x1b[31m", "\x7f", "\r\n", "\n\n\n", "\t", " ", "\u00a0", "\u2028", "\ufeff", "\u200b", "\u030a"),
    *("\ud800", "\udfff", "@hoibao", "#tin", "/hoi", "https://a.vn", "Câu trả lời. ", "…", "{", "{words}"),
]
WORDS = st.sampled_from(["a", "ạ", "😀", "&", "<", "\u0301"]).map(lambda letter: letter * 10_000)
PIECES = st.sampled_from(NASTY) | st.text(max_size=40) | WORDS
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map("".join).filter(bool)
URLS = st.none() | TEXTS | TEXTS.map("https://a.vn/{}".format) | st.just("https://a.vn/?" + "&" * 900)
DAYS = st.dates(TODAY - dt.timedelta(days=9), TODAY + dt.timedelta(days=1)).map(PartialDate.of)
DATES = st.none() | DAYS | st.builds(PartialDate, st.integers(1900, 2100), st.integers(1, 12))
HEADLINES = st.builds(Headline, st.just("a"), TEXTS, TEXTS, DATES, URLS)
_FOUND = st.lists(TEXTS, max_size=10).map(tuple)
_PERIODS = st.none() | st.builds(Period, st.dates(), st.dates(), TEXTS, st.booleans())


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    """A quote of arbitrary text, with an answer sentence anywhere in it."""
    text = draw(TEXTS)
    start = draw(st.integers(0, 1000))
    places = st.tuples(st.integers(start, start + len(text)), st.integers(start, start + len(text)))
    spans = places.map(lambda ends: Span(min(ends), max(ends)))
    hit = Hit(Passage(1, "a", start, start + 1), 0.5, draw(st.floats(-1, 1)), 3.0)
    return Quote(
        draw(st.sampled_from("ab")), start, start + len(text), text, draw(spans),
        title=draw(TEXTS), source=draw(st.none() | TEXTS), published=draw(DATES), event=draw(DATES), url=draw(URLS),
        hit=draw(st.none() | st.just(hit)), copies=draw(st.integers(0, 50)),
        exact_span=draw(st.none() | spans),
    )  # fmt: skip


ANSWERS = st.builds(
    Answer, TEXTS, st.lists(quotes(), min_size=1, max_size=6).map(tuple), st.floats(0, 1),
    period=_PERIODS, read_as=st.none() | TEXTS, is_sure=st.booleans(),
)  # fmt: skip
MATCHES = st.builds(MatchedWords, _FOUND, _FOUND, _FOUND)
ABSTENTIONS = st.builds(
    Answer, TEXTS, st.just(()), st.floats(0, 1), reason=st.sampled_from(AbstainReason),
    nearest=st.lists(HEADLINES, max_size=6).map(tuple),
    period=_PERIODS, read_as=st.none() | TEXTS, newest=DATES,
)  # fmt: skip
BROWSED = st.builds(
    Answer, TEXTS, st.just(()), st.just(0.0), period=_PERIODS, act=st.just(DialogueAct.BROWSE),
    browse=st.builds(Browse, st.builds(Filter, source=st.none() | TEXTS), st.none() | TEXTS),
    headlines=st.lists(HEADLINES, min_size=1, max_size=10).map(tuple),
)  # fmt: skip


def received(card: Card) -> dict[str, Any]:
    """Sends a card to the server and returns its content; raises where the server refuses it."""
    keyboard = to_markup(card.keyboard)
    markup = keyboard.to_dict() if keyboard else None
    return text_content({"text": card.text, "parse_mode": "HTML", "reply_markup": markup}, "text")


def strange_quotes(card: Card, bodies: Sequence[str]) -> list[str]:
    """Returns the texts in blocks and copy buttons that are in none of the bodies."""
    content = received(card)
    entities = [Entity(**entity) for entity in content.get("entities", [])]
    quoted = [one.of(content["text"]) for one in entities if one.type in ("blockquote", "expandable_blockquote")]
    buttons = [button for row in content.get("reply_markup", {}).get("inline_keyboard", []) for button in row]
    quoted += [button["copy_text"]["text"] for button in buttons if "copy_text" in button]
    known = [comparable(body) for body in bodies]
    return [text for text in quoted if not any(comparable(text) in body for body in known)]


def comparable(text: str) -> str:
    """The text as Telegram shows it, without the characters whose replacement depends on their neighbours."""
    text = re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f]", " ", text)
    return re.sub("[\r\u2028-\u202e\u030a\u0333\u033f\u200c\u200e\u200f\ud800-\udfff\ufffd]", "", text)
