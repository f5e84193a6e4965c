"""A stream that people read: wrapped and coloured on a terminal, plain in a pipe."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

_PIPE_WIDTH = 100_000  # more than any table takes: rich wraps at some width


class _PlainConsole(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")  # rich would end the process with status 1


class Screen:
    """A stream that people read. On a terminal text is wrapped and coloured; elsewhere it is neither."""

    def __init__(self, stream: TextIO) -> None:
        self.console = _PlainConsole(file=stream, highlight=False, emoji=False)
        if not self.console.is_terminal:
            self.console.width = _PIPE_WIDTH

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
        """Columns under a header, and no cell is cut: padded with spaces in a pipe, wrapped on a terminal.

        There the first column, which names what a row is about, may first take half of the width.
        """
        widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
        if self.console.is_terminal:
            table = Table(box=None, pad_edge=False, header_style="bold")
            for number, name in enumerate(header):
                fixed = None if number else min(widths[0], self.console.width // 2)
                table.add_column(name, width=fixed, overflow="fold")
            for row in rows:
                table.add_row(*(Text(cell) for cell in row))
            self.console.print(table)
            return
        for row in (header, *rows):
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.line("  ".join(cells).rstrip())
