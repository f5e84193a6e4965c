"""docs/cli.md, as far as it is the program's own words: `python -m rag.cli.documentation` rewrites it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from rag.cli import app

PAGE = Path("docs/cli.md")
WIDTH = 78  # what click leaves free on a terminal of 80
_BLOCK = re.compile(r"(<!-- begin (?P<name>\w+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def help_texts() -> dict[str, str]:
    """The words of every command ("rag", "rag ask", …), and what its `--help` prints (80 columns)."""
    return dict(_walk(get_command(app), "rag", None))


def written(page: str) -> str:
    """`page` with what stands between the markers replaced by what the program says of itself."""
    blocks: Mapping[str, str] = {"settings": _settings_table(), "commands": _commands()}
    return _BLOCK.sub(lambda found: f"{found[1]}{blocks[found['name']]}{found[3]}", page)


def _walk(command: Any, name: str, parent: typer.Context | None) -> Iterator[tuple[str, str]]:
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    context.terminal_width = WIDTH
    yield context.command_path, command.get_help(context)
    if isinstance(command, TyperGroup):
        for child in command.list_commands(context):
            yield from _walk(command.get_command(context, child), child, context)


def _commands() -> str:
    sections = (f"## `{name}`\n```text\n{text.rstrip()}\n```\n" for name, text in help_texts().items())
    return "\n".join(sections)


def _settings_table() -> str:
    from rag.settings import PREFIX, Settings

    lines = ["| rag.toml | environment | default | what it sets |", "|---|---|---|---|"]
    for key, field in Settings.model_fields.items():
        value = {None: "unset", "": "none"}.get(field.default) or f"`{_toml(field.default)}`"
        default = "the user's cache" if field.default_factory else value
        lines.append(f"| `{key}` | `{PREFIX}{key.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
