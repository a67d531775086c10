"""Measures of replies in chats, by hand arithmetic."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from retrieval.datatypes import DialogueAct, Filter, Verdict
from retrieval.evaluation.chat_measures import chat_faults, is_handled, is_right, length_group, measure_chats
from retrieval.evaluation.chat_replies import ChatReplies, MessageReply, PairReplies, Reply, RumourReply, TurnReply
from retrieval.evaluation.chat_report import chat_json_lines, chat_report_page, chat_table_rows
from retrieval.evaluation.chat_sets import (
    ChatMessage,
    Dialogue,
    DialogueTurn,
    Expectation,
    Expected,
    PremisePair,
    Rumour,
)
from tests.retrieval.evaluation.chat_examples import (
    MISMARKED,
    OTHER,
    PRICE,
    RIGHT,
    TODAY,
    expected,
    given,
    marking,
    refused,
    taken_for,
)


def message(reply: Reply, wanted: Expected, kind: str = "who", text: str = "Giá gạo?") -> MessageReply:
    return MessageReply(ChatMessage("m", kind, text, TODAY, wanted), reply)


def pair(true: Reply, false: Reply, kind: str = "place", *, elsewhere: bool = False) -> PairReplies:
    return PairReplies(PremisePair("p", kind, "Giá gạo?", "Giá ngô?", TODAY, expected(), elsewhere), true, false)


def rumour(reply: Reply, verdict: str, told: str | None, sentence: str = "") -> RumourReply:
    """A reply to a forwarded message with a verdict, which the article "right" gives, and the one that was told."""
    articles = ("right",) if verdict != "nothing" else ()
    asked = Rumour("r", "Gạo lên giá rồi!!!", TODAY, Verdict(verdict), articles, sentence)
    return RumourReply(asked, replace(reply, act=DialogueAct.FORWARDED, verdict=Verdict(told) if told else None))


def turn(reply: Reply, wanted: Expected, meant: Reply | None, *, leans: bool) -> TurnReply:
    asked = DialogueTurn("Còn gạo?", wanted, leans, "Giá gạo?" if meant else "")
    return TurnReply(Dialogue("d", TODAY, (asked,)), 1, asked, reply, meant)


def measured(
    messages: Sequence[MessageReply] = (),
    pairs: Sequence[PairReplies] = (),
    turns: Sequence[TurnReply] = (),
    rumours: Sequence[RumourReply] = (),
) -> dict[str, dict[str, Mapping[str, float]]]:
    """Returns the measures by table and group."""
    tables = measure_chats(ChatReplies(tuple(messages), tuple(pairs), tuple(turns), tuple(rumours)))
    return {table.name: {group.name: group.measures for group in table.groups} for table in tables}


ANSWERED = [
    message(given(RIGHT, OTHER), expected(wrong=("500 đô",))),
    message(given(MISMARKED), expected(wrong=("500 đô",)), "when", "Giá gạo xuất khẩu tuần này lên mấy đô?"),
    message(given(OTHER, RIGHT), expected(), "when"),
    message(refused(RIGHT), expected()),
    message(refused(), expected()),
]


def test_answers_are_measured_over_all_messages_and_over_those_that_are_answered() -> None:
    found = measured(ANSWERED)["answer"]
    assert found["all"] == pytest.approx(
        {
            "right article": 100 * 3 / 5,  # a quote that was withheld counts too
            "first quote": 100 * 3 / 5,
            "answered": 100 * 3 / 5,
            "wrong": 100 / 3,
            "marked": 100 / 3,
        }
    )
    assert found["when"] == {"right article": 50, "first quote": 50, "answered": 100, "wrong": 50, "marked": 0}
    assert list(found) == ["all", "who", "when", "1-3 syllables", "7-9 syllables"]
    assert found["7-9 syllables"]["marked"] == 0


def test_a_mark_that_holds_an_answer_and_what_misleads_is_wrong() -> None:
    both = marking(PRICE, PRICE)
    assert measured([message(given(both), expected())])["answer"]["all"]["marked"] == 100
    assert measured([message(given(both), expected(wrong=("500 đô",)))])["answer"]["all"]["marked"] == 0


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("", "1-3 syllables"),
        ("giá vàng nay", "1-3 syllables"),
        ("giá vàng hôm nay", "4-6 syllables"),
        ("a b c d e g h", "7-9 syllables"),
        ("a b c d e g h i k l m n o", "10-13 syllables"),
        ("a b c d e g h i k l m n o p", "14+ syllables"),
    ],
)
def test_messages_are_grouped_by_their_syllables(text: str, group: str) -> None:
    assert length_group(text) == group


def test_other_messages_are_measured_by_what_they_expect() -> None:
    items = expected("list", items=("640 đô", "500 đô", "nắng"))
    found = measured(
        [
            message(refused(RIGHT), expected("abstain"), "near_miss"),
            message(given(OTHER), expected("abstain"), "out_of_domain"),
            message(given(OTHER), expected("smalltalk")),
            message(taken_for(DialogueAct.THANKS), expected("smalltalk")),
            message(given(RIGHT), items),
            message(given(OTHER), items),
            message(given(RIGHT), expected("summary", items=("640 đô", "500 đô", "nắng", "mưa"))),
        ]
    )
    assert found["abstain"] == {
        "all": {"refused": 50},
        "near_miss": {"refused": 100},
        "out_of_domain": {"refused": 0},
    }
    assert found["other"] == {
        "smalltalk": {"handled": 50, "quoted": 50},
        "list": {"handled": 0, "quoted": 100, "two items": 50},
        "summary": {"handled": 0, "quoted": 100, "items": 50},
    }


def test_a_message_is_handled_where_it_is_taken_for_what_it_is() -> None:
    asked = Filter(dt.date(2024, 3, 5), dt.date(2024, 3, 5))
    browsing = Expected(Expectation.BROWSE, where=asked)
    assert is_handled(taken_for(DialogueAct.BROWSE, asked), browsing) is True
    assert is_handled(taken_for(DialogueAct.BROWSE, Filter()), browsing) is False
    assert is_handled(taken_for(DialogueAct.BROWSE, Filter()), expected("browse")) is True
    assert is_handled(refused(), browsing) is False
    assert is_handled(taken_for(DialogueAct.ABOUT_CORPUS), expected("about")) is True
    assert is_handled(taken_for(DialogueAct.ABOUT_CORPUS), expected("smalltalk")) is False
    assert is_handled(taken_for(DialogueAct.NO_QUESTION), expected("smalltalk")) is True
    assert is_handled(taken_for(DialogueAct.LIST), expected("list")) is True
    assert is_handled(taken_for(DialogueAct.BROWSE), expected("list")) is True
    assert is_handled(given(RIGHT), expected("list")) is False
    assert is_handled(taken_for(DialogueAct.SUMMARY), expected("summary")) is True
    assert is_handled(given(RIGHT), expected()) is None


PAIRS = [
    pair(given(OTHER, RIGHT), refused(RIGHT)),
    pair(given(RIGHT), given(RIGHT), elsewhere=True),
    pair(given(OTHER), given(OTHER), "date", elsewhere=True),
    pair(refused(RIGHT), refused(), "date"),
]


def test_a_pair_is_right_where_the_true_question_is_answered_and_the_false_one_is_not() -> None:
    found = measured(pairs=PAIRS)["twins"]
    assert found["all"] == {
        "true answered": 75,
        "true right": 50,
        "false answered": 50,
        "false misled": 25,
        "both right": 25,
    }
    assert [found[name]["both right"] for name in ("place", "date", "named elsewhere", "named nowhere")] == [
        50, 0, 0, 50
    ]  # fmt: skip


RUMOURS = [
    rumour(given(RIGHT), "reported", "reported"),
    rumour(given(OTHER), "reported", "reported"),
    rumour(given(RIGHT), "denied", "denied", "Năm ngoái là 500 đô."),
    rumour(given(RIGHT), "denied", "denied", "Giá gạo không tăng."),
    rumour(given(RIGHT), "denied", "reported"),
    rumour(refused(), "denied", "nothing"),
    rumour(refused(), "nothing", "nothing"),
    rumour(refused(), "nothing", None),
]


def test_rumours_are_told_apart_and_the_denial_has_to_be_quoted() -> None:
    found = measured(rumours=RUMOURS)["rumours"]
    assert found["reported"] == {"as reported": 100, "as denied": 0, "as nothing": 0, "right": 50}
    assert found["denied"] == {"as reported": 25, "as denied": 50, "as nothing": 25, "right": 25}
    assert found["nothing"] == {"as reported": 0, "as denied": 0, "as nothing": 50, "right": 50}
    assert found["all"]["right"] == pytest.approx(37.5)


def test_rumours_that_are_told_wrongly_are_faults() -> None:
    faults = list(chat_faults(ChatReplies((), (), (), tuple(RUMOURS))))
    assert [fault.fault for fault in faults] == [
        "taken for reported, is reported",
        "taken for denied, is denied",
        "taken for reported, is denied",
        "taken for nothing, is denied",
        "taken for forwarded, is nothing",
    ]
    assert {fault.table for fault in faults} == {"rumours"}


TURNS = [
    turn(given(RIGHT), expected(), given(RIGHT), leans=False),
    turn(refused(), expected(), given(RIGHT), leans=True),
    turn(given(OTHER), expected(), refused(), leans=True),
    turn(refused(), expected("abstain"), given(OTHER), leans=True),
    turn(refused(), expected("smalltalk"), None, leans=False),
]


def test_turns_are_measured_beside_what_they_mean_asked_alone() -> None:
    found = measured(turns=TURNS)["dialogues"]
    assert found["answer"] == pytest.approx({"answered": 200 / 3, "right": 100 / 3, "meant right": 200 / 3})
    assert found["answer, leans"] == {"answered": 50, "right": 0, "meant right": 50}
    assert found["answer, stands alone"] == {"answered": 100, "right": 100, "meant right": 100}
    assert found["abstain"] == {"answered": 0, "right": 100, "meant right": 0}
    assert found["smalltalk"] == {"answered": 0, "right": 100, "handled": 0}


def test_an_answer_in_a_dialogue_needs_a_right_article_and_no_mark_that_misleads() -> None:
    elsewhere = marking(PRICE, "640  đô", "other")
    assert is_right(given(elsewhere, RIGHT), expected())
    assert not is_right(given(elsewhere), expected())
    assert not is_right(given(RIGHT, MISMARKED), expected(wrong=("500 đô",)))
    assert is_right(given(RIGHT, OTHER, MISMARKED), expected("list", articles=("right", "other")))
    assert not is_right(given(RIGHT, OTHER), expected("list", articles=("right",)))
    assert is_right(given(RIGHT), expected("browse")) is None


def test_every_wrong_reply_is_told_with_what_is_wrong() -> None:
    replies = ChatReplies(tuple(ANSWERED), tuple(PAIRS), tuple(TURNS))
    assert [(fault.table, fault.text, fault.fault) for fault in chat_faults(replies)] == [
        ("answer", "Giá gạo xuất khẩu tuần này lên mấy đô?", "marked wrongly"),
        ("answer", "Giá gạo?", "answered wrongly"),
        ("answer", "Giá gạo?", "refused, though the first quote answers"),
        ("answer", "Giá gạo?", "refused"),
        ("twins", "Giá ngô?", "answered, as if it were the true one"),
        ("twins", "Giá gạo?", "answered wrongly"),
        ("twins", "Giá ngô?", "answered"),
        ("twins", "Giá gạo?", "refused"),
        ("dialogues", "Còn gạo?", "refused; what is meant is answered rightly"),
        ("dialogues", "Còn gạo?", "answered wrongly"),
    ]
    page = chat_report_page(replies)
    assert "<h2>answer: 4 wrong</h2>" in page and page.count("<details>") == page.count("</details>") == 10
    assert "<p>Misleads: 500 đô</p>" in page and "marked: 500 đô" in page


def test_tables_and_json_lines_have_a_row_for_each_group() -> None:
    [table] = measure_chats(ChatReplies((), tuple(PAIRS[:2]), ()))
    assert chat_table_rows(table)[:2] == [
        ["twins, %", "asked", "true answered", "true right", "false answered", "false misled", "both right"],
        ["all", "2", "100.0", "100.0", "50.0", "50.0", "50.0"],
    ]
    first, second, *_ = map(json.loads, chat_json_lines([table]))
    assert (first["queries"], first["questions"], first["both right"]) == ("twins", 2, 50)
    assert "slice" not in first and second["slice"] == "place"
    [other] = measure_chats(ChatReplies((message(refused(), expected("smalltalk")),), (), ()))
    assert [json.loads(line) for line in chat_json_lines([other])] == [
        {"queries": "other", "slice": "smalltalk", "questions": 1, "handled": 0, "quoted": 0}
    ]
