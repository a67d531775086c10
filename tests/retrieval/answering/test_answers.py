"""Tests answers: which sentences are quoted, from how many articles, and which is marked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.answers import ALWAYS, assess, decide, mark_answer
from retrieval.answering.answers import answer as answer_of
from retrieval.answering.quotes import QuoteDraft, draft_quotes, introduction, quoted_sentences
from retrieval.config import DEFAULT_SETTINGS
from retrieval.corpus.chunking import chunk
from retrieval.corpus.near_duplicates import minhash_signature
from retrieval.datatypes import AbstainReason, Answer, Article, Hit, PartialDate, Passage, Sentence, Span
from retrieval.question import Question
from retrieval.reading import Reading
from retrieval.search import SHARE_WITHIN
from retrieval.search.features import ARTICLE_FEATURES, Model, feature_names
from retrieval.search.hybrid_search import Ranking, rank
from retrieval.search.models import FittedModels, LinearModel, RerankingModel
from retrieval.search.reranking import SHARE, SHARE_OF_EVENT
from retrieval.store.packed_sentences import pack_sentences
from retrieval.store.protocol import ArticleRecord, Snapshot, StoredArticle
from retrieval.vietnamese.frequencies import DocumentFrequencies
from retrieval.vietnamese.sentences import split_sentences
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.questions import question_of, vector_of
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, FOOTBALL, MANIFEST, RICE, HashingEncoder, hashed
from tests.retrieval.store.memory_store import MemoryStore

ENCODER = HashingEncoder()
QUOTES = DEFAULT_SETTINGS.quotes
WORDS = LinearModel({"best_cover": 5.0, "best_pairs": 5.0})
"""A model that ranks by coverage, as the shipped models were fitted on other cosines than a hashing encoder's."""
RANKING = RerankingModel(WORDS, LinearModel({"cover": 5.0, "pairs": 5.0}))
SURE = replace(FittedModels.load(), toned=RANKING, toneless=RANKING, confidence=LinearModel({}, 5.0), threshold=0.5)
UNSURE = replace(SURE, confidence=LinearModel({}, -5.0))


def stored(article: Article) -> ArticleRecord:
    found = tuple(split_sentences(article.body))
    spans = tuple(chunk(article.body, found, ENCODER.count_tokens, target_tokens=40, max_tokens=60))
    vectors = hashed([span.of(article.body) for span in spans])
    return ArticleRecord(article, b"", "file", "file", found, spans, vectors, minhash_signature(article.body))


def answer(question: str, *articles: Article, model: FittedModels = SURE) -> Answer:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(article) for article in articles], [])
    with store.snapshot() as snapshot:
        asked = question_of(question, snapshot)
        return answer_of(snapshot, asked, ranking_of(snapshot, asked, model), model, threshold=model.threshold)


def ranking_of(snapshot: Snapshot, question: Question, model: FittedModels) -> Ranking:
    vector = vector_of(question)
    return rank(snapshot, question, lambda: vector, model, k=100)


def marked(reply: Answer) -> str:
    quote = reply.quotes[0]
    return quote.text[quote.answer_span.start - quote.start : quote.answer_span.end - quote.start]


def test_a_quote_is_a_substring_of_its_article_with_its_source() -> None:
    reply = answer("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES)
    for quote in reply.quotes:
        article = next(one for one in ARTICLES if one.id == quote.article_id)
        assert quote.text == article.body[quote.start : quote.end]
        assert (quote.title, quote.source, quote.url) == (article.title, article.source, article.url)
        assert quote.start <= quote.answer_span.start < quote.answer_span.end <= quote.end
    assert reply.quotes[0].article_id == "cau"


def test_an_answer_survives_json_with_all_that_ranked_its_quotes() -> None:
    reply = answer("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES)
    assert msgspec.json.decode(msgspec.json.encode(reply), type=Answer) == reply
    assert all(
        quote.hit and {*feature_names(ARTICLE_FEATURES, Model.CONFIDENCE), SHARE} <= quote.hit.signals.keys()
        for quote in reply.quotes
    )


def test_the_marked_sentence_is_the_one_that_answers() -> None:
    assert marked(answer("Cây cầu dài bao nhiêu mét, có mấy làn xe?", *ARTICLES)) == BRIDGE.body.split("\n")[1]
    assert marked(answer("thuong lai mua lua gia bao nhieu", *ARTICLES)) == RICE.body.split("\n")[1]


def test_words_that_only_the_part_to_be_answered_has_weigh_by_how_rare_they_are_too() -> None:
    body = "Ở đó hôm qua trời mưa rất to và đường trơn.\nÔng Nam là chủ tịch của huyện miền núi này."
    village = Article("huyen", "Huyện Ánh Dương", body)
    others = [Article(f"bai-{n}", f"Bài {n}", f"Ở đó hôm qua có chợ phiên thứ {n}.") for n in range(40)]
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(article) for article in (village, *others)], [])
    by_cover = replace(SURE, sentence=LinearModel({"cover": 1.0}))
    by_corpus_alone = DocumentFrequencies(0, {})
    with store.snapshot() as snapshot:
        part = question_of("Ở đó hôm qua ai là chủ tịch?", snapshot, by_corpus_alone)
        question = replace(question_of("Huyện Ánh Dương ai là chủ tịch?", snapshot, by_corpus_alone), asked_part=part)
        assessment = assess(snapshot, question, ranking_of(snapshot, question, by_cover), by_cover)
    assert marked(decide(snapshot, question, assessment, ALWAYS)) == body.split("\n")[1]


LENGTHS = (
    "Theo chủ đầu tư, cầu Ánh Dương dài 1.200 mét.",
    "Báo cáo của sở cho hay chiều dài cầu Ánh Dương là hơn một cây số, ngắn hơn thiết kế.",
    "Kỹ sư trưởng nói nhịp chính của cầu Ánh Dương dài 300 mét, bằng một phần tư cả cây cầu.",
)
TOLL = "Vụ sạt lở ở xã Hòa Bình làm {} người chết và nhiều ngôi nhà bị vùi lấp trong đêm."
TOLLS = [
    replace(BRIDGE, id=f"lo-{n}", title="Sạt lở ở Hòa Bình", body=TOLL.format(n), published=PartialDate(2024, 3, n))
    for n in (5, 7)
]
LONG_RICE = replace(
    RICE, body=RICE.body + "\nTheo hiệp hội lương thực, các nhà máy trong vùng đã ký xong hợp đồng của cả quý sau."
)


def test_further_quotes_come_from_other_articles_where_those_may_answer_as_well() -> None:
    bridges = [replace(BRIDGE, id=f"cau-{n}", body=body) for n, body in enumerate(LENGTHS)]
    reply = answer("Cầu Ánh Dương dài bao nhiêu mét?", *bridges)
    assert len({quote.article_id for quote in reply.quotes}) > 1


@pytest.mark.parametrize(
    ("probabilities", "order"),
    [
        ((0.5, 0.2, 0.15), ["cau", "gao", "cau"]),
        ((0.5, 0.31, 0.15), ["cau", "cau", "gao"]),
        ((0.5, 0.2, 0.001), ["cau", "cau"]),
    ],
)
def test_a_further_quote_is_of_another_article_unless_one_has_clearly_more(
    probabilities: tuple[float, float, float], order: list[str]
) -> None:
    paragraphs = [f"Đoạn {n} kể về cầu Ánh Dương. " + f"Công nhân thứ {n} làm việc ngày đêm. " * 20 for n in range(2)]
    bridge = replace(BRIDGE, id="cau", body="\n".join(paragraphs))
    second = bridge.body.index("Đoạn 1")
    places = [("cau", 0, second - 1), ("cau", second, len(bridge.body)), ("gao", 0, len(RICE.body))]
    hits = [
        Hit(Passage(number, *place), probability, 0.9, 5.0, {SHARE: probability, SHARE_WITHIN: 1.0})
        for number, (place, probability) in enumerate(zip(places, probabilities, strict=True))
    ]
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(bridge), stored(replace(RICE, id="gao"))], [])
    with store.snapshot() as snapshot:
        articles = {key: one for key in ("cau", "gao") if (one := snapshot.article(key))}
    drafts = draft_quotes(hits, articles, 3, QUOTES)
    assert [draft.stored.article.id for draft in drafts] == order


@pytest.mark.parametrize(
    ("words", "marked_text"),
    [
        ("bốn làn", "Cầu có bốn làn xe."),
        ("xe. Hai lối", "Cầu có bốn làn xe. Hai lối dành cho người đi bộ."),
        ("đi bộ", "Cầu có bốn làn xe."),
        (None, "Cầu có bốn làn xe."),
    ],
)
def test_an_answer_that_reaches_into_the_next_sentence_is_marked_with_it(words: str | None, marked_text: str) -> None:
    body = "Sáng nay cầu thông xe. Cầu có bốn làn xe. Hai lối dành cho người đi bộ."
    sentences = tuple(Span(one.start, one.end) for one in split_sentences(body))
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(replace(BRIDGE, id="cau", body=body))], [])
    with store.snapshot() as snapshot:
        article = snapshot.article("cau")
    assert article is not None
    hit = Hit(Passage(1, "cau", 0, len(body)), 0.9, 0.9, 5.0)
    draft = QuoteDraft(article, hit, sentences, (0.1, 0.9, 0.1))
    exact = Span(body.index(words), body.index(words) + len(words)) if words else None
    assert mark_answer(draft, [0.1, 0.9, 0.2], exact).of(body) == marked_text


def test_a_copy_is_not_quoted_again_but_its_paper_is_counted() -> None:
    copies = [replace(LONG_RICE, id=f"gao-{n}", title=f"Gạo {n}", source=f"Báo {n % 3}") for n in range(4)]
    reply = answer("Giá gạo xuất khẩu bao nhiêu?", LONG_RICE, *copies)
    assert [quote.copies for quote in reply.quotes] == [3]


def test_a_text_that_several_papers_print_is_as_probable_as_all_of_them_together() -> None:
    copies = [replace(LONG_RICE, id=f"gao-{n}", source=f"Báo {n}") for n in range(3)]
    [quote] = answer("Giá gạo xuất khẩu bao nhiêu?", LONG_RICE, *copies, *ARTICLES[:1]).quotes[:1]
    assert quote.hit is not None
    assert quote.hit.signals[SHARE] <= 0.26
    assert quote.hit.signals[SHARE_OF_EVENT] == pytest.approx(4 * quote.hit.signals[SHARE])


def test_a_text_of_nobody_else_has_no_copies() -> None:
    reply = answer("Giá gạo xuất khẩu bao nhiêu?", LONG_RICE, BRIDGE)
    assert reply.quotes[0].copies == 0


def test_of_two_reports_with_other_figures_both_are_quoted_the_newer_first() -> None:
    for articles in (TOLLS, TOLLS[::-1]):
        reply = answer("Vụ sạt lở ở xã Hòa Bình làm bao nhiêu người chết?", *articles)
        assert [quote.article_id for quote in reply.quotes] == ["lo-7", "lo-5"]


def test_other_figures_of_the_same_day_are_quoted_once() -> None:
    one, other = TOLLS
    reply = answer("Vụ sạt lở ở xã Hòa Bình làm bao nhiêu người chết?", one, replace(other, published=one.published))
    assert len(reply.quotes) == 1


def test_one_article_gives_several_quotes_that_do_not_touch_when_there_is_no_other() -> None:
    paragraphs = [f"Đoạn {n} kể về cầu Ánh Dương. " + f"Công nhân thứ {n} làm việc ngày đêm. " * 12 for n in range(8)]
    reply = answer("cầu Ánh Dương", replace(BRIDGE, body="\n".join(paragraphs)))
    assert 1 < len(reply.quotes) <= 3
    spans = sorted((quote.start, quote.end) for quote in reply.quotes)
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_it_abstains_with_the_nearest_headlines_when_unsure() -> None:
    reply = answer("Giá xăng?", BRIDGE, RICE, FOOTBALL, model=UNSURE)
    assert (reply.quotes, reply.reason) == ((), AbstainReason.NOT_SURE)
    assert len(reply.nearest) == 3 and {one.title for one in reply.nearest} <= {a.title for a in ARTICLES}
    assert reply.confidence < 0.5


def test_an_article_about_another_place_is_no_answer_however_sure() -> None:
    right = answer("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES)
    other = answer("Cầu Ánh Dương ở Nam Định dài bao nhiêu mét?", *ARTICLES)
    assert right.answered and right.missing == ()
    assert (other.quotes, other.reason, other.missing) == ((), AbstainReason.OTHER_PREMISE, ("Nam Định",))
    assert other.confidence > 0.5
    assert other.nearest[0].article_id == right.quotes[0].article_id


def test_an_empty_corpus_and_an_empty_question_have_reasons_of_their_own() -> None:
    assert answer("Giá xăng?").reason is AbstainReason.NOTHING_MATCHES
    assert answer("?!", *ARTICLES).reason is AbstainReason.EMPTY_QUESTION


def test_a_caption_is_never_quoted() -> None:
    body = "Sáng nay mưa to ở nhiều nơi trong tỉnh.\n\nCầu Ánh Dương trong mưa\n\nCầu Ánh Dương vẫn thông xe."
    reply = answer("Cầu Ánh Dương trong mưa", replace(BRIDGE, body=body))
    assert all("trong mưa" not in quote.text for quote in reply.quotes)


def test_a_short_passage_grows_by_neighbours_and_stops_at_headings() -> None:
    found = [Sentence(0, 50), Sentence(51, 150), Sentence(151, 200, "heading"), Sentence(201, 400)]
    assert quoted_sentences(found, Passage(1, "a", 51, 150), (), QUOTES) == [Span(0, 50), Span(51, 150)]
    found[2] = Sentence(151, 200)
    assert quoted_sentences(found, Passage(1, "a", 51, 150), (), QUOTES)[-1] == Span(201, 400)


def test_a_part_of_an_overlong_sentence_is_quoted_by_itself() -> None:
    assert quoted_sentences([Sentence(0, 3000)], Passage(1, "a", 500, 900), (), QUOTES) == [Span(500, 900)]


@given(st.lists(st.text(alphabet="aăâ .!?\n,;-", min_size=1, max_size=300), min_size=1, max_size=6))
def test_quotes_of_any_text_are_whole_sentences_or_their_passage(parts: list[str]) -> None:
    body = "\n".join(parts)
    found = split_sentences(body)
    edges = {s.start for s in found} | {s.end for s in found}
    for span in chunk(body, found, ENCODER.count_tokens):
        run = quoted_sentences(found, Passage(1, "a", span.start, span.end), (), QUOTES)
        assert run == sorted(run, key=lambda s: s.start) and all(s.start < s.end for s in run)
        assert run == [span] or {run[0].start, run[-1].end} <= edges
        assert run[0].start <= span.start and span.end <= run[-1].end


SYMPTOMS = """Bệnh lan nhanh trong mùa mưa.
Bác sĩ Lan kể các dấu hiệu của bệnh sốt mò:
- Sốt cao trên 39 độ suốt nhiều ngày liền;
- Nổi hạch ở nách, ở bẹn, ở cổ. Hạch thường đau khi chạm vào;
- Vết loét nhỏ có vảy đen ở chỗ ve mò đốt.
Ai có các dấu hiệu ấy nên đến bệnh viện."""


def test_a_list_is_quoted_with_its_head() -> None:
    found = split_sentences(SYMPTOMS)
    starts = [SYMPTOMS.index(words) for words in ("- Sốt", "- Nổi", "Hạch thường", "- Vết")]
    for start in starts:
        assert introduced(SYMPTOMS, found, start).startswith("Bác sĩ Lan kể")
    assert introduced(SYMPTOMS, found, SYMPTOMS.index("Ai có")).startswith("Ai có")


def introduced(body: str, found: list[Sentence], start: int) -> str:
    """Returns the text that is quoted if the first chosen sentence starts at `start` or later."""
    quoted = [Span(s.start, s.end) for s in found if s.start >= start][:1]
    before = introduction(
        StoredArticle(1, Article("a", "", body), pack_sentences(found), "file", "file"), quoted, (), QUOTES
    )
    return body[(before or quoted)[0].start : quoted[-1].end]


def test_a_list_too_long_to_quote_gives_its_item_alone() -> None:
    body = "Các món của quán:\n" + "\n".join(f"- Món thứ {n}, nấu với rau rừng và cá suối;" for n in range(60))
    found = split_sentences(body)
    assert introduced(body, found, body.index("- Món thứ 50")).startswith("- Món thứ 50")
    assert introduced(body, found, body.index("- Món thứ 3,")).startswith("Các món")


def test_a_part_of_an_overlong_sentence_is_quoted_without_what_leads_to_it() -> None:
    body = "Ông Tám kể:\n" + "chuyện dài " * 90 + "hết."
    found = split_sentences(body)
    stored_article = StoredArticle(1, Article("a", "", body), pack_sentences(found), "file", "file")
    assert introduction(stored_article, [Span(600, 800)], (), QUOTES) == []


def test_what_was_said_is_quoted_with_who_said_it() -> None:
    body = "Trời mưa.\nÔng Tám nói:\n“Cầu sẽ xong trong tháng này.”"
    assert introduced(body, split_sentences(body), body.index("“Cầu")).startswith("Ông Tám nói")


@pytest.mark.parametrize(
    ("words", "log_odds", "missing"),
    [
        ("kịch câm", 0.5, ("kịch câm",)),  # neither headline nor quote holds them
        ("kịch câm", -0.5, ()),
        ("cầu Ánh Dương", 0.5, ()),
        ("cầu Ánh Dương", DEFAULT_SETTINGS.reading.contradiction, ("cầu Ánh Dương",)),
    ],
)
def test_contradicted_words_are_missing_if_the_quote_lacks_them_or_the_reader_is_sure(
    words: str, log_odds: float, missing: tuple[str, ...]
) -> None:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(article) for article in ARTICLES], [])
    text = "Nhà hát kịch câm bên cầu Ánh Dương dài bao nhiêu mét?"
    with store.snapshot() as snapshot:
        question = question_of(text, snapshot)
        ranking = ranking_of(snapshot, question, SURE)
        contradicted = (Span(text.index(words), text.index(words) + len(words)),) if log_odds > 0 else ()
        reading = Reading(5.0, Span(0, 4), 5.0, np.zeros(1, np.int32), np.ones(1), np.ones(1), log_odds, contradicted)
        best = ranking.hits[0].passage
        assessment = assess(snapshot, question, replace(ranking, readings={best.id: reading}), SURE)
    assert assessment.quotes[0].article_id == BRIDGE.id
    assert assessment.missing == missing


@pytest.mark.parametrize(
    ("question", "asked_on", "is_stale"),
    [
        ("Cầu Ánh Dương hiện nay dài bao nhiêu mét?", dt.date(2024, 6, 5), True),
        ("Cầu Ánh Dương hiện nay dài bao nhiêu mét?", dt.date(2024, 6, 4), False),
        ("Cầu Ánh Dương dài bao nhiêu mét?", dt.date(2024, 6, 5), False),
    ],
)
def test_an_old_answer_to_what_is_newest_tells_its_day(question: str, asked_on: dt.date, is_stale: bool) -> None:
    published = PartialDate(2024, 6, 1)
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(replace(BRIDGE, published=published))], [])
    with store.snapshot() as snapshot:
        asked = replace(question_of(question, snapshot), asked_on=asked_on)
        reply = decide(snapshot, asked, assess(snapshot, asked, ranking_of(snapshot, asked, SURE), SURE), ALWAYS)
    assert reply.stale == (published if is_stale else None)
