"""Errors: defines those raised on purpose, with messages that say what to do next."""


class HoiBaoError(Exception):
    """Reports an error by a one-line message for the user; exit status 1."""


class UsageError(HoiBaoError):
    """Reports an invalid request, such as a bad date or a missing path; exit status 2."""


class ModelError(HoiBaoError):
    """Reports that the embedding model cannot be loaded or prepared."""


class ManifestError(HoiBaoError):
    """Reports that an index was built with another model, chunker or format."""


class IndexMissingError(HoiBaoError):
    """Reports that a folder holds no index."""


class IndexDamagedError(HoiBaoError):
    """Reports that the database (corpus.db) or the lexical cache of an index cannot be read."""


class IndexLockedError(HoiBaoError):
    """Reports that another process is writing to the index."""


class SourceError(HoiBaoError):
    """Reports a file, or a line of a file, that cannot be read as an article.

    Attributes:
        place: the file, or `file:line`.
        reason: the reason, in words.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
