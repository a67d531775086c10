"""Import rules of this project that import-linter has no contract for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

Offence = tuple[str, str]
"""(importing module, imported module)."""


class _DirectImports(Contract):
    """A rule that looks at each import inside the project by itself."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Checks every direct import."""
        offences = sorted({offence for offence in _imports(graph) if self.offends(graph, *offence)})
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints a line for each offending import."""
        for importer, imported in check.metadata["offences"]:
            output.print_error(f"{importer} imports {imported}")
        output.new_line()

    def offends(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        """Tells whether an import breaks the rule."""
        raise NotImplementedError


class DoorContract(_DirectImports):
    """A package is imported through its door: nothing outside of it imports a module inside."""

    type_name = "door"

    def offends(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        """Tells whether an import goes into a package that the importer is not in, the root packages apart."""
        package = imported.rpartition(".")[0]
        while "." in package:
            if importer != package and not importer.startswith(f"{package}."):
                return True
            package = package.rpartition(".")[0]
        return False


class AllowContract(_DirectImports):
    """One package imports of another the modules that are listed, and no others."""

    type_name = "allow"

    importer = fields.StringField()
    package = fields.StringField()
    allowed: Collection[str] = fields.ListField(subfield=fields.StringField())  # type: ignore[assignment]  # a descriptor

    def offends(self, graph: ImportGraph, importer: str, imported: str) -> bool:
        """Tells whether an import of the package is one that the list lacks."""
        if not _is_in(importer, self.importer) or not _is_in(imported, self.package):
            return False
        return imported not in self.allowed


def _is_in(module: str, package: object) -> bool:
    return module == package or module.startswith(f"{package}.")


def _imports(graph: ImportGraph) -> Iterator[Offence]:
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            if "." in imported or imported in ("retrieval", "bot"):
                yield importer, imported
