"""Fitting models must not wait for what only the training of networks needs."""

from __future__ import annotations

import subprocess
import sys

from tests.retrieval.conftest import ROOT


def test_the_door_of_training_loads_no_library_of_networks() -> None:
    code = (
        "import sys, retrieval.training; print(*sorted({'torch', 'transformers', 'accelerate'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "\n"
