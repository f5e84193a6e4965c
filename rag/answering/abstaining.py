"""What an abstention says for itself: what was missing, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher

from rag import patterns
from rag.answering.comparing import told_apart
from rag.store import Snapshot
from rag.types import Filters, Reason

_MOST_SOURCES = 3
_ALIKE = 0.6
_LANGUAGE_CODE = patterns.compile(r"[a-z]{2,3}(?:-\w+)*", re.ASCII)


def abstention(
    reason: Reason,
    *,
    snapshot: Snapshot,
    filters: Filters,
    undated_left_out: int,
    confidence: float,
    needed: float,
    reranked: bool,
) -> str:
    """The reason in words. `confidence` is what the evidence came to, and `needed` what an answer needs."""
    number = "1 article" if undated_left_out == 1 else f"{undated_left_out} articles"
    undated = f" Left out: {number} of unknown date; --include-undated asks them too."
    undated = undated if undated_left_out else ""
    match reason:
        case "no articles":
            return "The index holds no articles."
        case "nothing published by then":
            told = _no_such(snapshot, filters) or "No article within the dates asked for matches."
            return f"{told}{undated}"
        case "nothing matches":
            return (
                _no_such(snapshot, filters)
                or f"No article in the index matches the filters.{_named_languages(filters)}"
            )
        case "not answered":
            sure, least = told_apart(confidence, needed)
            unsure = f": confidence {sure}, and an answer needs {least}"
            unsure = unsure if confidence < needed else ""
            if unsure and not reranked:
                unsure += " (without the reranker more is held back)"
            return (
                f"The articles do not answer this{unsure}. The nearest passages are shown apart; "
                f"--explain (in JSON: `explanation`) says why.{undated}"
            )


def _no_such(snapshot: Snapshot, filters: Filters) -> str | None:
    return _no_such_source(snapshot, filters) or _no_such_article(snapshot, filters)


def _no_such_article(snapshot: Snapshot, filters: Filters) -> str | None:
    """That no article is of the ids asked for; None where one is. Only of what the dates admit."""
    if not filters.article_ids or snapshot.count_articles(replace(filters, sources=(), languages=())):
        return None
    within = "within the dates asked for" if filters.dated else "in the index"
    named = " or ".join(f"“{name}”" for name in filters.article_ids)
    return (
        f"No article {within} has the id {named}. "
        "`rag articles list` (over HTTP: /v1/articles) shows the id of each."
    )


def _no_such_source(snapshot: Snapshot, filters: Filters) -> str | None:
    """That no article is of the sources asked for, and what the nearest are called; None where one is.

    Only of what the dates admit: what comes later is not told.
    """
    if not filters.sources:
        return None
    there = snapshot.sources(replace(filters, sources=(), languages=(), article_ids=()))
    if not set(filters.sources).isdisjoint(there):
        return None
    within = " within the dates asked for" if filters.dated else ""
    named = " or ".join(f"“{name}”" for name in filters.sources)
    near = dict.fromkeys(near for name in filters.sources for near in nearest(name, there))
    nearest_named = f"Near it: {', '.join(f'“{name}”' for name in near)}. " if near else ""
    return (
        f"No article{within} is of the source {named}. {nearest_named}"
        "`rag articles list` (over HTTP: /v1/articles) shows the source of each."
    )


def _named_languages(filters: Filters) -> str:
    """What to write for a language that is asked for by its name, as a sentence; "" where none is."""
    names = [f"“{name}”" for name in filters.languages if not _LANGUAGE_CODE.fullmatch(name)]
    if not names:
        return ""
    are = "is" if len(names) == 1 else "are"
    return (
        f" {' and '.join(names)} {are} no language code: English is `en`, French `fr` (ISO 639-1), unless "
        "the metadata of the articles says otherwise."
    )


def nearest(name: str, sources: list[str]) -> list[str]:
    """The sources that share most of the name's words or are spelt like it, nearest first."""
    asked = set(re.findall(r"\w+", name.casefold()))
    ranked = []
    for source in sources:
        shared = len(asked & set(re.findall(r"\w+", source.casefold())))
        alike = SequenceMatcher(None, name.casefold(), source.casefold()).ratio()
        if shared or alike >= _ALIKE:
            ranked.append((-shared, -alike, source))
    return [source for _, _, source in sorted(ranked)[:_MOST_SOURCES]]
