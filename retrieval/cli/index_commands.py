"""Commands that change or check an index: sync, add, rebuild, delete, info, doctor."""

from __future__ import annotations

from pathlib import Path

import click

from retrieval.cli.options import Options, json_option, resumable
from retrieval.errors import HoiBaoError


@click.command("sync")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def sync_command(options: Options, paths: tuple[Path, ...]) -> None:
    """Make the index hold exactly the articles in PATHS: files or folders.

    Adds, updates and deletes; what has not changed costs nothing. Without PATHS, those of the last sync are read
    again; a first sync reads seeds/. Files that `hoibao add` has added are always read as well. Reads .txt, .jsonl,
    .jsonl.gz and .html.

    \b
    Example:
      hoibao sync ~/news/2024 ~/news/archive.jsonl.gz
    """
    from retrieval.cli.index_output import report_line
    from retrieval.cli.progress import SyncProgress
    from retrieval.indexing import sync_index

    with SyncProgress() as progress, resumable(options.index):
        result = sync_index(options.index, paths, model=options.model, report=progress.note, progress=progress)
    for error in result.errors:
        click.echo(f"skipped {error}", err=True)
    click.echo(f"{options.index}/: {report_line(result)}", err=True)
    if result.errors:
        raise click.exceptions.Exit(1)


@click.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only read FILES and say what adding them would do.")
@json_option
@click.pass_obj
def add_command(options: Options, files: tuple[Path, ...], check: bool, as_json: bool) -> None:
    """Add the articles in FILES to the index, and leave all others as they are.

    Copies of the files are kept in the index' folder `added/`, so that later syncs keep their articles too. A file of
    the same name that was added before is replaced. With --json, progress is printed too, an object a line.

    \b
    Example:
      hoibao add bai-moi.txt tin-thang-5.jsonl
    """
    from retrieval.cli.index_output import progress_json, report_json, report_line
    from retrieval.cli.progress import SyncProgress
    from retrieval.indexing import add_files, preview_files

    with SyncProgress() as progress, resumable(options.index):
        if check:
            result = preview_files(options.index, files)
        else:
            show_progress = (lambda *step: click.echo(progress_json(*step))) if as_json else progress
            result = add_files(options.index, files, report=progress.note, progress=show_progress)
    if as_json:
        click.echo(report_json(result))
    for error in () if as_json else result.errors:
        click.echo(f"skipped {error}", err=True)
    if not as_json:
        click.echo(f"{options.index}/: {'would be ' if check else ''}{report_line(result)}", err=True)
    if result.errors:
        raise click.exceptions.Exit(1)


@click.command("rebuild")
@click.pass_obj
def rebuild_command(options: Options) -> None:
    """Build the index anew from its own articles, beside the old one, then switch.

    Needed to change the model, and after an upgrade that cuts articles differently. Vectors are taken over where they
    can be. The old index answers until the new one is whole.

    \b
    Example:
      hoibao --model BAAI/bge-m3 rebuild
    """
    from retrieval.cli.progress import SyncProgress
    from retrieval.indexing import rebuild_index

    with SyncProgress() as progress, resumable(options.index):
        result = rebuild_index(options.index, model=options.model, report=progress.note, progress=progress)
    click.echo(f"{options.index}/ rebuilt; {result.passages} passages encoded", err=True)


@click.command("delete")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def delete_command(options: Options, ids: tuple[str, ...]) -> None:
    """Remove articles from the index by their ids.

    A later sync that still finds them in its files brings them back.

    \b
    Example:
      hoibao delete 000_7bf578808520267a
    """
    from retrieval.indexing import delete_articles

    delete_articles(options.index, ids)
    click.echo(f"{options.index}/: {len(set(ids))} deleted", err=True)


@click.command("info")
@json_option
@click.pass_obj
def info_command(options: Options, as_json: bool) -> None:
    """Print what the index holds: articles, passages, dates, sources, model, sizes, last sync.

    \b
    Example:
      hoibao info
    """
    from retrieval.cli.index_output import info_json, info_lines
    from retrieval.indexing import index_info

    info = index_info(options.index)
    for line in [info_json(info)] if as_json else info_lines(info):
        click.echo(line)


@click.command("doctor")
@click.pass_obj
def doctor_command(options: Options) -> None:
    """Check that the truth (corpus.db) and its caches agree, and mend the caches.

    \b
    Example:
      hoibao doctor
    """
    from retrieval.cli.progress import SyncProgress
    from retrieval.indexing import check_index

    with SyncProgress() as progress:
        before, after = check_index(options.index, report=progress.note, progress=progress)
    for problem in before:
        click.echo(f"found: {problem}")
    if after:
        raise HoiBaoError(f"could not be mended: {'; '.join(after)}; restore corpus.db from a backup, or sync anew")
    click.echo("caches were built anew; all agrees now" if before else "all agrees")
