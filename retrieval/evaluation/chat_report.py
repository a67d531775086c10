"""Prints the measures of a chat folder: tables, JSON lines, and an HTML page with every wrong reply."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape

from retrieval.evaluation.chat_measures import ALL_GROUP, ChatFault, ChatTable, chat_faults, measure_chats
from retrieval.evaluation.chat_replies import ChatReplies
from retrieval.evaluation.measures import marked_text
from retrieval.evaluation.report import html_table, page_head


def chat_table_rows(table: ChatTable) -> list[list[str]]:
    """Returns a header, then a row for all messages of a table and for each group of them."""
    names = list(dict.fromkeys(name for group in table.groups for name in group.measures))
    rows = [[f"{table.name}, %", "asked", *names]]
    for group in table.groups:
        cells = (f"{group.measures[name]:.1f}" if name in group.measures else "-" for name in names)
        rows.append([group.name, str(group.size), *cells])
    return rows


def chat_json_lines(tables: Sequence[ChatTable]) -> Iterator[str]:
    """Yields one JSON object for each group of each table."""
    for table in tables:
        for group in table.groups:
            fields = {
                "queries": table.name,
                **({} if group.name == ALL_GROUP else {"slice": group.name}),
                "questions": group.size,
            }
            yield json.dumps({**fields, **{name: round(value, 2) for name, value in group.measures.items()}})


def chat_report_page(replies: ChatReplies) -> str:
    """Returns the report as HTML: the tables, and every wrong reply with what was expected."""
    tables, faults = measure_chats(replies), list(chat_faults(replies))
    elements = [*page_head("HỏiBáo: evaluation of chats"), *(html_table(chat_table_rows(table)) for table in tables)]
    for table in tables:
        own = [fault for fault in faults if fault.table == table.name]
        if own:
            elements.append(f"<h2>{escape(table.name)}: {len(own)} wrong</h2>")
            elements += map(_fault_details, own)
    return "\n".join(elements) + "\n"


def _fault_details(fault: ChatFault) -> str:
    quote = fault.quote
    elements = [
        f"<summary>{escape(fault.text)} ({escape(fault.id)}): {escape(fault.fault)}</summary>",
        *(f"<p>{label}: {escape(' | '.join(strings))}</p>" for label, strings in _labelled(fault) if strings),
    ]
    if quote:
        elements.append(f"<blockquote>{escape(quote.text)}<br>— {escape(quote.title)} ({escape(quote.article_id)})")
        elements.append(f"<br>marked: {escape(marked_text(quote))}</blockquote>")
    return "<details>" + "\n".join(elements) + "</details>"


def _labelled(fault: ChatFault) -> list[tuple[str, tuple[str, ...]]]:
    expected = fault.expected
    return [
        ("Answer", expected.answers),
        ("Misleads", expected.wrong),
        ("Items", expected.items),
        ("Articles", expected.articles),
    ]
