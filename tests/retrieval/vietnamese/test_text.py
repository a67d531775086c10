from __future__ import annotations

import re
import subprocess
import sys
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Sentence, Span
from retrieval.vietnamese.sentences import split_lines, split_sentences
from retrieval.vietnamese.text import clean, could_be_syllable, fold, has_tones, syllable_spans, syllables, toneless

ANY_TEXT = st.text(st.characters(), max_size=80)
"""Any code points, lone surrogates too."""
PUNCTUATED = st.text('aàBĐ1 .!?…\n"“”)(,;:-/TPS_\u0301\u200b\x00', max_size=80)
"""Text with many characters that decide where a sentence ends."""

SYLLABIC = st.text(
    "oòóỏõọaàáảãạeèéẻẽẹuyỳýỷỹỵqhnOÀUỶQ\u0300\u0309\u0323 \n.,-_<\u0338\u00ad\u200b½³ςΣİK日😀", max_size=60
)
"""Text with many characters that decide where a syllable ends and where its tone mark stands."""


def folded(text: str) -> str:
    """Folds a text by the definition of `fold`, as an oracle."""
    lowered = unicodedata.normalize("NFC", text.lower()).replace("ς", "σ")
    placed = re.sub(r"(o)([àáảãạèéẻẽẹ])(?!\w)", _with_the_tone_before, lowered)
    return re.sub(r"(?<!q)(u)([ỳýỷỹỵ])(?!\w)", _with_the_tone_before, placed)


def test_syllables_of_vietnamese_are_told_from_words_of_other_languages() -> None:
    assert all(map(could_be_syllable, ["nghiêng", "song", "đi", "quý", "ơi", "the"]))
    assert not any(map(could_be_syllable, ["spring", "what", "is", "love", "ngh", "2018", ""]))


def _with_the_tone_before(rime: re.Match[str]) -> str:
    vowel, tone = list(unicodedata.normalize("NFD", rime[2]))
    return unicodedata.normalize("NFC", rime[1] + tone) + vowel


def split(body: str) -> list[str]:
    return [body[sentence.start : sentence.end] for sentence in split_sentences(body)]


def kinds(body: str) -> list[tuple[str, str]]:
    return [(sentence.kind, body[sentence.start : sentence.end]) for sentence in split_sentences(body)]


class TestClean:
    def test_composes_letters_typed_with_combining_marks(self) -> None:
        assert clean(unicodedata.normalize("NFD", "Đường Trường Sơn")) == "Đường Trường Sơn"

    @pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\u2028", "\u2029"])
    def test_makes_every_line_break_a_line_feed(self, line_break: str) -> None:
        assert clean(f"một{line_break}hai") == "một\nhai"

    def test_makes_other_control_characters_spaces_but_keeps_tabs(self) -> None:
        assert clean("a\x00b\x1fc\x7fd\x85e\tf") == "a b c d e\tf"

    def test_drops_byte_order_marks_and_bidirectional_controls(self) -> None:
        assert clean("\ufeffgiá\u202e \u200e50\u2066 nghìn\u2069") == "giá 50 nghìn"

    def test_replaces_lone_surrogates(self) -> None:
        assert clean("a\ud800b") == "a\ufffdb"

    def test_leaves_spelling_spaces_and_zero_width_joiners_alone(self) -> None:
        text = "Uỷ  ban ,thuỷ lợi\u00a0👨\u200d👩"
        assert clean(text) == text

    @given(ANY_TEXT)
    def test_is_idempotent_and_can_be_encoded(self, text: str) -> None:
        once = clean(text)
        assert clean(once) == once
        once.encode()


class TestFold:
    @pytest.mark.parametrize(
        ("written", "folded"),
        [
            ("Hoà", "hòa"),
            ("HÒA", "hòa"),
            ("thuỷ", "thủy"),
            ("khoẻ", "khỏe"),
            ("uý", "úy"),
            ("Tỉnh uỷ, xoá nhoè", "tỉnh ủy, xóa nhòe"),
            ("hoạ sĩ loè loẹt", "họa sĩ lòe loẹt"),
        ],
    )
    def test_brings_both_tone_placements_to_one(self, written: str, folded: str) -> None:
        assert fold(written) == folded

    @pytest.mark.parametrize("word", ["quý", "quỳ", "quỹ", "hoàn", "loài", "thoát", "huỳnh", "khuỷu", "quà", "ngoẻo"])
    def test_leaves_rimes_with_one_placement_alone(self, word: str) -> None:
        assert fold(word) == word

    def test_reads_decomposed_letters(self) -> None:
        assert fold(unicodedata.normalize("NFD", "HOÀ BÌNH")) == "hòa bình"

    @given(ANY_TEXT)
    def test_is_idempotent(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)

    @given(st.one_of(ANY_TEXT, SYLLABIC))
    def test_lowers_composes_and_moves_the_tone_and_no_more(self, text: str) -> None:
        assert fold(text) == folded(text)


class TestToneless:
    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_drops_tones_vowel_marks_and_the_bar_of_d(self, form: Literal["NFC", "NFD"]) -> None:
        text = unicodedata.normalize(form, "Đà Nẵng được mùa lúa đặc sản ở Thuỷ Nguyên")
        assert toneless(text) == "Da Nang duoc mua lua dac san o Thuy Nguyen"

    @given(ANY_TEXT)
    def test_leaves_no_tones(self, text: str) -> None:
        assert not has_tones(toneless(text))


class TestHasTones:
    @pytest.mark.parametrize("text", ["à", "đi", "ĐI", "ư", "xin chào", "e\u0302", "Ắ"])
    def test_sees_any_vietnamese_mark(self, text: str) -> None:
        assert has_tones(text)

    @pytest.mark.parametrize("text", ["", "gia xang hom nay", "2023", "日本", "Straße", "ça"])
    def test_sees_none_elsewhere(self, text: str) -> None:
        assert not has_tones(text)


class TestSyllables:
    def test_are_folded_runs_of_letters_and_digits(self) -> None:
        assert syllables("Giá 1.500 đồng (ngày 20/10), TP.HCM: hoà!") == [
            *("giá", "1", "500", "đồng", "ngày", "20", "10", "tp", "hcm", "hòa")
        ]

    def test_ignore_zero_width_characters_and_soft_hyphens(self) -> None:
        assert syllables("kinh\u200b tế xu\u00adất kh\u200dẩu\ufeff") == ["kinh", "tế", "xuất", "khẩu"]

    def test_are_cut_to_64_characters(self) -> None:
        assert syllables("a" * 65 + " b") == ["a" * 64, "b"]

    def test_of_no_word_are_none(self) -> None:
        assert syllables(" … — “”! \n") == []

    @given(st.one_of(ANY_TEXT, SYLLABIC))
    def test_are_the_folded_runs_of_word_characters(self, text: str) -> None:
        visible = re.sub("[\u00ad\u200b\u200c\u200d\u2060\ufeff]", "", text)
        assert syllables(text) == re.findall(r"\w+", folded(visible))

    def test_spans_point_into_the_text_as_given(self) -> None:
        text = "Khu đô\u200b thị Ho" + unicodedata.normalize("NFD", "à") + " Lạc, İzmir"
        spelled = [(syllable, span.of(text)) for syllable, span in syllable_spans(text)]
        assert spelled == [
            ("khu", "Khu"),
            ("đô", "đô\u200b"),
            ("thị", "thị"),
            ("hòa", "Hoa\u0300"),
            ("lạc", "Lạc"),
            ("i", "İ"),
            ("zmir", "zmir"),
        ]

    @given(ANY_TEXT)
    def test_spans_name_the_same_syllables_in_order(self, text: str) -> None:
        found = syllable_spans(text)
        assert [syllable for syllable, _ in found] == syllables(text)
        assert all(span.start < span.end for _, span in found)
        assert all(before.start <= after.start for (_, before), (_, after) in pairwise(found))

    @given(SYLLABIC)
    def test_spans_do_not_depend_on_what_else_a_text_holds(self, text: str) -> None:
        beside_what_folds_to_several = syllable_spans(text + " İ")
        assert beside_what_folds_to_several[:-1] == syllable_spans(text)

    @given(st.text("aàÀđoạ uyỷ\u0300\u0301\u031b\u200b\u00ad.,1", max_size=40))
    def test_spans_fold_to_their_syllable(self, text: str) -> None:
        for syllable, span in syllable_spans(text):
            assert syllables(span.of(text)) == [syllable]


class TestLines:
    def test_a_short_line_without_a_full_stop_between_paragraphs_is_a_heading(self) -> None:
        body = "Mưa lớn gây ngập.\n\nĐường Láng ngập sâu\n\nNước rút lúc 9h."
        assert kinds(body) == [
            ("sentence", "Mưa lớn gây ngập."),
            ("heading", "Đường Láng ngập sâu"),
            ("sentence", "Nước rút lúc 9h."),
        ]

    def test_two_headings_in_a_row_are_headings_and_three_lines_are_a_list(self) -> None:
        two = "Mở đầu.\nPhần một\nBối cảnh\nKết thúc."
        three = "Mở đầu.\nLúa\nNgô\nKhoai\nKết thúc."
        assert [line.kind for line in split_lines(two)] == ["sentence", "heading", "heading", "sentence"]
        assert [line.kind for line in split_lines(three)] == ["sentence"] * 5

    @pytest.mark.parametrize(
        "line",
        [
            "- Hỗ trợ 5 triệu đồng mỗi hộ",
            "1. Đăng ký trực tuyến",
            "a) Công dân Việt Nam",
            "Ông Bình nói:",
            "giá giảm còn 20.000 đồng",
            "Thủ môn: Văn Lâm (Hải Phòng), Nguyên Mạnh (Nam Định)",
            "Tỷ số: 2-2",
            "Công ty lo vé xe, ăn ở và bảo hiểm cho cả đoàn" + " trong ba ngày hai đêm ở Phú Quốc" * 3,
        ],
    )
    def test_items_rows_lead_ins_and_long_or_broken_lines_are_sentences(self, line: str) -> None:
        assert [found.kind for found in split_lines(f"Mở đầu.\n{line}\nKết thúc.")] == ["sentence"] * 3

    @pytest.mark.parametrize(
        "line", ["Cầu sập sau lũ. Ảnh: Báo Lào Cai", "Nông dân gặt lúa. (Ảnh: Minh Tâm).", "Ảnh minh họa."]
    )
    def test_a_line_that_ends_with_a_credit_is_a_caption(self, line: str) -> None:
        assert kinds(f"Mở đầu.\n{line}\nKết thúc.")[1] == ("heading", line)

    def test_a_body_of_headings_alone_is_all_sentences(self) -> None:
        assert split_lines("Tin vắn\n\nTrời nắng") == [Sentence(0, 7), Sentence(9, 18)]

    def test_of_a_blank_body_are_none(self) -> None:
        assert split_lines(" \n\t\n") == []


class TestSentences:
    @pytest.mark.parametrize(
        "sentence",
        [
            "Ông sống ở TP. HCM từ năm 1990.",
            "Ông sống ở TP.HCM từ năm 1990.",
            "Theo PGS.TS. Nguyễn Văn Bình, giá sẽ giảm.",
            "Theo GS. TS. Lê Mai và ThS. Trần An, giá sẽ giảm.",
            "Bệnh nhân được BS. Hoà mổ ở Q. 1, P. 5 trong đêm.",
            "Xem thêm tr. 12 của báo cáo.",
            "Rau, củ, quả, v.v. đều tăng giá.",
            "Mr. Smith và ông A. Bình đến St. Petersburg.",
            "Bị cáo Nguyễn V. A. Bình kháng cáo.",
            "Anh Trần Văn T. bị thương nhẹ.",
            "Giá vàng là 66.500.000 đồng, tăng 1.5 điểm.",
            "Cháy chợ, nổ lớn,… góp phần gây hoảng loạn.",
            "Anh chờ... rồi bỏ đi.",
            "Người dân huyện H.Krông Pắk báo VnExpress.net và Zing.Vn.",
            "“Đi thôi!” anh nói.",
            "“Có ai không?”, bà hỏi.",
            "“Chúng tôi sẽ làm.” – Ông Phong nhấn mạnh.",
            "Gồm các việc: 1. Dọn rác.",
            "Vốn là 825 tỷ đồng./.",
            "Xem https://bao.example/tin?id=5 để biết.",
        ],
    )
    def test_stays_whole(self, sentence: str) -> None:
        assert split(sentence + " Hôm nay trời đẹp.") == [sentence, "Hôm nay trời đẹp."]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Phát triển kinh tế, xã hội.", "Về công tác phòng chống tội phạm, tỉnh làm tốt."),
            ("Trẻ cần vitamin A.", "Bác sĩ khuyên ăn cà rốt."),
            ("Xe chạy 120 km/h.", "Nó dừng lại."),
            ("Mực nước cao 7 m.", "Nước còn lên."),
            ("Dự án hoàn thành năm 2023.", "Ông Hà xác nhận."),
            ("Ông nói: “Tôi không biết.”", "Sau đó ông rời đi."),
            ("Có ai đến không?", "Không một ai."),
            ("Mất hết rồi…", "Bà khóc."),
            ("Mua rau, củ, v.v.", "Chợ vẫn đông."),
            ("Tôi rất buồn.", "tôi không về nữa."),
            ("Anh chiếm bự.", "Em đứng nhìn."),
            ("Đoàn thăm Nam Á.", "Chuyến đi dài ba ngày."),
        ],
    )
    def test_ends(self, first: str, second: str) -> None:
        glued = " " if first != "Phát triển kinh tế, xã hội." else ""
        assert split(first + glued + second) == [first, second]

    def test_a_line_end_always_ends_one(self) -> None:
        assert split("Ông Nguyễn Văn\nBình đến, rồi\n\n  đi.  ") == ["Ông Nguyễn Văn", "Bình đến, rồi", "đi."]

    def test_a_number_alone_goes_with_what_it_numbers(self) -> None:
        assert split("Có hai mẫu. 1. Mẫu xe đỏ. 2. Mẫu xe xanh.") == ["Có hai mẫu.", "1. Mẫu xe đỏ.", "2. Mẫu xe xanh."]

    @given(st.one_of(ANY_TEXT, PUNCTUATED))
    def test_cover_all_but_whitespace_in_order_and_trimmed(self, body: str) -> None:
        position = 0
        for sentence in split_sentences(body):
            text = Span(sentence.start, sentence.end).of(body)
            assert position <= sentence.start < sentence.end
            assert text == text.strip() != ""
            assert not body[position : sentence.start].strip()
            position = sentence.end
        assert not body[position:].strip()

    @pytest.mark.parametrize(
        "unit", ["a", "a.", ".", "?", '."', ". ", "\0", " ", "aa.!", "ab.Cd", "TP. ", "\n", "a\n", "“ ", "1.", "v.v."]
    )
    def test_takes_time_in_proportion_to_the_length_of_odd_text(self, unit: str) -> None:
        body = unit * (30_000 // len(unit))
        start = time.perf_counter()
        split_sentences(body)
        assert time.perf_counter() - start < 5

    def test_import_neither_torch_nor_the_underthesea_package(self) -> None:
        code = (
            "import sys; from retrieval.vietnamese.sentences import split_sentences; "
            "n = len(split_sentences('Một. Hai.')); print(n, 'torch' in sys.modules, 'underthesea' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["2", "False", "False"]


def test_the_seed_article_splits_where_a_reader_would() -> None:
    raw = Path(__file__).parents[3].joinpath("seeds", "000_7bf578808520267a.txt").read_text(encoding="utf-8")
    found = kinds(clean(raw).split(" date 2023-10 ", 1)[1])
    assert [kind for kind, _ in found] == ["sentence", "heading", *["sentence"] * 8]
    assert found[1][1] == "Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang"
    assert found[8][1].endswith("kinh tế, xã hội.")
    assert found[9][1].startswith("Về công tác đấu tranh")
