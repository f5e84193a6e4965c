"""What a request may hold. Unknown fields are refused, and a body's values are taken as typed."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from contextlib import suppress
from typing import Annotated, get_origin

from fastapi import Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from rag.languages import language_code
from rag.types import Filters, Precision, Published

DATE = "[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")


def _read_date(value: object) -> Published:
    if isinstance(value, str) and re.fullmatch(DATE, value, re.ASCII):
        read = Published(value, PRECISIONS[value.count("-")])
        with suppress(ValueError):  # of a day that its month does not have
            if read.earliest:
                return read
    raise ValueError("not a date: write a day, a month or a year as 2024-11-12, 2024-11 or 2024")


def _first_day(value: object) -> object:
    return value if value is None else _read_date(value).earliest


def _last_day(value: object) -> object:
    return value if value is None else _read_date(value).latest


def _date_field(example: str) -> WithJsonSchema:
    date = {"type": "string", "pattern": f"^{DATE}$"}
    return WithJsonSchema({"anyOf": [date, {"type": "null"}], "examples": [example]})


def _read_whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


FirstDay = Annotated[dt.date | None, BeforeValidator(_first_day), _date_field("2024-01-01")]
LastDay = Annotated[dt.date | None, BeforeValidator(_last_day), _date_field("2024-12")]
# Behind the limits of its number, or OpenAPI would not show them.
WHOLE = BeforeValidator(_read_whole)
Offset = Annotated[int, Field(ge=0, le=2**31), WHOLE]
Name = Annotated[str, Field(min_length=1, max_length=1024)]
Names = Annotated[list[Name], Field(max_length=100)]


class Filtered(BaseModel):
    """What may be retrieved at all: the same fields in a body and in a query. Null is each one's default."""

    model_config = ConfigDict(extra="forbid")

    as_of: LastDay = Field(
        None,
        description="Answer with only what was published by the end of this date. Without it nothing is "
        "restricted, and relative times in the question count from today.",
    )
    since: FirstDay = Field(None, description="Only what was published on this date or later.")
    until: LastDay = Field(None, description="Only what was published by the end of this date.")
    include_undated: bool | None = Field(
        False, description="With a date above: also articles whose date is unknown."
    )
    sources: Names | None = Field(None, description="Only articles of these sources, in any capitals.")
    languages: Names | None = Field(
        None,
        description="Only articles in these languages (ISO 639-1: `en`, as which `EN`, `en-GB`, `eng` and "
        "`English` are read).",
    )
    article_ids: Names | None = Field(None, description="Only these articles.")

    def filters(self) -> Filters:
        return Filters(
            as_of=self.as_of,
            since=self.since,
            until=self.until,
            include_undated=bool(self.include_undated),
            sources=tuple(self.sources or ()),
            # As the languages of articles are kept.
            languages=tuple(language_code(said) or said for said in self.languages or ()),
            article_ids=tuple(self.article_ids or ()),
        )


def _as_in_a_body(name: str) -> str | None:
    return Filtered.model_fields[name].description


class FilteredQuery(Filtered):
    """The fields of Filtered in a query, which cannot say null."""

    include_undated: bool = Field(False, description=_as_in_a_body("include_undated"))
    sources: Names = Field([], description=_as_in_a_body("sources"))
    languages: Names = Field([], description=_as_in_a_body("languages"))
    article_ids: Names = Field([], description=_as_in_a_body("article_ids"))


_LISTS = {name for name, field in FilteredQuery.model_fields.items() if get_origin(field.annotation) is list}


async def require_single(request: Request) -> None:
    """Refuse a query that gives a field twice which is no list: one of the two would pass unseen.

    Raises RequestValidationError.
    """
    counted = Counter(name for name, _ in request.query_params.multi_items() if name not in _LISTS)
    repeated = [
        {"type": "repeated", "loc": ("query", name), "msg": f"given {count} times; give it once"}
        for name, count in counted.items()
        if count > 1
    ]
    if repeated:
        raise RequestValidationError(repeated)


async def require_no_query(request: Request) -> None:
    """Refuse a query beside a body: a date in it would pass unseen. Raises RequestValidationError."""
    misplaced = [
        {"type": "misplaced", "loc": ("query", name), "msg": "stands in the address; put it into the body"}
        for name in dict.fromkeys(request.query_params)
    ]
    if misplaced:
        raise RequestValidationError(misplaced)


class StrictBody(BaseModel):
    """In JSON a number is a number: "5" is not 5, and 1 is not true."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FilteredBody(Filtered, StrictBody):
    """The fields of Filtered in a body."""


class CitationToVerify(BaseModel):
    """A citation as an answer shows it; what is not needed to check it is let by."""

    model_config = ConfigDict(extra="ignore", strict=True)

    article_id: Name
    start: Offset
    end: Offset
    quote: str = Field(min_length=1)
    article_sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$")


async def require_json(content_type: Annotated[str, Header(include_in_schema=False)] = "") -> None:
    """Refuse a body that does not say that it is JSON. Raises HTTPException 415."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, f"the body is {media_type[:100] or 'unnamed'}; send application/json")
