"""Keys of Telex and VNI."""

from __future__ import annotations

import pytest

from retrieval.vietnamese.input_methods import diacritics, sorted_keystrokes, telex, vni


@pytest.mark.parametrize(
    ("syllable", "in_telex", "in_vni"),
    [
        ("việt", "vieetj", "vie6t5"),
        ("đường", "dduwowngf", "d9u7o7ng2"),
        ("ăn", "awn", "a8n"),
        ("nước", "nuwowcs", "nu7o7c1"),
        ("hỏi", "hoir", "hoi3"),
        ("mũ", "mux", "mu4"),
        ("nam", "nam", "nam"),
        ("f0", "f0", "f0"),
    ],
)
def test_keys(syllable: str, in_telex: str, in_vni: str) -> None:
    assert (telex(syllable), vni(syllable)) == (in_telex, in_vni)


@pytest.mark.parametrize("typed", ["vieetj", "vieejt", "vietej", "vie6t5", "vie65t", "viet65"])
def test_marks_may_be_typed_in_any_order(typed: str) -> None:
    assert "".join(sorted(typed)) in sorted_keystrokes("việt")


def test_one_key_makes_both_horns() -> None:
    assert "".join(sorted("nuowcs")) in sorted_keystrokes("nước")
    assert "".join(sorted("nuo7c1")) in sorted_keystrokes("nước")


def test_w_alone_types_a_horn() -> None:
    assert "".join(sorted("twf")) in sorted_keystrokes("từ")


def test_marks_stand_on_letters_and_the_tone_on_none() -> None:
    assert diacritics("nam") == frozenset()
    assert diacritics("hòa") == diacritics("hoà")
    assert diacritics("viêt") < diacritics("việt")
    assert not diacritics("đuong") <= diacritics("dương")
