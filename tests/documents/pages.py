"""The documents of the project, and what their text holds: blocks, links, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

DECISIONS = ROOT / "docs" / "decisions"

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r'\]\(([^)\s]+)\)|src="([^"]+)"')
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Returns every document: those at the top, of docs/, and of the folders that explain themselves."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "deploy/README.md", ROOT / "index/README.md"])


def name(page: Path) -> str:
    """Returns a document's path in the repository."""
    return page.relative_to(ROOT).as_posix()


@cache
def text(page: Path) -> str:
    """Reads a document."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """Returns the code blocks of a language, in order."""
    return [match["text"] for match in _FENCE.finditer(text(page)) if match["language"] == language]


def prose(page: Path) -> str:
    """Returns a document without its code blocks."""
    return _FENCE.sub("", text(page))


def links(page: Path) -> Iterator[str]:
    """Yields the targets of links and pictures that lead into the repository."""
    for match in _LINK.finditer(_CODE.sub("", prose(page))):
        target = match[1] or match[2]
        if not target.startswith(("http://", "https://")):
            yield target


def code(page: Path) -> list[str]:
    """Returns what stands in backticks."""
    return [span.strip("`") for span in _CODE.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """Returns the anchors of a document's headings, as GitHub and the site make them."""
    headings = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading) for heading in _HEADING.findall(prose(page)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
