"""A time that a question names, and what was published in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from rag.types import ArticleCard, Filters

Window = tuple[dt.date | None, dt.date | None]
"""First and last day, both included; None where the time is open."""
ANY_TIME: Window = (None, None)
_SHORT_DAYS = 31


def published_in(card: ArticleCard, since: dt.date | None, until: dt.date | None) -> bool:
    """Whether all days on which an article may have been published lie in the window."""
    first, last = card.published.earliest, card.published.latest
    return (
        first is not None
        and last is not None
        and (since is None or first >= since)
        and (until is None or last <= until)
    )


def is_short(window: Window) -> bool:
    """Whether both ends are known and it is a month at most."""
    since, until = window
    return since is not None and until is not None and (until - since).days < _SHORT_DAYS


def told_in(window: Window) -> Window:
    """The window and the day after, on which what happened on its last day is told."""
    since, until = window
    return since, until + dt.timedelta(days=1) if until and until < dt.date.max else until


def narrowed(filters: Filters, window: Window) -> Filters:
    """The filters narrowed to what was published in the window."""
    since, until = window
    return replace(
        filters,
        since=max((day for day in (since, filters.since) if day), default=None),
        until=min((day for day in (until, filters.until) if day), default=None),
        include_undated=False,
    )
