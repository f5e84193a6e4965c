"""Laws over the gold questions: they are well formed, exact, fair and many enough to judge by."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from rag.types import Filters

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "evals" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
GOLD: list[dict[str, Any]] = [json.loads(line) for line in LINES]
SEEDS = {path.stem: path.read_bytes().decode("utf-8-sig") for path in sorted((ROOT / "seeds").glob("*.txt"))}

MINIMUM = {
    "fact": 30,
    "paraphrase": 12,
    "alias": 8,
    "status": 10,
    "timeline": 6,
    "as-of": 8,
    "filter": 6,
    "near-miss": 20,
    "off-corpus": 15,
    "boilerplate": 12,
}
ALWAYS_ANSWERED = {"fact", "paraphrase", "alias", "status", "timeline"}
NEVER_ANSWERED = {"near-miss", "off-corpus", "boilerplate"}
REQUIRED = {"id", "kind", "question", "answerable", "evidence"}
OPTIONAL = {"filters", "intent", "newest_first", "order", "supersedes", "contradicts", "note"}
DATE_FIELDS = {"as_of", "since", "until"}
LIST_FIELDS = {"sources", "languages", "article_ids"}

# What a reader of the five articles knows of their dates; the second figure is a lower bound.
PUBLISHED = {
    "000_ea774cef695edb80": dt.date(2024, 11, 12),
    "001_43ab85a582bdf18f": dt.date(2025, 2, 12),
    "004_d41b808b5fb25158": dt.date(2023, 6, 13),
}
NOT_BEFORE = {
    "002_59aaac53b2bbe33d": dt.date(2021, 4, 7),
    "003_555813b963f78af9": dt.date(2020, 9, 1),
}

FUNCTION_WORDS = """
a about all an and any are as at be been but by can could did do does for from had has have he her his how
if in into is it its many might much not of on or our she should such than that the their them there they
this to was we were what when where which while who whom whose why will with would you
"""
STOP_WORDS = frozenset(FUNCTION_WORDS.split())

each_question = pytest.mark.parametrize("row", GOLD, ids=[row["id"] for row in GOLD])


def spans(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for group in row["evidence"]:
        yield from group


def filters_of(row: Mapping[str, Any]) -> Filters:
    given = row.get("filters", {})
    return Filters(
        **{
            key: dt.date.fromisoformat(value)
            if key in DATE_FIELDS
            else tuple(value)
            if key in LIST_FIELDS
            else value
            for key, value in given.items()
        }
    )


def content_stems(text: str) -> set[str]:
    """Content words without their commonest endings; two words with one stem count as the same word."""
    words = set(re.findall(r"[a-z0-9]+", re.sub(r"['’]s\b", "", text.lower()))) - STOP_WORDS
    stems = set()
    for word in words:
        stem = re.sub(r"(ations?|ings?|ments?|ed|ly|ies|es|s|e|y)$", "", word)
        stems.add(stem if len(stem) >= 3 else word)
    return stems


@each_question
def test_has_the_documented_shape(row: dict[str, Any]) -> None:
    assert row.keys() >= REQUIRED
    assert row.keys() <= REQUIRED | OPTIONAL
    assert row["kind"] in MINIMUM
    assert re.fullmatch(re.escape(row["kind"]) + r"-\d{3}", row["id"])
    assert row["question"] == row["question"].strip() != ""
    assert row.get("intent", "fact") in {"fact", "status", "timeline"}
    assert row.get("note", "why") != ""
    for group in row["evidence"]:
        assert group, "an empty group could never be satisfied"
        for span in group:
            assert span.keys() == {"article_id", "start", "end", "quote"}


@each_question
def test_every_quote_is_its_slice(row: dict[str, Any]) -> None:
    for span in spans(row):
        assert 0 <= span["start"] < span["end"]
        assert SEEDS[span["article_id"]][span["start"] : span["end"]] == span["quote"]
        assert span["quote"] == span["quote"].strip()


@each_question
def test_answerable_means_that_there_is_evidence(row: dict[str, Any]) -> None:
    assert isinstance(row["answerable"], bool)
    assert row["answerable"] == bool(row["evidence"])
    if row["kind"] in ALWAYS_ANSWERED:
        assert row["answerable"]
    if row["kind"] in NEVER_ANSWERED:
        assert not row["answerable"]


@each_question
def test_groups_ask_for_different_evidence(row: dict[str, Any]) -> None:
    seen = [(span["article_id"], span["start"], span["end"]) for span in spans(row)]
    assert len(seen) == len(set(seen))


@each_question
def test_filters_parse_and_let_the_evidence_through(row: dict[str, Any]) -> None:
    filters = filters_of(row)
    if row["kind"] in {"as-of", "filter"}:
        assert filters != Filters()
    assert row["kind"] != "as-of" or filters.as_of is not None
    ends = [day for day in (filters.as_of, filters.until) if day is not None]
    for span in spans(row):
        article_id = span["article_id"]
        assert not filters.article_ids or article_id in filters.article_ids
        if not filters.dated:
            continue
        day = PUBLISHED.get(article_id)
        if day is None:
            assert filters.include_undated
            assert all(NOT_BEFORE[article_id] <= end for end in ends)
        else:
            assert filters.since is None or day >= filters.since
            assert all(day <= end for end in ends)
    assert set(filters.article_ids) <= SEEDS.keys()


@each_question
def test_newest_first_is_the_newest_dated_evidence(row: dict[str, Any]) -> None:
    dated = {span["article_id"] for span in spans(row)} & PUBLISHED.keys()
    if "newest_first" in row:
        assert row["newest_first"] == max(dated, key=PUBLISHED.__getitem__)
    elif row["kind"] == "status":
        assert not dated


@each_question
def test_order_is_the_order_of_dates(row: dict[str, Any]) -> None:
    if "order" in row:
        assert len(row["order"]) >= 2
        assert set(row["order"]) == {span["article_id"] for span in spans(row)} & PUBLISHED.keys()
        assert row["order"] == sorted(row["order"], key=PUBLISHED.__getitem__)
    elif row["kind"] == "timeline":
        assert len({span["article_id"] for span in spans(row)} & PUBLISHED.keys()) < 2


@each_question
def test_marks_are_judged_on_every_timeline_and_news_is_what_supersedes(row: dict[str, Any]) -> None:
    assert ("supersedes" in row) == ("contradicts" in row) == (row["kind"] == "timeline")
    cited = {span["article_id"] for span in spans(row)}
    for later, earlier in row.get("supersedes", []):
        assert {later, earlier} <= cited & PUBLISHED.keys()
        assert PUBLISHED[later] > PUBLISHED[earlier]
    for pair in row.get("contradicts", []):
        assert set(pair) <= cited


@pytest.mark.parametrize(
    "row", [row for row in GOLD if row["kind"] == "paraphrase"], ids=lambda row: str(row["id"])
)
def test_a_paraphrase_shares_no_content_word_with_its_evidence(row: dict[str, Any]) -> None:
    asked = content_stems(row["question"])
    assert asked
    for span in spans(row):
        assert not asked & content_stems(span["quote"])


def test_ids_and_questions_are_unique() -> None:
    ids = Counter(row["id"] for row in GOLD)
    questions = Counter(" ".join(re.findall(r"\w+", row["question"].lower())) for row in GOLD)
    assert [key for key, count in (ids + questions).items() if count > 1] == []


def test_no_question_is_lifted_from_an_article() -> None:
    articles = [" ".join(re.findall(r"\w+", text.lower())) for text in SEEDS.values()]
    lifted = [
        row["id"]
        for row in GOLD
        if any(" ".join(re.findall(r"\w+", row["question"].lower())) in article for article in articles)
    ]
    assert lifted == []


def test_there_are_enough_of_every_kind() -> None:
    counts = Counter(row["kind"] for row in GOLD)
    assert {kind: counts[kind] for kind, least in MINIMUM.items() if counts[kind] < least} == {}
    assert len(GOLD) >= 80


def test_fact_questions_cover_all_articles() -> None:
    facts = [row for row in GOLD if row["kind"] == "fact"]
    counts = Counter(article for row in facts for article in {span["article_id"] for span in spans(row)})
    assert counts.keys() == SEEDS.keys()
    assert min(counts.values()) >= 5


def test_every_article_is_dated_or_bounded_here() -> None:
    assert PUBLISHED.keys() | NOT_BEFORE.keys() == SEEDS.keys()
