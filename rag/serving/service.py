"""What the routes work with: the answerer once it is loaded, the counters, and a bounded pool of threads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from anyio import CapacityLimiter, to_thread

from rag.serving.metrics import Metrics
from rag.serving.readiness import Readiness

if TYPE_CHECKING:
    from rag.answering import Answerer

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Service:
    readiness: Readiness
    metrics: Metrics
    workers: CapacityLimiter

    async def work(self, function: Callable[[Answerer], Result]) -> Result:
        """Run `function` on the answerer in a thread, once one is free. Raises NotReady until loaded."""
        answerer = self.readiness.answerer()
        return await to_thread.run_sync(function, answerer, limiter=self.workers)

    async def look(self, function: Callable[[Answerer], Result]) -> Result:
        """As `work`, for what takes no time: it does not queue behind questions."""
        return await to_thread.run_sync(function, self.readiness.answerer())
