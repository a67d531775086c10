"""Question words: the words and phrases with which a question asks, such as `ai`, `bao nhiêu`, `vì sao`."""

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
"""Question words and phrases, separated by `|`: an answer need not repeat them, so that search leaves them out."""

_QUESTION_WORD_AT_THE_END = "sao"
"""A question word only as the last token; elsewhere `sao` means a star."""

_AI_ACRONYM = re.compile(r"\bAI\b")


def question_word_flags(question: str) -> list[bool]:
    """Flags the tokens of a question that belong to question words spelt with their tones.

    Of a question in English, every token counts as one that is neither part of a name nor a number. `AI` in capitals is
    the acronym, not `ai`, unless the whole question is in capitals.
    """
    tokens = tokens_of(question, toned=True)
    flags = [False] * len(tokens)
    phrases = _phrases_by_first_token()
    for start, token in enumerate(tokens):
        for phrase in phrases.get(token, ()):
            if tokens[start : start + len(phrase)] == phrase:
                flags[start : start + len(phrase)] = [True] * len(phrase)
    if tokens[-1:] == [_QUESTION_WORD_AT_THE_END]:
        flags[-1] = True
    if is_english(question):  # only names and numbers can match articles in Vietnamese
        kept = {token for name in english_names(question) for token in tokens_of(name, toned=True)}
        flags = [token not in kept and not token[0].isdigit() for token in tokens]
    if _AI_ACRONYM.search(question) and not question.isupper():
        flags = [flag and token != "ai" for token, flag in zip(tokens, flags, strict=True)]
    return flags


@cache
def _phrases_by_first_token() -> Mapping[str, Sequence[list[str]]]:
    """Returns the tokens of all question words and phrases, grouped by first token."""
    phrases: defaultdict[str, list[list[str]]] = defaultdict(list)
    for words in QUESTION_WORDS.split("|"):
        phrase = tokens_of(words, toned=True)
        phrases[phrase[0]].append(phrase)
    return phrases
