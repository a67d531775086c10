"""Prepares the index that the judged questions of a BEIR folder are asked of."""

from __future__ import annotations

from pathlib import Path

from retrieval.cli.options import Options, resumable


def prepare_index(options: Options, folder: Path) -> Path:
    """Returns the index that the questions of a BEIR folder are asked of.

    An index that the options name is taken as it is; else the folder's own index, after syncing the folder's corpus.

    Raises:
        UsageError: the folder has no corpus.
        HoiBaoError: the sync failed or was interrupted.
    """
    from retrieval.cli.progress import SyncProgress
    from retrieval.evaluation import corpus_file, evaluation_index
    from retrieval.indexing import sync_index

    if options.index_is_given:
        return options.index
    index = evaluation_index(folder, options.model)
    with SyncProgress() as progress, resumable(index):
        sync_index(index, [corpus_file(folder)], model=options.model, report=progress.note, progress=progress)
    return index
