"""Where articles, passages and vectors are kept and found again: the `Store` protocol and two engines behind it."""
