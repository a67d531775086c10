"""Configuration: defines default paths and the settings of search and answering."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import asdict, dataclass
from pathlib import Path

DEFAULT_INDEX = Path("index")
"""Folder of the index, relative to the working directory."""

DEFAULT_CORPUS = Path("seeds")
"""Folder that the first `sync` without paths reads."""


def available_cores() -> int:
    """Returns the number of cores that this process may use, and so of questions that are worth asking at once."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class SpellingSettings:
    """Configures the noisy channel of spelling correction; probabilities are natural logarithms."""

    max_syllables: int = 100
    """Syllables at the start of a text that are corrected; the rest stays as typed."""
    foreign_share: float = 0.5
    """Share of words that could be Vietnamese below which a toneless text counts as another language."""
    implausible_share: float = 0.02
    """Share of a toneless syllable's occurrences below which its spelling without marks counts as a typing error."""
    toneless_share: float = 0.5
    """Share of omitted marks from which a text counts as typed without tones."""
    unknown: float = -10.0
    """Log probability of a syllable that is neither in the table nor in the corpus."""
    undecoded_keys: float = -0.5
    """Log probability of Telex or VNI keys typed with the input method off."""
    forgotten_marks: float = -1.0
    """Log probability of typing only some of a syllable's marks."""
    changed_marks: float = -2.5
    """Log probability of typing other marks."""
    letter_slip: float = -4.0
    """Log probability of one letter too many, too few, wrong or swapped."""
    chat_word: float = -0.7
    """Log probability of typing a word as its chat word."""
    rare_chat_word: float = -8.0
    """Log probability of typing a word as a chat word that usually stands for another."""
    abbreviated: float = -1.5
    """Log probability of typing words as their abbreviation."""
    missing_space: float = -5.0
    """Log probability of typing two syllables without the space between."""
    final_question_word: float = 3.0
    """Log-odds added to a question word as a question's last syllable ("từ đâu?"), which counts of articles lack."""
    bigram_weight: float = 0.997
    """Weight of the bigram in its linear interpolation with the single syllable."""
    unseen_bigrams: float = 5.0
    """Number added to the count of a bigram's left syllable, so that a bigram seen once proves little."""
    feedback_articles: int = 5
    """Number of nearest articles that are read for pseudo-relevance feedback."""
    feedback_weight: float = 100.0
    """Number of articles that the nearest one counts as; others count by the fourth power of their relative BM25."""


@dataclass(frozen=True, slots=True)
class FollowUpSettings:
    """Configures how follow-ups are read; a weight is a sum of inverse document frequencies (IDF)."""

    max_joined: int = 3
    """Most readings joined with the turn before."""
    standalone_weight: float = 20.0
    """Weight from which a question is no follow-up, unless it refers to the turn before or is a bare name."""
    light_weight: float = 10.5
    """Weight below which a follow-up that names nothing is first read joined with the turn before."""
    bare_weight: float = 1.2
    """Weight below which a follow-up has no content of its own, and asks again about the same topic."""
    specific_weight: float = 3.0
    """Weight below which an article need not hold the new words: it may say "casualties" instead of "hurt"."""
    min_kept_share: float = 0.5
    """Weighted share, 0 to 1, of the words taken over that an article must hold."""
    min_added_share: float = 0.6
    """Weighted share, 0 to 1, of the new words that an article must hold."""
    probed_articles: int = 5
    """Number of best lexical articles, one of which must support a reading before it is searched for."""


@dataclass(frozen=True, slots=True)
class QuoteSettings:
    """Configures which sentences are quoted; lengths are in characters."""

    min_chars: int = 600
    """Length to which a quote grows by neighbouring sentences."""
    max_chars: int = 800
    """Length beyond which a quote does not grow by neighbouring sentences."""
    max_sentence_chars: int = 900
    """Length of a passage's sentences above which the passage alone is quoted, which ends at a clause mark."""
    max_list_chars: int = 1200
    """Length to which a quote grows to introduce a list; an item of a longer list is quoted without introduction."""
    min_probability: float = 0.01
    """Least probability that a further quote's passage holds the answer."""
    clearly_more: float = 2.0
    """Ratio above which a further quote is of an article that is quoted already, rather than of another one."""
    max_copies: int = 50
    """Most near-duplicates of a quoted article that are read to count papers."""


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """Chooses the reader of an opened index."""

    path: Path | None = None
    """A reader that `hoibao train reader` wrote; None for the one that comes along."""
    is_off: bool = False
    """Whether nothing is read."""
    budget_s: float | None = None
    """Seconds after which no further passage of a question is begun; None for no limit. Answers then depend on the
    machine's speed."""


DEFAULT_READER = ReaderChoice()
"""The reader that comes along."""

NO_READER = ReaderChoice(is_off=True)
"""No reader: answers rest on words and meaning alone."""


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """Configures which passages the reader reads for a question; its cost grows with their number."""

    passages: tuple[int, ...] = (4, 2, 2, 1, 1)
    """Most passages read of the best article, of the second best, and so on."""
    statement_syllables: int = 8
    """Length in syllables from which a text that asks nothing is a statement, and nothing is read for it."""
    contradiction: float = 2.0
    """Log-odds from which a contradicted word counts although the headline or the quote holds it."""


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """Weighs the signals of a candidate in fusion; a signal of weight 0 retrieves no candidates."""

    dense: float = 0.0
    passage_exact: float = 0.0
    passage_plain: float = 0.0
    article_exact: float = 0.0
    article_plain: float = 0.0

    def by_signal(self) -> dict[str, float]:
        """Returns the weights above 0, by signal name."""
        return {name: weight for name, weight in asdict(self).items() if weight > 0}


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Configures search and answering by hand; fitted weights are in `FittedModels`."""

    max_question_chars: int = 2000
    """Length in characters to which a question is cut, as its cost grows with its length."""
    table_weight: float = 1 / 32
    """Weight of a news article in the tables that ship with the package, in articles of the indexed corpus."""
    focus_decay: float = 0.6
    """Factor by which a syllable's focus falls with each syllable of distance to a question word."""
    spelling: SpellingSettings = SpellingSettings()
    follow_ups: FollowUpSettings = FollowUpSettings()

    candidates: int = 60
    """Number of passages that each passage signal retrieves before fusion."""
    candidate_articles: int = 20
    """Number of articles that each article signal retrieves; all of their passages are candidates."""
    toned_weights: FusionWeights = FusionWeights(0.3, 0.15, 0.05, 0.45, 0.05)
    """Fusion weights of the signals in hybrid search, for questions typed with tones."""
    toneless_weights: FusionWeights = FusionWeights(0.2, 0.1, 0.2, 0.2, 0.3)
    """Fusion weights for questions typed without tones; restored tones may be wrong, so toneless terms weigh more."""
    idle_share: float = 0.2
    """Share of a question's weight up to which its commonest terms are not searched for."""
    min_idle_articles: int = 1000
    """Document frequency below which a term is always searched for, as that takes little time."""

    reranked_articles: int = 20
    """Number of best articles of the fused list that are reranked."""
    reranked_by_meaning: int = 6
    """Number of best articles of the dense signal that are reranked as well."""
    statement_syllables: tuple[int, int] = (12, 28)
    """Lengths in syllables up to which a question is no statement, and from which it counts fully as one."""
    recency: float = 3.0
    """Log-odds that the newest article gains if a question asks for the newest."""
    recency_half_life: dt.timedelta = dt.timedelta(days=4)
    """Age, counted from the newest article, with which that gain halves."""
    period_bonus: float = 3.0
    """Log-odds that an article gains if it is of the question's period, and twice that if it reports on a day of it.

    A passage that names such a day gains as much within an article that reports on another."""
    same_event_cosine: float = 0.9
    """Cosine of two articles' best passages, in the bundled model, from which both report the same event."""

    reading: ReadingSettings = ReadingSettings()

    max_quotes: int = 3
    """Most quotes in an answer; more are given if they are asked for."""
    quotes: QuoteSettings = QuoteSettings()
    worth_telling_idf: float = 1.0
    """Least IDF of the rarest syllable of matched words: `yêu cầu` is shown, `của các` is not."""


DEFAULT_SETTINGS = SearchSettings()
"""The default settings of the package."""
