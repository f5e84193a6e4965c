"""How every command ends: an exit code, and one sentence when something is wrong."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

from rag import wiring
from rag.cli.terminal import errors, flat, print_json
from rag.errors import QuestionError, RagError, SettingsError

if TYPE_CHECKING:
    from rag.settings import Settings

FAILED = 1
WRONG_USAGE = 2
ABSTAINED = 3
BROKEN_PIPE = 141


class Command(TyperCommand):
    """A command that turns every RagError into a sentence on stderr and an exit code.

    With `--json` the same is a problem object on stdout, so that stdout is one JSON document whatever
    happens; wrong options are told by the parser before the command runs, in text.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As any command's, but what is often mistyped is told with how it is written."""
        command = ctx.command_path.removeprefix("rag ")
        before = args[: args.index("--")] if "--" in args else args
        if any(word.partition("=")[0] == "--config" for word in before):
            ctx.fail(f"--config stands before the command: rag --config FILE {command} …")
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = list(super().parse_args(ctx, args))
        if ctx.args and not allowed and not ctx.resilient_parsing:
            more = " ".join(ctx.args)
            asked = ctx.params.get("question")
            ctx.fail(
                f'a question of several words is written in quotes: rag {command} "{asked} {more}"'
                if asked
                else f"too many words: {more}"
            )
        return rest

    def invoke(self, ctx: Any) -> Any:
        try:
            try:
                return super().invoke(ctx)
            except RagError as error:
                _report(error, as_json=bool(ctx.params.get("as_json")))
                wrong_usage = isinstance(error, QuestionError | SettingsError)
                raise typer.Exit(WRONG_USAGE if wrong_usage else FAILED) from error
            finally:
                sys.stdout.flush()  # here, where a reader that has gone away can still be told
        except OSError as error:
            if error.errno not in {errno.EPIPE, errno.ENOSPC}:
                raise
            # What is still buffered has nowhere to go: the interpreter must not try again when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno == errno.EPIPE:
                raise typer.Exit(BROKEN_PIPE) from None
            errors().line("rag: the disk is full; free some space and run the command again")
            raise typer.Exit(FAILED) from error


def settings_of(context: typer.Context, **overrides: object) -> Settings:
    """The settings that hold for this command; `overrides` are its own options, None where not given.

    Libraries that compute are loaded behind it, and bound by its number of threads.
    """
    from rag.settings import load_settings

    settings = load_settings(context.find_root().obj, overrides=overrides).settings
    wiring.bound_threads(settings)
    return settings


def read_standard_input(what: str) -> str:
    """All of stdin as text. Raises QuestionError when it is not UTF-8."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionError(f"the {what} on standard input is not UTF-8: {error.reason}") from error


def read_text(source: Path | None, what: str) -> str:
    """The text of a file, or of stdin for None and `-`."""
    if source is None or str(source) == "-":
        if source is None and sys.stdin.isatty():
            raise QuestionError(f"no {what} was given: name a file, or send it to standard input")
        return read_standard_input(what)
    try:
        return source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionError(f"the {what} {source} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise QuestionError(f"the {what} {source} is not UTF-8: {error.reason}") from error


def _report(error: RagError, *, as_json: bool) -> None:
    errors().line(f"rag: {flat(str(error))}")
    if as_json:
        print_json(_problem(error))


def _problem(error: RagError) -> dict[str, object]:
    """The error as the HTTP service tells it (RFC 9457), without the parts that are about a request."""
    summary = (type(error).__doc__ or type(error).__name__).split(":")[0].split(".")[0]
    return {
        "type": f"urn:rag:problem:{error.slug}",
        "title": summary,
        "status": error.status,
        "detail": str(error),
    }
