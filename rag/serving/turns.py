"""Turns at the interpreter: many threads may wait for the encoder, few may run Python at once.

Python runs one thread at a time, and the more of them want to run, the more of the processor's time goes into
passing the right to run around: with sixteen that search at once, more than into their searches. But threads
that wait for the encoder want nothing, and the more of them wait, the more it computes in one batch.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")
Result = TypeVar("Result")


class Turns:
    """At most `most` threads have a turn at the same time; each lends its own to others while it waits."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)
        self._thread = threading.local()

    def taking(self, function: Callable[[Given], Result]) -> Callable[[Given], Result]:
        """The function, run in a turn that the thread waits for."""

        def in_turn(given: Given) -> Result:
            self._take()
            try:
                return function(given)
            finally:
                self._give_back()

        return in_turn

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Others may have this thread's turn until it is back. A thread without one has none to lend."""
        if not self._give_back():
            yield
            return
        try:
            yield
        finally:
            self._take()

    def _take(self) -> None:
        self._free.acquire()
        self._thread.has_one = True

    def _give_back(self) -> bool:
        """Whether this thread had one."""
        had = getattr(self._thread, "has_one", False)
        if had:
            self._thread.has_one = False
            self._free.release()
        return had
