"""Makes any string fit for a tokenizer."""


def without_surrogates(text: str) -> str:
    """The text, with U+FFFD for each lone surrogate: those have no UTF-8 form, and tokenizers refuse them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
