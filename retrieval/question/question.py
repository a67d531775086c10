"""A question as a value: everything that later stages need to know of it, found out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.datatypes import Field, Period, PreviousTurn, Rewriting, Span
from retrieval.question.context import Context
from retrieval.question.weights import QuestionWeights
from retrieval.vietnamese import AnswerType

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Token:
    """A syllable or number of a question's text; an abbreviation is as many tokens as it is written out with."""

    text: str
    """As it is written in the text that is searched for."""
    folded: str
    """As index terms have it."""
    span: Span
    """Where it stands in the text that is searched for."""
    typed: Span | None
    """Where it stands in the text as typed; None where it comes from the turn before."""
    asks: bool
    """Whether it belongs to a phrase that asks, which an answer need not repeat."""
    is_name: bool
    is_number: bool
    idf: float
    """Inverse document frequency, in the news and in the indexed corpus."""


@dataclass(frozen=True, slots=True)
class Question:
    """One reading of what somebody has asked.

    What is searched for and what is shown to a person are two fields: `text` may be no Vietnamese sentence.
    """

    typed: str
    """As typed, in the normal form of article text, on one line."""
    stated: str
    """All that is asked: as typed, or together with the turn before."""
    text: str
    """What is searched for: `stated` with its slips mended, without the words of a period that narrows the search."""
    rewriting: Rewriting | None
    """How `read_as` comes about; None where a person need not be told."""
    read_as: str | None
    """What is shown to a person of how the question was read."""
    language: Language
    toned: bool
    """Whether it was typed with its tones; else words are told apart by their letters alone."""
    syllables: int
    """Number of syllables of `text`, before abbreviations are written out."""
    tokens: tuple[Token, ...]
    """The tokens of `text`, in order."""
    terms: Mapping[Field, tuple[str, ...]]
    """What lexical search looks for: tokens, pairs of neighbours and numbers, without those that ask."""
    weights: QuestionWeights
    """What an article should hold, and how much each item of it counts."""
    answer_types: frozenset[AnswerType]
    period: Period | None
    """The period that is asked for; the search keeps to it if `kept`."""
    wants_newest: bool
    """Whether the newest articles are to be preferred."""
    turn: PreviousTurn
    """What a following question may lean on."""
    context: Context | None = None
    """What it takes over from the turn before; None where it stands alone."""
    asked: Question | None = None
    """The part that the answer sentence has to answer; None for the whole question."""
    is_fallback: bool = False
    """Whether, of several readings, this one is taken where no article bears any of them out."""

    @property
    def is_blank(self) -> bool:
        """Tells whether it holds no word."""
        return not self.syllables

    @property
    def asks(self) -> bool:
        """Tells whether it ends in a question mark, or has a phrase that asks."""
        return self.text.rstrip().endswith("?") or any(token.asks for token in self.tokens)
