"""The words that a Vietnamese question asks with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from retrieval.vietnamese.language_id import english_names, is_english
from retrieval.vietnamese.tokens import tokens_of

QUESTION_WORDS = (
    "là gì|như thế nào|thế nào|bao nhiêu|vì sao|tại sao|khi nào|ở đâu|những gì|điều gì|cái gì|ra sao|làm sao|là ai"
    "|hay không|bao lâu|bao giờ|lúc nào|bằng cách nào|gì|nào|ai|đâu|mấy"
)
"""What a question asks with: an answer need not repeat it, so that it is neither searched for nor weighed."""

_ASKS_AT_THE_END = "sao"
"""Elsewhere it is a star."""

_INTELLIGENCE = re.compile(r"\bAI\b")


def question_word_flags(question: str) -> list[bool]:
    """For each token of a question, whether it belongs to a word that asks, spelt with its tones.

    In English, every word does that is no name.
    """
    tokens = tokens_of(question, toned=True)
    flags = [False] * len(tokens)
    phrases = _question_phrases()
    for start, token in enumerate(tokens):
        for phrase in phrases.get(token, ()):
            if tokens[start : start + len(phrase)] == phrase:
                flags[start : start + len(phrase)] = [True] * len(phrase)
    if tokens[-1:] == [_ASKS_AT_THE_END]:
        flags[-1] = True
    if is_english(question):  # names and numbers are what articles in Vietnamese share with it
        shared = {token for name in english_names(question) for token in tokens_of(name, toned=True)}
        flags = [token not in shared and not token[0].isdigit() for token in tokens]
    if _INTELLIGENCE.search(question) and not question.isupper():
        flags = [idle and token != "ai" for token, idle in zip(tokens, flags, strict=True)]
    return flags


@cache
def _question_phrases() -> Mapping[str, Sequence[list[str]]]:
    """By their first syllable."""
    found: defaultdict[str, list[list[str]]] = defaultdict(list)
    for words in QUESTION_WORDS.split("|"):
        phrase = tokens_of(words, toned=True)
        found[phrase[0]].append(phrase)
    return found
