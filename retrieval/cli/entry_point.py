"""Runs the command line and reports errors as one line and an exit status."""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sqlite3
import sys
import traceback
from typing import NoReturn

import click

from retrieval.cli.application import cli
from retrieval.errors import HoiBaoError, UsageError

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


def main() -> NoReturn:
    """Runs the command line and exits.

    A failure is one line on stderr and an exit status, never a traceback.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A C locale must not break Vietnamese, and an invalid byte must not stop the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    gc.set_threshold(50_000)  # start-up allocates much and frees little, so collecting garbage often is wasted time
    status = _run(sys.argv[1:])
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # Everything is closed and flushed; freeing the model and the tokenizer in an orderly exit would only take time.
    os._exit(status)


def _run(args: list[str]) -> int:
    try:
        status = cli.main(args, prog_name="hoibao", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except BrokenPipeError:
        # The reader of the pipe has closed it. Without this, Python would fail again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # any error must become a line that says what to do
        return report_error(error, args)


def report_error(error: Exception, args: list[str]) -> int:
    """Prints an error in one line and returns the exit status.

    The status is 2 for a usage error and 1 for any other.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return error.exit_code
    if {"-v", "--verbose"} & set(args):
        traceback.print_exception(error)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "hoibao"
        click.echo(f"hoibao: {error.format_message()} (see `{command} --help`)", err=True)
        return error.exit_code
    if isinstance(error, HoiBaoError):
        click.echo(f"hoibao: {error}", err=True)
        return 2 if isinstance(error, UsageError) else 1
    if _is_disk_full(error):
        click.echo("hoibao: the disk is full: nothing that was committed is lost; make room and run it again", err=True)
        return 1
    first = next(iter(str(error).splitlines()), "")
    click.echo(f"hoibao: unexpected {type(error).__name__}: {first} (-v shows where)", err=True)
    return 1


def _is_disk_full(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
