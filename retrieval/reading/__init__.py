"""Reading: a small model reads question and passage together, and says whether and where the passage answers.

In come a question and passages with their articles' headlines; out comes a reading for each. Answering calls it; the
model is trained by `hoibao train reader`.
"""

from __future__ import annotations

from retrieval.reading.input import Part, ReaderInput, TokenizeWord, headline, lay_out
from retrieval.reading.preparation import READER_FILE, open_reader
from retrieval.reading.reader import PassageText, Reader, Reading

__all__ = [
    "READER_FILE",
    "Part",
    "PassageText",
    "Reader",
    "ReaderInput",
    "Reading",
    "TokenizeWord",
    "headline",
    "lay_out",
    "open_reader",
]
