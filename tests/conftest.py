"""What every test may ask for: real models from the user's cache, tiny fakes, and no network."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import platformdirs
import pytest
from fakes import HashingEncoder, OverlapReranker
from hypothesis import settings

from rag.encoding import Encoder, ModelSource, Reranker, load_encoder, load_reranker
from rag.errors import EncoderUnavailable
from rag.tokens import load_vocabulary

ENCODER = "bge-small-en-v1.5"
RERANKER = "ms-marco-MiniLM-L-12-v2"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Loaded = TypeVar("Loaded")

# Patterns are compiled where they are first used, and machines are busy: no example is slow for that.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Processes that a test starts are cut off as well: pip and the hub's client obey these.
os.environ.update(PIP_NO_INDEX="1", HF_HUB_OFFLINE="1")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that would leave this machine fails the test that tries it."""

    def guarded(connect: Callable[[socket.socket, Any], Any]) -> Callable[[socket.socket, Any], Any]:
        def connect_locally(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and address[0] not in LOOPBACK:
                pytest.fail(f"a test tried to reach {address}")
            return connect(self, address)

        return connect_locally

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))


def from_cache(load: Callable[[], Loaded]) -> Loaded:
    """What a loader gives, or a failure that says what to run first."""
    try:
        return load()
    except EncoderUnavailable as error:
        pytest.fail(f"the tests need the real models, run `make models` ({error})", pytrace=False)


@pytest.fixture(scope="session")
def models() -> ModelSource:
    """The real models, as `rag models fetch` left them in the user's cache; never fetched by a test."""
    cache = Path(os.environ.get("RAG_CACHE") or platformdirs.user_cache_dir("rag"))
    return ModelSource(folder=None, cache=cache, offline=True)


@pytest.fixture(scope="session", autouse=True)
def vocabulary(models: ModelSource) -> None:
    """`count_tokens` reads its vocabulary from the same cache as the models."""
    from_cache(lambda: load_vocabulary(cache=models.cache, offline=True))


@pytest.fixture(scope="session")
def encoder(models: ModelSource) -> Encoder:
    """The default encoder."""
    return from_cache(lambda: load_encoder(ENCODER, models=models))


@pytest.fixture(scope="session")
def reranker(models: ModelSource) -> Reranker:
    """The default reranker."""
    return from_cache(lambda: load_reranker(RERANKER, models=models))


@pytest.fixture
def hashing_encoder() -> HashingEncoder:
    """A fake encoder; build `HashingEncoder(max_tokens=…)` for another window."""
    return HashingEncoder()


@pytest.fixture
def overlap_reranker() -> OverlapReranker:
    """A fake reranker."""
    return OverlapReranker()
