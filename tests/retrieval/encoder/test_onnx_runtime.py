"""onnxruntime is imported with its telemetry switched off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

IMPORT = "from retrieval.encoder.onnx_runtime import import_onnxruntime; print(import_onnxruntime().__name__)"


def test_onnxruntime_keeps_no_identifier_of_the_user(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }
    done = subprocess.run(
        [sys.executable, "-c", IMPORT],
        env={**kept, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "onnxruntime\n", "")
    assert list(tmp_path.iterdir()) == []


def test_no_other_module_imports_onnxruntime_first() -> None:
    root = Path(__file__).parents[3]
    importing = {
        path.relative_to(root).as_posix()
        for package in ("retrieval", "bot")
        for path in root.joinpath(package).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip().startswith("import onnxruntime")
    }
    assert importing == {"retrieval/encoder/onnx_runtime.py"}
