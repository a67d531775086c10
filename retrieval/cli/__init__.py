"""The `hoibao` command line.

In come a command's arguments; out go results on stdout, everything else on stderr, and an exit status.
`python -m retrieval` and the installed script `hoibao` call it; plug-ins add commands of their own.
"""

from __future__ import annotations

from retrieval.cli.entry_point import main

__all__ = ["main"]
