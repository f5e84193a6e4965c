"""The tables of a run's page, a function for each section, from the run's figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from spread import percentile, ratios, spread

RAG, BARE, FLOAT32 = "rag", "sentence-transformers", "rag in float32"
MEGABYTE = 1e6

Cells = Sequence[str]


def bulk(figures: Mapping[str, Any]) -> str:
    measured = figures["bulk"]
    seconds, count = measured["seconds"], measured["texts"]
    rows = []
    for name, spent in seconds.items():
        rates = spread([count / one for one in spent])
        ratio = ratios(spent, seconds[RAG]).written() if name != RAG else "1"
        cosine = measured["least_cosine"].get(name)
        rows.append([named(figures, name), rates.written(3), ratio, f"{cosine:.5f}" if cosine else ""])
    return (
        f"## Embedding in bulk\n\n{count} passages, half of them longer than {measured['tokens']} tokens.\n\n"
        + table(
            [
                "",
                "passages a second",
                "times as long as rag",
                "least cosine to sentence-transformers' vector",
            ],
            rows,
        )
    )


def ingest(figures: Mapping[str, Any]) -> str:
    measured = figures["ingest"]
    seconds, count = measured["seconds"], measured["articles"]
    rows = [
        [
            name,
            spread([count / one for one in spent]).written(3),
            ratios(spent, seconds[RAG]).written() if name != RAG else "1",
            str(measured["passages"][name]),
            f"{measured['least_cosine'][name]:.4f}",
            f"{measured['loading'][name]:.1f}",
            f"{measured['bytes'][name] / measured['passages'][name]:,.0f}",
            _megabytes(measured["peak_bytes"][name]),
        ]
        for name, spent in seconds.items()
    ]
    text = (
        f"## Ingest\n\n{count} articles ({measured['text_bytes'] / 1000:,.0f} kB of text), from one file to "
        "an index that is saved, models loaded before. All aim at about 200 tokens a passage with an overlap "
        "of about 25; rag embeds the headline with each, reads dates, marks what is no prose, and indexes "
        "words as well as vectors, which the others do not. Haystack's store is in memory and saved as JSON, "
        "the others' is FAISS; txtai cuts nothing itself, so its script cuts by words.\n\n"
    )
    text += table(
        [
            "",
            "articles a second",
            "times as long as rag",
            "passages",
            "least cosine to rag's vector, of four texts",
            "seconds to start and load, once",
            "bytes on disk a passage, text included",
            "peak memory of the process, MB",
        ],
        rows,
    )
    return text + again(measured) + stages(measured["stages"])


def again(measured: Mapping[str, Any]) -> str:
    """The second ingest: peers do it all again, but for those that can keep a record of what was read."""
    ours = measured["again"][RAG]
    rows = [[RAG, spread(ours).written(), "1", str(measured["embedded_again"][RAG])]]
    for name, spent in measured["seconds"].items():
        if name != RAG:
            rows.append(
                [
                    f"{name}, as above",
                    spread(spent).written(),
                    ratios(spent, ours).written(),
                    str(measured["passages"][name]),
                ]
            )
        if name != RAG and name in measured["again"]:
            kept = measured["again"][name]
            rows.append(
                [
                    f"{name}, with its record of documents, in memory",
                    spread(kept).written(),
                    ratios(kept, ours).written(),
                    str(measured["embedded_again"][name]),
                ]
            )
    return (
        "\n### A second time, with nothing changed\n\nrag holds every line of the file against what it has "
        "on the disk. The others do it all again, unless they are told to keep a record; that record and its "
        "index were in memory here, and to save them was not timed.\n\n"
        + table(["", "seconds", "times as long as rag", "passages embedded"], rows)
    )


def stages(spent: Mapping[str, Sequence[float]]) -> str:
    totals = [sum(parts) for parts in zip(*spent.values(), strict=True)]
    rows = [
        [name, _some(seconds, 2), f"{100 * ratios(seconds, totals).median:.1f} %"]
        for name, seconds in spent.items()
    ]
    return "\n### Where rag's ingest spends it\n\n" + table(["", "seconds", "share"], rows)


def search(figures: Mapping[str, Any]) -> str:
    measured = figures["search"]
    halves = {name: [percentile(one, 0.5) for one in spent] for name, spent in measured["seconds"].items()}
    rows = [
        [
            name,
            spread(halves[name]).written(scale=1000),
            ratios(halves[name], halves[RAG]).written() if name != RAG else "1",
            f"{1000 * percentile(list(chain.from_iterable(spent)), 0.99):,.0f}",
        ]
        for name, spent in measured["seconds"].items()
    ]
    asked = f"{measured['questions']} headlines as questions, one by one, over the articles ingested above"
    return (
        f"## Search in a running process\n\n{asked}: five passages each. rag searches vectors and words, "
        "without its cross-encoder (`/v1/search` with `rerank` off); the others search vectors. Each embeds "
        "the question first.\n\n"
        + table(
            [
                "",
                "ms, half of them faster (p50)",
                "p50, times as long as rag's",
                "ms, of 100 one slower (p99), all repeats",
            ],
            rows,
        )
    )


def search_load(figures: Mapping[str, Any]) -> str:
    measured = figures["search_load"]
    return (
        f"## Searches over HTTP, {measured['clients']} clients at once\n\n{_served(measured)} rag is `rag "
        "serve`, its `/v1/search` with `rerank` off: it searches vectors and words, and tells of each "
        "passage its source, its date and the parts of its score. The others search vectors and send the "
        "texts.\n\n" + _loaded(measured)
    )


def ask_load(figures: Mapping[str, Any]) -> str:
    measured = figures["ask_load"]
    pairs = {name: f"{spread(read).median:.0f}" for name, read in measured["pairs"].items()}
    return (
        f"## Questions over HTTP, {measured['clients']} clients at once\n\n{_served(measured)} All read with "
        f"the same cross-encoder. sentence-transformers reads the {measured['depth']} nearest passages and "
        "sends the best five of them. `/v1/ask` reads as many passages, and then sentences of the best, to "
        "quote and to know whether they answer. Bounded to as many pairs in all "
        f"(`RAG_RERANK_PAIRS={measured['depth']}`), it reads about half of them as passages. Pairs are the "
        "median of three questions; a sentence is shorter than a passage.\n\n" + _loaded(measured, pairs)
    )


def _served(measured: Mapping[str, Any]) -> str:
    passages = measured["passages"]
    return (
        f"{measured['articles']} articles, in rag {passages[RAG]} passages; headlines as questions, in JSON "
        f"over the loopback. The clients are in a process of their own, and each asks again when it is "
        f"answered, for {measured['seconds']:g} seconds a repeat. Every server is one process: a peer's is "
        "uvicorn with the least FastAPI application (`peers/listening.py`), which answers one by one or in "
        "threads, whichever answered more in a trial; a way in which its process ends is none."
    )


def _loaded(measured: Mapping[str, Any], pairs: Mapping[str, str] | None = None) -> str:
    met = measured["met"]
    rates = {name: [one["rate"] for one in repeats] for name, repeats in met.items()}
    rows = []
    for name, repeats in met.items():
        rows.append(
            [
                f"{name}, {measured['ways'][name].replace('-', ' ')}" if name in measured["ways"] else name,
                *([pairs[name]] if pairs else []),
                spread(rates[name]).written(),
                ratios(rates[RAG], rates[name]).written() if name != RAG else "1",
                str(sum(one["errors"] for one in repeats)),
                spread([one["p50"] for one in repeats]).written(scale=1000),
                spread([one["p99"] for one in repeats]).written(scale=1000),
            ]
        )
    head = ["requests a second", "rag's, to these", "errors, all repeats", "p50, ms", "p99, ms"]
    return table(["", *(["pairs read"] if pairs else []), *head], rows)


def cold(figures: Mapping[str, Any]) -> str:
    measured = figures["cold"]
    seconds = measured["seconds"]
    beside = {
        "rag --help": "script, imports alone",
        "rag ask": "script, question",
        "rag ask --no-rerank": "script, question",
    }
    rows = [
        [
            f"`{name}`" if name.startswith("rag") else name,
            spread(spent).written(),
            f"{ratios(seconds[beside[name]], spent).written()}: {beside[name]}"
            if beside.get(name) in seconds
            else "",
            _megabytes(max(measured["peak_bytes"][name])),
        ]
        for name, spent in seconds.items()
    ]
    return (
        "## A whole command, from its start to its end\n\nOver the five articles in `seeds/`, files in the "
        "system's cache. The script (`peers/bare.py`) has sentence-transformers embed the question and FAISS "
        "search, and prints five passages; `rag ask` also searches words, reads passages with a "
        "cross-encoder, and quotes.\n\n"
        + table(["", "seconds", "times as long takes …", "peak memory, MB"], rows)
    )


def sizes(figures: Mapping[str, Any]) -> str:
    rows = []
    for one in figures["sizes"]["measured"]:
        exact, lists = one["searched"]["exact"], one["searched"]["inverted lists"]
        size = one["size"]
        rows.append(
            [
                f"{size:,}",
                spread(exact).written(scale=1000),
                spread(lists).written(scale=1000),
                ratios(exact, lists).written(),
                spread(one["recall"]).written(3),
                f"{one['probes']:,} of {one['lists']:,}",
                _built(one["built"]["exact"]),
                _built(one["built"]["inverted lists"]),
                f"{one['bytes']['exact'] / size:,.0f}",
                f"{one['bytes']['inverted lists'] / size:,.0f}",
            ]
        )
    return (
        "## Vectors alone, by their number\n\n**Grown, not an archive:** each vector is a weighted mean of "
        f"three of {figures['sizes']['base']} embedded passages, drawn by a seed, with noise of three tenths "
        "of its length. Fifty questions a repeat, grown the same way, ten nearest each; the vectors lie in "
        "SQLite, as in an index. rag searches exactly up to 30,000, and in inverted lists beyond.\n\n"
        + table(
            [
                "vectors",
                "exact, ms",
                "lists, ms",
                "exact, to lists",
                "recall@10 of lists",
                "lists searched",
                "to build exact, s",
                "to build lists, s",
                "exact, bytes each",
                "lists, bytes each",
            ],
            rows,
        )
        + "\nA build that takes long is measured fewer times, once where no spread is given.\n"
    )


def growth(figures: Mapping[str, Any]) -> str:
    rows = []
    for one in figures["growth"]["measured"]:
        asked = one["seconds"]
        adding = one["adding"]
        beside = adding["seconds"] - adding["stages"].get("encode", 0.0)
        rows.append(
            [
                f"{one['passages']:,}",
                " and ".join(
                    f"{kind['name']}, recall {kind['recall']:.3f}"
                    if kind["name"] != "exact"
                    else kind["name"]
                    for kind in one["kinds"]
                ),
                f"{one['built']:,.0f}",
                f"{one['opened']:.2f}",
                spread([percentile(repeat, 0.5) for repeat in asked]).written(scale=1000),
                f"{percentile(list(chain.from_iterable(asked)), 0.99) * 1000:.0f}",
                f"{one['peak_bytes'] / MEGABYTE:,.0f}" if one["peak_bytes"] else "",
                f"{(one['bytes'] - one['text_bytes']) / one['passages']:,.0f}",
                f"{adding['seconds']:.1f}",
                f"{beside:.1f}",
            ]
        )
    ten = figures["growth"]["measured"][-1]["adding"]
    return (
        "## An archive as it grows\n\n**Grown, not real:** passages of sentences that are drawn from all "
        "articles by a seed, in articles of five, with vectors recombined as above. "
        f"{figures['growth']['questions']} headlines as questions, one by one, searched as above, without "
        f"the cross-encoder. Then `rag ingest --add` of {ten['articles']} real articles in {ten['passages']} "
        "passages, in a process that has loaded its model and has answered before: until a question sees "
        "them, with the embedding and without.\n\n"
        + table(
            [
                "passages",
                "vectors",
                "to build, s",
                "to open and answer first, s",
                "p50, ms",
                "p99, ms",
                "peak memory, MB",
                "index, bytes a passage beyond its text",
                "to add, s",
                "of it without embedding, s",
            ],
            rows,
        )
    )


def without_model(figures: Mapping[str, Any]) -> str:
    measured = figures["without_model"]
    rows = [
        [
            f"{one['articles']:,}",
            f"{one['passages']:,}",
            f"{one['articles'] / one['seconds']:,.0f}",
            f"{one['articles'] / one['again']:,.0f}",
            f"{(one['bytes'] - one['text_bytes']) / one['passages']:,.0f}",
            f"{one['text_bytes'] / one['passages']:,.0f}",
            _megabytes(one["peak_bytes"]),
            _megabytes(one["loaded_bytes"]),
        ]
        for one in measured
    ]
    return (
        "## Ingest beside the model\n\nThe same ingest with made-up vectors in place of the model's, one run "
        "each: what all but the embedding costs, and what the index weighs.\n\n"
        + table(
            [
                "articles",
                "passages",
                "articles a second",
                "a second time, nothing changed",
                "index, bytes a passage beyond its text",
                "text, bytes a passage",
                "peak memory, MB",
                "of it before, MB",
            ],
            rows,
        )
        + "\nWhere the largest spent it:\n\n"
        + stages({name: [spent] for name, spent in measured[-1]["stages"].items()}).split("\n\n", 1)[1]
    )


def memory(figures: Mapping[str, Any]) -> str:
    by_count: dict[int, list[Mapping[str, Any]]] = {}
    for one in figures["memory"]:
        by_count.setdefault(one["articles"], []).append(one)
    rows = [
        [
            f"{count:,}",
            str(len(runs)),
            _some([one["peak_bytes"] / MEGABYTE for one in runs], 4),
            _some([one["seconds"] for one in runs], 3),
        ]
        for count, runs in by_count.items()
    ]
    return "## Memory of `rag ingest`\n\nWhole processes, model and all.\n\n" + table(
        ["articles", "runs", "peak memory, MB", "seconds"], rows
    )


def named(figures: Mapping[str, Any], name: str) -> str:
    if name == RAG:
        return f"rag, in {figures['precision']}"
    return f"{name}, in float32" if name == BARE else name


def _built(seconds: Sequence[float]) -> str:
    return _some(seconds, 2)


def _some(values: Sequence[float], digits: int) -> str:
    written = spread(values).written(digits)
    return written if len(values) > 1 else written.split(" ")[0]


def _megabytes(size: float | None) -> str:
    return f"{size / MEGABYTE:,.0f}" if size else "not told"


def table(head: Cells, rows: Iterable[Cells]) -> str:
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]]) + "\n"
