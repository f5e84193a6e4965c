"""A contestant at work: it reads one request a line from standard input and answers each with one line.

A request is `{"do": name, …}`, with the arguments of the action of that name; an answer holds what it
returned, or `failed`. Answers go to the open file that ANSWERS numbers, away from what libraries print; run
by hand, to standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

CHUNK_CHARACTERS, OVERLAP_CHARACTERS = 900, 100
"""Of English news about 200 and 25 tokens: what rag cuts by default, and its overlap of one sentence."""
CHUNK_TOKENS, OVERLAP_TOKENS = 200, 25
CHUNK_WORDS, OVERLAP_WORDS = 150, 20
TOP_K = 5

Article = Mapping[str, str]
Action = Callable[..., Mapping[str, Any]]


class Contestant(Protocol):
    """From articles to passages that are found. The model has been loaded when it has been built."""

    def ingest(self, articles: Path, folder: Path) -> int:
        """Read, cut, embed, index, and save below the folder; the number of passages."""
        ...

    def embed(self, text: str) -> Sequence[float]:
        """As a passage is embedded: a check that all use one model, and use it alike."""
        ...

    def search(self, question: str) -> Sequence[str]:
        """The texts of the passages nearest to the question, best first."""
        ...


def read_articles(file: Path) -> list[Article]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cut(text: str) -> Iterator[str]:
    """For what cuts nothing itself: by words."""
    words = text.split()
    for start in range(0, max(1, len(words) - OVERLAP_WORDS), CHUNK_WORDS - OVERLAP_WORDS):
        yield " ".join(words[start : start + CHUNK_WORDS])


def compete(build: Callable[[str], Contestant], **more: Callable[[Contestant], Action]) -> None:
    """Be the contestant that `build` makes of the model's folder, the first argument, until input ends.

    `more` are actions of one contestant alone, made of it.
    """
    contestant = build(sys.argv[1])

    def ingest(articles: str, folder: str) -> dict[str, Any]:
        began = time.perf_counter()
        passages = contestant.ingest(Path(articles), Path(folder))
        return {"seconds": time.perf_counter() - began, "passages": passages, "bytes": size_of(Path(folder))}

    def embed(texts: Sequence[str]) -> dict[str, Any]:
        return {"vectors": [list(map(float, contestant.embed(text))) for text in texts]}

    def search(questions: Sequence[str]) -> dict[str, Any]:
        seconds, found = [], []
        for question in questions:
            began = time.perf_counter()
            found.append(list(contestant.search(question)))
            seconds.append(time.perf_counter() - began)
        return {"seconds": seconds, "found": [len(texts) for texts in found]}

    def listens() -> dict[str, Any]:
        from listening import listen

        return {"port": listen(contestant.search)}

    special = {name: make(contestant) for name, make in more.items()}
    serve(ingest=ingest, embed=embed, search=search, listen=listens, **special)


def serve(**actions: Action) -> None:
    """Answer requests until there are no more; every contestant knows `memory`."""
    actions["memory"] = lambda: {"peak_bytes": peak_bytes()}
    answers = os.fdopen(int(os.environ.get("ANSWERS", "1")), "w", encoding="utf-8")
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = dict(actions[request.pop("do")](**request))
        except Exception as error:  # noqa: BLE001 - told to who asked, and the others go on
            answer = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def size_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def peak_bytes() -> int | None:
    """The most memory that this process has had, None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
