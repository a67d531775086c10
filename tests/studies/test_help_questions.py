"""Help pages become a corpus and questions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.studies import help_questions

PAGE = """<html><head><title>{title}</title><script>var trang = "không đọc";</script></head><body>
<p>Ngoài phần hiển thị.</p><div id="DisplayArea"><h1>{title}</h1>
<p>{first}</p><ul><li>Chọn mục thứ nhất rồi nhấn nút Đóng.</li><li>{rest}</li></ul></div></body></html>"""
FIRST = "Ở trang này bạn đọc được cách {} trong một bảng tính có nhiều cột."
REST = "Mở hộp thoại, chọn vùng dữ liệu {} rồi nhấn nút Đồng ý để kết thúc. "


def test_a_page_is_asked_for_by_its_headline_and_by_its_first_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages, folder = tmp_path / "pages", tmp_path / "judged"
    for name, task in (("sort", "sắp xếp"), ("chart", "vẽ biểu đồ")):
        (pages / name).mkdir(parents=True)
        html = PAGE.format(title=f"Cách {task} các dòng", first=FIRST.format(task), rest=REST.format(task) * 9)
        (pages / name / "page.html").write_text(html, encoding="utf-8")
    (pages / "english.html").write_text(PAGE.format(title="Sort", first="Sort rows.", rest="Click OK. " * 99), "utf-8")
    help_questions.main([str(pages), str(folder)])
    assert "2 pages, 2 headlines, 2 paragraphs" in capsys.readouterr().out
    corpus, asked, paragraphs = (
        {row["_id"]: row["text"] for row in map(json.loads, (folder / name).read_text(encoding="utf-8").splitlines())}
        for name in ("corpus.jsonl", "queries.jsonl", "queries.paragraphs.jsonl")
    )
    assert asked == {"sort/page.html": "Cách sắp xếp các dòng", "chart/page.html": "Cách vẽ biểu đồ các dòng"}
    assert paragraphs["sort/page.html"] == FIRST.format("sắp xếp")
    assert corpus["sort/page.html"].splitlines() == [
        "Chọn mục thứ nhất rồi nhấn nút Đóng.",
        (REST.format("sắp xếp") * 9).strip(),
    ]
    assert (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:] == [
        "chart/page.html\tchart/page.html\t1",
        "sort/page.html\tsort/page.html\t1",
    ]
