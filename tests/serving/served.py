"""An app that runs in this process, and what its own document says of a response."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from fake_answerer import FakeAnswerer
from fastapi.testclient import TestClient

from rag.serving import create_app

DOCUMENT = create_app(FakeAnswerer).openapi()


@contextmanager
def serving(load: Callable[[], Any], **options: Any) -> Iterator[TestClient]:
    """A client of a running app; not waited for to be ready."""
    with TestClient(create_app(load, **options), raise_server_exceptions=False) as client:
        yield client


def wait_until_ready(client: TestClient) -> None:
    for _ in range(500):
        if client.get("/readyz").status_code == 200:
            return
        time.sleep(0.01)
    pytest.fail(f"not ready: {client.get('/readyz').text}")


def exact_schema(path: str, method: str) -> dict[str, Any]:
    """The schema of a success with every object closed and its properties required.

    What it does not name may not be there, and what it names must.
    """
    response = DOCUMENT["paths"][path][method]["responses"]["200"]
    schema = {**response["content"]["application/json"]["schema"], "components": DOCUMENT["components"]}
    copy: dict[str, Any] = json.loads(json.dumps(schema))
    for part in copy["components"]["schemas"].values():
        if "properties" in part:
            part |= {"additionalProperties": False, "required": sorted(part["properties"])}
    return copy
