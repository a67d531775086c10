"""Checking: tells which articles report or deny what a forwarded message claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.answering.answers import Assessment, assess, newest_date
from retrieval.answering.denials import Denial, find_denials
from retrieval.answering.quotes import quote_of
from retrieval.datatypes import AbstainReason, Answer, Filter, Quote, Span, Verdict
from retrieval.question import Question
from retrieval.search import SHARE, Ranking, SearchContext, retrieve

MIN_CLAIM_CONFIDENCE = 0.5
"""Least confidence that an article tells of what a message claims; see decision 67."""

MIN_CHECKED_SHARE = 0.05
"""Least share of probability from which an article beside the best is looked through for denials."""

MAX_CHECKED_ARTICLES = 3
"""Most articles that are looked through for denials."""

MAX_REPORTS = 2
"""Most quotes that report a claim."""


def check_claim(context: SearchContext, claim: Question, where: Filter | None = None) -> Answer:
    """Quotes the denial of a claim, or else reports of it; without either, says so.

    Claims are no questions: nothing is read for them, and the models that were fitted without a reader judge.

    Args:
        context: the snapshot with its encoder and models.
        claim: the forwarded message, its text being what it claims.
        where: which articles may be found; None for all.
    """
    context = replace(context, models=context.unread_models or context.models, reader=None)
    claim, ranking = retrieve(context, claim, k=context.settings.candidates, where=where)
    assessment = assess(context.snapshot, claim, ranking, context.models, settings=context.settings)
    is_told = bool(assessment.quotes) and assessment.confidence >= MIN_CLAIM_CONFIDENCE
    denials = _denials(context, claim, ranking) if is_told else []
    if denials:
        return _checked(context, claim, assessment, Verdict.DENIED, (_quote(denials[0]),))
    if is_told:
        return _checked(context, claim, assessment, Verdict.REPORTED, _reports(assessment))
    return _checked(context, claim, assessment, Verdict.NOTHING, ())


def _denials(context: SearchContext, claim: Question, ranking: Ranking) -> list[Denial]:
    near = dict.fromkeys(
        hit.passage.article_id for hit in ranking.hits if hit.signals.get(SHARE, 0.0) >= MIN_CHECKED_SHARE
    )
    articles = [stored for key in list(near)[:MAX_CHECKED_ARTICLES] if (stored := context.snapshot.article(key))]
    return find_denials(claim, articles)


def _quote(denial: Denial) -> Quote:
    """Quotes a denial with the sentence right before it, which tells what is denied."""
    before = [one for one in denial.stored.sentences if one.start < denial.sentence.start][-1:]
    start = before[0].start if before and before[0].kind == "sentence" else denial.sentence.start
    return quote_of(denial.stored, Span(start, denial.sentence.end), denial.sentence)


def _reports(assessment: Assessment) -> tuple[Quote, ...]:
    """Returns the first quote of each article."""
    quotes: Sequence[Quote] = assessment.quotes
    return tuple({quote.article_id: quote for quote in reversed(quotes)}.values())[::-1][:MAX_REPORTS]


def _checked(
    context: SearchContext, claim: Question, assessment: Assessment, verdict: Verdict, quotes: tuple[Quote, ...]
) -> Answer:
    is_nothing = verdict is Verdict.NOTHING
    return Answer(
        question=claim.typed,
        quotes=quotes,
        confidence=assessment.confidence,
        is_sure=not is_nothing and assessment.confidence >= context.models.sure_threshold,
        reason=AbstainReason.NOT_REPORTED if is_nothing else None,
        turn=claim.turn,
        newest=newest_date(context.snapshot) if is_nothing else None,
        act=claim.act,
        verdict=verdict,
    )
