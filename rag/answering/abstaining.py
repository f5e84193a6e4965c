"""What an abstention says for itself: what was missing, and what may be done about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from rag import patterns
from rag.answering.comparing import told_apart
from rag.store import Snapshot
from rag.types import Contrary, Filters, Reason, Remedy

_MOST_SOURCES = 3
_ALIKE = 0.6
_OPENING = patterns.compile(r"as[\s-]+(?:of|at|on)\b", re.IGNORECASE)
_LANGUAGE_CODE = patterns.compile(r"[a-z]{2,3}(?:-\w+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Abstention:
    """What is so, and what may be done about it: how that is done differs from edge to edge."""

    message: str
    remedies: tuple[Remedy, ...] = ()


def abstention(
    reason: Reason,
    *,
    snapshot: Snapshot,
    filters: Filters,
    undated_left_out: int,
    as_of_words: str | None,
    confidence: float,
    needed: float,
    reranked: bool,
    contrary: Contrary | None = None,
) -> Abstention:
    """The reason in words. `confidence` is what the evidence came to, and `needed` what an answer needs."""
    left_out = _left_out(as_of_words, undated_left_out)
    match reason:
        case "no articles":
            return Abstention("The index holds no articles.")
        case "nothing published by then" | "nothing published in that time":
            none = Abstention(f"No article within the dates asked for{_days(filters)} matches.")
            return _joined(*(_no_such(snapshot, filters) or [none]), *left_out)
        case "nothing matches":
            none = Abstention("No article in the index matches the filters.")
            return _joined(*(_no_such(snapshot, filters) or [none]))
        case "not answered":
            sure, least = told_apart(confidence, needed)
            unsure = f": confidence {sure}, and an answer needs {least}"
            unsure = unsure if confidence < needed else ""
            if unsure and not reranked:
                unsure += " (without the reranker more is held back)"
            otherwise = f" {contrary.sentence}" if contrary else ""
            told = (
                f"The articles do not answer this{unsure}.{otherwise} The nearest passages are shown apart."
            )
            return _joined(Abstention(told, ("explain",)), *left_out)


def _left_out(as_of_words: str | None, undated: int) -> list[Abstention]:
    """What the question's own words leave out, and what is left out for want of a date.

    How many articles are later, or whether any is, is not told: nothing later is counted (law 4).
    """
    told = []
    if as_of_words is not None:
        opening = _OPENING.match(as_of_words)
        assert opening is not None
        told.append(
            Abstention(
                f"“{as_of_words}” in the question leaves out all that was published later; said without "
                f"“{opening.group().lower()}”, the time leaves out nothing."
            )
        )
    if undated:
        number = "1 article" if undated == 1 else f"{undated} articles"
        told.append(Abstention(f"Left out: {number} of unknown date.", ("include undated",)))
    return told


def _joined(*parts: Abstention) -> Abstention:
    return Abstention(
        " ".join(part.message for part in parts), tuple(one for part in parts for one in part.remedies)
    )


def _days(filters: Filters) -> str:
    """The first and the last day that articles may be of, behind what they are asked of."""
    last = min((day for day in (filters.as_of, filters.until) if day), default=None)
    days = (filters.since and f"{filters.since} or later", last and f"{last} or earlier")
    told = ", ".join(day for day in days if day)
    return f" ({told})" if told else ""


def _no_such(snapshot: Snapshot, filters: Filters) -> list[Abstention]:
    """For each kind of name in the filters of which no article has any."""
    of_each = (no_such_source, no_such_article, no_such_language)
    return [told for kind in of_each if (told := kind(snapshot, filters)) is not None]


def no_such_article(snapshot: Snapshot, filters: Filters) -> Abstention | None:
    """That no article is of the ids asked for; None where one is. Only of what the dates admit."""
    if not filters.article_ids or snapshot.count_articles(replace(filters, sources=(), languages=())):
        return None
    within = "within the dates asked for" if filters.dated else "in the index"
    return Abstention(f"No article {within} has the id {_either(filters.article_ids)}.", ("list ids",))


def no_such_source(snapshot: Snapshot, filters: Filters) -> Abstention | None:
    """That no article is of the sources asked for, and what the nearest are called; None where one is.

    Only of what the dates admit: what comes later is not told.
    """
    if not filters.sources:
        return None
    there = snapshot.sources(replace(filters, sources=(), languages=(), article_ids=()))
    if not {name.casefold() for name in filters.sources}.isdisjoint(name.casefold() for name in there):
        return None
    within = " within the dates asked for" if filters.dated else ""
    near = dict.fromkeys(near for name in filters.sources for near in nearest(name, there))
    nearest_named = f" Near it: {', '.join(f'“{name}”' for name in near)}." if near else ""
    named = _either({name.casefold(): name for name in filters.sources}.values())
    return Abstention(f"No article{within} is of the source {named}.{nearest_named}", ("list sources",))


def no_such_language(snapshot: Snapshot, filters: Filters) -> Abstention | None:
    """That no article is in the languages asked for; None where one is. Only of what the dates admit."""
    if not filters.languages or snapshot.count_articles(replace(filters, sources=(), article_ids=())):
        return None
    within = " within the dates asked for" if filters.dated else ""
    return Abstention(f"No article{within} is in {_either(filters.languages)}.{_named_languages(filters)}")


def _either(names: Iterable[str]) -> str:
    """Each name once."""
    return " or ".join(f"“{name}”" for name in dict.fromkeys(names))


def _named_languages(filters: Filters) -> str:
    """What to write for a language that is asked for by its name, as a sentence; "" where none is."""
    names = [f"“{name}”" for name in dict.fromkeys(filters.languages) if not _LANGUAGE_CODE.fullmatch(name)]
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
