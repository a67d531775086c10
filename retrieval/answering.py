"""From hits to an answer: which whole sentences to quote, which of them answers, and when to say nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.config import MAX_QUOTES, QUOTE_CHARS
from retrieval.datatypes import Answer, Headline, Hit, Passage, Period, Query, Quote, Reason, Sentence, Span
from retrieval.duplicates import other_figures, repeats
from retrieval.kinds import KINDS
from retrieval.marking import Asked, sentence_features
from retrieval.ranking import EVIDENCE, SHARE, SHARE_OF_EVENT, SHARE_WITHIN, TELLING, Ranker
from retrieval.sentences import is_list_item
from retrieval.stages import stage
from retrieval.store.protocol import Snapshot, StoredArticle
from retrieval.text import syllables

LONGEST_SENTENCE_CHARS = 900
"""A run of sentences longer than this is quoted by the passage alone, which ends at a clause mark."""

LONGEST_LIST_CHARS = 1200
"""A quote grows to this length so that a list has its head; where it would be longer, an item stands for itself."""

MOST_COPIES = 50
"""Near-duplicates of a quote's article that are looked at to count papers."""

WORTH_SHOWING = 0.01
"""A further quote is shown when its passage is the answer with at least this probability, by the ranking."""


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
    found = _drafts([hit for hit in ranked if hit.passage.article_id in near[:MAX_QUOTES]], articles, MAX_QUOTES)
    read_as = query.read if query.corrected else None
    if not found:
        return Considered(query.text, (), {}, 0.0, nearest, read_as=read_as)
    drafts = [*_newest_first(found), *_drafts(ranked, articles, quotes, found)[len(found) :]]
    described = _described(drafts, query.read, ranker)
    asked_for = _described(drafts, asked, ranker) if asked else described
    evidence = _evidence(found[0], hits, described[drafts.index(found[0])])
    copies = _copies(snapshot, drafts)
    marked = tuple(
        _quote(draft, draft.sentences[_best([ranker.fitted.sentence.score(row) for row in rows])], count, query, ranker)
        for draft, rows, count in zip(drafts, asked_for, copies, strict=True)
    )
    texts = [span.of(drafts[0].stored.article.body) for span in drafts[0].sentences]
    sentences = tuple(zip(texts, described[0], strict=True))
    confidence = ranker.fitted.confidence.probability(evidence)
    return Considered(query.text, marked, evidence, confidence, nearest, sentences, read_as=read_as)


def _described(drafts: Sequence[_Draft], question: str, ranker: Ranker) -> list[list[dict[str, float]]]:
    """For each quote, what speaks for each of its sentences as the one that answers."""
    asked = Asked.of(question, ranker.rarity)
    return [sentence_features(draft.stored.article, draft.sentences, draft.likely, asked) for draft in drafts]


QUOTE_EVIDENCE = (
    "share_in_quote",
    "share_logit",
    "event_logit",
    "sentence_cover",
    "sentence_pairs",
    "sentence_focus",
    "sentence_fits",
)

TELLING_EVIDENCE = {
    f"{TELLING} {name}": name
    for name in ("share_logit", "event_logit", "share_in_quote", "title_cover", "sentence_cover")
}
"""Evidence that may count for more, or for less, where a question tells what it is about: of which, by its own name."""

CONFIDENCE_FEATURES = (*EVIDENCE, *QUOTE_EVIDENCE, *TELLING_EVIDENCE)
"""What the probability that a quote answers rests on. Of these, the shares depend on what else the corpus holds."""

_SUREST = 5.0
"""Log odds of a share beyond which it proves no more: alone in its corpus, an article has the whole."""


def _evidence(draft: _Draft, hits: Sequence[Hit], sentences: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The `CONFIDENCE_FEATURES` of a quote."""
    own = [
        hit for hit in hits if hit.passage.article_id == draft.hit.passage.article_id and SHARE_WITHIN in hit.signals
    ]
    best = {name: max(row[name] for row in sentences) for name in ("cover", "pairs", "focus")}
    evidence = {name: draft.hit.signals[name] for name in EVIDENCE} | {
        "share_in_quote": sum(hit.signals[SHARE_WITHIN] * _part_inside(hit.passage, draft.span) for hit in own),
        "share_logit": _log_odds(draft.hit.signals[SHARE]),
        "event_logit": _log_odds(draft.hit.signals[SHARE_OF_EVENT]),
        "sentence_cover": best["cover"],
        "sentence_pairs": best["pairs"],
        "sentence_focus": best["focus"],
        "sentence_fits": max(sum(row[f"fits_{kind}"] for kind in KINDS) for row in sentences),
    }
    return evidence | {told: evidence[TELLING] * evidence[name] for told, name in TELLING_EVIDENCE.items()}


def _log_odds(share: float) -> float:
    return max(-_SUREST, min(_SUREST, math.log(max(share, 1e-9) / max(1 - share, 1e-9))))


def _part_inside(passage: Passage, span: Span) -> float:
    return max(0, min(passage.end, span.end) - max(passage.start, span.start)) / (passage.end - passage.start)


def _copies(snapshot: Snapshot, drafts: Sequence[_Draft]) -> list[int]:
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
        return Answer(question, (), 0.0, Reason.EMPTY_QUESTION)
    if not considered.quotes:
        answer = Answer(question, (), 0.0, Reason.NOTHING_MATCHES)
    elif confidence < threshold:
        answer = Answer(question, (), confidence, Reason.NOT_SURE, considered.nearest)
    else:
        answer = Answer(question, considered.quotes, confidence)
    return replace(answer, period=considered.period, read_as=considered.read_as)


def headline_of(stored: StoredArticle) -> Headline:
    """An article, to be named."""
    article = stored.article
    return Headline(article.id, article.title, article.source, article.published, article.url)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A quote's article and its sentences, before one of them is marked."""

    stored: StoredArticle
    hit: Hit
    sentences: tuple[Span, ...]
    likely: Callable[[Sentence | Span], float]
    """How probable it is that the answer stands in a passage that a sentence is of."""

    @property
    def span(self) -> Span:
        """From the first sentence to the last."""
        return Span(self.sentences[0].start, self.sentences[-1].end)

    @property
    def text(self) -> str:
        """What is quoted."""
        return self.span.of(self.stored.article.body)


def _drafts(
    hits: Sequence[Hit], articles: Mapping[str, StoredArticle], most: int, before: Sequence[_Draft] = ()
) -> list[_Draft]:
    """Quotes that together most probably hold the answer, in addition to those that were chosen before.

    First the best article's best passage; then, one by one, the passage most probable of those that no quote holds yet,
    be it of the same article or of another. What says the same again is left out, unless it has other figures.
    """
    best = min(hits, key=lambda hit: (-hit.signals[SHARE], -_probability(hit), hit.passage.id), default=None)
    if best is None:
        return []
    drafts = list(before) or [_draft(best, hits, articles, ())]
    for hit in sorted(hits, key=lambda one: (-_probability(one), one.passage.id)):
        if len(drafts) >= most or _probability(hit) < WORTH_SHOWING:
            break
        if not any(_says_again(hit.passage, articles[hit.passage.article_id], draft) for draft in drafts):
            drafts.append(_draft(hit, hits, articles, drafts))
    return drafts


def _draft(hit: Hit, hits: Sequence[Hit], articles: Mapping[str, StoredArticle], before: Sequence[_Draft]) -> _Draft:
    own = [(one.passage, _probability(one)) for one in hits if one.passage.article_id == hit.passage.article_id]
    stored = articles[hit.passage.article_id]

    def likely(sentence: Sentence | Span) -> float:
        return max((probability for passage, probability in own if _overlap(passage, sentence)), default=0.0)

    taken = [draft.span for draft in before if draft.hit.passage.article_id == hit.passage.article_id]
    quoted = quoted_sentences(stored.sentences, hit.passage, likely, taken)
    return _Draft(stored, hit, (*introduction(stored, quoted, taken), *quoted), likely)


def _probability(hit: Hit) -> float:
    return hit.signals[SHARE] * hit.signals[SHARE_WITHIN]


def _overlap(one: Passage | Span, other: Sentence | Span) -> bool:
    return one.start < other.end and other.start < one.end


def _says_again(passage: Passage, stored: StoredArticle, draft: _Draft) -> bool:
    if stored.number == draft.stored.number:
        return _overlap(passage, draft.span)
    text = stored.article.body[passage.start : passage.end]
    return repeats(text, draft.text) and not _updates(passage, stored, draft)


def _updates(passage: Passage | Span, stored: StoredArticle, draft: _Draft) -> bool:
    """Whether an article of another day reports the same with other figures."""
    days = stored.article.published, draft.stored.article.published
    if None in days or days[0] == days[1]:
        return False
    own = [s for s in stored.sentences if _overlap(passage, s)]
    body, quoted = stored.article.body, [span.of(draft.stored.article.body) for span in draft.sentences]
    return other_figures([body[s.start : s.end] for s in own], quoted)


def _newest_first(drafts: Sequence[_Draft]) -> list[_Draft]:
    """The same, but that of quotes which report the same with other figures, the newer stand before the older."""
    ordered: list[_Draft] = []
    for draft in drafts:
        older = (n for n, one in enumerate(ordered) if _newer(draft, one) and _updates(draft.span, draft.stored, one))
        ordered.insert(next(older, len(ordered)), draft)
    return ordered


def _newer(one: _Draft, other: _Draft) -> bool:
    first, second = one.stored.article.published, other.stored.article.published
    return first is not None and second is not None and first.first > second.last


def quoted_sentences(
    sentences: Sequence[Sentence],
    passage: Passage,
    likely: Callable[[Sentence | Span], float],
    taken: Sequence[Span] = (),
) -> list[Span]:
    """Whole sentences around a passage: its own, and neighbours while they are few, the likelier side first.

    Headings end the run, and so does what another quote holds already. Where the passage's sentences are too long to
    quote whole, the passage itself is quoted.
    """
    free = [s.kind == "sentence" and not any(_overlap(span, s) for span in taken) for s in sentences]
    inside = [i for i, s in enumerate(sentences) if s.start < passage.end and passage.start < s.end]
    inside = [i for i in inside if free[i]]
    if not inside or sentences[inside[-1]].end - sentences[inside[0]].start > LONGEST_SENTENCE_CHARS:
        return [Span(passage.start, passage.end)]
    first, last = inside[0], inside[-1]
    while sentences[last].end - sentences[first].start < QUOTE_CHARS[0]:
        wider = _widen(sentences, free, first, last, likely)
        if wider is None:
            break
        first, last = wider
    return [Span(s.start, s.end) for s in sentences[first : last + 1]]


def introduction(stored: StoredArticle, quoted: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What must stand before a quote so that it begins neither inside a list nor behind the colon that leads to it."""
    body = stored.article.body
    added: list[Span] = []
    first = quoted[0]
    if all(sentence.start != first.start for sentence in stored.sentences):  # a part of an overlong sentence
        return []
    for sentence in reversed([s for s in stored.sentences if s.end <= first.start]):
        if sentence.kind == "heading" or quoted[-1].end - sentence.start > LONGEST_LIST_CHARS:
            break
        if any(_overlap(span, sentence) for span in taken):
            break
        leads = body[sentence.start : sentence.end].endswith(":")
        if not leads and not is_list_item(body, first.start):
            break
        first = Span(sentence.start, sentence.end)
        added.insert(0, first)
        if leads:
            return added
    return []


def _widen(
    sentences: Sequence[Sentence],
    free: Sequence[bool],
    first: int,
    last: int,
    likely: Callable[[Sentence | Span], float],
) -> tuple[int, int] | None:
    """Bounds with one more sentence, the likelier one, after rather than before; None when neither fits."""
    wider = []
    for lower, upper in ((first, last + 1), (first - 1, last)):
        if lower < 0 or upper >= len(sentences):
            continue
        added = upper if upper > last else lower
        if free[added] and sentences[upper].end - sentences[lower].start <= QUOTE_CHARS[1]:
            wider.append((likely(sentences[added]), lower, upper))
    return max(wider, key=lambda one: one[0])[1:] if wider else None


def _best(scores: Sequence[float]) -> int:
    return max(range(len(scores)), key=lambda n: scores[n])


def _quote(draft: _Draft, answer: Span, copies: int, query: Query, ranker: Ranker) -> Quote:
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
