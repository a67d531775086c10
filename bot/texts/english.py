"""The English texts."""

from __future__ import annotations

from bot.texts.kinds import LONGEST_QUESTION, Texts

_LONGEST = f"{LONGEST_QUESTION:,}"

ENGLISH = Texts(
    commands={
        "hoi": "Ask the newspaper, e.g. /hoi Ai dự buổi làm việc?",
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
    busy="I am very busy right now and cannot take more questions. Please ask again in a few minutes.",
    too_fast="You ask faster than I can answer. Please wait a moment before you ask on.",
    crashed="Oh, something broke and I could not finish this. Please try again; the fault was noted for repair.",
    stranger="Hello! This bot is for invited people only. Please ask the one who runs it for an invitation link.",
    admin_commands={
        "trangthai": "How the bot is doing",
        "taiban": "Read the index again now",
    },
    status="""\
<b>Status</b>
• Up since {since}; {waiting} messages wait or are worked on
• Recent replies: half within {median}, 95% within {p95}
• Questions: {answered} answered, {abstained} not in the corpus, {failed} failed, {refused} refused as too many
• Index: {articles} articles, version {version}, synced {synced}
• Index errors: {index}
• Telegram errors: {telegram}""",
    status_none="none",
    moment="%Y-%m-%d %H:%M",
    reloaded="The index was read again: version {version}, {articles} articles.",
    reload_failed="The index could not be read again; the bot's log says why. The old state goes on answering.",
    upload_kind="I take articles in .txt, .jsonl or .html files only.",
    upload_too_big="This file is over 20 MB, which Telegram does not let bots fetch. Please split it, or run "
    "<code>hoibao add</code> on the server.",
    upload_read="I have read the file <b>{name}</b>:",
    upload_counts="• {added} new articles, {changed} that replace an old one, {unchanged} already there",
    upload_deleted="• {deleted} articles of the old file of that name removed",
    upload_unread="• {count} places that cannot be read:",
    upload_line="line {line}: ",
    upload_question="Shall I add them?",
    upload_nothing_new="There is nothing new to add.",
    upload_yes="✅ Add them",
    upload_no="✖ Drop them",
    upload_adding="Adding the file <b>{name}</b>…",
    upload_progress="Adding the file <b>{name}</b>: {done}/{of} articles…",
    upload_added="The file <b>{name}</b> was added:",
    upload_dropped="The file <b>{name}</b> was dropped; the index is as it was.",
    upload_failed="The file <b>{name}</b> could not be added: <code>{reason}</code>",
    upload_gone="This file was dealt with or has expired. Send it again if need be.",
    upload_under_way="I am adding this file already, one moment please.",
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
