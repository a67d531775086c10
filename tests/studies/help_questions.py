"""Makes judged questions out of a program's help pages, on which no weight is fitted.

    python -m tests.studies.help_questions PAGES FOLDER

PAGES holds HTML pages in Vietnamese, such as those of Debian's `libreoffice-help-vi` (`dpkg -x`; its folder `text`). A
page is asked for by its headline, and by its first paragraph that no other page has; the corpus holds neither of them.
`hoibao eval FOLDER` measures them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from retrieval.vietnamese.text import has_tones, syllables

BREAKS = frozenset(("p", "li", "td", "th", "div", "br", "h1", "h2", "h3", "h4", "h5"))
LEAST, REST = 120, 40
"""Fewest syllables of a page, and of a page without the paragraph that it is asked for by."""
VIETNAMESE = 0.45
"""Least share of a page's syllables with tone marks: pages below it are partly in English."""
HEADLINE, PARAGRAPH = 4, 10
"""Fewest syllables of a headline and of a paragraph that are questions."""
EVERYWHERE = 20
"""A paragraph on so many pages or more is left out of the corpus."""
ASKED_WORDS = 60
"""Most words of a paragraph that are asked."""


class Page(NamedTuple):
    """A help page; the headline is not among the paragraphs."""

    name: str
    headline: str
    paragraphs: list[str]


class _Reader(HTMLParser):
    """Reads the headline and the paragraphs that a page displays."""

    def __init__(self) -> None:
        super().__init__()
        self.headline, self.paragraphs = "", list[str]()
        self._inside: list[str] = []
        self._text: list[str] = []
        self._displayed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._displayed |= ("id", "DisplayArea") in attrs
        if tag in BREAKS:
            self.end_paragraph()
        if tag in ("title", "script", "style", "h1"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.headline = " ".join("".join(self._text).split())
            self._text.clear()
        if tag in BREAKS:
            self.end_paragraph()
        if self._inside[-1:] == [tag]:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["title"] or (self._displayed and not self._inside):
            self._text.append(data)

    def end_paragraph(self) -> None:
        if text := " ".join("".join(self._text).split()):
            self.paragraphs.append(text)
        self._text.clear()


def read(folder: Path) -> Iterator[Page]:
    """Reads the pages under a folder that are long enough and mostly in Vietnamese."""
    for path in sorted(folder.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        reader.end_paragraph()
        words = syllables("\n".join(reader.paragraphs))
        if len(words) >= LEAST and sum(map(has_tones, words)) >= VIETNAMESE * len(words):
            paragraphs = [text for text in reader.paragraphs if text != reader.headline]
            yield Page(str(path.relative_to(folder)), reader.headline, paragraphs)


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the corpus, the questions and the judgements; the arguments are those of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    pages = list(read(options.pages))
    on_pages = Counter(text for page in pages for text in set(page.paragraphs))
    named = Counter(page.headline.lower() for page in pages)
    corpus, headlines, paragraphs = [], list[tuple[str, str]](), list[tuple[str, str]]()
    for page in pages:
        own = [text for text in page.paragraphs if on_pages[text] < EVERYWHERE]
        first = next((text for text in own if on_pages[text] == 1 and _can_be_asked(text, PARAGRAPH)), None)
        rest = [text for text in own if text != first]
        if len(syllables("\n".join(rest))) < REST:
            continue
        corpus.append({"_id": page.name, "title": "", "text": "\n".join(rest)})
        if named[page.headline.lower()] == 1 and _can_be_asked(page.headline, HEADLINE):
            headlines.append((page.name, page.headline))
        if first:
            paragraphs.append((page.name, " ".join(first.split()[:ASKED_WORDS])))
    options.folder.mkdir(parents=True, exist_ok=True)
    _write(options.folder / "corpus.jsonl", (json.dumps(row, ensure_ascii=False) for row in corpus))
    for name, asked in (("", headlines), (".paragraphs", paragraphs)):
        rows = ({"_id": page, "text": text} for page, text in asked)
        _write(options.folder / f"queries{name}.jsonl", (json.dumps(row, ensure_ascii=False) for row in rows))
        judged = ["query-id\tcorpus-id\tscore", *(f"{page}\t{page}\t1" for page, _ in asked)]
        _write(options.folder / f"qrels{name}.tsv", judged)
    print(f"{len(corpus)} pages, {len(headlines)} headlines, {len(paragraphs)} paragraphs in {options.folder}/")


def _can_be_asked(text: str, least: int) -> bool:
    return len(syllables(text)) >= least and has_tones(text)


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
