"""Shows the figures of a benchmark in tables and in a plot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.cli.tables import table_lines

Figures = Mapping[str, Any]

STAGES = ("spelling", "encode", "candidates", "rank", "read", "quote")
UNREAD = "  without reader"
QUANTILES = (50, 95, 99)
PEERS = {"flat": "sentence-transformers + FAISS", "txtai": "txtai"}


def lines(figures: Figures) -> Iterator[str]:
    """Yields the lines of all tables."""
    machine = figures["machine"]
    yield f"{machine['processor']}, {machine['cores']} cores, load {machine['load']:.1f}"
    indexes = _indexes(figures)
    for title, rows in (
        ("sync", _syncs(figures["synced"])),
        ("answering, ms", _answering(indexes)),
        ("opening, changing, memory, disk", _holding(indexes)),
        ("dense search", _dense(figures["generated"])),
        ("vector indexes, one thread", _vector_indexes(figures["generated"])),
        ("other libraries, on the smallest corpus", _peers(figures)),
    ):
        if len(rows) > 1:
            yield ""
            yield f"{title}:"
            yield from table_lines(rows)


def _indexes(figures: Figures) -> dict[str, Any]:
    """Returns every measured index by its label, the smallest first."""
    found = [*figures["synced"].values(), *figures["generated"].values()]
    found.sort(key=lambda one: one["serve"]["passages"])
    return {f"{one['serve']['passages']:,} passages": one for one in found}


def _syncs(synced: Figures) -> list[list[str]]:
    rows = [["", "articles", "passages", "s", "passages/s", "of it: read", "chunk", "terms", "encode", "write", "MB"]]
    for count, one in synced.items():
        sync = one["sync"]
        stages = [f"{sync['stages_s'].get(name, 0.0):.1f}" for name in ("read", "chunk", "terms", "encode", "write")]
        rate = sync["passages"] / sync["wall_s"]
        whole = [str(count), str(sync["passages"]), f"{sync['wall_s']:.1f}", f"{rate:.1f}"]
        rows.append(["sync", *whole, *stages, f"{sync['peak_mb']:.0f}"])
    return rows


def _answering(indexes: Figures) -> list[list[str]]:
    rows = [["", *(f"p{quantile}" for quantile in QUANTILES), *STAGES, "in dates", "of a paper"]]
    answering = (
        (name, one[serve])
        for label, one in indexes.items()
        for name, serve in ((label, "serve"), (UNREAD, "serve_unread"))
    )
    for label, serve in answering:
        whole = [_ms(serve["asked"], "whole", quantile) for quantile in QUANTILES]
        stages = [_ms(serve["asked"], name, 50) for name in STAGES]
        times = {name: sum(one[name] for one in serve["in_turn"]) for name in ("without", "in dates", "of a paper")}
        rows.append([label, *whole, *stages, *(f"x {times[name] / times['without']:.2f}" for name in (*times,)[1:])])
    return rows


def _holding(indexes: Figures) -> list[list[str]]:
    rows = [["", "open s", "serving MB", "of it files", "ask s", "ask MB", "one more s", "one less s", "disk MB"]]
    for label, one in indexes.items():
        serve = one["serve"]
        more, less = _changed(one)
        disk = f"{sum(serve['bytes'].values()) / 1e6:.0f}"
        opened = _opened(serve, one["ask"])
        rows.append([label, *opened, f"{more:.2f}", f"{less:.2f}", disk])
        rows.append([UNREAD, *_opened(one["serve_unread"], one["ask_unread"]), "", "", ""])
    return rows


def _opened(serve: Figures, ask: Figures) -> list[str]:
    """Returns the cells of opening an index, of serving it, and of a single question in a process of its own."""
    return [
        f"{serve['open_s']:.2f}",
        f"{serve['serving_mb']:.0f}",
        f"{serve['mapped_mb']:.0f}",
        f"{ask['wall_s']:.2f}",
        f"{ask['peak_mb']:.0f}",
    ]


def _changed(one: Figures) -> tuple[float, float]:
    """Returns the seconds until a reader finds an added article, and until a deletion is stored."""
    if "change" in one:
        change = one["change"]
        return change["add_s"] + change["seen_s"], change["delete_s"]
    return one["touch"]["commit_s"] + one["touch"]["seen_s"], one["touch"]["delete_s"]


def _dense(generated: Figures) -> list[list[str]]:
    rows = [["", "p50 ms", "p95 ms", "recall@100"]]
    for one in generated.values():
        taken = [f"{1000 * np.percentile(one['dense']['dense_s'], quantile):.1f}" for quantile in (50, 95)]
        rows.append([f"{one['serve']['passages']:,} passages", *taken, f"{one['dense']['recall']:.4f}"])
    return rows


def _vector_indexes(generated: Figures) -> list[list[str]]:
    rows = [["", "index", "probed", "ms", "recall@100"]]
    for one in generated.values():
        for kind in one["vector_indexes"]["kinds"]:
            figures = [f"{kind['setting']:.0%}", f"{kind['ms']:.2f}", f"{kind['recall']:.4f}"]
            rows.append([f"{one['vector_indexes']['passages']:,} passages", kind["kind"], *figures])
    return rows


def _peers(figures: Figures) -> list[list[str]]:
    peers = figures["peers"]
    rows = [["", "encode, passages/s", "build s", "open s", "p50 ms", "p95 ms", "serving MB", "disk MB"]]
    if not peers:
        return rows
    own = next(iter(figures["synced"].values()))
    rates = {name: f"{rate['passages_per_s']:.1f}" for name, rate in peers["rates"].items() if name != "peak_mb"}
    size = sum(own["serve"]["bytes"].values())
    rows.append(_row("hoibao", rates["hoibao"], own["sync"]["wall_s"], own["serve"], size))
    for name, label in PEERS.items():
        if name in peers:
            one = peers[name]
            rate = rates["sentence-transformers"] if name == "flat" else ""
            rows.append(_row(label, rate, one["build"]["wall_s"], one["serve"], one["build"]["bytes"]))
    return rows


def _row(label: str, rate: str, build_s: float, serve: Figures, size: int) -> list[str]:
    asked = [_ms(serve["asked"], "whole", quantile) for quantile in (50, 95)]
    return [
        label,
        rate,
        f"{build_s:.0f}",
        f"{serve['open_s']:.2f}",
        *asked,
        f"{serve['peak_mb']:.0f}",
        f"{size / 1e6:.0f}",
    ]


def _ms(asked: Sequence[Mapping[str, float]], name: str, quantile: float) -> str:
    return f"{1000 * np.percentile([one.get(name, 0.0) for one in asked], quantile):.1f}"


def draw(figures: Figures, path: Path) -> None:
    """Draws latency by stage and memory against passages, and recall against time of vector indexes."""
    from matplotlib.figure import Figure

    indexes = _indexes(figures)
    sizes = [one["serve"]["passages"] for one in indexes.values()]
    figure = Figure(figsize=(15, 4.5), layout="constrained")
    latency, memory, recall = figure.subplots(1, 3)
    below = np.zeros(len(sizes))
    for name in STAGES:
        taken = np.array([float(_ms(one["serve"]["asked"], name, 50)) for one in indexes.values()])
        latency.bar([f"{size:,}" for size in sizes], taken, bottom=below, label=name)
        below += taken
    latency.set(title="an answer, median by stage", xlabel="passages", ylabel="ms")
    latency.margins(y=0.4)  # where the legend is
    latency.legend(loc="upper left", ncols=2)
    memory.plot(sizes, [one["serve"]["serving_mb"] for one in indexes.values()], "o-", label="serving")
    memory.plot(sizes, [one["ask"]["peak_mb"] for one in indexes.values()], "s--", label="hoibao ask, peak")
    memory.set(title="resident memory", xlabel="passages", ylabel="MB", xscale="log", ylim=(0, None))
    memory.legend()
    for one in figures["generated"].values():
        _draw_recall(recall, one["vector_indexes"])
    recall.set(title="vector search, scored again", xlabel="ms on one thread", ylabel="recall@100", xlim=(0, None))
    if figures["generated"]:
        recall.legend(fontsize=7)
    figure.savefig(path)


def _draw_recall(axes: Any, measured: Figures) -> None:  # noqa: ANN401  matplotlib's stubs are partial
    by_name: dict[str, list[tuple[float, float]]] = {}
    for kind in measured["kinds"]:
        by_name.setdefault(kind["kind"], []).append((kind["ms"], kind["recall"]))
    for name, points in by_name.items():
        axes.plot(*zip(*points, strict=True), "o-", label=f"{measured['passages']:,}: {name}")
