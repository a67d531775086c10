"""The packages can be found in: few entries at the top, doors that say what they offer, one meaning a name."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections import defaultdict

import pytest

from tests.architecture.sources import PACKAGES, ROOT, defined, door, doors, imported, modules, public

MOST_ENTRIES = {"retrieval": 20, "bot": 22}
CACHES = {"__pycache__"}
LEAST_WORDS_OF_A_DOOR = 8
MOST_WORDS_OF_A_FIRST_SENTENCE = 24


@pytest.mark.parametrize("package", PACKAGES)
def test_the_top_of_a_package_has_few_entries(package: str) -> None:
    entries = {path.name for path in (ROOT / package).iterdir()} - CACHES
    assert len(entries) <= MOST_ENTRIES[package], sorted(entries)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_at_the_top_has_a_layer(package: str) -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = [
        layer
        for contract in config["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
        for layer in contract["layers"]
    ]
    listed = {name.strip() for layer in layers for name in re.split(r"[|:]", layer)}
    top = {".".join(name.split(".")[:2]) for name, _ in modules(package)} - {package}
    assert top == {name for name in listed if name.startswith(f"{package}.")}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_public_name_is_defined_in_one_module_only(package: str) -> None:
    homes = defaultdict(list)
    for module, parsed in modules(package):
        for name in public(defined(parsed)):
            homes[name].append(module)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


@pytest.mark.parametrize("package", doors())
def test_a_door_lists_all_that_it_offers(package: str) -> None:
    module = importlib.import_module(package)
    offered = list(getattr(module, "__all__", []))
    assert len(set(offered)) == len(offered)
    tree = door(package)
    assert public(defined(tree) | imported(tree, package)) <= set(offered)
    assert [name for name in offered if not hasattr(module, name)] == []


@pytest.mark.parametrize("package", doors())
def test_a_door_says_what_the_package_does(package: str) -> None:
    assert len((ast.get_docstring(door(package)) or "").split()) >= LEAST_WORDS_OF_A_DOOR


@pytest.mark.parametrize("package", PACKAGES)
def test_a_docstring_begins_with_a_short_sentence(package: str) -> None:
    long = {
        f"{module}.{getattr(node, 'name', '__doc__')}": sentence
        for module, parsed in modules(package)
        for node in ast.walk(parsed)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and len((sentence := first_sentence(node)).split()) > MOST_WORDS_OF_A_FIRST_SENTENCE
    }
    assert long == {}


def first_sentence(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return re.split(r"(?<=[.!?])\s|\n\n", ast.get_docstring(node) or "", maxsplit=1)[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_public_api_imports_by_a_computed_name(package: str) -> None:
    """Import rules see no import that is computed; that of `retrieval` keeps `hoibao --help` from loading FAISS."""
    computing = {
        module
        for module, parsed in modules(package)
        for node in ast.walk(parsed)
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in ("import_module", "__import__")
    }
    assert computing <= {"retrieval"}
