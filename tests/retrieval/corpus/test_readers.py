from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tracemalloc
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.corpus.readers import read_articles
from retrieval.datatypes import Article, PartialDate, SourcedArticle
from retrieval.errors import SourceError, UsageError

SEEDS = Path(__file__).parents[3] / "seeds"
BODY = "Mưa lớn ở Huế từ sáng sớm. Nước sông Hương lên nhanh."


def articles(*paths: Path) -> list[Article]:
    return [found.article for found in read_articles(paths) if isinstance(found, SourcedArticle)]


def errors(*paths: Path) -> list[SourceError]:
    return [found for found in read_articles(paths) if isinstance(found, SourceError)]


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def json_lines(*records: object) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def ids(found: Iterable[Article]) -> list[str]:
    return [article.id for article in found]


class TestTxt:
    def test_the_seed_article_is_read_with_date_title_and_body_apart(self) -> None:
        (article,) = articles(SEEDS)
        assert article.id == "000_7bf578808520267a"
        assert article.published == PartialDate(2023, 10)
        assert article.title == "Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang"
        assert article.body.startswith("Ngày 20/10, Đoàn công tác của Ban Thường vụ Đảng uỷ Công an Trung ương")
        assert article.body.endswith("một cách căn bản, bền vững”.")
        assert (article.source, article.url) == ("000_7bf578808520267a.txt", None)

    @pytest.mark.parametrize(
        ("start", "published"),
        [
            ("date 2023-10 ", PartialDate(2023, 10)),
            ("\ufeff  date 2023-10-20\n", PartialDate(2023, 10, 20)),
            ("", None),
        ],
    )
    def test_a_leading_date_is_metadata(self, tmp_path: Path, start: str, published: PartialDate | None) -> None:
        (article,) = articles(written(tmp_path / "a.txt", start + BODY))
        assert (article.published, article.body) == (published, BODY)

    @pytest.mark.parametrize("text", ["update 2023-10 " + BODY, "Có date 2023-10 ở giữa.", "date tới: 2023-10"])
    def test_a_date_elsewhere_is_text(self, tmp_path: Path, text: str) -> None:
        (article,) = articles(written(tmp_path / "a.txt", text))
        assert (article.published, article.body) == (None, text)

    @pytest.mark.parametrize("date", ["2023-13", "2023-02-30", "2023-1", "2023-10-"])
    def test_a_leading_date_that_does_not_exist_is_an_error(self, tmp_path: Path, date: str) -> None:
        path = written(tmp_path / "a.txt", f"date {date} {BODY}")
        (error,) = errors(path)
        assert error.place == str(path)
        assert error.reason == f"not a date: '{date}'; expected YYYY-MM-DD or YYYY-MM"

    @pytest.mark.parametrize("content", ["", " \n\t", "date 2023-10 \n", "\ufeff", "… — !", "\x00\x00"])
    def test_a_file_without_words_is_an_error(self, tmp_path: Path, content: str) -> None:
        assert [error.reason for error in errors(written(tmp_path / "a.txt", content))] == ["no text"]

    def test_bytes_that_are_not_utf8_are_an_error_that_says_where(self, tmp_path: Path) -> None:
        (error,) = errors(written(tmp_path / "a.txt", "Huế".encode("utf-16")))
        assert error.reason == "not UTF-8 (byte 0xff at 0)"

    def test_the_body_is_normalised_and_its_lines_kept(self, tmp_path: Path) -> None:
        raw = "\n  Mưa\r\n\r\n" + unicodedata.normalize("NFD", "lớn ở Huế") + ".\x00 \n"
        (article,) = articles(written(tmp_path / "a.txt", raw))
        assert article.body == "Mưa\n\nlớn ở Huế."

    def test_without_a_heading_the_first_sentence_is_the_title(self, tmp_path: Path) -> None:
        (article,) = articles(written(tmp_path / "a.txt", BODY))
        assert article.title == "Mưa lớn ở Huế từ sáng sớm."

    def test_a_long_first_sentence_is_cut_between_words(self, tmp_path: Path) -> None:
        (article,) = articles(written(tmp_path / "a.txt", "Theo TP. HCM, " + "mưa lớn, " * 30 + "gió to."))
        assert article.title == "Theo TP. HCM, " + "mưa lớn, " * 9 + "mưa…"
        assert len(article.title) <= 100

    def test_a_photo_credit_is_no_title(self, tmp_path: Path) -> None:
        (article,) = articles(written(tmp_path / "a.txt", f"{BODY}\nCầu Tràng Tiền sau lũ. Ảnh: Võ Thạnh\nNước rút."))
        assert article.title == "Mưa lớn ở Huế từ sáng sớm."


class TestFolders:
    def test_are_walked_in_the_order_of_names_with_paths_as_ids(self, tmp_path: Path) -> None:
        for name in ("b/c.txt", "b/a.txt", "a.txt", "b.d/é.txt", "c.TXT"):
            written(tmp_path / name, BODY)
        assert ids(articles(tmp_path)) == ["a", "b/a", "b/c", "b.d/é", "c"]

    def test_hidden_files_and_unknown_kinds_are_skipped(self, tmp_path: Path) -> None:
        for name in (".a.txt", ".git/b.txt", "c.pdf", "README", "qrels.tsv", "d.txt.bak"):
            written(tmp_path / name, BODY)
        assert list(read_articles([tmp_path])) == []

    def test_a_file_given_itself_is_named_by_its_stem(self, tmp_path: Path) -> None:
        path = written(tmp_path / "deep" / "tin.moi.txt", BODY)
        (found,) = read_articles([path])
        assert isinstance(found, SourcedArticle)
        assert (found.article.id, found.origin, found.place) == ("tin.moi", str(path), str(path))

    def test_a_file_that_is_reached_twice_is_read_once(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.txt", BODY)
        (tmp_path / "z.txt").symlink_to(path)
        assert ids(articles(tmp_path, path, tmp_path)) == ["a"]

    def test_links_that_loop_do_not_hang(self, tmp_path: Path) -> None:
        written(tmp_path / "sub" / "a.txt", BODY)
        (tmp_path / "sub" / "up").symlink_to(tmp_path)
        (tmp_path / "sub" / "x.txt").symlink_to(tmp_path / "sub" / "x.txt")
        assert ids(articles(tmp_path)) == ["sub/a"]
        assert [error.place for error in errors(tmp_path)] == [str(tmp_path / "sub" / "x.txt")]

    def test_a_dangling_link_and_a_pipe_are_errors(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
        os.mkfifo(tmp_path / "b.txt")
        assert [error.reason for error in errors(tmp_path)] == ["not a file, or a link to nothing"] * 2

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read_is_an_error_and_the_rest_is_read(self, tmp_path: Path) -> None:
        written(tmp_path / "a.txt", BODY).chmod(0)
        written(tmp_path / "sub" / "b.txt", BODY).parent.chmod(0)
        written(tmp_path / "z.txt", BODY)
        assert [error.reason for error in errors(tmp_path)] == ["Permission denied"] * 2
        assert ids(articles(tmp_path)) == ["z"]
        (tmp_path / "sub").chmod(0o700)

    def test_a_file_that_vanishes_while_reading_is_an_error(self, tmp_path: Path) -> None:
        written(tmp_path / "a.txt", BODY)
        gone = written(tmp_path / "b.txt", BODY)
        found = read_articles([tmp_path])
        assert isinstance(next(found), SourcedArticle)
        gone.unlink()
        assert isinstance(next(found), SourceError)

    def test_names_that_are_not_utf8_still_make_an_id(self, tmp_path: Path) -> None:
        os.makedirs(os.fsencode(tmp_path) + b"/x")  # noqa: PTH103  # pathlib takes no bytes
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/x/\xff a.txt")).write_text(BODY)
        assert ids(articles(tmp_path)) == ["x/\\xff a"]

    def test_an_empty_folder_yields_nothing(self, tmp_path: Path) -> None:
        assert list(read_articles([tmp_path])) == []

    def test_of_a_beir_folder_only_the_corpus_is_read(self, tmp_path: Path) -> None:
        written(tmp_path / "corpus.jsonl", json_lines({"_id": "c", "title": "", "text": BODY}))
        written(tmp_path / "queries.jsonl", json_lines({"_id": "q", "text": "Mưa ở đâu?"}))
        written(tmp_path / "notes.txt", BODY)
        written(tmp_path / "more" / "d.txt", BODY)
        assert ids(articles(tmp_path)) == ["c", "more/d"]

    @pytest.mark.parametrize("name", ["nowhere", "notes.pdf"])
    def test_wrong_paths_are_refused_before_anything_is_read(self, tmp_path: Path, name: str) -> None:
        written(tmp_path / "notes.pdf", BODY)
        good = written(tmp_path / "a.txt", BODY)
        with pytest.raises(UsageError, match=name):
            read_articles([good, tmp_path / name])


class TestJsonLines:
    def test_all_fields_are_read(self, tmp_path: Path) -> None:
        record = {
            "_id": "a1",
            "title": " Mưa\n lớn ",
            "text": BODY,
            "date": "2024-01-05T23:30:00+07:00",
            "source": "Báo Thử",
            "url": "https://bao.example/a1",
        }
        path = written(tmp_path / "tin.jsonl", json_lines(record))
        assert list(read_articles([path])) == [
            SourcedArticle(
                Article("a1", "Mưa lớn", BODY, PartialDate(2024, 1, 5), "Báo Thử", "https://bao.example/a1"),
                origin=str(path),
                place=f"{path}:1",
            )
        ]

    def test_only_an_id_and_a_text_are_needed(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.jsonl", json_lines({"_id": 7, "text": BODY, "title": None, "date": ""}))
        assert articles(path) == [Article("7", "Mưa lớn ở Huế từ sáng sớm.", BODY)]

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            ("{", "not JSON (Expecting property name"),
            ("[" * 100_000, "not JSON ("),
            ("[1]", "not a JSON object"),
            ('{"text": "Mưa."}', 'no "_id"'),
            ('{"_id": " ", "text": "Mưa."}', 'no "_id"'),
            ('{"_id": true, "text": "Mưa."}', '"_id" is not a string but true'),
            ('{"_id": "a"}', "no text"),
            ('{"_id": "a", "text": " "}', "no text"),
            ('{"_id": "a", "text": ["Mưa."]}', '"text" is not a string but ["'),
            ('{"_id": "a", "text": "Mưa.", "title": 5}', '"title" is not a string but 5'),
            ('{"_id": "a", "text": "Mưa.", "date": 2023}', '"date" is not a string but 2023'),
            ('{"_id": "a", "text": "Mưa.", "date": "20/10/2023"}', "not a date: '20/10/2023'"),
            ('{"_id": "a", "text": "Mưa.", "date": "2023-02-30"}', "not a date: '2023-02-30'"),
        ],
    )
    def test_a_wrong_line_is_an_error_with_its_number_and_the_rest_is_read(
        self, tmp_path: Path, line: str, reason: str
    ) -> None:
        good = {"_id": "good", "text": BODY}
        path = written(tmp_path / "a.jsonl", f"\n{line}\n{json_lines(good)}")
        (error,) = errors(path)
        assert error.place == f"{path}:2"
        assert error.reason.startswith(reason)
        assert ids(articles(path)) == ["good"]

    def test_a_line_that_is_not_utf8_is_an_error_of_that_line_only(self, tmp_path: Path) -> None:
        good = json_lines({"_id": "a", "text": BODY}).encode()
        path = written(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + good + b'{"_id": "b", "text": "\xff"}\n' + good)
        assert [error.place for error in errors(path)] == [f"{path}:2"]
        assert ids(articles(path)) == ["a", "a"]

    def test_lone_surrogates_do_not_survive(self, tmp_path: Path) -> None:
        path = written(tmp_path / "a.jsonl", '{"_id": "a\\ud800", "text": "Mưa \\udfff lớn."}')
        (article,) = articles(path)
        assert (article.id, article.body) == ("a\ufffd", "Mưa \ufffd lớn.")

    def test_a_line_of_megabytes_is_read(self, tmp_path: Path) -> None:
        text = "Mưa lớn. " * 400_000
        (article,) = articles(written(tmp_path / "a.jsonl", json_lines({"_id": "a", "text": text})))
        assert article.body == text.strip()

    def test_compressed_lines_are_read(self, tmp_path: Path) -> None:
        packed = gzip.compress(json_lines({"_id": "a", "text": BODY}).encode())
        assert ids(articles(written(tmp_path / "tin.jsonl.gz", packed))) == ["a"]

    def test_a_truncated_gzip_file_keeps_what_came_before(self, tmp_path: Path) -> None:
        records = [{"_id": str(number), "text": f"{BODY} {os.urandom(2000).hex()}"} for number in range(40)]
        packed = gzip.compress(json_lines(*records).encode())
        path = written(tmp_path / "tin.jsonl.gz", packed[: len(packed) // 2])
        read_ids = ids(articles(path))
        assert read_ids == [str(number) for number in range(len(read_ids))]
        assert 10 <= len(read_ids) < 25
        (error,) = errors(path)
        assert error.place == f"{path}:{len(read_ids) + 1}"
        assert error.reason.startswith("broken gzip file")

    def test_a_file_that_is_not_gzip_is_an_error(self, tmp_path: Path) -> None:
        path = written(tmp_path / "tin.jsonl.gz", json_lines({"_id": "a", "text": BODY}))
        assert [error.reason[:16] for error in errors(path)] == ["broken gzip file"]

    def test_one_article_at_a_time_is_held_in_memory(self, tmp_path: Path) -> None:
        text = BODY * 400
        path = written(tmp_path / "a.jsonl", json_lines(*({"_id": str(n), "text": text} for n in range(150))))
        tracemalloc.start()
        try:
            assert sum(1 for _ in read_articles([path])) == 150
            peak_bytes = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert path.stat().st_size > 4_000_000
        assert peak_bytes < 1_000_000

    @given(st.binary(max_size=60))
    def test_no_bytes_make_it_fail(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        folder = tmp_path_factory.mktemp("bytes")
        for kind in ("txt", "jsonl", "jsonl.gz"):
            for found in read_articles([written(folder / f"a.{kind}", content)]):
                if isinstance(found, SourcedArticle):
                    assert found.article.body and found.article.title and found.article.id


PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Khánh thành cầu Mây ở Lào Cai</title>
<meta property="og:site_name" content="Báo Thử">
<meta property="article:published_time" content="2024-03-05T08:00:00+07:00">
<link rel="canonical" href="https://bao.example/cau-may"></head><body>
<nav><a href="/">Trang chủ</a> <a href="/the-thao">Thể thao</a></nav><article>
<h1>Khánh thành cầu Mây ở Lào Cai</h1>
<p>Sáng 4/3, tỉnh Lào Cai khánh thành cầu Mây bắc qua suối Mường Hoa, sau hai năm thi công.</p>
<p>Cầu dài 120 m, rộng 3 m, kinh phí 15 tỷ đồng, nối hai thôn Tả Van và Lao Chải của thị xã Sa Pa.</p>
<p>Ông Giàng A Páo, trưởng thôn, nói người dân không còn phải lội suối mỗi mùa mưa lũ về.</p></article>
<footer>Bản quyền thuộc về Báo Thử</footer></body></html>"""


class TestHtml:
    @pytest.mark.parametrize("kind", ["html", "htm"])
    def test_main_text_and_metadata_are_read(self, tmp_path: Path, kind: str) -> None:
        written(tmp_path / "bao" / f"cau-may.{kind}", PAGE)
        (article,) = articles(tmp_path)
        assert article.id == "bao/cau-may"
        assert article.title == "Khánh thành cầu Mây ở Lào Cai"
        assert article.published == PartialDate(2024, 3, 5)
        assert (article.source, article.url) == ("Báo Thử", "https://bao.example/cau-may")
        paragraphs = article.body.split("\n")
        assert paragraphs[-3].startswith("Sáng 4/3, tỉnh Lào Cai")
        assert paragraphs[-1].startswith("Ông Giàng A Páo")
        assert "Trang chủ" not in article.body
        assert "Bản quyền" not in article.body

    @pytest.mark.parametrize("content", ["", "<html></html>", "<html><body><p></p></body></html>", "\x00\x00"])
    def test_a_page_without_text_is_an_error(
        self, tmp_path: Path, content: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (error,) = errors(written(tmp_path / "a.html", content))
        assert error.reason in ("no text found", "no text")
        assert capfd.readouterr() == ("", "")


def test_plain_files_are_read_without_the_heavy_libraries(tmp_path: Path) -> None:
    path = written(tmp_path / "a.txt", BODY)
    code = (
        "import sys; from pathlib import Path; from retrieval.corpus.readers import read_articles; "
        "print(len(list(read_articles([Path(sys.argv[1])]))), "
        "*({'torch', 'underthesea', 'trafilatura'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"]
