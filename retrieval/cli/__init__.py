"""The `hoibao` command; `python -m retrieval` and the installed script call it."""

from __future__ import annotations

from retrieval.cli.application import main

__all__ = ["main"]
