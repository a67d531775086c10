"""Small articles, vectors and records for tests of the store and of the stages above it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from retrieval.corpus.near_duplicates import minhash_signature
from retrieval.datatypes import Article, PartialDate, Sentence, Span, Vectors
from retrieval.indexing.sync_plan import fingerprint
from retrieval.store.protocol import ArticleRecord, Manifest

DIM = 16
MANIFEST = Manifest(encoder="hashing", dim=DIM, chunker="lines", paths=("articles",))

BRIDGE = Article(
    "cau",
    "Khánh thành cầu Ánh Dương",
    "Sáng 5/3, cầu Ánh Dương bắc qua sông Lam được thông xe sau ba năm thi công.\n"
    "Cây cầu dài 1.200 mét, có bốn làn xe và hai lối đi bộ.\n"
    "Ông Lê Văn Tám cho biết người dân hai bờ không còn phải đi phà.",
    PartialDate(2024, 3, 5),
    "Báo Sông Lam",
    "https://example.org/cau",
)
RICE = Article(
    "gao",
    "Giá gạo xuất khẩu tăng mạnh",
    "Giá gạo xuất khẩu tăng lên 640 đô la một tấn trong tuần qua.\n"
    "Thương lái thu mua lúa tại ruộng với giá 8.500 đồng một ký.\n"
    "Nông dân xã Hòa Bình cho hay họ lãi gấp rưỡi năm ngoái.",
    PartialDate(2023, 10),
    "Tin Nông Thôn",
)
FOOTBALL = Article(
    "bong-da",
    "Đội tuyển nữ thắng đậm",
    "Đội tuyển nữ thắng 4-0 trong trận mở màn trên sân nhà.\n"
    "Tiền đạo Nguyễn Thị Sao ghi ba bàn và được bầu là cầu thủ hay nhất trận.",
    PartialDate(2024, 5, 20),
    "Báo Sông Lam",
)
UNDATED = Article("an", "Món canh chua cá lóc", "Canh chua cá lóc cần me, thơm và đậu bắp.\nNấu trong hai mươi phút.")
ARTICLES = (BRIDGE, RICE, FOOTBALL, UNDATED)


def hashed(texts: Sequence[str]) -> Vectors:
    """Returns unit vectors that depend on the syllables of a text alone: the sum of a pseudo-random row for each."""
    rows = np.zeros((len(texts), DIM), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in text.lower().split() or [""]:
            seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:4], "big")
            row += np.random.default_rng(seed).standard_normal(DIM, dtype=np.float32)
        row /= np.linalg.norm(row)
    return rows


def record(article: Article) -> ArticleRecord:
    """Returns the record of an article, with one passage a line."""
    spans, start = [], 0
    for line in article.body.split("\n"):
        if line:
            spans.append(Span(start, start + len(line)))
        start += len(line) + 1
    vectors = hashed([span.of(article.body) for span in spans])
    sentences = tuple(Sentence(span.start, span.end) for span in spans)
    return ArticleRecord(
        article,
        fingerprint(article),
        "file",
        "file:1",
        sentences,
        tuple(spans),
        vectors,
        minhash_signature(article.body),
    )


class HashingEncoder:
    """An encoder without a model: `hashed` gives its vectors."""

    id = "hashing"
    dim = DIM

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return hashed(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return hashed(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]
