"""Defines what models are fitted on: an index with its question sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from retrieval.config import ReaderChoice
from retrieval.evaluation import JudgedQuestion, ProgressFactory, QuestionSet, ask_all
from retrieval.reading import Reading
from retrieval.service import QuestionAnswering

_Result = TypeVar("_Result")

PassageReadings = Mapping[int, Reading]
"""Readings of one question, by passage id."""

Readings = dict[tuple[str, str], PassageReadings]
"""Readings by id and text of the question; reading takes longer than all else, and so is done once."""


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """Pairs a question with its known readings."""

    question: JudgedQuestion
    readings: PassageReadings


SetGroup = tuple[Path, str]
"""Key of the question sets that are held out together, such as a set and its variation without tones.

It consists of the index and the id of the first question, which the sets share.
"""


@dataclass(frozen=True, slots=True)
class JudgedCorpus:
    """An index and the question sets that are judged over it."""

    index: Path
    question_sets: tuple[QuestionSet, ...]
    confidence_only: bool = False
    """Whether the confidence alone is fitted on it, not the ranking nor the answer sentence."""

    @property
    def size(self) -> int:
        """The number of questions; at least 1, so that it can divide."""
        return max(1, sum(len(question_set.questions) for question_set in self.question_sets))

    @property
    def has_unanswerable(self) -> bool:
        """Whether any question has no relevant article."""
        return any(not question.relevant for question_set in self.question_sets for question in question_set.questions)

    def group(self, question_set: QuestionSet) -> SetGroup:
        """Returns the key by which a set of this corpus is held out."""
        return self.index, question_set.questions[0].id

    def ask_set(
        self,
        question_set: QuestionSet,
        ask: Callable[[QuestionAnswering, ReadQuestion], _Result],
        progress: ProgressFactory,
        label_suffix: str = "",
        *,
        reader: ReaderChoice,
        readings: Readings | None = None,
    ) -> list[_Result]:
        """Returns the result of `ask` for every question of a set.

        Args:
            question_set: the set.
            ask: a module's function, or a partial of one.
            progress: is labelled by the name of the set and `label_suffix`.
            label_suffix: tells what is being asked for.
            reader: the reader, or none.
            readings: known readings of the set's questions.
        """
        known = readings or Readings()
        asked = [ReadQuestion(one, known.get((one.id, one.text), {})) for one in question_set.questions]
        with progress(f"{question_set.name}{label_suffix}", len(asked)) as advance:
            return ask_all(self.index, None, asked, ask, advance, reader=reader)
