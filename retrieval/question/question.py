"""Defines a question as a value, with everything that later stages need, computed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from retrieval.datatypes import Browse, DialogueAct, Field, Period, PreviousTurn, Rewriting, Span
from retrieval.question.context import Context
from retrieval.question.weights import QuestionWeights
from retrieval.vietnamese import AnswerType

Language = Literal["vi", "en"]


@dataclass(frozen=True, slots=True)
class Token:
    """Represents a syllable or a number of a question's text.

    An abbreviation is several tokens: the syllables of its full form.
    """

    text: str
    """The token as written in `Question.text`."""
    folded: str
    """The token as folded for index terms."""
    span: Span
    """The span in `Question.text`."""
    typed: Span | None
    """The span in `Question.typed`; None if it cannot be found there, as in a question joined with the turn before."""
    asks: bool
    """Whether the token belongs to a question word, which an answer need not repeat."""
    is_name: bool
    is_number: bool
    idf: float
    """Inverse document frequency, in the news and in the indexed corpus."""


@dataclass(frozen=True, slots=True)
class Question:
    """Holds one reading of what a person asked.

    `text` is searched for, and may be no Vietnamese sentence; `read_as` is shown to a person.
    """

    typed: str
    """The question as typed, in the normal form of article text, on one line."""
    stated: str
    """The whole question: as typed, or joined with the turn before."""
    text: str
    """The text to search for: `stated` with corrected spelling, without the words of a period that is a filter."""
    rewriting: Rewriting | None
    """How `read_as` was made; None if a person need not be told."""
    read_as: str | None
    """The reading of the question that is shown to a person; None if it was read as typed."""
    language: Language
    toned: bool
    """Whether the question was typed with tones; else words are compared without tones."""
    syllables: int
    """Number of syllables of `text`, before abbreviations are expanded."""
    tokens: tuple[Token, ...]
    """The tokens of `text`, in order."""
    terms: Mapping[Field, tuple[str, ...]]
    """The terms for lexical search, by field: tokens, bigrams and numbers, without question words."""
    weights: QuestionWeights
    """The weights of the words, pairs and triples that an article should hold."""
    answer_types: frozenset[AnswerType]
    period: Period | None
    """The period that the question asks for; it filters the search if `kept`."""
    wants_newest: bool
    """Whether the question asks for the newest articles."""
    turn: PreviousTurn
    """The turn that the next question may lean on."""
    leans_on: Context | None = None
    """The parts of a follow-up that an article must hold; None if the question stands alone."""
    asked_part: Question | None = None
    """The part of the question that the answer sentence has to answer; None for the whole question."""
    asked_on: dt.date | None = None
    """The day on which the question is asked; None where that does not matter."""
    is_fallback: bool = False
    """Whether this reading is taken if no article supports any reading."""
    act: DialogueAct = DialogueAct.QUESTION
    """What the person does with the message; all but a question and browsing are replied to without a search."""
    browse: Browse | None = None
    """The articles that are asked for, if the act is `DialogueAct.BROWSE`; `text` is then their topic."""

    @property
    def is_blank(self) -> bool:
        """Tells whether the question has no words."""
        return not self.syllables

    @property
    def is_ahead(self) -> bool:
        """Tells whether the question asks for a period that is to come, or begins today."""
        return self.period is not None and self.asked_on is not None and self.period.since >= self.asked_on

    @property
    def asks(self) -> bool:
        """Tells whether the question ends in a question mark, or has a question word."""
        return self.text.rstrip().endswith("?") or any(token.asks for token in self.tokens)
