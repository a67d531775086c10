"""Prepares the index that the judged questions of a folder are asked of."""

from __future__ import annotations

from pathlib import Path

import click

from retrieval.cli.options import Options, resumable

corpus_option = click.option(
    "--corpus",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The corpus, for a folder without one of its own; of either, only the articles in a corpus_ids.txt are taken.",
)


def prepare_index(options: Options, folder: Path, corpus: Path | None = None) -> Path:
    """Returns the index that the questions of a folder are asked of.

    An index that the options name is taken as it is; else the folder's own index, after syncing the folder's corpus.

    Args:
        options: the global options.
        folder: a BEIR folder or a chat folder.
        corpus: the corpus of a folder that has none.

    Raises:
        UsageError: the folder has no corpus, or the corpus lacks articles that the folder lists.
        HoiBaoError: the sync failed or was interrupted.
    """
    from retrieval.cli.progress import SyncProgress
    from retrieval.evaluation import corpus_file, evaluation_index, restricted_corpus
    from retrieval.indexing import sync_index

    if options.index_is_given:
        return options.index
    file = corpus_file(folder, corpus)
    index = evaluation_index(folder, options.model, file)
    path = restricted_corpus(folder, file, index)
    with SyncProgress() as progress, resumable(index):
        sync_index(index, [path], model=options.model, report=progress.note, progress=progress)
    return index
