"""Hooks of the site's build: pages whose source lies outside of docs/, links, and the help of commands."""

from __future__ import annotations

import inspect
import posixpath
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from retrieval.cli.application import cli

ROOT = Path(__file__).parents[2]

OUTSIDE = {
    "README.md": "index.md",
    "CHANGELOG.md": "reference/changelog.md",
    "CONTRIBUTING.md": "how-to/contribute.md",
    "deploy/README.md": "how-to/deploy.md",
    "index/README.md": "reference/index-folder.md",
}
"""Pages of the site by their source, a path in the repository."""

_LINK = re.compile(r'(?:(?<=\]\()|(?<=src="))(?P<path>[^)#:\s"]+)(?=[)#"])')
_FENCE = re.compile(r"^(```.*?^```)$", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> None:
    """Prepares the commands for mkdocs-click: all of them are known, and their examples are code blocks."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        cli.add_command(command, name)
    for command in _with_subcommands(cli):
        command.help = _as_markdown(command.help or "")


def _with_subcommands(command: click.Command) -> Iterator[click.Command]:
    yield command
    for subcommand in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _with_subcommands(subcommand)


def _as_markdown(text: str) -> str:
    """Returns a help text whose paragraphs that click must not wrap, marked by a line `\\b`, are code blocks."""
    return "\n\n".join(map(_paragraph, inspect.cleandoc(text).split("\n\n")))


def _paragraph(text: str) -> str:
    mark, _, rest = text.partition("\n")
    if mark.strip() not in ("\b", r"\b"):
        return text
    label, _, block = rest.partition("\n") if rest.split("\n")[0].endswith(":") else ("", "", rest)
    return f"{label}\n\n```text\n{textwrap.dedent(block)}\n```"


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
