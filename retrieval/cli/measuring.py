"""Commands for the engineer: eval, tune."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

import click

from retrieval.cli.shared import Options, json_option, resumable
from retrieval.errors import UsageError


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
@json_option
@click.pass_obj
def evaluate(options: Options, folder: Path, queries: tuple[str, ...], run_out: Path | None, as_json: bool) -> None:
    """Measure retrieval and answers on a BEIR-style FOLDER: corpus.jsonl[.gz], queries*.jsonl, qrels*.tsv.

    The corpus is synced first into an index of its own, which is kept; with --index, that index is measured as it is.

    \b
    Example:
      hoibao eval path/to/newsqa --run-out run.trec
    """
    from retrieval import evaluation
    from retrieval.display import table
    from retrieval.progress import counter

    sets = evaluation.read_sets(folder, queries)
    if run_out and not run_out.parent.is_dir():
        raise UsageError(f"no folder {run_out.parent}/ to write {run_out.name} into")
    results = []
    measured = _measured(options, folder)
    for questions in sets:
        with counter(questions.name, len(questions.questions)) as step:
            results.append(evaluation.run(measured.index, measured.model, questions, step))
    for result in results:
        if run_out:
            path = run_out if len(results) == 1 else run_out.with_name(f"{result.name}.{run_out.name}")
            with path.open("w", encoding="utf-8") as file:
                evaluation.write_run(result, file)
    for line in evaluation.json_lines(results) if as_json else table(evaluation.rows(results)):
        click.echo(line)


def _measured(options: Options, folder: Path) -> Options:
    """The options with the index to measure: the one that was given, or the folder's own, synced."""
    from retrieval import evaluation, upkeep
    from retrieval.progress import SyncProgress

    if options.index_is_given:
        return options
    index = evaluation.index_of(folder, options.model)
    with SyncProgress() as progress, resumable(index):
        corpus = evaluation.corpus_of(folder)
        upkeep.sync(index, [corpus], model=options.model, report=progress.note, progress=progress)
    return replace(options, index=index)


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the fitted file.  [default: over the one that the package reads]",
)
@click.option(
    "--rarity",
    type=click.Path(path_type=Path),
    metavar="CORPUS",
    help="First count how rare syllables are over the articles of this newspaper corpus, into the package.",
)
@click.pass_obj
def tune(options: Options, folders: tuple[Path, ...], out: Path | None, rarity: Path | None) -> None:
    """Fit ranking, marking and abstaining to the judged questions of FOLDERS; writes the file that `ask` reads.

    FOLDERS are BEIR-style; one of them holds unanswerable questions too (queries without qrels). Every question counts
    with its tones and without, so a queries.toneless.jsonl is left out. The figures printed are out of fold.

    \b
    Example:
      hoibao tune path/to/newsqa path/to/xquad_vi
    """
    from retrieval import evaluation, evidence, fitted, tuning
    from retrieval.display import table
    from retrieval.progress import counter

    package = Path(str(resources.files("retrieval")))
    if rarity:
        (package / evidence.TABLE).write_bytes(tuning.rarity_table(rarity))
    studies = []
    for folder in folders:
        sets = [one for one in evaluation.read_sets(folder) if one.name != "queries.toneless.jsonl"]
        named = [replace(one, name=f"{folder.resolve().name}/{one.name}") for one in sets]
        index = _measured(options, folder).index
        studies.append(tuning.Study(index, (*named, *(tuning.without_tones(one) for one in named))))
    report = tuning.tune(studies, counter)
    path = out or package / fitted.FILE
    written = path.with_name(f".{path.name}.new")
    written.write_text(
        tuning.content(report, f"hoibao tune {' '.join(f.resolve().name for f in folders)}"), encoding="utf-8"
    )
    written.replace(path)
    # A row for each set: there are more sets than measures fit beside.
    for line in table([list(row) for row in zip(*evaluation.figures(report.measures), strict=True)]):
        click.echo(line)
    for name, value in report.figures.items():
        click.echo(f"{name}: {value:.3f}")
    click.echo(f"wrote {path}", err=True)
