"""Keeps the machine-learning libraries' advice and progress bars away from the person at the keyboard."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any


@contextmanager
def quiet() -> Iterator[None]:
    """Within it warnings and log lines of the whole process are dropped; errors come as exceptions all the same."""
    with ExitStack() as restore:
        _stop_logging(restore)
        restore.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        _hide_bars(restore)
        yield


def _stop_logging(restore: ExitStack) -> None:
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)  # with a handler there, logging.warning() does not set one up for good
    restore.callback(root.removeHandler, handler)
    restore.callback(logging.disable, logging.root.manager.disable)
    logging.disable(logging.CRITICAL)


def _hide_bars(restore: ExitStack) -> None:
    from transformers.utils import logging as transformers_logging

    untyped: Any = transformers_logging
    if untyped.is_progress_bar_enabled():
        untyped.disable_progress_bar()  # this and its opposite act on the hub client's bars as well
        restore.callback(untyped.enable_progress_bar)
