"""A chat folder, its articles and replies, made by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from retrieval.datatypes import DialogueAct, Filter, Quote, Span
from retrieval.evaluation.chat_replies import Reply
from retrieval.evaluation.chat_sets import Expectation, Expected

TODAY = dt.date(2024, 3, 6)

ARTICLES = [
    {
        "_id": "cau",
        "title": "Khánh thành cầu Ánh Dương",
        "text": "Sáng 5/3, cầu Ánh Dương bắc qua sông Lam được thông xe sau ba năm thi công. Cây cầu dài 1.200 mét, có "
        "bốn làn xe và hai lối đi bộ.",
        "date": "2024-03-05",
    },
    {
        "_id": "gao",
        "title": "Giá gạo xuất khẩu tăng mạnh",
        "text": "Giá gạo xuất khẩu tăng lên 640 đô la một tấn trong tuần qua. Năm ngoái giá gạo là 500 đô la.",
        "date": "2024-03-04",
    },
    {
        "_id": "xang",
        "title": "Giá xăng giảm",
        "text": "Giá xăng giảm còn 23.000 đồng một lít từ chiều nay.",
        "date": "2024-03-03",
    },
]
"""The articles; a folder lists the first two."""

MESSAGES: list[dict[str, Any]] = [
    {
        **{"_id": "m1", "kind": "how_many", "text": "Cầu Ánh Dương dài bao nhiêu mét?", "today": "2024-03-06"},
        **{"expect": "answer", "articles": ["cau"], "answers": ["1.200 mét"], "wrong": ["1.500 mét"]},
    },
    {"_id": "m2", "kind": "near_miss", "text": "Ai trúng cử tổng thống nước Pháp?", "expect": "abstain"},
    {"_id": "m3", "kind": "smalltalk", "text": "chào bạn", "expect": "smalltalk"},
]

PAIRS = [
    {
        **{"_id": "p1", "kind": "thing", "articles": ["gao"], "answers": ["640 đô la"], "elsewhere": False},
        **{"true": "Giá gạo xuất khẩu tăng lên bao nhiêu?", "false": "Giá cà phê Brazil tăng lên bao nhiêu?"},
    },
]

DIALOGUES = [
    {
        "_id": "d1",
        "today": "2024-03-05",
        "turns": [
            {
                **{"text": "Cầu Ánh Dương dài bao nhiêu mét?", "expect": "answer", "leans": False},
                **{"articles": ["cau"], "answers": ["1.200 mét"], "meant": "Cầu Ánh Dương dài bao nhiêu mét?"},
            },
            {"text": "cảm ơn", "expect": "smalltalk", "leans": True, "meant": ""},
        ],
    },
]


RUMOURS = [
    {
        **{"_id": "r1", "text": "Giá gạo xuất khẩu lên 640 đô rồi bà con ơi!!!", "expect": "reported"},
        **{"articles": ["gao"], "sentence": "Giá gạo xuất khẩu tăng lên 640 đô la một tấn trong tuần qua."},
    },
    {"_id": "r2", "text": "Nghe nói cầu Ánh Dương sập rồi.", "expect": "nothing", "articles": [], "sentence": ""},
]


def chat_folder(folder: Path) -> Path:
    """Writes a chat folder; its articles lie beside it, in `articles.jsonl`."""
    folder.mkdir()
    for name, rows in (("queries", MESSAGES), ("twins", PAIRS), ("dialogues", DIALOGUES), ("rumours", RUMOURS)):
        write_rows(folder / f"{name}.jsonl", rows)
    write_rows(folder.parent / "articles.jsonl", ARTICLES)
    (folder / "corpus_ids.txt").write_text("cau\ngao\n", encoding="utf-8")
    return folder


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def expected(reply: str = "answer", **strings: tuple[str, ...]) -> Expected:
    """An expectation about the article "right", whose answer string is "640 đô"."""
    known = {"articles": ("right",), "answers": ("640 đô",)} if reply == "answer" else {}
    fields: dict[str, Any] = {**known, **strings}
    return Expected(Expectation(reply), **fields)


def marking(text: str, marked: str, article_id: str = "right") -> Quote:
    """A quote that begins at offset 10 of its article."""
    start = 10 + text.index(marked)
    return Quote(article_id, 10, 10 + len(text), text, Span(start, start + len(marked)), "Tin")


def given(*quotes: Quote) -> Reply:
    return Reply(quotes)


def taken_for(act: DialogueAct, where: Filter | None = None) -> Reply:
    """A reply to a message that was taken for no question."""
    return Reply((), (), act, where)


def refused(*withheld: Quote) -> Reply:
    return Reply((), withheld)


PRICE = "Giá gạo\u00a0 lên 640  đô. Năm ngoái là 500 đô."
RIGHT = marking(PRICE, "640  đô")
MISMARKED = marking(PRICE, "500 đô")
OTHER = marking("Trời nắng.", "Trời nắng.", "other")
