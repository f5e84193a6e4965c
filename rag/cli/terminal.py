"""What people and machines see: plain text in a pipe, colour on a terminal, JSON when asked for."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

# `--help` prints without rich, which takes longer to import than everything else that it needs.
if TYPE_CHECKING:
    from rich.text import Text

    from rag.cli.screen import Screen

Progress = Callable[[str, int, int], None]

# An article may hold escape sequences that would act on the reader's terminal, and white space that
# would break a line. Each such character becomes one other, so that offsets keep their meaning.
_SPACE = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[\x00-\x1b\x7f-\x9f\ud800-\udfff]")


def flat(text: str) -> str:
    """`text` on one line and harmless to a terminal, character for character."""
    return _UNPRINTABLE.sub("\ufffd", _SPACE.sub(" ", text))


def shortened(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def output() -> Screen:
    from rag.cli.screen import Screen

    return Screen(sys.stdout)


def errors() -> Screen:
    from rag.cli.screen import Screen

    return Screen(sys.stderr)


def print_json(value: Mapping[str, object] | Sequence[object]) -> None:
    """One JSON document: indented on a terminal, on one line elsewhere."""
    encoding = (sys.stdout.encoding or "ascii").lower()
    text = json.dumps(
        value,
        ensure_ascii=encoding not in {"utf-8", "utf8"},
        indent=2 if sys.stdout.isatty() else None,
        allow_nan=False,
    )
    # A lone surrogate cannot be written in UTF-8; its escape means the same inside JSON.
    sys.stdout.write(re.sub(r"[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar with rate and remaining time on stderr; None when nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(file=sys.stderr)) as bar:

        def advance(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=None)
            bar.update(tasks[stage], completed=done, total=total or None)  # 0: not known yet

        yield advance
