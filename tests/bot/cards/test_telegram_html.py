import pytest

from bot.cards.telegram_html import clean, cut_position, escape, host, link, shorten, visible_width, web_link, width


def test_clean_does_what_telegram_does() -> None:
    assert clean("a\tb\x00c\r\n\u202ed\u2028e\u030a\ud800") == "a b c\nde\ufffd"


def test_runs_of_direction_marks_become_what_telegram_makes_of_them() -> None:
    assert clean("a\u200e\u200f\u200fb\u200ec") == "a\u200c\u200c\u200fb\u200ec"


def test_escape() -> None:
    assert escape("<b> & \"c\" 'd'") == "&lt;b&gt; &amp; &quot;c&quot; 'd'"


def test_width_counts_utf16_units() -> None:
    assert width("aạ😀") == 4


def test_visible_width_is_without_tags_and_references() -> None:
    assert visible_width('<a href="https://a.vn/&quot;">x &lt; y</a>') == 5


@pytest.mark.parametrize(
    ("text", "room", "kept"),
    [
        ("một hai ba", 10, "một hai ba"),
        ("một hai ba", 9, "một hai"),
        ("một hai ba", 7, "một hai"),
        ("abcdefghij", 4, "abcd"),
        ("a bcdefghij", 6, "a bcde"),
        ("😀😀😀", 3, "😀"),
        ("xe\u0301", 2, "x"),
        ("ab👨\u200d👩\u200d👧", 7, "ab"),
        ("👍🏽", 2, "👍"),
    ],
)
def test_fit_cuts_at_a_space_and_never_tears_a_character(text: str, room: int, kept: str) -> None:
    assert text[: cut_position(text, room)] == kept


def test_shorten_marks_what_is_left_out() -> None:
    assert shorten(" Tin\n nóng  hôm nay ", 20) == "Tin nóng hôm nay"
    assert shorten("Tin nóng hôm nay", 10) == "Tin nóng…"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "tg://user?id=1",
        "ftp://a.vn/",
        "http://localhost/",
        "http://bank.vn@evil.vn/",
        "https://a.vn/a b",
        "https://a.vn/\n",
        "https://a.vn:port/",
        "http://[::1",
        "https://a.vn/" + "&" * 300,
    ],
)
def test_addresses_that_are_no_links(url: str | None) -> None:
    assert web_link(url) is None
    assert link("A & B", url) == "A &amp; B"


def test_link() -> None:
    assert link("A<B", 'https://báo.vn/?a=1&b="2"') == ('<a href="https://báo.vn/?a=1&amp;b=&quot;2&quot;">A&lt;B</a>')


def test_host_is_shown_without_www() -> None:
    assert host("https://www.vnexpress.net:443/tin") == "vnexpress.net"
