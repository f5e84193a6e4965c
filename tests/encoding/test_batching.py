"""Callers that wait together are computed together: each gets its own rows, and none waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.encoding import Vectors
from rag.encoding.batching import Batcher


class Recorder:
    """Rows that tell their item and kind, and every batch that was computed."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.batches: list[tuple[int, list[int]]] = []
        self.at_work = 0
        self.delay = delay
        self.entered = threading.Event()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def compute(self, items: list[int], kind: int) -> Vectors:
        self.at_work += 1
        assert self.at_work == 1, "one batch at a time"
        self.batches.append((kind, list(items)))
        self.entered.set()
        self.may_go_on.wait(10)
        time.sleep(self.delay)
        self.at_work -= 1
        if -1 in items:
            raise ArithmeticError("no row for -1")
        return np.array([[item, kind] for item in items], np.float32)


def batcher(recorder: Recorder, most: int = 4) -> Batcher:
    return Batcher(recorder.compute, most=lambda _: most, width=2)


REQUESTS = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 99)), max_size=12), max_size=8)


@settings(deadline=None, max_examples=40)
@given(REQUESTS, st.integers(1, 5))
def test_everybody_gets_their_own_rows_in_order(requests: list[list[tuple[int, int]]], most: int) -> None:
    recorder = Recorder()
    shared = batcher(recorder, most)
    with ThreadPoolExecutor(8) as pool:
        for request, rows in zip(requests, pool.map(shared.rows, requests), strict=True):
            assert rows.tolist() == [[item, kind] for kind, item in request]
    assert all(1 <= len(items) <= most for _, items in recorder.batches)
    assert sum(len(items) for _, items in recorder.batches) == sum(map(len, requests))


def arriving(recorder: Recorder, shared: Batcher, calls: Sequence[Callable[[], object]]) -> None:
    """Make the calls, each in a thread and in order, while the first batch of the first is at work."""
    recorder.may_go_on.clear()
    threads = []
    for number, call in enumerate(calls):
        threads.append(threading.Thread(target=call))
        threads[-1].start()
        if number == 0:
            assert recorder.entered.wait(10)
        while len(shared._jobs) <= number:
            time.sleep(0.001)
    recorder.may_go_on.set()
    for thread in threads:
        thread.join(10)


def waiting_behind_the_first(
    recorder: Recorder, shared: Batcher, requests: list[list[tuple[int, int]]]
) -> None:
    arriving(recorder, shared, [partial(shared.rows, request) for request in requests])


def test_who_waits_together_is_computed_together() -> None:
    recorder = Recorder()
    waiting_behind_the_first(
        recorder, batcher(recorder, 8), [[(1, 0)], [(1, 1)], [(1, 2)], [(1, 3)], [(2, 4)]]
    )
    assert recorder.batches[0] == (1, [0])
    assert sorted(recorder.batches[1:]) == [(1, [1, 2, 3]), (2, [4])]


def test_much_work_does_not_hold_up_little_and_is_done_all_the_same() -> None:
    recorder = Recorder()
    much = [(1, number) for number in range(40)]
    little = [[(2, 100 + number)] for number in range(6)]
    waiting_behind_the_first(recorder, batcher(recorder, 2), [much, *little])
    order = [kind for kind, _ in recorder.batches]
    # In turn with the much work, which waits for no more than one of the others at a time.
    assert max(place for place, kind in enumerate(order) if kind == 2) <= 8
    assert order[:8].count(1) >= 3 and order.count(1) == 20


def test_a_failure_is_told_to_all_whom_it_concerns_and_to_nobody_else() -> None:
    recorder = Recorder()
    shared = batcher(recorder, 1)
    with pytest.raises(ArithmeticError):
        shared.rows([(1, 5), (1, -1), (1, 6)])
    assert shared.rows([(1, 7)]).tolist() == [[7, 1]]
    assert shared.rows([]).shape == (0, 2)
    assert not shared._jobs and not shared._waiting


def test_of_a_batch_that_fails_only_who_is_to_blame_is_told() -> None:
    recorder = Recorder()
    shared = batcher(recorder, 8)
    failed: list[int] = []
    given: dict[int, list[float]] = {}

    def ask(item: int) -> None:
        try:
            given[item] = shared.rows([(1, item)])[0].tolist()
        except ArithmeticError:
            failed.append(item)

    arriving(recorder, shared, [partial(ask, item) for item in (0, 1, -1, 2)])
    assert failed == [-1]
    assert given == {item: [item, 1] for item in (0, 1, 2)}


class Interrupting(Recorder):
    """An interrupt comes while the first batch is computed."""

    def compute(self, items: list[int], kind: int) -> Vectors:
        rows = super().compute(items, kind)
        if len(self.batches) == 1:
            raise KeyboardInterrupt
        return rows


def test_who_is_interrupted_leaves_nothing_behind_and_holds_up_nobody() -> None:
    recorder = Interrupting()
    shared = batcher(recorder, 2)
    with pytest.raises(KeyboardInterrupt):
        shared.rows([(1, 1), (1, 2), (1, 3), (2, 4)])
    assert not shared._jobs and not shared._waiting and shared._at_work is None
    assert shared.rows([(1, 5)]).tolist() == [[5, 1]]
    assert recorder.batches == [(1, [1, 2]), (1, [5])]


def test_what_was_to_be_computed_with_an_interrupted_batch_is_computed_all_the_same() -> None:
    recorder = Interrupting()
    shared = batcher(recorder, 4)
    given: list[list[float]] = []

    def interrupted() -> None:
        with pytest.raises(KeyboardInterrupt):
            shared.rows([(1, 1)])

    def waiting() -> None:
        given.extend(shared.rows([(1, 2), (1, 3)]).tolist())

    arriving(recorder, shared, [interrupted, waiting])
    assert given == [[2, 1], [3, 1]]
