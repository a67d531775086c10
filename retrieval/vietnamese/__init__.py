"""Vietnamese text: normalises text, splits it into sentences and tokens, and reads dates and frequencies.

It takes the plain text of an article or a question, and returns normalised text, spans, tokens, index terms, flags and
dates. It depends on no index, no model and no file but its own data files. Every package above calls it.
"""

from __future__ import annotations

from retrieval.vietnamese.chat_language import ChatWord, chat_words
from retrieval.vietnamese.dates import event_date, parse_bound, reported_day
from retrieval.vietnamese.english import english_words, in_vietnamese
from retrieval.vietnamese.frequencies import (
    FREQUENCIES_FILE,
    MAX_PAIRED_SYLLABLES,
    NO_PAIR_KEY,
    PAIR_FREQUENCIES_FILE,
    CorpusFrequencies,
    DocumentFrequencies,
    SyllablePairFrequencies,
    SyllablePairKeys,
)
from retrieval.vietnamese.input_methods import diacritics, sorted_keystrokes, telex, vni
from retrieval.vietnamese.language_id import is_english
from retrieval.vietnamese.places import Place, PlaceKind, places_in
from retrieval.vietnamese.question_words import (
    ANSWER_TYPES,
    LAST_QUESTION_WORDS,
    AnswerType,
    asking_phrases,
    is_yes_no,
    question_phrases,
    question_word_flags,
)
from retrieval.vietnamese.sentences import is_in_list, split_lines, split_sentences
from retrieval.vietnamese.text import clean, could_be_syllable, fold, has_tones, syllable_spans, syllables, toneless
from retrieval.vietnamese.tokens import (
    ANALYZER_VERSION,
    abbreviation_words,
    abbreviations_in,
    bigrams,
    document_terms,
    number_terms,
    token_spans,
    tokens_by_field,
    tokens_of,
    with_bigrams,
)

__all__ = [
    "ANALYZER_VERSION",
    "ANSWER_TYPES",
    "FREQUENCIES_FILE",
    "LAST_QUESTION_WORDS",
    "MAX_PAIRED_SYLLABLES",
    "NO_PAIR_KEY",
    "PAIR_FREQUENCIES_FILE",
    "AnswerType",
    "ChatWord",
    "CorpusFrequencies",
    "DocumentFrequencies",
    "Place",
    "PlaceKind",
    "SyllablePairFrequencies",
    "SyllablePairKeys",
    "abbreviation_words",
    "abbreviations_in",
    "asking_phrases",
    "bigrams",
    "chat_words",
    "clean",
    "could_be_syllable",
    "diacritics",
    "document_terms",
    "english_words",
    "event_date",
    "fold",
    "has_tones",
    "in_vietnamese",
    "is_english",
    "is_in_list",
    "is_yes_no",
    "number_terms",
    "parse_bound",
    "places_in",
    "question_phrases",
    "question_word_flags",
    "reported_day",
    "sorted_keystrokes",
    "split_lines",
    "split_sentences",
    "syllable_spans",
    "syllables",
    "telex",
    "token_spans",
    "tokens_by_field",
    "tokens_of",
    "toneless",
    "vni",
    "with_bigrams",
]
