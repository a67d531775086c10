"""HỏiBáo's retrieval: from a corpus of Vietnamese news articles to verbatim, sourced answers."""

__version__ = "0.1.0"
