"""In a group the bot speaks when it is spoken to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cards.texts import VIETNAMESE
from tests.bot.canned import Canned
from tests.bot.running import BotInThread
from tests.telegram_server import Group, Person, TelegramServer


def test_hoi_a_mention_and_a_reply_are_answered(answers: Canned, alice: Person, group: Group) -> None:
    alice.says("/hoi Câu một?", to=group)
    first = group.hears()
    alice.says("@Hoibao_Test_Bot câu hai?", to=group)
    group.hears()
    said = alice.says("Câu ba?", to=group, answering=first)
    assert group.hears().reply_to == said.id
    assert answers.asked == ["Câu một?", "câu hai?", "Câu ba?"]


def test_reply_stays_out_of_threads_that_are_no_topics(alice: Person, group: Group) -> None:
    alice.says("/hoi Câu một?", to=group)
    alice.says("Câu hai?", to=group, answering=group.hears())
    assert group.hears().topic is None


@pytest.mark.parametrize(
    "text",
    ["Trời đẹp quá!", "/help", "/start", "/hoi@other_bot Câu này?", "/weather Hà Nội", "@somebody xem này", "1 / hoi"],
)
def test_bot_is_quiet_otherwise(answers: Canned, alice: Person, group: Group, text: str) -> None:
    alice.says(text, to=group)
    said = alice.says("/hoi@hoibao_test_bot Câu hỏi?", to=group)
    assert group.hears().reply_to == said.id
    assert answers.asked == ["Câu hỏi?"]


def test_sticker_in_a_group_gets_no_hint(alice: Person, group: Group) -> None:
    alice.sends_sticker(to=group)
    said = alice.says("/hoi", to=group)
    reply = group.hears()
    assert reply.reply_to == said.id
    assert reply.text.startswith("Bạn viết câu hỏi ngay sau lệnh")


def test_bare_mention_gets_a_hint(alice: Person, group: Group) -> None:
    alice.says("@hoibao_test_bot", to=group)
    assert group.hears().text == VIETNAMESE.empty


def test_answer_comes_in_the_topic_of_the_question(telegram: TelegramServer, answers: Canned, alice: Person) -> None:
    forum = telegram.group(forum=True)
    topic = forum.open_topic(77)
    gate = answers.gate("Câu hỏi?")
    alice.says("/hoi Câu hỏi?", to=forum, topic=topic)
    telegram.wait_for_calls("sendChatAction")
    gate.set()
    assert forum.hears().topic == topic
    assert telegram.calls("sendChatAction")[0]["message_thread_id"] == topic


def test_group_that_has_moved_is_answered_at_its_new_place(telegram: TelegramServer, alice: Person) -> None:
    old, new = telegram.group(), telegram.group()
    old.becomes(new)
    alice.says("/hoi Câu hỏi?", to=old)
    assert new.hears().text.startswith(VIETNAMESE.not_sure)


def test_channel_post_is_ignored(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    channel, alice = telegram.channel(), telegram.person("Alice")
    channel.posts("Tin mới nhất?")
    with BotInThread(telegram, answers, state):
        alice.says("Câu hỏi?")
        alice.hears()
    assert channel.has_heard() == []
    assert answers.asked == ["Câu hỏi?"]
