"""Tables for a terminal."""

from __future__ import annotations

from retrieval.cli.tables import table_lines


def test_columns_are_padded_the_first_to_the_left_the_others_to_the_right() -> None:
    rows = [["%", "queries.jsonl"], ["questions", "170"], ["R@1", "95.9"]]
    assert list(table_lines(rows)) == [
        "%          queries.jsonl",
        "questions            170",
        "R@1                 95.9",
    ]
