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

from rag.answering.beside import beside

Given = TypeVar("Given")
Result = TypeVar("Result")


class Turns:
    """At most `most` threads have a turn at the same time; each lends its own to others while it waits."""

    def __init__(self, most: int) -> None:
        self._free = threading.Semaphore(most)
        self._thread = threading.local()
        self._lock = threading.Lock()
        self._here = 0

    def taking(self, function: Callable[[Given], Result]) -> Callable[[Given], Result]:
        """The function, run in a turn that the thread waits for."""

        def in_turn(given: Given) -> Result:
            self._count(+1)
            try:
                self._take()
                try:
                    return function(given)
                finally:
                    self._give_back()
            finally:
                self._count(-1)

        return in_turn

    def begin(self, work: Callable[[], Result]) -> Callable[[], Result]:
        """Begin what needs no turn, for instance to encode; others have this thread's turn while it waits.

        Beside the thread where no other has or wants a turn. Else the thread does it when it has nothing else
        to do: the processor has enough to do, and a thread more, for every search, costs what it saves.
        """
        if self._alone():
            begun = beside(work)

            def waited_for() -> Result:
                if begun.done():
                    return begun.result()
                with self.lent():
                    return begun.result()

            return waited_for

        def done_now() -> Result:
            with self.lent():
                return work()

        return done_now

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

    def _alone(self) -> bool:
        with self._lock:
            return self._here <= 1

    def _count(self, change: int) -> None:
        with self._lock:
            self._here += change

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
