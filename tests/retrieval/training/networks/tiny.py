"""A tiny BERT with tiny token embeddings, and articles and questions for it."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel

from retrieval.datatypes import Article
from retrieval.encoder.token_embeddings import TokenEmbeddings, write_token_embeddings
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.networks.reader_network import ReaderNetwork
from retrieval.training.reading_questions import Label, TrainingQuestion
from retrieval.training.reading_rows import FoundPassages, RowMaker
from retrieval.training.training_material import TrainingMaterial

HIDDEN, VOCABULARY = 32, 2_000

SETTINGS = TrainingSettings(
    rows=96, batch_rows=8, learning_rate=3e-3, held_out_folds=5, steps_between_checks=4, patience=100
)


def tokenize_word(word: str) -> list[int]:
    """Gives each word one token, by a hash."""
    return [3 + zlib.crc32(word.encode()) % (VOCABULARY - 3)]


def embeddings(folder: Path) -> TokenEmbeddings:
    folder.mkdir(parents=True, exist_ok=True)
    write_token_embeddings(np.random.default_rng(0).standard_normal((VOCABULARY, HIDDEN), np.float32), folder)
    return TokenEmbeddings(folder)


def network(seed: int = 0) -> ReaderNetwork:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=1,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
        pad_token_id=0,
    )
    return ReaderNetwork(BertModel(config, add_pooling_layer=False))


def row_makers(rounds: int) -> list[RowMaker]:
    """Returns row makers over forty short articles, each with a question, a false twin and a near one."""
    material = bridges()
    return [RowMaker(material.questions, material.articles, material.found, seed) for seed in range(rounds)]


def bridges() -> TrainingMaterial:
    """Returns forty short articles on bridges, each with three questions."""
    articles: dict[str, Article] = {}
    questions: list[TrainingQuestion] = []
    found: dict[str, FoundPassages] = {}
    for number in range(40):
        name, other = f"bài {number}", f"bài {(number + 1) % 40}"
        body = f"Cầu số {number} dài {100 + number} mét. Xã bên sông vui mừng. Ông Tám khánh thành cầu."
        articles[name] = Article(name, f"Cầu số {number}", body)
        true, false = f"{number} a", f"{number} f"
        asked = [
            TrainingQuestion(true, f"cầu số {number} dài mấy mét", Label.ANSWER, name, answer=f"{100 + number} mét"),
            TrainingQuestion(false, f"hầm số {number} dài mấy mét", Label.FALSE, name, twin_of=true, changed="hầm"),
            TrainingQuestion(f"{number} n", f"cầu số {number} tốn mấy tỷ", Label.NEAR, name),
        ]
        questions += asked
        end = body.index(". Xã") + 1
        passages = FoundPassages(((name, 0, end), (name, end + 1, len(body))), ((other, 0, 20),))
        found |= {question.id: passages for question in asked}
    return TrainingMaterial(questions, articles, found)
