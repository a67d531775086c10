"""Whatever an article holds, the card that quotes it is legal, and what it shows in blocks stands in the article."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from telegram import InputTextMessageContent

from bot.cards.answer_message import MESSAGE_ROOM
from bot.cards.buttons import CopyButton
from bot.cards.cards import Card, answer_card, explanation_card, welcome_card
from bot.cards.content import CardContent
from bot.cards.quote_blocks import TITLE_ROOM
from bot.cards.reader import Reader
from bot.cards.texts import ENGLISH, VIETNAMESE, Texts
from bot.conversation.inline_results import DESCRIPTION_ROOM, inline_results
from retrieval.datatypes import AbstainReason, Answer, Browse, DialogueAct, Filter, Headline, MatchedWords
from tests.bot.arbitrary import ABSTENTIONS, ANSWERS, BROWSED, HEADLINES, MATCHES, TODAY, received, strange_quotes
from tests.bot.canned import answer_of, quote_of
from tests.telegram_server.errors import RefusedError
from tests.telegram_server.text import Entity, utf16_length

KEY = "abcdefghijkl"
HUGE = Headline("a", "x" * 9999, "&" * 9999, None, "https://a.vn/" + '"' * 160)
PAGES = st.integers(0, 5)
LANGUAGES = st.sampled_from([VIETNAMESE, ENGLISH])


@pytest.mark.slow
@settings(max_examples=150)
@given(ANSWERS, PAGES, LANGUAGES, st.booleans())
def test_card_with_quotes_is_legal_and_quotes_word_for_word(
    answer: Answer, page: int, texts: Texts, chosen: bool
) -> None:
    page = page % len(answer.quotes)
    shown = CardContent(answer, chosen=answer if chosen else None, is_introduction=chosen)
    card = answer_card(shown, KEY, Reader(texts, TODAY, has_inline_mode=True), page)
    content = received(card)
    text, entities = content["text"], [Entity(**entity) for entity in content.get("entities", [])]
    assert utf16_length(text) <= MESSAGE_ROOM
    assert len(card.keyboard) <= 2
    assert strange_quotes(card, [quote.text for quote in answer.quotes[page:]]) == []
    blocks = [entity for entity in entities if "blockquote" in entity.type]
    for bold in (entity for entity in entities if entity.type == "bold" and entity.of(text) not in texts.chosen):
        assert any(block.offset <= bold.offset and bold.end <= block.end for block in blocks)
    assert {entity.type for entity in entities} <= {
        *("blockquote", "expandable_blockquote", "bold", "italic", "text_link")
    }


@pytest.mark.slow
@settings(max_examples=100)
@given(ANSWERS, MATCHES, PAGES, LANGUAGES, st.booleans())
def test_explanation_is_legal_and_quotes_word_for_word(
    answer: Answer, matches: MatchedWords, page: int, texts: Texts, chosen: bool
) -> None:
    page = page % len(answer.quotes)
    content = CardContent(answer, chosen=answer if chosen else None)
    card = explanation_card(content, matches, KEY, Reader(texts, TODAY), page)
    assert utf16_length(received(card)["text"]) <= MESSAGE_ROOM
    assert strange_quotes(card, [answer.quotes[page].text]) == []


@pytest.mark.slow
@settings(max_examples=100)
@given(ABSTENTIONS, LANGUAGES)
@example(
    Answer(
        "?",
        (),
        0.1,
        reason=AbstainReason.NOT_SURE,
        nearest=(Headline("a", "x" * 9999, "&" * 9999, None, "https://a.vn/" + '"' * 160),) * 6,
    ),
    VIETNAMESE,
)
def test_card_without_an_answer_is_legal(answer: Answer, texts: Texts) -> None:
    card = answer_card(CardContent(answer), KEY, Reader(texts, TODAY))
    content = received(card)
    assert utf16_length(content["text"]) <= MESSAGE_ROOM
    assert len(card.keyboard) <= 2
    assert {entity["type"] for entity in content.get("entities", [])} <= {"bold", "italic", "text_link"}


@settings(max_examples=50)
@given(BROWSED, LANGUAGES)
@example(
    Answer(
        "?", (), 0.0, act=DialogueAct.BROWSE, browse=Browse(Filter(source="&" * 9999), "<" * 99), headlines=(HUGE,) * 10
    ),
    VIETNAMESE,
)
def test_card_of_headlines_is_legal(answer: Answer, texts: Texts) -> None:
    content = received(answer_card(CardContent(answer), KEY, Reader(texts, TODAY)))
    assert {entity["type"] for entity in content.get("entities", [])} <= {"bold", "italic", "text_link"}


@pytest.mark.slow
@settings(max_examples=100)
@given(ANSWERS, st.text(min_size=1, max_size=256), LANGUAGES)
def test_offer_of_inline_mode_is_legal_and_quotes_word_for_word(answer: Answer, question: str, texts: Texts) -> None:
    for offer, quote in zip(inline_results(answer, question, Reader(texts, TODAY)), answer.quotes, strict=False):
        content = offer.input_message_content
        assert isinstance(content, InputTextMessageContent)
        card = Card(content.message_text)
        assert utf16_length(received(card)["text"]) <= MESSAGE_ROOM
        assert strange_quotes(card, [quote.text]) == []
        assert offer.title.strip() and len(offer.title) <= TITLE_ROOM
        assert len(offer.description or "") <= DESCRIPTION_ROOM


@settings(max_examples=50)
@given(st.lists(HEADLINES, max_size=3), LANGUAGES, st.booleans())
def test_welcome_is_legal(examples: list[Headline], texts: Texts, empty: bool) -> None:
    received(welcome_card(examples, KEY, texts, empty=empty))


def test_a_quote_that_is_not_in_its_article_is_noticed() -> None:
    quote = quote_of("Câu hỏi ở đây.", "Câu hỏi ở đây.")
    card = answer_card(CardContent(answer_of(quote)), KEY, Reader(VIETNAMESE, TODAY))
    assert strange_quotes(card, ["Câu hỏi khác ở đây."]) == ["Câu hỏi ở đây."] * 2  # in the block, and to be copied
    assert strange_quotes(card, [quote.text]) == []


def test_a_card_that_the_server_would_refuse_is_noticed() -> None:
    with pytest.raises(RefusedError):
        received(Card("<p>Câu hỏi</p>"))
    with pytest.raises(RefusedError):
        received(Card("Câu hỏi", ((CopyButton("Chép", "x" * 257),),)))
