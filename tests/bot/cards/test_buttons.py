import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.buttons import (
    Action,
    CallbackButton,
    CallbackData,
    ShareButton,
    decode_callback,
    encode_callback,
    to_markup,
)

PRESSES = st.builds(
    CallbackData,
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=1, max_size=32),
    st.sampled_from(Action),
    st.integers(0, 9999),
)


@given(PRESSES)
def test_what_a_tap_sends_back_is_short_and_read_as_it_was_meant(press: CallbackData) -> None:
    assert len(encode_callback(press).encode()) <= 64
    assert decode_callback(encode_callback(press)) == press


@pytest.mark.parametrize(
    "data",
    [None, "", "1", "1:key", "2:key:p:0", "1:key:z", "1::p:0", "1:key:p:-1", "1:key:p:99999", "1:k y:p", "1:ключ:p"],
)
def test_what_no_button_of_this_version_sends_means_nothing(data: str | None) -> None:
    assert decode_callback(data) is None


def test_no_buttons_are_no_keyboard() -> None:
    assert to_markup(()) is None


def test_each_button_does_one_thing() -> None:
    rows = ((CallbackButton("a", CallbackData("key", Action.WHY, 2)), ShareButton("b", "Câu hỏi?")),)
    keyboard = to_markup(rows)
    assert keyboard is not None
    assert keyboard.to_dict() == {
        "inline_keyboard": [
            [{"text": "a", "callback_data": "1:key:w:2"}, {"text": "b", "switch_inline_query": "Câu hỏi?"}]
        ]
    }
