"""Ingest says how many articles are copies: nothing twice, and no more work than there are articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from corpora import CountingEncoder, build, retrieve
from edits import Newsroom

import rag.indexing.ingest as ingesting
from rag.copies import distance_of, is_copy, signature_of, wording_of
from rag.indexing.repeats import find_copies
from rag.store import Index, SignedArticle
from rag.types import ArticleCard, Published, Span


def articles(stories: int, copies: int, share: float) -> dict[str, str | dict[str, object]]:
    newsroom = Newsroom(stories)
    told: dict[str, str | dict[str, object]] = {}
    for story in range(stories):
        first = newsroom.article(8)
        told[f"s{story:03}"] = {"text": " ".join(first), "published": "2024-03-01", "source": "Agency"}
        for copy in range(copies):
            text = " ".join(newsroom.edited(first, share))
            told[f"s{story:03}-{copy}"] = {"text": text, "published": "2024-03-02", "source": f"Paper {copy}"}
    return told


def test_copies_are_counted_and_a_second_ingest_does_not_look_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = articles(12, 2, 0.1)
    first = build(tmp_path / "index", told)
    assert (first.articles, first.copies) == (36, 24)

    monkeypatch.setattr(ingesting, "count_copies", None)
    encoder = CountingEncoder()
    second = build(tmp_path / "index", told, encoder=encoder)
    assert (second.copies, second.generation, encoder.given) == (24, first.generation, [])


def test_an_archive_without_copies_has_none(tmp_path: Path) -> None:
    assert build(tmp_path / "index", articles(20, 0, 0.0)).copies == 0
    assert build(tmp_path / "one", {"a": "One article alone tells of rain."}).copies == 0
    assert build(tmp_path / "word", {"a": "Rain!", "b": "Rain!"}).copies == 0


def test_a_removed_original_leaves_its_copies_to_each_other(tmp_path: Path) -> None:
    told = articles(1, 3, 0.05)
    assert build(tmp_path / "index", told).copies == 3
    del told["s000"]
    assert build(tmp_path / "index", told).copies == 2


def signed(
    texts: Sequence[Sequence[str]], *, days: int = 28
) -> tuple[list[SignedArticle], list[tuple[str, tuple[Span, ...]]]]:
    made, read = [], []
    for key, sentences in enumerate(texts):
        text = " ".join(sentences)
        starts = [sum(len(one) + 1 for one in sentences[:place]) for place in range(len(sentences))]
        spans = tuple(Span(start, start + len(one)) for start, one in zip(starts, sentences, strict=True))
        published = Published(f"2024-03-{1 + key % days:02}", "day", "metadata")
        card = ArticleCard(f"a{key:05}", "Title", None, None, published, "0")
        made.append(SignedArticle(key, card, len(text), signature_of(wording_of(text, spans))))
        read.append((text, spans))
    return made, read


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1])
def test_what_is_found_are_copies_and_few_are_missed(share: float) -> None:
    newsroom = Newsroom(5)
    first = [newsroom.article(8) for _ in range(60)]
    made, read = signed([*first, *(newsroom.edited(one, share) for one in first)], days=1)
    found = find_copies(made, read.__getitem__)
    for copy, original in found.items():
        distance = distance_of(made[copy].card, made[original].card)
        assert is_copy(wording_of(*read[copy]), wording_of(*read[original]), distance)
        assert abs(copy - original) == 60
    assert len(found) == 60


def forms(count: int) -> list[list[str]]:
    """The same notice with other figures each day: alike to each other, and copies of none."""
    return [
        [
            f"The bank bought the dollar at {count + number} and sold it at {3 * count + number} today.",
            "Rates are told by the bank every morning before the market opens its doors to all.",
        ]
        for number in range(count)
    ]


def test_the_work_grows_with_the_articles_and_not_with_its_square() -> None:
    def texts_read(count: int) -> int:
        made, read = signed(forms(count))
        asked: list[int] = []
        assert find_copies(made, lambda key: asked.append(key) or read[key]) == {}  # type: ignore[func-returns-value]
        return len(asked)

    few, many = texts_read(100), texts_read(800)
    assert few > 0 and many <= 9 * 800


def test_the_order_of_articles_does_not_matter() -> None:
    newsroom = Newsroom(6)
    first = [newsroom.article(8) for _ in range(20)]
    made, read = signed([*first, *(newsroom.edited(one, 0.1) for one in first)], days=1)
    assert find_copies(made[::-1], read.__getitem__) == find_copies(made, read.__getitem__)


def test_an_index_without_signatures_gets_them_and_nothing_is_embedded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = articles(3, 1, 0.0)
    with monkeypatch.context() as earlier:
        earlier.setattr(ingesting, "PIPELINE_VERSION", 2)
        earlier.setattr(ingesting, "signature_of", lambda wording: b"")
        assert build(tmp_path / "index", told).copies == 0
    connection = sqlite3.connect(tmp_path / "index" / "store.sqlite")
    connection.executescript(
        "ALTER TABLE articles DROP COLUMN signature; DROP INDEX articles_by_filters;"
        "ALTER TABLE articles DROP COLUMN notes; PRAGMA user_version = 2;"
    )
    connection.close()

    encoder = CountingEncoder()
    report = build(tmp_path / "index", told, encoder=encoder)
    assert (report.changed, report.embedded, report.copies, encoder.given) == (6, 0, 3, [])
    found = retrieve(Index.open(tmp_path / "index").snapshot(), "any", depth=50)
    assert all(len(candidate.article.signature) == 512 for candidate in found)


def test_a_signature_that_is_not_as_written_is_told(tmp_path: Path) -> None:
    told = articles(2, 0, 0.0)
    build(tmp_path / "index", told)
    connection = sqlite3.connect(tmp_path / "index" / "store.sqlite")
    connection.execute("UPDATE articles SET signature = x'' WHERE id = 's000'")
    connection.commit()
    connection.close()
    report = build(tmp_path / "index", told)
    assert (report.unchanged, report.embedded) == (2, 0)
    found = retrieve(Index.open(tmp_path / "index").snapshot(), "any", depth=50)
    assert all(candidate.article.signature for candidate in found)
