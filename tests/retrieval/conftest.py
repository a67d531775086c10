"""Fixtures that run the program in processes of its own, with the bundled model (prepared once in the user's cache)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def command(index: Path, *args: str) -> list[str]:
    return [sys.executable, "-m", "retrieval", "--index", str(index), *args]


@pytest.fixture
def hoibao(tmp_path: Path) -> Run:
    """Runs the command line in a process of its own, over an index folder of this test."""

    def run(*args: str, stdin: str = "", env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(tmp_path / "index", *args),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            timeout=240,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Builds an index of seeds/; tests only read it."""
    index = tmp_path_factory.mktemp("seeds") / "index"
    subprocess.run(command(index, "sync", str(SEEDS)), check=True, capture_output=True, cwd=ROOT, timeout=280)
    return index
