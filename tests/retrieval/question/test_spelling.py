"""Tests spelling correction: tones, undecoded keys, typing errors and missing spaces."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.config import DEFAULT_SETTINGS
from retrieval.question.spelling import Counts, SpellingCorrection, correct_spelling
from retrieval.question.spelling_lattice import Frequencies, Lattice, Option
from retrieval.question.spelling_options import Spellings, near_names
from retrieval.vietnamese import is_english
from retrieval.vietnamese.frequencies import DocumentFrequencies
from retrieval.vietnamese.input_methods import telex, vni
from retrieval.vietnamese.tokens import document_terms

SPELLINGS = Spellings.of(DocumentFrequencies.load())
CHANNEL = DEFAULT_SETTINGS.spelling
NEWS = (
    "Ông Tô Lâm thăm Bắc Giang năm 2023, yêu cầu giảm tội phạm. Việt Nam có bao nhiêu tỉnh thành? Bệnh viện Bạch Mai.",
    "Nguyên nhân của vụ tai nạn giao thông là gì? Công tác phòng chống lũ lụt ở tỉnh Hà Giang được triển khai.",
)


def corpus(*texts: str) -> Frequencies:
    held = Counter[str]()
    for text in texts:
        held.update(set(document_terms(text)["exact"]))

    def frequencies(terms: Sequence[str]) -> list[int]:
        return [held[term] for term in terms]

    return frequencies


def reading(text: str, *texts: str) -> SpellingCorrection:
    counts = corpus(*(texts or NEWS))
    return correct_spelling(text, SPELLINGS, Counts(counts), None, DEFAULT_SETTINGS, english=is_english(text))


def test_the_corpus_decides_between_spellings() -> None:
    assert reading("gao tang gia", "Gạo tăng giá trong tuần này.").text == "gạo tăng giá"
    assert reading("gao tang gia", "Vua táng ở đây.", "Gáo táng giả, một từ lạ.").text == "gáo táng giả"


def test_in_a_corpus_of_one_article_common_vietnamese_decides() -> None:
    text = reading("nguyen nhan vu tai nan giao thong la gi", "Gạo.").text
    assert text == "nguyên nhân vụ tai nạn giao thông là gì"


def test_capitals_numbers_punctuation_and_unknown_words_stay() -> None:
    assert reading("Ong To Lam  tham BAC Giang, 20/10/2023 (xyzzy)?").text == (
        "Ông Tô Lâm  thăm BẮC Giang, 20/10/2023 (xyzzy)?"
    )


@pytest.mark.parametrize(
    "question",
    [
        "How many people died in the bridge collapse?",
        "What is the price of gold in Hanoi today?",
        "How to recognize skin damaged by UV rays?",
        "Who painted The Last Supper?",
        "What can I do to be on time?",
    ],
)
def test_another_language_is_left_alone(question: str) -> None:
    assert reading(question) == SpellingCorrection(question, toned=False, mended=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Vieetj Nam có bao nhiêu tỉnh thành?", "Việt Nam có bao nhiêu tỉnh thành?"),
        ("Vie65t Nam có bao nhiêu tỉnh thành?", "Việt Nam có bao nhiêu tỉnh thành?"),
        ("Việt Nam có bao nhieeu tỉnh thành?", "Việt Nam có bao nhiêu tỉnh thành?"),
        ("nguoi Việt Nam có bao nhiêu tỉnh", "người Việt Nam có bao nhiêu tỉnh"),
        ("bệnh viên Bạch Mai có benh viện không", "bệnh viên Bạch Mai có bệnh viện không"),
        ("nguyên nhân của vụ tai nạn giao thônng", "nguyên nhân của vụ tai nạn giao thông"),
        ("nguyên nhân của vụ tai nạn giao thôgn", "nguyên nhân của vụ tai nạn giao thông"),
        ("nguyên nhân của vụ tai nạn giao tông", "nguyên nhân của vụ tai nạn giao tông"),
        ("công tác phòngchống lũ lụt", "công tác phòng chống lũ lụt"),
        ("công tác phòng chống  lũ lụt", "công tác phòng chống  lũ lụt"),
    ],
)
def test_slips_are_mended_where_the_syllable_is_unknown(typed: str, meant: str) -> None:
    assert reading(typed).text == meant


def test_a_question_typed_in_keys_alone_is_decoded() -> None:
    question = "nguyên nhân của vụ tai nạn giao thông là gì"
    for keys in (telex, vni):
        assert reading(" ".join(keys(word) for word in question.split())).text == question


def test_names_are_no_slips() -> None:
    for question in ("Ông Xyng làm gì ở Hà Giang?", "Chị Han đi bệnh viện Bạch Mai khi nào?", "UMC là gì của tỉnh?"):
        assert reading(question).text == question


@pytest.mark.parametrize(
    "question", ["ktx của trường ở đâu", "csdt bắt ai ở Hà Giang", "KTXH của tỉnh", "mua bđs ở đâu"]
)
def test_abbreviations_are_no_slips(question: str) -> None:
    assert reading(question).text == question


def test_what_ends_a_question_is_rather_a_word_that_asks() -> None:
    corpus = "Tai nạn tăng từ đầu năm. Anh làm lại từ đầu."
    assert reading("benh nay den tu dau?", corpus).text == "bệnh này đến từ đâu?"
    assert reading("anh lam lai tu dau", corpus).text == "anh làm lại từ đầu"
    assert reading("thuoc nao chua dau dau?", corpus).text == "thuốc nào chữa đau đầu?"


def test_the_end_of_a_very_long_text_stays_as_it_is() -> None:
    assert reading("benh vien " * 100).text.split() == ["bệnh", "viện"] * 50 + ["benh", "vien"] * 50


def test_only_more_than_tones_counts_as_corrected() -> None:
    assert reading("benh vien Bach Mai").mended is False
    assert reading("bệnh viện Bạch Mai của tỉnhh").mended is True


def test_a_question_is_toned_unless_most_of_its_marks_are_left_out() -> None:
    assert reading("bệnh viện Bạch Mai ở đâu").toned
    assert reading("nguyên nhân của vụ tai nạn là gi").toned
    assert not reading("nguyên nhan cua vu tai nan giao thong là gi").toned
    assert not reading("benh vien Bach Mai").toned


@pytest.mark.parametrize("text", [text for news in NEWS for text in news.split(". ")])
def test_what_is_typed_with_its_tones_stays_as_it_is(text: str) -> None:
    assert reading(text, "Gạo.") == SpellingCorrection(text, toned=True, mended=False)


SYLLABLES = ("gạo", "gáo", "gào", "tăng", "táng", "tặng", "giá", "già", "giả", "việt", "nam")
OPTIONS = st.lists(
    st.builds(
        lambda syllables, slip: Option(tuple(syllables), min(SPELLINGS.counts[one] for one in syllables), slip),
        st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=4),
        st.sampled_from([0.0, -0.7, CHANNEL.letter_slip]),
    ),
    min_size=1,
    max_size=4,
)
SENTENCES = st.lists(st.lists(st.sampled_from(SYLLABLES), max_size=6).map(" ".join), min_size=1, max_size=5)


def log_probability(path: Sequence[Option], steps: Sequence[Sequence[Option]], held: Frequencies) -> float:
    """Computes the log probability of a sequence of options directly from the model's formula."""

    def count(*syllables: str) -> float:
        in_table = [SPELLINGS.counts[syllable] for syllable in syllables]
        if len(syllables) > 1:
            in_table = SPELLINGS.pairs.articles_with_pairs(syllables, np.array([0]), np.array([1])).tolist()
        return held(["_".join(syllables)])[0] + DEFAULT_SETTINGS.table_weight * in_table[0]

    def weight(option: Option) -> float:
        return 1 + option.count + min(count(syllable) for syllable in option.syllables)

    def follows(left: str, right: str, alone: float) -> float:
        bigram = count(left, right) / (count(left) + CHANNEL.unseen_bigrams)
        return math.log(CHANNEL.bigram_weight * bigram + (1 - CHANNEL.bigram_weight) * alone)

    total, before = 0.0, None
    for option, step in zip(path, steps, strict=True):
        alone = weight(option) / sum(map(weight, step))
        total += option.typed_so
        total += math.log(alone) if before is None else follows(before, option.syllables[0], alone)
        total += sum(follows(left, right, alone) for left, right in pairwise(option.syllables))
        before = option.syllables[-1]
    return total


@given(st.lists(OPTIONS, min_size=1, max_size=4), SENTENCES, st.one_of(st.none(), SENTENCES))
def test_the_sequence_is_the_most_probable_of_all(
    steps: list[list[Option]], texts: list[str], near: list[str] | None
) -> None:
    common, more = corpus(*texts, *(near or [])), corpus(*(near or []))
    best = Lattice(steps, SPELLINGS, common, DEFAULT_SETTINGS).best(more if near else None)

    def held(terms: Sequence[str]) -> list[float]:
        return [one + other for one, other in zip(common(terms), more(terms), strict=True)]

    worth = [(log_probability(path, steps, held), [one.syllables for one in path]) for path in product(*steps)]
    chosen = max(score for score, syllables in worth if syllables == best)
    assert chosen == pytest.approx(max(score for score, _ in worth), rel=1e-9)


@given(st.text(alphabet="abcdeghiklmnopqrstuvxy ,.?!0159ABCÑ😀", max_size=60))
def test_spaces_and_punctuation_are_kept(text: str) -> None:
    read_as = iter(reading(text).text)
    assert all(char in read_as for char in text if not char.isalnum())  # all of them, in order


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    read_as = iter(reading(text).text)
    assert all(char in read_as for char in text if char.isspace() or char in ".,?!")


WARSHAW = ("Ông Kelvin Warshaw được đề cử. Kelvin Warshaw từng làm ở ngân hàng.", "Tòa nhà Landmarkt mở cửa.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kelvin warshow là ai", "kelvin warshaw là ai"),
        ("Ông Kelvin Warshow là ai", "Ông Kelvin Warshaw là ai"),
        ("tòa landmarkk mở cửa chưa", "tòa landmarkt mở cửa chưa"),
    ],
)
def test_a_foreign_name_with_a_slip_is_mended_by_the_corpus(typed: str, meant: str) -> None:
    correction = reading(typed, *WARSHAW)
    assert (correction.text, correction.mended) == (meant, True)


@pytest.mark.parametrize(
    "text",
    [
        "gặp ông Warshow ở đâu",  # a name of its own, without the neighbour that the corpus knows
        "lệnh merge của lập trình viên",
        "tòa bandmarkt mở cửa chưa",  # another first letter
        "hãng xqz mở cửa chưa",
    ],
)
def test_names_and_loanwords_without_evidence_stay(text: str) -> None:
    assert reading(text, *WARSHAW, "Trang The Verge đưa tin.").text == text


def test_names_of_the_nearest_articles_may_have_two_slips() -> None:
    assert near_names("gustozi", ["giustozzi", "tương", "gusto", "mustozi"]) == ["giustozzi", "gusto"]
    assert near_names("abcd", ["abce", "ábcd"]) == ["ábcd"]


def test_a_word_that_articles_write_with_marks_is_known_without() -> None:
    counts = Counts(corpus("Hãng Estée Lauder bị phạt."), lambda terms: [int(term == "estee") for term in terms])
    text = "estee lauder bị phạt"
    assert correct_spelling(text, SPELLINGS, counts, None, DEFAULT_SETTINGS, english=False).text == text


@pytest.mark.parametrize("keys", [telex, vni])
def test_messages_in_keys_may_have_capitals_and_single_letters(keys: Callable[[str], str]) -> None:
    typed = " ".join(keys(word) for word in "Công tác phòng chống lũ lụt ở tỉnh".split())
    assert reading(typed).text == "Công tác phòng chống lũ lụt ở tỉnh"


def test_a_word_of_the_corpus_is_no_keys_among_words_without_marks() -> None:
    texts = ["Thủ khoa kỳ thi TSA là nữ sinh."] * 3
    assert reading("thu khoa tsa la ai", *texts).text == "thủ khoa tsa là ai"


def test_a_text_in_capitals_stays_in_capitals() -> None:
    assert reading("TAI NẠN LÚC MẤY H").text == "TAI NẠN LÚC MẤY GIỜ"
    assert reading("NGUYEEN NHAAN CUAR VUJ TAI NAJN").text == "NGUYÊN NHÂN CỦA VỤ TAI NẠN"
