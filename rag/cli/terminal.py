"""What people and machines see: plain text in a pipe, colour on a terminal, JSON when asked for."""

from __future__ import annotations

import errno
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

Progress = Callable[[str, int, int], None]

PIPE_WIDTH = 160
"""Characters that a table may take where there is no terminal to say."""

# An article may hold escape sequences that would act on the reader's terminal, and white space that
# would break a line. Each such character becomes one other, so that offsets keep their meaning.
_SPACE = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(r"[\x00-\x1b\x7f-\x9f\ud800-\udfff]")


def flat(text: str) -> str:
    """`text` on one line and harmless to a terminal, character for character."""
    return _UNPRINTABLE.sub("\ufffd", _SPACE.sub(" ", text))


class _PlainConsole(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")  # rich would end the process with status 1


class Screen:
    """A stream that people read. On a terminal text is wrapped and coloured; elsewhere it is neither."""

    def __init__(self, stream: TextIO) -> None:
        self.console = _PlainConsole(file=stream, highlight=False, emoji=False)
        if not self.console.is_terminal:
            self.console.width = PIPE_WIDTH

    @property
    def styled(self) -> bool:
        """Whether a reader can see styles; where not, what matters must be marked by characters."""
        return self.console.is_terminal and not self.console.is_dumb_terminal and not self.console.no_color

    def line(self, text: str | Text = "", *, style: str = "", indent: int = 0) -> None:
        shown = Text(text, style=style) if isinstance(text, str) else text
        if self.console.is_terminal:
            self.console.print(Padding(shown, (0, 0, 0, indent), expand=False))
        else:
            self.console.print(Text(" " * indent) + shown, soft_wrap=True)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Columns under a header; in a pipe padded with spaces, so that no cell is cut."""
        if self.console.is_terminal:
            table = Table(*header, box=None, pad_edge=False, header_style="bold")
            for row in rows:
                table.add_row(*(Text(cell) for cell in row))
            self.console.print(table)
            return
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        for row in (header, *rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.line("  ".join(cells).rstrip())


def output() -> Screen:
    return Screen(sys.stdout)


def errors() -> Screen:
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
