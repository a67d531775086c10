"""The reader as a torch module: the bundled model's layers with heads for the answer and its premises.

The span head points to the first token `<s>` where the passage does not answer (Devlin et al. 2019, on SQuAD 2.0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import BertConfig, BertModel

from retrieval.encoder import TokenEmbeddings
from retrieval.reading import Part, ReaderInput

IGNORED = -100
"""Label of what no loss is computed for."""

LENGTH_STEP = 16
"""Batches are padded to multiples of this, since the kernels of each other shape have to be compiled first."""


@dataclass(frozen=True, slots=True)
class LabelledInput:
    """Pairs a reader input with what the reader should say about it."""

    input: ReaderInput
    first: int
    """Position of the answer's first token; 0 if the passage does not answer."""
    last: int
    """Position of the answer's last token; 0 if the passage does not answer."""
    contradicted: frozenset[int] | None
    """Positions of the question's tokens that the article contradicts; None if that is unknown."""


class ReaderNetwork(torch.nn.Module):
    """Reads a question and a passage together; the token embeddings are given, and so not trained."""

    def __init__(self, bert: BertModel) -> None:
        """Adds untrained heads to the layers of a model, and freezes its embeddings."""
        super().__init__()
        self.bert = bert
        self.tokens = torch.nn.Linear(bert.config.hidden_size, 3)
        self.answerable = torch.nn.Linear(bert.config.hidden_size, 1)
        for parameter in bert.embeddings.parameters():
            parameter.requires_grad = False
        for module in bert.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0  # it slows training on a processor down by half, and one pass over the data needs none

    @classmethod
    def from_folder(cls, folder: Path) -> ReaderNetwork:
        """Loads the layers of a BERT model from a folder, without its token embeddings."""
        from safetensors.torch import load_file

        config = BertConfig.from_pretrained(folder)
        config.vocab_size = 1
        config.pad_token_id = 0
        bert = BertModel(config, add_pooling_layer=False)
        weights = load_file(folder / "model.safetensors")
        kept = {
            name: weight for name, weight in weights.items() if "word_embeddings" not in name and "pooler" not in name
        }
        missing = bert.load_state_dict(kept, strict=False).missing_keys
        if missing != ["embeddings.word_embeddings.weight"]:
            raise ValueError(f"the model lacks weights: {missing}")
        return cls(bert)

    def forward(
        self,
        inputs_embeds: torch.Tensor,
        attention_mask: torch.Tensor,
        parts: torch.Tensor,
        first: torch.Tensor,
        last: torch.Tensor,
        contradicted: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """Computes the loss and the scores of a batch.

        Args:
            inputs_embeds: token embeddings, shape (n, tokens, dim).
            attention_mask: 1 for tokens, 0 for padding, shape (n, tokens).
            parts: the part of each token, shape (n, tokens).
            first: position of each answer's first token, shape (n,).
            last: position of each answer's last token, shape (n,).
            contradicted: 1, 0 or `IGNORED` for each token, shape (n, tokens).

        Returns:
            The `loss`, `token_scores` of shape (n, tokens, 3): logits of being first and last, and of being
            contradicted, and `answerable`, logits of shape (n,).
        """
        states = self.bert(inputs_embeds=inputs_embeds, attention_mask=attention_mask).last_hidden_state
        scores = self.tokens(states).float()
        answerable = self.answerable(states[:, 0]).float().squeeze(-1)
        is_candidate = parts == Part.PASSAGE
        is_candidate[:, 0] = True
        span_logits = scores[..., :2].masked_fill(~is_candidate[..., None], -1e4)
        cross_entropy = torch.nn.functional.cross_entropy
        span_loss = (cross_entropy(span_logits[..., 0], first) + cross_entropy(span_logits[..., 1], last)) / 2
        binary = torch.nn.functional.binary_cross_entropy_with_logits
        loss = span_loss + binary(answerable, (first > 0).float())
        known = contradicted != IGNORED
        if known.any():
            loss = loss + binary(scores[..., 2][known], contradicted[known].float())
        return {"loss": loss, "token_scores": scores, "answerable": answerable}


class Collator:
    """Makes tensors of labelled inputs, looking their token embeddings up."""

    def __init__(self, embeddings: TokenEmbeddings) -> None:
        self._embeddings = embeddings

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, torch.Tensor]:
        """Pads a batch to its longest input."""
        labelled: list[LabelledInput] = [row["row"] for row in rows]
        longest = max(len(one.input.ids) for one in labelled)
        size = (len(labelled), -(-longest // LENGTH_STEP) * LENGTH_STEP)
        embeds = np.zeros((*size, self._embeddings.dim), np.float32)
        mask, parts = np.zeros(size, np.int64), np.zeros(size, np.int64)
        contradicted = np.full(size, IGNORED, np.int64)
        for n, one in enumerate(labelled):
            length = len(one.input.ids)
            embeds[n, :length] = self._embeddings.look_up(one.input.ids)
            mask[n, :length] = 1
            parts[n, :length] = one.input.parts
            if one.contradicted is not None:
                asked = one.input.tokens_of(Part.QUESTION)
                contradicted[n, asked] = [token in one.contradicted for token in asked.tolist()]
        return {
            "inputs_embeds": torch.from_numpy(embeds),
            "attention_mask": torch.from_numpy(mask),
            "parts": torch.from_numpy(parts),
            "first": torch.tensor([one.first for one in labelled]),
            "last": torch.tensor([one.last for one in labelled]),
            "contradicted": torch.from_numpy(contradicted),
        }
