"""Import rules are seen to fail: each test plants one forbidden import in a copy of the sources."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.sources import PACKAGES, ROOT

STAGES = "retrieval: the pipeline's stages import lower ones only"
BOT_LAYERS = "bot: each layer imports lower ones only"
DOORS = "a package is imported through its door only"
PUBLIC_API = "bot sees of retrieval what its public API offers"
NO_TELEGRAM = "retrieval knows nothing of Telegram"
RULES = {STAGES, BOT_LAYERS, DOORS, PUBLIC_API, NO_TELEGRAM}


class Planted(NamedTuple):
    """A forbidden import."""

    importer: str
    """The new module that the import is planted in."""
    code: str
    rule: str
    """The rule that forbids it."""
    named: str
    """How the linter names it."""
    target: str = ""
    """A new, empty module to import."""


FORBIDDEN = {
    "retrieval, up one layer": Planted(
        "retrieval.search.planted", "import retrieval.answering", STAGES,
        "retrieval.search.planted -> retrieval.answering",
    ),
    "retrieval, up over several layers": Planted(
        "retrieval.vietnamese.planted", "import retrieval.search", STAGES,
        "retrieval.vietnamese.planted -> retrieval.search",
    ),
    "retrieval, up to a module": Planted(
        "retrieval.encoder.planted", "from retrieval import service", STAGES,
        "retrieval.encoder.planted -> retrieval.service",
    ),
    "retrieval, up for types only": Planted(
        "retrieval.corpus.planted",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import retrieval.question", STAGES,
        "retrieval.corpus.planted -> retrieval.question",
    ),
    "retrieval, up inside a function": Planted(
        "retrieval.question.planted", "def planted() -> None:\n    import retrieval.search", STAGES,
        "retrieval.question.planted -> retrieval.search",
    ),
    "bot, up one layer": Planted(
        "bot.cards.planted", "import bot.memory", BOT_LAYERS, "bot.cards.planted -> bot.memory"
    ),
    "bot, up over several layers": Planted(
        "bot.telegram.planted", "import bot.operations", BOT_LAYERS, "bot.telegram.planted -> bot.operations"
    ),
    "retrieval, past a door": Planted(
        "retrieval.search.planted", "import retrieval.vietnamese.planted", DOORS,
        "retrieval.search.planted imports retrieval.vietnamese.planted",
        "retrieval.vietnamese.planted",
    ),
    "retrieval, past a door by a name": Planted(
        "retrieval.search.planted", "from retrieval.vietnamese import planted", DOORS,
        "retrieval.search.planted imports retrieval.vietnamese.planted",
        "retrieval.vietnamese.planted",
    ),
    "retrieval, a nested package from outside": Planted(
        "retrieval.search.planted", "import retrieval.encoder.bundled", DOORS,
        "retrieval.search.planted imports retrieval.encoder.bundled",
    ),
    "retrieval, past a nested door": Planted(
        "retrieval.encoder.planted", "import retrieval.encoder.bundled.planted", DOORS,
        "retrieval.encoder.planted imports retrieval.encoder.bundled.planted",
        "retrieval.encoder.bundled.planted",
    ),
    "bot, past a door": Planted(
        "bot.memory.planted", "import bot.cards.planted", DOORS, "bot.memory.planted imports bot.cards.planted",
        "bot.cards.planted",
    ),
    "bot, past a nested door": Planted(
        "bot.cards.planted", "import bot.cards.texts.planted", DOORS,
        "bot.cards.planted imports bot.cards.texts.planted",
        "bot.cards.texts.planted",
    ),
    "bot of retrieval, a stage": Planted(
        "bot.cards.planted", "import retrieval.search", PUBLIC_API, "bot.cards.planted imports retrieval.search"
    ),
    "bot of retrieval, a module": Planted(
        "bot.planted", "from retrieval import service", PUBLIC_API, "bot.planted imports retrieval.service"
    ),
    "bot of retrieval, a module that no rule knows": Planted(
        "bot.cards.planted", "import retrieval.planted", PUBLIC_API, "bot.cards.planted imports retrieval.planted",
        "retrieval.planted",
    ),
    "retrieval of bot": Planted(
        "retrieval.planted", "import bot", NO_TELEGRAM, "retrieval.planted -> bot"
    ),
    "retrieval of a module of bot": Planted(
        "retrieval.planted", "import bot.clock", NO_TELEGRAM, "retrieval.planted -> bot.clock"
    ),
    "retrieval of telegram": Planted(
        "retrieval.search.planted", "from telegram.ext import Application", NO_TELEGRAM,
        "retrieval.search.planted -> telegram",
    ),
}  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that the linter reads."""
    for name in (*PACKAGES, "tests/architecture"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("tests/__init__.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def lint(folder: Path) -> tuple[set[str], set[str], str]:
    """Runs the linter: the rules that are kept, those that are broken, and all that it prints."""
    code = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False)
    kept, broken = (set(re.findall(rf"^(.+) {word}$", done.stdout, re.MULTILINE)) for word in ("KEPT", "BROKEN"))
    assert done.returncode == bool(broken), done.stdout + done.stderr
    return kept, broken, done.stdout


def plant(folder: Path, module: str, code: str) -> None:
    path = folder.joinpath(*module.split(".")).with_suffix(".py")
    assert path.parent.is_dir() and not path.exists()
    path.write_text(code, encoding="utf-8")


def test_the_sources_as_they_are_keep_every_rule(copy: Path) -> None:
    kept, broken, _ = lint(copy)
    assert (kept, broken) == (RULES, set())


@pytest.mark.parametrize("planted", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_forbidden_import_breaks_its_rule_and_is_named(copy: Path, planted: Planted) -> None:
    if planted.target:
        plant(copy, planted.target, "")
    plant(copy, planted.importer, planted.code)
    kept, broken, printed = lint(copy)
    assert (kept, broken) == (RULES - {planted.rule}, {planted.rule}), printed
    assert planted.named in printed
