"""rag beside LangChain, LlamaIndex, Haystack and txtai: the same model, articles and machine, in one run.

    make bench                                   on generated articles
    make bench ARTICLES=news.jsonl               on an archive that `rag ingest` reads, or a .jsonl.gz
    python benchmarks/speed.py --quick           a few minutes, into a folder of its own; proves nothing
    python benchmarks/speed.py --load            only servers under load, into a folder of its own

Every contestant is a process of its own that has loaded its model; in each repeat all take their turn, so
that a machine that grows slower does so for all. How much is embedded follows from how fast this machine
embeds. What is measured is written down raw (`speed.json`), and as a page with plots beside it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import archive
import machine
import speed_page
from contestants import ContestantError, Worker
from growth import growth
from running import BARE, FRAMEWORKS, QUICK, RAG, Bench, Plan
from sections import ROOT, bulk, cold, ingests, memory, sizes, without_model
from under_load import under_load

from rag import wiring
from rag.encoding import load_encoder
from rag.encoding.runtime import choose_precision
from rag.settings import load_settings

MODEL = "bge-small-en-v1.5"


def run(bench: Bench, *, only_load: bool) -> None:
    """Every section in turn, or those of servers under load; what they measured is in the bench's figures."""
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

        def some_of(count: int, name: str) -> tuple[list[str], list[int]]:
            """So many passages and their tokens, or all that the articles have."""
            told = rag.ask("cut", articles=str(bench.sample(1 + int(2 * count / per_article), name)))
            return told["texts"][:count], told["tokens"][:count]

        def articles_of(passages: int) -> int:
            return max(3, int(passages / per_article))

        if not only_load:
            count = affordable(plan.bulk_seconds, plan.repeats * len(embedding))
            bulk(bench, *some_of(count, "bulk"), embedding)

        competing: dict[str, Worker] = {RAG: rag}
        for name, script in FRAMEWORKS.items():
            if bench.peers and (worker := start(name, script)):
                competing[name] = worker
        if not only_load:
            count = affordable(plan.ingest_seconds, plan.repeats * len(competing))
            ingests(bench, articles_of(count), competing)
        # One more than those: the cross-encoder's.
        count = affordable(plan.load_ingest_seconds, len(competing) + 1)
        under_load(bench, articles_of(count), competing)
        if only_load:
            figures["seconds"] = time.perf_counter() - bench.began
            return
        cold(bench, rag)
        grown_from, _ = some_of(affordable(plan.grown_seconds, 1), "grown")
    # The workers have ended: what follows has the machine's memory for itself.
    memory(bench, articles_of(affordable(plan.memory_seconds, plan.repeats + 2 + 4)))
    without_model(bench)
    sizes(bench, grown_from)
    growth(bench, grown_from)
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
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="for the page; with --quick or --load a new one"
    )
    parser.add_argument("--quick", action="store_true", help="tiny counts")
    parser.add_argument("--load", action="store_true", help="only servers under load; into a new folder")
    parser.add_argument(
        "--million",
        action="store_true",
        help="a million vectors and passages too: an hour",
    )
    given = parser.parse_args()
    into = given.into or (
        Path(tempfile.mkdtemp(prefix="rag-speed-")) if given.quick or given.load else Path(__file__).parent
    )
    plan = QUICK if given.quick else Plan()
    if given.million:
        plan = replace(plan, sizes=(*plan.sizes, 1_000_000))
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
        run(bench, only_load=given.load)
    speed_page.write(bench.figures, into)
    print(into / speed_page.PAGE)


if __name__ == "__main__":
    main()
