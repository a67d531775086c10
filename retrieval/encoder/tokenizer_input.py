"""Makes any string acceptable to a tokenizer."""


def replace_surrogates(text: str) -> str:
    """Returns the text with U+FFFD for each lone surrogate, which has no UTF-8 form and makes tokenizers fail."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
