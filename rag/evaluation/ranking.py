"""Rankings scored by ir-measures (trec_eval's definitions).

A ranking is a list of names, best first. It is handed over with strictly falling scores, so that no tie
is left to trec_eval's own rule; a query that has judgements and no ranking scores zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import ir_measures
from ir_measures import RR, R, Success, nDCG

from rag.evaluation.evidence import has_half_of
from rag.evaluation.gold import Evidence
from rag.types import Passage

RECALLS: tuple[Any, ...] = (R @ 1, R @ 2, R @ 5, R @ 10)
ORDERS: tuple[Any, ...] = (RR @ 10, nDCG @ 10)
ARTICLE_MEASURES: tuple[Any, ...] = (R @ 1, R @ 2, R @ 5, R @ 10, R @ 20, *ORDERS, Success @ 1, Success @ 5)

Groups = Sequence[Sequence[Evidence]]


def score_rankings(
    measures: Sequence[Any], qrels: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """query → measure's name → value, for every query of the qrels."""
    run = {
        query: {name: float(-position) for position, name in enumerate(names)}
        for query, names in rankings.items()
        if names
    }
    scores: dict[str, dict[str, float]] = {query: {} for query in qrels}
    for metric in ir_measures.iter_calc(
        measures, {query: dict(judged) for query, judged in qrels.items()}, run
    ):
        scores[metric.query_id][str(metric.measure)] = metric.value
    return scores


def covers(passage: Passage, evidence: Evidence) -> bool:
    """A passage covers evidence when it holds at least half of the evidence's characters, of another
    article, as a copy, in the very words."""
    if passage.card.article_id != evidence.article_id:
        return has_half_of(passage.text, evidence)
    overlap = min(passage.end, evidence.end) - max(passage.start, evidence.start)
    return 2 * overlap >= evidence.end - evidence.start


def score_passages(cases: Mapping[str, tuple[Groups, Sequence[Passage]]]) -> dict[str, dict[str, float]]:
    """R@k, RR@10 and nDCG@10 of each question's passages over its evidence groups.

    A group is a document, found at the rank of the first passage that covers one of its alternatives.
    - R@k is the share of groups found in the first k passages. One passage may cover several groups, so
      each group is a query of its own (one relevant document), averaged over the question.
    - RR@10 and nDCG@10 see one list: in place of each passage stand the groups that it is the first to
      cover, or, when there are none, one document that is not relevant.
    """
    group_qrels, group_rankings = {}, {}
    qrels: dict[str, dict[str, int]] = {}
    rankings: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    for question, (groups, passages) in cases.items():
        found: dict[int, int] = {}
        unrolled: list[str] = []
        for rank, passage in enumerate(passages):
            new = [
                number
                for number, group in enumerate(groups)
                if number not in found and any(covers(passage, one) for one in group)
            ]
            found.update(dict.fromkeys(new, rank))
            unrolled.extend([f"group {number}" for number in new] or [f"passage {rank}"])
        qrels[question] = {f"group {number}": 1 for number in range(len(groups))}
        rankings[question] = unrolled
        for number in range(len(groups)):
            name = f"{question} group {number}"
            owner[name] = question
            group_qrels[name] = {"relevant": 1}
            group_rankings[name] = [
                "relevant" if found.get(number) == rank else f"passage {rank}"
                for rank in range(len(passages))
            ]
    scores = score_rankings(ORDERS, qrels, rankings)
    shares: dict[str, dict[str, list[float]]] = {question: defaultdict(list) for question in cases}
    for name, values in score_rankings(RECALLS, group_qrels, group_rankings).items():
        for measure, value in values.items():
            shares[owner[name]][measure].append(value)
    for question, recalls in shares.items():
        scores[question].update({measure: sum(values) / len(values) for measure, values in recalls.items()})
    return scores
