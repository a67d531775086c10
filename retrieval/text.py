"""What a text is made of: its normal form, its syllables and tones, its lines and sentences.

Offsets always count code points of the text as it was given.
"""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from retrieval.datatypes import Sentence, Span

# --- the one normal form of article text -----------------------------------------------------------------------------

_LINE_BREAKS = "\r\x0b\x0c\u2028\u2029"
_DROPPED = "\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0))
_CLEAN: dict[int, str | None] = (
    dict.fromkeys(_CONTROLS, " ") | dict.fromkeys(map(ord, _LINE_BREAKS), "\n") | dict.fromkeys(map(ord, _DROPPED))
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The one normalisation of article text, done by the readers: NFC, one kind of line break, nothing that reorders.

    Lone surrogates become U+FFFD; byte order marks and bidirectional controls go; every kind of line break becomes
    a line feed; other control characters (all but tab) become a space. Spelling stays as it is. Idempotent.
    """
    text = _SURROGATE.sub("\ufffd", text).replace("\r\n", "\n").translate(_CLEAN)
    return unicodedata.normalize("NFC", text)


# --- tones and syllables ---------------------------------------------------------------------------------------------

# One rime each: the tone may stand on either letter (hoà, hòa). `quý` is no such rime: its u belongs to the q.
_NEW_TONES = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_OLD_TONES = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_TONE_PAIRS = dict(zip(_NEW_TONES, _OLD_TONES, strict=True))
# Two patterns that each begin with a letter: that is what the search skips to.
_NEW_STYLE_TONES = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)"), re.compile(r"u(?<!qu)[ỳýỷỹỵ](?!\w)")
_MARKS = re.compile("[\u0300-\u036f]")
_VIETNAMESE_MARK = re.compile("[aeiouy][\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]|đ", re.IGNORECASE)
_INVISIBLE_CHARS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE_CHARS))
# Characters that fold one to one: composed Latin letters and the usual punctuation, without İ and the soft hyphen.
_LETTER_BY_LETTER = re.compile("[\0-\xac\xae-\u012f\u0131-\u02ff\u1e00-\u1eff\u2010-\u2027]*")
_SYLLABLE = re.compile(r"\w+")
_PUNCTUATION = ".,;:?!…()[]\"'“”‘’/-–%&+*=<>•|~@#"
"""What mostly stands beside syllables: without it, most texts are nothing but them and whitespace."""

_CHUNK = re.compile(r"\S+")
_MAX_SYLLABLE = 64


def fold(text: str) -> str:
    """Lower case, NFC, and one place for the tone mark: `Hoà` and `HÒA` both become `hòa`. Idempotent."""
    # Greek's final sigma is the one letter whose lower case depends on its neighbours: folded, it does not.
    lowered = unicodedata.normalize("NFC", text.lower()).replace("ς", "σ")
    if not lowered.isascii():
        for pattern in _NEW_STYLE_TONES:
            lowered = pattern.sub(_in_old_style, lowered)
    return lowered


def _in_old_style(rime: re.Match[str]) -> str:
    return _TONE_PAIRS[rime.group()]


def toneless(text: str) -> str:
    """The text as typed without tones: `Đà Nẵng` becomes `Da Nang`. Case stays."""
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("Đ", "D"))


def has_tones(text: str) -> bool:
    """Whether the text carries any Vietnamese mark: a tone, a vowel mark or đ."""
    return not text.isascii() and _VIETNAMESE_MARK.search(unicodedata.normalize("NFD", text)) is not None


def syllables(text: str) -> list[str]:
    """The folded syllables (runs of letters and digits) in order, each cut to 64 characters.

    Zero-width characters and soft hyphens are ignored. `1.500` is two of them, `1` and `500`.
    """
    for char in _INVISIBLE_CHARS:
        text = text.replace(char, "")
    text = fold(text)
    found = _between_punctuation(text)
    if not "".join(found).isalnum():  # some other sign, or none at all
        found = _SYLLABLE.findall(text)
    if max(map(len, found), default=0) > _MAX_SYLLABLE:
        return [syllable[:_MAX_SYLLABLE] for syllable in found]
    return found


def _between_punctuation(text: str) -> list[str]:
    """The runs of a text that hold neither whitespace nor the usual punctuation: quicker to find than syllables."""
    for sign in _PUNCTUATION:
        text = text.replace(sign, " ")
    return text.split()


def syllable_spans(text: str) -> list[tuple[str, Span]]:
    """The same syllables as `syllables`, each with the characters of the text that spell it."""
    if _LETTER_BY_LETTER.fullmatch(text):
        return [(one.group()[:_MAX_SYLLABLE], Span(*one.span())) for one in _SYLLABLE.finditer(fold(text))]
    found: list[tuple[str, Span]] = []
    for chunk in _CHUNK.finditer(text):
        folded, pieces = _folded_with_pieces(chunk.group())
        for match in _SYLLABLE.finditer(folded):
            start, end = pieces[match.start()].start, pieces[match.end() - 1].end
            found.append((match.group()[:_MAX_SYLLABLE], Span(chunk.start() + start, chunk.start() + end)))
    return found


def _folded_with_pieces(chunk: str) -> tuple[str, list[Span]]:
    """The folded chunk, and for each of its characters the piece of the chunk that it stems from."""
    if _LETTER_BY_LETTER.fullmatch(chunk):
        return fold(chunk), [Span(offset, offset + 1) for offset in range(len(chunk))]
    parts: list[str] = []
    pieces: list[Span] = []
    for start, end in _clusters(chunk):
        part = unicodedata.normalize("NFC", chunk[start:end].translate(_INVISIBLE).lower())
        parts.append(part)
        pieces.extend([Span(start, end)] * len(part))
    # `fold` again, on what is already lower case and composed, places the tones and changes no length.
    return fold("".join(parts)), pieces


def _clusters(chunk: str) -> Iterator[tuple[int, int]]:
    """Pieces that neither lower-casing nor composing reaches across: a letter and the marks that follow it."""
    start = 0
    for offset, char in enumerate(chunk):
        if offset and not _attaches(char):
            yield start, offset
            start = offset
    yield start, len(chunk)


def _attaches(char: str) -> bool:
    is_hangul_jamo = "\u1160" <= char <= "\u11ff"
    return ord(char) in _INVISIBLE or is_hangul_jamo or unicodedata.category(char).startswith("M")


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


def lines(body: str) -> list[Sentence]:
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


def sentences(body: str) -> list[Sentence]:
    """The sentences, captions and headings in order; together they cover everything but the space between them.

    A line end always ends a sentence. Inside of a line the ends are those that underthesea's sentence tokenizer
    proposes, less its known errors (abbreviations, initials, ellipses, web addresses, closing quotes), and those that
    it misses because the word before is in its list of abbreviations.
    """
    found: list[Sentence] = []
    for line in lines(body):
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
