"""Forwarded messages: an article reports them, denies them, or nothing is known."""

from __future__ import annotations

from retrieval.answering.checking import MAX_REPORTS
from retrieval.datatypes import AbstainReason, Article, DialogueAct, PartialDate, Verdict
from tests.retrieval.answering.asking import CONFIDENT, reply
from tests.retrieval.sample_articles import BRIDGE, FOOTBALL, RICE

REPORT = Article(
    "cho",
    "Chợ Sông Lam đóng cửa một tháng",
    "Từ ngày 6/3, chợ Sông Lam đóng cửa một tháng để sửa mái và hệ thống điện.\n"
    "Ban quản lý chợ Sông Lam cho biết 40 tiểu thương được chuyển sang bãi xe.",
    PartialDate(2024, 3, 5),
)
DENIAL = Article(
    "dap",
    "Không có chuyện vỡ đập hồ Ngọc",
    "Trên mạng xã hội lan truyền tin đập hồ Ngọc sắp vỡ, nước tràn về hạ du trong đêm.\n"
    "Chủ tịch huyện cho biết thông tin đập hồ Ngọc sắp vỡ là sai sự thật, đập vẫn an toàn.\n"
    "Công an đang tìm người đăng tin.",
    PartialDate(2024, 3, 5),
)
OPINION = Article(
    "cau",
    "Vì sao cầu Đá bị cấm xe",
    "Nhiều người cho rằng cầu Đá bị cấm xe tải vì mố cầu đã nứt và sắp sập.\n"
    "Tuy nhiên, theo sở giao thông, cầu Đá bị cấm xe tải để sơn lại lan can, mố cầu còn tốt.",
    PartialDate(2024, 3, 5),
)

REPORTED_CLAIM = (
    "Chợ Sông Lam đóng cửa cả một tháng để sửa mái với điện nha bà con. 40 tiểu thương phải dọn sang bãi xe."
)
DENIED_CLAIM = "KHẨN CẤP!!! Đập hồ Ngọc sắp vỡ rồi, nước tràn về hạ du trong đêm nay. Mọi người chia sẻ gấp!"
REBUTTED_CLAIM = "Cầu Đá bị cấm xe tải là do mố cầu nứt rồi, sắp sập tới nơi. Bà con đừng đi qua đó nữa nha."
UNKNOWN_CLAIM = "Nghe nói trường mầm non Hoa Mai cho các cháu uống sữa hết hạn. Phụ huynh kiểm tra ngay kẻo nguy hiểm!"


def test_a_report_is_quoted() -> None:
    answer = reply(REPORTED_CLAIM, REPORT, DENIAL, BRIDGE, RICE, FOOTBALL)
    assert (answer.act, answer.verdict, answer.reason) == (DialogueAct.FORWARDED, Verdict.REPORTED, None)
    assert answer.quotes[0].article_id == "cho"
    assert len(answer.quotes) <= MAX_REPORTS


def test_the_denial_is_quoted_and_not_what_is_denied_alone() -> None:
    answer = reply(DENIED_CLAIM, REPORT, DENIAL, BRIDGE, RICE, FOOTBALL, models=CONFIDENT)
    assert (answer.act, answer.verdict) == (DialogueAct.FORWARDED, Verdict.DENIED)
    [quote] = answer.quotes
    assert DENIAL.body[quote.start : quote.end] == quote.text
    assert "sai sự thật" in DENIAL.body[quote.answer_span.start : quote.answer_span.end]


def test_an_opinion_that_officials_contradict_is_denied() -> None:
    answer = reply(REBUTTED_CLAIM, REPORT, DENIAL, OPINION, RICE, FOOTBALL, models=CONFIDENT)
    assert answer.verdict is Verdict.DENIED
    assert answer.quotes[0].text == OPINION.body


def test_an_assertion_of_the_contrary_denies() -> None:
    safe = Article(
        "gao",
        "Gạo nhựa Sông Lam: nhà máy lên tiếng",
        "Nhà máy xay gạo Sông Lam bán gạo ở tám chợ.\n"
        "Giám đốc nhà máy khẳng định gạo Sông Lam ăn được, không lẫn hạt nhựa.",
        PartialDate(2024, 3, 5),
    )
    told = "Gạo của nhà máy Sông Lam lẫn hạt nhựa đó bà con ơi, không ăn được đâu. Nhà nào mua rồi thì đem bỏ đi nha."
    answer = reply(told, safe, REPORT, BRIDGE, FOOTBALL, models=CONFIDENT)
    assert answer.verdict is Verdict.DENIED
    quote = answer.quotes[0]
    assert "khẳng định" in safe.body[quote.answer_span.start : quote.answer_span.end]


def test_a_denial_of_something_else_denies_nothing() -> None:
    other = Article(
        "cho",
        REPORT.title,
        f"{REPORT.body}\nÔng Ba bác bỏ cáo buộc nhận quà biếu của nhà thầu khác.",
        REPORT.published,
    )
    assert reply(REPORTED_CLAIM, other, BRIDGE, RICE, FOOTBALL).verdict is Verdict.REPORTED


def test_what_no_article_knows_is_neither_confirmed_nor_denied() -> None:
    answer = reply(UNKNOWN_CLAIM, REPORT, DENIAL, BRIDGE, RICE, FOOTBALL)
    assert (answer.verdict, answer.quotes, answer.nearest) == (Verdict.NOTHING, (), ())
    assert answer.reason is AbstainReason.NOT_REPORTED
    assert answer.newest == FOOTBALL.published


def test_advice_gets_articles_and_no_quote() -> None:
    answer = reply("tôi có nên bán gạo lúc giá gạo xuất khẩu tăng mạnh không", RICE, BRIDGE)
    assert (answer.act, answer.quotes, answer.reason) == (DialogueAct.ADVICE, (), AbstainReason.ADVICE)
    assert answer.nearest[0].article_id == "gao"
