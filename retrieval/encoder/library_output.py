"""Hides the log lines, warnings and progress bars of the machine-learning libraries from the user."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any


@contextmanager
def silence_libraries() -> Iterator[None]:
    """Drops the process's warnings, log lines and progress bars within its context; exceptions are still raised."""
    with ExitStack() as restore:
        _disable_logging(restore)
        restore.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        _hide_progress_bars(restore)
        yield


def _disable_logging(restore: ExitStack) -> None:
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)  # without any handler, logging.warning() would install one permanently
    restore.callback(root.removeHandler, handler)
    restore.callback(logging.disable, logging.root.manager.disable)
    logging.disable(logging.CRITICAL)


def _hide_progress_bars(restore: ExitStack) -> None:
    from transformers.utils import logging as transformers_logging

    untyped: Any = transformers_logging
    if untyped.is_progress_bar_enabled():
        untyped.disable_progress_bar()  # like enable_progress_bar, also for the hub client's progress bars
        restore.callback(untyped.enable_progress_bar)
