"""Asks the messages of a chat folder, in fresh chats and in dialogues, and keeps the replies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.config import DEFAULT_READER, ReaderChoice
from retrieval.datatypes import Answer, DialogueAct, Filter, Quote, Verdict
from retrieval.evaluation.chat_sets import ChatMessage, ChatSets, Dialogue, DialogueTurn, PremisePair, Rumour
from retrieval.evaluation.execution import ProgressFactory
from retrieval.evaluation.results import RANKED_PASSAGES
from retrieval.evaluation.worker_pool import ask_all
from retrieval.service import QuestionAnswering


@dataclass(frozen=True, slots=True)
class Chat:
    """Messages that are typed one after another in a fresh chat."""

    texts: tuple[str, ...]
    today: dt.date | None


@dataclass(frozen=True, slots=True)
class Reply:
    """The quotes that a message got."""

    quotes: tuple[Quote, ...]
    """The quotes that were given; none for an abstention."""
    withheld: tuple[Quote, ...] = ()
    """The quotes that an abstention kept back for want of confidence; unknown after the first message of a chat."""
    act: DialogueAct = DialogueAct.QUESTION
    """What the message was taken for."""
    where: Filter | None = None
    """The days and the source that were read from a request to browse; None for other messages."""
    named: tuple[str, ...] = ()
    """Ids of the articles that were named in reply to a request to browse."""
    verdict: Verdict | None = None
    """What the articles are said to say of a forwarded message; None for other messages."""

    @property
    def answered(self) -> bool:
        """Whether quotes were given."""
        return bool(self.quotes)

    @property
    def first(self) -> Quote | None:
        """The first quote, given or withheld."""
        return next(iter(self.quotes or self.withheld), None)


@dataclass(frozen=True, slots=True)
class MessageReply:
    """A message with its reply."""

    message: ChatMessage
    reply: Reply


@dataclass(frozen=True, slots=True)
class PairReplies:
    """A pair of questions with their replies, each in a fresh chat."""

    pair: PremisePair
    true: Reply
    false: Reply


@dataclass(frozen=True, slots=True)
class TurnReply:
    """A turn of a dialogue with its reply."""

    dialogue: Dialogue
    number: int
    """The number of the turn in its dialogue, from 1."""
    turn: DialogueTurn
    reply: Reply
    meant: Reply | None
    """The reply to what was meant, in a fresh chat; None where it is no question."""


@dataclass(frozen=True, slots=True)
class RumourReply:
    """A forwarded message with its reply."""

    rumour: Rumour
    reply: Reply


@dataclass(frozen=True, slots=True)
class ChatReplies:
    """The replies to all messages of a chat folder."""

    messages: tuple[MessageReply, ...]
    pairs: tuple[PairReplies, ...]
    turns: tuple[TurnReply, ...]
    rumours: tuple[RumourReply, ...] = ()


def ask_chats(
    index: Path, model: str | None, sets: ChatSets, progress: ProgressFactory, reader: ReaderChoice = DEFAULT_READER
) -> ChatReplies:
    """Asks all messages of a chat folder.

    Args:
        index: the folder of the index.
        model: the encoder, as `QuestionAnswering.open` takes it.
        sets: the messages.
        progress: shows how many chats are done.
        reader: which reader reads the best passages, or none.
    """
    chats = list(dict.fromkeys(_chats(sets)))
    with progress("chatting", len(chats)) as advance:
        found = dict(zip(chats, ask_all(index, model, chats, play, advance, reader=reader), strict=True))

    def fresh(text: str, today: dt.date | None) -> Reply:
        return found[Chat((text,), today)][0]

    return ChatReplies(
        tuple(MessageReply(one, fresh(one.text, one.today)) for one in sets.messages),
        tuple(PairReplies(one, fresh(one.true, one.today), fresh(one.false, one.today)) for one in sets.pairs),
        tuple(
            TurnReply(one, number, turn, reply, fresh(turn.meant, one.today) if turn.meant else None)
            for one in sets.dialogues
            for number, (turn, reply) in enumerate(zip(one.turns, found[_chat_of(one)], strict=True), 1)
        ),
        tuple(RumourReply(one, fresh(one.text, one.today)) for one in sets.rumours),
    )


def _chats(sets: ChatSets) -> Iterator[Chat]:
    for message in sets.messages:
        yield Chat((message.text,), message.today)
    for rumour in sets.rumours:
        yield Chat((rumour.text,), rumour.today)
    for pair in sets.pairs:
        yield Chat((pair.true,), pair.today)
        yield Chat((pair.false,), pair.today)
    for dialogue in sets.dialogues:
        yield _chat_of(dialogue)
        yield from (Chat((turn.meant,), dialogue.today) for turn in dialogue.turns if turn.meant)


def _chat_of(dialogue: Dialogue) -> Chat:
    return Chat(tuple(turn.text for turn in dialogue.turns), dialogue.today)


def play(qa: QuestionAnswering, chat: Chat) -> tuple[Reply, ...]:
    """Types the messages of a chat in turn, each after the last turn that had words, as the bot does."""
    replies = []
    after = None
    for number, text in enumerate(chat.texts):
        answer = qa.ask(text, today=chat.today, after=after)
        withheld = () if number else _withheld(qa, answer, chat)
        where = answer.browse.where if answer.browse else None
        named = tuple(headline.article_id for headline in answer.headlines)
        replies.append(Reply(answer.quotes, withheld, answer.act, where, named, answer.verdict))
        after = answer.turn or after
    return tuple(replies)


def _withheld(qa: QuestionAnswering, answer: Answer, chat: Chat) -> tuple[Quote, ...]:
    if answer.answered or answer.act is not DialogueAct.QUESTION:
        return ()
    return qa.assess(answer.question, k=RANKED_PASSAGES, today=chat.today).assessment.quotes
