"""The commands that train networks on questions: train reader, train encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from retrieval.cli.options import Options, print_status, resumable

if TYPE_CHECKING:
    from retrieval.training import Network, TrainingQuestion, TrainingSettings

_Command = TypeVar("_Command", bound=Callable[..., Any])


def _training_options(command: _Command) -> _Command:
    """Adds what both commands take."""
    for option in (
        click.option("--seed", type=click.IntRange(min=0), help="Another seed gives other weights.  [default: 0]"),
        click.option("--rows", type=click.IntRange(min=1), help="Rows to train on.  [default: 60000]"),
        click.option(
            "--corpus",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Articles that the questions name; may be given again.  [default: the index]",
        ),
        click.option(
            "-o",
            "--out",
            required=True,
            type=click.Path(path_type=Path, file_okay=False),
            help="Folder for what is trained; it also keeps what a stopped training has done.",
        ),
        click.argument("data", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)),
    ):
        command = option(command)
    return command


@click.group("train")
def train_group() -> None:
    """Train the reader, or the encoder, on your own questions.

    \b
    Example:
      hoibao train reader questions.jsonl -o my-reader --corpus path/to/news.jsonl.gz
    """


@train_group.command("reader")
@_training_options
@click.pass_obj
def reader_command(
    options: Options, data: tuple[Path, ...], out: Path, corpus: tuple[Path, ...], rows: int | None, seed: int | None
) -> None:
    """Train a reader on the questions in DATA, which are JSON lines; writes OUT/reader.npz and OUT/reader.json.

    The reader says whether and where a passage answers. Its passages are searched for in the index, or, with --corpus,
    in an index of the articles that the questions name. Training takes hours on a processor. Ctrl-C stops it; the same
    command goes on.

    \b
    Example:
      hoibao train reader questions.jsonl -o my-reader --corpus path/to/news.jsonl.gz
    """
    from retrieval.training import READER_SETTINGS, Network

    if _train(Network.READER, options, data, out, corpus, _settings(READER_SETTINGS, rows, seed)):
        print_status(f"wrote {out}/reader.npz: `hoibao --reader {out}/reader.npz ask …` reads with it")


@train_group.command("encoder")
@_training_options
@click.pass_obj
def encoder_command(
    options: Options, data: tuple[Path, ...], out: Path, corpus: tuple[Path, ...], rows: int | None, seed: int | None
) -> None:
    """Fine-tune the bundled encoder on the questions in DATA, which are JSON lines; writes the folder OUT/model.

    The encoder learns to place a question nearer to the passage that answers it than to others that search ranks high.
    An index has to be rebuilt with the new model. Ctrl-C stops the training; the same command goes on.

    \b
    Example:
      hoibao train encoder questions.jsonl -o my-encoder --corpus path/to/news.jsonl.gz
      hoibao --model my-encoder/model rebuild
    """
    from retrieval.training import ENCODER_SETTINGS, Network

    if _train(Network.ENCODER, options, data, out, corpus, _settings(ENCODER_SETTINGS, rows, seed)):
        print_status(f"wrote {out}/model: `hoibao --model {out}/model rebuild` encodes the index with it")


def _settings(settings: TrainingSettings, rows: int | None, seed: int | None) -> TrainingSettings:
    return replace(settings, rows=settings.rows if rows is None else rows, seed=settings.seed if seed is None else seed)


def _train(
    network: Network,
    options: Options,
    data: Sequence[Path],
    out: Path,
    corpus: Sequence[Path],
    settings: TrainingSettings,
) -> bool:
    """Trains, and prints the figures; returns False if that was done before."""
    from retrieval.cli.progress import counting_bar
    from retrieval.training import (
        TrainingFolder,
        file_hashes,
        gather_material,
        read_training_questions,
        require_libraries,
        train_network,
    )

    require_libraries(network.libraries)
    questions = read_training_questions(data)
    command = recorded_command(network, data, corpus, settings)
    folder = TrainingFolder(out, network, command, settings, file_hashes(data))
    folder.open()
    if folder.is_finished():
        print_status(f"{out}/ is finished: nothing to do")
        return False
    with resumable(out):
        index = _training_index(options, questions, corpus, out)
        material = gather_material(index, options.model, questions, out, counting_bar, print_status)
        outcome = train_network(network, material, folder, print_status)
    click.echo(f"rows: {outcome.rows}")
    click.echo(f"held-out rows: {outcome.held_out_rows}")
    for name, value in outcome.figures.items():
        click.echo(f"{name}: {value:.4f}")
    return True


def _training_index(options: Options, questions: Sequence[TrainingQuestion], corpus: Sequence[Path], out: Path) -> Path:
    """Returns the index to search: the one that the options name, or that of the corpus' articles."""
    from retrieval.cli.progress import SyncProgress
    from retrieval.indexing import sync_index
    from retrieval.training import names_articles, write_named_articles

    if not (corpus and names_articles(questions)):
        return options.index
    index, articles = out / "index", out / "corpus.jsonl"
    write_named_articles(corpus, questions, articles)
    with SyncProgress() as progress:
        sync_index(index, [articles], model=options.model, report=progress.note, progress=progress)
    return index


def recorded_command(network: Network, data: Sequence[Path], corpus: Sequence[Path], settings: TrainingSettings) -> str:
    """Returns the command as the record notes it: files by their names, without their folders."""
    names = [path.name for path in data]
    options = [f"--corpus {path.name}" for path in corpus]
    return " ".join(["hoibao train", network, *names, *options, f"--rows {settings.rows}", f"--seed {settings.seed}"])
