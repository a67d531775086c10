"""Questions for tests: reads questions over a small store, and weighs them by a table alone."""

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
    """Reads a text as a question that stands alone, without a period."""
    [question] = understand(text, statistics_of(snapshot, news), today=None, settings=settings)
    return question


def analysis_of(text: str) -> Analysis:
    return analyze(text, english=is_english(text))


def weights_of(text: str, news: DocumentFrequencies = NEWS) -> QuestionWeights:
    """Weighs a text's words by their IDF in a table, without correcting its spelling."""
    analysis = analysis_of(text)
    idfs = [news.idf(token) for token in analysis.tokens]
    return weigh(analysis.tokens, analysis.asks, idfs, analysis.names, DEFAULT_SETTINGS.focus_decay)


def vector_of(question: Question, encoder: Encoder | None = None) -> Vector:
    vector: Vector = (encoder or HashingEncoder()).encode_queries([question.text])[0]
    return vector
