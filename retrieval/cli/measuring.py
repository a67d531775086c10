"""Commands for the engineer: eval, tune."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path

import click

from retrieval.cli.shared import Options, json_option, opened, resumable


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
    results = []
    with opened(_measured(options, folder)) as qa:
        for questions in sets:
            with counter(questions.name, len(questions.questions)) as step:
                results.append(evaluation.run(qa, questions, step))
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
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
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
def tune(options: Options, folder: Path, out: Path | None, rarity: Path | None) -> None:
    """Fit when to abstain from the judged questions of FOLDER, and write the small file that `ask` reads.

    FOLDER is BEIR-style, with queries.jsonl and queries.unanswerable.jsonl; every question counts with its tones and
    without. The figures printed are out of fold.

    \b
    Example:
      hoibao tune path/to/newsqa
    """
    from retrieval import confidence, evaluation, evidence, tuning
    from retrieval.progress import counter

    sets = evaluation.read_sets(folder, ["queries.jsonl", "queries.unanswerable.jsonl"])
    package = Path(str(resources.files("retrieval")))
    if rarity:
        (package / evidence.TABLE).write_bytes(tuning.rarity_table(rarity))
    outcomes: list[evaluation.Outcome] = []
    with opened(_measured(options, folder)) as qa:
        for questions in [*sets, *(tuning.without_tones(one) for one in sets)]:
            with counter(questions.name, len(questions.questions)) as step:
                outcomes += evaluation.run(qa, questions, step).outcomes
    fitted = tuning.fit(outcomes, f"hoibao tune {folder.resolve().name}")
    path = out or package / confidence.FILE
    path.write_text(fitted.content, encoding="utf-8")
    for name, value in fitted.figures.items():
        click.echo(f"{name}: {value:.3f}")
    click.echo(f"wrote {path}", err=True)
