"""Measures speed, memory and disk use, also of other libraries on the same passages: `python -m tests.bench --help`.

Nothing else should run on the machine meanwhile. Each measurement runs in a process of its own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from tests.bench import texts

ROOT = Path(__file__).parents[2]


@click.command()
@click.option(
    "--articles", "-a", multiple=True, type=int, default=(1000,), show_default=True, help="Size of an index to sync."
)
@click.option("--passages", "-p", multiple=True, type=int, help="Size of an index to generate without encoding.")
@click.option("--questions", type=int, default=100, show_default=True, help="Questions asked of each index.")
@click.option("--peers/--no-peers", default=True, show_default=True, help="Whether to measure other libraries too.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("bench.json"), show_default=True)
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Draw a plot to this file.")
@click.option(
    "--work", type=click.Path(path_type=Path, file_okay=False), help="Keep indexes here, and use those found."
)
def bench(
    articles: tuple[int, ...],
    passages: tuple[int, ...],
    questions: int,
    peers: bool,
    out: Path,
    plot: Path | None,
    work: Path | None,
) -> None:
    """Measure, print tables and write the figures."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = work or Path(temporary)
        synced = {count: _synced(folder / f"articles-{count}", count, questions) for count in sorted(set(articles))}
        smallest, largest = (folder / f"articles-{pick(synced)}" for pick in (min, max))
        asked = texts.titles(largest / "articles.jsonl", questions)
        generated = {
            count: _generated(folder / f"passages-{count}", largest / "index", count, asked)
            for count in sorted(set(passages))
        }
        others = _peers(smallest, questions) if peers else {}
    figures = {"machine": _machine(), "synced": synced, "generated": generated, "peers": others}
    out.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    from tests.bench.report import draw, lines

    for line in lines(figures):
        click.echo(line)
    if plot:
        draw(figures, plot)


def _synced(folder: Path, count: int, questions: int) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    some, more = texts.write_articles(count, folder)
    asked = texts.titles(some, questions)
    index = str(folder / "index")
    found = {"sync": _once(folder, "sync", index=index, corpus=str(some))}
    found |= _answered(index, asked)
    found["change"] = _measure("change", index=index, corpus=str(more), question="Chợ hoa xuân mở cửa sớm khi nào?")
    return found


def _answered(index: str, asked: list[str]) -> dict[str, Any]:
    """Measures answering with the reader, and without it ("unread")."""
    found = {}
    for suffix, reading in (("", True), ("_unread", False)):
        found[f"serve{suffix}"] = _measure("serve", index=index, questions=asked, reading=reading)
        found[f"ask{suffix}"] = _measure("one_shot", index=index, question=asked[0], reading=reading)
    return found


def _generated(folder: Path, source: Path, count: int, asked: list[str]) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    index = str(folder / "index")
    found = {"fill": _once(folder, "fill", source=str(source), index=index, passages=count)}
    found |= _answered(index, asked)
    found["dense"] = _measure("dense", index=index, questions=asked)
    found["touch"] = _measure("touch", index=index)
    found["vector_indexes"] = _measure("vector_indexes", index=index, questions=asked)
    return found


def _peers(folder: Path, questions: int) -> dict[str, Any]:
    index = str(folder / "index")
    asked = texts.titles(folder / "articles.jsonl", questions)
    found: dict[str, Any] = {"rates": _measure("rates", index=index, sample=512)}
    names = ["flat"] + ["txtai"] * bool(importlib.util.find_spec("txtai"))
    for name in names:
        target = folder / name
        built = _once(folder, f"{name}_build", index=index, folder=str(target))
        served = _measure("serve_peer", name=name, folder=str(target), questions=asked)
        found[name] = {"build": built, "serve": served}
    return found


def _once(noted_in: Path, probe: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  whatever JSON can say
    """Measures a build once: the figures of a build that this folder holds already are read from its note."""
    note = noted_in / f"{probe}.json"
    if not note.exists():
        note.write_text(json.dumps(_measure(probe, **arguments)), encoding="utf-8")
    found: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    return found


def _measure(probe: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401  whatever JSON can say
    click.echo(f"{probe} {arguments.get('index') or arguments.get('folder')}", err=True)
    command = [sys.executable, "-m", "tests.bench.probes", probe]
    done = subprocess.run(command, input=json.dumps(arguments), stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _machine() -> dict[str, Any]:
    name = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    return {"processor": name, "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0]}


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    bench()
