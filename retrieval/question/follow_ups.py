"""What a question may mean after another one: `còn ở Hà Nội thì sao?`, `khi nào?`, `ông ấy nói gì?`.

The rules here only propose readings, in the order in which they are worth a search. Which of them is meant, the
articles decide: a reading that leans on the question before is taken only if the article that answers it holds both
what was taken over and what is new.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from retrieval.datatypes import PreviousTurn, Span
from retrieval.question.periods import read_period
from retrieval.question.weights import QuestionWeights
from retrieval.vietnamese import QUESTION_WORDS, DocumentFrequencies, fold, has_tones, tokens_of, toneless

MOST_JOINED = 3
"""Readings together with the question before that are searched for, at most."""

STANDS_ALONE = 20.0
"""A question whose words weigh so much (the sum of their inverse document frequencies) needs no other."""

LIGHT = 10.5
"""One that weighs less, and names nothing, is read together with the question before first."""

BARE = 1.2
"""One that weighs less asks anew about the same, in other words than the question before."""

UNSPECIFIC = 3.0
"""What weighs less need not stand in the article: one that tells who was hurt may write of casualties."""

KEPT_SHARE, ADDED_SHARE = 0.5, 0.6
"""Weighted shares, 0 to 1, of what was taken over and of what is new that an article must hold."""

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
_POINTS = re.compile(r"(?<=\w)\s+(?:này|đó|ấy|kia)\b(?! là)")
_PLACED = re.compile(r"(?:ở|tại|của|từ|với|về|trong)\s+")
_ASKS = re.compile(
    rf"\b(?:{'|'.join(sorted(QUESTION_WORDS.split('|'), key=len, reverse=True))}|sao\b(?=\W*\Z))\b(?:\s+lại\b)?"
)
_YES_NO = re.compile(r"\s+(?:hay không|không|chưa)\W*\Z")
_CAPITALS = re.compile(r"AI\b|[Hh]ọ [^\W\d_a-zà-ỹđ]")
_WORD = re.compile(r"\w+")
_ENDS = " \t\n,;:.?!…-–"


@dataclass(frozen=True, slots=True)
class Reading:
    """A question that can be searched for by itself, and what an article must hold for it to be what was meant."""

    text: str
    turn: PreviousTurn
    """What a further question may lean on."""
    kept: str = ""
    """What it takes from the question before."""
    added: str = ""
    """What it does not, where it takes something."""
    as_one: bool = False
    """Whether the words that are new must stand beside those that they came with."""
    asked: str | None = None
    """The part that the answering sentence should answer; None for all of it."""
    toned: bool = True
    """Whether it comes from what was typed with tones; else words are told by their letters alone."""
    otherwise: bool = False
    """Whether it is taken where no article bears any reading out."""

    @property
    def alone(self) -> bool:
        """Whether it is the question as it was asked."""
        return not self.kept and not self.added


def by_itself(question: str) -> Reading:
    """The question as it was asked."""
    return Reading(question, PreviousTurn(question, question), otherwise=True)


def readings(
    question: str, before: PreviousTurn, rarity: DocumentFrequencies, today: dt.date, spelt_out: Callable[[str], str]
) -> list[Reading]:
    """What a question may mean after another, the most probable first; never empty.

    Args:
        question: as typed.
        before: the turn before.
        rarity: how much a word weighs.
        today: the day on which it is asked.
        spelt_out: gives a text its tones, where it is typed without any.
    """
    earlier = PreviousTurn(spelt_out(before.question), spelt_out(before.topic))
    said = _Said.of(spelt_out(question), rarity, today, toned=has_tones(question))
    toned = has_tones(f"{question} {before.question} {before.topic}")
    return [
        replace(_typed(reading, toned=toned), text=question) if reading.alone else _typed(reading, toned=toned)
        for reading in _ordered(said, earlier, today)
    ]


def _ordered(said: _Said, before: PreviousTurn, today: dt.date) -> list[Reading]:
    alone = by_itself(said.question)
    if not said.may_lean:
        return [alone]
    joined = list({reading.text: reading for reading in _joined(said, before, today)}.values())[:MOST_JOINED]
    if said.refers or said.is_nothing_alone:
        joined[0] = replace(joined[0], otherwise=True)
        alone = replace(alone, otherwise=False)
    if said.goes_on:
        alone = replace(alone, turn=PreviousTurn(said.rest, said.rest))
    if said.weight >= LIGHT or (said.names and not said.is_name and not said.refers):
        return [alone, *joined]
    return joined if said.is_nothing_alone else [*joined, alone]


def _typed(reading: Reading, *, toned: bool) -> Reading:
    """The reading as the conversation is typed: without tones, it is spelt out once more, as a whole."""
    if toned:
        return reading
    turn = PreviousTurn(toneless(reading.turn.question), toneless(reading.turn.topic))
    return replace(reading, text=toneless(reading.text), turn=turn, asked=None, toned=False)


def bears_out(reading: Reading, text: str, rarity: DocumentFrequencies) -> bool:
    """Whether an article's text holds what a reading takes over and what it adds, so that the reading may be meant."""
    tokens = tokens_of(text, toned=reading.toned)
    kept, added = (_Part.of(part, rarity, toned=reading.toned) for part in (reading.kept, reading.added))
    if not kept.held_by(tokens, KEPT_SHARE):
        return False
    if reading.as_one:
        return added.pairs_held_by(tokens, besides=kept)
    return added.weight < UNSPECIFIC or added.held_by(tokens, ADDED_SHARE)


# --- the parts of a question -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """A question without the words that only tie it to the one before."""

    question: str
    """All of it."""
    rest: str
    """What is left of it; its pronouns are still there."""
    goes_on: bool
    """Whether it begins with `còn` or ends in `thì sao`."""
    marked: bool
    """Whether it ends in a question mark."""
    period: str
    """The words that name a time, if any."""
    rarity: DocumentFrequencies

    @classmethod
    def of(cls, question: str, rarity: DocumentFrequencies, today: dt.date, *, toned: bool) -> _Said:
        """Take a question apart."""
        spell = str if toned else toneless
        folded = spell(_lower(question))
        tail = re.search(spell(_TAIL), folded)
        end = tail.start() if tail else len(folded)
        lead = re.compile(spell(_LEAD)).match(folded, 0, end)
        rest = question[lead.end() if lead else 0 : end].strip(_ENDS)
        about = bool((lead and lead["what_about"]) or (tail and tail["what_about"]))
        so = bool(lead and lead["so"]) and not _matches(rest, _ASKS)
        period = read_period(rest, today)
        return cls(question, rest, about or so, question.rstrip().endswith("?"), period.words if period else "", rarity)

    @cached_property
    def refers(self) -> bool:
        """Whether a word in it stands for something said before."""
        return self.goes_on or bool(_matches(self.rest, _PRONOUN) or _matches(self.rest, _POINTS))

    @cached_property
    def phrase(self) -> str:
        """Its content: neither question words nor pronouns."""
        return _without(_without(_content(self.rest), _PRONOUN), _POINTS)

    @cached_property
    def asks(self) -> bool:
        """Whether it has a question word of its own."""
        return bool(_matches(self.rest, _ASKS)) or _YES_NO.search(self.rest) is not None

    @cached_property
    def weight(self) -> float:
        """How much its content weighs."""
        return _Part.of(self.phrase, self.rarity, toned=True).weight

    @cached_property
    def names(self) -> list[Span]:
        """The names in its content."""
        return list(_names(self.phrase))

    @cached_property
    def is_name(self) -> bool:
        """Whether its content is one name, with a preposition or without."""
        return _is_name(_bare(self.phrase))

    @cached_property
    def may_lean(self) -> bool:
        """Whether it may go on from the question before: it says so, or says little and asks."""
        if self.refers or self.is_name:
            return bool(self.phrase or self.asks)
        return self.weight < STANDS_ALONE and (self.asks or self.marked) and bool(self.phrase or self.asks)

    @cached_property
    def is_nothing_alone(self) -> bool:
        """Whether nothing can be found for it by itself."""
        return self.weight < BARE or (self.goes_on and self.is_name)


@dataclass(frozen=True, slots=True)
class _Part:
    """The words of a part of a question that an article should hold, with their weights, question words left out."""

    words: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    names: frozenset[str]
    """Syllables of names, and numbers."""

    @classmethod
    def of(cls, text: str, rarity: DocumentFrequencies, *, toned: bool) -> _Part:
        wanted = QuestionWeights.of(text, rarity)
        spell = str if toned else toneless
        words = {spell(word): weight for word, weight in wanted.syllables.items()}
        names = frozenset(map(spell, wanted.names.keys() | wanted.numbers.keys()))
        return cls(words, frozenset(pairwise(map(spell, tokens_of(text, toned=True)))), names)

    @property
    def weight(self) -> float:
        return sum(self.words.values())

    def held_by(self, tokens: Sequence[str], least: float) -> bool:
        """Whether the tokens hold its names and that share of all its words."""
        held = sum(self.words[token] for token in self.words.keys() & tokens)
        return held >= least * self.weight and self.names <= set(tokens)

    def pairs_held_by(self, tokens: Sequence[str], *, besides: _Part) -> bool:
        """Whether the tokens hold all pairs of it with a word that the other part lacks, or that word if alone."""
        pairs = {pair for pair in self.pairs if not besides.words.keys() >= set(pair)}
        return pairs <= set(pairwise(tokens)) if pairs else self.words.keys() <= set(tokens)


def _content(text: str) -> str:
    """A question without the words that it asks with."""
    end = _YES_NO.search(text)
    return _without(text[: end.start()] if end else text, _ASKS)


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """The text without what matches; what is left is put together with single spaces."""
    parts, done = [], 0
    for span in _matches(text, pattern):
        parts.append(text[done : span.start])
        done = span.end
    return " ".join(" ".join([*parts, text[done:]]).split()).strip(_ENDS)


def _matches(text: str, pattern: re.Pattern[str]) -> list[Span]:
    """Where a pattern of words in lower case matches, but for what capitals tell apart: `AI`, and `họ Nguyễn`."""
    spans = [Span(*match.span()) for match in pattern.finditer(_lower(text))]
    return [span for span in spans if text.isupper() or not _CAPITALS.match(text, span.start)]


def _lower(text: str) -> str:
    """The text in lower case, character by character."""
    folded = fold(text)
    return folded if len(folded) == len(text) else "".join(char.lower()[:1] for char in text)


def _bare(phrase: str) -> str:
    """A phrase without the preposition that it begins with."""
    match = _PLACED.match(_lower(phrase))
    return phrase[match.end() :] if match else phrase


def _names(text: str) -> Iterator[Span]:
    """Runs of words with capital letters or digits; the text's first word counts where another follows it."""
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


# --- readings together with the question before ----------------------------------------------------------------------


def _joined(said: _Said, before: PreviousTurn, today: dt.date) -> Iterator[Reading]:
    questions = before.question, before.topic
    if said.period and not said.phrase.replace(said.period, "").strip(_ENDS):
        yield from (_at_another_time(question, said.period, today) for question in questions)
    elif said.weight < BARE and not said.refers:
        yield from (_asked_anew(said, _content(question), before.topic, today) for question in questions)
    elif said.is_name or (said.goes_on and not said.asks):
        yield from _in_place(said, before.question, today)
        yield _asked_alike(said, before.topic)
        yield from _in_place(said, before.topic, today)
    else:
        for about in (_subject(before.topic), _content(before.topic)):
            yield _asked_anew(said, about, before.topic, today)


def _at_another_time(question: str, period: str, today: dt.date) -> Reading:
    earlier = read_period(question, today)
    text = question.replace(earlier.words, period) if earlier else f"{question.rstrip(_ENDS)} {period}"
    return Reading(_question(text), PreviousTurn(_question(text), _question(text)), _kept(question, today))


def _asked_anew(said: _Said, about: str, topic: str, today: dt.date) -> Reading:
    """What is asked now, about what was asked before."""
    pronouns = _matches(said.rest, _PRONOUN)
    if pronouns:
        text = f"{said.rest[: pronouns[0].start]} {about} {said.rest[pronouns[0].end :]}"
    else:
        text = f"{about} {_without(said.rest, _POINTS)}"
    asked = said.rest if said.weight >= BARE else None
    return Reading(_question(text), PreviousTurn(_question(text), topic), _kept(topic, today), said.phrase, asked=asked)


def _in_place(said: _Said, question: str, today: dt.date) -> Iterator[Reading]:
    """The question before with what is new in the place of what it is an alternative to."""
    for span, new in _places(question, said.phrase):
        text = _question(f"{question[: span.start]}{new}{question[span.end :]}")
        kept = _kept(f"{question[: span.start]} {question[span.end :]}", today)
        yield Reading(text, PreviousTurn(text, text), kept, _bare(said.phrase), as_one=True)


def _asked_alike(said: _Said, question: str) -> Reading:
    """What was asked before, of something else: from its question word on."""
    asks = _matches(question, _ASKS)
    text = _question(f"{said.phrase} {question[asks[0].start :] if asks else ''}")
    return Reading(text, PreviousTurn(text, text), "", _bare(said.phrase), as_one=True)


def _kept(question: str, today: dt.date) -> str:
    """What an article must hold of a question: not its time, which the search sees to."""
    period = read_period(question, today)
    return _content(question.replace(period.words, " ") if period else question)


def _question(text: str) -> str:
    """The text written as a question."""
    text = " ".join(text.split()).rstrip(_ENDS)
    return f"{text[:1].upper()}{text[1:]}?"


def _places(question: str, phrase: str) -> Iterator[tuple[Span, str]]:
    """Where a phrase may stand in a question: for what begins with the same words, or for a name."""
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
    bare = _bare(phrase)
    if _is_name(bare):
        yield from ((name, bare) for name in reversed(names))


def _subject(topic: str) -> str:
    """What a question is about: its words up to the last name before its question word, or else its content."""
    asks = _matches(topic, _ASKS)
    names = [name for name in _names(topic) if not asks or name.end <= asks[0].start]
    return topic[: names[-1].end] if names else _content(topic)
