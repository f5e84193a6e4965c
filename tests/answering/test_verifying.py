"""What became of a citation that somebody holds: intact, moved, source changed or source gone."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archives import answering, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering import Answerer, Claim, Verdict
from rag.answering.contract import answer_json, claims_from_json, verdict_json
from rag.answering.verifying import IntegrityCheck, _nearest
from rag.errors import QuestionError

QUOTE = "The steel mills reopen in June."
TEXT = f"Karachi waits. {QUOTE} The port stays shut. {QUOTE} Nobody knows why. {QUOTE}"
PLACES = (15, 68, 118)
START = PLACES[0]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("archive"), [record("a", TEXT, "2024-11-12")])


def claim(start: int, end: int | None = None, quote: str = QUOTE, **changes: Any) -> Claim:
    return Claim("a", start, start + len(quote) if end is None else end, quote, **changes)


def one(archive: Answerer, held: Claim) -> tuple[str, int | None, int | None]:
    [verdict] = archive.verify([held])
    assert verdict.claim == held
    return verdict.state, verdict.start, verdict.end


def test_the_text_of_these_tests() -> None:
    assert [TEXT[place : place + len(QUOTE)] for place in PLACES] == [QUOTE] * 3
    assert TEXT.count(QUOTE) == 3


def test_what_is_at_its_place_is_intact(archive: Answerer) -> None:
    digest = archive.index.snapshot().article("a").sha256
    for place in PLACES:
        expected = ("intact", place, place + len(QUOTE))
        assert one(archive, claim(place)) == expected
        assert one(archive, claim(place, article_sha256=digest)) == expected


@pytest.mark.parametrize(
    ("start", "nearest"),
    [
        (14, 15),
        (0, 15),
        (40, 15),
        (41, 15),
        (42, 68),
        (70, 68),
        (115, 118),
        (10**30, 118),
        (-7, 15),
        (-(10**30), 15),
    ],
)
def test_what_moved_is_found_where_it_is_nearest(archive: Answerer, start: int, nearest: int) -> None:
    assert one(archive, claim(start)) == ("moved", nearest, nearest + len(QUOTE))


@given(
    text=st.text(alphabet="ab", max_size=30),
    quote=st.text(alphabet="ab", min_size=1, max_size=4),
    start=st.integers(-5, 40),
)
def test_the_nearest_place_is_that_of_all_places(text: str, quote: str, start: int) -> None:
    places = [place for place in range(len(text)) if text.startswith(quote, place)]
    expected = min(places, key=lambda place: (abs(place - start), place), default=None)
    assert _nearest(text, quote, start) == expected


@pytest.mark.parametrize(
    "quote", ["a" * 100_000, "b" + "a" * 100_000, "a" * 50_000 + "b" + "a" * 50_000, "a" * 100_000 + "b"]
)
def test_a_quote_that_repeats_itself_is_looked_for_in_no_longer_time(quote: str) -> None:
    began = time.perf_counter()
    for start in (0, 100_000, 200_000):
        _nearest("a" * 200_000, quote, start)
    assert time.perf_counter() - began < 5  # place by place it took minutes


@pytest.mark.parametrize(("start", "end"), [(15, 15), (15, 14), (40, 15), (15, 10**30), (-1, 46)])
def test_offsets_that_cannot_be_are_no_place(archive: Answerer, start: int, end: int) -> None:
    assert one(archive, claim(start, end)) == ("moved", 15, 46)


def test_a_quote_that_stands_as_it_did_in_an_altered_text_has_not_moved(archive: Answerer) -> None:
    held = claim(START, article_sha256="0" * 64)
    assert one(archive, held) == ("context changed", START, START + len(QUOTE))
    assert one(archive, replace(held, start=14)) == ("moved", START, START + len(QUOTE))


def test_negative_offsets_do_not_count_from_the_end(archive: Answerer) -> None:
    last = len(TEXT) - len(QUOTE)
    assert TEXT[last - len(TEXT) :] == QUOTE
    held = Claim("a", last - len(TEXT), len(TEXT), QUOTE)
    assert one(archive, held)[0] == "moved"


def test_an_end_beyond_the_text_is_no_place_for_its_last_words(archive: Answerer) -> None:
    assert one(archive, claim(PLACES[-1], 10**30)) == ("moved", PLACES[-1], len(TEXT))
    assert one(archive, Claim("a", len(TEXT), len(TEXT) + 1, "")) == ("source changed", None, None)


@pytest.mark.parametrize(
    "quote", ["The steel mills reopen in July.", "the steel mills reopen in June.", "", "\ud800"]
)
def test_words_that_are_not_there_are_a_changed_source(archive: Answerer, quote: str) -> None:
    assert one(archive, claim(START, quote=quote)) == ("source changed", None, None)


@pytest.mark.parametrize("article_id", ["b", "", "A", "a\x00", "../a", "\ud800"])
def test_an_article_that_is_not_there_is_gone(archive: Answerer, article_id: str) -> None:
    assert one(archive, replace(claim(START), article_id=article_id)) == ("source gone", None, None)


def test_an_archive_that_changes_changes_the_verdicts(tmp_path: Path) -> None:
    archive = answering(
        tmp_path, [record("a", TEXT), record("b", "The port opens in July."), record("c", TEXT)]
    )
    answer = archive.ask("When do the steel mills reopen?")
    held = claims_from_json(answer_json(answer))
    assert held
    assert {verdict.state for verdict in archive.verify(held)} == {"intact"}
    digest = archive.index.snapshot().article("a").sha256
    held = [
        claim(START, article_sha256=digest),
        Claim("b", 0, 23, "The port opens in July."),
        Claim("c", START, START + len(QUOTE), QUOTE, archive.index.snapshot().article("c").sha256),
    ]
    grown = f"Correction. {TEXT}"
    altered = TEXT.replace("Nobody knows why", "Everybody knows why")
    answering(tmp_path, [record("a", grown), record("b", "The port opens in May."), record("c", altered)])
    assert states(archive.verify(held)) == [
        ("moved", 27),
        ("source changed", None),
        ("context changed", START),
    ]
    answering(tmp_path, [record("b", "The port opens in July.")])
    assert states(archive.verify(held)) == [("source gone", None), ("intact", 0), ("source gone", None)]


def states(verdicts: Sequence[Verdict]) -> list[tuple[str, int | None]]:
    return [(verdict.state, verdict.start) for verdict in verdicts]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.integers(),
    end=st.integers(),
    quote=st.one_of(st.text(), st.sampled_from([QUOTE, TEXT[3:9], TEXT])),
)
def test_a_verdict_always_points_at_the_quote(archive: Answerer, start: int, end: int, quote: str) -> None:
    state, found, until = one(archive, Claim("a", start, end, quote))
    if state in {"intact", "moved"}:
        assert found is not None
        assert TEXT[found:until] == quote != ""
        assert (state == "intact") == ((start, end) == (found, until))
    else:
        assert (state, found, until) == ("source changed", None, None)
        assert quote == "" or quote not in TEXT


def test_the_check_on_the_way_out_holds_words_place_and_text_together(archive: Answerer) -> None:
    snapshot = archive.index.snapshot()
    check, card = IntegrityCheck(snapshot), snapshot.article("a").card
    assert check.holds(card, START, START + len(QUOTE), QUOTE)
    assert not check.holds(card, START + 1, START + 1 + len(QUOTE), QUOTE)
    assert not check.holds(card, START, START + len(QUOTE), QUOTE.upper())
    assert not check.holds(card, len(TEXT) - 1, len(TEXT) + 1, TEXT[-1])
    assert not check.holds(replace(card, article_sha256="0" * 64), START, START + len(QUOTE), QUOTE)
    assert not check.holds(replace(card, article_id="b"), START, START + len(QUOTE), QUOTE)


def test_an_answer_as_json_can_be_verified(archive: Answerer) -> None:
    content = json.loads(json.dumps(answer_json(archive.ask("When do the steel mills reopen?"))))
    for given_as in (content, content["citations"]):
        verdicts = [verdict_json(verdict) for verdict in archive.verify(claims_from_json(given_as))]
        assert [verdict["state"] for verdict in verdicts] == ["intact"] * len(content["citations"])
        assert list(verdicts[0]) == ["article_id", "quote", "claimed", "state", "start", "end"]
    assert claims_from_json([]) == []


GOOD = {"article_id": "a", "start": 0, "end": 4, "quote": "Yes."}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there are no citations to verify"),
        ({}, "there are no citations to verify"),
        ({"citations": None}, "there are no citations to verify"),
        ("citations", "there are no citations to verify"),
        ([GOOD, 7], "citation 2 is no object"),
        ([GOOD, {}], "citation 2 has None as its article_id; it must be str"),
        ([GOOD | {"start": "0"}], "citation 1 has '0' as its start; it must be int"),
        ([GOOD | {"end": 4.0}], "citation 1 has 4.0 as its end; it must be int"),
        ([GOOD | {"start": True}], "citation 1 has True as its start; it must be int"),
        ([GOOD, GOOD, GOOD | {"quote": None}], "citation 3 has None as its quote; it must be str"),
        (
            [GOOD | {"article_sha256": 5}],
            "citation 1 has 5 as its article_sha256; it must be str or left out",
        ),
    ],
)
def test_a_claim_that_cannot_be_read_is_named_with_its_field(content: object, message: str) -> None:
    with pytest.raises(QuestionError) as refused:
        claims_from_json(content)
    assert message in str(refused.value)
