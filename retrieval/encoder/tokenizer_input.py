"""Makes any string acceptable to a tokenizer."""


def replace_surrogates(text: str) -> str:
    """Replaces each lone surrogate by U+FFFD: surrogates have no UTF-8 form, and tokenizers fail on them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
