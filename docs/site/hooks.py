"""Hooks of the site's build: pages whose source lies outside of docs/, and the links to and from these pages."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]

OUTSIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "reference/changelog.md",
    "CONTRIBUTING.md": "how-to/contribute.md",
    "deploy/README.md": "how-to/deploy.md",
    "index/README.md": "reference/index-folder.md",
}
"""Pages of the site by their source, a path in the repository."""

_LINK = re.compile(r"(?<=\]\()(?P<path>[^)#:\s]+)(?=[)#])")
_FENCE = re.compile(r"^(```.*?^```)$", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages whose source lies outside of docs/."""
    for source, page in OUTSIDE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Rewrites links, which are written for the repository, to lead to the pages of the site."""
    here = page.file.src_uri
    source = next((outside for outside, inside in OUTSIDE.items() if inside == here), f"docs/{here}")

    def rewritten(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), match["path"]))
        inside = OUTSIDE.get(target) or target.removeprefix("docs/")
        if target not in OUTSIDE and not target.startswith("docs/"):
            return match["path"]  # a file that the site does not show: the build reports it
        return posixpath.relpath(inside, posixpath.dirname(here) or ".")

    blocks = _FENCE.split(markdown)
    return "".join(block if block.startswith("```") else _LINK.sub(rewritten, block) for block in blocks)
