"""Answers: chooses quotes from a ranking, computes their confidence, and answers or abstains."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.answering.answer_sentence import sentence_features
from retrieval.answering.confidence import confidence_features
from retrieval.answering.premise import missing_premises
from retrieval.answering.quotes import QuoteDraft, draft_quotes, newest_first
from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.datatypes import AbstainReason, Answer, Headline, PartialDate, Quote, Span
from retrieval.question import Question
from retrieval.search import SHARE, FittedModels, Ranking
from retrieval.store import Snapshot, StoredArticle
from retrieval.timing import timed_stage

ALWAYS, NEVER = 0.0, math.inf
"""Confidence thresholds at which every assessment with quotes answers, and at which none does."""

Features = Mapping[str, float]
"""Values of features, by feature name."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Holds the quotes that would answer a question, and the confidence in the first.

    The most probable quote comes first, unless a newer article reports the same with other figures.
    """

    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0
    """Estimated probability that the first quote answers, 0 to 1; computed for the most probable quote."""
    nearest: tuple[Headline, ...] = ()
    """The articles of the best hits, which are named when there is no answer."""
    evidence: Features = field(default_factory=dict)
    """The features of the confidence, computed for the most probable quote."""
    sentences: tuple[tuple[str, Features], ...] = ()
    """(text, answer-sentence features) of each sentence of the first quote."""
    missing: tuple[str, ...] = ()
    """The names and numbers of the question that the first quote's article lacks; see `missing_premises`."""

    def is_sure(self, threshold: float) -> bool:
        """Tells whether the confidence in a quote reaches a threshold, and its article lacks no premise."""
        return bool(self.quotes) and self.confidence >= threshold and not self.missing


@timed_stage("quote")
def assess(
    snapshot: Snapshot,
    question: Question,
    ranking: Ranking,
    models: FittedModels,
    *,
    max_quotes: int | None = None,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> Assessment:
    """Chooses quotes and their answer sentences from a ranking, and computes the confidence.

    Args:
        snapshot: the state of the index that the hits are from.
        question: the question.
        ranking: the reranked hits of the question.
        models: the models of the answer sentence and of the confidence.
        max_quotes: most quotes; `settings.max_quotes` if None. The first `settings.max_quotes` do not depend on it.
        settings: the settings of quotes.
    """
    usual = settings.max_quotes
    most = usual if max_quotes is None else max_quotes
    hits = ranking.hits
    near = list(dict.fromkeys(hit.passage.article_id for hit in hits))[: max(most, usual)]
    articles = {key: stored for key in near if (stored := snapshot.article(key)) is not None}
    nearest = tuple(headline_of(articles[key]) for key in near[:usual] if key in articles)
    ranked = [hit for hit in hits if hit.passage.article_id in articles and SHARE in hit.signals]
    best = [hit for hit in ranked if hit.passage.article_id in near[:usual]]
    first = draft_quotes(best, articles, usual, settings.quotes)
    if not first:
        return Assessment(nearest=nearest)
    drafts = [*newest_first(first), *draft_quotes(ranked, articles, most, settings.quotes, first)[len(first) :]]
    described = _described(drafts, question)
    evidence = confidence_features(first[0], hits, described[drafts.index(first[0])])
    copies = _count_copies(snapshot, drafts, settings.quotes.max_copies)
    answering = _described(drafts, question.asked_part) if question.asked_part else described
    quotes = tuple(
        _quote(draft, draft.sentences[_best([models.sentence.score(row) for row in rows])], count)
        for draft, rows, count in zip(drafts, answering, copies, strict=True)
    )
    texts = [span.of(drafts[0].stored.article.body) for span in drafts[0].sentences]
    return Assessment(
        quotes,
        models.confidence.probability(evidence),
        nearest,
        evidence,
        tuple(zip(texts, described[0], strict=True)),
        missing_premises(question, drafts[0].stored.article),
    )


def decide(snapshot: Snapshot, question: Question, assessment: Assessment, threshold: float) -> Answer:
    """Answers with the quotes of an assessment if its confidence reaches a threshold, else abstains.

    Args:
        snapshot: the state of the index; an abstention tells the date of its newest article.
        question: the question.
        assessment: the assessment of the question.
        threshold: least confidence; `NEVER` to abstain in any case, `ALWAYS` to answer whenever there are quotes.
    """
    reason = _reason(question, assessment, threshold)
    is_unsure = reason in (AbstainReason.NOT_SURE, AbstainReason.OTHER_PREMISE)
    is_blank = reason is AbstainReason.EMPTY_QUESTION
    return Answer(
        question=question.typed,
        quotes=assessment.quotes if reason is None else (),
        confidence=assessment.confidence if reason is None or is_unsure else 0.0,
        reason=reason,
        nearest=assessment.nearest if is_unsure else (),
        period=None if is_blank else question.period,
        read_as=question.read_as,
        rewriting=question.rewriting,
        turn=None if is_blank else question.turn,
        newest=newest_date(snapshot) if reason is not None else None,
        missing=assessment.missing if reason is AbstainReason.OTHER_PREMISE else (),
    )


def answer(
    snapshot: Snapshot,
    question: Question,
    ranking: Ranking,
    models: FittedModels,
    *,
    threshold: float,
    max_quotes: int | None = None,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> Answer:
    """Answers a question from its ranking, or abstains if the confidence is below a threshold.

    See `assess` and `decide` for the arguments.
    """
    assessment = assess(snapshot, question, ranking, models, max_quotes=max_quotes, settings=settings)
    return decide(snapshot, question, assessment, threshold)


def newest_date(snapshot: Snapshot) -> PartialDate | None:
    """Returns the date of the newest article; None without one, or if it is undated."""
    return next((stored.article.published for stored in snapshot.newest(1)), None)


def headline_of(stored: StoredArticle) -> Headline:
    """Makes the headline that names an article without quoting it."""
    article = stored.article
    return Headline(article.id, article.title, article.source, article.published, article.url)


def _reason(question: Question, assessment: Assessment, threshold: float) -> AbstainReason | None:
    if question.is_blank:
        return AbstainReason.EMPTY_QUESTION
    if not assessment.quotes:
        return AbstainReason.NOTHING_MATCHES
    if threshold == ALWAYS or assessment.is_sure(threshold):
        return None
    return AbstainReason.OTHER_PREMISE if assessment.confidence >= threshold else AbstainReason.NOT_SURE


def _described(drafts: Sequence[QuoteDraft], question: Question) -> list[list[dict[str, float]]]:
    """Computes the answer-sentence features of each quote's sentences."""
    return [sentence_features(draft.stored.article, draft.sentences, draft.probabilities, question) for draft in drafts]


def _count_copies(snapshot: Snapshot, drafts: Sequence[QuoteDraft], max_copies: int) -> list[int]:
    """Counts, for each quote, the other papers that print near-duplicates of its article.

    Each near-duplicate without a source counts as one paper; at most `max_copies` near-duplicates are read.
    """
    copies = snapshot.copies({draft.stored.number for draft in drafts})
    counts = []
    for draft in drafts:
        others = snapshot.articles(copies.get(draft.stored.number, ())[:max_copies]).values()
        papers = {other.article.source or other.article.id for other in others}
        counts.append(len(papers - {draft.stored.article.source}))
    return counts


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=lambda n: scores[n])


def _quote(draft: QuoteDraft, answer_sentence: Span, copies: int) -> Quote:
    article = draft.stored.article
    start, end = draft.span.start, draft.span.end
    return Quote(
        article_id=article.id,
        start=start,
        end=end,
        text=article.body[start:end],
        answer_span=answer_sentence,
        title=article.title,
        source=article.source,
        published=article.published,
        event=article.event,
        url=article.url,
        hit=replace(draft.hit, signals=dict(draft.hit.signals)),
        copies=copies,
    )
