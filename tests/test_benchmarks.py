"""What the benchmarks take for granted of the product: a change of it is noticed before they are run."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

PEERS = Path(__file__).parent.parent / "benchmarks" / "peers"


def test_the_stages_that_are_timed_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PEERS))
    stages = importlib.import_module("with_rag").STAGES
    assert stages
    for watched in stages.values():
        for owner, name in watched:
            assert callable(getattr(owner, name))
