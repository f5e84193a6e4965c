"""Servers under load: rag's own beside each peer behind the least FastAPI application, many clients at once.

The clients are in a process of their own (`load.py`). A server that nobody asks costs nothing, so that all
stay up while they take turns.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from contestants import ContestantError, Served, Worker, load
from running import BARE, RAG, Bench, Turn, in_turn
from spread import percentile

SEARCHING, ASKING = 32, 8
RAG_BOUNDED = "rag, 16 pairs at most"
WAYS = ("one-by-one", "in-threads")


@dataclass(frozen=True, slots=True)
class Load:
    """What so many clients send for so long."""

    bodies: Sequence[Mapping[str, Any]]
    clients: int
    seconds: float

    def turn(self, url: str) -> Turn:
        return lambda _: self.met(url, self.seconds)

    def met(self, url: str, seconds: float) -> dict[str, Any]:
        met = load({"url": url, "bodies": self.bodies, "clients": self.clients, "seconds": seconds})
        answered = met["answered"]
        return {
            "rate": len(answered) / met["seconds"],
            "p50": percentile(answered, 0.5),
            "p99": percentile(answered, 0.99),
            "answered": len(answered),
            "errors": len(met["errors"]),
            "error": met["errors"][0] if met["errors"] else None,
        }


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer that has ingested what its server finds, with what it was asked to."""

    worker: Worker
    ingest: Mapping[str, str]

    def listen(self) -> str:
        """The address of its server. Raises ContestantError."""
        return f"http://127.0.0.1:{self.worker.ask('listen')['port']}"

    def listen_again(self) -> str:
        """The same of a process that has ended. Raises ContestantError."""
        self.worker.restart()
        self.worker.ask("ingest", **self.ingest)
        return self.listen()


def under_load(bench: Bench, count: int, workers: Mapping[str, Worker]) -> None:
    """Searches by vectors without reranking, then asks with it, over `count` articles."""
    plan, articles = bench.plan, str(bench.sample(count, "served"))
    titles = [one["title"][:200] for one in bench.articles[-plan.most_under_load :]]
    passages, peers = {}, {}
    for name, worker in workers.items():
        ingest = {"articles": articles, "folder": bench.index_of(name, "served")}
        passages[name] = worker.ask("ingest", **ingest)["passages"]
        if name != RAG:
            peers[name] = Peer(worker, ingest)
    bench.tell(f"{count} articles were ingested by each, to be served")
    with ExitStack() as closing:

        def served(name: str, **more: str) -> Served:
            log = bench.folder / f"{name.replace(' ', '-')}-served.log"
            server = Served(name, log=log, RAG_INDEX=bench.index_of(RAG, "served"), **more)
            closing.callback(server.close)
            return server

        ours = served(RAG)
        searches = Load(
            [{"question": title, "rerank": False} for title in titles], SEARCHING, plan.search_seconds
        )
        searches.met(f"{ours.address}/v1/search", plan.search_seconds / 3)
        searched = measured(bench, searches, {RAG: f"{ours.address}/v1/search"}, peers)
        bench.figures["search_load"] = {**searched, "passages": passages, "articles": count}
        asks = Load([{"question": title} for title in titles], ASKING, plan.ask_seconds)
        pairs = bench.settings.rerank_depth
        bounded = served(RAG_BOUNDED, RAG_RERANK_PAIRS=str(pairs))
        addresses = {RAG: f"{ours.address}/v1/ask", RAG_BOUNDED: f"{bounded.address}/v1/ask"}
        reranking = {}
        if bench.peers and (reranker := cross_encoding(bench, pairs)):
            closing.callback(reranker.close)
            ingest = {"articles": articles, "folder": bench.index_of(BARE, "served")}
            passages[BARE] = reranker.ask("ingest", **ingest)["passages"]
            reranking[BARE] = Peer(reranker, ingest)
        read = {name: pairs_read(address, titles[:3]) for name, address in addresses.items()}
        asked = measured(bench, asks, addresses, reranking)
        bench.figures["ask_load"] = {
            **asked,
            "passages": passages,
            "articles": count,
            "pairs": {**read, **{name: [pairs] for name in reranking}},
            "depth": pairs,
        }


def cross_encoding(bench: Bench, pairs: int) -> Worker | None:
    reranker = str(bench.model.parent / bench.settings.reranker)
    try:
        return bench.worker(BARE, "with_cross_encoder.py", reranker, str(pairs))
    except ContestantError as error:
        bench.drop(f"{BARE} with a cross-encoder", error)
        return None


def measured(bench: Bench, each: Load, ours: Mapping[str, str], peers: Mapping[str, Peer]) -> dict[str, Any]:
    """Every peer in the way of answering that is the faster in a trial, which warms it up as well."""
    urls, ways = dict(ours), {}
    for name, peer in peers.items():
        try:
            address, tried = tries(bench.tell, each, peer)
        except ContestantError as error:
            bench.drop(name, error)
            continue
        ways[name] = max(tried, key=lambda way: tried[way])
        urls[name] = f"{address}/{ways[name]}"
        bench.tell(f"{name} answers {ways[name].replace('-', ' ')}")
    results = in_turn({name: each.turn(url) for name, url in urls.items()}, bench.plan.repeats, bench.drop)
    bench.tell(f"{each.clients} clients asked each, {bench.plan.repeats} times")
    return {"clients": each.clients, "seconds": each.seconds, "ways": ways, "met": results}


def tries(tell: Callable[[str], None], each: Load, peer: Peer) -> tuple[str, dict[str, tuple[int, float]]]:
    """Where it listens in the end; of each way in which it answers, how few errors it made and how fast.

    A way in which its process ends is none: it begins anew for the other. Raises ContestantError where it
    cannot, or no way is left.
    """
    address, tried, name = peer.listen(), {}, peer.worker.name
    for way in WAYS:
        try:
            met = each.met(f"{address}/{way}", each.seconds / 3)
        except ContestantError as error:
            tell(f"{name}, {way}: {error}")
            erred = True
        else:
            tried[way] = (-met["errors"], met["rate"])
            erred = bool(met["errors"])
        if erred and peer.worker.has_ended():
            tell(f"{name}, {way}: its process ended")
            tried.pop(way, None)
            address = peer.listen_again()
    if not tried:
        raise ContestantError(f"{name} answered nothing under load")
    return address, tried


def pairs_read(address: str, questions: Sequence[str]) -> list[int]:
    """How many pairs rag's cross-encoder reads for these, as its answers say."""
    read = []
    for question in questions:
        request = urllib.request.Request(
            address,
            data=json.dumps({"question": question}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            read.append(json.load(response)["explanation"]["pairs_read"])
    return read
