"""The command that measures an index on judged questions: eval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retrieval.cli.evaluation_indexes import corpus_option, prepare_index
from retrieval.cli.options import Options, json_option
from retrieval.errors import UsageError

if TYPE_CHECKING:
    from retrieval.evaluation import Difference, QuestionSet, QuestionSetResult, TrecRun


@click.command("eval")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--queries",
    multiple=True,
    metavar="FILE",
    help="Only this file of FOLDER; may be given again.  [default: every queries*.jsonl]",
)
@corpus_option
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
    corpus: Path | None,
    run_out: Path | None,
    typos: bool,
    baseline: Path | None,
    report_path: Path | None,
    as_json: bool,
) -> None:
    """Measure retrieval and answers on a BEIR-style FOLDER: corpus.jsonl[.gz], queries*.jsonl, qrels*.tsv.

    The corpus is synced first into an index of its own, which is kept; with --index, that index is measured as it is.

    A FOLDER of chats (queries.jsonl that say what they expect, twins.jsonl, dialogues.jsonl, rumours.jsonl) has
    tables of its own, and takes --corpus, --report and --json only.

    \b
    Example:
      hoibao eval path/to/newsqa --run-out run.trec
      hoibao eval path/to/newsqa --baseline run.trec --report report.html
      hoibao eval path/to/chat --corpus path/to/corpus.jsonl.gz --report report.html
    """
    from retrieval.cli.progress import counting_bar
    from retrieval.evaluation import compare_runs, evaluate, is_chat_folder, read_question_sets, with_typos

    if is_chat_folder(folder):
        _refuse_of_chats({"--queries": queries, "--run-out": run_out, "--typos": typos, "--baseline": baseline})
        _evaluate_chats(options, folder, corpus, report_path, as_json=as_json)
        return
    question_sets = read_question_sets(folder, queries)
    if typos:
        question_sets += [with_typos(question_set) for question_set in question_sets]
    _check_outputs(run_out, report_path)
    baselines = _read_baselines(baseline, question_sets) if baseline else {}
    index = prepare_index(options, folder, corpus)
    results = evaluate(index, options.model, question_sets, counting_bar, options.reader)
    if run_out:
        _write_runs(run_out, results)
    if report_path:
        _write_report(report_path, results, index, options)
    differences = [
        (result.name, compare_runs(result, baselines[result.name])) for result in results if result.name in baselines
    ]
    for line in _json_lines(results, differences) if as_json else _text_lines(results, differences):
        click.echo(line)


def _refuse_of_chats(values: Mapping[str, object]) -> None:
    """Refuses the options that a chat folder does not take.

    Raises:
        UsageError: one of them is given.
    """
    for name, value in values.items():
        if value:
            raise UsageError(f"{name} is for BEIR folders, and this folder holds chats: leave {name} out")


def _evaluate_chats(
    options: Options, folder: Path, corpus: Path | None, report_path: Path | None, *, as_json: bool
) -> None:
    from retrieval.cli.progress import counting_bar
    from retrieval.cli.tables import table_lines
    from retrieval.evaluation import (
        ask_chats,
        chat_json_lines,
        chat_report_page,
        chat_table_rows,
        measure_chats,
        read_chat_sets,
    )

    sets = read_chat_sets(folder)
    _check_folder(report_path)
    replies = ask_chats(prepare_index(options, folder, corpus), options.model, sets, counting_bar, options.reader)
    if report_path:
        report_path.write_text(chat_report_page(replies), encoding="utf-8")
        click.echo(f"wrote {report_path}", err=True)
    tables = measure_chats(replies)
    text_lines = chain.from_iterable(chain(table_lines(chat_table_rows(table)), [""]) for table in tables)
    for line in chat_json_lines(tables) if as_json else text_lines:
        click.echo(line)


def _json_lines(
    results: Sequence[QuestionSetResult], differences: Sequence[tuple[str, Sequence[Difference]]]
) -> Iterable[str]:
    from retrieval.evaluation import difference_json_lines, measure_json_lines

    return chain(measure_json_lines(results), difference_json_lines(differences))


def _text_lines(
    results: Sequence[QuestionSetResult], differences: Sequence[tuple[str, Sequence[Difference]]]
) -> Iterable[str]:
    from retrieval.cli.tables import table_lines
    from retrieval.evaluation import difference_table, measure_table, slice_results, slice_table

    tables = [
        measure_table(results),
        *([slice_table(results)] if any(map(slice_results, results)) else []),
        *([difference_table(differences)] if differences else []),
    ]
    return chain.from_iterable(chain(table_lines(rows), [""]) for rows in tables)


def _check_outputs(run_out: Path | None, report_path: Path | None) -> None:
    """Checks, before hours of work, that their results can be written.

    Raises:
        UsageError: a folder is missing, or matplotlib.
    """
    from retrieval.evaluation import require_matplotlib

    for path in (run_out, report_path):
        _check_folder(path)
    if report_path:
        require_matplotlib()


def _check_folder(path: Path | None) -> None:
    if path and not path.parent.is_dir():
        raise UsageError(f"no folder {path.parent}/ to write {path.name} into")


def _run_path_of_set(path: Path, set_name: str) -> Path:
    """Returns the file of one set's run, where `path` stands for several runs."""
    return path.with_name(f"{set_name}.{path.name}")


def _read_baselines(path: Path, question_sets: Sequence[QuestionSet]) -> dict[str, TrecRun]:
    """Reads the baseline run of each question set.

    It is read from the set's own file where there is one, else from `path`.

    Raises:
        UsageError: no run ranks articles for any of the questions.
    """
    from retrieval.evaluation import ranks_any, read_run

    runs = {}
    for question_set in question_sets:
        own_path = _run_path_of_set(path, question_set.name)
        file = own_path if own_path.is_file() else path
        if file.is_file() and ranks_any(run := read_run(file), question_set):
            runs[question_set.name] = run
    if not runs:
        raise UsageError(f"no run of these questions in {path}, nor in {_run_path_of_set(path, question_sets[0].name)}")
    return runs


def _write_runs(path: Path, results: Sequence[QuestionSetResult]) -> None:
    """Writes a TREC run for each question set.

    A single run is written to `path`; of several, each to a file of its own.
    """
    from retrieval.evaluation import write_run

    for result in results:
        own_path = path if len(results) == 1 else _run_path_of_set(path, result.name)
        with own_path.open("w", encoding="utf-8") as file:
            write_run(result, file)


def _write_report(path: Path, results: Sequence[QuestionSetResult], index: Path, options: Options) -> None:
    from retrieval.evaluation import report_page
    from retrieval.service import QuestionAnswering

    with QuestionAnswering.open(index, model=options.model, reader=options.reader) as qa:
        path.write_text(report_page(results, qa.threshold, qa.article), encoding="utf-8")
    click.echo(f"wrote {path}", err=True)
