"""Measures the replies to a chat folder, group by group, and finds the replies that are wrong."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from retrieval.datatypes import DialogueAct, Quote, Verdict
from retrieval.evaluation.chat_replies import ChatReplies, MessageReply, PairReplies, Reply, RumourReply, TurnReply
from retrieval.evaluation.chat_sets import Expectation, Expected
from retrieval.evaluation.measures import contains_answer, marked_text
from retrieval.vietnamese import syllables

LONGEST_BY_GROUP = {"1-3 syllables": 3, "4-6 syllables": 6, "7-9 syllables": 9, "10-13 syllables": 13}
"""Syllables of the longest message of each group by length."""

LONG_GROUP = "14+ syllables"
"""The group of the messages that are longer than all others."""

ANSWER_TABLE, ABSTAIN_TABLE, OTHER_TABLE, PAIR_TABLE, TURN_TABLE = "answer", "abstain", "other", "twins", "dialogues"
RUMOUR_TABLE = "rumours"
"""Names of the tables."""

ALL_GROUP = "all"
"""Name of the group of all messages of a table."""

MIN_ITEMS = 2
"""Least number of items, or of articles, that a list shows."""

_Asked = TypeVar("_Asked")

_Judgement = Callable[[_Asked], float | None]
"""A share, 0 to 1, or whether something holds; None where it does not apply."""


@dataclass(frozen=True, slots=True)
class ChatGroup:
    """The measures of a group of messages, in percent by name."""

    name: str
    size: int
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ChatTable:
    """The measures of one kind of messages: of all together, then of groups of them."""

    name: str
    groups: tuple[ChatGroup, ...]


@dataclass(frozen=True, slots=True)
class ChatFault:
    """A message that got a wrong reply."""

    table: str
    """The name of the table that counts it."""
    id: str
    text: str
    fault: str
    expected: Expected
    quote: Quote | None
    """The first quote, given or withheld."""


def measure_chats(replies: ChatReplies) -> list[ChatTable]:
    """Returns the tables of messages, by what they expect, of pairs, of dialogues and of rumours.

    Tables that count nothing are left out.
    """
    messages = _grouped(replies.messages, _table_of)
    answers, abstentions, others = (messages.get(name, []) for name in (ANSWER_TABLE, ABSTAIN_TABLE, OTHER_TABLE))
    told = list(replies.rumours)
    tables = (
        _table(ANSWER_TABLE, ANSWER_MEASURES, {ALL_GROUP: answers} | _by_kind(answers) | _by_length(answers)),
        _table(ABSTAIN_TABLE, ABSTAIN_MEASURES, {ALL_GROUP: abstentions} | _by_kind(abstentions)),
        _table(OTHER_TABLE, OTHER_MEASURES, _grouped(others, lambda one: one.message.expected.reply.value)),
        _table(PAIR_TABLE, PAIR_MEASURES, {ALL_GROUP: list(replies.pairs)} | _pair_groups(replies.pairs)),
        _table(TURN_TABLE, TURN_MEASURES, {ALL_GROUP: list(replies.turns)} | _turn_groups(replies.turns)),
        _table(RUMOUR_TABLE, RUMOUR_MEASURES, {ALL_GROUP: told} | _grouped(told, lambda one: one.rumour.verdict.value)),
    )
    return [table for table in tables if table.groups]


def _table_of(one: MessageReply) -> str:
    reply = one.message.expected.reply
    return {Expectation.ANSWER: ANSWER_TABLE, Expectation.ABSTAIN: ABSTAIN_TABLE}.get(reply, OTHER_TABLE)


def _table(
    name: str, judgements: Mapping[str, _Judgement[_Asked]], groups: Mapping[str, Sequence[_Asked]]
) -> ChatTable:
    counted = [(group, own) for group, own in groups.items() if own]
    return ChatTable(name, tuple(ChatGroup(group, len(own), _measure_group(judgements, own)) for group, own in counted))


def _measure_group(judgements: Mapping[str, _Judgement[_Asked]], asked: Sequence[_Asked]) -> dict[str, float]:
    shares = {
        name: [float(share) for one in asked if (share := judge(one)) is not None] for name, judge in judgements.items()
    }
    return {name: 100 * statistics.fmean(values) for name, values in shares.items() if values}


def _grouped(asked: Iterable[_Asked], name_of: Callable[[_Asked], str]) -> dict[str, list[_Asked]]:
    groups: defaultdict[str, list[_Asked]] = defaultdict(list)
    for one in asked:
        groups[name_of(one)].append(one)
    return dict(groups)


def _by_kind(asked: Sequence[MessageReply]) -> dict[str, list[MessageReply]]:
    return _grouped(asked, lambda one: one.message.kind)


def _by_length(asked: Sequence[MessageReply]) -> dict[str, list[MessageReply]]:
    groups = _grouped(asked, lambda one: length_group(one.message.text))
    return {name: groups[name] for name in (*LONGEST_BY_GROUP, LONG_GROUP) if name in groups}


def length_group(text: str) -> str:
    """Returns the name of the group that a message belongs to by its length in syllables."""
    length = len(syllables(text))
    return next((name for name, longest in LONGEST_BY_GROUP.items() if length <= longest), LONG_GROUP)


def _pair_groups(asked: Sequence[PairReplies]) -> dict[str, list[PairReplies]]:
    named_elsewhere = _grouped(asked, lambda one: "named elsewhere" if one.pair.elsewhere else "named nowhere")
    return _grouped(asked, lambda one: one.pair.kind) | named_elsewhere


def _turn_groups(asked: Sequence[TurnReply]) -> dict[str, list[TurnReply]]:
    groups = _grouped(asked, lambda one: one.turn.expected.reply.value)
    answers = groups.get(Expectation.ANSWER, [])
    return groups | _grouped(answers, lambda one: "answer, leans" if one.turn.leans else "answer, stands alone")


# --- judgements ------------------------------------------------------------------------------------------------------


def _first_quote_holds_answer(one: MessageReply) -> bool:
    return _quotes_hold(_first(one.reply), one.message.expected.answers)


def _first(reply: Reply) -> tuple[Quote, ...]:
    return (reply.first,) if reply.first else ()


def _quotes_hold(quotes: Sequence[Quote], strings: Sequence[str]) -> bool:
    return any(contains_answer(quote.text, strings) for quote in quotes)


def _marks(quotes: Sequence[Quote], strings: Sequence[str]) -> bool:
    return any(contains_answer(marked_text(quote), strings) for quote in quotes)


def _comes_from_right_article(one: MessageReply) -> bool:
    return one.reply.first is not None and one.reply.first.article_id in one.message.expected.articles


def _is_wrong(one: MessageReply) -> bool | None:
    return not _first_quote_holds_answer(one) if one.reply.answered else None


def _is_marked_rightly(one: MessageReply) -> bool | None:
    if not one.reply.answered:
        return None
    first, expected = _first(one.reply), one.message.expected
    return _marks(first, expected.answers) and not _marks(first, expected.wrong)


def _items_shown(one: MessageReply) -> list[bool]:
    return [_quotes_hold(one.reply.quotes, (item,)) for item in one.message.expected.items]


def _lists_enough(one: MessageReply) -> bool | None:
    return sum(_items_shown(one)) >= MIN_ITEMS if one.message.expected.reply is Expectation.LIST else None


def _share_of_items(one: MessageReply) -> float | None:
    shown = _items_shown(one)
    return statistics.fmean(shown) if shown and one.message.expected.reply is Expectation.SUMMARY else None


def _true_is_right(one: PairReplies) -> bool:
    return _quotes_hold(one.true.quotes, one.pair.expected.answers)


def _false_is_misled(one: PairReplies) -> bool:
    return _quotes_hold(one.false.quotes, one.pair.expected.answers)


def _is_taken_for(verdict: Verdict, one: RumourReply) -> bool:
    return one.reply.verdict is verdict


def _rumour_is_right(one: RumourReply) -> bool:
    """Tells whether a forwarded message gets its verdict, by a report of a right article or by the denial itself."""
    rumour, reply = one.rumour, one.reply
    if reply.verdict is not rumour.verdict:
        return False
    own = [quote for quote in reply.quotes if quote.article_id in rumour.articles]
    match rumour.verdict:
        case Verdict.REPORTED:
            return bool(own)
        case Verdict.DENIED:
            return _quotes_hold(own, (rumour.sentence,))
    return not reply.answered


def _turn_is_right(one: TurnReply) -> bool | None:
    return is_right(one.reply, one.turn.expected)


def _meant_is_right(one: TurnReply) -> bool | None:
    return is_right(one.meant, one.turn.expected) if one.meant else None


def is_right(reply: Reply, expected: Expected) -> bool | None:
    """Tells whether a reply in a dialogue is right; None where this cannot be told from its quotes.

    An answer quotes an answer string and a right article, and marks nothing that misleads. A list quotes or names two
    articles, most of them right. No quote is the right reply to a message that expects none.
    """
    quoted = {quote.article_id for quote in reply.quotes}
    match expected.reply:
        case Expectation.ANSWER:
            holds = _quotes_hold(reply.quotes, expected.answers) and not quoted.isdisjoint(expected.articles)
            return holds and not _marks(reply.quotes, expected.wrong)
        case Expectation.LIST:
            shown = quoted.union(reply.named)
            return len(shown) >= MIN_ITEMS and 2 * len(shown & set(expected.articles)) > len(shown)
        case Expectation.BROWSE | Expectation.SUMMARY:
            return None
    return not reply.answered


def is_handled(reply: Reply, expected: Expected) -> bool | None:
    """Tells whether a message was taken for what it is; None for a message that expects an answer or none.

    A request to browse is so if its days and its source were read as given; its topic is not judged. A list may also be
    one of headlines.
    """
    match expected.reply:
        case Expectation.SMALLTALK:
            return reply.act.is_small_talk or reply.act is DialogueAct.NO_QUESTION
        case Expectation.ABOUT:
            return reply.act.is_about
        case Expectation.BROWSE:
            return reply.act is DialogueAct.BROWSE and expected.where in (None, reply.where)
        case Expectation.LIST:
            return reply.act in (DialogueAct.LIST, DialogueAct.BROWSE)
        case Expectation.SUMMARY:
            return reply.act is DialogueAct.SUMMARY
    return None


ANSWER_MEASURES: Mapping[str, _Judgement[MessageReply]] = {
    "right article": _comes_from_right_article,
    "first quote": _first_quote_holds_answer,
    "answered": lambda one: one.reply.answered,
    "wrong": _is_wrong,
    "marked": _is_marked_rightly,
}
ABSTAIN_MEASURES: Mapping[str, _Judgement[MessageReply]] = {"refused": lambda one: not one.reply.answered}
OTHER_MEASURES: Mapping[str, _Judgement[MessageReply]] = {
    "handled": lambda one: is_handled(one.reply, one.message.expected),
    "quoted": lambda one: one.reply.answered,
    "two items": _lists_enough,
    "items": _share_of_items,
}
PAIR_MEASURES: Mapping[str, _Judgement[PairReplies]] = {
    "true answered": lambda one: one.true.answered,
    "true right": _true_is_right,
    "false answered": lambda one: one.false.answered,
    "false misled": _false_is_misled,
    "both right": lambda one: _true_is_right(one) and not one.false.answered,
}
RUMOUR_MEASURES: Mapping[str, _Judgement[RumourReply]] = {
    **{f"as {verdict}": partial(_is_taken_for, verdict) for verdict in Verdict},
    "right": _rumour_is_right,
}
TURN_MEASURES: Mapping[str, _Judgement[TurnReply]] = {
    "answered": lambda one: one.reply.answered,
    "right": _turn_is_right,
    "meant right": _meant_is_right,
    "handled": lambda one: is_handled(one.reply, one.turn.expected),
}


# --- faults ----------------------------------------------------------------------------------------------------------


def chat_faults(replies: ChatReplies) -> Iterator[ChatFault]:
    """Yields the messages that got a wrong reply, in the order of the files."""
    for message in replies.messages:
        asked, expected = message.message, message.message.expected
        if fault := _message_fault(message):
            yield ChatFault(_table_of(message), asked.id, asked.text, fault, expected, message.reply.first)
    for one in replies.pairs:
        pair = one.pair
        if not _true_is_right(one):
            fault = "answered wrongly" if one.true.answered else "refused"
            yield ChatFault(PAIR_TABLE, pair.id, pair.true, fault, pair.expected, one.true.first)
        if one.false.answered:
            fault = "answered, as if it were the true one" if _false_is_misled(one) else "answered"
            yield ChatFault(PAIR_TABLE, pair.id, pair.false, fault, Expected(Expectation.ABSTAIN), one.false.first)
    for told in replies.rumours:
        if not _rumour_is_right(told):
            fault = f"taken for {told.reply.verdict or told.reply.act}, is {told.rumour.verdict}"
            expected = Expected(Expectation.ANSWER, told.rumour.articles, (told.rumour.sentence,))
            yield ChatFault(RUMOUR_TABLE, told.rumour.id, told.rumour.text, fault, expected, told.reply.first)
    for turn in replies.turns:
        if _turn_is_right(turn) is False:
            fault = _turn_fault(turn)
            place = f"{turn.dialogue.id}, turn {turn.number}"
            yield ChatFault(TURN_TABLE, place, turn.turn.text, fault, turn.turn.expected, turn.reply.first)


def _message_fault(one: MessageReply) -> str | None:
    match one.message.expected.reply:
        case Expectation.ANSWER:
            return _answer_fault(one)
        case Expectation.LIST:
            return None if _lists_enough(one) else f"shows {sum(_items_shown(one))} items"
        case Expectation.SUMMARY:
            shown = _items_shown(one)
            return None if all(shown) else f"shows {sum(shown)} of {len(shown)} items"
    if one.reply.answered:
        return "answered"
    return "not taken for what it is" if is_handled(one.reply, one.message.expected) is False else None


def _answer_fault(one: MessageReply) -> str | None:
    if not one.reply.answered:
        return "refused, though the first quote answers" if _first_quote_holds_answer(one) else "refused"
    if not _first_quote_holds_answer(one):
        return "answered wrongly"
    return None if _is_marked_rightly(one) else "marked wrongly"


def _turn_fault(one: TurnReply) -> str:
    fault = "answered wrongly" if one.reply.answered else "refused"
    return f"{fault}; what is meant is answered rightly" if _meant_is_right(one) and one.reply != one.meant else fault
