"""Settings are values: they compare, hash, and reach other processes."""

from __future__ import annotations

import pickle
from dataclasses import asdict, replace

from retrieval.config import DEFAULT_SETTINGS, FusionWeights, QuoteSettings


def test_settings_are_equal_and_hash_by_value_after_pickling() -> None:
    changed = replace(DEFAULT_SETTINGS, candidates=61, quotes=QuoteSettings(max_chars=700))
    copy = pickle.loads(pickle.dumps(changed))
    assert copy == changed != DEFAULT_SETTINGS
    assert len({copy, changed, DEFAULT_SETTINGS}) == 2
    assert asdict(copy)["toned_weights"]["article_exact"] == 0.45


def test_fusion_weights_of_hybrid_search_sum_to_1() -> None:
    for weights in (DEFAULT_SETTINGS.toned_weights, DEFAULT_SETTINGS.toneless_weights):
        assert round(sum(weights.by_signal().values()), 12) == 1


def test_signals_without_weight_are_left_out_of_fusion() -> None:
    assert FusionWeights(dense=0.6, article_plain=0.4).by_signal() == {"dense": 0.6, "article_plain": 0.4}
