"""Commands for the engineer: eval, tune."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retrieval.cli.shared import Options, json_option, resumable
from retrieval.errors import UsageError

if TYPE_CHECKING:
    from retrieval.evaluation import QuestionSet, Result, TrecRun


@click.command("eval")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--queries",
    multiple=True,
    metavar="FILE",
    help="Only this file of FOLDER; may be given again.  [default: every queries*.jsonl]",
)
@click.option(
    "--run-out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rankings as a TREC run; of more sets than one, to a file each.",
)
@click.option("--typos", is_flag=True, help="Ask each set once more with a slip of the keyboard in every question.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with the runs that --run-out wrote before, by the same name; tells a difference from chance.",
)
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write a page with plots, and what was found instead for every lost question.",
)
@json_option
@click.pass_obj
def eval_command(
    options: Options,
    folder: Path,
    queries: tuple[str, ...],
    run_out: Path | None,
    typos: bool,
    baseline: Path | None,
    report_path: Path | None,
    as_json: bool,
) -> None:
    """Measure retrieval and answers on a BEIR-style FOLDER: corpus.jsonl[.gz], queries*.jsonl, qrels*.tsv.

    The corpus is synced first into an index of its own, which is kept; with --index, that index is measured as it is.

    \b
    Example:
      hoibao eval path/to/newsqa --run-out run.trec
      hoibao eval path/to/newsqa --baseline run.trec --report report.html
    """
    from retrieval.cli.display import table
    from retrieval.cli.progress import counter
    from retrieval.evaluation import (
        compare_runs,
        difference_json_lines,
        difference_table,
        measure_json_lines,
        measure_table,
        read_sets,
        run,
        slice_table,
        sliced,
        with_typos,
        write_run,
    )

    sets = read_sets(folder, queries)
    if typos:
        sets += [with_typos(one) for one in sets]
    _check_places(run_out, report_path)
    baselines = _baselines(baseline, sets) if baseline else {}
    measured = _measured(options, folder)
    results = run(measured.index, measured.model, sets, counter)
    if run_out:
        for result in results:
            with _of_set(run_out, result.name, len(results)).open("w", encoding="utf-8") as file:
                write_run(result, file)
    if report_path:
        _write_report(report_path, results, measured)
    compared = [(one.name, compare_runs(one, baselines[one.name])) for one in results if one.name in baselines]
    if as_json:
        lines = chain(measure_json_lines(results), difference_json_lines(compared))
    else:
        tables = [
            measure_table(results),
            *([slice_table(results)] if any(map(sliced, results)) else []),
            *([difference_table(compared)] if compared else []),
        ]
        lines = chain.from_iterable(chain(table(rows), [""]) for rows in tables)
    for line in lines:
        click.echo(line)


def _baselines(path: Path, sets: Sequence[QuestionSet]) -> dict[str, TrecRun]:
    """For each set the run to compare with, from the file that `--run-out` writes for it or from the one named."""
    from retrieval.evaluation import covers, read_run

    found = {}
    for one in sets:
        own = _of_set(path, one.name, 2)
        if (own.is_file() or path.is_file()) and covers(run := read_run(own if own.is_file() else path), one):
            found[one.name] = run
    if not found:
        raise UsageError(f"no run of these questions in {path}, nor in {_of_set(path, sets[0].name, 2)}")
    return found


def _check_places(run_out: Path | None, report_path: Path | None) -> None:
    """Before hours of work: whether their results can be written."""
    from retrieval.evaluation import check

    for path in (run_out, report_path):
        if path and not path.parent.is_dir():
            raise UsageError(f"no folder {path.parent}/ to write {path.name} into")
    if report_path:
        check()


def _of_set(path: Path, name: str, sets: int) -> Path:
    """Where the run of one of several question sets is."""
    return path if sets == 1 else path.with_name(f"{name}.{path.name}")


def _write_report(path: Path, results: Sequence[Result], measured: Options) -> None:
    from retrieval.evaluation import page
    from retrieval.search import FittedModels
    from retrieval.service import QuestionAnswering

    with QuestionAnswering.open(measured.index, model=measured.model) as qa:
        path.write_text(page(results, FittedModels.load().threshold, qa.article), encoding="utf-8")
    click.echo(f"wrote {path}", err=True)


def _measured(options: Options, folder: Path) -> Options:
    """The options with the index to measure: the one that was given, or the folder's own, synced."""
    from retrieval.cli.progress import SyncProgress
    from retrieval.evaluation import corpus_of, index_of
    from retrieval.indexing import sync_index

    if options.index_is_given:
        return options
    index = index_of(folder, options.model)
    with SyncProgress() as progress, resumable(index):
        corpus = corpus_of(folder)
        sync_index(index, [corpus], model=options.model, report=progress.note, progress=progress)
    return replace(options, index=index)


@click.command("tune")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--abstaining",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Fit abstaining to the questions of this folder too, but nothing else; may be given again.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the fitted file.  [default: over the one that the package reads]",
)
@click.option(
    "--rarity",
    type=click.Path(path_type=Path),
    metavar="CORPUS",
    help="First count over the articles of this newspaper corpus how often syllables, and pairs of them, occur.",
)
@click.pass_obj
def tune_command(
    options: Options, folders: tuple[Path, ...], abstaining: tuple[Path, ...], out: Path | None, rarity: Path | None
) -> None:
    """Fit ranking, marking and abstaining to the judged questions of FOLDERS; writes the file that `ask` reads.

    FOLDERS are BEIR-style. Every question counts with its tones and without, so a queries.toneless.jsonl is left out.
    Passages and marking are fitted where questions have answer strings; else they stay as they are. Each question is
    asked without its right articles too, which is to be refused; the threshold is chosen for the folders that hold
    unanswerable questions (those without qrels) and answer strings, if any does. The figures printed are out of fold.

    \b
    Example:
      hoibao tune path/to/newsqa path/to/xquad_vi path/to/dated --abstaining path/to/events
    """
    from retrieval.cli.display import table
    from retrieval.cli.progress import counter
    from retrieval.evaluation import figure_table, read_sets, without_tones
    from retrieval.search import FITTED_FILE
    from retrieval.training import Study, content, tune

    if rarity:
        _count(rarity, _package("retrieval.vietnamese"))
    every = [folder.resolve() for folder in (*folders, *abstaining)]
    if len(set(every)) < len(every):
        raise UsageError("a folder is given twice: its questions would count double")
    studies = []
    for number, folder in enumerate(every):
        sets = [one for one in read_sets(folder) if one.name != "queries.toneless.jsonl"]
        named = [replace(one, name=f"{folder.name}/{one.name}") for one in sets]
        index = _measured(options, folder).index
        twins = (without_tones(one) for one in named)
        studies.append(Study(index, (*named, *twins), for_abstaining_alone=number >= len(folders)))
    report = tune(studies, counter)
    path = out or _package("retrieval.search") / FITTED_FILE
    written = path.with_name(f".{path.name}.new")
    names = [folder.name for folder in every]
    words = ["hoibao tune", *names[: len(folders)], *(f"--abstaining {name}" for name in names[len(folders) :])]
    written.write_text(content(report, " ".join(words)), encoding="utf-8")
    written.replace(path)
    # A row for each set: there are more sets than measures fit beside.
    for line in table([list(row) for row in zip(*figure_table(report.measures), strict=True)]):
        click.echo(line)
    for name, value in report.figures.items():
        click.echo(f"{name}: {value:.3f}")
    if report.kept:
        click.echo(f"left as it was, for want of questions that tell of it: {', '.join(report.kept)}")
    click.echo(f"wrote {path}", err=True)


def _package(name: str) -> Path:
    """The folder of a package, for the files that ship with it."""
    return Path(str(resources.files(name)))


def _count(corpus: Path, package: Path) -> None:
    """Write the tables of how often syllables and pairs of them occur into the package."""
    from retrieval.cli.progress import counter
    from retrieval.question import PAIRS
    from retrieval.training import articles_of, count_pairs, count_syllables
    from retrieval.vietnamese import FREQUENCIES_FILE

    with counter("counting syllables", None, "articles") as step:
        rarity = count_syllables(articles_of(corpus, step))
    with counter("counting pairs", rarity.articles, "articles") as step:
        pairs = count_pairs(articles_of(corpus, step), rarity)
    # Both aside first: the second is numbered by the first.
    contents = {FREQUENCIES_FILE: gzip.compress(rarity.table().encode(), mtime=0), PAIRS: pairs}
    for name, content in contents.items():
        (package / f".{name}.new").write_bytes(content)
    for name in contents:
        (package / f".{name}.new").replace(package / name)
