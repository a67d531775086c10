"""Where things are, how large they may be, and the settings that steer search and answering."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

DEFAULT_INDEX = Path("index")
"""Folder of the index, relative to the working directory."""

DEFAULT_CORPUS = Path("seeds")
"""Folder that the first `sync` without paths reads."""

UNLIMITED = 10_000
"""More passages than are ever fused for a question."""


def available_cores() -> int:
    """Returns how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class SpellingSettings:
    """The noisy channel that corrects a question's spelling; probabilities are natural logarithms."""

    max_syllables: int = 100
    """Syllables of a text that are corrected; the rest stays as typed."""
    foreign_share: float = 0.5
    """Share of Vietnamese-looking words below which a text without tones counts as of another language."""
    implausible_share: float = 0.02
    """Share of a toneless syllable's occurrences below which its spelling without marks counts as a slip."""
    toneless_share: float = 0.5
    """Share of forgotten marks from which a text counts as typed without tones."""
    unknown: float = -10.0
    """Of a syllable that neither the table nor the corpus knows."""
    undecoded_keys: float = -0.5
    """Of keys of Telex or VNI that were typed with the input method off."""
    forgotten_marks: float = -1.0
    changed_marks: float = -2.5
    letter_slip: float = -4.0
    """Of one letter too many, too few, wrong or swapped."""
    missing_space: float = -5.0
    final_question_word: float = 3.0
    """Log odds by which a question's last syllable rather asks ("từ đâu?"): articles, whose counts these are, don't."""
    bigram_weight: float = 0.997
    """Weight of the bigram against the single syllable (linear interpolation)."""
    unseen_bigrams: float = 5.0
    """Articles added to a syllable's count before another, so that a bigram seen once proves little."""
    feedback_articles: int = 5
    """Articles that show how a question's words are spelt (pseudo-relevance feedback)."""
    feedback_weight: float = 100.0
    """How many articles the nearest of these counts for; the others by the fourth power of their relative BM25."""


@dataclass(frozen=True, slots=True)
class FollowUpSettings:
    """When a question is read together with the turn before; weights are sums of inverse document frequencies."""

    max_joined: int = 3
    """Readings together with the turn before that are searched for."""
    standalone_weight: float = 20.0
    """A question whose words weigh as much needs no other."""
    light_weight: float = 10.5
    """One that weighs less, and names nothing, is read together with the turn before first."""
    bare_weight: float = 1.2
    """One that weighs less asks anew about the same, in other words."""
    specific_weight: float = 3.0
    """A new part that weighs less need not stand in the article: it may tell of casualties instead of who was hurt."""
    min_kept_share: float = 0.5
    """Weighted share, 0 to 1, that an article must hold of what is taken over."""
    min_added_share: float = 0.6
    """Weighted share, 0 to 1, that an article must hold of what is new."""
    probed_articles: int = 5
    """Articles nearest by words in which a reading must be borne out before it is searched for."""


@dataclass(frozen=True, slots=True)
class QuoteSettings:
    """Which sentences are quoted; lengths are characters."""

    min_chars: int = 600
    """A quote grows by neighbouring sentences to this length."""
    max_chars: int = 800
    """It never grows beyond this length."""
    max_sentence_chars: int = 900
    """A longer run of sentences is quoted by the passage alone, which ends at a clause mark."""
    max_list_chars: int = 1200
    """A quote grows to this length so that a list has its head; a longer list's item stands for itself."""
    min_probability: float = 0.01
    """A further quote is shown when its passage is the answer with at least this probability."""
    max_copies: int = 50
    """Near-duplicates of a quoted article that are looked at to count papers."""


_TONED: Mapping[str, float] = MappingProxyType(
    {"dense": 0.3, "passage_exact": 0.15, "passage_plain": 0.05, "article_exact": 0.45, "article_plain": 0.05}
)
_TONELESS: Mapping[str, float] = MappingProxyType(
    {"dense": 0.2, "passage_exact": 0.1, "passage_plain": 0.2, "article_exact": 0.2, "article_plain": 0.3}
)


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """All that steers search and answering and that a person would tune; what is fitted is in `FittedModels`."""

    max_question_chars: int = 2000
    """A longer question is cut: no question is that long, and its cost grows with its length."""
    table_weight: float = 1 / 32
    """Articles of an indexed corpus that one article behind the tables of the package counts for."""
    focus_decay: float = 0.6
    """Factor by which a syllable's focus falls with each syllable of distance to a phrase that asks."""
    spelling: SpellingSettings = field(default_factory=SpellingSettings)
    follow_ups: FollowUpSettings = field(default_factory=FollowUpSettings)

    candidates: int = 60
    """Passages taken from each signal before they are fused."""
    candidate_articles: int = 20
    """Articles taken from each article-level signal; all of their passages are candidates."""
    toned_weights: Mapping[str, float] = field(default_factory=lambda: _TONED)
    """Weights of the signals in hybrid search, for questions typed with their tones."""
    toneless_weights: Mapping[str, float] = field(default_factory=lambda: _TONELESS)
    """The same for questions without tones: restored ones may be wrong, so that terms without tones weigh more."""
    idle_share: float = 0.2
    """Share of a question's weight that candidates are searched for without: its commonest terms."""
    min_idle_articles: int = 1000
    """Articles that such a term is in at least: rarer ones are found in no time."""

    reranked_articles: int = 20
    """Best articles of the fused list that are reranked."""
    reranked_by_meaning: int = 6
    """Articles nearest by the dense signal alone that are reranked too."""
    statement_syllables: tuple[int, int] = (12, 28)
    """Syllables up to which a question only asks, and from which it tells as much as a statement."""
    recency: float = 2.0
    """Log odds that the newest article gains where a question wants the newest."""
    recency_half_life: dt.timedelta = dt.timedelta(days=14)
    period_bonus: float = 3.0
    """Log odds that an article gains where it reports on a day of the period that is asked for."""
    same_event_cosine: float = 0.9
    """Cosine, in the bundled model, of two articles' best passages from which on both report the same event."""

    max_quotes: int = 3
    """Quotes in an answer; further ones are shown when they are asked for."""
    quotes: QuoteSettings = field(default_factory=QuoteSettings)
    worth_telling_idf: float = 1.0
    """Least idf of a run's rarest syllable to be told as a matched word: `yêu cầu` is told, `của các` is not."""


DEFAULT_SETTINGS = SearchSettings()
"""The settings that the package ships with."""
