"""Few threads have a turn, and who waits for the encoder holds up nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from fake_answerer import FakeAnswerer
from hypothesis import given, settings
from hypothesis import strategies as st
from test_http_live import listening

from rag.serving import Limits
from rag.serving.turns import Turns


class Counted:
    """How many are inside at once, and the most there ever were; whoever is inside may be held there."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self._lock = threading.Lock()
        self.came = threading.Semaphore(0)
        self.may_go = threading.Event()
        self.may_go.set()

    def pass_through(self, _: object = None) -> None:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.came.release()
        # Long enough for another to come in, if one may.
        time.sleep(0.002)
        assert self.may_go.wait(20)
        with self._lock:
            self.inside -= 1


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 3), st.lists(st.lists(st.sampled_from(["work", "lend", "fail"]), max_size=5), max_size=9)
)
def test_no_more_have_a_turn_than_there_are(most: int, threads: list[list[str]]) -> None:
    turns, working = Turns(most), Counted()

    def run(steps: list[str]) -> None:
        for step in steps:
            working.pass_through()
            if step == "lend":
                with turns.lent():
                    pass
            elif step == "fail":
                with suppress(ArithmeticError), turns.lent():
                    raise ArithmeticError
        raise ArithmeticError

    with ThreadPoolExecutor(9) as pool:
        for each in [pool.submit(turns.taking(run), steps) for steps in threads]:
            with pytest.raises(ArithmeticError):
                each.result()
    assert working.most <= most
    # None is lost or made: so many, and no more, can be had again.
    had = [turns._free.acquire(blocking=False) for _ in range(most + 1)]
    assert had == [True] * most + [False]


def test_who_has_no_turn_lends_none() -> None:
    turns = Turns(1)
    with turns.lent(), turns.lent():
        assert turns._free.acquire(blocking=False)
        assert not turns._free.acquire(blocking=False)


def test_who_has_lent_a_turn_has_none_left_to_lend() -> None:
    turns = Turns(1)

    def lend_twice(_: None) -> list[bool]:
        with turns.lent(), turns.lent():
            had = [turns._free.acquire(blocking=False) for _ in range(2)]
            turns._free.release()
            return had

    assert turns.taking(lend_twice)(None) == [True, False]


def searching(client: object, question: str) -> Callable[[], object]:
    return lambda: client.post("/v1/search", json={"question": question, "rerank": False})  # type: ignore[attr-defined]


def test_searches_that_wait_for_the_encoder_hold_up_no_other_and_are_there_together() -> None:
    encoding = Counted()
    encoding.may_go.clear()
    answerer = FakeAnswerer(encode=lambda question: encoding.pass_through() if "slow" in question else None)
    with (
        listening(answerer, limits=Limits(max_turns=2)) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        slow = [pool.submit(searching(client, "slow ferry")) for _ in range(6)]
        for _ in slow:
            assert encoding.came.acquire(timeout=20)
        assert client.post("/v1/search", json={"question": "ferry", "rerank": False}).status_code == 200
        encoding.may_go.set()
        assert {each.result(20).status_code for each in slow} == {200}  # type: ignore[attr-defined]
    assert encoding.most == 6


def test_searches_run_in_turns() -> None:
    working = Counted()
    answerer = FakeAnswerer(before_answering=lambda _: working.pass_through())
    with listening(answerer, limits=Limits(max_turns=1)) as client, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(searching(client, "ferry")) for _ in range(24)]
        assert {each.result(20).status_code for each in asked} == {200}  # type: ignore[attr-defined]
    assert working.most == 1
