"""What the routes work with: the answerer once it is loaded, the counters, and bounded queues for threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from anyio import to_thread
from fastapi import Request

from rag.serving.metrics import Metrics
from rag.serving.queues import Queue, stopping
from rag.serving.readiness import Readiness
from rag.serving.turns import Turns

if TYPE_CHECKING:
    from rag.answering import Answerer

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Service:
    """The methods that take a request raise NotReady until loaded, and as `Queue.place` does.

    `threads` are as many as the queues have places.
    """

    readiness: Readiness
    metrics: Metrics
    readers: Queue
    lookers: Queue
    turns: Turns
    threads: Executor

    async def read(self, request: Request, function: Callable[[Answerer], Result]) -> Result:
        """Run `function` on the answerer in a thread, once one is free.

        For what takes long: models read passages and sentences.
        """
        return await self._in(self.readers, request, function)

    async def look(self, request: Request, function: Callable[[Answerer], Result]) -> Result:
        """As `read`, for what takes a moment: it does not queue behind what takes long."""
        return await self._in(self.lookers, request, function)

    async def search(self, request: Request, function: Callable[[Answerer], Result]) -> Result:
        """As `look`, in one of the turns, which `function` is to lend (`turns.lent`) while it waits."""
        return await self.look(request, self.turns.taking(function))

    async def describe(self, function: Callable[[Answerer], Result]) -> Result:
        """As `look`, for what takes no time: it queues behind nothing."""
        return await to_thread.run_sync(function, self.readiness.answerer())

    def start(self) -> None:
        """Take who comes. One application may be served again after it was stopped."""
        self.readers.start()
        self.lookers.start()

    def stop(self) -> None:
        """Begin nothing more: send away those who wait, and all who come. What runs is let run."""
        self.readers.stop()
        self.lookers.stop()

    async def _in(self, queue: Queue, request: Request, function: Callable[[Answerer], Result]) -> Result:
        answerer = self.readiness.answerer()
        async with queue.place(request):
            try:
                # Not anyio's threads: these cost half, and take two turns of the event loop less, for each of
                # which it has to wait until a thread lets it have the interpreter.
                return await asyncio.get_running_loop().run_in_executor(self.threads, function, answerer)
            except asyncio.CancelledError:
                # The server has waited long enough, and whoever asked is still to be told something.
                if queue.stopped:
                    raise stopping() from None
                raise
