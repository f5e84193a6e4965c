"""The benchmark's own parts, without a model and without peers: what is not measured is told, ratios are
those of one repeat, and a contestant that fails costs no other one its figures."""

from __future__ import annotations

import gzip
import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import archive
import pytest
import running
import speed_page
import under_load
import vector_sizes
from contestants import PEERS, ContestantError, Worker, run_once
from spread import Spread, percentile, ratios, spread

from rag.store.vectors import VectorKind

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
WORKER = """
from worker import serve

def double(number):
    return {"number": 2 * number}

def leave():
    import os
    print("out of memory", file=__import__("sys").stderr, flush=True)
    os._exit(1)

print("a library's greeting")
serve(double=double, leave=leave)
"""


FRAIL = """
import os, threading
from worker import compete

class Frail:
    def __init__(self, model):
        self.bear = model.split(",")
        self.texts = None

    def ingest(self, articles, folder):
        self.texts = [articles.read_text()]
        folder.mkdir(exist_ok=True)
        return 1

    def embed(self, text):
        return [1.0]

    def search(self, question):
        way = "in-threads" if "AnyIO" in threading.current_thread().name else "one-by-one"
        if way not in self.bear:
            os._exit(139)
        return self.texts

compete(Frail)
"""


def times(first: float) -> list[float]:
    return [first * factor for factor in (1.0, 1.1, 0.9, 1.2, 1.0)]


def loaded(rates: Mapping[str, float], *, clients: int) -> dict[str, Any]:
    return {
        "clients": clients,
        "seconds": 6.0,
        "articles": 20,
        "passages": dict.fromkeys(rates, 50),
        "ways": {name: "in-threads" for name in rates if name != "rag"},
        "met": {
            name: [{"rate": one, "p50": 0.1, "p99": 0.3, "errors": 1, "answered": 9, "error": "no"}] * 5
            for name, one in rates.items()
        },
    }


def figures(*, peers: bool) -> dict[str, Any]:
    """A run as it is written down; every contestant takes twice as long as the one before."""
    names = ["rag", *running.FRAMEWORKS] if peers else ["rag"]
    bare = {"sentence-transformers": times(4.0)} if peers else {}
    script = {"script, imports alone": times(9.0), "script, question": times(12.0)} if peers else {}
    cold = {"rag --help": times(0.3), "rag ask": times(6.0), "rag ask --no-rerank": times(3.0), **script}
    contestants = {name: times(2.0**place) for place, name in enumerate(names)}
    stages = {"encode": 0.8, "all else": 0.2}
    return {
        "date": "2026-11-25",
        "commit": "0123abc",
        "quick": False,
        "generated": True,
        "machine": {
            "processor": "a processor",
            "cores": 2,
            "flags": ["AVX2"],
            "memory_bytes": 24e9,
            "system": "Linux x86_64",
            "python": "3.11.7",
            "load": 0.1,
        },
        "versions": {"rag": {"openvino": "1"}, **({"peers": {"torch": "2"}} if peers else {})},
        "precision": "f32",
        "model": "a-model",
        "repeats": 5,
        "seconds": 700.0,
        "failed": {},
        "bulk": {
            "texts": 40,
            "tokens": 200,
            "seconds": {"rag": times(2.0), **bare},
            "least_cosine": {"rag": 0.99999} if peers else {},
        },
        "ingest": {
            "articles": 20,
            "text_bytes": 40_000,
            "seconds": contestants,
            "passages": dict.fromkeys(names, 50),
            "bytes": dict.fromkeys(names, 100_000),
            "loading": dict.fromkeys(names, 3.0),
            "least_cosine": dict.fromkeys(names, 1.0),
            "stages": {name: times(seconds) for name, seconds in stages.items()},
            "again": {"rag": times(0.01), **({"LangChain": times(0.002)} if peers else {})},
            "embedded_again": {"rag": 0, **({"LangChain": 0} if peers else {})},
            "peak_bytes": {**dict.fromkeys(names, 5e8), "rag": None},
        },
        "search": {
            "questions": 3,
            "seconds": {name: [[0.01, 0.02, 0.03]] * 5 for name in names},
        },
        "search_load": loaded({name: 40.0 / 2**place for place, name in enumerate(names)}, clients=32),
        "ask_load": {
            **loaded({"rag": 2.0, **({"sentence-transformers": 0.5} if peers else {})}, clients=8),
            "pairs": {"rag": [60, 70, 80], **({"sentence-transformers": [16]} if peers else {})},
            "depth": 16,
        },
        "cold": {"seconds": cold, "peak_bytes": {name: [2e8] * 5 for name in cold}},
        "memory": [{"articles": count, "peak_bytes": 6e8, "seconds": 9.0} for count in (10, 10, 20)],
        "without_model": [
            {
                "articles": 100,
                "passages": 300,
                "bytes": 1_500_000,
                "text_bytes": 300_000,
                "seconds": 5.0,
                "again": 0.1,
                "stages": stages,
                "peak_bytes": 5e8,
                "loaded_bytes": 4e8,
            }
        ],
        "sizes": {
            "base": 40,
            "measured": [
                {
                    "size": size,
                    "built": {"exact": times(0.1), "inverted lists": [20.0]},
                    "bytes": {"exact": 1536 * size, "inverted lists": 420 * size},
                    "searched": {"exact": times(size * 1e-7), "inverted lists": times(0.001)},
                    "recall": [0.99] * 5,
                    "lists": 25,
                    "probes": 8,
                }
                for size in (1_000, 10_000)
            ],
        },
        "growth": {
            "questions": 3,
            "base": 40,
            "measured": [
                {
                    "passages": size,
                    "kinds": [asdict(kind), asdict(VectorKind())],
                    "built": 3.0,
                    "opened": 0.2,
                    "seconds": [[0.01, 0.02, 0.03]] * 5,
                    "peak_bytes": None,
                    "bytes": 4000 * size,
                    "text_bytes": 1000 * size,
                    "adding": {"articles": 10, "passages": 50, "seconds": 3.0, "stages": {"encode": 2.0}},
                }
                for size, kind in (
                    (1_000, VectorKind()),
                    (50_000, VectorKind("inverted lists", 800, 32, 0.993, 200)),
                )
            ],
        },
    }


@pytest.mark.parametrize("peers", [True, False])
def test_the_page_is_whole_with_peers_and_without(peers: bool, tmp_path: Path) -> None:
    speed_page.write(figures(peers=peers), tmp_path)
    page = (tmp_path / speed_page.PAGE).read_text(encoding="utf-8")
    for file in re.findall(r"\]\((speed-[^)]+)\)", page):
        assert ET.parse(tmp_path / file).getroot().tag.endswith("svg")
    assert len(re.findall("^!", page, re.MULTILINE)) == len(speed_page.PLOTS)
    written = json.loads((tmp_path / speed_page.FIGURES).read_text(encoding="utf-8"))
    assert written == figures(peers=peers)
    assert speed_page.page(written) == page
    for table in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert ("rag was measured alone" in page) == (not peers)
    assert ("| LangChain, in threads | 20 (20–20) | 2.0 (2.0–2.0) | 5 | 100" in page) == peers
    assert ("| LangChain | 10.0 (8.33–11.1) | 2.0 (2.0–2.0) | 50 |" in page) == peers


def test_a_page_from_too_little_and_with_one_missing_says_so() -> None:
    page = speed_page.page(
        {**figures(peers=True), "quick": True, "failed": {"txtai": "txtai ended: no memory"}}
    )
    assert "too little was measured" in page
    assert "txtai is missing: txtai ended: no memory" in page


def test_the_page_in_the_repository_is_that_of_its_figures() -> None:
    written = json.loads((BENCHMARKS / speed_page.FIGURES).read_text(encoding="utf-8"))
    assert (BENCHMARKS / speed_page.PAGE).read_text(encoding="utf-8") == speed_page.page(written)
    assert not written["quick"]


def test_every_link_of_the_pages_leads_somewhere() -> None:
    for page in (BENCHMARKS / "README.md", BENCHMARKS / "notes.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), link


def test_ratios_are_taken_within_a_repeat() -> None:
    # The machine grows slower tenfold: each ratio is 2 all the same.
    assert ratios([2, 4, 20], [1, 2, 10]) == Spread(2, 2, 2)
    assert spread([3, 1, 2]) == Spread(2, 1, 3)
    assert percentile(range(1, 101), 0.99) == 100
    assert percentile([5.0], 0.99) == 5.0


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(0.012345, 2, "0.012"), (1.25, 3, "1.25"), (12.34, 3, "12.3"), (1234.6, 2, "1,235"), (0, 2, "0")],
)
def test_a_figure_keeps_its_digits(value: float, digits: int, written: str) -> None:
    assert Spread(value, value, value).written(digits).split(" ")[0] == written


def test_contestants_take_turns_and_one_that_fails_is_left_out() -> None:
    order: list[str] = []
    dropped: list[str] = []

    def contestant(name: str, fails: bool = False) -> Any:
        def take_turn(repeat: int) -> Mapping[str, Any]:
            order.append(f"{name}{repeat}")
            if fails and repeat == 1:
                raise ContestantError("no memory")
            return {"seconds": float(repeat)}

        return take_turn

    results = running.in_turn(
        {"a": contestant("a"), "b": contestant("b", fails=True), "c": contestant("c")},
        3,
        lambda name, _: dropped.append(name),
    )
    assert order == ["a0", "b0", "c0", "b1", "c1", "a1", "a2", "c2"]
    assert dropped == ["b"]
    assert running.column(results, "seconds") == {"a": [0.0, 1.0, 2.0], "c": [0.0, 1.0, 2.0]}


def test_a_worker_answers_and_its_failures_are_told(tmp_path: Path) -> None:
    script = tmp_path / "doubling.py"
    script.write_text(WORKER)
    worker = Worker("doubling", [sys.executable, str(script)], log=tmp_path / "log", PYTHONPATH=str(PEERS))
    assert worker.ask("double", number=4) == {"number": 8}
    with pytest.raises(ContestantError, match="doubling could not double: TypeError"):
        worker.ask("double", number=None)
    assert worker.ask("double", number=5) == {"number": 10}
    with pytest.raises(ContestantError, match="doubling ended: out of memory"):
        worker.ask("leave")
    worker.close()


@pytest.mark.parametrize("bears", [["one-by-one"], ["in-threads"], ["one-by-one", "in-threads"], []])
def test_a_peer_is_served_in_the_ways_that_its_process_outlives(tmp_path: Path, bears: list[str]) -> None:
    (tmp_path / "frail.py").write_text(FRAIL)
    (tmp_path / "articles").write_text("all there is")
    worker = Worker(
        "frail",
        [sys.executable, str(tmp_path / "frail.py"), ",".join(bears)],
        log=tmp_path / "log",
        PYTHONPATH=str(PEERS),
    )
    ingest = {"articles": str(tmp_path / "articles"), "folder": str(tmp_path / "index")}
    worker.ask("ingest", **ingest)
    each = under_load.Load([{"question": "what is there?"}], clients=2, seconds=0.3)
    told: list[str] = []
    try:
        if not bears:
            with pytest.raises(ContestantError, match="frail answered nothing under load"):
                under_load.tries(told.append, each, under_load.Peer(worker, ingest))
            return
        address, tried = under_load.tries(told.append, each, under_load.Peer(worker, ingest))
        assert list(tried) == bears
        assert [line for line in told if "its process ended" in line] == [
            f"frail, {way}: its process ended" for way in under_load.WAYS if way not in bears
        ]
        assert all(each.met(f"{address}/{way}", 0.2)["errors"] == 0 for way in tried)
    finally:
        worker.close()


def test_a_command_is_timed_and_must_end_well(tmp_path: Path) -> None:
    once = run_once([sys.executable, "-S", "-c", "pass"], log=tmp_path / "log")
    assert 0 < once.seconds < 60
    assert 1e6 < once.peak_bytes < 1e9
    with pytest.raises(ContestantError, match="ended with 7: why"):
        run_once([sys.executable, "-c", "import sys; print('why'); sys.exit(7)"], log=tmp_path / "log")


def test_vectors_are_searched_at_every_size(tmp_path: Path) -> None:
    base = vector_sizes.made_up(60, 32)
    measured = vector_sizes.measure(base, [400, 1200], tmp_path, repeats=2, questions=10)
    assert [one["size"] for one in measured] == [400, 1200]
    for one in measured:
        assert min(one["recall"]) >= 0.9
        assert len(one["searched"]["exact"]) == len(one["searched"]["inverted lists"]) == 2
        assert one["bytes"]["exact"] > 32 * 4 * one["size"]
        assert one["bytes"]["inverted lists"] < one["bytes"]["exact"]


def test_generated_articles_are_the_same_every_time() -> None:
    assert archive.generated(7) == archive.generated(7)
    assert len({article["id"] for article in archive.generated(7)}) == 7


@pytest.mark.parametrize("packed", [True, False])
def test_articles_are_drawn_from_an_archive_by_a_seed(packed: bool, tmp_path: Path) -> None:
    articles = archive.generated(12)
    plain = tmp_path / "news.jsonl"
    archive.write(articles, plain)
    file = plain
    if packed:
        file = tmp_path / "news.jsonl.gz"
        file.write_bytes(gzip.compress(plain.read_bytes()))
    drawn = archive.sampled(file, 4)
    assert len(drawn) == 4
    assert drawn == archive.sampled(file, 4)
    assert {article["text"] for article in drawn} <= {article["text"] for article in articles}


def test_peers_and_rag_run_one_model_in_one_library() -> None:
    def pins(file: Path) -> dict[str, str]:
        lines = file.read_text(encoding="utf-8").splitlines()
        return dict(line.split("==") for line in lines if "==" in line)

    ours, theirs = pins(ROOT / "constraints.txt"), pins(PEERS / "requirements.txt")
    for name in ("torch", "sentence-transformers", "transformers", "tokenizers", "faiss-cpu"):
        assert theirs[name] == ours[name]
