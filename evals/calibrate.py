"""Fit the weights of `rag/answering/calibration.json`, on data that no gold question comes from.

    python evals/calibrate.py collect OBSERVATIONS NAME=FOLDER:QUESTIONS:OTHERS … [--off-corpus FILE:LIMIT]
    python evals/calibrate.py fit OBSERVATIONS [--held] [--write]
    python evals/calibrate.py report OBSERVATIONS

`collect` indexes each data set (a folder in BEIR layout whose queries have answers), at most OTHERS
articles beside the relevant ones, without the relevant articles of every second question: these questions
become near-misses, on a topic that the archive covers and with an answer that it does not hold. The same set
may be named several times, with more articles beside: the best of more passages has a higher logit, also
where none answers. Of the questions of the off-corpus file LIMIT are asked of the set that has most
questions, and of the others the same share: how much is foreign is no matter of an archive's size. Each is
asked as a user would ask it, on its own
date where it has one, and what the quotes rest on is written down, with 1 where one of the quotes that
would be shown contains an answer string or comes from an article judged relevant, else 0: an answer is
often worded otherwise than its key ("Europe", "the EU"), and the key alone would call a third of the
right quotes wrong.

`fit` is a logistic regression with an L2 penalty (C = 1) on standardised signs, over the observations of the
smallest archive; its weights are written back for the signs as they are. Then, with them held, comes what
each e-fold of passages adds, over all. With --held the weights of the file are, and only that is fitted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from rag import wiring
from rag.answering import Answerer
from rag.answering.confidence import log_among
from rag.errors import QuestionError
from rag.evaluation.beir import Query, corpus_to_jsonl, load_dataset
from rag.evaluation.matching import contains
from rag.evaluation.statistics import auroc, calibration_error
from rag.indexing.ingest import ingest
from rag.settings import load_settings
from rag.store import Index
from rag.types import Filters

SEED = 20261122
CALIBRATION = Path(__file__).parent.parent / "rag" / "answering" / "calibration.json"
# The signs that told right from wrong better than the logits alone, in cross-validation.
_SIGNS = {
    "reranked": ("relevance", "missing_names"),
    "retrieved": ("relevance", "cosine", "covered", "missing_names"),
}


def collect(observations: Path, sets: list[str], off_corpus: str | None) -> None:
    settings = load_settings().settings
    encoder, reranker = wiring.open_encoder(settings), wiring.open_reranker(settings)
    most = max(int(place.rsplit(":", 2)[1]) for place in sets)
    with observations.open("w", encoding="utf-8") as out, tempfile.TemporaryDirectory() as scratch:
        for place in sets:
            name, _, rest = place.partition("=")
            folder, limit, others = rest.rsplit(":", 2)
            dataset = load_dataset(Path(folder))
            queries = [query for query in dataset.queries if query.answers and dataset.qrels.get(query.id)]
            Random(SEED).shuffle(queries)
            queries = queries[: int(limit)]
            dropped = {article for query in queries[::2] for article in dataset.qrels[query.id]}
            needed = {article for query in queries[1::2] for article in dataset.qrels[query.id]} - dropped
            corpus = Path(scratch) / name
            corpus.mkdir()
            _keep(corpus_to_jsonl(dataset, corpus)[0], dropped, needed, int(others))
            index = Path(scratch) / f"{name}.index"
            ingest([corpus], index_folder=index, encoder=encoder)
            answerer = Answerer(
                Index.open(index), encoder, reranker, options=wiring.answering_options(settings)
            )
            relevant = {query.id: dataset.qrels[query.id].keys() - dropped for query in queries}
            # Of the whole archive: a question may restrict what is admitted.
            passages = {"among": answerer.index.snapshot().count_chunks(Filters())}
            for row in _observed(answerer, name, queries, relevant):
                out.write(json.dumps(row | passages) + "\n")
            if off_corpus:
                file, _, count = off_corpus.rpartition(":")
                with gzip.open(file, "rt", encoding="utf-8") as lines:
                    foreign = [Query(row["_id"], row["text"]) for row in map(json.loads, lines)]
                Random(SEED).shuffle(foreign)
                foreign = foreign[: int(count) * int(limit) // most]
                for row in _observed(answerer, f"off-corpus of {name}", foreign, {}):
                    out.write(json.dumps(row | passages) + "\n")


def _keep(corpus: Path, dropped: set[str], needed: set[str], most: int) -> None:
    """Leave out the dropped articles, and of the others all but the needed and a sample."""
    lines = [
        line
        for line in corpus.read_text(encoding="utf-8").splitlines()
        if line and json.loads(line)["id"] not in dropped
    ]
    others = [line for line in lines if json.loads(line)["id"] not in needed]
    chosen = set(Random(SEED).sample(others, min(most, len(others))))
    kept = [line for line in lines if line in chosen or json.loads(line)["id"] in needed]
    corpus.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _observed(
    answerer: Answerer, name: str, queries: list[Query], relevant: Mapping[str, Set[str]]
) -> Iterator[dict[str, Any]]:
    for number, query in enumerate(queries):
        if number % 50 == 0:
            print(name, number, len(queries), file=sys.stderr, flush=True)
        for reranked in (True, False):
            try:
                evidence = answerer.examine(query.text, rerank=reranked, today=query.date)
            except QuestionError as error:
                print(f"{query.id} is passed over: {error}", file=sys.stderr, flush=True)
                continue
            if evidence.signs is None:
                continue
            quotes = tuple(quote.text for quote in evidence.quotes)
            cited = {quote.card.article_id for quote in evidence.quotes}
            right = contains(quotes, query.answers) or bool(cited & relevant.get(query.id, set()))
            yield {
                "set": name,
                "question": query.text,
                "reranked": reranked,
                "right": int(bool(right)),
                "signs": asdict(evidence.signs),
                "confidence": evidence.confidence,
                "sentences": [(q.score, q.text) for q in evidence.quotables[:5]],
                "passage": evidence.quotables[0].ranked.candidate.text,
                "title": evidence.quotables[0].card.title,
            }


def _right(rows: list[dict[str, Any]]) -> np.ndarray[Any, Any]:
    return np.array([row["right"] for row in rows])


def fit(rows: list[dict[str, Any]], *, held: bool, write: bool) -> None:
    content: dict[str, Any] = json.loads(CALIBRATION.read_text(encoding="utf-8"))
    for key, reranked in (("reranked", True), ("retrieved", False)):
        chosen = [row for row in rows if row["reranked"] == reranked]
        names, right = _SIGNS[key], _right(chosen)
        among = np.array([row["among"] for row in chosen])
        fewest, most = int(among.min()), int(among.max())
        signs = np.array([[row["signs"][name] for name in names] for row in chosen])
        if held:
            weights = np.array([content[key]["weights"][name] for name in names])
            intercept = content[key]["intercept"]
        else:
            weights, intercept = _weights(signs[among == fewest], right[among == fewest])
        logs = np.array([log_among(number, fewest, most) for number in among])
        per_log = _per_log(signs @ weights + intercept, logs, right)
        content[key] = {
            "intercept": round(intercept, 6),
            "weights": {name: round(float(weight), 6) for name, weight in zip(names, weights, strict=True)},
            "per_log": round(per_log, 6),
            "fewest": fewest,
            "most": most,
        }
        probability = 1 / (1 + np.exp(-(signs @ weights + intercept + per_log * logs)))
        _show(key, chosen, probability, right)
        _show_thresholds(key, chosen, probability, right)
    if write:
        CALIBRATION.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _weights(signs: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], float]:
    from sklearn.linear_model import LogisticRegression

    mean, deviation = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    model = LogisticRegression(C=1.0).fit((signs - mean) / deviation, right)
    weights = model.coef_[0] / deviation
    return weights, float(model.intercept_[0] - (weights * mean).sum())


def _per_log(logits: np.ndarray[Any, Any], logs: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    """What the log odds change for each e-fold of passages: the likeliest, with all else held."""
    from scipy.optimize import minimize_scalar

    def surprise(per_log: float) -> float:
        told = logits + per_log * logs
        return float((np.logaddexp(0, told) - right * told).mean())

    return float(minimize_scalar(surprise, bounds=(-5, 5), method="bounded").x)


def report(rows: list[dict[str, Any]]) -> None:
    for key, reranked in (("reranked", True), ("retrieved", False)):
        chosen = [row for row in rows if row["reranked"] == reranked]
        if chosen:
            _show(key, chosen, np.array([row["confidence"] for row in chosen]), _right(chosen))


def _show(
    key: str, rows: list[dict[str, Any]], probability: np.ndarray[Any, Any], right: np.ndarray[Any, Any]
) -> None:
    for name in ["all", *sorted({row["set"] for row in rows})]:
        mask = np.array([name in {"all", row["set"]} for row in rows])
        p, r = probability[mask], right[mask].astype(float)
        print(
            f"{key:10} {name:14} n={mask.sum():5} right={r.mean():.3f} claimed={p.mean():.3f} "
            f"ECE={calibration_error(p, r):.3f} AUROC={auroc(p, r):.3f} "
            f"answered={(p >= 0.5).mean():.3f} wrong of answered={_mean(1 - r[p >= 0.5]):.3f}"
        )


def _show_thresholds(
    key: str, rows: list[dict[str, Any]], probability: np.ndarray[Any, Any], right: np.ndarray[Any, Any]
) -> None:
    """What each `abstain_below` costs: foreign questions answered, and right quotes held back."""
    foreign = np.array([row["set"].startswith("off-corpus") for row in rows])
    passages = np.array([row["among"] for row in rows])
    for number in np.unique(passages):
        for threshold in np.arange(0.1, 0.65, 0.05):
            answered, here = probability >= threshold, passages == number
            print(
                f"{key:10} passages={number} abstain_below={threshold:.2f} "
                f"off-corpus answered={_mean(answered[foreign & here]):.3f} "
                f"right held back={_mean(~answered[(right == 1) & here]):.3f}"
            )


def _mean(values: np.ndarray[Any, Any]) -> float:
    return float(values.mean()) if len(values) else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["collect", "fit", "report"])
    parser.add_argument("observations", type=Path)
    parser.add_argument("sets", nargs="*", metavar="NAME=FOLDER:QUESTIONS:OTHERS")
    parser.add_argument("--off-corpus", metavar="FILE:LIMIT")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.step == "collect":
        collect(arguments.observations, arguments.sets, arguments.off_corpus)
        return
    rows = [json.loads(line) for line in arguments.observations.read_text(encoding="utf-8").splitlines()]
    if arguments.step == "fit":
        fit(rows, held=arguments.held, write=arguments.write)
    else:
        report(rows)


if __name__ == "__main__":
    main()
