"""Reads articles from files and folders, one at a time, and reports what cannot be read without stopping."""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from retrieval.datatypes import Article, PartialDate, SourcedArticle
from retrieval.errors import SourceError, UsageError
from retrieval.vietnamese import clean, split_lines

_KINDS = (".txt", ".jsonl", ".jsonl.gz", ".html", ".htm")
_CORPUS_FILES = ("corpus.jsonl", "corpus.jsonl.gz")

_DATE_LINE = re.compile(r"\s*date\s+(\d{4}-\S*)\s*")
# Only for a title: the first full stop behind a word, so that neither `TP.` nor `PGS.` is one.
_FIRST_SENTENCE = re.compile(r".*?(?:[^\W\d_A-Z]{2}|[\d%”\"')])[.!?…]+[”\"')]*(?=\s|\Z)")
_CREDIT = re.compile(r"\b[Ảả]nh\b")
_TITLE_CHARS = 100
_TITLE_LINES = 3
_TITLE_WORDS = 3


def read_articles(paths: Sequence[Path]) -> Iterator[SourcedArticle | SourceError]:
    """The articles of files and folders, in a stable order, and a `SourceError` for each that cannot be read.

    Folders are walked recursively in the order of their names, hidden files and unknown kinds skipped; a file that is
    reached twice is read once. Of a folder that holds `corpus.jsonl` or `corpus.jsonl.gz` only that file is read (and
    its subfolders), because what lies beside it are queries.

    Raises:
        UsageError: at once, for a path that does not exist or a file of a kind that is not read.
    """
    for path in paths:
        try:
            path.stat()
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
        if not path.is_dir() and _kind(path) is None:
            raise UsageError(f"cannot read {path}: not one of {', '.join(_KINDS)}")
    return _read_all(paths)


def _read_all(paths: Sequence[Path]) -> Iterator[SourcedArticle | SourceError]:
    seen: set[str] = set()
    for root in paths:
        for found in _walk(root, seen):
            if isinstance(found, SourceError):
                yield found
            else:
                yield from _read_file(found, _article_id(found, root))


def _kind(path: Path) -> str | None:
    name = path.name.lower()
    return next((kind for kind in _KINDS if name.endswith(kind)), None)


def _article_id(path: Path, root: Path) -> str:
    """The path below the given folder, without suffix; the bare name of a file that was given itself."""
    relative = path.name if path == root else path.relative_to(root).as_posix()
    return _one_line(_name(Path(relative))[: -len(_kind(path) or "")])


def _name(path: Path) -> str:
    """A path as text: bytes of a name that are not UTF-8 are spelt out."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


# --- folders ---------------------------------------------------------------------------------------------------------


def _walk(root: Path, seen: set[str]) -> Iterator[Path | SourceError]:
    """The files to read below `root`, or itself; `seen` holds the real paths that are done, against links that loop."""
    pending = [root]
    while pending:
        path = pending.pop()
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        if not path.is_dir():
            yield path
            continue
        try:
            pending.extend(reversed(_entries(path)))
        except OSError as error:
            yield SourceError(_name(path), _reason(error))


def _entries(folder: Path) -> list[Path]:
    """What to read of a folder, sorted by name."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    names = {entry.name for entry in entries}
    corpus = next((name for name in _CORPUS_FILES if name in names), None)
    return [
        entry
        for entry in entries
        if entry.is_dir() or (entry.name == corpus if corpus is not None else _kind(entry) is not None)
    ]


# --- files -----------------------------------------------------------------------------------------------------------


def _read_file(path: Path, article_id: str) -> Iterator[SourcedArticle | SourceError]:
    kind = _kind(path)
    try:
        if not path.is_file():
            raise SourceError(_name(path), "not a file, or a link to nothing")
        if kind in (".jsonl", ".jsonl.gz"):
            yield from _read_jsonl(path)
        elif kind == ".txt":
            yield SourcedArticle(_txt_article(path, article_id), _name(path), _name(path))
        else:
            yield SourcedArticle(_html_article(path, article_id), _name(path), _name(path))
    except SourceError as error:
        yield error
    except OSError as error:
        yield SourceError(_name(path), _reason(error))


def _txt_article(path: Path, article_id: str) -> Article:
    text = _decoded(path.read_bytes(), _name(path))
    published = None
    if match := _DATE_LINE.match(text):
        published = _parsed_date(match[1], _name(path))
        text = text[match.end() :]
    body = _body(text, _name(path))
    return Article(article_id, _made_title(body), body, published, source=_one_line(_name(Path(path.name))))


def _html_article(path: Path, article_id: str) -> Article:
    place = _name(path)
    page = _extracted(path.read_bytes(), place)
    body = _body(page.text or "", place)
    title = _one_line(page.title or "") or _made_title(body)
    try:
        published = PartialDate.parse(page.date) if page.date else None
    except ValueError:
        published = None
    source = _one_line(page.sitename or page.hostname or "") or None
    return Article(article_id, title, body, published, source, _one_line(page.url or "") or None)


def _extracted(page: bytes, place: str) -> Any:  # noqa: ANN401  # a trafilatura Document; the package is untyped
    """The main text and the metadata of a page, by trafilatura."""
    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        raise SourceError(place, f"HTML cannot be read here: trafilatura does not import ({error})") from error
    try:
        html: str | bytes = page.decode("utf-8-sig")
    except UnicodeDecodeError:
        html = page
    # Only dates that the page states: searching its text as well finds the dates of other articles.
    dates = {"extensive_search": False, "original_date": True}
    try:
        document = bare_extraction(html, include_comments=False, with_metadata=True, date_extraction_params=dates)
    except Exception as error:  # what lxml and its users raise on broken pages is open-ended
        raise SourceError(place, f"not readable as HTML ({type(error).__name__}: {error})") from error
    if document is None:
        raise SourceError(place, "no text found")
    return document


# --- JSON lines ------------------------------------------------------------------------------------------------------


def _read_jsonl(path: Path) -> Iterator[SourcedArticle | SourceError]:
    number = 0
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _line_article(line, _name(path), f"{_name(path)}:{number}")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield SourceError(f"{_name(path)}:{number + 1}", f"broken gzip file ({error})")


def _opened(path: Path) -> io.BufferedIOBase:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rb")
    return path.open("rb")


def _line_article(line: bytes, origin: str, place: str) -> SourcedArticle | SourceError:
    try:
        return SourcedArticle(_jsonl_article(_parsed_object(line, place), place), origin, place)
    except SourceError as error:
        return error


def _parsed_object(line: bytes, place: str) -> dict[str, Any]:
    try:
        record = json.loads(_decoded(line, place))
    except (ValueError, RecursionError) as error:
        raise SourceError(place, f"not JSON ({error})") from error
    if not isinstance(record, dict):
        raise SourceError(place, "not a JSON object")
    return record


def _jsonl_article(record: dict[str, Any], place: str) -> Article:
    given = record.get("_id")
    article_id = str(given) if isinstance(given, int) and not isinstance(given, bool) else _string(record, "_id", place)
    if not _one_line(article_id):
        raise SourceError(place, 'no "_id"')
    body = _body(_string(record, "text", place), place)
    date = _string(record, "date", place).strip()
    return Article(
        id=_one_line(article_id),
        title=_one_line(_string(record, "title", place)) or _made_title(body),
        body=body,
        published=_parsed_date(date, place) if date else None,
        source=_one_line(_string(record, "source", place)) or None,
        url=_one_line(_string(record, "url", place)) or None,
    )


def _string(record: dict[str, Any], key: str, place: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SourceError(place, f'"{key}" is not a string but {json.dumps(value)[:40]}')
    return value


# --- parts of an article ---------------------------------------------------------------------------------------------


def _decoded(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(place, f"not UTF-8 (byte 0x{raw[error.start]:02x} at {error.start})") from error


def _body(text: str, place: str) -> str:
    body = clean(text).strip()
    if not re.search(r"\w", body):
        raise SourceError(place, "no text")
    return body


def _parsed_date(text: str, place: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise SourceError(place, f"not a date: {text!r}; expected YYYY-MM-DD or YYYY-MM") from error


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _made_title(body: str) -> str:
    """The first heading near the start that is more than a word or a photographer's name, else the first sentence."""
    for line in split_lines(body)[:_TITLE_LINES]:
        title = _one_line(body[line.start : line.end])
        if line.kind == "heading" and len(title.split()) >= _TITLE_WORDS and not _CREDIT.search(title):
            return title
    first = body.split("\n", 1)[0][:2000]
    match = _FIRST_SENTENCE.match(first)
    return _shortened(_one_line(match.group() if match else first))


def _shortened(title: str) -> str:
    if len(title) <= _TITLE_CHARS:
        return title
    kept = title[: _TITLE_CHARS - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:-–") + "…"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
