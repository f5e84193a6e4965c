"""What is told beside a result: names in the filters that no article has, beside others that have some.

Where none of them has any there is no result, and an abstention tells it.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answering.abstaining import no_such_article, no_such_source
from rag.store import Snapshot
from rag.types import Filters


def notes_of(snapshot: Snapshot, filters: Filters, *, of_all: bool = False) -> tuple[str, ...]:
    """A sentence for the sources, the ids and the languages that no article has within the dates asked for.

    `of_all`: also where that is so of all of a kind, for want of anybody else who tells it. Only of what the
    dates admit: what comes later is not told.
    """
    dated = replace(filters, sources=(), languages=(), article_ids=())
    notes = []
    if filters.sources:
        there = {source.casefold() for source in snapshot.sources(dated)}
        unknown = tuple(name for name in filters.sources if name.casefold() not in there)
        told = no_such_source(snapshot, replace(dated, sources=unknown))
        if told is not None and (of_all or unknown != filters.sources):
            notes.append(told.message)
    if filters.article_ids:
        ids = dict.fromkeys(filters.article_ids)
        asked = replace(dated, article_ids=tuple(ids))
        if snapshot.count_articles(asked) < len(ids):
            found = {article.id for article in snapshot.list_articles(limit=len(ids), filters=asked)}
            unknown = tuple(name for name in ids if name not in found)
            told = no_such_article(snapshot, replace(dated, article_ids=unknown))
            if told is not None and (of_all or found):
                notes.append(told.message)
    if filters.languages:
        unknown = tuple(
            code
            for code in dict.fromkeys(filters.languages)
            if not snapshot.count_articles(replace(dated, languages=(code,)))
        )
        if unknown and (of_all or len(unknown) < len(set(filters.languages))):
            within = " within the dates asked for" if filters.dated else ""
            notes.append(f"No article{within} is in {' or '.join(f'“{code}”' for code in unknown)}.")
    return tuple(notes)
