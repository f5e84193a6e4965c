"""What the routes work with: the answerer once it is loaded, the counters, and bounded pools of threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, to_thread

from rag.serving.metrics import Metrics
from rag.serving.readiness import Readiness
from rag.serving.turns import Turns

if TYPE_CHECKING:
    from rag.answering import Answerer

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Service:
    readiness: Readiness
    metrics: Metrics
    readers: CapacityLimiter
    lookers: CapacityLimiter
    turns: Turns

    async def read(self, function: Callable[[Answerer], Result]) -> Result:
        """Run `function` on the answerer in a thread, once one is free. Raises NotReady until loaded.

        For what takes long: models read passages and sentences.
        """
        return await to_thread.run_sync(function, self.readiness.answerer(), limiter=self.readers)

    async def look(self, function: Callable[[Answerer], Result]) -> Result:
        """As `read`, for what takes a moment: it does not queue behind what takes long."""
        return await to_thread.run_sync(function, self.readiness.answerer(), limiter=self.lookers)

    async def search(self, function: Callable[[Answerer], Result]) -> Result:
        """As `look`, in one of the turns, which `function` is to lend (`turns.lent`) while it waits."""
        return await self.look(self.turns.taking(function))

    async def describe(self, function: Callable[[Answerer], Result]) -> Result:
        """As `look`, for what takes no time: it queues behind nothing."""
        return await to_thread.run_sync(function, self.readiness.answerer())
