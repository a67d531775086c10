"""Makes the rows that an encoder is trained on: a question, a passage that answers it, and one that does not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.datatypes import Article, Span
from retrieval.indexing import passage_input
from retrieval.training.reading_questions import Label, TrainingQuestion
from retrieval.training.reading_rows import Found, locate
from retrieval.training.training_material import TrainingMaterial


@dataclass(frozen=True, slots=True)
class EncoderRow:
    """Holds a question with two passages, as they are encoded for an index."""

    question: str
    positive: str
    """The best passage of the question's article that holds the answer."""
    negative: str
    """A passage that search ranks high, of an article that does not hold the answer (Karpukhin et al. 2020)."""
    group: str
    """What the row shares with other rows of its article."""


def encoder_rows(material: TrainingMaterial, seed: int) -> Iterator[EncoderRow]:
    """Yields a row for each question whose article answers it, if search finds both passages."""
    for question in material.questions:
        article = material.articles.get(question.article_id or "")
        if question.label is not Label.ANSWER or article is None:
            continue
        positive = _answering_passage(material, question, article)
        negative = _hard_negative(material, question, random.Random(f"{seed} {question.id}"))
        if positive and negative:
            yield EncoderRow(question.text, positive, negative, question.group)


def _answering_passage(material: TrainingMaterial, question: TrainingQuestion, article: Article) -> str | None:
    answer = locate(article.body, question.answer or "", question.sentence)
    for _, start, end in material.found[question.id].own:
        if answer and start <= answer.start and answer.end <= end:
            return passage_input(article, Span(start, end))
    return None


def _hard_negative(material: TrainingMaterial, question: TrainingQuestion, rng: random.Random) -> str | None:
    foreign: list[Found] = list(material.found[question.id].foreign)
    rng.shuffle(foreign)
    for article_id, start, end in foreign:
        article = material.articles[article_id]
        if locate(article.body, question.answer or "") is None:
            return passage_input(article, Span(start, end))
    return None
