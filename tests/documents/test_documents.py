"""Documents say what there is: links lead somewhere, named files exist, lists are complete."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import retrieval
from retrieval.cli.application import cli
from tests.documents.pages import DECISIONS, ROOT, anchors, code, links, name, pages, prose, text

RECORDS = sorted(DECISIONS.glob("0*.md"))
HISTORY = {ROOT / "CHANGELOG.md", *RECORDS}
"""Documents that may name what there no longer is."""

_FILE = re.compile(r"(?:retrieval|bot|tests|docs|deploy|seeds)/[\w./-]*")
_MODULE = re.compile(r"(?:python -m )?(tests(?:\.\w+)+)")


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", [page for page in pages() if page not in HISTORY], ids=name)
def test_files_that_are_named_exist(page: Path) -> None:
    for span in code(page):
        if _FILE.fullmatch(span):
            assert (ROOT / span).exists(), span
        if module := _MODULE.match(span):
            path = ROOT.joinpath(*module[1].split("."))
            assert path.is_dir() or path.with_suffix(".py").exists(), span


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_a_decision_has_its_four_parts(record: Path) -> None:
    headings = re.findall(r"^##? (.+)$", text(record), re.MULTILINE)
    number = int(record.name[:4])
    assert headings[0].startswith(f"{number}. ")
    assert headings[1:] == ["Context", "Decision", "Consequences"]
    assert re.search(r"^\*\*Status:\*\* (?:Accepted|Superseded by \[\d{4}\])", text(record), re.MULTILINE)


def test_decisions_are_numbered_and_listed_once() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))
    listed = [link for link in links(DECISIONS / "index.md") if not link.startswith("../")]
    assert sorted(listed) == [record.name for record in RECORDS]


def test_every_page_is_in_the_site() -> None:
    config = (ROOT / "docs/site/mkdocs.yml").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert page in RECORDS or page.relative_to(ROOT / "docs").as_posix() in config, page


def test_settings_lists_every_variable() -> None:
    modules = [path for package in ("retrieval", "bot") for path in (ROOT / package).rglob("*.py")]
    sources = "".join(path.read_text(encoding="utf-8") for path in modules)
    variables = set(re.findall(r'"((?:HOIBAO|TELEGRAM)_[A-Z_]+)"', sources))
    assert variables == set(re.findall(r"`((?:HOIBAO|TELEGRAM)_[A-Z_]+)`", text(ROOT / "docs/reference/settings.md")))


def test_every_public_name_has_a_place_in_the_python_reference() -> None:
    listed = re.findall(r"^::: retrieval\.(\w+)$", text(ROOT / "docs/reference/python-api.md"), re.MULTILINE)
    assert sorted(listed) == sorted(retrieval.__all__)


def test_the_readme_is_short() -> None:
    assert len(text(ROOT / "README.md").splitlines()) <= 110


def test_commands_that_documents_name_exist() -> None:
    known = set(cli.list_commands(click.Context(cli)))
    named = {command for page in pages() for command in re.findall(r"`hoibao ([a-z][a-z-]*)", prose(page))}
    assert named <= known


def test_the_architecture_leads_to_where_things_are() -> None:
    rows = re.findall(r"^\| .+\? \| `([\w./]+)` \| `(.+)` \|$", text(ROOT / "docs/architecture.md"), re.MULTILINE)
    assert len(rows) == 27
    for file, what in rows:
        assert re.search(rf"\b{re.escape(what)}\b", (ROOT / file).read_text(encoding="utf-8")), (file, what)


def test_names_in_the_glossary_are_in_the_code() -> None:
    modules = [path for package in ("retrieval", "bot") for path in (ROOT / package).rglob("*.py")]
    words = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in modules)))
    names = [span for span in code(ROOT / "docs/glossary.md") if re.fullmatch(r"[A-Za-z_]+(?:\.[A-Za-z_]+)*", span)]
    assert len(names) > 50
    assert [name for name in names if not set(name.split(".")) <= words | {"qrels", "tsv", "corpus", "db"}] == []
