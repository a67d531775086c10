"""The English texts."""

from __future__ import annotations

from bot.cards.texts.schema import LONGEST_QUESTION, Texts

_LONGEST = f"{LONGEST_QUESTION:,}"

ENGLISH = Texts(
    code="en",
    thousands=",",
    commands={
        "hoi": "Ask the newspaper, e.g. /hoi Ai dự buổi làm việc?",
        "moi": "Start afresh: forget the question before",
        "thongtin": "What the corpus holds",
        "gopy": "Whether questions may be kept with your votes",
        "riengtu": "What I keep, and for how long",
        "xoadulieu": "Delete all that I keep of you",
        "help": "How to ask and how to read an answer",
        "start": "What HỏiBáo is",
    },
    start="""\
Hello! I am <b>HỏiBáo</b>, “ask the newspaper” 📰

Send me a question, best in Vietnamese: I look it up in Vietnamese news and reply with passages quoted word for word, \
with title, source and date. I never make up an answer: if the news I hold does not tell, I say so.

/help tells how to ask well, /thongtin what news I hold.""",
    start_examples="Tap one of the latest stories to try:",
    start_empty="I hold no news at all yet, so I cannot answer anything. Please come back later.",
    help=f"""\
<b>How to ask</b>
• One complete question a message, as concrete as you can: who, what, where, when.
• A question may have {_LONGEST} characters. Vietnamese with its tone marks is found best.
• I read text and captions; I cannot hear voice messages or see pictures.
• To change a question, send a new message: I do not answer edited ones again.
• You can go on asking: “còn ở Hà Nội thì sao?”, “khi nào?”, or answer one of my messages; /moi starts afresh.
• In any chat: type my name, @…, and your question, and choose a passage to send.
• In a group: use /hoi with a question, mention me, or reply to one of my messages.

<b>How to read an answer</b>
• What stands in a block is the article word for word; the sentence in <b>bold</b> is closest to your question.
• Below are title, paper and day; tap a folded block to read the passage around it, or what another paper says.
• “[…]” beside a block means that the sentence or the passage was shortened.
• Tap a title to read the article, where its address is known.
• The buttons tell why, copy the sentence, share it, show other answers, and take your vote.
• When I am not certain, I ask you whether that is it; when I find nothing, I say so and name the nearest articles.""",
    afresh="All right, we start afresh. What would you like to know?",
    asked="❓ <i>{question}</i>",
    inline_hint="Type a question to search the news",
    inline_none="No answer found. Ask me in private",
    consent="""\
<b>May I keep the questions that you vote on?</b>

When you tap 👍 or 👎, I note the article, the place of the passage and some figures only. If you agree, I keep the \
words of your question too, so that those who run me can make me search better; they see neither your name nor number. \
You can change your mind at any time with /gopy.""",
    consent_given="✅ You let me keep questions with your votes. Thank you! Send /gopy to change that.",
    consent_refused="I keep no questions with your votes. Send /gopy to change that.",
    agree_button="✅ I agree",
    refuse_button="No",
    forget="""\
<b>Delete all that I keep of you?</b>

• your latest question, by which I understand a follow-up
• the answers that I sent you, with their questions: the messages stay in the chat, but their buttons stop working
• your votes 👍 👎, and your choice at /gopy
• the number of your account, if you came in by password: you need the password again afterwards

This cannot be undone.""",
    forget_button="🗑 Delete all",
    keep_button="No, keep it",
    forgotten="🗑 I have deleted {cards} answers with their questions, {votes} votes, your latest question and your "
    "choice. I keep nothing of you now.",
    nothing_forgotten="I have deleted nothing.",
    privacy="""\
<b>What I keep, and for how long</b>
• Your latest question: {minutes} minutes, to understand a follow-up. Send /moi to have it forgotten at once.
• The answers that I sent you, with their questions: {days} days, so that their buttons work.
• Your votes 👍 👎: the article, the place of the passage and some figures, until you delete them. The words of your \
question only if you agree at /gopy.
• A message that waits: until I have answered it.
• If you came in by password: the number of your account, until you delete it; after that you need the password again.

I keep neither your name nor your phone number nor your contacts, and no question is written to a log. What you type \
after my name in other chats is not kept.

Send /xoadulieu to delete all of it.""",
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
    continues="✎ I take this to go on from: <i>{question}</i>",
    period="⏱ {words} <i>({days})</i>",
    period_dropped="⏱ Nothing in “{words}” <i>({days})</i> answers, so I searched all times.",
    stale="⚠️ Newest report on this in my archive: <b>{date}</b>, {age}.",
    months_old="{count} months ago",
    days_old="{count} days ago",
    cut="[…]",
    untitled="(untitled article)",
    unknown_source="unknown source",
    published="published {date}",
    event="event {date}",
    copies="also printed by {count} other papers",
    day="{date}",
    month="{date}",
    year="{date}",
    today="today",
    yesterday="yesterday",
    days_ago="{count} days ago",
    nothing_matches="The news I hold does not yet have an article about what you ask, so I cannot answer.",
    not_sure="I searched, but found no passage that surely answers this question, so I would rather quote none.",
    other_premise="The nearest article does not agree with {words} in your question, so I would rather not take it "
    "for an answer.",
    other_found="The nearest article is about <b>{found}</b>, not {words}, so I would rather not take it "
    "for an answer.",
    nearest="The nearest articles, <b>not necessarily</b> answers. Tap a number to see its nearest sentence:",
    reaches="The news I hold reaches up to {date}.",
    try_again="Try asking more concretely: who, what, where, when.",
    greeting="Hello! What would you like to know from the news today? Just ask, or type “what's new”.",
    thanks="You are welcome. Ask me whenever you need some more news.",
    farewell="Goodbye, and see you in the next edition!",
    insult="I am sorry if I was of no help. Please try to ask more precisely: who, what, where, when.",
    acknowledgement="All right. Ask me if you would like to know more.",
    laughter="😄 Glad that you are amused. What shall I look up next?",
    about_bot="""\
I am <b>HỏiBáo</b>, a program and not a person 📰 You ask, and I look it up in Vietnamese news and quote word for \
word, with title, source and date. I never make up an answer: if the news I hold does not tell, I say so.

/thongtin tells what news I hold, /help how to ask, /riengtu what I keep.""",
    browse="📰 <b>Latest news{topic}{source}</b>",
    browse_topic=" about “{topic}”",
    browse_source=" of {source}",
    browse_days_dropped="⏱ I hold no news of “{words}” <i>({days})</i>; these are the latest that I have.",
    browse_more="Ask me about any of these to know more.",
    listed="🗂 <b>What I found in the news I hold</b> (perhaps not all):",
    summed_up="🗞 <b>What the papers wrote</b>, the oldest first:",
    reported="✔️ <b>The papers report on this.</b> Please compare each detail with their words:",
    denied="⛔️ <b>This is denied or corrected</b>, as the article says:",
    not_reported="🔎 <b>No article that I hold reports this.</b> I can neither confirm nor deny it; "
    "better do not pass it on.",
    no_advice="I only quote articles and cannot advise you what to do: please ask a doctor, a lawyer "
    "or another expert.",
    chosen="The article you chose; this sentence of it comes nearest and is <b>not necessarily</b> the answer:",
    possible="🤔 The nearest I found. Is this it?",
    copy_button="📋 Copy",
    share_button="↗ Share",
    previous_button="‹ {number}/{count}",
    next_button="{number}/{count} ›",
    why_button="💡 Why this?",
    good_button="👍",
    bad_button="👎",
    yes_button="✅ Yes, it is",
    no_button="❌ No",
    any_time_button="⏱ ✕",
    back_button="‹ Back to the passage",
    nearest_button="‹ Nearest news",
    good_note="Thank you! I noted that this passage helped.",
    bad_note="Thank you! I noted that this passage did not help.",
    taken_back_note="I removed your vote on this passage.",
    any_time_note="I searched again, at all times.",
    gone_note="This article is not in my news any more.",
    expired_note="This message is too old for its buttons to work. Please send the question again.",
    failed_note="Sorry, something went wrong. Please tap again in a few minutes.",
    why="<b>💡 Why this passage?</b>",
    why_words="• It holds these words of your question: {words}.",
    why_title_words="• Only the title of the article holds: {words}.",
    why_missing_words="• It does not hold: {words}.",
    why_no_words="• It holds no word of your question; I found it by its meaning.",
    why_meaning="• In meaning it is {nearness} your question.",
    why_very_near="<b>very near</b> to",
    why_near="<b>near</b> to",
    why_rather_near="<b>not far</b> from",
    why_date="• The article: {dates}.",
    why_date_asked="• The article: {dates}; you asked about “{words}”.",
    why_no_date="• No date is known of this article.",
    why_place="• Of the {count} passages that I found, this is number {number}.",
    why_sure="• I am about <b>{percent}%</b> sure that the first passage answers the question.",
    why_chosen="• You chose this article. I am only about <b>{percent}%</b> sure that the nearest hold the answer.",
    holdings="<b>📚 The news I hold</b>\nI hold <b>{articles}</b> articles.",
    holdings_days="• Published: from {first} to {newest}",
    holdings_papers="• Papers: {sources}",
    holdings_sections="• Sections: {sections}",
    holdings_synced="• Last updated: {synced}",
    holdings_invitation="Ask me about any of it, or type “what's new” to see the latest.",
    holdings_empty="<b>📚 The news I hold</b>\nNone yet: there is no article at all.",
    holdings_source="{source} ({count} articles)",
    holdings_more="and {count} other papers",
)
