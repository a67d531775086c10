"""Examples: finds recent articles that answer their own headline, to show what can be asked."""

from __future__ import annotations

import datetime as dt

from retrieval.answering.answers import headline_of
from retrieval.answering.events import is_same_story
from retrieval.answering.matched_words import match_words
from retrieval.answering.turns import answer_turn
from retrieval.datatypes import Headline, Quote
from retrieval.question import understand
from retrieval.search import SearchContext

MAX_EXAMPLES = 3
"""Most examples that are found."""

CANDIDATES = 15
"""Number of recent articles that are tried."""


def find_examples(context: SearchContext, today: dt.date) -> tuple[Headline, ...]:
    """Finds up to three recent articles that answer their own headline, the latest first.

    They report different stories.
    """
    chosen: list[Headline] = []
    for stored in context.snapshot.newest(CANDIDATES):
        headline = headline_of(stored)
        if any(is_same_story(headline, other) for other in chosen):
            continue
        questions = understand(
            headline.title, context.statistics, today=today, any_time=True, settings=context.settings
        )
        answer = answer_turn(context, questions)
        best = answer.quotes[0] if answer.answered else None
        # Search finds an article even by a vague headline; its quote must also hold words of the headline.
        is_its_own = best is not None and best.article_id == headline.article_id
        if best and is_its_own and _takes_up(best, headline, context):
            chosen.append(headline)
            if len(chosen) == MAX_EXAMPLES:
                break
    return tuple(chosen)


def _takes_up(quote: Quote, headline: Headline, context: SearchContext) -> bool:
    """Tells whether a quote holds matched words of a headline, including the words of a period."""
    [question] = understand(headline.title, context.statistics, today=None, settings=context.settings)
    news, least = context.statistics.news, context.settings.worth_telling_idf
    return bool(match_words(question, quote.text, quote.title, news, least).text)
