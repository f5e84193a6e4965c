"""Filters are decided without reading any text: what an archive's articles say must not slow them down."""

from __future__ import annotations

import datetime as dt
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from corpora import build, prose

from rag.store import Index
from rag.store.conditions import condition_of, to_sql
from rag.store.database import VISIBLE, connect_reader
from rag.types import Filters

DAY = dt.date(2021, 6, 1)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filters") / "index"
    build(folder, {f"a{number}": prose(number, 2) for number in range(4)})
    return folder


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(as_of=DAY),
        Filters(since=DAY, until=DAY, include_undated=True),
        Filters(sources=("Dawn", "AFP")),
        Filters(languages=("en",), as_of=DAY),
    ],
)
@pytest.mark.parametrize("wanted", ["key", "count(*)", "DISTINCT source", "DISTINCT language"])
def test_no_filter_reads_a_row_of_an_article(index: Path, filters: Filters, wanted: str) -> None:
    sql, values = to_sql(condition_of(filters))
    with closing(connect_reader(index)) as connection:
        plan = connection.execute(
            f"EXPLAIN QUERY PLAN SELECT {wanted} FROM articles WHERE {VISIBLE} AND {sql}",
            {"generation": 1, **values},
        ).fetchall()
    reads = [detail for *_, detail in plan if "articles" in detail]
    assert reads and all("USING COVERING INDEX" in detail for detail in reads), plan


@pytest.mark.parametrize("odd", ["a\0zz", "a\0", 'a"', "a\\", "a\n", "[1]"])
def test_a_filter_admits_the_very_values_that_it_names(tmp_path: Path, odd: str) -> None:
    build(tmp_path / "i", {"a": prose(1), "b": prose(2), odd: prose(3)})
    snapshot = Index.open(tmp_path / "i").snapshot()
    for wanted in ((odd,), ("a", "b"), ("b", odd), (f"{odd}\0",)):
        held = {one.id for one in snapshot.list_articles(limit=9, filters=Filters(article_ids=wanted))}
        assert held == set(wanted) & {"a", "b", odd}


@pytest.mark.parametrize("dates", [Filters(), Filters(as_of=DAY), Filters(since=DAY, include_undated=True)])
@pytest.mark.parametrize(
    "named", [(), ("nope",), ("Dawn", "nope"), ("dawn", "AFP", "en", "a0", "a2", "\ud800")]
)
def test_of_names_those_are_had_that_an_admitted_article_has(
    tmp_path: Path, dates: Filters, named: tuple[str, ...]
) -> None:
    build(
        tmp_path / "i",
        {
            "a0": {"text": prose(0), "published": "2021-01-01", "source": "Dawn", "language": "en"},
            "a1": {"text": prose(1), "published": "2022-01-01", "source": "DAWN", "language": "fr"},
            "a2": {"text": prose(2), "published": "2022-01-01", "source": "AFP", "language": "fr"},
            "a3": {"text": prose(3), "language": "de"},
        },
    )
    snapshot = Index.open(tmp_path / "i").snapshot()
    for field, filters in (
        ("source", replace(dates, sources=named)),
        ("language", replace(dates, languages=named)),
        ("id", replace(dates, article_ids=named)),
    ):
        admitted = snapshot.list_articles(filters=filters) if named else []
        assert snapshot.names_had(field, filters) == {getattr(one, field) for one in admitted}


def test_a_source_that_no_article_has_is_not_looked_for(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Index.open(index).snapshot()
    # All sources are read once.
    assert snapshot.names_had("source", Filters(sources=("nope",))) == set()
    monkeypatch.setattr(snapshot._reader, "_query", None)
    assert snapshot.names_had("source", Filters(sources=("nope", "none"), as_of=DAY)) == set()
