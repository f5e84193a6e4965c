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
    turns, told = Turns(1), list[bool]()

    def lend_twice(_: None) -> None:
        with turns.lent(), turns.lent():
            told.extend(turns._free.acquire(blocking=False) for _ in range(2))
            turns._free.release()

    thread = threading.Thread(target=lambda: turns.taking(lend_twice)(None), daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()
    assert told == [True, False]


def test_a_turn_that_is_not_had_back_is_not_given_back() -> None:
    turns = Turns(1)

    class Interrupted(threading.Semaphore):
        def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
            if turns._thread.__dict__.get("has_one") is False:
                raise KeyboardInterrupt
            return super().acquire(blocking, timeout)

    turns._free = Interrupted(1)

    def lend(_: None) -> None:
        with turns.lent():
            pass

    with pytest.raises(KeyboardInterrupt):
        turns.taking(lend)(None)
    turns._thread.__dict__.clear()
    assert [turns._free.acquire(blocking=False) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_as_many_have_a_turn_as_there_are(most: int) -> None:
    turns, working = Turns(most), Counted()
    working.may_go.clear()
    threads = [
        threading.Thread(target=turns.taking(working.pass_through), args=(None,), daemon=True)
        for _ in range(most + 2)
    ]
    for thread in threads:
        thread.start()
    for _ in range(most):
        assert working.came.acquire(timeout=20)
    assert not working.came.acquire(timeout=0.05)
    working.may_go.set()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert working.most == most


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


def test_what_is_no_search_holds_up_none() -> None:
    """Checks and articles never wait for the encoder: in turns they would be lent to nobody."""
    checking = Counted()
    checking.may_go.clear()
    answerer = FakeAnswerer(
        before_answering=lambda words: checking.pass_through() if "slow" in words else None
    )
    claim = {"article_id": "2021/ferry", "start": 0, "end": 4, "quote": "slow"}
    with listening(answerer, limits=Limits(max_turns=1)) as client, ThreadPoolExecutor(8) as pool:
        checked = [pool.submit(client.post, "/v1/verify", json={"citations": [claim]}) for _ in range(3)]
        for _ in checked:
            assert checking.came.acquire(timeout=20)
        assert client.post("/v1/search", json={"question": "ferry", "rerank": False}).status_code == 200
        checking.may_go.set()
        assert {each.result(20).status_code for each in checked} == {200}
