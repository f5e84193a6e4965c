"""Rows of several callers in common batches: whoever waits together is computed together.

A graph works on one batch at a time, on all cores. What arrives meanwhile waits, and the next batch is made
of all that fits together in it, whoever asked. That is allowed because a row does not depend on the others
of its batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rag.encoding import Vectors

Compute = Callable[[list[Any], int], "Vectors"]
"""Items of one kind and that kind → a row for each, `[len(items), width]`."""


@dataclass(slots=True, eq=False)
class _Job:
    """What one caller waits for. `left` is the number of rows that are not there yet; whoever waits is told
    through `changed` when none is left, or when it is theirs to compute."""

    number: int
    rows: Vectors
    left: int
    changed: Condition
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    job: _Job
    row: int
    item: Any


class Batcher:
    """Safe to share between threads. `most` is how many items of a kind one batch holds."""

    def __init__(self, compute: Compute, *, most: Callable[[int], int], width: int) -> None:
        self._compute = compute
        self._most = most
        self._width = width
        self._lock = Lock()
        self._waiting: dict[int, list[_Wanted]] = defaultdict(list)
        self._jobs: dict[int, _Job] = {}
        self._numbers = count()
        self._at_work: _Job | None = None
        self._oldest_next = False

    def rows(self, items: Iterable[tuple[int, Any]]) -> Vectors:
        """A row for each (kind, item), in their order. Raises what computing one of them raises."""
        wanted = list(items)
        rows = np.empty((len(wanted), self._width), np.float32)
        job = _Job(next(self._numbers), rows, len(wanted), Condition(self._lock))
        try:
            with self._lock:
                self._jobs[job.number] = job
                for row, (kind, item) in enumerate(wanted):
                    self._waiting[kind].append(_Wanted(job, row, item))
            while self._left_after_waiting(job):
                self._work()
        finally:
            self._forget(job)
        if job.error is not None:
            raise job.error
        return job.rows

    def _left_after_waiting(self, job: _Job) -> int:
        """Wait until nobody computes or all of the job is there; how many of its rows are not."""
        with self._lock:
            job.changed.wait_for(lambda: not job.left or self._at_work is None)
            if job.left:
                # Whoever is the first to come here computes.
                self._at_work = job
            return job.left

    def _forget(self, job: _Job) -> None:
        """Whoever was interrupted asks for nothing any more."""
        with self._lock:
            self._jobs.pop(job.number, None)
            if self._at_work is job:
                self._at_work = None
            if job.left:
                waiting = {
                    kind: [wanted for wanted in all_of if wanted.job is not job]
                    for kind, all_of in self._waiting.items()
                }
                self._waiting.clear()
                self._waiting.update({kind: all_of for kind, all_of in waiting.items() if all_of})
            self._call_one()

    def _call_one(self) -> None:
        """Where nobody computes and somebody waits, have the one who waits longest compute: to wake all would
        have most of them look, and wait again, at every batch. Who has rows left goes on by itself."""
        if self._at_work is None and (job := next((job for job in self._jobs.values() if job.left), None)):
            job.changed.notify()

    def _next(self) -> tuple[int, list[_Wanted]]:
        """The next batch: of the caller who needs least, so that none waits long for another's much work, and
        of the one who came first in turn with it, so that none waits for ever."""
        waiting = [job for job in self._jobs.values() if job.left]
        first = min(waiting, key=lambda job: job.number if self._oldest_next else (job.left, job.number))
        self._oldest_next = not self._oldest_next
        kind = next(kind for kind, all_of in self._waiting.items() if any(w.job is first for w in all_of))
        # Its own rows come first, in case not all fit.
        ordered = sorted(self._waiting[kind], key=lambda w: (w.job is not first, w.job.number, w.row))
        batch, rest = ordered[: self._most(kind)], ordered[self._most(kind) :]
        if rest:
            self._waiting[kind] = rest
        else:
            del self._waiting[kind]
        return kind, batch

    def _work(self) -> None:
        """Compute the next batch, for all whose rows are in it."""
        batch: Sequence[_Wanted] = ()
        computed: list[Any] = []
        try:
            with self._lock:
                kind, batch = self._next()
            computed = self._computed([wanted.item for wanted in batch], kind)
        finally:
            with self._lock:
                # What an interrupt left uncomputed is wanted again by all but whom it interrupted.
                for wanted, row in zip(batch[: len(computed)], computed, strict=True):
                    if isinstance(row, Exception):
                        wanted.job.error = row
                    else:
                        wanted.job.rows[wanted.row] = row
                    wanted.job.left -= 1
                    if not wanted.job.left:
                        wanted.job.changed.notify()
                if batch[len(computed) :]:
                    self._waiting[kind][:0] = batch[len(computed) :]
                self._at_work = None

    def _computed(self, items: list[Any], kind: int) -> list[Any]:
        """A row for each item, or what computing it raises: of a batch that fails each is computed alone."""
        try:
            return list(self._compute(items, kind))
        except Exception as error:  # noqa: BLE001 - raised again by everybody whom it concerns
            if len(items) == 1:
                return [error]
            return [row for item in items for row in self._computed([item], kind)]
