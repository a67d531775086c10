"""Whatever an article holds, the message that quotes it is legal, and what it shows in blocks stands in the article."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.render import COMFORTABLE, render
from bot.texts import VIETNAMESE
from retrieval.datatypes import Answer, Headline, PartialDate, Quote, Reason, Span
from tests.telegram_server.messages import read_text
from tests.telegram_server.text import utf16_length

NASTY = [
    *("<b>", "</b>", "</blockquote>", "<blockquote>", "<script>alert(1)</script>", "<a href='x'>", "<!--", "]]>"),
    *("<", ">", "&", "&amp;", "&lt;", "&#60;", "&nbsp;", '"', "'", "*_`[]("),
    *("👨\u200d👩\u200d👧", "👍🏽", "🇻🇳", "e\u0301\u0302", "سلام", "\u202e", "\u2066", "\u2069", "\u200e\u200f\u200e"),
    *("\x00", "\x1b[31m", "\x7f", "\r\n", "\n\n\n", "\t", " ", "\u00a0", "\u2028", "\ufeff", "\u200b", "\u030a"),
    *("\ud800", "\udfff", "@hoibao", "#tin", "/hoi", "https://a.vn", "Câu trả lời. ", "…"),
]
WORDS = st.sampled_from(["a", "ạ", "😀", "&", "<", "\u0301"]).map(lambda letter: letter * 10_000)
PIECES = st.sampled_from(NASTY) | st.text(max_size=40) | WORDS
TEXTS = st.lists(PIECES, min_size=1, max_size=12).map("".join).filter(bool)
URLS = st.none() | TEXTS | TEXTS.map("https://a.vn/{}".format) | st.just("https://a.vn/?" + "&" * 900)
DATES = st.none() | st.builds(PartialDate, st.integers(1900, 2100), st.integers(1, 12))


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    text = draw(TEXTS)
    start = draw(st.integers(0, 1000))
    ends = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    return Quote(
        draw(st.sampled_from("ab")), start, start + len(text), text, Span(start + ends[0], start + ends[1]),
        title=draw(TEXTS), source=draw(st.none() | TEXTS), published=draw(DATES), event=draw(DATES), url=draw(URLS),
    )  # fmt: skip


def comparable(text: str) -> str:
    """As Telegram shows it, without what it or the encoding replaces by something that depends on the neighbours."""
    text = re.sub("[\x00-\x09\x0b\x0c\x0e-\x1f]", " ", text)
    return re.sub("[\r\u2028-\u202e\u030a\u0333\u033f\u200c\u200e\u200f\ud800-\udfff\ufffd]", "", text)


@settings(max_examples=150, deadline=None)
@given(st.lists(quotes(), min_size=1, max_size=4), st.none() | TEXTS)
def test_message_with_quotes_is_legal_and_quotes_word_for_word(given_quotes: list[Quote], read_as: str | None) -> None:
    text, entities = read_text(render(Answer("?", tuple(given_quotes), 0.9, read_as=read_as), VIETNAMESE), "HTML")
    assert utf16_length(text) <= COMFORTABLE + 1600
    bodies = [comparable(quote.text) for quote in given_quotes[:3]]
    blocks = [entity for entity in entities if entity.type == "blockquote"]
    for block in blocks:
        assert any(comparable(block.of(text)) in body for body in bodies)
    for bold in (entity for entity in entities if entity.type == "bold"):
        assert any(block.offset <= bold.offset and bold.end <= block.end for block in blocks)
    assert {entity.type for entity in entities} <= {"blockquote", "bold", "italic", "text_link"}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(Reason), st.lists(st.builds(Headline, st.just("a"), TEXTS, TEXTS, DATES, URLS), max_size=6))
@example(Reason.NOT_SURE, [Headline("a", "x" * 10_000, "&" * 10_000, None, "https://a.vn/" + '"' * 160)] * 6)
def test_message_without_an_answer_is_legal(reason: Reason, nearest: list[Headline]) -> None:
    text, entities = read_text(render(Answer("?", (), 0.1, reason, tuple(nearest)), VIETNAMESE), "HTML")
    assert utf16_length(text) <= COMFORTABLE
    assert {entity.type for entity in entities} <= {"bold", "italic", "text_link"}
