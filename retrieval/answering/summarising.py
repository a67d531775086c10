"""Summaries: quotes up to five dated passages of a sentence or two of an event, in the order of time."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from retrieval.answering.answers import assess, decide
from retrieval.answering.events import mean_vectors
from retrieval.answering.quotes import quote_of, sentences_of, with_next
from retrieval.datatypes import Answer, Filter, Span
from retrieval.question import Question
from retrieval.search import SHARE, CoverageIndex, Ranking, SearchContext, TokenizedTexts, retrieve
from retrieval.store import StoredArticle
from retrieval.vietnamese import tokens_of

MAX_SUMMARY_QUOTES = 5
"""Most quotes of a summary."""

MIN_SUMMARY_CONFIDENCE = 0.5
"""Least confidence that the best article tells of what is to be summed up."""

MIN_EVENT_COVER = 0.85
"""Least share of the words, relative to the best article, that a further article of the event holds."""

MAX_SUMMED_ARTICLES = 12
"""Most articles that are summed up."""

MIN_OF_ARTICLE = 2
"""Quotes that one article may give even where there are many articles."""

MIN_SENTENCE_TOKENS, MAX_SENTENCE_TOKENS = 14, 90
"""Shortest and longest sentence that is quoted, in tokens."""

SUMMARY_LEAD_SENTENCES = 5
"""Sentences at the beginning of an article, which tell what matters most."""

LEAD_BONUS = 2.0
"""Factor of the score of a sentence at the beginning of its article."""

MAX_QUOTE_CHARS = 400
"""Length in characters up to which the sentence after it is quoted with a sentence."""

_COVER = "best_cover_near"


def summarise(context: SearchContext, question: Question, where: Filter | None = None) -> Answer:
    """Quotes the most central sentences of the articles about an event, or abstains if it is not found.

    What is to be summed up is no question: nothing is read for it, and the models without a reader judge.

    Args:
        context: the snapshot with its encoder and models.
        question: the question, its text being what is to be summed up.
        where: which articles may be found; None for all.
    """
    context = replace(context, models=context.unread_models or context.models, reader=None)
    question, ranking = retrieve(context, question, k=context.settings.candidates, where=where)
    assessment = assess(context.snapshot, question, ranking, context.models, settings=context.settings)
    if not assessment.is_sure(MIN_SUMMARY_CONFIDENCE):
        return decide(context.snapshot, question, assessment, MIN_SUMMARY_CONFIDENCE)
    articles = _articles(context, ranking)
    chosen = _central(_candidates(question, articles))
    chosen.sort(key=lambda one: (_day(one.stored), one.order, one.span.start))
    return Answer(
        question=question.typed,
        quotes=tuple(quote_of(one.stored, one.quoted, one.span) for one in chosen),
        confidence=assessment.confidence,
        is_sure=assessment.confidence >= context.models.sure_threshold,
        period=question.period,
        read_as=question.read_as,
        rewriting=question.rewriting,
        turn=question.turn,
        act=question.act,
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may be quoted."""

    stored: StoredArticle
    order: int
    """The place of its article in the ranking."""
    span: Span
    quoted: Span
    """The sentence, and the next if that is short."""
    words: frozenset[tuple[str, str]]
    """Its pairs of neighbouring tokens."""
    weight: float
    """Factor of its score."""


def _articles(context: SearchContext, ranking: Ranking) -> list[StoredArticle]:
    """Finds the articles about the event of the best one, the likeliest first, without its near-duplicates."""
    snapshot = context.snapshot
    covers: dict[str, float] = {}
    for hit in ranking.hits:
        if SHARE in hit.signals:
            covers.setdefault(hit.passage.article_id, hit.signals[_COVER])
    best = next(iter(covers.values()))
    near = [key for key, cover in covers.items() if cover >= MIN_EVENT_COVER * best]
    found = [stored for key in near if (stored := snapshot.article(key)) is not None]
    vectors, least = mean_vectors(snapshot, found), context.settings.same_event_cosine
    found = [one for one, cosine in zip(found, vectors @ vectors[0], strict=True) if cosine >= least]
    copies = snapshot.copies(stored.number for stored in found)
    told: set[int] = set()
    distinct = []
    for stored in found:
        if stored.number not in told:
            distinct.append(stored)
            told.update((stored.number, *copies.get(stored.number, ())))
    return distinct[:MAX_SUMMED_ARTICLES]


def _candidates(question: Question, articles: Sequence[StoredArticle]) -> list[_Candidate]:
    """Collects the sentences that may be quoted; those at the beginning and those on the matter weigh more."""
    index = CoverageIndex.of(question.weights)
    found = []
    for order, stored in enumerate(articles):
        spans = sentences_of(stored)
        texts = [span.of(stored.article.body) for span in spans]
        tokens = [tokens_of(text, toned=True) for text in texts]
        covers = index.coverage(index.held(TokenizedTexts.of_tokens(tokens))).syllables.tolist() if spans else []
        for place, (span, text, own, cover) in enumerate(zip(spans, texts, tokens, covers, strict=True)):
            if MIN_SENTENCE_TOKENS <= len(own) <= MAX_SENTENCE_TOKENS and not text.rstrip().endswith("?"):
                weight = (LEAD_BONUS if place < SUMMARY_LEAD_SENTENCES else 1.0) * (1 + cover)
                quoted = with_next(stored, span, MAX_QUOTE_CHARS)
                found.append(_Candidate(stored, order, span, quoted, frozenset(pairwise(own)), weight))
    return found


def _central(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Chooses the sentences whose words are most frequent in all of them (SumBasic; Nenkova and Vanderwende 2005).

    The probability of the words of a chosen sentence is squared, so that the next one tells something else.
    """
    left = list(candidates)
    counts = Counter(word for one in left for word in one.words)
    total = sum(counts.values())
    shares = {word: count / total for word, count in counts.items()}
    chosen: list[_Candidate] = []
    most_of_one = max(MIN_OF_ARTICLE, math.ceil(MAX_SUMMARY_QUOTES / len({one.order for one in left}))) if left else 0
    while left and len(chosen) < MAX_SUMMARY_QUOTES:
        best = max(left, key=lambda one: one.weight * statistics.fmean(shares[word] for word in one.words))
        chosen.append(best)
        shown = [one for one in left if one.order == best.order and _overlap(one.span, best.quoted)]
        shares.update({word: shares[word] ** 2 for one in shown for word in one.words})
        left = [one for one in left if one.order != best.order or not _overlap(one.quoted, best.quoted)]
        of_article = sum(one.order == best.order for one in chosen)
        if of_article >= most_of_one:
            left = [one for one in left if one.order != best.order]
    return chosen


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _day(stored: StoredArticle) -> int:
    return stored.article.published.first.toordinal() if stored.article.published else 0
