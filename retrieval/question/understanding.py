"""Query understanding: reads a typed text as searchable questions, the likeliest reading first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.datatypes import DialogueAct, Filter, Period, PreviousTurn, Rewriting, Span
from retrieval.question.alignment import typed_spans
from retrieval.question.analysis import Analysis, analyze
from retrieval.question.answer_types import answer_types_of
from retrieval.question.browse_requests import BrowseRequest, read_browse
from retrieval.question.context import Context, content_weight, context_of
from retrieval.question.dialogue_acts import read_dialogue_act
from retrieval.question.follow_ups import Proposal, propose, standing_alone
from retrieval.question.forwarded import claim_of, is_forwarded
from retrieval.question.periods import read_period, wants_newest
from retrieval.question.plain_messages import plain_message
from retrieval.question.question import Question, Token
from retrieval.question.spelling import SpellingCorrection, correct_spelling
from retrieval.question.spelling_feedback import NearArticles, near_articles
from retrieval.question.statistics import Statistics
from retrieval.question.turn_kinds import TurnKind, read_turn_kind
from retrieval.question.weights import weigh
from retrieval.runtime import timed_stage
from retrieval.vietnamese import (
    clean,
    has_tones,
    is_english,
    syllables,
)

_NO_FILTER = Filter()


def understand(
    typed: str,
    statistics: Statistics,
    *,
    today: dt.date | None,
    after: PreviousTurn | None = None,
    where: Filter = _NO_FILTER,
    any_time: bool = False,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> list[Question]:
    """Reads a typed text as questions, the likeliest reading first; never empty.

    Args:
        typed: the text as typed.
        statistics: counts of the corpus and of the news.
        today: the day on which the question is asked; None to read no dialogue act, no period and no follow-up.
        after: the turn before, which the question may lean on; None for a question that stands alone.
        where: the filter of the search; if it has dates, no period is read from the question.
        any_time: whether to ignore a period that the question names.
        settings: lengths, thresholds and probabilities.
    """
    text = _one_line(typed, settings)
    if today is None:
        return [_reading(text, standing_alone(text), statistics, today, where, settings, any_time=any_time)]
    act, span = read_dialogue_act(text)
    if act is not DialogueAct.QUESTION:
        return [replace(_read_part(text, statistics, settings), act=act, is_fallback=True)]
    if is_forwarded(typed):
        return [_of_matter(text, TurnKind(DialogueAct.FORWARDED, claim_of(text)), statistics, settings)]
    asked = span.of(text)
    plain = plain_message(asked)
    readings = _read_asking(plain, statistics, today, after, where, settings, any_time=any_time)
    if plain != asked:
        return [_unplaced(question, text) for question in readings]
    return readings if asked == text else [_placed(question, text, span.start) for question in readings]


def _read_asking(
    text: str,
    statistics: Statistics,
    today: dt.date,
    after: PreviousTurn | None,
    where: Filter,
    settings: SearchSettings,
    *,
    any_time: bool,
) -> list[Question]:
    """Reads a message that is searched for, without small talk around it: as a request to browse, or as questions."""

    def requested(words: str) -> BrowseRequest | None:
        return read_browse(words, today, lambda: [name for name, _ in statistics.snapshot.totals().sources], where)

    if request := requested(text):
        return [_browsing(text, text, request, statistics, settings, any_time=any_time)]
    kind = read_turn_kind(text)
    if kind.act is DialogueAct.SUMMARY:
        return [_of_matter(text, kind, statistics, settings)]
    if after is None or not syllables(text):
        proposals = [standing_alone(text)]
    else:
        proposals = propose(
            text,
            after,
            weight_of=partial(content_weight, news=statistics.news, settings=settings),
            restore_tones=partial(_with_tones, statistics=statistics, settings=settings),
            today=today,
            settings=settings.follow_ups,
        )
        joined = proposals[0].text
        if not proposals[0].stands_alone and (request := requested(joined)):
            return [_browsing(text, joined, request, statistics, settings, any_time=any_time)]
    readings = [_reading(text, one, statistics, today, where, settings, any_time=any_time) for one in proposals]
    return [replace(one, act=kind.act) for one in readings]


def _of_matter(text: str, kind: TurnKind, statistics: Statistics, settings: SearchSettings) -> Question:
    """Reads a message that is no question: its matter is the text that is searched for, in articles of any time."""
    question = _read(
        _Origin(typed=text, stated=kind.text, turn=_turn(kind.text), is_fallback=True), "", None, statistics, settings
    )
    return replace(question, rewriting=None, read_as=None, act=kind.act)


def _browsing(
    typed: str,
    stated: str,
    request: BrowseRequest,
    statistics: Statistics,
    settings: SearchSettings,
    *,
    any_time: bool,
) -> Question:
    """Reads a request to browse: its topic is the text that is searched for, its days are the period."""
    browse, period = request.browse, request.period
    if any_time and period:
        browse, period = replace(browse, where=Filter(source=browse.where.source)), None
    origin = _Origin(typed=typed, stated=browse.topic or stated, turn=_turn(stated), is_fallback=True)
    question = _read(origin, "", period, statistics, settings)
    if browse.topic and not question.toned:
        browse = replace(browse, topic=question.text)
    return replace(
        question, stated=stated, turn=origin.turn, rewriting=None, read_as=None, act=DialogueAct.BROWSE, browse=browse
    )


def _placed(question: Question, typed: str, start: int) -> Question:
    """Places a question in the whole message, in which it starts at an offset."""
    tokens = tuple(
        replace(token, typed=token.typed and Span(token.typed.start + start, token.typed.end + start))
        for token in question.tokens
    )
    return replace(question, typed=typed, tokens=tokens)


def _unplaced(question: Question, typed: str) -> Question:
    """Gives a question the whole message as it was typed, in which its tokens are not looked for.

    If it has words that nobody typed, such as those of an English message, a later turn shows the message instead.
    """
    turn = question.turn
    if turn.shown == question.stated and not set(syllables(turn.shown)) <= set(syllables(typed)):
        turn = replace(turn, shown=typed)
    return replace(
        question, typed=typed, turn=turn, tokens=tuple(replace(token, typed=None) for token in question.tokens)
    )


def at_any_time(question: Question, statistics: Statistics, settings: SearchSettings = DEFAULT_SETTINGS) -> Question:
    """Reads a question again with the words of its period, which are then searched for.

    It serves where no article is of the period. The question still has its period, marked as not `kept`.
    """
    period = replace(question.period, kept=False) if question.period else None
    is_mended = question.rewriting is Rewriting.SPELLING
    origin = _Origin(
        typed=question.typed,
        stated=question.stated,
        turn=_turn(question.stated) if is_mended else question.turn,
        rewriting=None if is_mended else question.rewriting,
        read_as=None if is_mended else question.read_as,
        leans_on=question.leans_on,
        asked_part=question.asked_part,
        is_fallback=question.is_fallback,
        asked_on=question.asked_on,
    )
    return replace(_read(origin, "", period, statistics, settings), act=question.act)


def without_words(text: str, removed: str) -> str:
    """Removes the words of a period from a text, unless the text has no others."""
    left = " ".join(text.replace(removed, " ").split()) if removed else text
    return left if syllables(left) else text


@dataclass(frozen=True, slots=True)
class _Origin:
    """Holds the fields of a `Question` that are known before its text is read."""

    typed: str
    stated: str
    turn: PreviousTurn
    rewriting: Rewriting | None = None
    read_as: str | None = None
    leans_on: Context | None = None
    asked_part: Question | None = None
    is_fallback: bool = False
    asked_on: dt.date | None = None

    def mended(self, text: str) -> _Origin:
        """Returns the fields with the corrected text as the question's reading and turn."""
        return replace(self, turn=_turn(text), rewriting=Rewriting.SPELLING, read_as=text)


def _reading(
    typed: str,
    proposal: Proposal,
    statistics: Statistics,
    today: dt.date | None,
    where: Filter,
    settings: SearchSettings,
    *,
    any_time: bool,
) -> Question:
    """Reads a proposal; its period becomes a filter.

    Articles need not hold the words of a period.
    """
    stated = typed if proposal.stands_alone else _one_line(proposal.text, settings)
    period = None if today is None or where.since or where.until else read_period(stated, today)
    origin = _Origin(
        typed=typed,
        stated=stated,
        turn=proposal.turn,
        rewriting=proposal.rewriting,
        read_as=proposal.read_as,
        leans_on=context_of(proposal, statistics.news, settings),
        asked_part=_read_part(proposal.asked, statistics, settings) if proposal.asked else None,
        is_fallback=proposal.is_fallback,
        asked_on=today,
    )
    removed = period.words if period else ""
    return _read(origin, removed, None if any_time else period, statistics, settings)


def _read(
    origin: _Origin, removed: str, period: Period | None, statistics: Statistics, settings: SearchSettings
) -> Question:
    """Reads the searched text: corrects its spelling, analyses its tokens and reads its answer types.

    Args:
        origin: the question as it was proposed.
        removed: words of the period, which are not searched for unless there are no others; empty for none.
        period: the period of the question; None for none.
        statistics: counts of the corpus and of the news.
        settings: the settings of spelling and weights.
    """
    text = without_words(origin.stated, removed)
    english = is_english(text)
    correction, analysis = _corrected(text, statistics, settings, english=english)
    places: Sequence[Span | None] = [None] * len(analysis.spans)
    if origin.leans_on is None:
        cut = removed if text != origin.stated else ""
        places = typed_spans(analysis.spans, analysis.text, typed=origin.typed, removed=cut, origins=correction.origins)
        if correction.mended:
            origin = origin.mended(correction.text)
    return _assembled(origin, analysis, places, period, statistics, settings, toned=correction.toned, english=english)


def _read_part(text: str, statistics: Statistics, settings: SearchSettings) -> Question:
    """Reads a part of a question for the answer sentence, without correcting its spelling."""
    english = is_english(text)
    analysis = analyze(text, english=english)
    origin = _Origin(text, text, _turn(text))
    return _assembled(
        origin, analysis, analysis.spans, None, statistics, settings, toned=has_tones(text), english=english
    )


def _assembled(
    origin: _Origin,
    analysis: Analysis,
    places: Sequence[Span | None],
    period: Period | None,
    statistics: Statistics,
    settings: SearchSettings,
    *,
    toned: bool,
    english: bool,
) -> Question:
    frequencies = statistics.frequencies_of(analysis.tokens, settings.table_weight)
    idfs = [frequencies.idf(token) for token in analysis.tokens]
    spoken = syllables(analysis.text)
    return Question(
        typed=origin.typed,
        stated=origin.stated,
        text=analysis.text,
        rewriting=origin.rewriting,
        read_as=origin.read_as,
        language="en" if english else "vi",
        toned=toned,
        syllables=len(spoken),
        tokens=_tokens(analysis, places, idfs),
        terms=analysis.terms,
        weights=weigh(analysis.tokens, analysis.asks, idfs, analysis.names, settings.focus_decay),
        answer_types=answer_types_of(spoken),
        period=period,
        wants_newest=wants_newest(analysis.text),
        turn=origin.turn,
        leans_on=origin.leans_on,
        asked_part=origin.asked_part,
        asked_on=origin.asked_on,
        is_fallback=origin.is_fallback,
    )


def _tokens(analysis: Analysis, places: Sequence[Span | None], idfs: Sequence[float]) -> tuple[Token, ...]:
    columns = zip(analysis.tokens, analysis.spans, places, analysis.asks, idfs, strict=True)
    return tuple(
        Token(
            text=span.of(analysis.text),
            folded=token,
            span=span,
            typed=place,
            asks=asks,
            is_name=token in analysis.names,
            is_number=token[0].isdigit(),
            idf=idf,
        )
        for token, span, place, asks, idf in columns
    )


@timed_stage("spelling")
def _corrected(
    text: str, statistics: Statistics, settings: SearchSettings, *, english: bool
) -> tuple[SpellingCorrection, Analysis]:
    """Corrects the spelling of a text, and analyses the result.

    Each text is analysed once: the feedback of the correction may need the same analysis.
    """
    analyses: dict[str, Analysis] = {}

    def analysis_of(written: str) -> Analysis:
        if written not in analyses:
            analyses[written] = analyze(written, english=english)
        return analyses[written]

    def feedback(written: str) -> NearArticles:
        return near_articles(statistics.snapshot, analysis_of(written).terms["plain"], settings.spelling)

    correction = correct_spelling(
        text, statistics.spellings, statistics.article_counts, feedback, settings, english=english
    )
    return correction, analysis_of(correction.text)


def _with_tones(text: str, *, statistics: Statistics, settings: SearchSettings) -> str:
    """Restores the tones of a text that is typed without any."""
    if has_tones(text):
        return text
    counts = statistics.article_counts
    return correct_spelling(text, statistics.spellings, counts, None, settings, english=is_english(text)).text


def _turn(question: str) -> PreviousTurn:
    return PreviousTurn(question, question, question)


def _one_line(text: str, settings: SearchSettings) -> str:
    return " ".join(clean(text).split())[: settings.max_question_chars]
