"""Quotes: chooses which whole sentences of which articles are quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.config import QuoteSettings
from retrieval.corpus import is_mostly_contained, reports_other_figures
from retrieval.datatypes import Hit, Passage, Quote, Sentence, Span
from retrieval.search import SHARE, SHARE_WITHIN
from retrieval.store import StoredArticle
from retrieval.vietnamese import is_in_list

PassageProbability = tuple[Passage, float]
"""(passage, probability that it holds the answer)."""


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """Holds a quote whose answer sentence is not chosen yet."""

    stored: StoredArticle
    hit: Hit
    """The hit that the quote was drafted from."""
    sentences: tuple[Span, ...]
    """The spans of the quoted sentences in the article's body, in order."""
    probabilities: tuple[float, ...]
    """For each sentence, the probability that its most probable passage holds the answer."""

    @property
    def span(self) -> Span:
        """Returns the span from the first sentence to the last."""
        return Span(self.sentences[0].start, self.sentences[-1].end)

    @property
    def text(self) -> str:
        """Returns the quoted text."""
        return self.span.of(self.stored.article.body)


def quote_of(stored: StoredArticle, span: Span, answer_sentence: Span, hit: Hit | None = None) -> Quote:
    """Quotes a span of an article's body, in which one sentence is marked."""
    article = stored.article
    return Quote(
        article_id=article.id,
        start=span.start,
        end=span.end,
        text=span.of(article.body),
        answer_span=answer_sentence,
        title=article.title,
        source=article.source,
        published=article.published,
        event=article.event,
        url=article.url,
        hit=hit,
    )


def sentences_of(stored: StoredArticle) -> list[Span]:
    """Returns the spans of an article's sentences, without headings and captions."""
    return [Span(one.start, one.end) for one in stored.sentences if one.kind == "sentence"]


def with_next(stored: StoredArticle, sentence: Span, max_chars: int) -> Span:
    """Returns a sentence with the sentence right after it, if both are short enough together."""
    after = [one for one in stored.sentences if one.start >= sentence.end][:1]
    if after and after[0].kind == "sentence" and after[0].end - sentence.start <= max_chars:
        return Span(sentence.start, after[0].end)
    return sentence


def draft_quotes(
    hits: Sequence[Hit],
    articles: Mapping[str, StoredArticle],
    max_quotes: int,
    settings: QuoteSettings,
    before: Sequence[QuoteDraft] = (),
) -> list[QuoteDraft]:
    """Drafts quotes from the most probable passages, and appends them to earlier drafts.

    The first quote is the best passage of the best article. Each further quote is the most probable passage that no
    quote holds yet, of an article without a quote unless one with a quote has a clearly more probable passage. A
    passage that repeats a quote is left out, unless its article is of another day and reports other figures.

    Args:
        hits: reranked hits.
        articles: the articles of the hits, by id.
        max_quotes: most quotes in all, including the earlier drafts.
        settings: the lengths of quotes, and the least probability of a further one.
        before: earlier drafts.
    """
    best = min(hits, key=lambda hit: (-hit.signals[SHARE], -_probability(hit), hit.passage.id), default=None)
    if best is None:
        return []
    drafts = list(before) or [_draft(best, hits, articles, (), settings)]
    likely = sorted(hits, key=lambda one: (-_probability(one), one.passage.id))
    likely = [hit for hit in likely if _probability(hit) >= settings.min_probability]
    quoted, repeated = {draft.hit.passage.article_id for draft in drafts}, drafts
    while len(drafts) < max_quotes:
        likely = [
            hit
            for hit in likely
            if not any(_repeats(hit.passage, articles[hit.passage.article_id], draft) for draft in repeated)
        ]
        if not likely:
            break
        other = next((hit for hit in likely if hit.passage.article_id not in quoted), likely[0])
        is_clear = _probability(likely[0]) > settings.clearly_more * _probability(other)
        repeated = [_draft(likely[0] if is_clear else other, hits, articles, drafts, settings)]
        drafts = [*drafts, *repeated]
        quoted.add(repeated[0].hit.passage.article_id)
    return drafts


def _draft(
    hit: Hit,
    hits: Sequence[Hit],
    articles: Mapping[str, StoredArticle],
    before: Sequence[QuoteDraft],
    settings: QuoteSettings,
) -> QuoteDraft:
    own = [(one.passage, _probability(one)) for one in hits if one.passage.article_id == hit.passage.article_id]
    stored = articles[hit.passage.article_id]
    taken = [draft.span for draft in before if draft.hit.passage.article_id == hit.passage.article_id]
    quoted = quoted_sentences(stored.sentences, hit.passage, own, settings, taken)
    sentences = (*introduction(stored, quoted, taken, settings), *quoted)
    return QuoteDraft(stored, hit, sentences, tuple(_sentence_probability(own, span) for span in sentences))


def _sentence_probability(passages: Sequence[PassageProbability], sentence: Sentence | Span) -> float:
    """Returns the probability of the most probable passage that overlaps a sentence; 0 without one."""
    return max((probability for passage, probability in passages if _overlap(passage, sentence)), default=0.0)


def _probability(hit: Hit) -> float:
    return hit.signals[SHARE] * hit.signals[SHARE_WITHIN]


def _overlap(one: Passage | Span, other: Sentence | Span) -> bool:
    return one.start < other.end and other.start < one.end


def _repeats(passage: Passage, stored: StoredArticle, draft: QuoteDraft) -> bool:
    if stored.number == draft.stored.number:
        return _overlap(passage, draft.span)
    text = stored.article.body[passage.start : passage.end]
    return is_mostly_contained(text, draft.text) and not _updates(passage, stored, draft)


def _updates(passage: Passage | Span, stored: StoredArticle, draft: QuoteDraft) -> bool:
    """Tells whether a passage reports other figures than a quote, in an article of another day."""
    days = stored.article.published, draft.stored.article.published
    if None in days or days[0] == days[1]:
        return False
    own = [s for s in stored.sentences if _overlap(passage, s)]
    body, quoted = stored.article.body, [span.of(draft.stored.article.body) for span in draft.sentences]
    return reports_other_figures([body[s.start : s.end] for s in own], quoted)


def newest_first(drafts: Sequence[QuoteDraft]) -> list[QuoteDraft]:
    """Moves newer quotes before older ones that report the same with other figures."""
    ordered: list[QuoteDraft] = []
    for draft in drafts:
        older = (n for n, one in enumerate(ordered) if _newer(draft, one) and _updates(draft.span, draft.stored, one))
        ordered.insert(next(older, len(ordered)), draft)
    return ordered


def _newer(one: QuoteDraft, other: QuoteDraft) -> bool:
    first, second = one.stored.article.published, other.stored.article.published
    return first is not None and second is not None and first.first > second.last


def quoted_sentences(
    sentences: Sequence[Sentence],
    passage: Passage,
    probabilities: Sequence[PassageProbability],
    settings: QuoteSettings,
    taken: Sequence[Span] = (),
) -> list[Span]:
    """Chooses the sentences of a passage, and neighbouring ones until the quote is long enough.

    The quote grows to `min_chars` on its more probable side, never over `max_chars`. It does not grow over headings or
    sentences that another quote holds. If the passage's sentences are longer than `max_sentence_chars`, the passage
    itself is quoted.

    Args:
        sentences: all sentences and headings of the article.
        passage: the passage to quote.
        probabilities: the article's passages with their probabilities.
        settings: the lengths of quotes, in characters.
        taken: spans of the same article that other quotes hold.
    """
    free = [s.kind == "sentence" and not any(_overlap(span, s) for span in taken) for s in sentences]
    inside = [i for i, s in enumerate(sentences) if s.start < passage.end and passage.start < s.end]
    inside = [i for i in inside if free[i]]
    if not inside or sentences[inside[-1]].end - sentences[inside[0]].start > settings.max_sentence_chars:
        return [Span(passage.start, passage.end)]
    first, last = inside[0], inside[-1]
    while sentences[last].end - sentences[first].start < settings.min_chars:
        wider = _widen(sentences, free, first, last, probabilities, settings)
        if wider is None:
            break
        first, last = wider
    return [Span(s.start, s.end) for s in sentences[first : last + 1]]


def introduction(
    stored: StoredArticle, quoted: Sequence[Span], taken: Sequence[Span], settings: QuoteSettings
) -> list[Span]:
    """Chooses the sentences that introduce a list in which a quote would begin.

    A quote begins in a list if its first line is a list item, or follows a sentence that ends in a colon. There is no
    introduction if the quote would then be longer than `max_list_chars` or overlap spans in `taken`.
    """
    body = stored.article.body
    added: list[Span] = []
    first = quoted[0]
    if all(sentence.start != first.start for sentence in stored.sentences):  # a part of an overlong sentence
        return []
    for sentence in reversed([s for s in stored.sentences if s.end <= first.start]):
        if sentence.kind == "heading" or quoted[-1].end - sentence.start > settings.max_list_chars:
            break
        if any(_overlap(span, sentence) for span in taken):
            break
        leads = body[sentence.start : sentence.end].endswith(":")
        if not leads and not is_in_list(body, first.start):
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
    probabilities: Sequence[PassageProbability],
    settings: QuoteSettings,
) -> tuple[int, int] | None:
    """Widens a run by its more probable neighbour; of equals, by the one after. Returns None if none fits."""
    wider = []
    for lower, upper in ((first, last + 1), (first - 1, last)):
        if lower < 0 or upper >= len(sentences):
            continue
        added = upper if upper > last else lower
        if free[added] and sentences[upper].end - sentences[lower].start <= settings.max_chars:
            wider.append((_sentence_probability(probabilities, sentences[added]), lower, upper))
    return max(wider, key=lambda one: one[0])[1:] if wider else None
