"""What inline mode offers for a question: finished quotes, each a message of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.cards import Texts, answer_sentence, answer_text, shorten, title_label
from retrieval import Answer

MOST_RESULTS = 5
RESULT_TITLE_ROOM = 80
DESCRIPTION_ROOM = 160


def inline_results(answer: Answer, question: str, texts: Texts, today: dt.date) -> list[InlineQueryResultArticle]:
    """A result for each quote, best first; none where there is no answer.

    Args:
        answer: what was found.
        question: as typed.
        texts: the language of the person who types.
        today: the day on which it is read.
    """
    # What is sent says what was asked: nobody else has seen it typed.
    asking = replace(texts, read_as=texts.asked)
    found = []
    for number, quote in enumerate(answer.quotes[:MOST_RESULTS]):
        text = answer_text(replace(answer, quotes=(quote,), period=None, read_as=question), asking, today)
        no_preview = LinkPreviewOptions(is_disabled=True)
        content = InputTextMessageContent(text, ParseMode.HTML, link_preview_options=no_preview)
        sentence = shorten(answer_sentence(quote).of(quote.text), DESCRIPTION_ROOM)
        title = title_label(quote, texts, RESULT_TITLE_ROOM)
        found.append(InlineQueryResultArticle(str(number), title, content, description=sentence))
    return found
