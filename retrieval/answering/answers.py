"""Answers: chooses quotes from a ranking, computes their confidence, and answers or abstains."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.answering.answer_sentence import choose_sentence, sentence_features
from retrieval.answering.confidence import confidence_features
from retrieval.answering.counterparts import counterpart
from retrieval.answering.denials import find_denials
from retrieval.answering.premise import missing_premises
from retrieval.answering.quotes import QuoteDraft, draft_quotes, newest_first, quote_of
from retrieval.config import DEFAULT_SETTINGS, ReadingSettings, SearchSettings
from retrieval.datatypes import AbstainReason, Answer, DialogueAct, Headline, PartialDate, Quote, Span
from retrieval.question import Question
from retrieval.runtime import timed_stage
from retrieval.search import SHARE, SHARE_WITHIN, FittedModels, Ranking
from retrieval.store import Snapshot, StoredArticle
from retrieval.vietnamese import is_yes_no, tokens_of

ALWAYS, NEVER = 0.0, math.inf
"""Confidence thresholds at which every assessment with quotes answers, and at which none does."""

ASKING_ACTS = (DialogueAct.QUESTION, DialogueAct.LIST, DialogueAct.SUMMARY, DialogueAct.ADVICE)
"""The dialogue acts that ask something of the news."""

STALE_AFTER = dt.timedelta(days=3)
"""Age from which an answer is too old for a question that asks for what is newest."""

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
    found: tuple[str, ...] = ()
    """For each of them what the article has in its place, empty if unknown; see `counterpart`."""

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
    described = _described(drafts, question, ranking)
    evidence = confidence_features(first[0], hits, described[drafts.index(first[0])])
    copies = _count_copies(snapshot, drafts, settings.quotes.max_copies)
    exact = [_exact_span(draft, ranking) for draft in drafts]
    answering = _described(drafts, question.asked_part, ranking) if question.asked_part else described
    quotes = tuple(
        _quote(
            draft,
            _denying_sentence(question, draft)
            or mark_answer(draft, [models.sentence.score(row) for row in rows], span),
            count,
            span,
        )
        for draft, rows, count, span in zip(drafts, answering, copies, exact, strict=True)
    )
    texts = [span.of(drafts[0].stored.article.body) for span in drafts[0].sentences]
    missing = missing_premises(question, drafts[0].stored.article)
    missing = missing or _contradicted_words(question, drafts[0], ranking, settings.reading)
    return Assessment(
        quotes,
        models.confidence.probability(evidence),
        nearest,
        evidence,
        tuple(zip(texts, described[0], strict=True)),
        missing,
        tuple(counterpart(words, drafts[0].stored.article) for words in missing),
    )


def decide(
    snapshot: Snapshot, question: Question, assessment: Assessment, threshold: float, sure_threshold: float = ALWAYS
) -> Answer:
    """Answers with the quotes of an assessment if its confidence reaches a threshold, else abstains.

    What is no question is neither answered nor abstained from: the answer then tells its dialogue act.

    Args:
        snapshot: the state of the index; an abstention tells the date of its newest article.
        question: the question.
        assessment: the assessment of the question.
        threshold: least confidence; `NEVER` to abstain in any case, `ALWAYS` to answer whenever there are quotes.
        sure_threshold: least confidence of an answer that is given as sure.
    """
    reason = _reason(question, assessment, threshold)
    is_unsure = reason in (AbstainReason.NOT_SURE, AbstainReason.OTHER_PREMISE)
    is_asked = question.act in ASKING_ACTS and not question.is_blank
    return Answer(
        question=question.typed,
        quotes=assessment.quotes if reason is None and is_asked else (),
        confidence=assessment.confidence if reason is None or is_unsure else 0.0,
        is_sure=reason is None and assessment.confidence >= sure_threshold,
        reason=reason,
        nearest=assessment.nearest if is_unsure else (),
        period=question.period if is_asked else None,
        read_as=question.read_as,
        rewriting=question.rewriting,
        turn=question.turn if is_asked else None,
        newest=newest_date(snapshot) if reason is not None else None,
        stale=_stale(question, assessment) if reason is None and is_asked else None,
        missing=assessment.missing if reason is AbstainReason.OTHER_PREMISE else (),
        found=assessment.found if reason is AbstainReason.OTHER_PREMISE else (),
        act=question.act,
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
    if question.act not in (*ASKING_ACTS, DialogueAct.NO_QUESTION):
        return None
    if question.is_blank or question.act is DialogueAct.NO_QUESTION:
        return AbstainReason.EMPTY_QUESTION
    if not assessment.quotes:
        return AbstainReason.NOTHING_MATCHES
    if threshold == ALWAYS or assessment.is_sure(threshold):
        return None
    return AbstainReason.OTHER_PREMISE if assessment.confidence >= threshold else AbstainReason.NOT_SURE


def _stale(question: Question, assessment: Assessment) -> PartialDate | None:
    """Returns the date of the first quote's article, if the question asks for what is newer."""
    published = assessment.quotes[0].published if assessment.quotes else None
    if not question.wants_newest or question.period or question.asked_on is None or published is None:
        return None
    return published if published.last < question.asked_on - STALE_AFTER else None


def _described(drafts: Sequence[QuoteDraft], question: Question, ranking: Ranking) -> list[list[dict[str, float]]]:
    """Computes the answer-sentence features of each quote's sentences."""
    return [
        sentence_features(
            draft.stored.article, draft.sentences, draft.probabilities, question, _read_masses(draft, ranking)
        )
        for draft in drafts
    ]


def _read_masses(draft: QuoteDraft, ranking: Ranking) -> list[float]:
    """Returns, for each sentence of a quote, the probability that the answer lies in it by the article's readings.

    Of several readings that hold a sentence, the one whose passage is likeliest to answer counts.
    """
    article_id = draft.hit.passage.article_id
    own = [hit for hit in ranking.hits if hit.passage.article_id == article_id and hit.passage.id in ranking.readings]
    own.sort(key=lambda hit: hit.signals[SHARE_WITHIN])
    masses = [0.0] * len(draft.sentences)
    for hit in own:
        start = hit.passage.start
        for place, span in enumerate(draft.sentences):
            if span.start < hit.passage.end and start < span.end:
                inside = Span(max(0, span.start - start), span.end - start)
                masses[place] = hit.signals[SHARE_WITHIN] * ranking.readings[hit.passage.id].mass(inside)
    return masses


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


def _exact_span(draft: QuoteDraft, ranking: Ranking) -> Span | None:
    """Returns the words that the reader takes for the answer, if its passage was read and the quote holds them."""
    passage = draft.hit.passage
    reading = ranking.readings.get(passage.id)
    if reading is None:
        return None
    span = Span(passage.start + reading.answer.start, passage.start + reading.answer.end)
    is_held = draft.span.start <= span.start < span.end <= draft.span.end
    return span if is_held else None


def _contradicted_words(
    question: Question, draft: QuoteDraft, ranking: Ranking, settings: ReadingSettings
) -> tuple[str, ...]:
    """Lists the words of a question that a quote's article contradicts by its reading, as the question has them.

    Words that neither the headline nor the quote holds need only be rather contradicted than not.
    """
    reading = ranking.readings.get(draft.hit.passage.id)
    if reading is None or not question.asks:
        return ()
    words = [span.of(question.text) for span in reading.contradicted_words]
    if reading.contradicted >= settings.contradiction:
        return tuple(words)
    article = draft.stored.article
    shown = frozenset(tokens_of(f"{article.title}\n{draft.span.of(article.body)}", toned=question.toned))
    return tuple(word for word in words if shown.isdisjoint(tokens_of(word, toned=question.toned)))


def _denying_sentence(question: Question, draft: QuoteDraft) -> Span | None:
    """Finds the sentence of a quote that denies what a yes-no question asks about; None if there is none."""
    if question.language == "en" or not is_yes_no([token.folded for token in question.tokens]):
        return None
    denials = (one for one in find_denials(question, [draft.stored]) if one.is_worded)
    return next((one.sentence for one in denials if one.sentence in draft.sentences), None)


def mark_answer(draft: QuoteDraft, scores: Sequence[float], exact_span: Span | None) -> Span:
    """Chooses the sentence with the greatest score, with the neighbours into which the words that answer reach."""
    chosen = draft.sentences[choose_sentence([span.of(draft.stored.article.body) for span in draft.sentences], scores)]
    if exact_span is None or not (exact_span.start < chosen.end and chosen.start < exact_span.end):
        return chosen
    touched = [one for one in draft.sentences if one.start < exact_span.end and exact_span.start < one.end]
    return Span(touched[0].start, touched[-1].end)


def _quote(draft: QuoteDraft, answer_sentence: Span, copies: int, exact_span: Span | None) -> Quote:
    hit = replace(draft.hit, signals=dict(draft.hit.signals))
    return replace(quote_of(draft.stored, draft.span, answer_sentence, hit), copies=copies, exact_span=exact_span)
