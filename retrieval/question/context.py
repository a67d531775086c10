"""Follow-up context: holds what a reading takes over and adds, and checks articles for both."""

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
    """Holds the weighted words of one part of a question that an article should hold."""

    words: dict[str, float]
    """Weight of each word: its inverse document frequency (IDF) in the news; 0 for question words."""
    pairs: frozenset[tuple[str, str]]
    """Pairs of neighbouring words."""
    names: frozenset[str]
    """Syllables of names, and numbers."""

    @classmethod
    def of(cls, weights: QuestionWeights, tokens: Sequence[str], *, toned: bool) -> ContentWords:
        """Collects the words of one part of a question.

        Args:
            weights: the weights of the part.
            tokens: the tokens of the part, with tones.
            toned: whether words are compared with tones; else all are reduced to their toneless form.
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
        """Tells whether a text's tokens hold all names and a minimum weighted share of the words."""
        held = sum(self.words[token] for token in self.words.keys() & tokens)
        return held >= min_share * self.weight and self.names <= set(tokens)

    def stand_together_in(self, tokens: Sequence[str], *, besides: ContentWords) -> bool:
        """Tells whether a text's tokens hold the new words of this part side by side.

        Every pair with a word that `besides` lacks must be held as neighbours. If there is no such pair, all words must
        be held.
        """
        pairs = {pair for pair in self.pairs if not besides.words.keys() >= set(pair)}
        return pairs <= set(pairwise(tokens)) if pairs else self.words.keys() <= set(tokens)


@dataclass(frozen=True, slots=True)
class Context:
    """Holds the two parts of a follow-up's reading; an article that answers must hold both."""

    kept: ContentWords
    """The words taken over from the turn before."""
    added: ContentWords
    """The new words."""
    is_substitution: bool
    """Whether the new words replace others; an article must then hold them side by side."""
    toned: bool
    """Whether the conversation is typed with tones, so that words are compared with tones."""


def context_of(proposal: Proposal, news: DocumentFrequencies, settings: SearchSettings) -> Context | None:
    """Collects the content words of both parts of a proposal. Returns None if the proposal stands alone."""
    if proposal.stands_alone:
        return None
    kept, added = (
        _content_words(part, news, settings, toned=proposal.toned) for part in (proposal.kept, proposal.added)
    )
    return Context(kept, added, proposal.is_substitution, proposal.toned)


def content_weight(text: str, news: DocumentFrequencies, settings: SearchSettings) -> float:
    """Sums the IDF, in the news, of a text's distinct words; question words count 0."""
    return _content_words(text, news, settings, toned=True).weight


def _content_words(text: str, news: DocumentFrequencies, settings: SearchSettings, *, toned: bool) -> ContentWords:
    analysis = analyze(text, english=is_english(text))
    idfs = [news.idf(token) for token in analysis.tokens]
    weights = weigh(analysis.tokens, analysis.asks, idfs, analysis.names, settings.focus_decay)
    return ContentWords.of(weights, analysis.tokens, toned=toned)


def bears_out(text: str, context: Context, settings: FollowUpSettings) -> bool:
    """Tells whether an article's text supports a follow-up's reading.

    The text must hold the words that were taken over (at least `min_kept_share` of their weight) and the new words:
    side by side for a substitution, else at least `min_added_share` of their weight, unless they weigh less than
    `specific_weight`.
    """
    tokens = tokens_of(text, toned=context.toned)
    if not context.kept.stand_in(tokens, settings.min_kept_share):
        return False
    if context.is_substitution:
        return context.added.stand_together_in(tokens, besides=context.kept)
    return context.added.weight < settings.specific_weight or context.added.stand_in(tokens, settings.min_added_share)
