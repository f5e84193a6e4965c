"""What the citations of an answer make of each other: superseded, or in disagreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.english.figures import Comparison, compare
from rag.answering.english.statements import Statement
from rag.answering.english.superseding import supersedes
from rag.answering.ranking import date_order
from rag.types import Citation, Disagreement


def marked(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """The citations with their marks; nothing but what they show decides.

    Where several supersede one, the newest is named, and it may itself be superseded by none.
    """
    return tuple(
        replace(
            citation,
            superseded_by=_superseded_by(citation, citations),
            contradicts=tuple(
                Disagreement(other.number, found.words, found.other_words)
                for other in citations
                if (found := _disagreement(citation, other)) is not None
            ),
        )
        for citation in citations
    )


def replaces(later: Statement, earlier: Statement) -> bool:
    """Whether the later statement tells what became of the earlier one's plan, or counts on from it."""
    compared = compare(earlier, later)
    return (compared is not None and compared.kind == "grown") or supersedes(later, earlier)


def _superseded_by(citation: Citation, citations: Sequence[Citation]) -> int | None:
    later = [
        other
        for other in citations
        if other is not citation and replaces(Statement.of(other), Statement.of(citation))
    ]
    newest = min(later, key=lambda other: (date_order(other.card), other.number), default=None)
    return newest.number if newest is not None else None


def _disagreement(citation: Citation, other: Citation) -> Comparison | None:
    found = compare(Statement.of(citation), Statement.of(other)) if other is not citation else None
    return found if found is not None and found.kind == "disagree" else None
