"""Clients that ask a server all at once, in a process of their own: what they cost is not the server's.

    python load.py     reads one JSON request from standard input, prints one JSON answer

Each of so many clients asks its next question when its last is answered, until the seconds are over; what is
under way then is waited for. A body is sent as it is given; the clients take them in turn.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 600.0
_END = b"\r\n\r\n"


async def load(
    url: str, bodies: Sequence[Mapping[str, Any]], *, clients: int, seconds: float
) -> dict[str, Any]:
    """Seconds of every answer, what was answered with another status than 200 or not at all, and how long
    all took together."""
    answered: list[float] = []
    errors: list[str] = []
    requests = cycle([_request(url, body) for body in bodies])

    async def ask() -> None:
        client = Client(url)
        while time.perf_counter() < ends:
            asked = time.perf_counter()
            try:
                status, text = await asyncio.wait_for(client.answer(next(requests)), PATIENCE)
            except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
                client.close()
                errors.append(f"{type(error).__name__}: {error}")
                continue
            if status == 200:
                answered.append(time.perf_counter() - asked)
            else:
                errors.append(f"{status}: {text[:200].decode(errors='replace')}")
        client.close()

    began = time.perf_counter()
    ends = began + seconds
    await asyncio.gather(*(ask() for _ in range(clients)))
    return {"seconds": time.perf_counter() - began, "answered": answered, "errors": errors}


class Client:
    """One connection that stays open, and no more of HTTP than the servers here speak.

    The clients share the processor with the server, and a library's client costs several times as much.
    """

    def __init__(self, url: str) -> None:
        self._place = urlsplit(url)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def answer(self, request: bytes) -> tuple[int, bytes]:
        """Status and body. Raises OSError, EOFError, ValueError or LimitOverrunError where none comes or its
        head cannot be read."""
        if self._streams is not None:
            try:
                return await self._answer(request)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                if getattr(error, "partial", b""):
                    raise
                # The server has closed what it had kept open, as it may.
                self.close()
        self._streams = await asyncio.open_connection(self._place.hostname, self._place.port)
        return await self._answer(request)

    async def _answer(self, request: bytes) -> tuple[int, bytes]:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(request)
        first, *headers = (await reader.readuntil(_END)).removesuffix(_END).split(b"\r\n")
        told = dict(header.lower().split(b":", 1) for header in headers)
        _, status = first.split()[:2]
        if b"content-length" not in told:
            raise ValueError(f"an answer of no length: {first!r}")
        text = await reader.readexactly(int(told[b"content-length"]))
        if told.get(b"connection", b"").strip() == b"close":
            self.close()
        return int(status), text

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _request(url: str, body: Mapping[str, Any]) -> bytes:
    place, content = urlsplit(url), json.dumps(body).encode()
    head = (
        f"POST {place.path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


if __name__ == "__main__":
    print(json.dumps(asyncio.run(load(**json.load(sys.stdin)))))
