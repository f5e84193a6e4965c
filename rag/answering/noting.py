"""What is told beside a result: names in the filters that no article has, beside others that have some.

Where none of a kind has any there is no result, and an abstention tells it.
"""

from __future__ import annotations

from dataclasses import replace

from rag.answering.abstaining import no_such_article, no_such_language, no_such_source
from rag.store import Snapshot
from rag.store.conditions import NamedField
from rag.types import Filters


def notes_of(snapshot: Snapshot, filters: Filters, *, of_all: bool = False) -> tuple[str, ...]:
    """A sentence for the sources, the ids and the languages that no article has within the dates asked for.

    `of_all`: also where that is so of all of a kind, for want of anybody else who tells it. Only of what the
    dates admit: what comes later is not told.
    """
    dated = replace(filters, sources=(), languages=(), article_ids=())
    notes = []
    if sources := _unknown(snapshot, "source", replace(dated, sources=filters.sources), of_all=of_all):
        notes.append(no_such_source(snapshot, replace(dated, sources=sources)))
    if ids := _unknown(snapshot, "id", replace(dated, article_ids=filters.article_ids), of_all=of_all):
        notes.append(no_such_article(snapshot, replace(dated, article_ids=ids)))
    if languages := _unknown(
        snapshot, "language", replace(dated, languages=filters.languages), of_all=of_all
    ):
        notes.append(no_such_language(snapshot, replace(dated, languages=languages)))
    return tuple(note.message for note in notes if note is not None)


def _unknown(snapshot: Snapshot, field: NamedField, filters: Filters, *, of_all: bool) -> tuple[str, ...]:
    """The names of this kind, the only one in the filters, that no article has.

    Not where no article has any of them, unless `of_all`.
    """
    fold = str.casefold if field == "source" else str
    names = {fold(name): name for name in filters.sources + filters.article_ids + filters.languages}
    # Most requests give one, beside which there is nothing to tell, and then the store is not asked.
    if not names or (len(names) == 1 and not of_all):
        return ()
    known = {fold(name) for name in snapshot.names_had(field, filters)}
    unknown = tuple(name for folded, name in names.items() if folded not in known)
    return unknown if of_all or len(unknown) < len(names) else ()
