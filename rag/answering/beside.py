"""Work beside the caller's own, in a thread for it alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def beside(work: Callable[Given, Result], *given: Given.args, **more: Given.kwargs) -> Future[Result]:
    """What the work will give, or raise, begun in a thread of its own.

    No pool: of that a process which was forked has no threads, and one that ends takes no more work. Where no
    thread can be begun, the work is done first.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work(*given, **more))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            future.set_exception(error)

    try:
        threading.Thread(target=run, name="beside").start()
    except RuntimeError:
        run()
    return future
