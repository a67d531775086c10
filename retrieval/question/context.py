"""What a follow-up takes over from the turn before, and whether an article bears the reading out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.config import FollowUpSettings, SearchSettings
from retrieval.question.analysis import analyze
from retrieval.question.follow_ups import Proposal
from retrieval.question.weights import QuestionWeights, weigh
from retrieval.vietnamese import DocumentFrequencies, is_english, tokens_of, toneless


@dataclass(frozen=True, slots=True)
class ContentWords:
    """The words of a part of a question that an article should hold, with their weights."""

    words: dict[str, float]
    """Inverse document frequencies in the news; 0 for words that ask."""
    pairs: frozenset[tuple[str, str]]
    """Neighbours among the words."""
    names: frozenset[str]
    """Syllables of names, and numbers."""

    @classmethod
    def of(cls, weights: QuestionWeights, tokens: Sequence[str], *, toned: bool) -> ContentWords:
        """Collects the words of a part.

        Args:
            weights: of the part.
            tokens: of the part, with their tones.
            toned: whether words are told apart by their tones.
        """
        spell = str if toned else toneless
        words = {spell(word): weight for word, weight in weights.syllables.items()}
        names = frozenset(map(spell, weights.names.keys() | weights.numbers.keys()))
        return cls(words, frozenset(pairwise(map(spell, tokens))), names)

    @property
    def weight(self) -> float:
        """Sums the weights of the words."""
        return sum(self.words.values())

    def stand_in(self, tokens: Sequence[str], min_share: float) -> bool:
        """Tells whether a text's tokens hold the names and that weighted share of the words."""
        held = sum(self.words[token] for token in self.words.keys() & tokens)
        return held >= min_share * self.weight and self.names <= set(tokens)

    def stand_together_in(self, tokens: Sequence[str], *, besides: ContentWords) -> bool:
        """Tells whether a text's tokens hold all pairs with a word that another part lacks, or that word if alone."""
        pairs = {pair for pair in self.pairs if not besides.words.keys() >= set(pair)}
        return pairs <= set(pairwise(tokens)) if pairs else self.words.keys() <= set(tokens)


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading of a follow-up consists of: an article that answers it must hold both parts."""

    kept: ContentWords
    """What is taken over from the turn before."""
    added: ContentWords
    """What is new."""
    is_substitution: bool
    """Whether the new words stand where others stood, so that they must stand together in the article too."""
    toned: bool
    """Whether words are told apart by their tones, as the conversation is typed with them."""


def context_of(proposal: Proposal, news: DocumentFrequencies, settings: SearchSettings) -> Context | None:
    """Reads the parts of a proposal; None where it stands alone."""
    if proposal.stands_alone:
        return None
    kept, added = (
        _content_words(part, news, settings, toned=proposal.toned) for part in (proposal.kept, proposal.added)
    )
    return Context(kept, added, proposal.is_substitution, proposal.toned)


def content_weight(text: str, news: DocumentFrequencies, settings: SearchSettings) -> float:
    """Sums the inverse document frequencies, in the news, of a text's words that do not ask."""
    return _content_words(text, news, settings, toned=True).weight


def _content_words(text: str, news: DocumentFrequencies, settings: SearchSettings, *, toned: bool) -> ContentWords:
    analysis = analyze(text, english=is_english(text))
    idfs = [news.idf(token) for token in analysis.tokens]
    weights = weigh(analysis.tokens, analysis.asks, idfs, analysis.names, settings.focus_decay)
    return ContentWords.of(weights, analysis.tokens, toned=toned)


def bears_out(text: str, context: Context, settings: FollowUpSettings) -> bool:
    """Tells whether an article's text holds what a reading takes over and what it adds."""
    tokens = tokens_of(text, toned=context.toned)
    if not context.kept.stand_in(tokens, settings.min_kept_share):
        return False
    if context.is_substitution:
        return context.added.stand_together_in(tokens, besides=context.kept)
    return context.added.weight < settings.specific_weight or context.added.stand_in(tokens, settings.min_added_share)
