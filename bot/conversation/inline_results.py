"""Inline results: finished quotes for a question, each a message of its own."""

from __future__ import annotations

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.cards import Reader, answer_sentence, quote_text, shorten, title_label
from retrieval import Answer

MOST_RESULTS = 5
RESULT_TITLE_ROOM = 80
DESCRIPTION_ROOM = 160


def inline_results(answer: Answer, question: str, reader: Reader) -> list[InlineQueryResultArticle]:
    """Makes a result of each quote, best first; none where the answer abstains.

    Args:
        answer: the answer, whose quotes are offered.
        question: the question as typed.
        reader: the person who types.
    """
    results = []
    for number, quote in enumerate(answer.quotes[:MOST_RESULTS]):
        # The others in the chat have not seen the question typed, so each message repeats it.
        text = quote_text(quote, question, reader)
        no_preview = LinkPreviewOptions(is_disabled=True)
        content = InputTextMessageContent(text, ParseMode.HTML, link_preview_options=no_preview)
        sentence = shorten(answer_sentence(quote).of(quote.text), DESCRIPTION_ROOM)
        title = title_label(quote, reader.texts, RESULT_TITLE_ROOM)
        results.append(InlineQueryResultArticle(str(number), title, content, description=sentence))
    return results
