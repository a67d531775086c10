"""Checks thousands of cards, of whatever articles may hold, by the rules of the strict Telegram server.

    python -m tests.studies.card_checks [10000]

Half of the cards quote arbitrary text, half quote the seed articles with characters put in that Telegram is strict
about. Prints how many cards the server would refuse, and how many quotes are not verbatim in their article.
"""

from __future__ import annotations

import itertools
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from bot.cards.cards import Card, answer_card, explanation_card
from bot.cards.content import CardContent
from bot.cards.reader import Reader
from bot.cards.texts import ENGLISH, VIETNAMESE
from retrieval.datatypes import Answer, Hit, MatchedWords, PartialDate, Passage, Quote, Span
from tests.bot.arbitrary import ABSTENTIONS, ANSWERS, NASTY, TODAY, strange_quotes
from tests.telegram_server.errors import RefusedError

SEEDS = Path(__file__).parents[2] / "seeds"
KEY = "abcdefghijkl"
BATCH = 100
"""Number of answers that Hypothesis generates at a time, as it keeps all of them in memory."""
LANGUAGES = itertools.cycle((VIETNAMESE, ENGLISH))
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


@dataclass
class Tally:
    """Counts of the cards that were checked."""

    wanted: int
    cards: int = 0
    refused: int = 0
    strange: int = 0

    def check(self, answer: Answer) -> None:
        """Send all cards of an answer."""
        reader = Reader(next(LANGUAGES), TODAY, has_inline_mode=True)
        for page in range(max(1, len(answer.quotes))):
            shown = answer.quotes[page:]
            chosen = CardContent(answer, chosen=answer if page % 2 else None, is_introduction=page > 1)
            self._send(answer_card(chosen, KEY, reader, page), shown)
            if answer.answered:
                explanation = explanation_card(CardContent(answer), _matches(shown[0]), KEY, reader, page)
                self._send(explanation, shown[:1])

    def _send(self, card: Card, quotes: tuple[Quote, ...]) -> None:
        if self.cards == self.wanted:
            return
        self.cards += 1
        try:
            self.strange += len(strange_quotes(card, [quote.text for quote in quotes]))
        except RefusedError as error:
            self.refused += 1
            print(f"refused: {error}", file=sys.stderr)


def _matches(quote: Quote) -> MatchedWords:
    """Returns the first ten words of a quote, as if the question matched them."""
    words = tuple(quote.text.split()[:10])
    return MatchedWords(words, words, words)


def arbitrary(wanted: int) -> Tally:
    """Checks cards of arbitrary text."""
    tally = Tally(wanted)

    @settings(
        max_examples=BATCH, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(ANSWERS | ABSTENTIONS)
    def each(answer: Answer) -> None:
        if tally.cards < wanted:
            tally.check(answer)

    batches = itertools.count(1)
    while tally.cards < wanted:
        seed(next(batches))(each)()
    return tally


def realistic(wanted: int) -> Tally:
    """Checks cards of the seed articles."""
    tally, chance = Tally(wanted), random.Random(1)
    bodies = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    for answer in _answers(bodies, chance):
        if tally.cards == wanted:
            break
        tally.check(answer)
    return tally


def _answers(bodies: list[str], chance: random.Random) -> Iterator[Answer]:
    while True:
        quotes = tuple(_quote(chance.choice(bodies), chance) for _ in range(chance.randint(1, 6)))
        yield Answer("Câu hỏi?", quotes, chance.random(), read_as=chance.choice([None, "Câu <hỏi>?"]))


def _quote(body: str, chance: random.Random) -> Quote:
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(body))
        body = body[:at] + chance.choice(NASTY) + body[at:]
    spans = [Span(match.start(), match.end()) for match in _SENTENCE.finditer(body)]
    first = chance.randrange(len(spans))
    run = spans[first : first + chance.randint(1, 6)]
    quote = Quote(
        "a", run[0].start, run[-1].end, body[run[0].start : run[-1].end], chance.choice(run),
        title=spans[0].of(body), source=chance.choice([None, "Báo Công an"]), published=PartialDate(2024, 3, 8),
        url=chance.choice([None, "https://bao.vn/1?a=1&b=2"]),
    )  # fmt: skip
    return replace(quote, hit=Hit(Passage(1, "a", quote.start, quote.end), 0.5, chance.random(), 3.0))


def main(wanted: int) -> int:
    """Prints the counts; returns exit status 1 if a card or a quote is wrong."""
    tallies = [arbitrary(wanted // 2), realistic(wanted - wanted // 2)]
    cards, refused, strange = (
        sum(getattr(tally, name) for tally in tallies) for name in ("cards", "refused", "strange")
    )
    print(f"{cards} cards: {refused} refused, {strange} quotes not word for word")
    return int(bool(refused or strange or cards != wanted))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
