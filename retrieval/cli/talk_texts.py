"""Texts of the command line for messages that ask nothing of the news: small talk, questions about HỏiBáo."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.datatypes import CorpusInfo, DialogueAct

MOST_SOURCES_NAMED = 5
"""Most sources that are named; the others are counted."""

_SMALL_TALK_TEXTS = {
    DialogueAct.GREETING: "Chào bạn! Bạn muốn biết tin gì?",
    DialogueAct.THANKS: "Không có gì. Bạn cần tin gì nữa thì cứ hỏi nhé.",
    DialogueAct.FAREWELL: "Tạm biệt bạn, hẹn gặp lại.",
    DialogueAct.INSULT: "Xin lỗi nếu chưa giúp được bạn. Bạn thử hỏi cụ thể hơn: ai, việc gì, ở đâu, khi nào.",
    DialogueAct.ACKNOWLEDGEMENT: "Vâng. Bạn muốn hỏi gì nữa không?",
    DialogueAct.LAUGHTER: "Vui quá! Bạn muốn đọc tin gì tiếp?",
}
_ABOUT_TEXTS = {
    DialogueAct.ABOUT_BOT: (
        "HỏiBáo là chương trình tìm câu trả lời trong kho báo và trích nguyên văn, kèm tên bài, nguồn và ngày.",
        "HỏiBáo không tự viết ra câu trả lời: kho báo không có thì nói là không có.",
    ),
    DialogueAct.ABOUT_USE: (
        "Mỗi dòng một câu hỏi trọn ý, càng cụ thể càng tốt: ai, việc gì, ở đâu, khi nào.",
        "Muốn xem tin, bạn gõ “có gì mới”, “tin hôm qua”, “tin thể thao tuần này”.",
        "Muốn biết cả một vụ việc, bạn gõ “tóm tắt vụ …”. Nghe tin đồn thì chép nguyên tin, HỏiBáo tìm xem báo nói gì.",
    ),
    DialogueAct.ABOUT_PRIVACY: (
        "Câu hỏi được xử lý ngay trên máy này; lệnh hoibao không lưu và không gửi câu hỏi đi đâu.",
    ),
}


def small_talk_text(act: DialogueAct) -> str:
    """Returns the reply to small talk."""
    return _SMALL_TALK_TEXTS[act]


def about_lines(act: DialogueAct, corpus: CorpusInfo | None) -> Iterator[str]:
    """Yields the reply to a question about HỏiBáo.

    Args:
        act: what was asked.
        corpus: the corpus, which the reply describes; None to leave it out.
    """
    yield from _ABOUT_TEXTS.get(act, ())
    if corpus and act in (DialogueAct.ABOUT_BOT, DialogueAct.ABOUT_CORPUS):
        yield from _corpus_lines(corpus)


def _corpus_lines(corpus: CorpusInfo) -> Iterator[str]:
    if not corpus.articles:
        yield "Kho báo còn trống."
        return
    newest = f", tin mới nhất {corpus.newest.vietnamese}" if corpus.newest else ""
    yield f"Kho báo có {corpus.articles} bài{newest}."
    named = [f"{source} ({count} bài)" for source, count in corpus.sources[:MOST_SOURCES_NAMED]]
    others = len(corpus.sources) - len(named)
    if named:
        yield f"Nguồn: {', '.join(named)}{f' và {others} nguồn khác' if others else ''}."
