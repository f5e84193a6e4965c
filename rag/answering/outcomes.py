"""What became of a plan goes before the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rag.answering.english.statements import Statement
from rag.answering.marking import replaces
from rag.answering.quoting import Quotable, answering
from rag.answering.ranking import date_order
from rag.types import Span


def with_outcome(
    chosen: Sequence[Quotable], quotables: Sequence[Quotable], *, most: int, until: dt.date | None
) -> list[Quotable]:
    """The chosen quotes, led by the newest that supersedes the first of them, if one does.

    A plan is often worded nearer to the question than what came of it, so that the cross-encoder prefers the
    plan; that both speak of one thing is known from their words, so which scores higher does not decide, but
    the outcome must answer as well. `quotables` are best first. `until` is the end of the time that the
    question speaks of: what was published later does not lead.
    """
    if not chosen:
        return []
    lead = _statement(chosen[0])
    # A date compared first spares the words of all that is older.
    younger = [
        one
        for one in answering(quotables)
        if date_order(one.card) < date_order(lead.card)
        and (until is None or (one.card.published.latest or until) <= until)
    ]
    later = [quotable for quotable in younger if replaces(_statement(quotable), lead)]
    if not later:
        return list(chosen)
    newest = min(later, key=lambda quotable: (date_order(quotable.card), -quotable.score, quotable.start))
    return [newest, *(quotable for quotable in chosen if quotable != newest)][:most]


def _statement(quotable: Quotable) -> Statement:
    article = quotable.ranked.candidate.article
    return Statement.read(quotable.card, article.text, Span(quotable.start, quotable.end))
