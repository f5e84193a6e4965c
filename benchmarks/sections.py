"""What is measured, a function for each section of the page; its figures go into the bench's."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import vector_sizes
from contestants import PEERS, Worker, run_once
from running import BARE, RAG, Bench, Turn, asks, column, in_turn, last

from rag import wiring

ROOT = Path(__file__).parents[1]
QUESTION = "what is the status of Pakistan Steel Mills talks"
ANSWERED_OR_ABSTAINED = (0, 3)
# Those that can be told to keep a record of what they have read.
RECORDING = ("LangChain", "LlamaIndex")


def bulk(bench: Bench, texts: Sequence[str], tokens: Sequence[int], workers: Mapping[str, Worker]) -> None:
    """The same texts through the same model."""
    files = {name: bench.folder / f"{name}.npy" for name in workers}
    results = in_turn(
        {
            name: asks(worker, "encode", texts=texts, file=str(files[name]))
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
    """From a file of articles to an index on the disk; once more with nothing changed; then searched."""
    articles, few = str(bench.sample(count, "ingested")), str(bench.sample(2, "warming"))

    def ingest(worker: Worker) -> Turn:
        """And at once again, where what was read is remembered."""

        def take_turn(repeat: int) -> Mapping[str, Any]:
            if repeat == 0:
                worker.ask("ingest", articles=few, folder=bench.index_of(worker.name, "warming"))
            if repeat == 0 and worker.name in RECORDING:
                worker.ask("ingest_recorded", articles=articles)
            index = bench.index_of(worker.name, repeat)
            done = {**worker.ask("ingest", articles=articles, folder=index)}
            if worker.name == RAG:
                done["again"] = worker.ask("ingest", articles=articles, folder=index)
            elif worker.name in RECORDING:
                done["again"] = worker.ask("ingest_recorded", articles=articles)
            return done

        return take_turn

    results = in_turn(
        {name: ingest(worker) for name, worker in workers.items()}, bench.plan.repeats, bench.drop
    )
    bench.tell(f"{count} articles were ingested by each, {bench.plan.repeats} times")
    able = {name: workers[name] for name in results}
    stages = [stages_of(one) for one in results[RAG]]
    again = column({name: results[name] for name in (RAG, *RECORDING) if name in results}, "again")
    bench.figures["ingest"] = {
        "articles": count,
        "text_bytes": bench.text_bytes(count),
        "seconds": column(results, "seconds"),
        "passages": last(results, "passages"),
        "bytes": last(results, "bytes"),
        "least_cosine": least_cosines(bench, able),
        "loading": {name: worker.loading for name, worker in able.items()},
        "stages": {name: [one.get(name, 0.0) for one in stages] for name in stages[-1]},
        "again": column(again, "seconds"),
        "embedded_again": last(again, "embedded"),
    }
    searches(bench, able)
    bench.figures["ingest"]["peak_bytes"] = {
        name: worker.ask("memory")["peak_bytes"] for name, worker in able.items()
    }


def least_cosines(bench: Bench, workers: Mapping[str, Worker]) -> dict[str, float]:
    """Of each contestant's vectors to rag's: whether all use one model, and use it alike."""
    texts = [one["text"][:600] for one in bench.articles[:4]]
    vectors = {name: unit(worker.ask("embed", texts=texts)["vectors"]) for name, worker in workers.items()}
    return {name: float((own * vectors[RAG]).sum(axis=1).min()) for name, own in vectors.items()}


def unit(vectors: Sequence[Sequence[float]]) -> Any:
    return np.asarray(vectors) / np.linalg.norm(vectors, axis=1, keepdims=True)


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
        {name: asks(worker, "search", questions=questions) for name, worker in workers.items()},
        bench.plan.repeats,
        bench.drop,
    )
    bench.figures["search"] = {"questions": len(questions), "seconds": column(results, "seconds")}
    bench.tell(f"{len(questions)} questions were searched for by each, {bench.plan.repeats} times")


def cold(bench: Bench, worker: Worker) -> None:
    """Whole processes, from the command to its end, over the articles in seeds/."""
    log = bench.folder / "cold.log"
    seeds = ROOT / "seeds"
    index = str(bench.folder / "seeds.index")
    rag = [sys.executable, "-m", "rag"]
    run_once([*rag, "ingest", "--quiet", str(seeds)], log=log, RAG_INDEX=index)
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
        run_once(command, log=log, well=ANSWERED_OR_ABSTAINED, RAG_INDEX=index)

    def runs(command: Sequence[str]) -> Turn:
        def take_turn(_: int) -> Mapping[str, Any]:
            once = run_once(command, log=log, well=ANSWERED_OR_ABSTAINED, RAG_INDEX=index)
            return {"seconds": once.seconds, "peak_bytes": once.peak_bytes}

        return take_turn

    results = in_turn(
        {name: runs(command) for name, command in commands.items()}, bench.plan.repeats, bench.drop
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
                "text_bytes": bench.text_bytes(count),
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
