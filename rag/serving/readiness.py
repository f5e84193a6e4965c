"""Live at once, ready when loaded: the index and the models are loaded beside the event loop."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.serving.problems import NOT_READY, PROBLEMS, NotReady

if TYPE_CHECKING:
    from rag.answering import Answerer

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0


class Readiness:
    """Loads the answerer, and again when that failed and someone asks after a pause.

    The pause doubles from FIRST_PAUSE to LONGEST_PAUSE seconds, so that an index that appears later is
    found soon and a missing one costs little. All methods run on the event loop; only `load` does not.
    """

    def __init__(self, load: Callable[[], Answerer], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._load = load
        self._clock = clock
        self._loading: asyncio.Task[Answerer] | None = None
        self._answerer: Answerer | None = None
        self._why = NotReady(
            NOT_READY, "the index and the models are still loading; ask again soon", retry_after=1
        )
        self._pause = FIRST_PAUSE
        self._retry_at = 0.0

    def start(self) -> None:
        self._loading = asyncio.create_task(asyncio.to_thread(self._load))
        self._loading.add_done_callback(self._finished)

    def answerer(self) -> Answerer:
        """The answerer. Raises NotReady while there is none, and loads again when it is time to."""
        if self._answerer is not None:
            return self._answerer
        if self._loading is not None and self._loading.done() and self._clock() >= self._retry_at:
            self.start()
        raise NotReady(self._why.problem, str(self._why), retry_after=self._why.retry_after)

    async def stop(self) -> None:
        """Wait for a load that is under way, since a thread cannot be ended, and close the index."""
        if self._loading is not None:
            await asyncio.wait([self._loading])
        if self._answerer is not None:
            self._answerer.index.close()
            self._answerer = None

    def _finished(self, loading: asyncio.Task[Answerer]) -> None:
        if loading.cancelled():
            return
        error = loading.exception()
        if error is None:
            self._answerer = loading.result()
            log.info("ready: the index and the models are loaded")
            return
        self._retry_at = self._clock() + self._pause
        retry_after = math.ceil(self._pause)
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        if isinstance(error, RagError):
            log.warning("not ready: %s: %s", error.slug, error)
            problem, sentence = PROBLEMS.get(error.slug, NOT_READY), str(error)
        else:
            log.error("not ready: loading failed", exc_info=error)
            problem = NOT_READY
            sentence = "the index and the models could not be loaded; the server's log has the reason"
        self._why = NotReady(problem, sentence, retry_after=retry_after)
