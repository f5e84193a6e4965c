"""A served fake archive."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fake_answerer import FakeAnswerer
from fastapi.testclient import TestClient
from served import serving, wait_until_ready


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def client(answerer: FakeAnswerer) -> Iterator[TestClient]:
    with serving(lambda: answerer) as client:
        wait_until_ready(client)
        yield client
