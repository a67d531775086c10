"""Questions for tests: read over a small store, or weighed by a table alone."""

from __future__ import annotations

from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.datatypes import Vector
from retrieval.encoder import Encoder
from retrieval.question import Question, QuestionWeights, Spellings, Statistics, understand
from retrieval.question.analysis import Analysis, analyze
from retrieval.question.weights import weigh
from retrieval.store import Snapshot
from retrieval.vietnamese import DocumentFrequencies, is_english
from tests.retrieval.sample_articles import MANIFEST, HashingEncoder
from tests.retrieval.store.memory_store import MemoryStore

NEWS = DocumentFrequencies.load()
SPELLINGS = Spellings.of(NEWS)


def statistics_of(snapshot: Snapshot | None = None, news: DocumentFrequencies = NEWS) -> Statistics:
    return Statistics(snapshot or MemoryStore(MANIFEST, lambda _: {"exact": [], "plain": []}), news, SPELLINGS)


def question_of(
    text: str,
    snapshot: Snapshot | None = None,
    news: DocumentFrequencies = NEWS,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> Question:
    """A question by itself, of no time."""
    [question] = understand(text, statistics_of(snapshot, news), today=None, settings=settings)
    return question


def analysis_of(text: str) -> Analysis:
    return analyze(text, english=is_english(text))


def weights_of(text: str, news: DocumentFrequencies = NEWS) -> QuestionWeights:
    """The weights of a text as it is, by how rare its words are in a table."""
    analysis = analysis_of(text)
    idfs = [news.idf(token) for token in analysis.tokens]
    return weigh(analysis.tokens, analysis.asks, idfs, analysis.names, DEFAULT_SETTINGS.focus_decay)


def vector_of(question: Question, encoder: Encoder | None = None) -> Vector:
    vector: Vector = (encoder or HashingEncoder()).encode_queries([question.text])[0]
    return vector
