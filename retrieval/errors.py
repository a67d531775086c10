"""The errors that the project raises on purpose; each message says what was seen and what to do next."""


class HoiBaoError(Exception):
    """Any failure with a one-line message for the person at the keyboard (exit status 1)."""


class UsageError(HoiBaoError):
    """What was asked for makes no sense as asked: a bad date, a path that does not exist (exit status 2)."""


class ModelError(HoiBaoError):
    """The embedding model cannot be loaded or prepared."""


class ManifestError(HoiBaoError):
    """The index was built by another model, chunker or format than the one that opens it."""


class IndexMissingError(HoiBaoError):
    """There is no index in the folder."""


class IndexDamagedError(HoiBaoError):
    """The truth (corpus.db) cannot be read."""


class IndexLockedError(HoiBaoError):
    """Another process is writing to the index."""


class SourceError(HoiBaoError):
    """A file or a line of it cannot be read as an article.

    Attributes:
        place: the file, or `file:line`.
        reason: why, in words.
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
