"""The command that fits the models on judged questions: tune."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from retrieval.cli.evaluation_indexes import corpus_option, prepare_index
from retrieval.cli.options import Options
from retrieval.errors import UsageError

if TYPE_CHECKING:
    from retrieval.evaluation import QuestionSet
    from retrieval.training import JudgedCorpus

TONELESS_SET = "queries.toneless.jsonl"
"""A question set that is skipped, since every set is asked without tones anyway."""


@click.command("tune")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--abstaining",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Fit abstaining to the questions of this folder too, but nothing else; may be given again.",
)
@corpus_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the fitted file.  [default: over the one that the package reads]",
)
@click.option(
    "--sample",
    type=click.IntRange(min=50),
    metavar="N",
    help="Fit to at most N questions of each set, evenly spread: with a reader, a thousand questions take minutes.",
)
@click.option(
    "--rarity",
    type=click.Path(path_type=Path),
    metavar="CORPUS",
    help="First count over the articles of this newspaper corpus how often syllables, and pairs of them, occur.",
)
@click.pass_obj
def tune_command(
    options: Options,
    folders: tuple[Path, ...],
    abstaining: tuple[Path, ...],
    corpus: Path | None,
    out: Path | None,
    sample: int | None,
    rarity: Path | None,
) -> None:
    """Fit ranking, marking and abstaining to the judged questions of FOLDERS; writes the file that `ask` reads.

    FOLDERS are BEIR-style, or hold chats: of these, the messages that expect an answer or none, and the pairs, are
    questions. Every question counts with its tones and without, so a queries.toneless.jsonl is left out.
    Passages and marking are fitted where questions have answer strings; else they stay as they are. Each question is
    asked without its right articles too, which is to be refused; the threshold is chosen for the folders that hold
    unanswerable questions (those without qrels) and answer strings, if any does. The figures printed are out of fold.

    \b
    Example:
      hoibao tune path/to/newsqa path/to/xquad_vi path/to/dated --abstaining path/to/events
    """
    from retrieval.cli.progress import counting_bar
    from retrieval.cli.tables import table_lines
    from retrieval.evaluation import figure_table
    from retrieval.search import FITTED_FILE
    from retrieval.store import replace_file
    from retrieval.training import fitted_file_content, tune

    if rarity:
        write_frequency_tables(rarity, _package_folder("retrieval.vietnamese"))
    resolved = [folder.resolve() for folder in (*folders, *abstaining)]
    if len(set(resolved)) < len(resolved):
        raise UsageError("a folder is given twice: its questions would count double")
    corpora = [
        _judged_corpus(options, folder, corpus, sample, confidence_only=number >= len(folders))
        for number, folder in enumerate(resolved)
    ]
    report = tune(corpora, counting_bar, options.reader)
    path = out or _package_folder("retrieval.search") / FITTED_FILE
    content = fitted_file_content(report, noted_command(resolved, len(folders), corpus, sample)).encode()
    replace_file(path, partial(_write, content))
    # One row for each question set: so many columns would not fit on a screen.
    for line in table_lines([list(row) for row in zip(*figure_table(report.measures), strict=True)]):
        click.echo(line)
    for name, value in report.figures.items():
        click.echo(f"{name}: {value:.3f}")
    if report.unchanged:
        click.echo(f"left as it was, for want of questions that tell of it: {', '.join(report.unchanged)}")
    click.echo(f"wrote {path}", err=True)


def _judged_corpus(
    options: Options, folder: Path, corpus: Path | None, sample: int | None, *, confidence_only: bool
) -> JudgedCorpus:
    """Reads a folder's question sets, each also without tones, and prepares its index."""
    from retrieval.evaluation import without_tones
    from retrieval.training import JudgedCorpus

    question_sets = [
        replace(_sampled(question_set, sample), name=f"{folder.name}/{question_set.name}")
        for question_set in _question_sets(folder)
        if question_set.name != TONELESS_SET
    ]
    toneless_sets = [without_tones(question_set) for question_set in question_sets]
    return JudgedCorpus(prepare_index(options, folder, corpus), (*question_sets, *toneless_sets), confidence_only)


def _sampled(question_set: QuestionSet, most: int | None) -> QuestionSet:
    step = -(-len(question_set.questions) // most) if most else 1
    return replace(question_set, questions=question_set.questions[::step])


def _question_sets(folder: Path) -> Sequence[QuestionSet]:
    from retrieval.evaluation import chat_question_sets, is_chat_folder, read_chat_sets, read_question_sets

    return chat_question_sets(read_chat_sets(folder)) if is_chat_folder(folder) else read_question_sets(folder)


def noted_command(folders: Sequence[Path], ranking_folders: int, corpus: Path | None, sample: int | None = None) -> str:
    """Returns the command as the fitted file notes it.

    The confidence alone is fitted on the folders after the first `ranking_folders`.
    """
    names = [folder.name for folder in folders]
    options = [f"--abstaining {name}" for name in names[ranking_folders:]]
    if corpus:
        options.append(f"--corpus {corpus.resolve().parent.name}/{corpus.name}")
    if sample:
        options.append(f"--sample {sample}")
    return " ".join(["hoibao tune", *names[:ranking_folders], *options])


def _package_folder(name: str) -> Path:
    """Returns the folder of a package, which holds the files that ship with it."""
    return Path(str(resources.files(name)))


def write_frequency_tables(corpus: Path, package: Path) -> None:
    """Counts syllables and pairs of a newspaper corpus, and writes both tables into the package."""
    from retrieval.cli.progress import counting_bar
    from retrieval.store import replacing_file
    from retrieval.training import article_texts, count_pairs, count_syllables
    from retrieval.vietnamese import FREQUENCIES_FILE, PAIR_FREQUENCIES_FILE

    with counting_bar("counting syllables", None, "articles") as advance:
        table = count_syllables(article_texts(corpus, advance))
    with counting_bar("counting pairs", table.articles, "articles") as advance:
        pairs = count_pairs(article_texts(corpus, advance), table)
    # The table of pairs numbers the syllables of the other table, so both are written before either replaces a file.
    contents = {FREQUENCIES_FILE: gzip.compress(table.table().encode(), mtime=0), PAIR_FREQUENCIES_FILE: pairs}
    with ExitStack() as replacements:
        for name, content in contents.items():
            replacements.enter_context(replacing_file(package / name, partial(_write, content)))


def _write(content: bytes, file: IO[bytes]) -> None:
    file.write(content)
