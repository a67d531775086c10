import pytest

from bot.cards.excerpt import excerpt, shorten_sentence
from retrieval.datatypes import Span

TEXT = "Câu một ngắn. Câu hai dài hơn một chút. Câu ba trả lời! Câu bốn theo sau. Câu năm kết thúc."


def part(answer: str, room: int, text: str = TEXT) -> str:
    start = text.index(answer)
    return excerpt(text, Span(start, start + len(answer)), room).of(text)


def test_all_of_it_when_it_fits() -> None:
    assert part("Câu ba trả lời!", len(TEXT)) == TEXT


@pytest.mark.parametrize(
    ("room", "kept"),
    [
        (len(TEXT) - 1, "Câu một ngắn. Câu hai dài hơn một chút. Câu ba trả lời! Câu bốn theo sau."),
        (60, "Câu hai dài hơn một chút. Câu ba trả lời! Câu bốn theo sau."),
        (45, "Câu hai dài hơn một chút. Câu ba trả lời!"),
        (35, "Câu ba trả lời! Câu bốn theo sau."),
        (20, "Câu ba trả lời!"),
        (15, "Câu ba trả lời!"),
    ],
)
def test_whole_sentences_around_the_answer(room: int, kept: str) -> None:
    assert part("Câu ba trả lời!", room) == kept


def test_room_that_one_side_does_not_need_goes_to_the_other() -> None:
    assert part("Câu một ngắn.", 58) == "Câu một ngắn. Câu hai dài hơn một chút. Câu ba trả lời!"
    assert part("Câu năm kết thúc.", 51) == "Câu ba trả lời! Câu bốn theo sau. Câu năm kết thúc."


def test_answer_that_is_too_long_is_cut_at_a_space() -> None:
    assert part("Câu hai dài hơn một chút.", 16) == "Câu hai dài hơn"


def test_lines_are_sentences_too() -> None:
    assert part("Dòng hai", 20, "Dòng một\n\nDòng hai\nDòng ba thì rất dài") == "Dòng một\n\nDòng hai"


def test_blanks_at_the_ends_are_left_out() -> None:
    assert part("Có", 100, " \n\u2028Có.\x00\t ") == "Có."


def test_text_of_blanks_only() -> None:
    assert excerpt(" \n ", Span(0, 3), 10).of(" \n ") == ""


CLAUSES = "Cầu dài một cây số, rộng hai mươi mét, có bốn làn xe, khánh thành năm nay và đón xe từ sáng mai."


@pytest.mark.parametrize(
    ("exact", "room", "kept"),
    [
        ("", 200, CLAUSES),
        ("", 60, "Cầu dài một cây số, rộng hai mươi mét, có bốn làn xe"),
        ("", 30, "Cầu dài một cây số, rộng hai"),
        ("bốn làn", 60, "Cầu dài một cây số, rộng hai mươi mét, có bốn làn xe"),
        ("khánh thành", 66, "Cầu dài một cây số, rộng hai mươi mét, có bốn làn xe, khánh thành"),
        ("năm nay", 40, "thành năm nay và đón xe từ sáng mai."),
        ("bốn làn", 40, "cây số, rộng hai mươi mét, có bốn làn"),
    ],
)
def test_sentence_is_cut_at_a_clause_or_word_and_keeps_the_words_that_answer(exact: str, room: int, kept: str) -> None:
    at = CLAUSES.index(exact)
    span = Span(at, at + len(exact)) if exact else None
    assert shorten_sentence(CLAUSES, Span(0, len(CLAUSES)), span, room).of(CLAUSES) == kept
