"""Gold files read: every mistake in one is told at once, by its line and field."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

from rag.errors import EvaluationError, NotFound
from rag.evaluation.gold import Evidence, GoldQuestion, Kind
from rag.evaluation.identity import fingerprint_of
from rag.evaluation.mistakes import refusal
from rag.types import Filters, Intent

_Value = TypeVar("_Value")
_KEYS = {
    *("id", "kind", "question", "answerable", "evidence", "filters", "intent"),
    *("newest_first", "order", "supersedes", "contradicts", "note"),
}
_OF_EVIDENCE = tuple(Evidence.__dataclass_fields__)


class _Mistake(Exception):
    """What is wrong with a line, and where in it."""


def load_gold(path: Path) -> tuple[GoldQuestion, ...]:
    """All questions of a JSON lines file, in its order; a BOM before them is dropped.

    Raises NotFound when there is no file, EvaluationError naming file, line and field of all that is wrong.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError:
        raise NotFound(f"there is no gold file {path}; name one with --gold") from None
    except (UnicodeDecodeError, OSError) as error:
        raise EvaluationError(f"{path} cannot be read ({error}); give a UTF-8 file of JSON lines") from error
    mistakes: list[str] = []
    questions: dict[int, GoldQuestion] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            question = _Row(where, _object(line, where), mistakes).question()
        except _Mistake as mistake:
            mistakes.append(str(mistake))
            continue
        if question is not None:
            questions[number] = question
    mistakes += _twice(questions)
    if mistakes:
        raise refusal(mistakes, where=str(path))
    if not questions:
        raise EvaluationError(f"{path} holds no question; write at least one line")
    return tuple(questions.values())


def _twice(questions: Mapping[int, GoldQuestion]) -> Iterator[str]:
    """What stands in two lines: an id, or the same words under the same filters, which would count twice."""
    ids: dict[str, int] = {}
    asked: dict[tuple[str, Filters], tuple[int, str]] = {}
    for number, question in questions.items():
        earlier = ids.setdefault(question.id, number)
        if earlier != number:
            yield f"line {number}, field 'id': {question.id!r} stands twice, in line {earlier} too"
            continue
        words = " ".join(question.question.casefold().split())
        line, other = asked.setdefault((words, question.filters), (number, question.id))
        if line != number:
            yield f"line {number}, field 'question': is asked by {other} in line {line} already"


def _object(line: str, where: str) -> Mapping[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Mistake(f"{where}: not JSON ({error}); write one object a line") from error
    if not isinstance(value, dict):
        raise _Mistake(f"{where}: is {type(value).__name__}; write one object a line")
    return value


@dataclass(frozen=True, slots=True)
class _Row:
    """A line's values; what is wrong with them is added to `mistakes`."""

    where: str
    values: Mapping[str, object]
    mistakes: list[str]

    def wrong(self, name: str, reason: str) -> _Mistake:
        return _Mistake(f"{self.where}, field '{name}': {reason}")

    def read(self, reader: Callable[..., _Value], *arguments: object) -> _Value | None:
        """What the reader gives; None where it finds a mistake, which is kept."""
        try:
            return reader(*arguments)
        except _Mistake as mistake:
            self.mistakes.append(str(mistake))
            return None

    def question(self) -> GoldQuestion | None:
        """None where there is a mistake."""
        before = len(self.mistakes)
        for unknown in sorted(set(self.values) - _KEYS):
            known = ", ".join(sorted(_KEYS))
            self.mistakes.append(str(self.wrong(unknown, f"is not known; the fields are {known}")))
        meaning = {key: value for key, value in self.values.items() if key != "note"}
        given = {
            "id": self.read(self.text, "id"),
            "kind": self.read(self.choice, "kind", get_args(Kind)),
            "question": self.read(self.text, "question"),
            "answerable": self.read(self.truth, "answerable", None),
            "evidence": self.read(self.evidence),
            "filters": self.filters(),
            "intent": self.read(self.choice, "intent", get_args(Intent)) if self.given("intent") else None,
            "newest_first": self.read(self.text, "newest_first") if self.given("newest_first") else None,
            "order": self.read(self.texts, "order"),
            "supersedes": self.read(self.pairs, "supersedes"),
            "contradicts": self.read(self.pairs, "contradicts"),
        }
        if len(self.mistakes) > before:
            return None
        values: Any = given
        question = GoldQuestion(fingerprint=fingerprint_of(meaning), **values)
        self.mistakes.extend(map(str, self.mismatched(question)))
        return question if len(self.mistakes) == before else None

    def mismatched(self, question: GoldQuestion) -> Iterator[_Mistake]:
        """Where fields that are right by themselves do not go together."""
        if question.answerable != bool(question.evidence):
            yield self.wrong("evidence", "is needed by an answerable question and by no other")
        cited = {one.article_id for group in question.evidence for one in group}
        if question.newest_first is not None and question.newest_first not in cited:
            yield self.wrong("newest_first", f"{question.newest_first!r} is in no evidence")
        if len(question.order) == 1 or not cited.issuperset(question.order):
            yield self.wrong("order", "must be two or more articles of the evidence")
        for name, pairs in (("supersedes", question.supersedes), ("contradicts", question.contradicts)):
            if pairs is not None and question.kind != "timeline":
                yield self.wrong(name, f"is for a timeline, not for a question of kind {question.kind}")
            if not cited.issuperset(article for pair in pairs or () for article in pair):
                yield self.wrong(name, "must be pairs of articles of the evidence")

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
        """What of them can be read."""
        value = self.values.get("filters")
        if value is None:
            return Filters()
        if not isinstance(value, dict):
            self.mistakes.append(str(self.wrong("filters", f"must be an object, not {value!r}")))
            return Filters()
        known = ", ".join(sorted(Filters.__dataclass_fields__))
        for unknown in sorted(set(value) - set(Filters.__dataclass_fields__)):
            self.mistakes.append(str(self.wrong(f"filters.{unknown}", f"is not known; there are {known}")))
        row = _Row(self.where, value, self.mistakes)
        return Filters(
            as_of=row.read(row.date, "as_of"),
            since=row.read(row.date, "since"),
            until=row.read(row.date, "until"),
            include_undated=row.read(row.truth, "include_undated", False) or False,
            sources=row.read(row.texts, "sources") or (),
            languages=row.read(row.texts, "languages") or (),
            article_ids=row.read(row.texts, "article_ids") or (),
        )

    def evidence(self) -> tuple[tuple[Evidence, ...], ...]:
        groups = self.values.get("evidence")
        if not isinstance(groups, list) or not all(isinstance(group, list) and group for group in groups):
            raise self.wrong("evidence", "must be a list of lists of alternatives, none of them empty")
        read = [
            [
                self.read(self.alternative, one, f"evidence[{number}][{place}]")
                for place, one in enumerate(group)
            ]
            for number, group in enumerate(groups)
        ]
        return tuple(tuple(one for one in group if one is not None) for group in read)

    def alternative(self, value: object, name: str) -> Evidence:
        if not isinstance(value, dict) or value.keys() != set(_OF_EVIDENCE):
            unknown = sorted(value.keys() - set(_OF_EVIDENCE)) if isinstance(value, dict) else []
            told = f"; {unknown[0]!r} is not known" if unknown else ""
            raise self.wrong(name, f"needs {', '.join(_OF_EVIDENCE)} and no other field{told}")
        match value:
            case {"article_id": str(article_id), "start": int(start), "end": int(end), "quote": str(quote)}:
                if not 0 <= start < end:
                    raise self.wrong(name, f"[{start}, {end}) holds no characters")
                if len(quote) != end - start:
                    has = f"has {len(quote)} characters, and [{start}, {end}) has {end - start}"
                    raise self.wrong(name, f"the quote {has}")
                return Evidence(article_id, start, end, quote)
        raise self.wrong(name, "article_id and quote must be words, start and end whole numbers")
