"""Waiting for a place: so many are worked on, so many wait, and none for whom nobody waits any more.

A client that gives up closes its connection, and often asks again. Were its question still worked on when its
turn comes, a server that is behind would fall further behind with answers that nobody reads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request

from rag.serving.problems import BUSY, STOPPING, ClientGone, Unavailable

RETRY_AFTER = 5
"""Seconds after which who was sent away by a server that stops may come back: another has then begun."""
_STOPS = "the server is stopping; ask again soon, when it or another answers at this address"


class Queue:
    """At most `places` are worked on and `most_waiting` wait, first come, first served.

    More are sent away, to come back after `retry_after` seconds. Its methods run on the event loop.
    """

    def __init__(self, places: int, *, most_waiting: int, retry_after: int = RETRY_AFTER) -> None:
        self._free = places
        self._most_waiting = most_waiting
        self._retry_after = retry_after
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.stopped = False

    @asynccontextmanager
    async def place(self, request: Request) -> AsyncIterator[None]:
        """A place, once one is free.

        Raises Unavailable where too many wait or the server stops, ClientGone where the client has left.
        """
        if self.stopped:
            raise stopping()
        if self._free:
            self._free -= 1
        else:
            await self._wait(request)
        try:
            yield
        finally:
            self._give_back()

    def start(self) -> None:
        """Take who comes, as it does from the beginning until it is stopped."""
        self.stopped = False

    def stop(self) -> None:
        """Send away those who wait, and all who come."""
        self.stopped = True
        for turn in self._waiting:
            if not turn.done():
                turn.set_exception(stopping())

    async def _wait(self, request: Request) -> None:
        if len(self._waiting) >= self._most_waiting:
            waiting = f"{self._most_waiting} wait already" if self._most_waiting else "none may wait"
            raise Unavailable(
                BUSY,
                f"as many requests of this kind as may are worked on, and {waiting}; ask again later",
                retry_after=self._retry_after,
            )
        turn = asyncio.get_running_loop().create_future()
        gone = asyncio.create_task(_gone(request))
        self._waiting.append(turn)
        try:
            await asyncio.wait((turn, gone), return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                gone.result()
                raise ClientGone
            turn.result()
        except BaseException:
            if turn.done() and not turn.exception():
                self._give_back()
            raise
        finally:
            gone.cancel()
            if turn in self._waiting:
                self._waiting.remove(turn)

    def _give_back(self) -> None:
        """The place goes to who has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def stopping() -> Unavailable:
    return Unavailable(STOPPING, _STOPS, retry_after=RETRY_AFTER)


async def _gone(request: Request) -> None:
    """Returns when the client has closed the connection, and raises what reading from it raises.

    A route with a body has read it before; that of a GET, which no route reads, is read here and dropped.
    """
    while (await request.receive())["type"] != "http.disconnect":
        pass
