"""Messages are asked as in the bot: in fresh chats, and each turn after the one before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from retrieval.evaluation.chat_replies import Chat, play
from retrieval.service import QuestionAnswering

TODAY = dt.date(2023, 11, 1)
FIRST, LEANING = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?", "còn an ninh mạng"


def test_a_turn_leans_on_the_last_turn_that_had_words(seeds_index: Path) -> None:
    with QuestionAnswering.open(seeds_index) as qa:
        replies = play(qa, Chat((FIRST, "?", LEANING), TODAY))
        first = qa.ask(FIRST, today=TODAY)
        leaning = qa.ask(LEANING, today=TODAY, after=first.turn)
        alone = qa.ask(LEANING, today=TODAY)
    assert leaning.read_as != alone.read_as
    assert [reply.quotes for reply in replies] == [first.quotes, (), leaning.quotes]


def test_what_a_fresh_chat_withholds_is_kept(seeds_index: Path) -> None:
    question = "Ai là người đầu tiên đặt chân lên Mặt Trăng?"
    with QuestionAnswering.open(seeds_index) as qa:
        [reply] = play(qa, Chat((question,), TODAY))
        [_, later] = play(qa, Chat((FIRST, question), TODAY))
    assert not reply.answered
    assert reply.first == reply.withheld[0]
    assert (later.answered, later.first) == (False, None)
