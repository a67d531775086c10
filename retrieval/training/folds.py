"""Splits judged questions into folds for cross-validation."""

from __future__ import annotations

import zlib

from retrieval.evaluation import JudgedQuestion

FOLDS = 5


def fold_of(question: JudgedQuestion) -> int:
    """Returns the number of a question's fold, 0 to FOLDS - 1.

    Questions with the same first relevant article share a fold, and so do the variations of one question: neither may
    be in the training data of the other. A question with a `fold_key` shares the fold of what the key names.
    """
    key = question.fold_key or min(question.relevant, default=question.id)
    return zlib.crc32(key.encode()) % FOLDS
