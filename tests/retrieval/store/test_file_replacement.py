"""Replacing a file: the old content or the new one, and nothing beside it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from retrieval.store.file_replacement import replace_file, replacing_file


def new_content(file: IO[bytes]) -> None:
    file.write(b"new")


def test_a_file_is_replaced_when_the_context_ends(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_bytes(b"old")
    with replacing_file(path, new_content) as new:
        assert (path.read_bytes(), new.read_bytes()) == (b"old", b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_in_the_context_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), replacing_file(path, new_content):
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_while_the_new_content_is_written_leaves_no_file(tmp_path: Path) -> None:
    def fail(file: IO[bytes]) -> None:
        file.write(b"half")
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        replace_file(tmp_path / "note", fail)
    assert list(tmp_path.iterdir()) == []
