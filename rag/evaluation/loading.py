"""Gold files read: every mistake in one is told at once, by its line and field."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

from rag.errors import EvaluationError, NotFound
from rag.evaluation.gold import Evidence, GoldQuestion, Kind
from rag.evaluation.identity import fingerprint_of
from rag.evaluation.mistakes import refusal
from rag.languages import language_code
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
    if odd := _one_value(lines):
        raise EvaluationError(f"{path} is {odd}; write each question as one object on a line of its own")
    mistakes: list[str] = []
    questions: list[GoldQuestion] = []
    seen = _Seen()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = _Row(f"line {number}", _object(line, f"line {number}"), mistakes)
        except _Mistake as mistake:
            mistakes.append(str(mistake))
            continue
        # Also of a line with mistakes: mended, it would be refused for these alone.
        mistakes.extend(map(str, seen.again(row, number)))
        question = row.question()
        if question is not None:
            questions.append(replace(question, line=number))
    if mistakes:
        raise refusal(mistakes, where=str(path))
    if not questions:
        raise EvaluationError(f"{path} holds no question; write at least one line")
    return tuple(questions)


def _one_value(lines: Sequence[str]) -> str | None:
    """What a file is that is JSON as a whole: each of its lines would be told as a mistake."""
    text = "\n".join(lines)
    if not text.lstrip().startswith(("[", "{")):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list):
        return "one JSON array"
    return "one JSON object over several lines" if sum(map(bool, map(str.strip, lines))) > 1 else None


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
    """A line's values, or those of the object `within` it; what is wrong with them is added to `mistakes`."""

    where: str
    values: Mapping[str, object]
    mistakes: list[str]
    within: str = ""

    def wrong(self, name: str, reason: str) -> _Mistake:
        return _Mistake(f"{self.where}, field '{self.within}{name}': {reason}")

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
        unnamed = GoldQuestion(fingerprint="", **values)
        question = replace(unnamed, fingerprint=fingerprint_of(_meaning(unnamed)))
        self.mistakes.extend(map(str, self.mismatched(question)))
        return question if len(self.mistakes) == before else None

    def mismatched(self, question: GoldQuestion) -> Iterator[_Mistake]:
        """Where fields that are right by themselves do not go together."""
        if question.answerable != bool(question.evidence):
            yield self.wrong("evidence", "is needed by an answerable question and by no other")
        filters = question.filters
        for name, end in (("until", filters.until), ("as_of", filters.as_of)):
            if filters.since is not None and end is not None and end < filters.since:
                yield self.wrong("filters.since", f"is after {name}: no article can be of that time")
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
        row = replace(self, values=value, within="filters.")
        return Filters(
            as_of=row.read(row.date, "as_of"),
            since=row.read(row.date, "since"),
            until=row.read(row.date, "until"),
            include_undated=row.read(row.truth, "include_undated", False) or False,
            sources=row.read(row.texts, "sources") or (),
            languages=tuple(language_code(said) or said for said in row.read(row.texts, "languages") or ()),
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
            keys = value.keys() if isinstance(value, dict) else set()
            missing = [key for key in _OF_EVIDENCE if key not in keys]
            unknown = sorted(keys - set(_OF_EVIDENCE))
            told = (
                f"; {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing" if missing else ""
            )
            told += f"; {unknown[0]!r} is not known" if unknown else ""
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


def _meaning(question: GoldQuestion) -> dict[str, object]:
    """What makes a question the one that it is. Not where its evidence stands: in a corrected article that is
    elsewhere, and what is needed is the same; nor the order of alternatives and of requirements."""
    groups = [sorted([one.article_id, one.quote] for one in group) for group in question.evidence]
    asked = (question.kind, question.answerable, question.intent, question.newest_first, question.order)
    return {
        "words": question.question,
        "evidence": sorted(groups),
        "filters": asdict(question.filters),
        "expectations": [*asked, question.supersedes, question.contradicts],
    }


@dataclass(frozen=True, slots=True)
class _Seen:
    """What stands in the lines read so far: ids, and what is asked under which filters."""

    ids: dict[str, int] = field(default_factory=dict)
    asked: dict[tuple[str, Filters], tuple[int, str]] = field(default_factory=dict)

    def again(self, row: _Row, number: int) -> Iterator[_Mistake]:
        """What of a line stands in an earlier one: its id, or the same words under the same filters, which
        would count twice. Of a repeated id the words are not told as well."""
        unread: list[str] = []
        trial = replace(row, mistakes=unread)
        name, words = trial.read(trial.text, "id"), trial.read(trial.text, "question")
        if name is not None:
            earlier = self.ids.setdefault(name, number)
            if earlier != number:
                yield row.wrong("id", f"{name!r} stands twice, in line {earlier} too")
                return
        unread.clear()
        filters = trial.filters()
        if words is not None and not unread:
            # Neither words nor sources are told apart by their capitals.
            sources = tuple(source.casefold() for source in filters.sources)
            asked = " ".join(words.casefold().split()), replace(filters, sources=sources)
            by = f" by {name}" if name is not None else ""
            line, earlier_by = self.asked.setdefault(asked, (number, by))
            if line != number:
                yield row.wrong("question", f"is asked{earlier_by} in line {line} already")
