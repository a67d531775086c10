"""The English texts."""

from __future__ import annotations

from bot.texts.kinds import LONGEST_QUESTION, Texts

_LONGEST = f"{LONGEST_QUESTION:,}"

ENGLISH = Texts(
    commands={
        "hoi": "Ask the newspaper, e.g. /hoi Ai dự buổi làm việc?",
        "moi": "Start afresh: forget the question before",
        "help": "How to ask and how to read an answer",
        "start": "What HỏiBáo is",
    },
    start="""\
Hello! I am <b>HỏiBáo</b>, “ask the newspaper” 📰

Send me a question, best in Vietnamese: I look it up in Vietnamese news and reply with passages quoted word for word, \
with title, source and date. I never make up an answer: if the news I hold does not tell, I say so.

For example: <i>Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?</i>

/help tells how to ask well.""",
    help=f"""\
<b>How to ask</b>
• One complete question a message, as concrete as you can: who, what, where, when.
• A question may have {_LONGEST} characters. Vietnamese with its tone marks is found best.
• I read text and captions; I cannot hear voice messages or see pictures.
• To change a question, send a new message: I do not answer edited ones again.
• In a group: use /hoi with a question, mention me, or reply to one of my messages.

<b>How to read an answer</b>
• What stands in a block is the article word for word; the sentence in <b>bold</b> is closest to your question.
• “…” around a block means that the passage was shortened to fit.
• Tap a title to read the article, where its address is known.
• When I am not sure, I say that I found nothing, and name a few articles that come near.""",
    afresh="All right, we start afresh. What would you like to know?",
    usage="Write your question after the command, e.g. <i>/hoi Ai dự buổi làm việc ở Bắc Giang?</i>",
    empty="I see no question in this message. Please write one in words.",
    too_long=f"This message is longer than {_LONGEST} characters, so I cannot tell what you ask. "
    "Please put it into one short question.",
    sticker="Nice sticker! But I can only answer questions in words: please type one.",
    voice="I cannot hear voice messages or audio. Please type your question.",
    picture="I cannot see pictures. Please type your question, or write it as the caption.",
    other="I cannot read this kind of message. Please type your question.",
    unknown_command="I do not know this command. Just send your question, or see /help.",
    failed="Sorry, something went wrong and I could not look that up. Please ask again in a few minutes.",
    verbatim="<i>What stands in a block is the article word for word; I added nothing to it.</i>",
    read_as="✎ I read this as: <i>{question}</i>",
    period="⏱ {words} <i>({days})</i>",
    period_dropped="⏱ Nothing in “{words}” <i>({days})</i> answers, so I searched all times.",
    cut="…",
    untitled="(untitled article)",
    unknown_source="unknown source",
    published="published {date}",
    event="event {date}",
    copies="also printed by {count} other papers",
    day="{date}",
    month="{date}",
    year="{date}",
    nothing_matches="The news I hold does not yet have an article about what you ask, so I cannot answer.",
    not_sure="I searched, but found no passage that surely answers this question, so I would rather quote none.",
    nearest="The nearest articles, <b>not necessarily</b> answers:",
    try_again="Try asking more concretely: who, what, where, when.",
)
