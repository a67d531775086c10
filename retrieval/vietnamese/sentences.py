"""Sentences: splits an article's body into lines and sentences, and tells headings and captions apart.

Offsets count code points of the given text.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from retrieval.datatypes import Sentence, Span

# --- lines: paragraphs, captions and headings ------------------------------------------------------------------------

_HEADING_CHARS = 120
_MAX_HEADINGS_IN_A_ROW = 2
_CREDIT_CHARS = 250
_LINE = re.compile(r"[^\n]+")
_CLOSERS = "\"'”’»›)\\]}"
_ENDS_AS_SENTENCE = re.compile(rf"[.!?…:;,][{_CLOSERS}\s]*$")
_LIST_ITEM = re.compile(r"(?:[-–—•●▪■*+·➤►✓]|\(?(?:\d{1,3}|[a-zđ]|[IVX]{1,5})[.)/])\s")
# `Thủ môn: Văn Lâm (Hải Phòng), Nguyên Mạnh`, `Tỷ số: 2-2`: a row of a table.
_LABELLED_VALUES = re.compile(r"[^:]{1,30}:\s(?:.*[(,]|[\d\W]+$)")
_CREDIT_LINE = re.compile(
    r"\b(?:Ảnh|Hình|Nguồn|Clip|Video|Đồ họa|Photo)\s*:\s?[^:\n]{1,60}$|\bẢnh minh (?:họa|hoạ)\W*$"
)


def split_lines(body: str) -> list[Sentence]:
    """Splits a body into trimmed lines, without blank ones.

    Paragraphs have the kind `sentence`, headings and captions `heading`. A heading is a short line that does not end as
    a sentence does; neither it nor the next line starts in lower case. More than two such lines in a row are a list, a
    table or a poem, and count as sentences. If every line would be a heading, all are sentences.
    """
    spans = [_trimmed(body, match.start(), match.end()) for match in _LINE.finditer(body)]
    spans = [span for span in spans if span.start < span.end]
    credits = [_is_credit(span.of(body)) for span in spans]
    continues = [body[span.start].islower() for span in spans]  # a line in lower case continues the one before
    broken = [this or following for this, following in zip(continues, [*continues[1:], False], strict=False)]
    short = [_looks_like_heading(span.of(body)) for span in spans]
    headings = _without_long_runs([flag and not part for flag, part in zip(short, broken, strict=True)])
    is_heading = [credit or heading for credit, heading in zip(credits, headings, strict=True)]
    if all(is_heading):
        return [Sentence(span.start, span.end) for span in spans]
    return [
        Sentence(span.start, span.end, "heading" if heading else "sentence")
        for span, heading in zip(spans, is_heading, strict=True)
    ]


def is_in_list(body: str, offset: int) -> bool:
    """Tells whether the line around an offset is a list item.

    A list item starts with a marker such as `-` or `a)`, or does not end as a sentence does.
    """
    start, end = body.rfind("\n", 0, offset) + 1, body.find("\n", offset)
    line = body[start : end if end >= 0 else len(body)].strip()
    return _LIST_ITEM.match(line) is not None or line.endswith((";", ",")) or _looks_like_heading(line)


def _looks_like_heading(line: str) -> bool:
    if len(line) > _HEADING_CHARS or _ENDS_AS_SENTENCE.search(line):
        return False
    return not _LIST_ITEM.match(line) and not _LABELLED_VALUES.match(line)


def _is_credit(line: str) -> bool:
    """Tells whether a line ends with a photo or source credit, and so is a caption.

    The credit may end in a full stop.
    """
    return len(line) <= _CREDIT_CHARS and _CREDIT_LINE.search(line[-80:].rstrip(f".{_CLOSERS}")) is not None


def _without_long_runs(flags: list[bool]) -> list[bool]:
    """Clears the flags in runs longer than `_MAX_HEADINGS_IN_A_ROW`."""
    kept: list[bool] = []
    run = 0
    for flag in [*flags, False]:
        if flag:
            run += 1
            continue
        kept.extend([run <= _MAX_HEADINGS_IN_A_ROW] * run)
        kept.append(False)
        run = 0
    return kept[:-1]


def _trimmed(text: str, start: int, end: int) -> Span:
    """Returns the span from `start` to `end` without the whitespace at both ends."""
    inside = text[start:end]
    return Span(start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip()))


# --- sentences -------------------------------------------------------------------------------------------------------

_LETTERS = [chr(code) for code in (*range(0x250), *range(0x1E00, 0x1F00))]
_UPPER = "".join(char for char in _LETTERS if char.isupper())
_LOWER = "".join(char for char in _LETTERS if char.islower())
_OPENERS = "\"'“‘«‹(\\[{"

# The full stop of these abbreviations, and of a lone capital, ends no sentence, as a name or a number follows.
_ABBREVIATION = re.compile(
    "TP|Tp|tp|TX|Tx|TT|Tt|PGS|Pgs|GS|Gs|TS|Ts|ThS|Ths|THS|BS|Bs|BSCK|CK|CKI|CKII|DS|KTS|KS|LS|NS|NSND|NSƯT|NGND|NGƯT"
    "|tr|Tr|St|Mr|Mrs|Ms|Dr|Prof|No|Nr|vs|Vol|Gen|Lt|Capt|Sgt|Rev|Hon|Tel|ext|[A-ZĐ]"
)
# A lone capital after one of these words is a person's initial: `ông A. Bình`, but not `vitamin A. Bác sĩ`.
_PERSON_WORDS = "ông|bà|anh|chị|em|cô|chú|bác|cậu|bé|cháu|thầy|sĩ|sỹ|tên|nhân|và"
_LAST_WORD = re.compile(r"\w*\Z")
_FULL_STOP = re.compile(r"\.")
_LABEL = r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zđA-ZĐ]|[IVX]{1,5})"
_LABEL_BEFORE = re.compile(rf"(?:\A|[:;]\s){_LABEL}\Z")
_LABEL_ALONE = re.compile(rf"{_LABEL}[.)]\s*")
_MISSING_SPACE = re.compile(rf"[{_LOWER}\d]{{2}}\.(?!(?i:com|net|vn|org|edu|gov|info|tv)\b)[{_UPPER}][{_LOWER}\s,]")
_LONG_WORD = re.compile(r"[\w.]{200}")

_SENTENCE_END = re.compile(rf"(?<![.!?…])[.!?…]++[{_CLOSERS}]*+\s++(?=[{_OPENERS}\-–—\s]*+[{_UPPER}])")
_BEFORE_CERTAIN_END = re.compile(rf"(?:[{_LOWER}\d%){_CLOSERS}]{{2}}|v_v|[\d/]\s?[{_LOWER}])\Z")
_END_AFTER_CAPITAL = re.compile(rf"(?<=\s)[A-EG-OR-SU-WY-Z]\.\s++(?=[{_UPPER}])")
_COMMON_WORD_BEFORE = re.compile(rf"(?<!\w)(?!(?:{_PERSON_WORDS})\s)[{_LOWER}]++\s\Z")
_AFTER_CLOSERS = re.compile(rf"(?:/|[{_CLOSERS}])[{_CLOSERS}.!?…]*+\s*+")
_CONTINUATION = re.compile(rf"[,;:.!?…/]|[{_OPENERS}\-–—\s]*+(?:[{_LOWER}]|\Z)")
_ATTRIBUTION = re.compile(r"[”’»\"]\s++[-–—]\s")
_PLAIN_STOP = re.compile(rf"[{_LOWER}\d]{{2}}\.\s+\Z")


def split_sentences(body: str) -> list[Sentence]:
    """Splits a body into sentences, captions and headings, which cover everything but whitespace.

    The end of a line always ends a sentence. Within a line, sentences end where underthesea's sentence tokenizer ends
    them, except at its known errors (abbreviations, initials, ellipses, web addresses, closing quotes), and also where
    it misses an end because the word before is in its list of abbreviations.
    """
    sentences: list[Sentence] = []
    for line in split_lines(body):
        if line.kind == "heading":
            sentences.append(line)
            continue
        starts = [line.start + start for start in _sentence_starts(body[line.start : line.end])]
        for start, end in zip(starts, [*starts[1:], line.end], strict=True):
            span = _trimmed(body, start, end)
            sentences.append(Sentence(span.start, span.end))
    return sentences


def _sentence_starts(line: str) -> list[int]:
    """Returns the offsets at which the sentences of a trimmed line start; the first is 0."""
    masked = _FULL_STOP.sub(lambda match: "_" if _is_no_sentence_end(line, match.start()) else ".", line)
    candidates = {_behind_closers(line, start) for start in _proposed_starts(masked)}
    candidates.update(_certain_starts(line, masked))
    starts = [0]
    for start in sorted(candidates):
        if (
            0 < start < len(line)
            and not _continues(line, start)
            and not _LABEL_ALONE.fullmatch(line, starts[-1], start)
        ):
            starts.append(start)
    return starts


def _is_no_sentence_end(line: str, stop: int) -> bool:
    """Tells whether the full stop at offset `stop` certainly ends no sentence."""
    if _LONG_WORD.match(line, max(0, stop - 200), stop):
        # At each full stop the tokenizer scans back over the whole word, which takes minutes for thousands in one word.
        return True
    word = _LAST_WORD.search(line, max(0, stop - 8), stop)
    before = word.group() if word else ""
    after = line[stop + 1 : stop + 2]
    if _ABBREVIATION.fullmatch(before):
        return bool(after)
    if after.isalnum():
        # `1.500`, `VnExpress.net` and `H.Krông Pắk` continue; `xã hội.Về` ends a sentence and only lacks the space.
        return before != "" and not _MISSING_SPACE.match(line, stop - 2)
    return _LABEL_BEFORE.search(line, max(0, stop - 10), stop) is not None


def _proposed_starts(line: str) -> Iterator[int]:
    """Yields the offsets where the tokenizer's sentences start.

    The tokenizer returns sentences in order, and drops only whitespace.
    """
    cursor = 0
    for sentence in _tokenizer()(line):
        cursor = line.index(sentence, cursor)
        yield cursor
        cursor += len(sentence)


def _certain_starts(line: str, masked: str) -> Iterator[int]:
    """Yields the starts after certain sentence ends: after a plain word, a unit, `…`, `vitamin A.`."""
    for match in _SENTENCE_END.finditer(masked):
        is_ellipsis = masked[match.start()] == "…" and masked[match.start() - 1] not in '“‘"('
        if is_ellipsis or _BEFORE_CERTAIN_END.search(masked, max(0, match.start() - 4), match.start()):
            yield match.end()
    for match in _END_AFTER_CAPITAL.finditer(line):
        if _COMMON_WORD_BEFORE.search(line, max(0, match.start() - 16), match.start()):
            yield match.end()


def _behind_closers(line: str, start: int) -> int:
    """Moves a start past closing quotes, brackets and `./.` of the sentence before."""
    if start and not line[start - 1].isspace() and (match := _AFTER_CLOSERS.match(line, start, start + 32)):
        return match.end()
    return start


def _continues(line: str, start: int) -> bool:
    """Tells whether the sentence before a start continues.

    It does before a comma, an attribution, or lower case after `…` or `!”`.
    """
    if _ATTRIBUTION.match(line, start - 2) or _ATTRIBUTION.match(line, start - 3):
        return True
    if not _CONTINUATION.match(line, start):
        return not line[start - 1].isspace() and line[start].isdigit()
    # A plain full stop and a space end a sentence even if the next one starts in lower case.
    return not (line[start].islower() and _PLAIN_STOP.search(line, max(0, start - 12), start))


@cache
def _tokenizer() -> Callable[[str], list[str]]:
    """Returns underthesea's `sent_tokenize`, loaded from its file alone if possible.

    Importing the whole package takes seconds and imports torch and transformers; the sentence tokenizer needs only the
    standard library.
    """
    package = importlib.util.find_spec("underthesea")
    for folder in (package.submodule_search_locations or []) if package else []:
        path = Path(folder, "pipeline", "sent_tokenize", "__init__.py")
        if (tokenize := _tokenizer_of_file(path)) is not None:
            return tokenize
    from underthesea import sent_tokenize

    return sent_tokenize  # type: ignore[no-any-return]  # the package is untyped


def _tokenizer_of_file(path: Path) -> Callable[[str], list[str]] | None:
    """Loads `sent_tokenize` from a file. Returns None if it is not there or does not work alone.

    Another release of underthesea may have moved it, or need the whole package for it.
    """
    spec = importlib.util.spec_from_file_location("underthesea_sent_tokenize", path)
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        tokenize: Callable[[str], list[str]] = module.sent_tokenize
        works = tokenize("Một. Hai.") == ["Một.", "Hai."]
    except (OSError, ImportError, AttributeError):
        return None
    return tokenize if works else None
