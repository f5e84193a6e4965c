"""Names that have other forms: how they are folded, and what the other forms are worth among words."""

from __future__ import annotations

import itertools
import math
import sqlite3
from pathlib import Path

import pytest
from corpora import WORDS, CountingEncoder, build, seen
from fakes import HashingEncoder
from hypothesis import given
from hypothesis import strategies as st

import rag.indexing.ingest as ingesting
from rag.errors import IndexMismatch
from rag.store import Candidate, Index, Name, Snapshot, fold, words_of
from rag.types import Filters

TEXT = st.text(alphabet="abzAZ éßŞ’'.-_ 9\n🚂İ", max_size=40)


@given(TEXT)
def test_words_are_slices_in_order_and_folding_is_done_once(text: str) -> None:
    words = words_of(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(words))
    assert all(word.folded.isalnum() for word in words)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "written", ["PSM", "psm", "PSMs", "PSM's", "PSM’s", "P.S.M.", "P.S.M", " “PSM” ", "(PSM)", "Psm", "𝐏𝐒𝐌"]
)
def test_one_name_written_in_many_ways_is_one(written: str) -> None:
    assert fold(written) == "psm"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("North-South Trade Corridor", "north south  trade corridor"),
        ("Café Élysée", "cafe elysee"),
        ("the Mills' workers", "The Mills workers"),
        ("World Health Organisation", "World Health Organization"),
        ("Privatisations Board", "privatizations board"),
    ],
)
def test_hyphens_accents_apostrophes_and_two_spellings_make_no_other_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


# ------------------------------------------------------------------------------------------- among words

QUESTION = "talks on the Karachi Steel Board and wheat"
ASKED = "Karachi Steel Board"
TEXTS = {
    "asked": "The Karachi Steel Board met for talks near the river in the rain.",
    "other": "The members of KSB met for their talks near the river in the rain.",
    "both": "The Karachi Steel Board, called KSB, met for some talks near the river.",
    "part": "The Karachi police met for their talks near the old river in the rain.",
    "neither": "The wheat market was closed near the old museum in the pouring rain.",
} | {f"filler{number}": f"{WORDS[number]} and {WORDS[number + 1]} were seen again." for number in range(20)}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("names") / "index"
    build(folder, {name: {"text": text, "title": text} for name, text in TEXTS.items()})
    return Index.open(folder).snapshot()


def found(
    snapshot: Snapshot, names: list[Name], *, depth: int = 50, filters: Filters = Filters()
) -> list[Candidate]:
    vector = HashingEncoder().encode([QUESTION], query=True)[0]
    words = snapshot.by_words(QUESTION, filters=filters, depth=depth, names=names)
    return snapshot.retrieve(vector, words)


def scores(snapshot: Snapshot, names: list[Name]) -> dict[str, float]:
    return {one.chunk.article_id: one.lexical for one in found(snapshot, names)}


def named(*forms: str, weight: float = 0.5) -> list[Name]:
    start = QUESTION.index(ASKED)
    return [Name(start, start + len(ASKED), forms, weight)]


def test_another_form_is_worth_the_asked_one_times_its_weight(snapshot: Snapshot) -> None:
    plain, widened = scores(snapshot, []), scores(snapshot, named("KSB"))
    analyzer = snapshot._analyzer
    terms = analyzer.terms(ASKED)
    idf = {}
    for term in (*terms, "ksb"):
        holding = sum(term in analyzer.terms(text) for text in TEXTS.values())
        idf[term] = math.log(1 + (len(TEXTS) - holding + 0.5) / (holding + 0.5))
    worth = sum(idf[term] for term in terms) * min(1, idf["ksb"] / max(idf[term] for term in terms))
    lengths = {name: len(analyzer.terms(text)) for name, text in TEXTS.items()}
    average = sum(lengths.values()) / len(TEXTS)
    part = 2.2 / (1 + 1.2 * (0.25 + 0.75 * lengths["other"] / average))
    assert widened["other"] - plain["other"] == pytest.approx(0.5 * worth * part, rel=1e-9)


def test_what_holds_the_name_as_asked_counts_as_it_did(snapshot: Snapshot) -> None:
    plain, widened = scores(snapshot, []), scores(snapshot, named("KSB"))
    for article in ("asked", "both", "part", "neither"):
        assert widened[article] == pytest.approx(plain[article], rel=1e-12)


@pytest.mark.parametrize("weight", [0.0, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("forms", [("KSB",), ("KSB", "river"), ("wheat market", "KSB", "no such term zzz")])
def test_widening_never_lowers_and_forms_never_add_up(
    snapshot: Snapshot, forms: tuple[str, ...], weight: float
) -> None:
    plain, together = scores(snapshot, []), scores(snapshot, named(*forms, weight=weight))
    alone = [scores(snapshot, named(form, weight=weight)) for form in forms]
    for article, score in together.items():
        assert score >= plain[article] - 1e-9
        assert score == pytest.approx(max(one[article] for one in alone), rel=1e-9)


def test_without_names_nothing_differs_by_a_bit(snapshot: Snapshot) -> None:
    assert scores(snapshot, []) == scores(snapshot, [Name(9, 20, ("the", "P."), 0.5)])


def test_the_best_by_widened_terms_are_the_best_of_all(snapshot: Snapshot) -> None:
    names = named("KSB", "river museum")
    everything = scores(snapshot, names)
    for depth in (1, 2, 3, 5):
        best = sorted((name for name in everything if everything[name]), key=lambda name: -everything[name])
        assert set(best[:depth]) <= {one.chunk.article_id for one in found(snapshot, names, depth=depth)}


def test_what_is_not_admitted_leaves_no_trace_in_the_worth_of_other_forms(tmp_path: Path) -> None:
    articles: dict[str, str | dict[str, object]] = {
        name: {"text": text, "source": "Dawn" if place % 2 else "AFP"}
        for place, (name, text) in enumerate(TEXTS.items())
    }
    build(tmp_path / "whole", articles)
    kept = {name: fields for name, fields in articles.items() if fields["source"] == "Dawn"}  # type: ignore[index]
    build(tmp_path / "part", kept)
    for depth in (1, 3, 50):
        whole, part = (
            [
                (one.chunk.article_id, one.dense, one.lexical)
                for one in found(Index.open(folder).snapshot(), named("KSB"), depth=depth, filters=filters)
            ]
            for folder, filters in (
                (tmp_path / "whole", Filters(sources=("Dawn",))),
                (tmp_path / "part", Filters()),
            )
        )
        assert whole == part


# ------------------------------------------------------------------------------------- the earlier format


def as_format_1(folder: Path) -> None:
    """Make the store what the version before aliases wrote."""
    connection = sqlite3.connect(folder / "store.sqlite")
    connection.executescript(
        "DROP TABLE aliases; ALTER TABLE articles DROP COLUMN signature;"
        "DROP INDEX articles_by_filters; ALTER TABLE articles DROP COLUMN notes; PRAGMA user_version = 1;"
    )
    connection.close()


def test_an_index_without_aliases_is_brought_up_to_date_and_nothing_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "The Karachi Steel Board (KSB) met. Nothing else was said."
    articles: dict[str, str | dict[str, object]] = {"a": text, "b": "Rain fell on the port."}
    with monkeypatch.context() as earlier:
        earlier.setattr(ingesting, "PIPELINE_VERSION", 1)
        build(tmp_path / "index", articles)
    before = seen(tmp_path / "index")
    as_format_1(tmp_path / "index")
    with pytest.raises(IndexMismatch, match=r"format 1,.*format 4; run `rag ingest`"):
        Index.open(tmp_path / "index")

    encoder = CountingEncoder()
    report = build(tmp_path / "index", articles, encoder=encoder)
    assert (report.changed, report.embedded, encoder.given) == (2, 0, [])
    assert seen(tmp_path / "index") == before
    told = Index.open(tmp_path / "index").snapshot().aliases(["ksb"], Filters())
    assert [alias.other for alias in told] == ["Karachi Steel Board"]
    again = build(tmp_path / "index", articles)
    assert (again.unchanged, again.generation) == (2, report.generation)
