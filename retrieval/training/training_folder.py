"""The folder of a training: what is trained on what, so that the same command goes on, and another one is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from retrieval.errors import HoiBaoError
from retrieval.store import replace_file
from retrieval.training.network_outcome import TrainingOutcome
from retrieval.training.network_settings import TrainingSettings
from retrieval.training.training_material import TrainingMaterial

_PLAN_FILE = "training.json"
_ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class TrainingFolder:
    """Keeps the plan, the checkpoints and, at the end, the record of a training."""

    path: Path
    network: str
    """What is trained: `reader` or `encoder`."""
    command: str
    """The command, without the folders of its files."""
    settings: TrainingSettings
    data: Sequence[Sequence[str]]
    """(name, SHA-256) of each question file."""

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints, which is removed at the end."""
        return self.path / "checkpoints"

    @property
    def record(self) -> Path:
        """The record of the finished training."""
        return self.path / f"{self.network}.json"

    def open(self) -> None:
        """Creates the folder if it is absent.

        Raises:
            HoiBaoError: it holds another training.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        self._refuse_other(self._plan())

    def is_finished(self) -> bool:
        """Tells whether the training is done."""
        return self.record.is_file()

    def begin(self, material: TrainingMaterial) -> None:
        """Notes what is trained on.

        Raises:
            HoiBaoError: the folder holds a training on other articles.
        """
        plan = self._plan() | {_ARTICLES: material.sha256()}
        self._refuse_other(plan)
        replace_file(self.path / _PLAN_FILE, partial(_write_json, plan))

    def finish(self, outcome: TrainingOutcome, libraries: Sequence[str]) -> None:
        """Writes the record, and removes the checkpoints.

        Args:
            outcome: what training told.
            libraries: the libraries whose versions are noted.
        """
        versions = {name: metadata.version(name) for name in libraries}
        record = {**self._noted(), **asdict(outcome), "libraries": versions}
        replace_file(self.record, partial(_write_json, record))
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def _plan(self) -> dict[str, Any]:
        return {"network": self.network, "command": self.command, "settings": asdict(self.settings), "data": self.data}

    def _noted(self) -> dict[str, Any]:
        path = self.path / _PLAN_FILE
        try:
            noted: dict[str, Any] = json.loads(path.read_bytes())
            return noted
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise HoiBaoError(f"{path} cannot be read ({error}): choose another folder") from None

    def _refuse_other(self, plan: Mapping[str, Any]) -> None:
        noted = self._noted()
        for name in ("network", "data", "settings", _ARTICLES):
            if name in noted and name in plan and noted[name] != plan[name]:
                raise HoiBaoError(
                    f"{self.path}/ holds a training with other {_named(name, noted[name], plan[name])}:"
                    " choose another folder, or remove this one"
                )


def file_hashes(paths: Sequence[Path]) -> list[list[str]]:
    """Returns the name and the SHA-256 of each file.

    Raises:
        OSError: a file cannot be read.
    """
    return [[path.name, hashlib.sha256(path.read_bytes()).hexdigest()] for path in paths]


def _named(name: str, noted: object, planned: object) -> str:
    """Names what differs: the settings by their names, each with the value that is noted."""
    if isinstance(noted, dict) and isinstance(planned, dict) and name == "settings":
        other = [f"{key} {value}" for key, value in noted.items() if planned.get(key) != value]
        return f"settings ({', '.join(other)})"
    return {"network": f"aim (the {noted})", "data": "questions"}.get(name, name)


def _write_json(content: Mapping[str, Any], file: IO[bytes]) -> None:
    file.write((json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode())
