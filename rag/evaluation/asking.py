"""Questions put to a system, and what it said to each."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.errors import RagError
from rag.evaluation.beir import Query
from rag.evaluation.matching import contains
from rag.evaluation.protocol import Answering, Progress, Quote
from rag.types import Filters

PASSAGES = 50  # R@20 counts articles, of which one may fill several passages
RETRIEVED = 10
"""Articles in which the answer or the evidence of a question counts as retrieved."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a system said to one question; nothing but `error` when it failed.

    `ranking` holds articles by their best passage. The rest is there when the question was examined:
    `quotes` are those that the system chose, whether or not it answers. `answer_retrieved`: one of the first
    ten articles holds an answer string.
    """

    query: Query
    milliseconds: float
    ranking: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0
    answered: bool | None = None
    answer_retrieved: bool = False
    error: str | None = None

    @property
    def shown(self) -> tuple[Quote, ...]:
        return self.quotes if self.answered else ()


def ask_systems(
    systems: Mapping[str, Answering],
    queries: Sequence[Query],
    *,
    examined: bool,
    as_of: bool,
    today: dt.date | None,
    progress: Progress | None = None,
    stage: str = "questions",
) -> dict[str, list[Asked]]:
    """Each question put to each system once, the last of them, the whole one, first.

    Question by question, so that the others may use what the whole one computed. Only that is examined.
    `as_of` restricts a question to its own date; a relative time in it ("last year") counts from that date,
    else from `today`.
    """
    *parts, whole = systems
    said: dict[str, list[Asked]] = {name: [] for name in systems}
    for number, query in enumerate(queries, start=1):
        for name in (whole, *parts):
            examine = examined and name == whole
            said[name].append(_ask(systems[name], query, examine=examine, as_of=as_of, today=today))
        if progress is not None:
            progress(stage, number, len(queries))
    return said


def _ask(system: Answering, query: Query, *, examine: bool, as_of: bool, today: dt.date | None) -> Asked:
    filters = Filters(as_of=query.date) if as_of else Filters()
    day = query.date or today
    started = time.perf_counter()
    try:
        if not examine:
            found = system.search(query.text, filters=filters, top_k=PASSAGES, today=day)
            milliseconds = (time.perf_counter() - started) * 1000
            ranking = tuple(dict.fromkeys(passage.card.article_id for passage in found.passages))
            return Asked(query, milliseconds, ranking)
        evidence = system.examine(query.text, filters=filters, top_k=PASSAGES, today=day)
        milliseconds = (time.perf_counter() - started) * 1000
        ranking = tuple(dict.fromkeys(passage.card.article_id for passage in evidence.passages))
        return Asked(
            query,
            milliseconds,
            ranking,
            quotes=tuple(evidence.quotes),
            confidence=evidence.confidence,
            answered=evidence.suffices,
            answer_retrieved=_holds_answer(system, ranking[:RETRIEVED], query),
        )
    except RagError as error:
        return Asked(query, (time.perf_counter() - started) * 1000, error=str(error))


def _holds_answer(system: Answering, articles: Sequence[str], query: Query) -> bool:
    if not query.answers:
        return False
    snapshot = system.index.snapshot()
    return any(contains([snapshot.article(article_id).text], query.answers) for article_id in articles)
