"""How a run is made: how much is measured, with what, and in which order the contestants take their turns."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import archive
from contestants import PEERS, ContestantError, Worker

from rag.settings import Settings

RAG, BARE = "rag", "sentence-transformers"
FRAMEWORKS = {
    "LangChain": "with_langchain.py",
    "LlamaIndex": "with_llamaindex.py",
    "Haystack": "with_haystack.py",
    "txtai": "with_txtai.py",
}

Turn = Callable[[int], Mapping[str, Any]]
"""What a contestant does in one repeat, of which it is told the number."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. The seconds are what a section may embed for, all its contestants together."""

    repeats: int = 5
    bulk_seconds: float = 40.0
    ingest_seconds: float = 100.0
    memory_seconds: float = 40.0
    grown_seconds: float = 20.0
    questions: int = 20
    load_ingest_seconds: float = 70.0
    search_seconds: float = 6.0
    ask_seconds: float = 10.0
    most_under_load: int = 60
    most_articles: int = 1600
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    without_model: tuple[int, ...] = (100, 400, 1600)


QUICK = Plan(
    repeats=2,
    bulk_seconds=4,
    ingest_seconds=10,
    memory_seconds=4,
    grown_seconds=4,
    questions=3,
    load_ingest_seconds=10,
    search_seconds=1,
    ask_seconds=1,
    most_under_load=12,
    most_articles=60,
    sizes=(1_000, 2_000),
    without_model=(20, 60),
)


@dataclass
class Bench:
    """One run: what is measured with, and the figures so far."""

    plan: Plan
    peers: Path | None
    """The Python of the peers' environment; None measures rag alone."""
    settings: Settings
    model: Path
    folder: Path
    articles: list[dict[str, str]]
    figures: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=time.perf_counter)

    def tell(self, words: str) -> None:
        spent = time.perf_counter() - self.began
        print(f"{spent:6.0f} s  {words}", file=sys.stderr, flush=True)

    def worker(self, name: str, script: str, *arguments: str, **more: str) -> Worker:
        python = sys.executable if script == "with_rag.py" else str(self.peers)
        command = [python, str(PEERS / script), str(self.model), *arguments]
        log = self.folder / f"{name.replace(' ', '-')}.log"
        worker = Worker(name, command, log=log, **more)
        self.tell(f"{name} is ready after {worker.loading:.1f} s")
        return worker

    def drop(self, name: str, error: ContestantError) -> None:
        if name == RAG:
            raise error
        self.tell(f"{error}: measured without it")
        self.figures["failed"][name] = str(error)

    def index_of(self, name: str, place: object) -> str:
        return str(self.folder / name / str(place))

    def text_bytes(self, count: int) -> int:
        return sum(len(one["text"].encode()) for one in self.articles[:count])

    def sample(self, count: int, name: str) -> Path:
        """So many of the articles as a file; the file's stem is part of rag's ids, so it is one for all."""
        file = self.folder / name / "articles.jsonl"
        file.parent.mkdir(exist_ok=True)
        archive.write(self.articles[:count], file)
        return file


def in_turn(
    contestants: Mapping[str, Turn],
    repeats: int,
    drop: Callable[[str, ContestantError], None],
) -> dict[str, list[Mapping[str, Any]]]:
    """What each gave in each repeat; all in turn, another first each time. One that fails is left out."""
    results: dict[str, list[Mapping[str, Any]]] = {name: [] for name in contestants}
    for repeat in range(repeats):
        names = list(results)
        for place in range(len(names)):
            name = names[(place + repeat) % len(names)]
            try:
                results[name].append(contestants[name](repeat))
            except ContestantError as error:
                drop(name, error)
                del results[name]
    return results


def asks(worker: Worker, do: str, **arguments: object) -> Turn:
    """A turn that asks the same in every repeat."""
    return lambda _: worker.ask(do, **arguments)


def column(results: Mapping[str, Sequence[Mapping[str, Any]]], key: str) -> dict[str, list[Any]]:
    return {name: [one[key] for one in repeats] for name, repeats in results.items()}


def last(results: Mapping[str, Sequence[Mapping[str, Any]]], key: str) -> dict[str, Any]:
    return {name: repeats[-1][key] for name, repeats in results.items() if repeats}
