"""The lines of an article, and its sentences, with offsets that count code points of the text as it was given."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from retrieval.datatypes import Sentence, Span

# --- lines: paragraphs, captions and headings ------------------------------------------------------------------------

_HEADING_CHARS = 120
_HEADING_RUN = 2
_CREDIT_CHARS = 250
_LINE = re.compile(r"[^\n]+")
_CLOSERS = "\"'”’»›)\\]}"
_ENDS_AS_SENTENCE = re.compile(rf"[.!?…:;,][{_CLOSERS}\s]*$")
_LIST_ITEM = re.compile(r"(?:[-–—•●▪■*+·➤►✓]|\(?(?:\d{1,3}|[a-zđ]|[IVX]{1,5})[.)/])\s")
# `Thủ môn: Văn Lâm (Hải Phòng), Nguyên Mạnh`, `Tỷ số: 2-2`: a row of a table.
_LABELLED_VALUES = re.compile(r"[^:]{1,30}:\s(?:.*[(,]|[\d\W]+$)")
_CREDIT = re.compile(r"\b(?:Ảnh|Hình|Nguồn|Clip|Video|Đồ họa|Photo)\s*:\s?[^:\n]{1,60}$|\bẢnh minh (?:họa|hoạ)\W*$")


def split_lines(body: str) -> list[Sentence]:
    """The lines that are not blank, trimmed, each a paragraph (kind `sentence`) or a caption or heading.

    A heading is a short line that does not end as a sentence does, with paragraphs around it. More than two such
    lines in a row are a list, a table or a poem, and count as sentences; so does everything where nothing else is.
    """
    spans = [_trimmed(body, match.start(), match.end()) for match in _LINE.finditer(body)]
    spans = [span for span in spans if span.start < span.end]
    credits = [_is_credit(span.of(body)) for span in spans]
    in_two = [body[span.start].islower() for span in spans]  # a line that starts in lower case goes on with another
    broken = [first or second for first, second in zip(in_two, [*in_two[1:], False], strict=False)]
    short = [_looks_like_heading(span.of(body)) for span in spans]
    headings = _without_long_runs([flag and not part for flag, part in zip(short, broken, strict=True)])
    is_heading = [credit or heading for credit, heading in zip(credits, headings, strict=True)]
    if all(is_heading):
        return [Sentence(span.start, span.end) for span in spans]
    return [
        Sentence(span.start, span.end, "heading" if heading else "sentence")
        for span, heading in zip(spans, is_heading, strict=True)
    ]


def is_list_item(body: str, offset: int) -> bool:
    """Whether the line around an offset is of a list: it begins with a mark, as `-` or `a)`, or ends as no sentence."""
    start, end = body.rfind("\n", 0, offset) + 1, body.find("\n", offset)
    line = body[start : end if end >= 0 else len(body)].strip()
    return _LIST_ITEM.match(line) is not None or line.endswith((";", ",")) or _looks_like_heading(line)


def _looks_like_heading(line: str) -> bool:
    if len(line) > _HEADING_CHARS or _ENDS_AS_SENTENCE.search(line):
        return False
    return not _LIST_ITEM.match(line) and not _LABELLED_VALUES.match(line)


def _is_credit(line: str) -> bool:
    """Whether the line ends by naming a photographer or a source: a caption, even with a full stop in it."""
    return len(line) <= _CREDIT_CHARS and _CREDIT.search(line[-80:].rstrip(f".{_CLOSERS}")) is not None


def _without_long_runs(flags: list[bool]) -> list[bool]:
    kept: list[bool] = []
    run = 0
    for flag in [*flags, False]:
        if flag:
            run += 1
            continue
        kept.extend([run <= _HEADING_RUN] * run)
        kept.append(False)
        run = 0
    return kept[:-1]


def _trimmed(text: str, start: int, end: int) -> Span:
    """The span without the whitespace at its ends."""
    inside = text[start:end]
    return Span(start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip()))


# --- sentences -------------------------------------------------------------------------------------------------------

_LETTERS = [chr(code) for code in (*range(0x250), *range(0x1E00, 0x1F00))]
_UPPER = "".join(char for char in _LETTERS if char.isupper())
_LOWER = "".join(char for char in _LETTERS if char.islower())
_OPENERS = "\"'“‘«‹(\\[{"

# A name or number follows these, and a lone capital: their full stop ends no sentence.
_ABBREVIATION = re.compile(
    "TP|Tp|tp|TX|Tx|TT|Tt|PGS|Pgs|GS|Gs|TS|Ts|ThS|Ths|THS|BS|Bs|BSCK|CK|CKI|CKII|DS|KTS|KS|LS|NS|NSND|NSƯT|NGND|NGƯT"
    "|tr|Tr|St|Mr|Mrs|Ms|Dr|Prof|No|Nr|vs|Vol|Gen|Lt|Capt|Sgt|Rev|Hon|Tel|ext|[A-ZĐ]"
)
# A lone capital behind one of these is a person's initial: `ông A. Bình`, though not `vitamin A. Bác sĩ`.
_PERSONS = "ông|bà|anh|chị|em|cô|chú|bác|cậu|bé|cháu|thầy|sĩ|sỹ|tên|nhân|và"
_LAST_WORD = re.compile(r"\w*\Z")
_STOP = re.compile(r"\.")
_LABEL = r"\(?(?:\d{1,3}(?:\.\d{1,3})*|[a-zđA-ZĐ]|[IVX]{1,5})"
_LABEL_BEFORE = re.compile(rf"(?:\A|[:;]\s){_LABEL}\Z")
_LABEL_ALONE = re.compile(rf"{_LABEL}[.)]\s*")
_GLUED_START = re.compile(rf"[{_LOWER}\d]{{2}}\.(?!(?i:com|net|vn|org|edu|gov|info|tv)\b)[{_UPPER}][{_LOWER}\s,]")
_LONG_RUN = re.compile(r"[\w.]{200}")

_END = re.compile(rf"(?<![.!?…])[.!?…]++[{_CLOSERS}]*+\s++(?=[{_OPENERS}\-–—\s]*+[{_UPPER}])")
_SURE_BEFORE = re.compile(rf"(?:[{_LOWER}\d%){_CLOSERS}]{{2}}|v_v|[\d/]\s?[{_LOWER}])\Z")
_LETTER_END = re.compile(rf"(?<=\s)[A-EG-OR-SU-WY-Z]\.\s++(?=[{_UPPER}])")
_WORD_BEFORE = re.compile(rf"(?<!\w)(?!(?:{_PERSONS})\s)[{_LOWER}]++\s\Z")
_AFTER_CLOSERS = re.compile(rf"(?:/|[{_CLOSERS}])[{_CLOSERS}.!?…]*+\s*+")
_CONTINUATION = re.compile(rf"[,;:.!?…/]|[{_OPENERS}\-–—\s]*+(?:[{_LOWER}]|\Z)")
_ATTRIBUTION = re.compile(r"[”’»\"]\s++[-–—]\s")
_PLAIN_STOP = re.compile(rf"[{_LOWER}\d]{{2}}\.\s+\Z")


def split_sentences(body: str) -> list[Sentence]:
    """The sentences, captions and headings in order; together they cover everything but the space between them.

    A line end always ends a sentence. Inside of a line the ends are those that underthesea's sentence tokenizer
    proposes, less its known errors (abbreviations, initials, ellipses, web addresses, closing quotes), and those that
    it misses because the word before is in its list of abbreviations.
    """
    found: list[Sentence] = []
    for line in split_lines(body):
        if line.kind == "heading":
            found.append(line)
            continue
        starts = [line.start + start for start in _sentence_starts(body[line.start : line.end])]
        for start, end in zip(starts, [*starts[1:], line.end], strict=True):
            span = _trimmed(body, start, end)
            found.append(Sentence(span.start, span.end))
    return found


def _sentence_starts(line: str) -> list[int]:
    """Offsets at which the sentences of a trimmed line start; the first is 0."""
    masked = _STOP.sub(lambda match: "_" if _ends_nothing(line, match.start()) else ".", line)
    candidates = {_behind_closers(line, start) for start in _proposed_starts(masked)}
    candidates.update(_sure_starts(line, masked))
    starts = [0]
    for start in sorted(candidates):
        if (
            0 < start < len(line)
            and not _continues(line, start)
            and not _LABEL_ALONE.fullmatch(line, starts[-1], start)
        ):
            starts.append(start)
    return starts


def _ends_nothing(line: str, stop: int) -> bool:
    """Whether the full stop at offset `stop` is known to end no sentence."""
    if _LONG_RUN.match(line, max(0, stop - 200), stop):
        # The tokenizer walks back over the whole word at each of its stops: thousands in one word would take minutes.
        return True
    word = _LAST_WORD.search(line, max(0, stop - 8), stop)
    before = word.group() if word else ""
    after = line[stop + 1 : stop + 2]
    if _ABBREVIATION.fullmatch(before):
        return bool(after)
    if after.isalnum():
        # `1.500`, `VnExpress.net`, `H.Krông Pắk`; but `xã hội.Về` lacks only a space.
        return before != "" and not _GLUED_START.match(line, stop - 2)
    return _LABEL_BEFORE.search(line, max(0, stop - 10), stop) is not None


def _proposed_starts(line: str) -> Iterator[int]:
    """Where the tokenizer's sentences start: it returns them in order and drops nothing but whitespace."""
    cursor = 0
    for sentence in _tokenizer()(line):
        cursor = line.index(sentence, cursor)
        yield cursor
        cursor += len(sentence)


def _sure_starts(line: str, masked: str) -> Iterator[int]:
    """Starts behind what ends a sentence whatever the tokenizer holds: a plain word, a unit, `…`, `vitamin A.`."""
    for match in _END.finditer(masked):
        is_ellipsis = masked[match.start()] == "…" and masked[match.start() - 1] not in '“‘"('
        if is_ellipsis or _SURE_BEFORE.search(masked, max(0, match.start() - 4), match.start()):
            yield match.end()
    for match in _LETTER_END.finditer(line):
        if _WORD_BEFORE.search(line, max(0, match.start() - 16), match.start()):
            yield match.end()


def _behind_closers(line: str, start: int) -> int:
    """The start, moved behind closing quotes and brackets (and `./.`) that belong to the sentence before."""
    if start and not line[start - 1].isspace() and (match := _AFTER_CLOSERS.match(line, start, start + 32)):
        return match.end()
    return start


def _continues(line: str, start: int) -> bool:
    """Whether the sentence before goes on: with a comma, with who said it, or in lower case behind `…`, `!”`."""
    if _ATTRIBUTION.match(line, start - 2) or _ATTRIBUTION.match(line, start - 3):
        return True
    if not _CONTINUATION.match(line, start):
        return not line[start - 1].isspace() and line[start].isdigit()
    # A plain full stop and a space do end a sentence, even where its successor lacks the capital.
    return not (line[start].islower() and _PLAIN_STOP.search(line, max(0, start - 12), start))


@cache
def _tokenizer() -> Callable[[str], list[str]]:
    """Underthesea's `sent_tokenize`, loaded from its own file where that is possible.

    Importing the package takes seconds and pulls torch and transformers in, while its sentence tokenizer needs only
    the standard library.
    """
    package = importlib.util.find_spec("underthesea")
    for folder in (package.submodule_search_locations or []) if package else []:
        path = Path(folder, "pipeline", "sent_tokenize", "__init__.py")
        if (tokenize := _loaded_from(path)) is not None:
            return tokenize
    from underthesea import sent_tokenize

    return sent_tokenize  # type: ignore[no-any-return]  # the package is untyped


def _loaded_from(path: Path) -> Callable[[str], list[str]] | None:
    """`sent_tokenize` of the file alone, or None where another release has moved it or needs the whole package."""
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
