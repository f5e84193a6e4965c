"""Gold: questions with the evidence that answers them, approved by a person, as JSON lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rag.types import Filters, Intent

Kind = Literal[
    "fact",
    "paraphrase",
    "alias",
    "status",
    "timeline",
    "as-of",
    "filter",
    "near-miss",
    "off-corpus",
    "boilerplate",
]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that answer a question: `quote` is exactly the article's `[start, end)`."""

    article_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A question and what a right answer must show.

    `evidence` lists requirements, all of which are needed; any one alternative of a requirement meets it.
    `newest_first` is the article that the first citation must come from, `order` the articles of a
    timeline from the oldest on. `supersedes` and `contradicts` are the marks that a careful reader makes,
    each as a pair of articles (later, earlier; for a contradiction in any order); None where nobody has
    judged them. `fingerprint` changes when anything of the question does but its note, the offsets of its
    evidence and the order in which that is written. `line` is where it stands in its file; None where it was
    read from none.
    """

    id: str
    kind: Kind
    question: str
    answerable: bool
    fingerprint: str
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    filters: Filters = field(default_factory=Filters)
    intent: Intent | None = None
    newest_first: str | None = None
    order: tuple[str, ...] = ()
    supersedes: tuple[tuple[str, str], ...] | None = None
    contradicts: tuple[tuple[str, str], ...] | None = None
    line: int | None = field(default=None, compare=False)

    @property
    def place(self) -> str:
        """As a mistake in it is told."""
        return self.id if self.line is None else f"{self.id} (line {self.line})"
