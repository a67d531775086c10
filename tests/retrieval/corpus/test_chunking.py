from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.corpus.chunking import chunk
from retrieval.datatypes import Sentence, Span
from retrieval.vietnamese.sentences import split_sentences


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def body_of(*sizes: int) -> str:
    """Sentences of so many words, each starting with its number."""
    return " ".join(" ".join([f"S{number}", *["từ"] * (size - 1)]) + "." for number, size in enumerate(sizes))


def passages(body: str, target: int, limit: int) -> list[str]:
    spans = chunk(body, split_sentences(body), count_words, target_tokens=target, max_tokens=limit)
    return [span.of(body) for span in spans]


def sizes(body: str, target: int, limit: int) -> list[int]:
    return count_words(passages(body, target, limit))


def test_packs_whole_sentences_up_to_the_target() -> None:
    assert sizes(body_of(5, 5, 5, 5, 5, 5), target=10, limit=14) == [10, 10, 10]


def test_balances_rather_than_leaving_a_scrap_at_the_end() -> None:
    assert sizes(body_of(4, 4, 4, 4, 4), target=16, limit=18) == [8, 12]
    assert sizes(body_of(4, 4, 4, 4, 4), target=16, limit=20) == [20]


def test_keeps_a_short_article_in_one_passage() -> None:
    body = "Chợ mở cửa. Người mua đông."
    assert passages(body, target=100, limit=150) == [body]


def test_never_crosses_a_heading_nor_holds_one() -> None:
    body = "Nước lên nhanh. Dân chạy lũ.\n\nCứu trợ khẩn cấp\n\nĐoàn xe đến nơi."
    assert passages(body, target=100, limit=150) == ["Nước lên nhanh. Dân chạy lũ.", "Đoàn xe đến nơi."]


def test_cuts_a_long_sentence_at_clause_marks() -> None:
    body = "Tỉnh đã sửa đường và cầu; xã đã xây trường và trạm; dân đã trồng rừng và lúa."
    assert passages(body, target=6, limit=9) == [
        "Tỉnh đã sửa đường và cầu;",
        "xã đã xây trường và trạm;",
        "dân đã trồng rừng và lúa.",
    ]


def test_cuts_a_sentence_without_marks_at_spaces() -> None:
    body = " ".join(f"t{number}" for number in range(40))
    found = passages(body, target=10, limit=12)
    assert " ".join(found) == body
    assert max(count_words(found)) <= 12


def test_cuts_a_word_without_spaces_between_characters_but_not_between_a_letter_and_its_marks() -> None:
    body = "e\u0302\u0301" * 20
    spans = chunk(body, [Sentence(0, len(body))], count_characters, target_tokens=10, max_tokens=13)
    assert "".join(span.of(body) for span in spans) == body
    assert {span.of(body)[0] for span in spans} == {"e"}
    assert max(span.end - span.start for span in spans) <= 13


def test_prefers_to_end_a_passage_where_a_sentence_ends() -> None:
    body = body_of(8) + " " + "một hai ba bốn năm sáu bảy, tám chín mười mười một mười hai. " + body_of(8)
    assert passages(body, target=8, limit=10)[0] == body_of(8)


def test_an_article_without_sentences_has_no_passages() -> None:
    assert chunk("", [], count_words) == []
    assert chunk("Đầu đề", [Sentence(0, 6, "heading")], count_words) == []


def test_counts_the_tokens_of_an_article_in_one_batch() -> None:
    batches: list[int] = []

    def counting(texts: Sequence[str]) -> list[int]:
        batches.append(len(texts))
        return count_words(texts)

    body = body_of(*[12] * 30)
    chunk(body, split_sentences(body), counting)
    assert batches == [30]


@pytest.mark.parametrize("tokens", [0, 10_000])
def test_ends_whatever_the_tokenizer_counts(tokens: int) -> None:
    body = body_of(6, 6, 6)
    spans = chunk(body, split_sentences(body), lambda texts: [tokens] * len(texts))
    assert "".join(span.of(body) for span in spans).replace(" ", "") == body.replace(" ", "")


@settings(max_examples=300)
@given(
    st.one_of(st.text(st.characters(), max_size=120), st.text("ab .\n,;“”\u0301", max_size=200)),
    st.integers(2, 30),
    st.integers(0, 20),
)
def test_passages_cover_the_sentences_and_nothing_else(body: str, target: int, slack: int) -> None:
    found = split_sentences(body)
    spans = chunk(body, found, count_characters, target_tokens=target, max_tokens=target + slack)
    assert_in_order(body, spans)
    covered = {offset for span in spans for offset in range(span.start, span.end)}
    for sentence in found:
        letters = {at for at in range(sentence.start, sentence.end) if not body[at].isspace()}
        assert letters <= covered if sentence.kind == "sentence" else not letters & covered
    for span in spans:
        inside = [s for s in found if span.start <= s.start and s.end <= span.end]
        if len(inside) > 1:
            assert sum(s.end - s.start for s in inside) <= target + slack


def assert_in_order(body: str, spans: Sequence[Span]) -> None:
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(body)
        assert span.of(body).strip()
        position = span.end
