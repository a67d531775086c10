"""The façade: which encoder may open which index, rebuilding, and agreeing with the parts beneath."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.cli.answer_output import answer_json, answer_lines
from retrieval.config import NO_READER
from retrieval.datatypes import AbstainReason, Answer, Filter, PartialDate, Period
from retrieval.errors import HoiBaoError, IndexLockedError, ManifestError
from retrieval.indexing import maintenance as upkeep
from retrieval.indexing.added_files import add_files
from retrieval.question.periods import read_period, wants_newest
from retrieval.question.spelling import correct_spelling
from retrieval.service import QuestionAnswering
from retrieval.store.embedded import EmbeddedStore
from retrieval.store.folder import writer_lock
from retrieval.store.protocol import Manifest
from retrieval.store.settings import StoreSettings
from retrieval.vietnamese.language_id import is_english
from retrieval.vietnamese.question_words import question_word_flags
from retrieval.vietnamese.tokens import ANALYZER_VERSION, document_terms, token_spans, tokens_of
from tests.retrieval.conftest import SEEDS
from tests.retrieval.encoder.conftest import write_tiny_model
from tests.retrieval.sample_articles import ARTICLES, record

pytestmark = pytest.mark.slow  # nearly all need the bundled model


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    write_tiny_model(tmp_path / "tiny", {"query": "query: ", "document": "passage: "})
    return tmp_path / "tiny"


@pytest.fixture
def index(tmp_path: Path, seeds_index: Path) -> Path:
    return Path(shutil.copytree(seeds_index, tmp_path / "index"))


def foreign(folder: Path) -> Path:
    manifest = Manifest(encoder="another-model", dim=16, chunker="lines")
    with EmbeddedStore.create(folder, manifest, document_terms, ANALYZER_VERSION) as store:
        store.commit([record(article) for article in ARTICLES], [])
        store.save_caches()
    return folder


def test_an_index_of_another_encoder_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"another-model.*hoibao rebuild"):
        QuestionAnswering.open(foreign(tmp_path / "index"))


def test_a_sync_into_an_index_of_another_chunker_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="hoibao rebuild"):
        upkeep.sync_index(foreign(tmp_path / "index"), [SEEDS])


def test_rebuilding_with_another_encoder_encodes_the_stored_articles_anew(tmp_path: Path) -> None:
    index = foreign(tmp_path / "index")
    report = upkeep.rebuild_index(index, model="bundled")
    assert (report.added, report.passages > 0) == (len(ARTICLES), True)
    with QuestionAnswering.open(index) as qa:
        assert qa.ask("Cây cầu Ánh Dương dài bao nhiêu mét?").quotes[0].article_id == "cau"
        assert qa.info().totals.articles == len(ARTICLES)
    assert upkeep.check_index(index) == ([], [])


def test_a_rebuild_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    index = foreign(tmp_path / "index")
    stop_after = 2

    def progress(stage: str, done: int, total: int | None) -> None:
        if stage == "indexing" and done >= stop_after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upkeep.rebuild_index(index, model="bundled", progress=progress, store_settings=StoreSettings(commit_passages=1))
    assert upkeep.index_info(index).manifest.encoder == "another-model"
    report = upkeep.rebuild_index(index, model="bundled")
    assert (report.added, report.unchanged) == (len(ARTICLES) - stop_after, stop_after)
    assert not (index / "rebuild").exists()


def test_a_rebuild_stores_by_the_settings_that_it_is_given(index: Path, caplog: pytest.LogCaptureFixture) -> None:
    upkeep.rebuild_index(index)
    assert caplog.text == ""
    upkeep.rebuild_index(index, store_settings=StoreSettings(report_encoding_from=1))
    assert "rebuild/vectors.faiss is made anew" in caplog.text


def test_additions_and_deletions_store_by_the_settings_that_they_are_given(index: Path, tmp_path: Path) -> None:
    vectors, added = index / "vectors.faiss", tmp_path / "mua.jsonl"
    added.write_text('{"_id": "mua", "title": "Mưa", "text": "Mưa lớn ở Huế suốt đêm qua."}', encoding="utf-8")
    upkeep.sync_index(index)
    before = vectors.stat().st_ino
    lazy, eager = StoreSettings(max_lag=99.0), StoreSettings(max_lag=0.0)
    add_files(index, [added], store_settings=lazy)
    upkeep.delete_articles(index, ["mua"], store_settings=lazy)
    assert vectors.stat().st_ino == before
    upkeep.index_info(index, store_settings=eager)
    assert vectors.stat().st_ino != before


def test_an_index_is_opened_by_the_settings_that_it_is_given(index: Path, caplog: pytest.LogCaptureFixture) -> None:
    (index / "vectors.faiss").unlink()
    with QuestionAnswering.open(index, store_settings=StoreSettings(report_encoding_from=1)) as qa:
        assert qa.search("tội phạm")
    assert "vectors.faiss is made anew" in caplog.text


def test_an_open_index_follows_a_rebuild(index: Path) -> None:
    with QuestionAnswering.open(index) as qa:
        before = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì?")
        upkeep.rebuild_index(index)
        after = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì?")
    assert [quote.text for quote in after.quotes] == [quote.text for quote in before.quotes] != []


def test_an_open_index_follows_a_rebuild_with_another_model(index: Path, tiny_model: Path) -> None:
    with QuestionAnswering.open(index) as qa:
        upkeep.rebuild_index(index, model=str(tiny_model))
        assert qa.ask("Bộ trưởng Tô Lâm yêu cầu gì?").quotes
        assert str(tiny_model) in str(qa.info().manifest.model)
    with QuestionAnswering.open(index, model=str(tiny_model)) as qa, pytest.raises(ManifestError):
        upkeep.rebuild_index(index, model="bundled")
        qa.ask("Bộ trưởng Tô Lâm yêu cầu gì?")


def test_nothing_can_be_written_while_somebody_writes(index: Path) -> None:
    with writer_lock(index):
        for attempt in (
            lambda: upkeep.sync_index(index, [SEEDS]),
            lambda: upkeep.rebuild_index(index),
            lambda: upkeep.delete_articles(index, ["000_7bf578808520267a"]),
            lambda: upkeep.check_index(index),
        ):
            with pytest.raises(IndexLockedError):
                attempt()
        with QuestionAnswering.open(index) as qa:
            assert qa.ask("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?").answered


def test_the_confidence_of_an_answer_hardly_depends_on_the_size_of_the_corpus(tmp_path: Path) -> None:
    alone, among = tmp_path / "alone", tmp_path / "among"
    corpus = tmp_path / "news.jsonl"
    fillers = [
        {"_id": f"x{n}", "title": f"Bóng đá vòng {n}", "text": f"Đội bóng số {n} đá trận thứ {n} và thắng đậm."}
        for n in range(30)
    ]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in fillers), encoding="utf-8")
    upkeep.sync_index(alone, [SEEDS])
    upkeep.sync_index(among, [SEEDS, corpus])
    for question in ("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?", "Bo truong To Lam yeu cau gi?"):
        with QuestionAnswering.open(alone) as small, QuestionAnswering.open(among) as large:
            one, other = small.ask(question), large.ask(question)
        assert one.quotes[0].text == other.quotes[0].text
        assert one.confidence == pytest.approx(other.confidence, abs=0.05)


def test_an_interrupted_sync_goes_on_with_its_own_paths(tmp_path: Path) -> None:
    corpus = tmp_path / "mua.txt"
    corpus.write_text("Mưa lớn ở Huế suốt đêm qua.", encoding="utf-8")

    def stop(stage: str, done: int, total: int | None) -> None:
        if stage == "indexing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upkeep.sync_index(tmp_path / "index", [corpus], progress=stop)
    assert upkeep.sync_index(tmp_path / "index").added == 1
    assert upkeep.index_info(tmp_path / "index").manifest.paths == (str(corpus),)


def test_whatever_changes_much_packs_the_index(tmp_path: Path) -> None:
    settings = StoreSettings(min_packed_changes=1)
    index, note = tmp_path / "index", tmp_path / "index" / "lexical" / "packed.json"
    stages: list[str] = []

    def progress(stage: str, done: int, total: int | None) -> None:
        stages.append(stage)

    upkeep.sync_index(index, [SEEDS], progress=progress, store_settings=settings)
    assert stages[-1] == "packing"
    first = note.read_bytes()
    stages.clear()
    upkeep.sync_index(index, progress=progress, store_settings=settings)
    assert "packing" not in stages
    note.unlink()  # as in an index of an older version
    upkeep.sync_index(index, progress=progress, store_settings=settings)
    assert stages[-1] == "packing"
    upkeep.rebuild_index(index, progress=progress, store_settings=settings)
    assert stages[-1] == "packing"
    assert note.read_bytes() != first
    shutil.rmtree(index / "lexical")
    before, after = upkeep.check_index(index, store_settings=settings)
    assert (len(before), after) == (1, [])
    assert note.exists()


def test_a_rebuild_that_dies_in_its_switch_leaves_an_index_that_knows_its_paths(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = upkeep.index_info(index).manifest.paths

    def die(folder: Path, **_: bool) -> None:
        raise KeyboardInterrupt

    with QuestionAnswering.open(index) as open_before:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr("retrieval.store.embedded.shutil.rmtree", die)
            upkeep.rebuild_index(index)
        assert upkeep.index_info(index).manifest.paths == paths != ()
        question = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
        with QuestionAnswering.open(index) as qa:
            assert qa.ask(question).answered
        upkeep.delete_articles(index, ["000_7bf578808520267a"])
        upkeep.sync_index(index)
        upkeep.rebuild_index(index)
        assert open_before.ask(question).answered
    assert upkeep.check_index(index) == ([], [])


def test_threads_get_answers_while_the_index_is_rebuilt(index: Path) -> None:
    done = threading.Event()
    answers: list[Answer] = []

    def ask(qa: QuestionAnswering) -> None:
        while not done.wait(0.01):
            answers.append(qa.ask("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"))

    with QuestionAnswering.open(index) as qa:
        threads = [threading.Thread(target=ask, args=(qa,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(3):
            upkeep.rebuild_index(index)
        done.set()
        for thread in threads:
            thread.join()
    assert len(answers) > 3 and all(answer.answered for answer in answers)


def test_a_source_and_a_date_filter_everything(index: Path) -> None:
    with QuestionAnswering.open(index) as qa:
        assert qa.search("Tô Lâm", where=Filter(source="000_7bf578808520267a.txt"))
        assert not qa.search("Tô Lâm", where=Filter(source="khác"))


def test_a_very_long_question_is_cut_not_refused(index: Path) -> None:
    with QuestionAnswering.open(index) as qa:
        assert len(qa.ask("Bộ trưởng Tô Lâm yêu cầu gì? " * 5000).question) <= 2000


def test_nothing_to_read_is_an_error_that_changes_nothing(tmp_path: Path, index: Path) -> None:
    with pytest.raises(HoiBaoError, match="nothing was changed"):
        upkeep.sync_index(index, [tmp_path / "index"])
    assert upkeep.index_info(index).totals.articles == 1


def test_a_slip_is_mended_and_shown_and_tones_alone_are_not(seeds_index: Path) -> None:
    with QuestionAnswering.open(seeds_index) as qa:
        mended = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tooij phạm?")
        toneless = qa.ask("Bo truong To Lam yeu cau gi ve phong chong toi pham?")
    assert mended.answered and mended.read_as == "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    assert next(answer_lines(mended)) == f"✎ Hiểu là: {mended.read_as}"
    as_json = json.loads(answer_json(mended))
    assert (as_json["read_as"], as_json["rewriting"]) == (mended.read_as, "spelling")
    assert toneless.answered and toneless.read_as is None


PARSERS = (token_spans, is_english, question_word_flags, read_period, wants_newest, correct_spelling)


def count_calls(
    functions: Sequence[Callable[..., object]], monkeypatch: pytest.MonkeyPatch
) -> Counter[tuple[str, str]]:
    """Counts the calls of functions, which do what they did, by (name, first argument); wherever they are imported."""
    counts: Counter[tuple[str, str]] = Counter()
    for function in functions:

        def counted(text: str, *args: object, _function: Callable[..., object] = function, **more: object) -> object:
            counts[_function.__name__, text] += 1
            return _function(text, *args, **more)

        for module in [module for name, module in sys.modules.items() if name.startswith("retrieval.")]:
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, counted)
    return counts


@pytest.mark.parametrize(
    "typed",
    [
        "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?",
        "bo truong to lam yeu cau gi ve phong chong toi pham",
        "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tooij phạm?",
        "Tháng 10/2023, Bộ trưởng Tô Lâm yêu cầu gì?",
        "What did the minister ask for in Bắc Giang?",
    ],
)
def test_each_parser_reads_a_question_once(seeds_index: Path, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with QuestionAnswering.open(seeds_index) as qa:
        qa.ask("Khởi động?")  # tables are read at the first question
        counts = count_calls([*PARSERS, tokens_of], monkeypatch)
        qa.ask(typed, today=dt.date(2024, 1, 1))
    texts = {text for name, text in counts if name != "tokens_of"}
    parsed = [name for name, text in counts.elements() if text in texts]
    assert sorted(parsed) == sorted(parser.__name__ for parser in PARSERS)


def test_a_time_in_the_question_narrows_the_search_unless_nothing_then_answers(seeds_index: Path) -> None:
    asked = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    with QuestionAnswering.open(seeds_index) as qa:
        inside = qa.ask(f"Tháng 10/2023 {asked}")
        outside = qa.ask(f"Tháng 9/2022 {asked}")
        days_ago = qa.ask(f"Tuần trước {asked}", today=dt.date(2023, 10, 30))
        fixed = qa.ask(f"Tháng 9/2022 {asked}", where=Filter(until=dt.date(2024, 1, 1)))
    october, until = dt.date(2023, 10, 1), dt.date(2023, 11, 2)
    assert inside.period == Period(october, until, "Tháng 10/2023", last=dt.date(2023, 10, 31))
    assert inside.answered
    # Nothing is of the time that is stated: the article found instead is named as the nearest, and not quoted.
    assert outside.period is not None and not outside.period.kept
    assert not outside.answered and outside.nearest[0].article_id == inside.quotes[0].article_id
    assert days_ago.period is not None and days_ago.period.kept
    assert fixed.period is None
    assert next(answer_lines(inside)) == "⏱ Tháng 10/2023 (1/10/2023–31/10/2023)"
    assert next(answer_lines(outside)).startswith("⏱ Không có câu trả lời trong “Tháng 9/2022”")
    assert json.loads(answer_json(inside))["period"] == {"since": "2023-10-01", "until": "2023-10-31", "kept": True}


def news(tmp_path: Path, *articles: dict[str, str]) -> Path:
    """An index of these articles and of the seeds."""
    corpus = tmp_path / "news.jsonl"
    corpus.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in articles), encoding="utf-8")
    upkeep.sync_index(tmp_path / "index", [SEEDS, corpus])
    return tmp_path / "index"


GOLD = {
    "_id": "vang",
    "title": "Giá vàng miếng SJC lên 81 triệu đồng",
    "text": "Sáng 5/3, giá vàng miếng SJC được niêm yết ở mức 81 triệu đồng một lượng. Thị trường khá trầm lắng.",
    "date": "2024-03-05",
    "source": "VnExpress",
}
BRIDGE = {
    "_id": "cau",
    "title": "Thông xe cầu Ánh Dương bắc qua sông Lam",
    "text": "Cầu Ánh Dương bắc qua sông Lam được thông xe sau ba năm thi công. Cây cầu dài 1.200 mét, có bốn làn xe.",
    "date": "2024-03-06",
    "source": "VnExpress",
}


@pytest.mark.slow
def test_the_reader_finds_the_words_that_answer(seeds_index: Path) -> None:
    question = "Đoàn kiểm tra làm việc với tỉnh nào?"
    with QuestionAnswering.open(seeds_index) as qa:
        read = qa.assess(question, k=10)
    with QuestionAnswering.open(seeds_index, reader=NO_READER) as qa:
        unread = qa.assess(question, k=10)
    first = read.assessment.quotes[0]
    assert first.exact_span is not None
    assert first.start <= first.exact_span.start < first.exact_span.end <= first.end
    assert read.ranking.readings and not unread.ranking.readings
    assert all(quote.exact_span is None for quote in unread.assessment.quotes)


def test_a_time_that_is_left_out_of_account_is_as_if_it_were_not_asked_for(seeds_index: Path) -> None:
    asked = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    with QuestionAnswering.open(seeds_index) as qa:
        timeless = qa.ask(asked)
        for time in ("Tháng 10/2023", "Tháng 9/2022"):
            answer = qa.ask(f"{time} {asked}", any_time=True)
            assert answer == replace(timeless, question=answer.question, turn=answer.turn)


def test_an_article_that_is_chosen_is_quoted_however_unsure(tmp_path: Path) -> None:
    question = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    with QuestionAnswering.open(news(tmp_path, GOLD)) as qa:
        chosen = qa.quote(question, "vang")
        best = qa.quote(question, "000_7bf578808520267a", quotes=6)
        assert qa.ask(question, quotes=6).quotes[0].text == best.quotes[0].text
        assert {quote.article_id for quote in best.quotes} == {"000_7bf578808520267a"}
        gone = qa.quote(question, "khác")
    assert [quote.text for quote in chosen.quotes] == [GOLD["text"]]
    assert chosen.confidence < best.confidence
    assert (gone.quotes, gone.reason) == ((), AbstainReason.NOTHING_MATCHES)


def test_articles_that_are_left_out_are_passed_over_with_their_near_duplicates(tmp_path: Path) -> None:
    rice = "Giá gạo ở chợ Hòa Bình tăng lên 15.000 đồng một cân. Thương lái thu mua tại ruộng, nông dân lãi gấp rưỡi."
    other = "Tại Hòa Bình, lúa gạo được mùa nhưng kho đã đầy, nhiều chợ phải đóng cửa sớm vì vắng khách trong cả tuần."
    bridge = "Cây cầu mới bắc qua sông Lam dài chín mươi mét, có hai làn xe và một lối đi bộ, thông xe vào sáng mai."
    texts = (rice, f"{rice} Theo báo bạn.", other, bridge)
    rows = [{"_id": f"a{n}", "title": f"Tin {n}", "text": text} for n, text in enumerate(texts)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    upkeep.sync_index(tmp_path / "index", [tmp_path / "a.jsonl"])
    with QuestionAnswering.open(tmp_path / "index") as qa:

        def found(without: tuple[str, ...]) -> set[str]:
            assessed = qa.assess("Giá gạo ở chợ Hòa Bình bao nhiêu?", k=60, without=without)
            articles = {hit.passage.article_id for hit in assessed.ranking.hits}
            assert {quote.article_id for quote in assessed.assessment.quotes} <= articles
            return articles

        assert found(()) == {"a0", "a1", "a2", "a3"}
        assert found(("a1",)) == {"a2", "a3"}
        assert found(("a0", "a3", "unknown")) == {"a2"}
        assert found(("a0", "a2", "a3")) == set()


def test_more_quotes_leave_the_first_three_as_they_are(tmp_path: Path) -> None:
    texts = [
        "Thăm Hà Nội, bộ trưởng Tô Lâm yêu cầu công an cấp căn cước nhanh hơn cho người già và trẻ nhỏ.",
        "Tại Huế, bộ trưởng Tô Lâm yêu cầu lực lượng cứu hỏa kiểm tra mọi khu chợ trước mùa khô năm nay.",
        "Đến Cà Mau, bộ trưởng Tô Lâm yêu cầu tuần tra ban đêm dọc bờ biển để ngăn buôn lậu xăng dầu.",
        "Ở Lào Cai, bộ trưởng Tô Lâm yêu cầu xử lý nghiêm xe chở quá tải làm hỏng đường lên cửa khẩu.",
        "Họp ở Đà Nẵng, bộ trưởng Tô Lâm yêu cầu bảo vệ du khách và dẹp nạn chèo kéo trên bãi tắm.",
        "Gặp sinh viên, bộ trưởng Tô Lâm yêu cầu nhà trường dạy kỹ năng tránh lừa đảo trên mạng xã hội.",
    ]
    places = [{"_id": f"h{n}", "title": text.split(",")[0], "text": text} for n, text in enumerate(texts)]
    with QuestionAnswering.open(news(tmp_path, *places)) as qa:
        few = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì?")
        more = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì?", quotes=6)
    assert len(few.quotes) == 3 < len(more.quotes) <= 6
    assert more.quotes[:3] == few.quotes
    spans = {(quote.article_id, quote.start) for quote in more.quotes}
    assert len(spans) == len(more.quotes)


def test_a_quote_tells_which_words_of_the_question_it_holds(seeds_index: Path) -> None:
    with QuestionAnswering.open(seeds_index) as qa:
        answer = qa.ask("Bo truong To Lam yeu cau gi ve phong chong toi pham?")
        first = answer.quotes[0]
        matches = qa.matches(answer, first)
    assert matches.text == ("Bộ trưởng Tô Lâm yêu cầu", "phòng chống tội phạm")
    assert all(words in first.text for words in matches.text)


def test_the_time_that_a_search_was_narrowed_to_is_no_word_that_a_quote_lacks(seeds_index: Path) -> None:
    with QuestionAnswering.open(seeds_index) as qa:
        answer = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm trong tháng 10/2023?")
        assert answer.period is not None and answer.period.kept
        narrowed = qa.matches(answer, answer.quotes[0])
        at_any_time = qa.matches(replace(answer, period=None), answer.quotes[0])
    assert not any("2023" in words for words in narrowed.nowhere)
    assert any("2023" in words for words in at_any_time.nowhere)


def test_a_question_of_nothing_but_a_time_keeps_its_words(seeds_index: Path) -> None:
    with QuestionAnswering.open(seeds_index) as qa:
        answer = qa.ask("Tháng 10/2023", today=dt.date(2024, 1, 1))
        quote = qa.ask("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?").quotes[0]
        matches = qa.matches(answer, quote)
    assert answer.period is not None and answer.period.kept
    assert matches.text + matches.title + matches.nowhere != ()


def test_without_an_answer_it_is_told_how_far_the_corpus_reaches(tmp_path: Path) -> None:
    with QuestionAnswering.open(news(tmp_path, GOLD)) as qa:
        refused = qa.ask("Ai thắng trận chung kết bóng đá nữ?")
        assert not refused.answered
        assert refused.newest == PartialDate(2024, 3, 5)
        assert qa.ask("Giá vàng miếng SJC là bao nhiêu?").newest is None


def test_holdings_tell_what_the_corpus_holds(tmp_path: Path) -> None:
    with QuestionAnswering.open(news(tmp_path, GOLD, BRIDGE)) as qa:
        held = qa.holdings()
        assert (held.articles, held.newest) == (3, PartialDate(2024, 3, 6))
        assert held.first == dt.date(2023, 10, 1)
        assert held.sources == (("VnExpress", 2), ("000_7bf578808520267a.txt", 1))
        assert held.model == qa.info().manifest.encoder
        assert held.synced is not None
        upkeep.delete_articles(tmp_path / "index", ["cau"])
        assert qa.holdings().version > held.version


def test_examples_are_recent_headlines_that_the_corpus_answers(tmp_path: Path) -> None:
    again = {**GOLD, "_id": "vang-2", "title": "Giá vàng miếng SJC lên 82 triệu đồng", "date": "2024-03-04"}
    vague = {"_id": "x", "title": "Vì sao lại thế", "text": "Mưa lớn ở Huế suốt đêm qua.", "date": "2024-03-07"}
    with QuestionAnswering.open(news(tmp_path, GOLD, BRIDGE, again, vague)) as qa:
        assert [one.article_id for one in qa.examples()] == ["cau", "vang", "000_7bf578808520267a"]
        upkeep.delete_articles(tmp_path / "index", ["cau"])
        assert [one.article_id for one in qa.examples()] == ["vang", "000_7bf578808520267a"]
        upkeep.delete_articles(tmp_path / "index", ["vang", "vang-2", "x", "000_7bf578808520267a"])
        assert qa.examples() == ()
        assert qa.holdings().articles == 0 and qa.holdings().newest is None
