from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.cards.answer_message import MESSAGE_ROOM, MOST_HEADLINES, PASSAGE_ROOM, answer_text
from bot.cards.content import CardContent, Heading
from bot.cards.quote_blocks import ANSWER_SENTENCE_ROOM
from bot.cards.reader import Reader
from bot.cards.texts import VIETNAMESE
from retrieval.datatypes import AbstainReason, Answer, Headline, PartialDate, Period, Rewriting, Span
from tests.bot.canned import ANSWER, BODY, abstention, answer_of, quote_of
from tests.telegram_server.messages import read_text, shown
from tests.telegram_server.text import utf16_length

READER = Reader(VIETNAMESE, dt.date(2024, 3, 9))
FILLER = "Đây là một câu dài vừa phải để lấp cho đầy đoạn trích này. "


def text_of(answer: Answer, page: int = 0) -> str:
    return answer_text(CardContent(answer), READER, page)


def marked(markup: str, kind: str) -> list[str]:
    text, entities = read_text(markup, "HTML")
    return [entity.of(text) for entity in entities if entity.type == kind]


def test_answer_sentence_comes_first_then_its_source_then_the_passage_folded() -> None:
    assert text_of(answer_of(quote_of(url="https://bao.vn/1"))) == (
        "<blockquote><b>Bộ trưởng yêu cầu: mục tiêu là phải giảm được tội phạm.</b></blockquote>\n"
        '📰 <a href="https://bao.vn/1">Bộ trưởng làm việc ở Bắc Giang</a>\n'
        "Báo Công an · đăng tháng 10/2023\n"
        "<blockquote expandable>Sáng 20/10, đoàn công tác đến Bắc Giang. "
        "<b>Bộ trưởng yêu cầu: mục tiêu là phải giảm được tội phạm.</b> "
        "Buổi làm việc kết thúc vào buổi trưa.</blockquote>"
    )


def test_first_card_of_a_chat_tells_that_quotes_are_word_for_word() -> None:
    answer = answer_of(quote_of())
    introduction = answer_text(CardContent(answer, is_introduction=True), READER)
    assert introduction == f"{text_of(answer)}\n\n{VIETNAMESE.verbatim}"


def test_a_sentence_that_is_the_whole_quote_is_not_repeated() -> None:
    markup = text_of(answer_of(quote_of(ANSWER, ANSWER)))
    assert marked(markup, "blockquote") == [ANSWER]
    assert marked(markup, "expandable_blockquote") == []


def test_an_answer_that_is_only_possible_says_so() -> None:
    sure = text_of(answer_of(quote_of()))
    assert text_of(replace(answer_of(quote_of()), is_sure=False)) == f"{VIETNAMESE.possible}\n\n{sure}"


def test_further_answers_of_other_articles_are_folded_sentences_below_their_source() -> None:
    first, again = quote_of(), quote_of("Câu nữa.", "Câu nữa.", start=900)
    other = quote_of("Câu khác. Và thêm.", "Câu khác.", article_id="b", title="Bài khác", source="Báo B")
    third = quote_of("Câu ba.", "Câu ba.", article_id="c", title="Bài ba", source=None, published=None)
    fourth = quote_of("Câu tư.", "Câu tư.", article_id="d")
    markup = text_of(answer_of(first, again, other, replace(other, start=500), third, fourth))
    assert marked(markup, "blockquote") == [ANSWER]
    assert marked(markup, "expandable_blockquote") == [BODY, "Câu khác.", "Câu ba."]
    assert shown(markup).endswith("\n\n📰 Báo B · đăng tháng 10/2023\nCâu khác.\n📰 Bài ba\nCâu ba.")


def test_another_page_has_another_quote_in_front() -> None:
    quotes = [quote_of(f"Câu số {n}.", f"Câu số {n}.", article_id=str(n)) for n in range(5)]
    markup = text_of(answer_of(*quotes), 3)
    assert marked(markup, "blockquote") == ["Câu số 3."]
    assert marked(markup, "expandable_blockquote") == ["Câu số 4."]


def test_quotes_of_an_article_that_was_chosen_are_not_called_an_answer() -> None:
    markup = answer_text(CardContent(abstention(), chosen=answer_of(quote_of())), READER)
    assert shown(markup).startswith(shown(VIETNAMESE.chosen))


def test_chosen_article_is_not_shown_more_confidently_than_the_abstention() -> None:
    chosen = replace(answer_of(quote_of()), confidence=0.95)
    assert CardContent(abstention(), chosen=chosen).confidence == abstention().confidence


@pytest.mark.parametrize(
    ("published", "event", "line"),
    [
        ("2023-10-21", None, "Báo A · đăng ngày 21/10/2023"),
        ("2023-10", "2023-10-20", "Báo A · đăng tháng 10/2023 · sự kiện ngày 20/10/2023"),
        ("2023-10-20", "2023-10-20", "Báo A · đăng ngày 20/10/2023"),
        ("2023-10-21", "2023-10-20", "Báo A · đăng ngày 21/10/2023 · sự kiện ngày 20/10/2023"),
        ("2023", None, "Báo A · đăng năm 2023"),
        (None, "2023-10-20", "Báo A · sự kiện ngày 20/10/2023"),
        (None, None, "Báo A"),
    ],
)
def test_dates(published: str | None, event: str | None, line: str) -> None:
    markup = text_of(answer_of(quote_of(source="Báo A", published=published, event=event)))
    assert line in shown(markup).split("\n")


@pytest.mark.parametrize(
    ("source", "url", "line"),
    [
        ("Báo A", "https://www.a.vn/1", "Báo A"),
        (None, "https://www.a.vn/1", "a.vn"),
        (None, None, "không rõ nguồn"),
        (" \n", None, "không rõ nguồn"),
    ],
)
def test_source(source: str | None, url: str | None, line: str) -> None:
    markup = text_of(answer_of(quote_of(source=source, url=url, published=None)))
    assert line in shown(markup).split("\n")


@pytest.mark.parametrize("title", ["", " ", "…", "\u200b"])
def test_article_without_a_title_can_still_be_opened(title: str) -> None:
    markup = text_of(answer_of(quote_of(title=title, url="https://a.vn/1")))
    assert marked(markup, "text_link") == [VIETNAMESE.untitled]


def test_long_title_is_shortened_to_one_line() -> None:
    markup = text_of(answer_of(quote_of(title="Một tựa đề\nrất dài " * 100)))
    line = next(line for line in shown(markup).split("\n") if line.startswith("📰"))
    assert line.startswith("📰 Một tựa đề rất dài Một")
    assert line.endswith("…")
    assert len(line) <= 112


def test_long_passage_is_cut_around_the_answer_with_marks_outside_of_the_block() -> None:
    text = FILLER * 40 + ANSWER + " " + FILLER * 40
    markup = text_of(answer_of(quote_of(text, ANSWER)))
    assert marked(markup, "blockquote") == [ANSWER]
    (passage,) = marked(markup, "expandable_blockquote")
    assert passage in text
    assert passage.startswith("Đây là") and passage.endswith(".")
    assert marked(markup, "bold") == [ANSWER, ANSWER]
    assert shown(markup).endswith(f"\n[…]\n{passage}\n[…]")
    assert PASSAGE_ROOM - 150 <= len(passage) <= PASSAGE_ROOM


def test_long_answer_sentence_is_cut_at_a_word_with_a_mark_outside_of_the_block() -> None:
    long_answer = "Bộ trưởng " + "yêu cầu thêm " * 75 + "nữa."
    markup = text_of(answer_of(quote_of(FILLER + long_answer, long_answer)))
    (sentence,) = marked(markup, "blockquote")
    assert long_answer.startswith(f"{sentence} ")
    assert ANSWER_SENTENCE_ROOM - 15 <= len(sentence) <= ANSWER_SENTENCE_ROOM
    assert shown(markup).startswith(f"{sentence}\n[…]\n📰")
    assert marked(markup, "expandable_blockquote") == [FILLER + long_answer]


def test_words_that_answer_are_kept_where_a_long_sentence_is_cut() -> None:
    exact = "81 triệu đồng"
    long_answer = "Theo niêm yết sáng nay, " + "giá vẫn vậy, " * 30 + f"mỗi lượng {exact}, " + "không đổi " * 30 + "."
    at = 100 + long_answer.index(exact)
    quote = replace(quote_of(long_answer, long_answer), exact_span=Span(at, at + len(exact)))
    (sentence,) = marked(text_of(answer_of(quote)), "blockquote")
    assert exact in sentence and sentence in long_answer
    assert len(sentence) <= ANSWER_SENTENCE_ROOM
    assert shown(text_of(answer_of(quote))).startswith(f"[…]\n{sentence}\n[…]\n📰")


def test_answer_without_end_is_cut_everywhere() -> None:
    endless = "chữ " * 3000
    markup = text_of(answer_of(quote_of(endless, endless)))
    (sentence,), (passage,) = marked(markup, "blockquote"), marked(markup, "expandable_blockquote")
    assert marked(markup, "bold") == [sentence, passage]
    assert sentence.endswith("chữ") and passage.endswith("chữ")
    assert utf16_length(shown(markup)) <= MESSAGE_ROOM


def test_answer_span_outside_of_the_quote_marks_nothing() -> None:
    stray = replace(quote_of(), answer_span=Span(5000, 5100))
    markup = text_of(answer_of(stray))
    assert marked(markup, "blockquote") == [BODY]
    assert marked(markup, "bold") == []


@pytest.mark.parametrize(
    ("reason", "begins"),
    [
        (AbstainReason.NOT_SURE, VIETNAMESE.not_sure),
        (AbstainReason.NOTHING_MATCHES, VIETNAMESE.nothing_matches),
        (None, VIETNAMESE.not_sure),
    ],
)
def test_reason_in_words(reason: AbstainReason | None, begins: str) -> None:
    assert text_of(replace(abstention(), reason=reason)) == f"{begins}\n\n{VIETNAMESE.try_again}"


def test_what_the_nearest_article_does_not_mention_is_told() -> None:
    answer = replace(abstention(AbstainReason.OTHER_PREMISE), missing=("Thái <Lan>", "6", "Chiang Rai", "7"))
    markup = text_of(answer)
    assert shown(markup).startswith("Bài báo gần nhất không khớp với Thái <Lan>, 6, Chiang Rai trong câu hỏi")
    instead = text_of(replace(answer, found=("", "", "Chiang <Mai>", "")))
    assert shown(instead).startswith("Bài báo gần nhất viết về Chiang <Mai>, không phải Thái <Lan>, 6, Chiang Rai,")
    assert marked(markup, "bold")[:3] == ["Thái <Lan>", "6", "Chiang Rai"]


def test_empty_question_is_not_told_to_be_more_specific() -> None:
    assert text_of(abstention(AbstainReason.EMPTY_QUESTION)) == VIETNAMESE.empty


def test_nearest_headlines_are_named_as_such() -> None:
    near = [Headline(str(n), f"Tin {n}", None, PartialDate(2024, 1, n), f"https://a.vn/{n}") for n in range(1, 9)]
    markup = text_of(abstention(AbstainReason.NOTHING_MATCHES, *near))
    assert marked(markup, "text_link") == [f"Tin {n}" for n in range(1, MOST_HEADLINES + 1)]
    assert "2. Tin 2 (a.vn · đăng ngày 2/1/2024)" in shown(markup)
    assert shown(VIETNAMESE.nearest) in shown(markup)


def test_without_an_answer_it_is_told_up_to_when_there_are_articles() -> None:
    markup = text_of(replace(abstention(), newest=PartialDate(2024, 3, 8)))
    assert shown(markup).startswith(f"{VIETNAMESE.not_sure} Kho báo của mình có tin đến hôm qua.\n\n")


def test_the_time_that_was_read_from_the_question_stands_above() -> None:
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10/2023 <b>")
    kept = shown(text_of(replace(answer_of(quote_of()), period=period)))
    assert kept.startswith("⏱ tháng 10/2023 <b> (1/10/2023–2/11/2023)\n\n")
    dropped = shown(text_of(replace(abstention(), period=replace(period, kept=False))))
    assert dropped.startswith("⏱ Không thấy câu trả lời trong “tháng 10/2023 <b>” (1/10/2023–2/11/2023)")


def test_a_question_that_was_mended_is_shown_as_it_was_searched_for() -> None:
    assert shown(text_of(replace(answer_of(quote_of()), read_as="Việt <Nam> ở đâu?"))).startswith(
        "✎ Mình hiểu là: Việt <Nam> ở đâu?\n\n"
    )
    assert "hiểu là" not in text_of(answer_of(quote_of()))


def test_a_continued_question_is_shown_as_one() -> None:
    answer = replace(answer_of(quote_of()), read_as="Giá vàng ở <Huế>?", rewriting=Rewriting.CONTINUATION)
    assert shown(text_of(answer)).startswith("✎ Mình hiểu là bạn hỏi tiếp câu: Giá vàng ở <Huế>?\n\n")


def test_a_heading_that_is_given_stands_in_place_of_the_answers_own() -> None:
    answer = replace(answer_of(quote_of()), read_as="Việt Nam ở đâu?")
    repeated = shown(answer_text(CardContent(answer, Heading("viet nam o dau")), READER))
    assert repeated.startswith("❓ viet nam o dau\n\n")
    assert "Việt Nam ở đâu?" not in repeated


def test_how_many_other_papers_print_the_article() -> None:
    quote = quote_of(source="Báo A", published="2024")
    assert "báo khác" not in text_of(answer_of(quote))
    assert "Báo A · đăng năm 2024 · 3 báo khác cũng đăng" in text_of(answer_of(replace(quote, copies=3)))


@pytest.mark.parametrize(("day", "age"), [("2024-03-02", "7 ngày trước"), ("2023-05-02", "10 tháng trước")])
def test_an_answer_that_is_older_than_was_asked_for_says_so_first(day: str, age: str) -> None:
    stale = PartialDate.of(dt.date.fromisoformat(day))
    first = text_of(replace(answer_of(quote_of()), stale=stale)).split("\n")[0]
    assert first == f"⚠️ Tin mới nhất trong kho về việc này: <b>{stale.vietnamese}</b>, {age}."


def test_a_period_is_shown_as_the_days_that_are_meant() -> None:
    day = dt.date(2024, 3, 8)
    period = Period(day, dt.date(2024, 3, 10), "hôm qua", last=day)
    assert text_of(replace(answer_of(quote_of()), period=period)).startswith("⏱ hôm qua <i>(8/3/2024)</i>")
