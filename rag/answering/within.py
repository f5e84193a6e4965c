"""A time that a question names, and what was published in it."""

from __future__ import annotations

import datetime as dt

from rag.types import ArticleCard

Window = tuple[dt.date | None, dt.date | None]
"""First and last day, both included; None where the time is open."""
ANY_TIME: Window = (None, None)


def published_in(card: ArticleCard, since: dt.date | None, until: dt.date | None) -> bool:
    """Whether all days on which an article may have been published lie in the window."""
    first, last = card.published.earliest, card.published.latest
    return (
        first is not None
        and last is not None
        and (since is None or first >= since)
        and (until is None or last <= until)
    )
