"""Places: provinces and countries found in tokens, and the names that stand for them."""

from __future__ import annotations

import pytest

from retrieval.vietnamese import places_in, tokens_of


@pytest.mark.parametrize(
    ("text", "toned", "found"),
    [
        ("cháy chợ ở Bà Rịa Vũng Tàu và Hà Tĩnh", True, ["bà rịa vũng tàu", "hà tĩnh"]),  # the longest name
        ("chay cho o quang ngai", False, ["quang ngai"]),
        ("Bắc Triều Tiên và Hoa Kỳ", True, ["bắc triều tiên", "hoa kỳ"]),
        ("một cái chợ", True, []),
    ],
)
def test_places_are_found_with_tones_or_without(text: str, toned: bool, found: list[str]) -> None:
    tokens = tokens_of(text, toned=toned)
    assert [" ".join(tokens[one.start : one.end]) for one in places_in(tokens, toned=toned)] == found


def test_a_place_has_all_names_of_its_lines() -> None:
    [merged] = places_in(tokens_of("Đà Nẵng", toned=True), toned=True)
    assert merged.others == {("quảng", "nam")} and merged.kind == "province"
    [city] = places_in(tokens_of("Sài Gòn", toned=True), toned=True)
    assert ("hồ", "chí", "minh") in city.others
    [country] = places_in(tokens_of("Hoa Kỳ", toned=True), toned=True)
    assert country.others == {("mỹ",)} and country.kind == "country"
