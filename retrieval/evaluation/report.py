"""Builds the evaluation report, an HTML page with measures, plots and lost questions.

The page is one file, without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape

from retrieval.datatypes import Article, Hit
from retrieval.evaluation.measures import first_quote, holds_answer
from retrieval.evaluation.plots import confidence_plots, slice_plot
from retrieval.evaluation.results import QuestionResult, QuestionSetResult
from retrieval.evaluation.slices import slice_results
from retrieval.evaluation.tables import measure_table, slice_table
from retrieval.vietnamese import has_tones, tokens_of

MAX_LOST_QUESTIONS = 200
"""Lost questions shown for each question set."""

EXPLAINED_SIGNALS = {
    "probability": "share",
    "cosine": "cosine_best",
    "BM25 of the article": "article_exact",
    "share of the question in the article": "article_cover",
    "… in its best passage": "best_cover",
    "… in its title": "title_cover",
    "neighbouring words": "article_pairs",
    "names": "article_names",
    "numbers": "article_numbers",
}
"""Signals that show why one article ranked above another, by the label on the page."""

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: .5rem 0; }
td, th { border: 1px solid #8886; padding: .2rem .5rem; text-align: right; }
td:first-child, th:first-child { text-align: left; }
img { background: #fff; display: block; margin: .5rem 0; max-width: 100%; }
details { border-top: 1px solid #8886; padding: .4rem 0; }
summary { cursor: pointer; }
blockquote { border-left: 3px solid #888; margin: .5rem 0; padding-left: .7rem; }
"""

ArticleLookup = Callable[[str], Article | None]
"""Finds an article by its id."""


def report_page(results: Sequence[QuestionSetResult], threshold: float, find_article: ArticleLookup) -> str:
    """Returns the report as HTML.

    Args:
        results: the results of all question sets.
        threshold: the confidence from which an answer is given.
        find_article: finds the articles that are named on the page.
    """
    elements = [
        *page_head("HỏiBáo: evaluation"),
        html_table(measure_table(results)),
        "<h2>Kinds of questions</h2>",
        *_slices(results),
        "<h2>Abstaining</h2>",
        "<p>Over the questions whose answers are known, and those that have none in the corpus.</p>",
        *confidence_plots(results, threshold),
        "<h2>Lost questions</h2>",
        *(element for result in results for element in _lost_questions(result, find_article)),
    ]
    return "\n".join(elements) + "\n"


def _slices(results: Sequence[QuestionSetResult]) -> Iterator[str]:
    if plot := slice_plot(results):
        yield plot
    if any(slice_results(result) for result in results):
        yield html_table(slice_table(results))


def page_head(title: str) -> list[str]:
    """Returns the elements that a page begins with: its head, with title and style, and its heading."""
    return [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(title)}</h1>",
    ]


def html_table(rows: Sequence[Sequence[str]]) -> str:
    """Returns a table element; the first row is its header."""
    header, *body = rows
    lines = [_row(header, "th"), *(_row(row, "td") for row in body)]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


# --- lost questions --------------------------------------------------------------------------------------------------


def _lost_questions(result: QuestionSetResult, find_article: ArticleLookup) -> Iterator[str]:
    lost = [one for one in result.questions if _is_lost(one)]
    if not lost:
        return
    limit = f", {MAX_LOST_QUESTIONS} shown" if len(lost) > MAX_LOST_QUESTIONS else ""
    yield f"<h3>{escape(result.name)}: {len(lost)} of {len(result.questions)}{limit}</h3>"
    yield from (_lost_question(one, find_article) for one in lost[:MAX_LOST_QUESTIONS])


def _is_lost(result: QuestionResult) -> bool:
    """Tells whether a question went wrong.

    An unanswerable question is lost where it is answered; any other where the first article is not relevant, or the
    first quote contains no answer string.
    """
    if not result.question.relevant:
        return result.answered
    if not result.ranking or result.ranking[0][0] not in result.question.relevant:
        return True
    return bool(result.question.answers) and not holds_answer(result, first_quote)


def _lost_question(result: QuestionResult, find_article: ArticleLookup) -> str:
    ranks = {article_id: rank for rank, (article_id, _) in enumerate(result.ranking, 1)}
    rows = [["right article", "rank"]]
    for article_id in result.question.relevant:
        article = find_article(article_id)
        name = f"{article.title} ({article_id})" if article else article_id
        rows.append([name, str(ranks.get(article_id, "not found"))])
    answers, period = result.question.answers, result.period
    elements = [
        f"<summary>{escape(result.question.text)}</summary>",
        f"<p>Answer: {escape(' | '.join(answers[:3]))}</p>" if answers else "",
        f"<p>Asked for the time “{escape(period.words)}”</p>" if period else "",
        html_table(rows) if result.question.relevant else "<p>The corpus holds no answer.</p>",
        f"<p>Quoted with confidence {result.confidence:.2f}, {'given' if result.answered else 'refused'}:</p>",
        *(f"<blockquote>{escape(q.text)}<br>— {escape(q.title)}</blockquote>" for q in result.quotes[:1]),
        _ranking_explanation(result, find_article),
    ]
    return "<details>" + "\n".join(element for element in elements if element) + "</details>"


def _ranking_explanation(result: QuestionResult, find_article: ArticleLookup) -> str:
    """Returns a table that compares the signals of the best and the best relevant hit."""
    hits: dict[str, Hit] = {}
    if result.best_hit:
        hits["found"] = result.best_hit
    if result.best_relevant_hit and result.best_relevant_hit != result.best_hit:
        hits["right"] = result.best_relevant_hit
    rows = [["", *hits]]
    for label, signal in EXPLAINED_SIGNALS.items():
        if any(signal in hit.signals for hit in hits.values()):
            rows.append([label, *(_signal_cell(hit.signals, signal) for hit in hits.values())])
    rows.append(["missing words", *(_missing_words(result.question.text, hit, find_article) for hit in hits.values())])
    return html_table(rows) if hits else ""


def _signal_cell(signals: Mapping[str, float], name: str) -> str:
    return f"{signals[name]:.3f}" if name in signals else "-"


def _missing_words(question: str, hit: Hit, find_article: ArticleLookup) -> str:
    """Returns the question's words that the article of a hit lacks.

    Tones count where the question was typed with tones.
    """
    article = find_article(hit.passage.article_id)
    if article is None:
        return ""
    toned = has_tones(question)
    article_tokens = set(tokens_of(article.text, toned=toned))
    return " ".join(token for token in dict.fromkeys(tokens_of(question, toned=toned)) if token not in article_tokens)
