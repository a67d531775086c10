"""What people say of the passages that they were shown: a verdict for each person and passage, which may be taken back.

What was asked is stored with it only where the person has agreed to that.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum

from bot.database import State
from retrieval import Answer, Quote


class Verdict(StrEnum):
    """Whether a passage answers what was asked."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's verdict on a passage of a card."""

    card: str
    """The key of the card, which names the question too."""
    user: int
    verdict: Verdict
    quote: Quote
    answer: Answer
    """The answer that the quote is of."""


def toggle_vote(state: State, vote: Vote, at: dt.datetime, question: str | None = None) -> bool:
    """Store a verdict in place of an earlier one of the person; the same once more takes it back.

    Args:
        state: the bot's database.
        vote: the verdict.
        at: when it was given.
        question: what was asked; None without the person's consent.

    Returns:
        Whether the verdict stands now.
    """
    quote = vote.quote
    passage = (vote.card, vote.user, quote.article_id, quote.start, quote.end)
    with state.transaction() as connection:
        earlier = connection.execute(
            "SELECT verdict FROM feedback WHERE (card, user, article, start, end) = (?, ?, ?, ?, ?)", passage
        ).fetchone()
        if earlier == (vote.verdict,):
            connection.execute(
                "DELETE FROM feedback WHERE (card, user, article, start, end) = (?, ?, ?, ?, ?)", passage
            )
            return False
        connection.execute(
            "INSERT OR REPLACE INTO feedback (card, user, article, start, end, verdict, at, signals, question)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*passage, vote.verdict, at.timestamp(), json.dumps(_signals(vote)), question),
        )
    return True


def _signals(vote: Vote) -> dict[str, float]:
    """What spoke for the passage, and how sure the answer was."""
    hit, of_answer = vote.quote.hit, {"confidence": vote.answer.confidence}
    if hit is None:
        return of_answer
    return {**hit.signals, "score": hit.score, "cosine": hit.dense_score, "bm25": hit.lexical_score, **of_answer}
