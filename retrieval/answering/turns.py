"""Turns: answers a turn of a conversation by the first reading that an article supports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.answering.answers import ASKING_ACTS, NEVER, Assessment, assess, decide, headline_of
from retrieval.answering.browsing import browse_articles, browsed_topic
from retrieval.answering.checking import check_claim
from retrieval.answering.inside import answer_inside
from retrieval.answering.listing import for_lists, list_answer
from retrieval.answering.summarising import summarise
from retrieval.datatypes import AbstainReason, Answer, DialogueAct, Field, Filter, PreviousTurn
from retrieval.question import Context, Question, bears_out
from retrieval.reading import Reading
from retrieval.search import Ranking, SearchContext, retrieve


@dataclass(frozen=True, slots=True)
class AssessedQuestion:
    """Holds a question as finally searched for, with its ranking and the assessment of that."""

    question: Question
    ranking: Ranking
    assessment: Assessment

    def is_answered(self, threshold: float) -> bool:
        """Tells whether the question has words, and a quote whose confidence reaches a threshold."""
        return not self.question.is_blank and self.assessment.is_sure(threshold)


def answer_turn(
    context: SearchContext,
    questions: Sequence[Question],
    *,
    where: Filter | None = None,
    max_quotes: int | None = None,
    after: PreviousTurn | None = None,
) -> Answer:
    """Answers by the first reading that reaches the threshold and is supported, else abstains.

    A request to browse gets headlines, and small talk nothing: there is no search for it. A follow-up is first asked
    inside the articles that the turn before was answered with; if it has no answer, these are named as the nearest.

    A reading that leans on the turn before is supported if the article that answers it holds what it takes over and
    what it adds.

    Args:
        context: the snapshot with its encoder and models.
        questions: the readings of the question, the likeliest first.
        where: which articles may be found; None for all.
        max_quotes: most quotes; `settings.max_quotes` if None.
        after: the turn before; None for a question that stands alone.
    """
    found = _answer_turn(context, questions, where, max_quotes, after)
    turn = found.turn
    if turn is None:
        return found
    articles = tuple(dict.fromkeys(shown.article_id for shown in found.quotes or found.headlines or found.nearest))
    if after and not found.quotes and any(question.leans_on for question in questions):
        articles = after.articles or articles
        if next(question.leans_on for question in questions if question.is_fallback):
            known = (context.snapshot.article(article_id) for article_id in articles)
            found = replace(found, nearest=tuple(headline_of(one) for one in known if one) or found.nearest)
    return replace(found, turn=replace(turn, articles=articles))


def _answer_turn(
    context: SearchContext,
    questions: Sequence[Question],
    where: Filter | None,
    max_quotes: int | None,
    after: PreviousTurn | None,
) -> Answer:
    first = questions[0]
    if first.browse:
        return browse_articles(context, first, first.browse)
    if reply := _REPLIES.get(first.act):
        return reply(context, first, where)
    if first.is_blank or first.act not in ASKING_ACTS:
        return decide(context.snapshot, first, Assessment(), context.models.threshold)
    if first.act is DialogueAct.QUESTION and after and (found := answer_inside(context, questions, after, max_quotes)):
        return found
    if first.act is DialogueAct.QUESTION and len(questions) == 1 and (topic := browsed_topic(context, first)):
        return browse_articles(context, replace(first, act=DialogueAct.BROWSE), topic)
    if first.act is DialogueAct.LIST:
        context = replace(context, settings=for_lists(context.settings))
    best, is_supported = _best_reading(context, questions, where, max_quotes)
    if first.act is DialogueAct.LIST:
        return list_answer(context, best.question, best.ranking, best.assessment, is_supported=is_supported)
    threshold = context.models.threshold if is_supported else NEVER
    return decide(context.snapshot, best.question, best.assessment, threshold, context.models.sure_threshold)


def _best_reading(
    context: SearchContext, questions: Sequence[Question], where: Filter | None, max_quotes: int | None
) -> tuple[AssessedQuestion, bool]:
    """Assesses readings until one reaches the threshold and is supported, else the one to fall back on.

    Returns:
        (the assessed reading, whether its article supports it).
    """
    threshold = context.models.threshold
    assessed: dict[int, AssessedQuestion] = {}
    for place, question in enumerate(questions):
        if question.leans_on and not _is_promising(context, question, question.leans_on, where):
            continue
        found = assessed[place] = assess_question(context, question, where=where, max_quotes=max_quotes)
        if found.assessment.is_sure(threshold) and _is_borne_out(context, question, found.assessment):
            return found, True
    place = next(place for place, question in enumerate(questions) if question.is_fallback)
    found = assessed.get(place) or assess_question(context, questions[place], where=where, max_quotes=max_quotes)
    # An answer that is sure, and was passed over, is not supported by its article.
    return found, not found.assessment.is_sure(threshold)


def _advised(context: SearchContext, question: Question, where: Filter | None) -> Answer:
    """Names articles on a matter about which a person asks for advice, and quotes none."""
    found = assess_question(context, question, where=where)
    nothing = decide(context.snapshot, found.question, found.assessment, NEVER)
    return replace(nothing, confidence=0.0, reason=AbstainReason.ADVICE, nearest=found.assessment.nearest, missing=())


def assess_question(
    context: SearchContext,
    question: Question,
    *,
    k: int | None = None,
    where: Filter | None = None,
    without: Collection[str] = (),
    max_quotes: int | None = None,
    readings: Mapping[int, Reading] | None = None,
) -> AssessedQuestion:
    """Searches for a question, and assesses its ranking.

    Args:
        context: the snapshot with its encoder and models.
        question: the question.
        k: the number of hits; `settings.candidates` if None.
        where: which articles may be found; None for all.
        without: ids of articles that are excluded with their near-duplicates.
        max_quotes: most quotes; `settings.max_quotes` if None.
        readings: known readings of the question, by passage id.
    """
    searched, ranking = retrieve(
        context, question, k=k or context.settings.candidates, where=where, without=without, readings=readings
    )
    assessment = assess(
        context.snapshot, searched, ranking, context.models, max_quotes=max_quotes, settings=context.settings
    )
    return AssessedQuestion(searched, ranking, assessment)


def _is_promising(context: SearchContext, question: Question, leans_on: Context, where: Filter | None) -> bool:
    """Tells whether one of the best lexical articles supports a reading; cheaper than a search."""
    field: Field = "exact" if leans_on.toned else "plain"
    follow_ups = context.settings.follow_ups
    near = context.snapshot.lexical_articles(field, question.terms[field], follow_ups.probed_articles, where)
    articles = context.snapshot.articles(number for number, _ in near).values()
    return any(bears_out(stored.article.text, leans_on, follow_ups) for stored in articles)


def _is_borne_out(context: SearchContext, question: Question, assessment: Assessment) -> bool:
    """Tells whether the first quote's article supports a reading; True for one that stands alone."""
    if question.leans_on is None:
        return True
    stored = context.snapshot.article(assessment.quotes[0].article_id)
    return stored is not None and bears_out(stored.article.text, question.leans_on, context.settings.follow_ups)


_REPLIES: Mapping[DialogueAct, Callable[[SearchContext, Question, Filter | None], Answer]] = {
    DialogueAct.SUMMARY: summarise,
    DialogueAct.FORWARDED: check_claim,
    DialogueAct.ADVICE: _advised,
}
"""What replies to a message that asks something else than a question, by dialogue act."""
