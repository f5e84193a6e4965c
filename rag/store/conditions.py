"""What a filter means, said once, and compiled for SQL and for the lexical index.

An article's date is a range of days: `earliest` to `latest`, both 0 when unknown, and `floor` is the day
that an undated article cannot be older than. To be inside a window every day of the range must be, so that
nothing that may have been published later is ever shown as known by then.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.store.database import UNDATED
from rag.types import Filters

FILTER_FIELDS = ("id", "source", "language", "earliest", "latest", "floor")
"""What conditions ask of an article."""
NamedField = Literal["source", "language", "id"]
"""Those of which filters give names."""

_LAST_DAY = dt.date.max.toordinal()


@dataclass(frozen=True, slots=True)
class InRange:
    """`low <= field <= high`, in days."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field is one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = InRange | OneOf | Every | Either


def condition_of(filters: Filters) -> Every:
    """The condition an article must meet; no parts when nothing is restricted."""
    parts: list[Condition] = []
    for field, values in (
        ("source", filters.sources),
        ("language", filters.languages),
        ("id", filters.article_ids),
    ):
        if values:
            parts.append(OneOf(field, tuple(sorted(filter(_storable, set(values))))))
    if filters.dated:
        ends = [day.toordinal() for day in (filters.as_of, filters.until) if day]
        end = min(ends, default=_LAST_DAY)
        start = filters.since.toordinal() if filters.since else UNDATED + 1
        inside = Every((InRange("earliest", start, _LAST_DAY), InRange("latest", UNDATED + 1, end)))
        if filters.include_undated:
            undated = Every((InRange("latest", UNDATED, UNDATED), InRange("floor", UNDATED, end)))
            parts.append(Either((inside, undated)))
        else:
            parts.append(inside)
    return Every(tuple(parts))


def admits(condition: Condition, fields: Mapping[str, str | int | None]) -> bool:
    """Whether the condition holds for an article with these values of `FILTER_FIELDS`."""
    match condition:
        case InRange(field, low, high):
            value = fields[field]
            return isinstance(value, int) and low <= value <= high
        case OneOf(field, values):
            return fields[field] in values
        case Every(parts):
            return all(admits(part, fields) for part in parts)
        case Either(parts):
            return any(admits(part, fields) for part in parts)


def _storable(value: str) -> bool:
    """Whether any article can have the value: one with half a surrogate pair in it cannot be asked for."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def to_sql(condition: Condition) -> tuple[str, dict[str, object]]:
    """An SQL expression over the articles table and its parameters, which are named `value0`, `value1` …"""
    values: dict[str, object] = {}

    def bound(value: object) -> str:
        name = f"value{len(values)}"
        values[name] = value
        return f":{name}"

    def expressed(condition: Condition) -> str:
        match condition:
            case InRange(field, low, high):
                return f"{field} BETWEEN {bound(low)} AND {bound(high)}"
            case OneOf(field, several):
                if any("\0" in str(value) for value in several):  # where JSON ends for SQLite
                    return f"{field} IN ({', '.join(bound(value) for value in several)})"
                # As one parameter: what SQLite takes for named ones grows with the square of their number.
                return f"{field} IN (SELECT value FROM json_each({bound(json.dumps(several))}))"
            case Every(parts):
                joined, neutral = " AND ", "1"
            case Either(parts):
                joined, neutral = " OR ", "0"
        return joined.join(f"({expressed(part)})" for part in parts) or neutral

    return expressed(condition), values
