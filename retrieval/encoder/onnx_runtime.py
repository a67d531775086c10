"""Imports onnxruntime with its telemetry switched off; every other module gets onnxruntime from here."""

from __future__ import annotations

import os
from typing import Any


def import_onnxruntime() -> Any:  # noqa: ANN401  # the module; the package is untyped
    """Imports onnxruntime, which reads once, at its first import, whether it may send telemetry.

    It would report to its maker how it is used, and keep an identifier for that in the user's cache folder.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime
