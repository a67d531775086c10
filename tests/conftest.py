"""Marks tests as slow by what they stand on, so that `make check` can leave them out."""

from __future__ import annotations

import pytest

SLOW_FIXTURES = frozenset(("bundle", "home", "hoibao", "index", "news", "process", "qa", "seeds_index", "tiny_model"))
"""Fixtures that prepare or load a model, build an index with it, or start the program."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the users of slow fixtures, before pytest selects by mark."""
    for item in items:
        if isinstance(item, pytest.Function) and not SLOW_FIXTURES.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)
