"""Spelling correction: restores tones, writes out short forms, decodes Telex and VNI keys, and corrects typing errors.

It is a noisy channel model (Kernighan, Church and Gale 1990). Every typed syllable may stand for several spellings,
each with the log probability of typing it so; Viterbi's algorithm finds the most probable sequence under a bigram model
of syllables (Jurafsky and Martin, Speech and Language Processing, ch. 3, 8 and B). Bigrams are counted in the indexed
corpus, and with a small weight in a table of newspaper Vietnamese, so that a corpus of one article gives sensible
spellings too.

A text typed with all its tones, in syllables that the table or the corpus knows, is not changed, short forms apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from retrieval.config import SearchSettings, SpellingSettings
from retrieval.datatypes import Span
from retrieval.question.short_forms import short_forms
from retrieval.question.spelling_feedback import NearArticles
from retrieval.question.spelling_lattice import Frequencies, Lattice, Option
from retrieval.question.spelling_options import (
    Spellings,
    TypedWord,
    could_be_misspelt,
    decoded,
    foreign_slips,
    is_word,
    near_names,
    options_of,
)
from retrieval.vietnamese import (
    LAST_QUESTION_WORDS,
    ChatWord,
    abbreviation_words,
    could_be_syllable,
    has_tones,
    syllable_spans,
    toneless,
)


@dataclass(frozen=True, slots=True)
class SpellingCorrection:
    """Holds a text with corrected spelling, and what was corrected."""

    text: str
    toned: bool
    """Whether the text counts as typed with tones."""
    mended: bool
    """Whether letters were corrected, or one of several words chosen, and not only tones added or chat words."""
    origins: tuple[Span, ...] | None = None
    """For each syllable of `text`, its span in the typed text; None if nothing was changed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts the articles of the indexed corpus that hold terms."""

    exact: Frequencies
    """Counts terms with their tones."""
    plain: Frequencies | None = None
    """Counts terms without tones; None if they are not known."""


def correct_spelling(
    text: str,
    spellings: Spellings,
    counts: Counts,
    feedback: Callable[[str], NearArticles] | None,
    settings: SearchSettings,
    *,
    english: bool,
) -> SpellingCorrection:
    """Corrects the spelling of a text by a noisy channel model.

    Capitals, numbers, punctuation and unknown names stay, unless a name of the corpus is a slip away.

    Args:
        text: the text as typed.
        spellings: the syllables of newspaper Vietnamese and their frequencies.
        counts: counts articles of the indexed corpus.
        feedback: given the first correction, returns the nearest articles for a second one; None to correct once.
        settings: the log probabilities of typing errors, and the weight of the table.
        english: whether the text is in English; it is then not corrected.
    """
    channel = settings.spelling
    typed = syllable_spans(text)[: channel.max_syllables]
    tokens = [token for token, _ in typed]
    toned = has_tones(text)
    if english or not tokens:
        return SpellingCorrection(text, toned, False)
    capitals = [_is_name(text, span, first=not number) for number, (_, span) in enumerate(typed)]
    short = short_forms(text, typed, capitals, spellings.counts, counts.exact)
    if not toned and _is_foreign(tokens, spellings, short, channel):
        return SpellingCorrection(text, toned, False)
    unknown = _unknown(tokens, counts)
    strange = {token for token in unknown if token not in spellings.counts}
    omitted = _omission(tokens, spellings, short, channel, toned=toned)
    if not (omitted or strange or any(short) or any(map(could_be_misspelt, unknown))):
        return SpellingCorrection(text, toned, False)
    keyed = not toned and any(decoded(token, spellings) for token in strange)
    words = [
        TypedWord(token, omitted, token in (unknown if form else strange), named, keyed, form)
        for token, named, form in zip(tokens, capitals, short, strict=True)
    ]
    words = _with_names(words, unknown, counts.exact)
    lattice = Lattice(_choices(text, words, spellings, channel), spellings, counts.exact, settings)
    best = lattice.best()
    written = _written(text, typed, best)
    if feedback and (written != text or any(word.token in unknown and _may_be_a_name(word) for word in words)):
        near = feedback(written)
        again = [_with_near_names(word, near.words) if word.token in unknown else word for word in words]
        if again != words:
            lattice = Lattice(_choices(text, again, spellings, channel), spellings, counts.exact, settings)
        best = lattice.best(near)
        written = _written(text, typed, best)
    return SpellingCorrection(
        written,
        toned and omitted < channel.toneless_share,
        any(_changes_sense(word, spelt) for word, spelt in zip(words, best, strict=True)),
        _origins(text, typed, best) if written != text else None,
    )


def _changes_sense(word: TypedWord, spelt: tuple[str, ...]) -> bool:
    """Tells whether a person should be told how a word was read: not of marks, nor of usual short forms."""
    if word.short and spelt in word.short.readings:
        return word.short.kind == "press" and spelt != word.short.usual
    return toneless(" ".join(spelt)) != toneless(word.token)


def _unknown(tokens: Sequence[str], counts: Counts) -> set[str]:
    """Finds the words that the corpus lacks, abbreviations apart.

    A foreign word that articles write with marks (`estée`) is known without.
    """
    listed = sorted({token for token in tokens if is_word(token)} - abbreviation_words())
    held = counts.exact(listed) if listed else ()
    missing = [token for token, count in zip(listed, held, strict=True) if not count]
    foreign = [token for token in missing if could_be_misspelt(token)]
    if not foreign or counts.plain is None:
        return set(missing)
    return set(missing) - {token for token, count in zip(foreign, counts.plain(foreign), strict=True) if count}


def _with_names(words: Sequence[TypedWord], unknown: set[str], exact: Frequencies) -> list[TypedWord]:
    """Adds to each unknown foreign word the names of the corpus that it may be with a slip.

    The corpus must have the name beside the word's neighbour; or the word is none that the news know, in small letters
    and of some length, and its first letter is right.
    """
    tokens = [word.token for word in words]
    found = list(words)
    for place, word in enumerate(words):
        before, after = tokens[max(0, place - 1) : place], tokens[place + 1 : place + 2]
        beside = [f"{left}_{{}}" for left in before if _tells(left)] + [f"{{}}_{one}" for one in after if _tells(one)]
        stands_alone = word.strange and _may_be_a_name(word)
        if word.short or word.token not in unknown or not could_be_misspelt(word.token) or not (beside or stands_alone):
            continue
        slips = [slip for slip, count in _counted(foreign_slips(word.token), exact) if count]
        borne = {slip for form in beside for slip, count in _counted(slips, exact, form) if count}
        alone = near_names(word.token, slips) if stands_alone else ()
        found[place] = replace(word, names=tuple(slip for slip in slips if slip in borne or slip in alone))
    return found


def _may_be_a_name(word: TypedWord) -> bool:
    """Tells whether a word may be a name with a slip without its neighbours as evidence: written in small letters."""
    return not word.named and not word.short and could_be_misspelt(word.token)


def _tells(neighbour: str) -> bool:
    """Tells whether a word is one of a foreign name or a loanword, which few words stand beside."""
    return len(neighbour) > 2 and neighbour.isalpha() and not could_be_syllable(neighbour)


def _counted(words: Sequence[str], exact: Frequencies, form: str = "{}") -> zip[tuple[str, float]]:
    return zip(words, exact([form.format(word) for word in words]) if words else (), strict=True)


def _with_near_names(word: TypedWord, near: frozenset[str]) -> TypedWord:
    if not _may_be_a_name(word):
        return word
    return replace(word, names=tuple(dict.fromkeys((*word.names, *near_names(word.token, near)))))


def _choices(
    text: str, words: Sequence[TypedWord], spellings: Spellings, channel: SpellingSettings
) -> list[list[Option]]:
    """Lists the spellings that each typed syllable may stand for."""
    options = [list(options_of(word, spellings, channel)) for word in words]
    tokens = [word.token for word in words]
    if text.rstrip().endswith("?") and tokens[-1:] != tokens[-2:-1]:  # "đau đầu?"
        options[-1] = [_preferred_if_asking(option, channel) for option in options[-1]]
    return options


def _origins(text: str, typed: Sequence[tuple[str, Span]], best: Iterable[tuple[str, ...]]) -> tuple[Span, ...]:
    """Returns the typed span of each syllable of the corrected text."""
    corrected = [span for (_, span), spelt in zip(typed, best, strict=True) for _ in spelt]
    return (*corrected, *(span for _, span in syllable_spans(text)[len(typed) :]))


def _is_name(text: str, span: Span, *, first: bool) -> bool:
    """Tells whether a word is capitalised as a name or an acronym.

    A text's first word must be all capitals, and longer than one letter. In a text of capitals no word is a name.
    """
    typed = span.of(text)
    return typed[:1].isupper() and (not first or (typed.isupper() and len(typed) > 1)) and not text.isupper()


def _is_foreign(
    tokens: Sequence[str], spellings: Spellings, short: Sequence[ChatWord | None], channel: SpellingSettings
) -> bool:
    words = [(token, form) for token, form in zip(tokens, short, strict=True) if is_word(token)]
    like = sum(bool(form or could_be_syllable(word) or decoded(word, spellings)) for word, form in words)
    return like < channel.foreign_share * len(words)


def _omission(
    tokens: Sequence[str],
    spellings: Spellings,
    short: Sequence[ChatWord | None],
    channel: SpellingSettings,
    *,
    toned: bool,
) -> float:
    """Estimates the probability that a mark was omitted, 0 to 1.

    It is the share of syllables that are implausible without marks, among these and the syllables with marks; 1 for a
    text without marks.
    """
    if not toned:
        return 1.0
    plausible = [token for token, form in zip(tokens, short, strict=True) if form is None]
    omitted = sum(_is_implausible(token, spellings, channel) for token in plausible)
    return omitted / (omitted + sum(has_tones(token) for token in plausible)) if omitted else 0.0


def _is_implausible(token: str, spellings: Spellings, channel: SpellingSettings) -> bool:
    if not could_be_syllable(token):
        return False
    total = sum(count for _, count in spellings.by_toneless.get(token, ()))
    return spellings.counts.get(token, 0) < channel.implausible_share * total


def _preferred_if_asking(option: Option, channel: SpellingSettings) -> Option:
    asks = option.syllables[-1] in LAST_QUESTION_WORDS
    return replace(option, typed_so=option.typed_so + channel.final_question_word) if asks else option


def _written(text: str, typed: Sequence[tuple[str, Span]], best: Iterable[tuple[str, ...]]) -> str:
    parts, end = [], 0
    for (token, span), spelt in zip(typed, best, strict=True):
        as_typed = span.of(text)
        parts += [text[end : span.start], as_typed if spelt == (token,) else _in_case_of(as_typed, " ".join(spelt))]
        end = span.end
    written = "".join([*parts, text[end:]])
    return written.upper() if text.isupper() else written


def _in_case_of(typed: str, spelt: str) -> str:
    if typed.isupper() and len(typed) > 1:
        return spelt.upper()
    return spelt[:1].upper() + spelt[1:] if typed[:1].isupper() else spelt
