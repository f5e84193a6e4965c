"""Work beside the caller's: done in any process and at any time, and what it raises the caller is told."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from rag.answering.beside import beside


def test_it_is_done_while_the_caller_goes_on() -> None:
    let = threading.Event()
    begun = beside(let.wait, timeout=30)
    assert not begun.done()
    let.set()
    assert begun.result() is True


def test_what_it_raises_is_raised_where_the_result_is_asked_for() -> None:
    with pytest.raises(ZeroDivisionError):
        beside(divmod, 1, 0).result()


def test_where_no_thread_can_be_begun_it_is_done_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    begun = beside(threading.get_ident)
    assert begun.done() and begun.result() == threading.get_ident()
    assert isinstance(beside(divmod, 1, 0).exception(), ZeroDivisionError)


def test_a_forked_process_and_one_that_ends_do_it_too() -> None:
    program = """
import os, threading, time
from rag.answering.beside import beside
beside(int).result()
if (child := os.fork()) == 0:
    os._exit(beside(lambda: 7).result())
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
def late():
    threading.main_thread().join()
    print(beside(lambda: "late").result())
threading.Thread(target=late).start()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "late\n", done.stderr
