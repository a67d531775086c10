"""From hits to an answer: whether its quotes are good enough to be given, and which sentence of each is marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.answering.answer_sentence import Asked, sentence_features
from retrieval.answering.confidence import confidence_features
from retrieval.answering.quotes import Draft, draft_quotes, newest_first
from retrieval.config import MAX_QUOTES
from retrieval.datatypes import AbstainReason, Answer, Headline, Hit, Period, Query, Quote, Span
from retrieval.search import SHARE, Ranker
from retrieval.store import Snapshot, StoredArticle
from retrieval.timing import stage
from retrieval.vietnamese import CorpusFrequencies, syllables

MOST_COPIES = 50
"""Near-duplicates of a quote's article that are looked at to count papers."""


@dataclass(frozen=True, slots=True)
class Considered:
    """The quotes that there would be, and the evidence for the best, before it is decided whether to answer.

    The best stands first, but where a newer article reports the same with other figures.
    """

    question: str
    quotes: tuple[Quote, ...]
    features: Mapping[str, float]
    confidence: float
    nearest: tuple[Headline, ...]
    sentences: tuple[tuple[str, Mapping[str, float]], ...] = ()
    """The first quote's sentences, with what speaks for each as the one that answers."""
    period: Period | None = None
    """The time that was read from the question."""
    read_as: str | None = None
    """The question as it was searched for, where more than tones was mended."""


@stage("quote")
def consider(
    snapshot: Snapshot,
    query: Query,
    hits: Sequence[Hit],
    ranker: Ranker,
    quotes: int = MAX_QUOTES,
    asked: str | None = None,
) -> Considered:
    """Choose and mark the three best quotes from ranked hits, and further ones up to so many, and weigh the first.

    Args:
        snapshot: what the hits were found in.
        query: the question.
        hits: best first.
        ranker: the fitted models.
        quotes: how many quotes at most.
        asked: the part of the question that the marked sentences should answer; None for all of it.
    """
    near = list(dict.fromkeys(hit.passage.article_id for hit in hits))[: max(quotes, MAX_QUOTES)]
    articles = {key: stored for key in near if (stored := snapshot.article(key)) is not None}
    nearest = tuple(headline_of(articles[key]) for key in near[:MAX_QUOTES] if key in articles)
    ranked = [hit for hit in hits if hit.passage.article_id in articles and SHARE in hit.signals]
    found = draft_quotes([hit for hit in ranked if hit.passage.article_id in near[:MAX_QUOTES]], articles, MAX_QUOTES)
    read_as = query.read if query.corrected else None
    if not found:
        return Considered(query.text, (), {}, 0.0, nearest, read_as=read_as)
    drafts = [*newest_first(found), *draft_quotes(ranked, articles, quotes, found)[len(found) :]]
    described = _described(drafts, query.read, ranker.rarity_of(query.read, snapshot))
    asked_for = _described(drafts, asked, ranker.rarity_of(asked, snapshot)) if asked else described
    evidence = confidence_features(found[0], hits, described[drafts.index(found[0])])
    copies = _copies(snapshot, drafts)
    marked = tuple(
        _quote(draft, draft.sentences[_best([ranker.fitted.sentence.score(row) for row in rows])], count, query, ranker)
        for draft, rows, count in zip(drafts, asked_for, copies, strict=True)
    )
    texts = [span.of(drafts[0].stored.article.body) for span in drafts[0].sentences]
    sentences = tuple(zip(texts, described[0], strict=True))
    confidence = ranker.fitted.confidence.probability(evidence)
    return Considered(query.text, marked, evidence, confidence, nearest, sentences, read_as=read_as)


def _described(drafts: Sequence[Draft], question: str, rarity: CorpusFrequencies) -> list[list[dict[str, float]]]:
    """For each quote, what speaks for each of its sentences as the one that answers."""
    asked = Asked.of(question, rarity)
    return [sentence_features(draft.stored.article, draft.sentences, draft.likely, asked) for draft in drafts]


def _copies(snapshot: Snapshot, drafts: Sequence[Draft]) -> list[int]:
    """For each quote, how many other papers print near-duplicates of its article; articles of no known paper count."""
    copies = snapshot.copies({draft.stored.number for draft in drafts})
    counts = []
    for draft in drafts:
        others = snapshot.articles(copies.get(draft.stored.number, ())[:MOST_COPIES]).values()
        papers = {other.article.source or other.article.id for other in others}
        counts.append(len(papers - {draft.stored.article.source}))
    return counts


def decide(considered: Considered, threshold: float) -> Answer:
    """Answer with the quotes when the confidence reaches the threshold, or abstain and say why."""
    question, confidence = considered.question, considered.confidence
    if not syllables(question):
        return Answer(question, (), 0.0, AbstainReason.EMPTY_QUESTION)
    if not considered.quotes:
        answer = Answer(question, (), 0.0, AbstainReason.NOTHING_MATCHES)
    elif confidence < threshold:
        answer = Answer(question, (), confidence, AbstainReason.NOT_SURE, considered.nearest)
    else:
        answer = Answer(question, considered.quotes, confidence)
    return replace(answer, period=considered.period, read_as=considered.read_as)


def headline_of(stored: StoredArticle) -> Headline:
    """An article, to be named."""
    article = stored.article
    return Headline(article.id, article.title, article.source, article.published, article.url)


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=lambda n: scores[n])


def _quote(draft: Draft, answer: Span, copies: int, query: Query, ranker: Ranker) -> Quote:
    article = draft.stored.article
    start, end = draft.sentences[0].start, draft.sentences[-1].end
    return Quote(
        article_id=article.id,
        start=start,
        end=end,
        text=article.body[start:end],
        answer_span=answer,
        title=article.title,
        source=article.source,
        published=article.published,
        event=article.event,
        url=article.url,
        hit=replace(draft.hit, signals=dict(draft.hit.signals)),
        copies=copies,
    )
