"""Contestants as processes of their own: workers that are asked many times, and commands that run once."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

PEERS = Path(__file__).parent / "peers"
LOAD = Path(__file__).parent / "load.py"
READY_SECONDS = 120.0
ENDING_SECONDS = 1.0
# Nothing is fetched and nothing is reported: the models are on the disk.
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "DO_NOT_TRACK": "1",
    "LANGSMITH_TRACING": "false",
    "RAG_OFFLINE": "true",
    "RAG_CONFIG": os.devnull,
    # Python keeps what it compiled, as it does by itself: pip compiled the peers when it installed them.
    "PYTHONDONTWRITEBYTECODE": "",
}
# By a process of its own, which is small: a child counts what its parent held when it was made.
_ONCE = """
import json, os, resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=2).returncode
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"code": code, "seconds": seconds, "peak_bytes": peak}))
"""


class ContestantError(Exception):
    """A contestant that could not do what was asked of it."""


@dataclass(frozen=True, slots=True)
class Once:
    seconds: float
    peak_bytes: int


class Worker:
    """A contestant that has loaded its model and waits for requests. `loading` is how long that took."""

    def __init__(self, name: str, command: Sequence[str], *, log: Path, **more: str) -> None:
        self.name, self._command, self._log, self._more = name, command, log, more
        self.loading = self._start()

    def _start(self) -> float:
        began = time.perf_counter()
        answers, answering = os.pipe()
        self._answers = os.fdopen(answers, encoding="utf-8")
        with self._log.open("ab") as printed:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=printed,
                stderr=printed,
                pass_fds=[answering],
                text=True,
                encoding="utf-8",
                env={**os.environ, **OFFLINE, **self._more, "ANSWERS": str(answering)},
            )
        os.close(answering)
        self.ask("memory")
        return time.perf_counter() - began

    def has_ended(self) -> bool:
        """Whether its process is no more, as after a fault. One that is just ending is waited for."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ENDING_SECONDS)
        return self._process.returncode is not None

    def restart(self) -> None:
        """Begin anew, with nothing ingested. Raises ContestantError where that fails."""
        self.close()
        self._start()

    def ask(self, do: str, **arguments: object) -> Mapping[str, Any]:
        """Raises ContestantError when it has failed or ended."""
        try:
            print(json.dumps({"do": do, **arguments}), file=self._requests(), flush=True)
            line = self._answers.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise ContestantError(f"{self.name} ended: {_last_line(self._log)}")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise ContestantError(f"{self.name} could not {do}: {answer['failed']}")
        return answer

    def close(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._requests().close()
        self._answers.close()
        self._process.wait()

    def _requests(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin


class Served:
    """`rag serve` as a process of its own, on a free port of this machine, ready to answer."""

    def __init__(self, name: str, *, log: Path, **more: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        with log.open("ab") as printed:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "rag", "serve", "--port", str(port)],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                env={**os.environ, **OFFLINE, **more},
            )
        began = time.perf_counter()
        while not self._is_ready():
            if self._process.poll() is not None or time.perf_counter() - began > READY_SECONDS:
                self.close()
                raise ContestantError(f"{name} did not get ready: {_last_line(log)}")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=READY_SECONDS) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


def load(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """What clients in a process of their own met. Raises ContestantError when nothing was answered."""
    done = subprocess.run(
        [sys.executable, str(LOAD)],
        input=json.dumps(request),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        encoding="utf-8",
    )
    met: dict[str, Any] = json.loads(done.stdout)
    if not met["answered"]:
        raise ContestantError(f"{request['url']} answered nothing: {met['errors'][:1]}")
    return met


def _last_line(log: Path) -> str:
    return " ".join(log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:])


def run_once(command: Sequence[str], *, log: Path, well: Sequence[int] = (0,), **more: str) -> Once:
    """A whole process from start to end. Raises ContestantError when it ends with no code of `well`."""
    with log.open("ab") as errors:
        done = subprocess.run(
            [sys.executable, "-S", "-c", _ONCE, *command],
            stdout=subprocess.PIPE,
            stderr=errors,
            check=True,
            env={**os.environ, **OFFLINE, **more},
        )
    told = json.loads(done.stdout)
    if told["code"] not in well:
        raise ContestantError(
            f"{' '.join(map(str, command[1:4]))} ended with {told['code']}: {_last_line(log)}"
        )
    return Once(told["seconds"], told["peak_bytes"])
