"""The content of an answer's card: all that it shows but the page in front."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval import Answer, Rewriting


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above the quotes that tells what was asked: repeated, or as it was read."""

    text: str
    rewriting: Rewriting | None = None
    """How the question was rewritten; None where it is repeated, since nobody typed it in the chat."""


@dataclass(frozen=True, slots=True)
class CardContent:
    """An answer or an abstention as its card shows it."""

    answer: Answer
    heading: Heading | None = None
    """The line above the quotes; that of a question that was rewritten if None."""
    chosen: Answer | None = None
    """Quotes of one of the nearest articles, which the reader has chosen; shown in place of `answer`."""
    is_introduction: bool = False
    """Whether it is the first card of its chat that quotes, which tells that quotes are word for word."""

    @property
    def visible(self) -> Answer:
        """The answer that the message shows."""
        return self.chosen or self.answer

    @property
    def visible_heading(self) -> Heading | None:
        """The heading that the message shows; None for none."""
        return self.heading or heading_of(self.visible)

    @property
    def confidence(self) -> float:
        """The confidence in what is shown, 0 to 1.

        A chosen article alone is rated more confidently than among all those for which the bot abstained.
        """
        return min(self.visible.confidence, self.answer.confidence)


def heading_of(answer: Answer) -> Heading | None:
    """Makes the heading of a question that was rewritten; None for other questions."""
    return Heading(answer.read_as, answer.rewriting or Rewriting.SPELLING) if answer.read_as else None
