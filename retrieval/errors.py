"""The errors that the project raises on purpose; each message says what is wrong and what to do next."""


class HoiBaoError(Exception):
    """Base of all errors with a one-line message for the user; the command line exits with status 1."""


class UsageError(HoiBaoError):
    """The request is invalid: a bad date, a path that does not exist; the command line exits with status 2."""


class ModelError(HoiBaoError):
    """The embedding model cannot be loaded or prepared."""


class ManifestError(HoiBaoError):
    """The index was built with another model, chunker or format than the one that opens it."""


class IndexMissingError(HoiBaoError):
    """The folder holds no index."""


class IndexDamagedError(HoiBaoError):
    """The database of the index (corpus.db) cannot be read."""


class IndexLockedError(HoiBaoError):
    """Another process is writing to the index."""


class SourceError(HoiBaoError):
    """A file, or a line of a file, cannot be read as an article.

    Attributes:
        place: the file, or `file:line`.
        reason: the reason, in words.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
