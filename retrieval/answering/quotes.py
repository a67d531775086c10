"""Which whole sentences of which articles to quote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retrieval.config import QUOTE_CHARS
from retrieval.corpus import repeats, reports_other_figures
from retrieval.datatypes import Hit, Passage, Sentence, Span
from retrieval.search import SHARE, SHARE_WITHIN
from retrieval.store import StoredArticle
from retrieval.vietnamese import is_list_item

LONGEST_SENTENCE_CHARS = 900
"""A run of sentences longer than this is quoted by the passage alone, which ends at a clause mark."""

LONGEST_LIST_CHARS = 1200
"""A quote grows to this length so that a list has its head; where it would be longer, an item stands for itself."""

WORTH_SHOWING = 0.01
"""A further quote is shown when its passage is the answer with at least this probability, by the ranking."""


@dataclass(frozen=True, slots=True)
class Draft:
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


def draft_quotes(
    hits: Sequence[Hit], articles: Mapping[str, StoredArticle], most: int, before: Sequence[Draft] = ()
) -> list[Draft]:
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


def _draft(hit: Hit, hits: Sequence[Hit], articles: Mapping[str, StoredArticle], before: Sequence[Draft]) -> Draft:
    own = [(one.passage, _probability(one)) for one in hits if one.passage.article_id == hit.passage.article_id]
    stored = articles[hit.passage.article_id]

    def likely(sentence: Sentence | Span) -> float:
        return max((probability for passage, probability in own if _overlap(passage, sentence)), default=0.0)

    taken = [draft.span for draft in before if draft.hit.passage.article_id == hit.passage.article_id]
    quoted = quoted_sentences(stored.sentences, hit.passage, likely, taken)
    return Draft(stored, hit, (*introduction(stored, quoted, taken), *quoted), likely)


def _probability(hit: Hit) -> float:
    return hit.signals[SHARE] * hit.signals[SHARE_WITHIN]


def _overlap(one: Passage | Span, other: Sentence | Span) -> bool:
    return one.start < other.end and other.start < one.end


def _says_again(passage: Passage, stored: StoredArticle, draft: Draft) -> bool:
    if stored.number == draft.stored.number:
        return _overlap(passage, draft.span)
    text = stored.article.body[passage.start : passage.end]
    return repeats(text, draft.text) and not _updates(passage, stored, draft)


def _updates(passage: Passage | Span, stored: StoredArticle, draft: Draft) -> bool:
    """Whether an article of another day reports the same with other figures."""
    days = stored.article.published, draft.stored.article.published
    if None in days or days[0] == days[1]:
        return False
    own = [s for s in stored.sentences if _overlap(passage, s)]
    body, quoted = stored.article.body, [span.of(draft.stored.article.body) for span in draft.sentences]
    return reports_other_figures([body[s.start : s.end] for s in own], quoted)


def newest_first(drafts: Sequence[Draft]) -> list[Draft]:
    """The same, but that of quotes which report the same with other figures, the newer stand before the older."""
    ordered: list[Draft] = []
    for draft in drafts:
        older = (n for n, one in enumerate(ordered) if _newer(draft, one) and _updates(draft.span, draft.stored, one))
        ordered.insert(next(older, len(ordered)), draft)
    return ordered


def _newer(one: Draft, other: Draft) -> bool:
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
