"""Reads articles from files and folders, one at a time; what cannot be read is reported, and reading goes on."""

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

_SUFFIXES = (".txt", ".jsonl", ".jsonl.gz", ".html", ".htm")
_CORPUS_FILES = ("corpus.jsonl", "corpus.jsonl.gz")

_DATE_LINE = re.compile(r"\s*date\s+(\d{4}-\S*)\s*")
# The first sentence as a title; its full stop must follow a word in lower case, so that `TP.` and `PGS.` end none.
_FIRST_SENTENCE = re.compile(r".*?(?:[^\W\d_A-Z]{2}|[\d%”\"')])[.!?…]+[”\"')]*(?=\s|\Z)")
_PHOTO_CREDIT = re.compile(r"\b[Ảả]nh\b")
_MAX_TITLE_CHARS = 100
_MAX_TITLE_LINES = 3
_MIN_TITLE_WORDS = 3


def read_articles(paths: Sequence[Path]) -> Iterator[SourcedArticle | SourceError]:
    """Reads the articles of files and folders in a stable order.

    Each source that cannot be read gives a `SourceError` in its place.

    Folders are walked recursively in the order of names; hidden files and files of other kinds are skipped; a file that
    is reached twice is read once. In a folder with `corpus.jsonl` or `corpus.jsonl.gz`, only that file and the
    subfolders are read, because the other files there are queries.

    Raises:
        UsageError: a path does not exist, or a file is of a kind that is not read; raised before anything is read.
    """
    for path in paths:
        try:
            path.stat()
        except (OSError, ValueError) as error:
            raise UsageError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
        if not path.is_dir() and _suffix_of(path) is None:
            raise UsageError(f"cannot read {path}: not one of {', '.join(_SUFFIXES)}")
    return _read_all(paths)


def _read_all(paths: Sequence[Path]) -> Iterator[SourcedArticle | SourceError]:
    seen: set[str] = set()
    for root in paths:
        for item in _walk_files(root, seen):
            if isinstance(item, SourceError):
                yield item
            else:
                yield from _read_file(item, _article_id(item, root))


def _suffix_of(path: Path) -> str | None:
    name = path.name.lower()
    return next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), None)


def _article_id(path: Path, root: Path) -> str:
    """Returns the path below the given folder, without suffix; only the name where the file itself was given."""
    relative = path.name if path == root else path.relative_to(root).as_posix()
    return _clean_line(path_text(Path(relative))[: -len(_suffix_of(path) or "")])


def path_text(path: Path) -> str:
    """Returns a path as text; bytes that are not UTF-8 become `\\xff` and the like."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


# --- folders ---------------------------------------------------------------------------------------------------------


def _walk_files(root: Path, seen: set[str]) -> Iterator[Path | SourceError]:
    """Returns the files to read below `root`, or `root` itself; `seen` holds the real paths already visited."""
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
            pending.extend(reversed(_entries_to_read(path)))
        except OSError as error:
            yield SourceError(path_text(path), _reason_of(error))


def _entries_to_read(folder: Path) -> list[Path]:
    """Returns the files and subfolders of a folder that are to be read, sorted by name."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    names = {entry.name for entry in entries}
    corpus = next((name for name in _CORPUS_FILES if name in names), None)
    return [
        entry
        for entry in entries
        if entry.is_dir() or (entry.name == corpus if corpus is not None else _suffix_of(entry) is not None)
    ]


# --- files -----------------------------------------------------------------------------------------------------------


def _read_file(path: Path, article_id: str) -> Iterator[SourcedArticle | SourceError]:
    suffix = _suffix_of(path)
    try:
        if not path.is_file():
            raise SourceError(path_text(path), "not a file, or a link to nothing")
        if suffix in (".jsonl", ".jsonl.gz"):
            yield from _read_jsonl(path)
        elif suffix == ".txt":
            yield SourcedArticle(_article_of_txt(path, article_id), path_text(path), path_text(path))
        else:
            yield SourcedArticle(_article_of_html(path, article_id), path_text(path), path_text(path))
    except SourceError as error:
        yield error
    except OSError as error:
        yield SourceError(path_text(path), _reason_of(error))


def _article_of_txt(path: Path, article_id: str) -> Article:
    text = _decode(path.read_bytes(), path_text(path))
    published = None
    if match := _DATE_LINE.match(text):
        published = _parse_date(match[1], path_text(path))
        text = text[match.end() :]
    body = _normalise_body(text, path_text(path))
    return Article(article_id, _title_from_body(body), body, published, source=_clean_line(path_text(Path(path.name))))


def _article_of_html(path: Path, article_id: str) -> Article:
    place = path_text(path)
    page = _extract_page(path.read_bytes(), place)
    body = _normalise_body(page.text or "", place)
    title = _clean_line(page.title or "") or _title_from_body(body)
    try:
        published = PartialDate.parse(page.date) if page.date else None
    except ValueError:
        published = None
    source = _clean_line(page.sitename or page.hostname or "") or None
    return Article(article_id, title, body, published, source, _clean_line(page.url or "") or None)


def _extract_page(page: bytes, place: str) -> Any:  # noqa: ANN401  # a trafilatura Document; the package is untyped
    """Extracts the main text and the metadata of a page with trafilatura."""
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
    # Only dates in the page's metadata: a search of the whole text also finds the dates of other articles.
    dates = {"extensive_search": False, "original_date": True}
    try:
        document = bare_extraction(html, include_comments=False, with_metadata=True, date_extraction_params=dates)
    except Exception as error:  # on broken pages lxml and its callers raise errors of any kind
        raise SourceError(place, f"not readable as HTML ({type(error).__name__}: {error})") from error
    if document is None:
        raise SourceError(place, "no text found")
    return document


# --- JSON lines ------------------------------------------------------------------------------------------------------


def _read_jsonl(path: Path) -> Iterator[SourcedArticle | SourceError]:
    number = 0
    try:
        with _open_binary(path) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _article_of_line(line, path_text(path), f"{path_text(path)}:{number}")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield SourceError(f"{path_text(path)}:{number + 1}", f"broken gzip file ({error})")


def _open_binary(path: Path) -> io.BufferedIOBase:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rb")
    return path.open("rb")


def _article_of_line(line: bytes, origin: str, place: str) -> SourcedArticle | SourceError:
    try:
        return SourcedArticle(_article_of_record(_parse_object(line, place), place), origin, place)
    except SourceError as error:
        return error


def _parse_object(line: bytes, place: str) -> dict[str, Any]:
    try:
        record = json.loads(_decode(line, place))
    except (ValueError, RecursionError) as error:
        raise SourceError(place, f"not JSON ({error})") from error
    if not isinstance(record, dict):
        raise SourceError(place, "not a JSON object")
    return record


def _article_of_record(record: dict[str, Any], place: str) -> Article:
    raw_id = record.get("_id")
    article_id = (
        str(raw_id) if isinstance(raw_id, int) and not isinstance(raw_id, bool) else _string_field(record, "_id", place)
    )
    if not _clean_line(article_id):
        raise SourceError(place, 'no "_id"')
    body = _normalise_body(_string_field(record, "text", place), place)
    date = _string_field(record, "date", place).strip()
    return Article(
        id=_clean_line(article_id),
        title=_clean_line(_string_field(record, "title", place)) or _title_from_body(body),
        body=body,
        published=_parse_date(date, place) if date else None,
        source=_clean_line(_string_field(record, "source", place)) or None,
        url=_clean_line(_string_field(record, "url", place)) or None,
    )


def _string_field(record: dict[str, Any], key: str, place: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SourceError(place, f'"{key}" is not a string but {json.dumps(value)[:40]}')
    return value


# --- parts of an article ---------------------------------------------------------------------------------------------


def _decode(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(place, f"not UTF-8 (byte 0x{raw[error.start]:02x} at {error.start})") from error


def _normalise_body(text: str, place: str) -> str:
    body = clean(text).strip()
    if not re.search(r"\w", body):
        raise SourceError(place, "no text")
    return body


def _parse_date(text: str, place: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise SourceError(place, f"not a date: {text!r}; expected YYYY-MM-DD or YYYY-MM") from error


def _clean_line(text: str) -> str:
    """Normalises a text that is to be one line: whitespace is collapsed to single spaces."""
    return " ".join(clean(text).split())


def _title_from_body(body: str) -> str:
    """Returns the first heading among the first three lines, else the first sentence.

    A heading of fewer than three words, or with a photo credit, is no title.
    """
    for line in split_lines(body)[:_MAX_TITLE_LINES]:
        title = _clean_line(body[line.start : line.end])
        if line.kind == "heading" and len(title.split()) >= _MIN_TITLE_WORDS and not _PHOTO_CREDIT.search(title):
            return title
    first = body.split("\n", 1)[0][:2000]
    match = _FIRST_SENTENCE.match(first)
    return _shorten(_clean_line(match.group() if match else first))


def _shorten(title: str) -> str:
    if len(title) <= _MAX_TITLE_CHARS:
        return title
    kept = title[: _MAX_TITLE_CHARS - 1]
    return (kept.rsplit(" ", 1)[0] if " " in kept else kept).rstrip(" ,;:-–") + "…"


def _reason_of(error: OSError) -> str:
    return error.strerror or str(error)
