"""The articles and questions that are measured with: a newspaper's where it is there, else generated ones."""

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
"""Articles get one of so many papers and months, in turn, for filters to find."""


def write_articles(count: int, folder: Path) -> tuple[Path, Path]:
    """A file of `count` articles, and one of the same and one more.

    Raises:
        ValueError: there are not that many, or the folder has others.
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
    """Titles spread over the file, as questions; every third in small letters."""
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
    """Syllables as frequent as in newspapers, in sentences and articles of a newspaper's length."""
    counts = DocumentFrequencies.load().counts
    rng = random.Random(2017)
    syllables, weights = list(counts), list(counts.values())

    def sentence() -> str:
        return " ".join(rng.choices(syllables, weights, k=rng.randint(8, 40))).capitalize() + "."

    for number in range(1_000_000):
        text = " ".join(sentence() for _ in range(rng.randint(8, 35)))
        yield {"_id": f"article-{number}", "title": sentence()[:80], "text": text}
