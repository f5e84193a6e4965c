"""Gold: questions with the evidence that answers them, approved by a person, as JSON lines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from rag.errors import EvaluationError, NotFound
from rag.evaluation.identity import fingerprint_of
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
_KEYS = {
    *("id", "kind", "question", "answerable", "evidence", "filters", "intent"),
    *("newest_first", "order", "supersedes", "contradicts", "note"),
}


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
    judged them. `fingerprint` changes when anything of the question but its note does.
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


def load_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """All questions of a JSON lines file, in its order.

    Raises NotFound when there is no file, EvaluationError naming file, line and field when one is wrong.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except FileNotFoundError:
        raise NotFound(f"there is no gold file {path}; name one with --gold") from None
    except (UnicodeDecodeError, OSError) as error:
        raise EvaluationError(f"{path} cannot be read ({error}); give a UTF-8 file of JSON lines") from error
    questions: dict[str, GoldQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _Row(f"{path}, line {number}", _object(line, f"{path}, line {number}"))
        question = row.question()
        if question.id in questions:
            raise row.wrong("id", f"{question.id!r} stands twice")
        questions[question.id] = question
    if not questions:
        raise EvaluationError(f"{path} holds no question; write at least one line")
    return tuple(questions.values())


def _object(line: str, where: str) -> Mapping[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{where}: not JSON ({error}); write one object a line") from error
    if not isinstance(value, dict):
        raise EvaluationError(f"{where}: is {type(value).__name__}; write one object a line")
    return value


@dataclass(frozen=True, slots=True)
class _Row:
    where: str
    values: Mapping[str, object]

    def wrong(self, name: str, reason: str) -> EvaluationError:
        return EvaluationError(f"{self.where}, field '{name}': {reason}")

    def question(self) -> GoldQuestion:
        if unknown := sorted(set(self.values) - _KEYS):
            raise self.wrong(unknown[0], f"is not known; the fields are {', '.join(sorted(_KEYS))}")
        question = GoldQuestion(
            id=self.text("id"),
            kind=self.choice("kind", get_args(Kind)),
            question=self.text("question"),
            answerable=self.truth("answerable", None),
            fingerprint=fingerprint_of({key: value for key, value in self.values.items() if key != "note"}),
            evidence=self.evidence(),
            filters=self.filters(),
            intent=self.choice("intent", get_args(Intent)) if self.given("intent") else None,
            newest_first=self.text("newest_first") if self.given("newest_first") else None,
            order=self.texts("order"),
            supersedes=self.pairs("supersedes"),
            contradicts=self.pairs("contradicts"),
        )
        if question.answerable != bool(question.evidence):
            raise self.wrong("evidence", "is needed by an answerable question and by no other")
        cited = {one.article_id for group in question.evidence for one in group}
        if question.newest_first is not None and question.newest_first not in cited:
            raise self.wrong("newest_first", f"{question.newest_first!r} is in no evidence")
        if len(question.order) == 1 or not cited.issuperset(question.order):
            raise self.wrong("order", "must be two or more articles of the evidence")
        for name, pairs in (("supersedes", question.supersedes), ("contradicts", question.contradicts)):
            if pairs is not None and question.kind != "timeline":
                raise self.wrong(name, f"is for a timeline, not for a question of kind {question.kind}")
            if not cited.issuperset(article for pair in pairs or () for article in pair):
                raise self.wrong(name, "must be pairs of articles of the evidence")
        return question

    def given(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, f"must be words, not {value!r}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(name, f"must be a list of words, not {value!r}")
        return tuple(value)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...] | None:
        value = self.values.get(name)
        if value is None:
            return None
        pairs = []
        for pair in value if isinstance(value, list) else [value]:
            match pair:
                case [str(first), str(second)] if first != second:
                    pairs.append((first, second))
                case _:
                    raise self.wrong(name, f"must be a list of pairs of two articles, not {value!r}")
        return tuple(pairs)

    def truth(self, name: str, default: bool | None) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, f"must be true or false, not {value!r}")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> Any:
        value = self.values.get(name)
        if value not in choices:
            raise self.wrong(name, f"is {value!r}; it must be one of {', '.join(choices)}")
        return value

    def date(self, name: str) -> dt.date | None:
        value = self.values.get(name)
        if value is None:
            return None
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            raise self.wrong(name, f"is {value!r}; write a day as 2024-11-12") from None

    def filters(self) -> Filters:
        value = self.values.get("filters")
        if value is None:
            return Filters()
        if not isinstance(value, dict):
            raise self.wrong("filters", f"must be an object, not {value!r}")
        known = set(Filters.__dataclass_fields__)
        if unknown := sorted(set(value) - known):
            raise self.wrong(f"filters.{unknown[0]}", f"is not known; there are {', '.join(sorted(known))}")
        row = _Row(self.where, value)
        return Filters(
            as_of=row.date("as_of"),
            since=row.date("since"),
            until=row.date("until"),
            include_undated=row.truth("include_undated", False),
            sources=row.texts("sources"),
            languages=row.texts("languages"),
            article_ids=row.texts("article_ids"),
        )

    def evidence(self) -> tuple[tuple[Evidence, ...], ...]:
        groups = self.values.get("evidence")
        if not isinstance(groups, list) or not all(isinstance(group, list) and group for group in groups):
            raise self.wrong("evidence", "must be a list of lists of alternatives, none of them empty")
        return tuple(
            tuple(self.alternative(one, f"evidence[{position}]") for one in group)
            for position, group in enumerate(groups)
        )

    def alternative(self, value: object, name: str) -> Evidence:
        match value:
            case {"article_id": str(article_id), "start": int(start), "end": int(end), "quote": str(quote)}:
                if 0 <= start < end and len(quote) == end - start:
                    return Evidence(article_id, start, end, quote)
        raise self.wrong(name, "needs article_id, start, end and a quote of exactly end − start characters")
