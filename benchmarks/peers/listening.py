"""A contestant behind the least FastAPI application: a question in, the texts that are found out."""

# No `from __future__ import annotations` here: FastAPI looks the request's type up by its name.

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Question(BaseModel):
    question: str


def listen(answer: Callable[[str], Sequence[str]]) -> int:
    """Serve `answer` for as long as this process lives; the port.

    Two routes, of which the benchmark takes the faster: on few cores questions may be answered sooner one
    after another, each on all cores, than several at once in threads, as FastAPI has a plain function.
    """
    app = FastAPI()

    @app.post("/one-by-one")
    async def one_by_one(asked: Question) -> dict[str, Any]:
        return {"passages": list(answer(asked.question))}

    @app.post("/in-threads")
    def in_threads(asked: Question) -> dict[str, Any]:
        return {"passages": list(answer(asked.question))}

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return int(listener.getsockname()[1])
