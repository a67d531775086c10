"""Makes judged questions about events out of a corpus whose articles are clustered by event.

    python -m tests.studies.event_questions CORPUS.jsonl.gz FOLDER

Every row of the corpus has a `cluster`. One article of each cluster is left out of the corpus; its headline, and the
first sentence of its body that is long enough, become questions whose right articles are the rest of the cluster.
`hoibao eval FOLDER` measures them. Reranking is not fitted on these questions, so they show how it does on a kind of
question that it has not seen, with several right articles each. Abstaining is fitted on them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from retrieval.vietnamese.sentences import split_sentences
from retrieval.vietnamese.text import clean, syllables

TELLING = range(14, 61)
"""Number of syllables of a sentence that is asked in place of its article."""

Row = Mapping[str, Any]


def main() -> None:
    """Writes the corpus, the questions and the judgements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    with gzip.open(arguments.corpus, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    taken = taken_out(rows)
    left = [row for row in rows if row["_id"] not in {one["_id"] for one in taken.values()}]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(_lines(left))
    headlines = [{"_id": cluster, "text": one["title"]} for cluster, one in taken.items()]
    leads = [{"_id": cluster, "text": lead} for cluster, one in taken.items() if (lead := lead_of(one["text"]))]
    (folder / "queries.jsonl").write_text("".join(_lines(headlines)), encoding="utf-8")
    (folder / "queries.leads.jsonl").write_text("".join(_lines(leads)), encoding="utf-8")
    judged = [f"{row['cluster']}\t{row['_id']}\t1\n" for row in left if row["cluster"] in taken]
    (folder / "qrels.tsv").write_text("".join(["query-id\tcorpus-id\tscore\n", *judged]), encoding="utf-8")
    print(f"{len(left)} articles, {len(headlines)} headlines and {len(leads)} leads in {folder}/")


def taken_out(rows: Iterable[Row]) -> dict[str, Row]:
    """Returns for each cluster one article, drawn at random, whose headline no other article of the cluster has."""
    clusters: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        clusters[row["cluster"]].append(row)
    rng = random.Random(7)
    taken = {}
    for cluster, own in clusters.items():
        one = rng.choice(own)
        headings = [syllables(row["title"]) for row in own]
        if len(own) > 1 and headings.count(syllables(one["title"])) == 1:
            taken[cluster] = one
    return taken


def lead_of(text: str) -> str | None:
    """Returns the first sentence of a text with a number of syllables in `TELLING`."""
    body = clean(text)
    told = (" ".join(body[one.start : one.end].split()) for one in split_sentences(body) if one.kind == "sentence")
    return next((sentence for sentence in told if len(syllables(sentence)) in TELLING), None)


def _lines(rows: Sequence[Row]) -> list[str]:
    return [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]


if __name__ == "__main__":
    main()
