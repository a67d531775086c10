from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.cards.answer_message import MESSAGE_ROOM, answer_text
from bot.cards.buttons import Action, CallbackButton
from bot.cards.cards import answer_card
from bot.cards.content import CardContent
from bot.cards.list_message import MOST_LISTED
from bot.cards.reader import Reader
from bot.cards.texts import ENGLISH, VIETNAMESE, Texts
from retrieval.datatypes import AbstainReason, Answer, DialogueAct, Period, Verdict
from tests.bot.canned import abstention, answer_of, headline, quote_of
from tests.telegram_server.messages import shown
from tests.telegram_server.text import utf16_length

TODAY = dt.date(2024, 3, 9)
READER = Reader(VIETNAMESE, TODAY)

FIRST = quote_of("Chợ Sông Lam cháy. Không ai bị thương.", "Chợ Sông Lam cháy.", title="Cháy chợ", article_id="a")
SECOND = quote_of(
    "Xưởng gỗ bốc cháy.", "Xưởng gỗ bốc cháy.", title="Cháy xưởng", article_id="b", published="2024-03-05"
)


def listed(act: DialogueAct, *, verdict: Verdict | None = None, period: Period | None = None) -> Answer:
    return replace(answer_of(FIRST, SECOND), act=act, verdict=verdict, period=period, is_sure=False)


def text_of(answer: Answer, texts: Texts = VIETNAMESE) -> str:
    return answer_text(CardContent(answer), Reader(texts, TODAY))


def test_each_quote_of_a_list_stands_under_its_title() -> None:
    introducing = CardContent(listed(DialogueAct.LIST), is_introduction=True)
    assert answer_text(introducing, READER) == (
        f"{VIETNAMESE.listed}\n\n"
        "1. 📰 Cháy chợ · Báo Công an · đăng tháng 10/2023\n"
        "<blockquote><b>Chợ Sông Lam cháy.</b> Không ai bị thương.</blockquote>\n\n"
        "2. 📰 Cháy xưởng · Báo Công an · đăng 4 ngày trước\n"
        "<blockquote><b>Xưởng gỗ bốc cháy.</b></blockquote>\n\n"
        f"{VIETNAMESE.verbatim}"
    )


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH])
def test_the_head_tells_what_the_quotes_are(texts: Texts) -> None:
    heads = {
        texts.summed_up: listed(DialogueAct.SUMMARY),
        texts.reported: listed(DialogueAct.FORWARDED, verdict=Verdict.REPORTED),
        texts.denied: listed(DialogueAct.FORWARDED, verdict=Verdict.DENIED),
    }
    assert len(heads) == 3
    for head, answer in heads.items():
        assert text_of(answer, texts).startswith(f"{head}\n\n1. 📰")
        assert texts.possible not in text_of(answer, texts)


def test_a_long_list_fits_into_one_message() -> None:
    long = "Đây là một câu dài vừa phải để lấp cho đầy đoạn trích này. " * 40
    quotes = [quote_of(long, long.strip(), article_id=str(n), title=f"Bài {n} " * 40) for n in range(9)]
    answer = replace(answer_of(*quotes), act=DialogueAct.LIST)
    assert utf16_length(shown(text_of(answer))) <= MESSAGE_ROOM
    assert text_of(answer).count("<blockquote>") == MOST_LISTED


def test_the_buttons_are_votes_and_the_period() -> None:
    period = Period(dt.date(2024, 3, 1), dt.date(2024, 3, 9), "tháng này")
    card = answer_card(CardContent(listed(DialogueAct.LIST, period=period)), "key", READER)
    actions = [[button.data.action for button in row if isinstance(button, CallbackButton)] for row in card.keyboard]
    assert actions == [[Action.GOOD, Action.BAD, Action.ANY_TIME]]


def test_what_no_article_knows_is_told_without_an_invitation_to_ask_again() -> None:
    text = text_of(replace(abstention(AbstainReason.NOT_REPORTED), act=DialogueAct.FORWARDED, verdict=Verdict.NOTHING))
    assert text == VIETNAMESE.not_reported


def test_advice_names_articles_and_quotes_none() -> None:
    answer = replace(abstention(AbstainReason.ADVICE, headline("a", "Giá vàng tăng")), act=DialogueAct.ADVICE)
    text = text_of(answer)
    assert text.startswith(VIETNAMESE.no_advice)
    assert "Giá vàng tăng" in text and "blockquote" not in text
