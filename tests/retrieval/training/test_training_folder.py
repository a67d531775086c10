"""The folder of a training goes on with the same one, and refuses others."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.reading_rows import FoundPassages
from retrieval.training.training_folder import TrainingFolder, file_hashes
from retrieval.training.training_material import TrainingMaterial
from tests.retrieval.sample_articles import BRIDGE, RICE

MATERIAL = TrainingMaterial([], {"cau": BRIDGE}, {})


def folder(path: Path) -> TrainingFolder:
    return TrainingFolder(path, "reader", "hoibao train reader q.jsonl", TrainingSettings(rows=8), [["q.jsonl", "ab"]])


def test_a_folder_goes_on_with_the_same_training(tmp_path: Path) -> None:
    for _ in range(2):
        one = folder(tmp_path / "new" / "out")
        one.open()
        one.begin(MATERIAL)
        assert not one.is_finished()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"settings": TrainingSettings(rows=9, seed=1)}, r"other settings \(rows 8, seed 0\)"),
        ({"data": [["q.jsonl", "cd"]]}, "other questions"),
        ({"network": "encoder"}, r"other aim \(the reader\)"),
    ],
)
def test_another_training_is_refused_in_one_line(tmp_path: Path, changes: dict[str, object], named: str) -> None:
    folder(tmp_path).begin(MATERIAL)
    with pytest.raises(HoiBaoError, match=f"^{tmp_path}/ holds a training with {named}: choose another folder"):
        replace(folder(tmp_path), **changes).open()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other", [replace(MATERIAL, articles={"cau": RICE}), replace(MATERIAL, found={"1": FoundPassages((), ())})]
)
def test_other_articles_are_refused(tmp_path: Path, other: TrainingMaterial) -> None:
    folder(tmp_path).begin(MATERIAL)
    folder(tmp_path).open()
    with pytest.raises(HoiBaoError, match="holds a training with other articles"):
        folder(tmp_path).begin(other)


def test_a_damaged_plan_is_refused(tmp_path: Path) -> None:
    (tmp_path / "training.json").write_text("{", encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"training\.json cannot be read"):
        folder(tmp_path).open()


def test_the_record_tells_what_was_trained_on_what_and_checkpoints_go(tmp_path: Path) -> None:
    one = folder(tmp_path)
    one.begin(MATERIAL)
    (one.checkpoints / "checkpoint-1").mkdir(parents=True)
    one.finish(TrainingOutcome(8, 2, {"loss": 0.5}), ["numpy"])
    assert one.is_finished() and not one.checkpoints.exists()
    record = json.loads((tmp_path / "reader.json").read_text(encoding="utf-8"))
    settings = record.pop("settings")
    assert (settings["rows"], settings["seed"]) == (8, 0)
    assert record == {
        "network": "reader",
        "command": "hoibao train reader q.jsonl",
        "data": [["q.jsonl", "ab"]],
        "articles": MATERIAL.sha256(),
        "rows": 8,
        "held_out_rows": 2,
        "figures": {"loss": 0.5},
        "libraries": {"numpy": metadata.version("numpy")},
    }


def test_files_are_known_by_name_and_content(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"abc")
    sha256_of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_hashes([tmp_path / "a.jsonl"]) == [["a.jsonl", sha256_of_abc]]
