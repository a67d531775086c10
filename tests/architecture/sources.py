"""Reads the modules of the packages as syntax trees, without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("retrieval", "bot")


def modules(package: str) -> Iterator[tuple[str, ast.Module]]:
    """Yields the dotted name and the tree of every module in a root package."""
    for path in sorted((ROOT / package).rglob("*.py")):
        yield dotted(path), tree(path)


def doors() -> list[str]:
    """Returns the dotted names of all packages."""
    return [dotted(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("__init__.py"))]


def door(name: str) -> ast.Module:
    """Returns the tree of a package's `__init__`."""
    return tree(ROOT.joinpath(*name.split("."), "__init__.py"))


def dotted(path: Path) -> str:
    """Returns the name that a file is imported by."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path: Path) -> ast.Module:
    """Parses a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def statements(module: ast.Module) -> Iterator[ast.stmt]:
    """Yields the statements of a module's top level, also those under `if` and `try`."""
    pending = list(module.body)
    while pending:
        statement = pending.pop(0)
        yield statement
        if isinstance(statement, ast.If):
            pending = [*statement.body, *statement.orelse, *pending]
        elif isinstance(statement, ast.Try):
            pending = [*statement.body, *statement.orelse, *statement.finalbody, *pending]


def defined(module: ast.Module) -> set[str]:
    """Returns the names that a module's top level defines; those that it imports are not among them."""
    names: set[str] = set()
    for statement in statements(module):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            nodes = (node for target in targets for node in ast.walk(target))
            names.update(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return names


def imported(module: ast.Module, package: str) -> set[str]:
    """Returns the names that a module's top level imports from a package or from below it."""
    return {
        alias.asname or alias.name
        for statement in statements(module)
        if isinstance(statement, ast.ImportFrom) and f"{statement.module}.".startswith(f"{package}.")
        for alias in statement.names
    }


def public(names: set[str]) -> set[str]:
    """Returns the names without a leading underscore."""
    return {name for name in names if not name.startswith("_")}
