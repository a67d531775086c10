"""Lays tables out for a terminal."""

from __future__ import annotations

from collections.abc import Iterator


def table_lines(rows: list[list[str]]) -> Iterator[str]:
    """Yields the rows, header first, with padded columns: the first aligned left, the others right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *rest = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join([first.strip().ljust(widths[0]), *rest])
