"""A served fake archive."""

from __future__ import annotations

import fcntl
import socket
import struct
from collections.abc import Iterator

import pytest
from fake_answerer import FakeAnswerer
from fastapi.testclient import TestClient
from served import serving, wait_until_ready

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1


@pytest.fixture(scope="session", autouse=True)
def loopback() -> None:
    """In a network namespace made to cut the network, loopback is down as well: bring it up there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name, flags = struct.unpack("16sh", fcntl.ioctl(control, _GET_FLAGS, struct.pack("16sh", b"lo", 0)))
        if not flags & _UP:
            fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh", name, flags | _UP))


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def client(answerer: FakeAnswerer) -> Iterator[TestClient]:
    with serving(lambda: answerer) as client:
        wait_until_ready(client)
        yield client
