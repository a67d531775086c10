"""Configures all tests: no example has a deadline, and what needs a model or the program is marked as slow."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine is slow now and then; no test is about time.
settings.register_profile("default", settings.get_profile("default"), deadline=None)
settings.load_profile("default")

SLOW_FIXTURES = frozenset(("bundle", "home", "hoibao", "index", "news", "process", "qa", "seeds_index", "tiny_model"))
"""Fixtures that prepare or load a model, build an index with it, or start the program."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the users of slow fixtures, before pytest selects by mark."""
    for item in items:
        if isinstance(item, pytest.Function) and not SLOW_FIXTURES.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)
