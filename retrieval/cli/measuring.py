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
    from retrieval.comparison import Run
    from retrieval.evaluation import Result
    from retrieval.judgements import QuestionSet


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
def evaluate(
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
    from retrieval import comparison, evaluation, judgements
    from retrieval.display import table
    from retrieval.progress import counter

    sets = judgements.read_sets(folder, queries)
    if typos:
        sets += [judgements.with_typos(one) for one in sets]
    _check_places(run_out, report_path)
    baselines = _baselines(baseline, sets) if baseline else {}
    measured = _measured(options, folder)
    results = evaluation.run(measured.index, measured.model, sets, counter)
    if run_out:
        for result in results:
            with _of_set(run_out, result.name, len(results)).open("w", encoding="utf-8") as file:
                evaluation.write_run(result, file)
    if report_path:
        _write_report(report_path, results, measured)
    compared = [(one.name, comparison.compare(one, baselines[one.name])) for one in results if one.name in baselines]
    if as_json:
        lines = chain(evaluation.json_lines(results), comparison.json_lines(compared))
    else:
        tables = [
            evaluation.rows(results),
            *([evaluation.slices(results)] if any(map(evaluation.sliced, results)) else []),
            *([comparison.rows(compared)] if compared else []),
        ]
        lines = chain.from_iterable(chain(table(rows), [""]) for rows in tables)
    for line in lines:
        click.echo(line)


def _baselines(path: Path, sets: Sequence[QuestionSet]) -> dict[str, Run]:
    """For each set the run to compare with, from the file that `--run-out` writes for it or from the one named."""
    from retrieval.comparison import covers, read_run

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
    from retrieval import report

    for path in (run_out, report_path):
        if path and not path.parent.is_dir():
            raise UsageError(f"no folder {path.parent}/ to write {path.name} into")
    if report_path:
        report.check()


def _of_set(path: Path, name: str, sets: int) -> Path:
    """Where the run of one of several question sets is."""
    return path if sets == 1 else path.with_name(f"{name}.{path.name}")


def _write_report(path: Path, results: Sequence[Result], measured: Options) -> None:
    from retrieval import report
    from retrieval.fitted import Fitted
    from retrieval.service import QuestionAnswering

    with QuestionAnswering.open(measured.index, model=measured.model) as qa:
        path.write_text(report.page(results, Fitted.load().threshold, qa.article), encoding="utf-8")
    click.echo(f"wrote {path}", err=True)


def _measured(options: Options, folder: Path) -> Options:
    """The options with the index to measure: the one that was given, or the folder's own, synced."""
    from retrieval import evaluation, judgements, upkeep
    from retrieval.progress import SyncProgress

    if options.index_is_given:
        return options
    index = evaluation.index_of(folder, options.model)
    with SyncProgress() as progress, resumable(index):
        corpus = judgements.corpus_of(folder)
        upkeep.sync(index, [corpus], model=options.model, report=progress.note, progress=progress)
    return replace(options, index=index)


@click.command()
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
def tune(
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
    from retrieval import evaluation, fitted, judgements, tuning
    from retrieval.display import table
    from retrieval.progress import counter

    package = Path(str(resources.files("retrieval")))
    if rarity:
        _count(rarity, package)
    every = [folder.resolve() for folder in (*folders, *abstaining)]
    if len(set(every)) < len(every):
        raise UsageError("a folder is given twice: its questions would count double")
    studies = []
    for number, folder in enumerate(every):
        sets = [one for one in judgements.read_sets(folder) if one.name != "queries.toneless.jsonl"]
        named = [replace(one, name=f"{folder.name}/{one.name}") for one in sets]
        index = _measured(options, folder).index
        twins = (judgements.without_tones(one) for one in named)
        studies.append(tuning.Study(index, (*named, *twins), for_abstaining_alone=number >= len(folders)))
    report = tuning.tune(studies, counter)
    path = out or package / fitted.FILE
    written = path.with_name(f".{path.name}.new")
    names = [folder.name for folder in every]
    words = ["hoibao tune", *names[: len(folders)], *(f"--abstaining {name}" for name in names[len(folders) :])]
    written.write_text(tuning.content(report, " ".join(words)), encoding="utf-8")
    written.replace(path)
    # A row for each set: there are more sets than measures fit beside.
    for line in table([list(row) for row in zip(*evaluation.figures(report.measures), strict=True)]):
        click.echo(line)
    for name, value in report.figures.items():
        click.echo(f"{name}: {value:.3f}")
    if report.kept:
        click.echo(f"left as it was, for want of questions that tell of it: {', '.join(report.kept)}")
    click.echo(f"wrote {path}", err=True)


def _count(corpus: Path, package: Path) -> None:
    """Write the tables of how often syllables and pairs of them occur into the package."""
    from retrieval import counting, evidence, spelling
    from retrieval.progress import counter

    with counter("counting syllables", None, "articles") as step:
        rarity = counting.count_syllables(counting.articles_of(corpus, step))
    with counter("counting pairs", rarity.articles, "articles") as step:
        pairs = counting.count_pairs(counting.articles_of(corpus, step), rarity)
    # Both aside first: the second is numbered by the first.
    contents = {evidence.TABLE: gzip.compress(rarity.table().encode(), mtime=0), spelling.PAIRS: pairs}
    for name, content in contents.items():
        (package / f".{name}.new").write_bytes(content)
    for name in contents:
        (package / f".{name}.new").replace(package / name)
