"""Provides articles and questions to measure with: a newspaper's if its corpus is there, else generated ones."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from retrieval.vietnamese.frequencies import DocumentFrequencies

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "baomoi2017.jsonl.gz"
SOURCES, MONTHS = 10, 12
"""Number of sources and months that articles get by turns, for filters to select."""


def write_articles(count: int, folder: Path) -> tuple[Path, Path]:
    """Writes a file of `count` articles, and a file of the same articles and one more.

    Raises:
        ValueError: there are fewer articles, or the folder holds other ones.
    """
    lines = [_line(number, article) for number, article in enumerate(islice(_articles(), count))]
    if len(lines) < count:
        raise ValueError(f"there are {len(lines)} articles, {count} are asked for")
    added = json.loads(lines[0])
    added |= {"_id": "added", "text": f"Tin mới: chợ hoa xuân mở cửa sớm. {added['text']}"}
    some, more = folder / "articles.jsonl", folder / "one-more.jsonl"
    if some.exists() and some.read_text(encoding="utf-8") != "".join(lines):
        raise ValueError(f"{folder} was made of other articles: what was built there is not to be measured with these")
    some.write_text("".join(lines), encoding="utf-8")
    more.write_text("".join([*lines, json.dumps(added, ensure_ascii=False)]), encoding="utf-8")
    return some, more


def titles(articles: Path, count: int) -> list[str]:
    """Returns titles of a file, drawn at random, as questions; every third in lower case."""
    with articles.open(encoding="utf-8") as file:
        found = [json.loads(line)["title"] for line in file]
    chosen = random.Random(1).sample(found, min(count, len(found)))
    return [title.lower() if number % 3 == 0 else title for number, title in enumerate(chosen)]


def _line(number: int, article: dict[str, str]) -> str:
    placed = {"date": f"2017-{number % MONTHS + 1:02d}", "source": f"Báo {number % SOURCES}"}
    return json.dumps(article | placed, ensure_ascii=False) + "\n"


def _articles() -> Iterator[dict[str, str]]:
    if not CORPUS.exists():
        yield from _generated()
        return
    with gzip.open(CORPUS, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _generated() -> Iterator[dict[str, str]]:
    """Generates articles with the syllable frequencies and the lengths of a newspaper's."""
    counts = DocumentFrequencies.load().counts
    rng = random.Random(2017)
    syllables, weights = list(counts), list(counts.values())

    def sentence() -> str:
        return " ".join(rng.choices(syllables, weights, k=rng.randint(8, 40))).capitalize() + "."

    for number in range(1_000_000):
        text = " ".join(sentence() for _ in range(rng.randint(8, 35)))
        yield {"_id": f"article-{number}", "title": sentence()[:80], "text": text}
