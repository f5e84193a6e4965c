"""The installed command: `rag ingest | ask | search | serve | eval | verify | doctor | …`.

Each command's module imports what is heavy inside its function, so that `--help` is instant.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

import rag
from rag.cli import articles, asking, configuring, evaluating, ingesting, models, serving
from rag.cli.commands import Command

__all__ = ["app", "main"]

# More than a question makes, and so few that what a long command drops is found in time.
_OBJECTS_BETWEEN_COLLECTIONS = 100_000

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 96}

app = typer.Typer(
    name="rag",
    help="Ask a news archive a question; get verbatim, dated, sourced quotes that anyone can check.",
    epilog="Exit codes: 0 answered or done, 1 failed, 2 wrong usage, 3 abstained or nothing found.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=CONTEXT,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rag {rag.__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Settings file; without it rag.toml, if there is one."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    context.obj = config


def _group(name: str, help: str) -> typer.Typer:
    group = typer.Typer(
        name=name, help=help, no_args_is_help=True, rich_markup_mode=None, context_settings=CONTEXT
    )
    app.add_typer(group)
    return group


app.command(cls=Command)(ingesting.ingest)
app.command(cls=Command)(asking.ask)
app.command(cls=Command)(asking.search)
app.command(cls=Command)(serving.serve)
app.command("eval", cls=Command)(evaluating.evaluate)
app.command(cls=Command)(asking.verify)
_articles = _group("articles", "See what the index holds.")
_articles.command("list", cls=Command)(articles.list_articles)
_articles.command(cls=Command)(articles.show)
_models = _group("models", "See and fetch the models.")
_models.command(cls=Command)(models.show)
_models.command(cls=Command)(models.fetch)
app.command(cls=Command)(configuring.config)
app.command(cls=Command)(ingesting.compact)
app.command(cls=Command)(ingesting.doctor)


def main() -> None:
    """Run the command line; ends the process with the exit code."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        # A stream that the caller has closed is an empty one.
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - held to the end
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets a question mark, not a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    # What a command loads and opens is no garbage: looking for some among it, again and again and once more
    # when the interpreter ends, is a fifth of a short command.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        app(prog_name="rag")
    finally:
        gc.freeze()
