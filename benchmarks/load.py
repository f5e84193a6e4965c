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

import httpx2

PATIENCE = 600.0


async def load(
    url: str, bodies: Sequence[Mapping[str, Any]], *, clients: int, seconds: float
) -> dict[str, Any]:
    """Seconds of every answer, what was answered with another status than 200 or not at all, and how long
    all took together."""
    answered: list[float] = []
    errors: list[str] = []
    each = cycle(bodies)
    limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)

    async def ask(client: httpx2.AsyncClient) -> None:
        while time.perf_counter() < ends:
            asked = time.perf_counter()
            try:
                response = await client.post(url, json=next(each))
            except httpx2.HTTPError as error:
                errors.append(f"{type(error).__name__}: {error}")
                continue
            if response.status_code == 200:
                answered.append(time.perf_counter() - asked)
            else:
                errors.append(f"{response.status_code}: {response.text[:200]}")

    async with httpx2.AsyncClient(limits=limits, timeout=PATIENCE, trust_env=False) as client:
        began = time.perf_counter()
        ends = began + seconds
        await asyncio.gather(*(ask(client) for _ in range(clients)))
        took = time.perf_counter() - began
    return {"seconds": took, "answered": answered, "errors": errors}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(load(**json.load(sys.stdin)))))
