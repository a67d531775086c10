"""Feedback: one vote of each user on each quoted passage, which may be withdrawn.

The question is stored with a vote only where the user has consented.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import StrEnum

from bot.database import State
from retrieval import Quote


class Verdict(StrEnum):
    """Whether a passage answers the question."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Vote:
    """A user's verdict on a quote of a card."""

    card: str
    """Key of the card, which stands for the question too."""
    user: int
    verdict: Verdict
    quote: Quote
    confidence: float
    """Confidence, 0 to 1, with which the card shows the quote."""


def toggle_vote(state: State, vote: Vote, at: dt.datetime, question: str | None = None) -> bool:
    """Stores a vote in place of the user's earlier one. The same vote again withdraws it.

    Args:
        state: the bot's database.
        vote: the vote.
        at: time of the vote.
        question: the question; None without the user's consent.

    Returns:
        Whether the vote is stored now.
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
    """Returns the signals of the passage, and the confidence of the answer."""
    hit, of_answer = vote.quote.hit, {"confidence": vote.confidence}
    if hit is None:
        return of_answer
    return {**hit.signals, "score": hit.score, "cosine": hit.dense_score, "bm25": hit.lexical_score, **of_answer}
