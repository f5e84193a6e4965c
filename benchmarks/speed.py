"""rag beside LangChain, LlamaIndex, Haystack and txtai: the same model, articles and machine, in one run.

    make bench                                   on generated articles
    make bench ARTICLES=news.jsonl               on an archive that `rag ingest` reads, or a .jsonl.gz
    python benchmarks/speed.py --quick           a minute or two, into a folder of its own; proves nothing

Every contestant is a process of its own that has loaded its model; in each repeat all take their turn, so
that a machine that grows slower does so for all. How much is embedded follows from how fast this machine
embeds. What is measured is written down raw (`speed.json`), and as a page with plots beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import archive
import machine
import numpy as np
import speed_page
import vector_sizes
from contestants import PEERS, ContestantError, Worker, run_once

from rag import wiring
from rag.encoding import load_encoder
from rag.encoding.runtime import choose_precision
from rag.settings import Settings, load_settings

ROOT = Path(__file__).parents[1]
MODEL = "bge-small-en-v1.5"
QUESTION = "what is the status of Pakistan Steel Mills talks"
FRAMEWORKS = {
    "LangChain": "with_langchain.py",
    "LlamaIndex": "with_llamaindex.py",
    "Haystack": "with_haystack.py",
    "txtai": "with_txtai.py",
}
RAG, BARE = "rag", "sentence-transformers"
ANSWERED_OR_ABSTAINED = (0, 3)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. The seconds are what a section may embed for, all its contestants together."""

    repeats: int = 5
    bulk_seconds: float = 60.0
    ingest_seconds: float = 150.0
    memory_seconds: float = 60.0
    questions: int = 20
    most_articles: int = 1600
    sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    without_model: tuple[int, ...] = (100, 400, 1600)


QUICK = Plan(
    repeats=2,
    bulk_seconds=4,
    ingest_seconds=10,
    memory_seconds=4,
    questions=3,
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

    def worker(self, name: str, script: str, **more: str) -> Worker:
        python = sys.executable if script == "with_rag.py" else str(self.peers)
        command = [python, str(PEERS / script), str(self.model)]
        log = self.folder / f"{name.replace(' ', '-')}.log"
        worker = Worker(name, command, log=log, **more)
        self.tell(f"{name} is ready after {worker.loading:.1f} s")
        return worker

    def drop(self, name: str, error: ContestantError) -> None:
        if name == RAG:
            raise error
        self.tell(f"{error}: measured without it")
        self.figures["failed"][name] = str(error)

    def sample(self, count: int, name: str) -> Path:
        """So many of the articles as a file; the file's stem is part of rag's ids, so it is one for all."""
        file = self.folder / name / "articles.jsonl"
        file.parent.mkdir(exist_ok=True)
        archive.write(self.articles[:count], file)
        return file


def in_turn(
    contestants: Mapping[str, Callable[[int], Mapping[str, Any]]],
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


def column(results: Mapping[str, Sequence[Mapping[str, Any]]], key: str) -> dict[str, list[Any]]:
    return {name: [one[key] for one in repeats] for name, repeats in results.items()}


def last(results: Mapping[str, Sequence[Mapping[str, Any]]], key: str) -> dict[str, Any]:
    return {name: repeats[-1][key] for name, repeats in results.items() if repeats}


def bulk(bench: Bench, texts: Sequence[str], tokens: Sequence[int], workers: Mapping[str, Worker]) -> None:
    """The same texts through the same model."""
    files = {name: bench.folder / f"{name}.npy" for name in workers}
    results = in_turn(
        {
            name: lambda _, name=name, worker=worker: worker.ask(  # type: ignore[misc]
                "encode", texts=texts, file=str(files[name])
            )
            for name, worker in workers.items()
        },
        bench.plan.repeats,
        bench.drop,
    )
    vectors = {name: np.load(files[name]) for name in results}
    bench.figures["bulk"] = {
        "texts": len(texts),
        "tokens": sorted(tokens)[len(tokens) // 2],
        "seconds": column(results, "seconds"),
        "least_cosine": {
            name: float((vectors[name] * vectors[BARE]).sum(axis=1).min())
            for name in results
            if BARE in results and name != BARE
        },
    }
    bench.tell(f"{len(texts)} texts were embedded by each, {bench.plan.repeats} times")


def ingests(bench: Bench, count: int, workers: Mapping[str, Worker]) -> None:
    """From a file of articles to an index on the disk; then once more with nothing changed."""
    articles = bench.sample(count, "ingested")
    few = bench.sample(2, "warming")

    def first(name: str, repeat: int) -> Mapping[str, Any]:
        if repeat == 0:
            workers[name].ask("ingest", articles=str(few), folder=str(bench.folder / name / "warming"))
        return workers[name].ask("ingest", articles=str(articles), folder=index_of(name, repeat))

    def index_of(name: str, repeat: int) -> str:
        return str(bench.folder / name / str(repeat))

    results = in_turn(
        {name: lambda repeat, name=name: first(name, repeat) for name in workers},  # type: ignore[misc]
        bench.plan.repeats,
        bench.drop,
    )
    bench.tell(f"{count} articles were ingested by each, {bench.plan.repeats} times")
    contestants: dict[str, Callable[[int], Mapping[str, Any]]] = {
        RAG: lambda repeat: workers[RAG].ask("ingest", articles=str(articles), folder=index_of(RAG, repeat))
    }
    for name in ("LangChain", "LlamaIndex"):
        if name in results:
            workers[name].ask("ingest_recorded", articles=str(articles))
            contestants[name] = lambda _, name=name: workers[name].ask(  # type: ignore[misc]
                "ingest_recorded", articles=str(articles)
            )
    again = in_turn(contestants, bench.plan.repeats, bench.drop)
    stages = [stages_of(one) for one in results[RAG]]
    bench.figures["ingest"] = {
        "articles": count,
        "text_bytes": sum(len(one["text"].encode()) for one in bench.articles[:count]),
        "seconds": column(results, "seconds"),
        "passages": last(results, "passages"),
        "bytes": last(results, "bytes"),
        "loading": {name: workers[name].loading for name in results},
        "stages": {name: [one.get(name, 0.0) for one in stages] for name in stages[-1]},
        "again": column(again, "seconds"),
        "embedded_again": last(again, "embedded"),
    }
    searches(bench, {name: workers[name] for name in results})
    bench.figures["ingest"]["peak_bytes"] = {
        name: workers[name].ask("memory")["peak_bytes"] for name in results
    }


def stages_of(ingest: Mapping[str, Any]) -> dict[str, float]:
    """Seconds by stage, and what none of them took."""
    watched = dict(ingest["stages"])
    return {**watched, "all else": ingest["seconds"] - sum(watched.values())}


def searches(bench: Bench, workers: Mapping[str, Worker]) -> None:
    """The headlines of the articles as questions, one at a time."""
    questions = [one["title"][:200] for one in bench.articles[: bench.plan.questions]]
    for worker in workers.values():
        worker.ask("search", questions=questions[:3])
    results = in_turn(
        {
            name: lambda _, worker=worker: worker.ask("search", questions=questions)  # type: ignore[misc]
            for name, worker in workers.items()
        },
        bench.plan.repeats,
        bench.drop,
    )
    bench.figures["search"] = {"questions": len(questions), "seconds": column(results, "seconds")}
    bench.tell(f"{len(questions)} questions were searched for by each, {bench.plan.repeats} times")


def cold(bench: Bench, worker: Worker) -> None:
    """Whole processes, from the command to its end, over the articles in seeds/."""
    log = bench.folder / "cold.log"
    seeds = ROOT / "seeds"
    index = {"RAG_INDEX": str(bench.folder / "seeds.index")}
    rag = [sys.executable, "-m", "rag"]
    run_once([*rag, "ingest", "--quiet", str(seeds)], log=log, **index)
    commands: dict[str, list[str]] = {
        "rag --help": [*rag, "--help"],
        "rag ask": [*rag, "ask", QUESTION],
        "rag ask --no-rerank": [*rag, "ask", "--no-rerank", QUESTION],
    }
    if bench.peers:
        passages = bench.folder / "seeds.json"
        passages.write_text(json.dumps(worker.ask("cut", articles=str(seeds))["texts"]), encoding="utf-8")
        script = [str(bench.peers), str(PEERS / "bare.py"), str(bench.model)]
        bare = str(bench.folder / "seeds.faiss")
        run_once([*script, "--build", bare, str(passages)], log=log)
        commands["script, imports alone"] = [*script, "--imports"]
        commands["script, question"] = [*script, "--ask", bare, QUESTION]
    # The first of each finds its files on the disk, the others in memory: it is not counted.
    for command in commands.values():
        run_once(command, log=log, well=ANSWERED_OR_ABSTAINED, **index)

    def run(name: str) -> Mapping[str, Any]:
        once = run_once(commands[name], log=log, well=ANSWERED_OR_ABSTAINED, **index)
        return {"seconds": once.seconds, "peak_bytes": once.peak_bytes}

    results = in_turn(
        {name: lambda _, name=name: run(name) for name in commands},  # type: ignore[misc]
        bench.plan.repeats,
        bench.drop,
    )
    bench.figures["cold"] = {
        "seconds": column(results, "seconds"),
        "peak_bytes": column(results, "peak_bytes"),
    }
    bench.tell(f"{len(commands)} commands were run, {bench.plan.repeats} times each")


def memory(bench: Bench, count: int) -> None:
    """The most memory of whole `rag ingest` processes: the fewest articles often, more of them once."""
    log = bench.folder / "memory.log"
    measured = []
    for factor in (1, 2, 4):
        articles = bench.sample(factor * count, "memory")
        for repeat in range(bench.plan.repeats if factor == 1 else 1):
            index = str(bench.folder / f"memory.{factor}.{repeat}")
            command = [sys.executable, "-m", "rag", "ingest", "--quiet", str(articles)]
            once = run_once(command, log=log, RAG_INDEX=index)
            # There may be fewer articles than were asked for.
            asked = min(factor * count, len(bench.articles))
            measured.append({"articles": asked, "peak_bytes": once.peak_bytes, "seconds": once.seconds})
    bench.figures["memory"] = measured
    bench.tell("the memory of `rag ingest` was measured")


def without_model(bench: Bench) -> None:
    """Ingests of more articles, with made-up vectors: what grows beside the model's work."""
    measured = []
    for count in bench.plan.without_model:
        if count > len(bench.articles):
            continue
        articles = bench.sample(count, "without-model")
        worker = bench.worker(f"rag without its model, {count} articles", "with_rag.py")
        index = str(bench.folder / f"without-model.{count}")
        before = worker.ask("memory")["peak_bytes"]
        done = worker.ask("ingest", articles=str(articles), folder=index, model=False)
        again = worker.ask("ingest", articles=str(articles), folder=index, model=False)
        measured.append(
            {
                "articles": count,
                "passages": done["passages"],
                "bytes": done["bytes"],
                "text_bytes": sum(len(one["text"].encode()) for one in bench.articles[:count]),
                "seconds": done["seconds"],
                "again": again["seconds"],
                "stages": stages_of(done),
                "peak_bytes": worker.ask("memory")["peak_bytes"],
                "loaded_bytes": before,
            }
        )
        worker.close()
    bench.figures["without_model"] = measured


def sizes(bench: Bench, texts: Sequence[str]) -> None:
    base = wiring.open_encoder(bench.settings).encode(texts)
    folder = bench.folder / "sizes"
    bench.figures["sizes"] = {
        "base": len(base),
        "measured": vector_sizes.measure(
            base, bench.plan.sizes, folder, repeats=bench.plan.repeats, questions=50
        ),
    }
    bench.tell(f"vectors were searched up to {bench.plan.sizes[-1]:,} of them")


def run(bench: Bench) -> None:
    """Every section in turn; what they measured is in the bench's figures."""
    plan, figures = bench.plan, bench.figures
    with ExitStack() as closing:

        def start(name: str, script: str, **more: str) -> Worker | None:
            try:
                worker = bench.worker(name, script, **more)
            except ContestantError as error:
                bench.drop(name, error)
                return None
            closing.callback(worker.close)
            return worker

        rag = bench.worker(RAG, "with_rag.py")
        closing.callback(rag.close)
        some = rag.ask("cut", articles=str(bench.sample(40, "some")))
        per_article = len(some["texts"]) / min(40, len(bench.articles))

        embedding: dict[str, Worker] = {RAG: rag}
        if choose_precision(bench.settings.precision) != "f32" and (
            other := start("rag in float32", "with_rag.py", RAG_PRECISION="f32")
        ):
            embedding["rag in float32"] = other
        if bench.peers and (bare := start(BARE, "bare.py")):
            embedding[BARE] = bare
        slowest = embedding.get(BARE, rag)
        rate = rate_of(slowest, some["texts"], bench.folder)
        bench.tell(f"{slowest.name} embeds {rate:.1f} passages a second")

        def affordable(seconds: float, turns: int) -> int:
            return max(8, int(rate * seconds / turns))

        number = affordable(plan.bulk_seconds, plan.repeats * len(embedding))
        cut = rag.ask("cut", articles=str(bench.sample(1 + int(number / per_article), "bulk")))
        bulk(bench, cut["texts"][:number], cut["tokens"][:number], embedding)

        competing: dict[str, Worker] = {RAG: rag}
        for name, script in FRAMEWORKS.items():
            if bench.peers and (worker := start(name, script)):
                competing[name] = worker
        number = affordable(plan.ingest_seconds, plan.repeats * len(competing))
        ingests(bench, max(3, int(number / per_article)), competing)
        cold(bench, rag)
    # The workers have ended: what follows has the machine's memory for itself.
    number = affordable(plan.memory_seconds, plan.repeats + 2 + 4)
    memory(bench, max(3, int(number / per_article)))
    without_model(bench)
    sizes(bench, cut["texts"])
    figures["seconds"] = time.perf_counter() - bench.began


def rate_of(worker: Worker, texts: Sequence[str], folder: Path) -> float:
    """Passages a second, from a few of them; the first turn warms up."""
    file = str(folder / "rate.npy")
    worker.ask("encode", texts=texts[:4], file=file)
    return (
        16 / float(worker.ask("encode", texts=texts[:16], file=file)["seconds"]) if len(texts) > 15 else 5.0
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, metavar="ARCHIVE", help="without it they are generated")
    parser.add_argument(
        "--peers", type=Path, metavar="FOLDER", help="the peers' environment; without: rag alone"
    )
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="for the page; with --quick a new one")
    parser.add_argument("--quick", action="store_true", help="tiny counts")
    parser.add_argument("--million", action="store_true", help="search a million vectors too")
    given = parser.parse_args()
    into = given.into or (
        Path(tempfile.mkdtemp(prefix="rag-speed-")) if given.quick else Path(__file__).parent
    )
    plan = QUICK if given.quick else Plan()
    if given.million:
        plan = Plan(sizes=(*plan.sizes, 1_000_000))
    settings = load_settings().settings
    load_encoder(MODEL, models=wiring.model_source(settings))
    # Not made by `resolve`: an environment's Python is known by the link that it is started by.
    python = Path(os.path.abspath(given.peers / "bin" / "python")) if given.peers else None  # noqa: PTH100
    with tempfile.TemporaryDirectory(prefix="rag-speed-") as folder:
        bench = Bench(plan, python, settings, settings.cache / "models" / MODEL, Path(folder), [])
        bench.tell("reading the articles" if given.articles else "writing articles")
        bench.articles = (
            archive.sampled(given.articles, plan.most_articles)
            if given.articles
            else archive.generated(min(500, plan.most_articles))
        )
        bench.figures |= {
            "date": machine.today(),
            "commit": machine.commit(ROOT),
            "quick": given.quick,
            "generated": given.articles is None,
            "machine": machine.machine(),
            "versions": machine.versions(python),
            "precision": choose_precision(settings.precision),
            "model": MODEL,
            "repeats": plan.repeats,
            "failed": {},
        }
        run(bench)
    speed_page.write(bench.figures, into)
    print(into / speed_page.PAGE)


if __name__ == "__main__":
    main()
