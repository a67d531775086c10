"""Browsing: names the newest articles that a person asks for, one headline for each event."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from retrieval.answering.answers import headline_of, newest_date
from retrieval.answering.events import one_an_event
from retrieval.datatypes import AbstainReason, Answer, Article, Browse, Field, Filter
from retrieval.question import Question
from retrieval.search import SearchContext, encode, rank
from retrieval.store import StoredArticle
from retrieval.vietnamese import syllables, tokens_of, toneless

MAX_HEADLINES = 10
"""Most headlines that are named."""

POOL = 200
"""Number of newest articles that are looked through."""

MIN_SECTION = 3
"""Least number of articles whose address names a topic, from which the topic is a section of a paper."""


MAX_BROWSED_SYLLABLES = 4
"""Most syllables of a topic that is typed alone; what is longer tells an event."""

MIN_BROWSED_EVENTS, MIN_BROWSED_DAYS = 3, 2
"""Least number of events, and of their days, that a topic typed alone has in headlines; else it is searched for."""


def browsed_topic(context: SearchContext, question: Question) -> Browse | None:
    """Reads a name or a topic that is typed alone, and that headlines of several days have, as a request to browse.

    Args:
        context: the snapshot with its models.
        question: the only reading of a message.

    Returns:
        The request; None for a question, and for a topic of one event or one day, of which a passage tells more.
    """
    is_alone = question.leans_on is None and question.period is None and not question.asks
    if not is_alone or question.is_blank or question.syllables > MAX_BROWSED_SYLLABLES:
        return None
    field: Field = "exact" if question.toned else "plain"
    near = context.snapshot.lexical_articles(field, question.terms[field], POOL, None)
    found = context.snapshot.articles(number for number, _ in near).values()
    titled = [stored for stored in found if _holds(stored.article.title, question)]
    events = one_an_event(context.snapshot, titled)
    is_topic = (
        len(events) >= MIN_BROWSED_EVENTS and len({stored.article.published for stored in events}) >= MIN_BROWSED_DAYS
    )
    return Browse(topic=question.text) if is_topic else None


def browse_articles(context: SearchContext, question: Question, browse: Browse) -> Answer:
    """Names the newest articles that a question asks to browse, the latest day first.

    If no article is of the days that it names, articles of any day are named, and its period is not `kept`.

    Args:
        context: the snapshot with its encoder and models.
        question: the question; its text is the topic, if it has one.
        browse: the days, the source and the topic.
    """
    found = _find(context, question, browse)
    if not found and question.period:
        question = replace(question, period=replace(question.period, kept=False))
        found = _find(context, question, replace(browse, where=Filter(source=browse.where.source)))
    chosen = one_an_event(context.snapshot, found)[:MAX_HEADLINES]
    return Answer(
        question=question.typed,
        quotes=(),
        confidence=0.0,
        reason=None if chosen else AbstainReason.NOTHING_MATCHES,
        period=question.period,
        turn=question.turn,
        newest=None if chosen else newest_date(context.snapshot),
        act=question.act,
        browse=browse,
        headlines=tuple(map(headline_of, chosen)),
    )


def _find(context: SearchContext, question: Question, browse: Browse) -> list[StoredArticle]:
    """Finds the articles that pass a filter and are about the topic, the newest first."""
    snapshot = context.snapshot
    newest = snapshot.newest(POOL, browse.where)
    if browse.topic is None:
        return newest
    section = [stored for stored in newest if is_of_section(stored.article, question.text)]
    if len(section) >= MIN_SECTION:
        return section
    vector, settings = encode(context.encoder, question), context.settings
    ranking = rank(snapshot, question, vector, context.models, k=POOL, where=browse.where, settings=settings)
    near = dict.fromkeys(hit.passage.article_id for hit in ranking.hits)
    best = [stored for key in near if (stored := snapshot.article(key)) and _holds(stored.article.text, question)]
    return sorted(best[:MAX_HEADLINES], key=_day_number, reverse=True)


def is_of_section(article: Article, topic: str) -> bool:
    """Tells whether the folders of an article's address name a topic, as in `/the-thao/`."""
    folders = urlsplit(article.url or "").path.split("/")[1:-1]
    slug = "-".join(map(toneless, syllables(topic)))
    return any(folder == slug or ("-" in slug and f"-{slug}-" in f"-{folder}-") for folder in folders)


def _holds(text: str, question: Question) -> bool:
    """Tells whether a text holds the words of a topic side by side."""
    topic, held = (" ".join(tokens_of(one, toned=question.toned)) for one in (question.text, text))
    return f" {topic} " in f" {held} "


def _day_number(stored: StoredArticle) -> int:
    return stored.article.published.last.toordinal() if stored.article.published else 0
