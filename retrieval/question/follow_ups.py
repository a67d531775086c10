"""Follow-ups: proposes readings of a question that may lean on the turn before.

Such questions are `còn ở Hà Nội thì sao?`, `khi nào?` and `ông ấy nói gì?`. The rules only propose readings, the most
probable first. The articles decide: a reading that leans on the turn before is taken only if the article that answers
it holds both what was taken over and what is new.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from retrieval.config import FollowUpSettings
from retrieval.datatypes import PreviousTurn, Rewriting, Span
from retrieval.question.periods import read_period
from retrieval.vietnamese import asking_phrases, fold, has_tones, toneless

_PARTICLES = r"(?:vậy|thế|nhỉ|nhé|nha|ạ|à|hả|hở|đấy|luôn|nữa)"
_LEAD = (
    r"(?P<so>(?:(?:thế thì|vậy thì|thế|vậy|rồi|à|ừ|ờ|ủa|dạ|nhưng|mà|và)\b"
    r"(?! giới| hệ| kỷ| kỉ| lực| vận| nào| chiến| năng)[\s,]*)*)"
    r"(?P<what_about>còn\b(?! bao| mấy)[\s,]*)?(?:thì\b\s*)?"
)
_TAIL = rf"(?P<what_about>\s*\bthì (?:sao|thế nào|như thế nào|ra sao))?(?:\s+{_PARTICLES})*[\s?!.…]*\Z"
_PRONOUN = re.compile(
    r"\b(?:(?:ông|bà|anh|chị|cô|cậu|em|chú|bác|cụ|vị|người|hắn) (?:ấy|ta|này|đó|kia)|nó"
    r"|(?<!dòng )(?<!cùng )họ(?! tên| hàng| và)"
    r"|(?:ở|tại|từ|về|vì|do|điều|việc|chuyện|nơi|chỗ) (?:đó|đây|này|ấy|kia)|như (?:vậy|thế)(?! nào))\b"
)
_DEMONSTRATIVE = re.compile(r"(?<=\w)\s+(?:này|đó|ấy|kia)\b(?! là)")
_PREPOSITION = re.compile(r"(?:ở|tại|của|từ|với|về|trong)\s+")
_ASKS = re.compile(rf"\b(?:{'|'.join(asking_phrases())}|sao\b(?=\W*\Z))\b(?:\s+lại\b)?")
_YES_NO = re.compile(r"\s+(?:hay không|không|chưa)\W*\Z")
_CAPITALS = re.compile(r"AI\b|[Hh]ọ [^\W\d_a-zà-ỹđ]")
"""Words that only their capitals tell apart: `AI` from a question word, `họ Nguyễn` from a pronoun."""
_WORD = re.compile(r"\w+")
_ENDS = " \t\n,;:.?!…-–"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Holds one searchable reading of a question, and the parts that an article must hold."""

    text: str
    turn: PreviousTurn
    """The turn that the next question may lean on."""
    kept: str = ""
    """The words taken over from the turn before; empty for none."""
    added: str = ""
    """The new words, if the reading leans on the turn before; empty for none."""
    is_substitution: bool = False
    """Whether new words replace others of the turn before."""
    asked: str | None = None
    """The part of the question that the answer sentence has to answer; None for the whole question."""
    toned: bool = True
    """Whether the conversation is typed with tones; else words are compared without tones."""
    rewriting: Rewriting | None = None
    read_as: str | None = None
    """The sentence that shows a person how the question was read; always one that a person could have typed."""
    is_fallback: bool = False
    """Whether this reading is taken if no article supports any reading."""

    @property
    def stands_alone(self) -> bool:
        """Tells whether the reading takes nothing from the turn before."""
        return not self.kept and not self.added


def standing_alone(question: str) -> Proposal:
    """Proposes the question as asked, without the turn before."""
    return Proposal(question, PreviousTurn(question, question, question), is_fallback=True)


def propose(
    question: str,
    before: PreviousTurn,
    *,
    weight_of: Callable[[str], float],
    restore_tones: Callable[[str], str],
    today: dt.date,
    settings: FollowUpSettings,
) -> list[Proposal]:
    """Proposes readings of a question after another turn, the most probable first; never empty.

    Args:
        question: the question as typed.
        before: the turn before.
        weight_of: sums the IDF of a text's words, without question words.
        restore_tones: restores the tones of a text that is typed without any.
        today: the day on which the question is asked.
        settings: the thresholds of the rules.
    """
    earlier = PreviousTurn(restore_tones(before.question), restore_tones(before.topic), restore_tones(_shown(before)))
    follow_up = _FollowUp.of(restore_tones(question), weight_of, today, toned=has_tones(question))
    toned = has_tones(f"{question} {before.question} {before.topic}")
    proposals = (_as_typed(one, toned=toned) for one in _ordered(follow_up, earlier, settings))
    return [replace(one, text=question) if one.stands_alone else one for one in proposals]


def _ordered(follow_up: _FollowUp, before: PreviousTurn, settings: FollowUpSettings) -> list[Proposal]:
    alone = standing_alone(follow_up.question)
    if not follow_up.may_lean(settings.standalone_weight):
        return [alone]
    is_bare = follow_up.weight < settings.bare_weight
    by_text = {proposal.text: proposal for proposal in _joined(follow_up, before, is_bare=is_bare)}
    joined = list(by_text.values())[: settings.max_joined]
    is_empty_alone = is_bare or (follow_up.goes_on and follow_up.is_name)
    if follow_up.refers or is_empty_alone:
        joined[0] = replace(joined[0], is_fallback=True)
        alone = replace(alone, is_fallback=False)
    if follow_up.goes_on:
        alone = replace(alone, turn=PreviousTurn(follow_up.rest, follow_up.rest, follow_up.question))
    names_something = follow_up.names and not follow_up.is_name and not follow_up.refers
    if follow_up.weight >= settings.light_weight or names_something:
        return [alone, *joined]
    return joined if is_empty_alone else [*joined, alone]


def _as_typed(proposal: Proposal, *, toned: bool) -> Proposal:
    """Removes the restored tones from a proposal of a conversation without tones.

    Its whole text then passes through spelling correction, and a person is shown it without tones, as typed.
    """
    if toned:
        return proposal
    turn = proposal.turn
    return replace(
        proposal,
        text=toneless(proposal.text),
        turn=PreviousTurn(toneless(turn.question), toneless(turn.topic), toneless(_shown(turn))),
        asked=None,
        toned=False,
        read_as=proposal.read_as and toneless(proposal.read_as),
    )


# --- the parts of a question -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _FollowUp:
    """Splits a question into its parts: linking words, period, question words and content."""

    question: str
    """The whole question."""
    rest: str
    """The question without linking words at either end, such as `còn` and `thì sao`; pronouns stay."""
    goes_on: bool
    """Whether linking words tie it to the turn before: `còn`, `thì sao`, or `vậy`, `thế`... without a question word."""
    has_question_mark: bool
    period: str
    """The words that name a period; empty for none."""
    phrase: str
    """The content of the question: `rest` without question words and pronouns."""
    weight: float
    """The summed IDF of the content."""
    today: dt.date

    @classmethod
    def of(cls, question: str, weight_of: Callable[[str], float], today: dt.date, *, toned: bool) -> Self:
        """Parses a question, matching linking words with tones or without."""
        spell = str if toned else toneless
        folded = spell(_lower(question))
        tail = re.search(spell(_TAIL), folded)
        end = tail.start() if tail else len(folded)
        lead = re.compile(spell(_LEAD)).match(folded, 0, end)
        rest = question[lead.end() if lead else 0 : end].strip(_ENDS)
        about = bool((lead and lead["what_about"]) or (tail and tail["what_about"]))
        so = bool(lead and lead["so"]) and not _matches(rest, _ASKS)
        period = read_period(rest, today)
        phrase = _without(_without(_content(rest), _PRONOUN), _DEMONSTRATIVE)
        return cls(
            question,
            rest,
            about or so,
            question.rstrip().endswith("?"),
            period.words if period else "",
            phrase,
            weight_of(phrase),
            today,
        )

    @cached_property
    def refers(self) -> bool:
        """Tells whether linking words, a pronoun or a demonstrative refer to the turn before."""
        return self.goes_on or bool(_matches(self.rest, _PRONOUN) or _matches(self.rest, _DEMONSTRATIVE))

    @cached_property
    def asks(self) -> bool:
        """Tells whether the question has a question word of its own, or asks yes or no."""
        return bool(_matches(self.rest, _ASKS)) or _YES_NO.search(self.rest) is not None

    @cached_property
    def names(self) -> list[Span]:
        """Finds the names in the content."""
        return list(_names(self.phrase))

    @cached_property
    def is_name(self) -> bool:
        """Tells whether the content is one name, with a preposition or without."""
        return _is_name(_without_preposition(self.phrase))

    def may_lean(self, standalone_weight: float) -> bool:
        """Tells whether the question may be a follow-up.

        It is one if it refers to the turn before or is a bare name; or if its content weighs less than
        `standalone_weight` and it asks.
        """
        if self.refers or self.is_name:
            return bool(self.phrase or self.asks)
        is_light = self.weight < standalone_weight
        return is_light and (self.asks or self.has_question_mark) and bool(self.phrase or self.asks)


def _content(text: str) -> str:
    """Removes the question words from a question."""
    end = _YES_NO.search(text)
    return _without(text[: end.start()] if end else text, _ASKS)


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """Removes the matches of a pattern from a text, and joins the rest by single spaces."""
    parts, done = [], 0
    for span in _matches(text, pattern):
        parts.append(text[done : span.start])
        done = span.end
    return " ".join(" ".join([*parts, text[done:]]).split()).strip(_ENDS)


def _matches(text: str, pattern: re.Pattern[str]) -> list[Span]:
    """Finds the matches of a lower-case pattern, except words that their capitals tell apart."""
    spans = [Span(*match.span()) for match in pattern.finditer(_lower(text))]
    return [span for span in spans if text.isupper() or not _CAPITALS.match(text, span.start)]


def _lower(text: str) -> str:
    """Folds a text to lower case without changing its length, so that offsets stay valid."""
    folded = fold(text)
    return folded if len(folded) == len(text) else "".join(char.lower()[:1] for char in text)


def _without_preposition(phrase: str) -> str:
    match = _PREPOSITION.match(_lower(phrase))
    return phrase[match.end() :] if match else phrase


def _names(text: str) -> Iterator[Span]:
    """Finds runs of words that begin with a capital letter or a digit.

    The text's first word alone counts only if it is written in capitals.
    """
    run: list[Span] = []
    for word in [*(Span(*match.span()) for match in _WORD.finditer(text)), None]:
        if word and (text[word.start].isupper() or text[word.start].isdigit()):
            run.append(word)
            continue
        if run and (run[0].start > 0 or len(run) > 1 or run[0].of(text).isupper()):
            yield Span(run[0].start, run[-1].end)
        run = []


def _is_name(text: str) -> bool:
    return [span.of(text) for span in _names(text)] == [text]


# --- readings together with the turn before --------------------------------------------------------------------------


def _joined(follow_up: _FollowUp, before: PreviousTurn, *, is_bare: bool) -> Iterator[Proposal]:
    questions = before.question, before.topic
    if follow_up.period and not follow_up.phrase.replace(follow_up.period, "").strip(_ENDS):
        yield from (_at_another_time(follow_up, question, before) for question in questions)
    elif is_bare and not follow_up.refers:
        yield from (_asked_anew(follow_up, _content(question), before, is_bare=is_bare) for question in questions)
    elif follow_up.is_name or (follow_up.goes_on and not follow_up.asks):
        yield from _substituted(follow_up, before.question, before)
        yield _asked_alike(follow_up, before)
        yield from _substituted(follow_up, before.topic, before)
    else:
        for about in (_subject(before.topic), _content(before.topic)):
            yield _asked_anew(follow_up, about, before, is_bare=is_bare)


def _at_another_time(follow_up: _FollowUp, question: str, before: PreviousTurn) -> Proposal:
    """Replaces the period of the question before, or appends one."""

    def moved(text: str) -> str:
        earlier = read_period(text, follow_up.today)
        period = follow_up.period
        return _sentence(text.replace(earlier.words, period) if earlier else f"{text.rstrip(_ENDS)} {period}")

    text, shown = moved(question), moved(_shown(before))
    return Proposal(
        text,
        PreviousTurn(text, text, shown),
        _kept(question, follow_up.today),
        rewriting=_rewriting(question, before),
        read_as=text if question == _shown(before) else _shown(before),
    )


def _asked_anew(follow_up: _FollowUp, about: str, before: PreviousTurn, *, is_bare: bool) -> Proposal:
    """Joins the new question with the topic before, which replaces its first pronoun if any."""
    pronouns = _matches(follow_up.rest, _PRONOUN)
    if pronouns:
        text = f"{follow_up.rest[: pronouns[0].start]} {about} {follow_up.rest[pronouns[0].end :]}"
    else:
        text = f"{about} {_without(follow_up.rest, _DEMONSTRATIVE)}"
    return Proposal(
        _sentence(text),
        PreviousTurn(_sentence(text), before.topic, before.shown),
        _kept(before.topic, follow_up.today),
        follow_up.phrase,
        asked=None if is_bare else follow_up.rest,
        rewriting=Rewriting.CONTINUATION,
        read_as=_shown(before),
    )


def _substituted(follow_up: _FollowUp, question: str, before: PreviousTurn) -> Iterator[Proposal]:
    """Replaces words of the question before by the new phrase that is an alternative to them."""
    in_shown = next(_places(_shown(before), follow_up.phrase), None)
    for span, new in _places(question, follow_up.phrase):
        text = _replaced(question, span, new)
        kept = _kept(f"{question[: span.start]} {question[span.end :]}", follow_up.today)
        shown = text if question == _shown(before) else in_shown and _replaced(_shown(before), *in_shown)
        yield Proposal(
            text,
            PreviousTurn(text, text, shown or follow_up.question),
            kept,
            _without_preposition(follow_up.phrase),
            is_substitution=True,
            rewriting=_rewriting(question, before),
            read_as=text if question == _shown(before) else _shown(before),
        )


def _asked_alike(follow_up: _FollowUp, before: PreviousTurn) -> Proposal:
    """Joins the new phrase with the topic before, from its question word on."""
    asks = _matches(before.topic, _ASKS)
    text = _sentence(f"{follow_up.phrase} {before.topic[asks[0].start :] if asks else ''}")
    return Proposal(
        text,
        PreviousTurn(text, text, follow_up.question),
        "",
        _without_preposition(follow_up.phrase),
        is_substitution=True,
        rewriting=Rewriting.CONTINUATION,
        read_as=_shown(before),
    )


def _shown(before: PreviousTurn) -> str:
    return before.shown or before.topic


def _rewriting(question: str, before: PreviousTurn) -> Rewriting:
    """Tells how to show a question whose words were replaced.

    A question that was itself shown before is shown whole; another one as a continuation.
    """
    return Rewriting.SUBSTITUTION if question == _shown(before) else Rewriting.CONTINUATION


def _kept(question: str, today: dt.date) -> str:
    """Returns the content of a question, without its period, which becomes a filter."""
    period = read_period(question, today)
    return _content(question.replace(period.words, " ") if period else question)


def _sentence(text: str) -> str:
    """Formats a text as a question, with a capital letter and a question mark."""
    text = " ".join(text.split()).rstrip(_ENDS)
    return f"{text[:1].upper()}{text[1:]}?"


def _replaced(question: str, span: Span, new: str) -> str:
    return _sentence(f"{question[: span.start]}{new}{question[span.end :]}")


def _places(question: str, phrase: str) -> Iterator[tuple[Span, str]]:
    """Finds where a phrase may replace words of a question.

    It replaces words that begin as it does; a name replaces any name, the last one first.

    Yields:
        (the span to replace, its replacement).
    """
    old = [Span(*match.span()) for match in _WORD.finditer(question)]
    new = [match.group() for match in _WORD.finditer(phrase)]
    names = list(_names(question))
    for shared in range(len(new) - 1, 0, -1):
        for at in range(len(old) - shared):
            if [fold(word.of(question)) for word in old[at : at + shared]] == list(map(fold, new[:shared])):
                after = old[at + shared]
                run = next((name for name in names if name.start <= after.start < name.end), None)
                end = run.end if run else old[min(at + len(new), len(old)) - 1].end
                yield Span(old[at].start, end), phrase
                return
    bare = _without_preposition(phrase)
    if _is_name(bare):
        yield from ((name, bare) for name in reversed(names))


def _subject(topic: str) -> str:
    """Returns the subject of a question.

    It is the words up to the last name before the question word; without such a name, the content.
    """
    asks = _matches(topic, _ASKS)
    names = [name for name in _names(topic) if not asks or name.end <= asks[0].start]
    return topic[: names[-1].end] if names else _content(topic)
