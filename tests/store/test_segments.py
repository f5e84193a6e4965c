"""An archive that grew in many steps answers as one that was ingested at once, and adding reads little."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from corpora import CountingEncoder, Seen, build, prose, retrieve, seen, write_lines
from fakes import HashingEncoder
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ArticleError, IndexDamaged, IndexMismatch, IndexMissing, StorageError
from rag.indexing.ingest import IngestOptions, IngestReport, Replaced, add, ingest
from rag.store import Index, Writer, check_index, compact_index, segments
from rag.store.segments import RATIO, SMALL, WORN, SegmentInfo, to_join
from rag.store.vectors import VectorKind
from rag.types import Filters

CUT = IngestOptions(chunk_tokens=40)
SEGMENTS = st.lists(
    st.builds(
        lambda rows, share: (rows, int(rows * share)),
        st.integers(1, 10**6),
        st.sampled_from([0, 0.05, 0.5, 1]),
    ),
    max_size=8,
)


def infos(sizes: list[tuple[int, int]]) -> list[SegmentInfo]:
    return [SegmentInfo(f"{n:06d}", rows, gone, VectorKind()) for n, (rows, gone) in enumerate(sizes)]


@given(SEGMENTS, st.integers(0, 10**5))
def test_segments_that_stay_apart_differ_in_size_and_are_not_worn(
    sizes: list[tuple[int, int]], new: int
) -> None:
    before = infos(sizes)
    joined = to_join(before, new)
    stay = [one for one in before if one not in joined]
    rows = new + sum(one.live for one in joined)
    assert all(one.gone <= WORN * one.rows for one in stay)
    after = stay if not rows else [*stay, SegmentInfo("new", rows, 0, VectorKind())]
    live = sorted(one.live for one in after)
    assert all(larger >= max(SMALL, RATIO * smaller) for smaller, larger in itertools.pairwise(live))
    assert to_join(after, 0) == [], "once joined, nothing is left to join"


@given(SEGMENTS, st.integers(0, 10**5), st.integers(0, 10**5))
def test_what_is_written_anew_at_once_is_bounded(sizes: list[tuple[int, int]], new: int, most: int) -> None:
    joined = to_join(infos(sizes), new, most=most)
    assert new + sum(one.live for one in joined) <= max(most, new)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is joined but what has wholly gone: an archive of many segments with many that have left."""
    monkeypatch.setattr(segments, "SMALL", 0)
    monkeypatch.setattr(segments, "RATIO", 0)
    monkeypatch.setattr(segments, "WORN", 1)


def extend(folder: Path, articles: dict[str, Any], encoder: HashingEncoder | None = None) -> IngestReport:
    corpus = write_lines(folder.with_name("more") / "articles.jsonl", articles)
    return add([corpus], index_folder=folder, encoder=encoder or HashingEncoder(), options=CUT)


def dated(number: int) -> dict[str, object]:
    day = dt.date(2020, 1, 1) + dt.timedelta(days=number * 13 % 400)
    return {
        "text": prose(number, 1 + number % 4),
        "source": f"Paper {number % 3}",
        **({"published": day.isoformat()} if number % 5 else {}),
    }


FILTERINGS = (
    Filters(),
    Filters(as_of=dt.date(2020, 7, 1)),
    Filters(as_of=dt.date(2020, 7, 1), include_undated=True),
    Filters(since=dt.date(2020, 3, 1), sources=("Paper 1",)),
    Filters(article_ids=("a03", "a11", "a17")),
)


def everything_seen(folder: Path) -> list[list[Seen]]:
    depths = (1, 3, 200)
    return [seen(folder, depth=depth, filters=filters) for filters in FILTERINGS for depth in depths]


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("seed", range(4))
def test_however_it_grew_an_archive_answers_bit_for_bit_alike(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"a{number:02d}" for number in range(20)]
    folder = tmp_path / "index"
    held: dict[str, Any] = {name: dated(n) for n, name in enumerate(names[:10])}
    build(folder, held)
    for _ in range(6):
        changed = {name: dated(chance.randrange(60)) for name in chance.sample(names, 3)}
        held |= changed
        if chance.random() < 0.6:
            assert extend(folder, changed).removed == 0
        else:
            held.pop(chance.choice(sorted(held)))
            build(folder, held)
    build(tmp_path / "once", held)
    manifest = Index.open(folder).snapshot().manifest
    assert len(manifest.segments) > 2 and any(one.gone for one in manifest.segments)
    assert everything_seen(folder) == everything_seen(tmp_path / "once")
    once = Index.open(tmp_path / "once").snapshot().manifest
    assert (manifest.articles, manifest.chunks, manifest.content) == (
        once.articles,
        once.chunks,
        once.content,
    )
    text = "The Title a03 and the Title a11 and the Title a17"
    mentioned = [
        {
            name: sorted((one.chunk.article_id, one.chunk.start) for one in found)
            for name, found in (
                (name, snapshot.score(rows, HashingEncoder().encode([text])[0], text, filters=Filters()))
                for name, rows in snapshot.mentioned(text, filters=Filters(), most=9).items()
            )
        }
        for snapshot in (Index.open(folder).snapshot(), Index.open(tmp_path / "once").snapshot())
    ]
    assert mentioned[0] == mentioned[1]
    assert [finding for finding in check_index(folder) if not finding.sound] == []


@pytest.mark.usefixtures("apart")
def test_compaction_changes_no_answer_and_readers_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1), "b": prose(2)})
    for number in range(3, 7):
        extend(folder, {f"c{number}": prose(number), "a": prose(number * 10)})
    index = Index.open(folder)
    reader, before = index.snapshot(), seen(folder)
    assert len(reader.manifest.segments) == 5
    with Writer.open(folder, thorough=False) as writer:
        assert writer.compact().generation == reader.generation, "nothing is due yet"
    monkeypatch.undo()
    with Writer.open(folder, thorough=False) as writer:
        after = writer.compact()
    assert (len(after.segments), after.segments[0].gone, after.content) == (1, 0, reader.manifest.content)
    assert seen(folder) == before and len(retrieve(reader, "steel")) > 0
    assert index.snapshot().generation == after.generation
    with Writer.open(folder, thorough=False) as writer:
        assert writer.compact() == after


def test_an_ingest_of_everything_joins_what_was_added_and_then_does_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    held = {f"a{number}": prose(number) for number in range(3)}
    build(folder, held)
    extend(folder, {"b": prose(9)})
    manifest = Index.open(folder).snapshot().manifest
    assert manifest.copies is None, "copies were not counted"
    assert len(manifest.segments) == 1, "so few are written anew at once"
    whole = build(folder, {**held, "b": prose(9)})
    assert (whole.unchanged, whole.embedded, whole.copies) == (4, 0, 0)
    assert build(folder, {**held, "b": prose(9)}).generation == whole.generation


def test_what_is_added_takes_the_place_of_the_same_id_and_the_rest_stays(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1), "b": prose(2)})
    report = extend(folder, {"b": prose(3), "c": prose(4)})
    assert (report.articles, report.added, report.changed, report.removed) == (3, 1, 1, 0)
    snapshot = Index.open(folder).snapshot()
    assert [article.text for article in snapshot.list_articles()] == [prose(1), prose(3), prose(4)]
    assert extend(folder, {"b": prose(3), "c": prose(4)}).generation == report.generation
    encoder = CountingEncoder()
    assert extend(folder, {"c": prose(4)}, encoder).unchanged == 1 and encoder.given == []


def test_what_is_replaced_under_another_headline_is_told(tmp_path: Path) -> None:
    """Files of one name in two folders have one id; the earlier article is not lost in silence."""
    folder = tmp_path / "index"
    build(folder, {"a": prose(1), "b": prose(2)})
    report = extend(folder, {"a": {"text": prose(3), "title": "Another"}, "b": prose(4), "c": prose(5)})
    assert report.changed == 2
    assert [(one.id, one.before, one.title) for one in report.replaced] == [("a", "Title a", "Another")]
    assert extend(folder, {"a": {"text": prose(3), "title": "Another"}}).replaced == ()


def test_what_is_replaced_by_an_unlike_text_is_told_under_the_same_headline_too(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    title = "Morning briefing"
    monday = (
        "Steel talks resumed in the harbour town. The minister said that wheat is sold again. A dam will be "
        "built by spring, the company told reporters."
    )
    tuesday = (
        "Rain flooded a museum near the border. Nobody was hurt, police said. Trains stood still for hours."
    )
    extend(folder, {"a": {"text": monday, "title": title}})
    corrected = {"a": {"text": monday.replace("wheat", "barley"), "title": title}}
    assert extend(folder, corrected).replaced == ()
    assert extend(folder, {"a": {"text": "Yes.", "title": title}}).replaced == ()  # too little to tell
    extend(folder, corrected)
    report = extend(folder, {"a": {"text": tuesday, "title": title}})
    assert report.replaced == (Replaced("a", title, title),)


def test_adding_begins_an_archive_too(tmp_path: Path) -> None:
    report = extend(tmp_path / "index", {"a": prose(1)})
    assert (report.added, report.articles) == (1, 1)
    with pytest.raises(ArticleError, match="holds no article that can be read"):
        extend(tmp_path / "index", {})


@pytest.mark.usefixtures("apart")
def test_adding_reads_no_other_article_and_writes_no_other_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    build(folder, {f"a{number:03d}": prose(number) for number in range(60)})
    held = Index.open(folder).snapshot()
    (old,) = held.manifest.segments
    asked: list[str] = []
    real = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **options)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
    report = extend(folder, {"b": prose(99)})
    monkeypatch.undo()
    texts = [sql for sql in asked if "SELECT" in sql and "text" in sql and "FROM articles" in sql]
    # By its id before it is staged, by its key when its segment is written.
    assert all("WHERE id = " in sql or "WHERE key = " in sql for sql in texts) and len(texts) < 5
    new = Index.open(folder).snapshot().manifest
    assert new.segments[0] == old and len(new.segments) == 2
    for name, described in held.manifest.files.items():
        if name.startswith(old.name):
            assert new.files[name] == described
            link, file = (folder / one / name for one in (report.generation, held.generation))
            assert link.stat().st_ino == file.stat().st_ino


@pytest.mark.usefixtures("apart")
def test_on_a_disk_without_links_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(1, os.strerror(1))

    monkeypatch.setattr(os, "link", refuse)
    folder = tmp_path / "index"
    held: dict[str, Any] = {"a": prose(1), "b": prose(2)}
    build(folder, held)
    extend(folder, {"c": prose(3)})
    build(tmp_path / "once", {**held, "c": prose(3)})
    assert len(Index.open(folder).snapshot().manifest.segments) == 2
    assert seen(folder) == seen(tmp_path / "once")
    assert [finding for finding in check_index(folder) if not finding.sound] == []


def test_articles_made_otherwise_are_not_added(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1)})
    before = seen(folder)
    corpus = write_lines(tmp_path / "more" / "articles.jsonl", {"b": prose(2)})
    with pytest.raises(
        IndexMismatch,
        match=r"made with .*chunk_tokens 40.*would be made with .*chunk_tokens 90.*without --add",
    ):
        add([corpus], index_folder=folder, encoder=HashingEncoder(), options=IngestOptions(chunk_tokens=90))
    assert seen(folder) == before


def test_adding_does_not_go_on_from_what_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1)})
    (folder / "CURRENT").unlink()
    shutil.rmtree(next(folder.glob("00*")))
    with pytest.raises(IndexDamaged, match=r"articles and no generation; run `rag ingest`"):
        extend(folder, {"b": prose(2)})
    build(folder, {"a": prose(1)})
    (gone,) = folder.glob("*/gone.json")
    gone.write_text("{")
    with pytest.raises(IndexDamaged, match=r"gone\.json has 1 bytes"):
        extend(folder, {"b": prose(2)})


def test_what_a_killed_ingest_left_is_not_added_with_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1)})
    monkeypatch.setattr(Writer, "publish", None)
    with pytest.raises(TypeError):
        build(folder, {"a": prose(5), "b": prose(2), "c": prose(3)})
    monkeypatch.undo()
    encoder = CountingEncoder()
    report = extend(folder, {"b": prose(2)}, encoder)
    assert (report.articles, report.added, encoder.given) == (2, 1, []), "what was embedded is not again"
    snapshot = Index.open(folder).snapshot()
    assert [article.text for article in snapshot.list_articles()] == [prose(1), prose(2)]
    with Writer.open(folder) as writer:
        assert writer.staging.published_ids() == {"a", "b"}
    rows = sqlite3.connect(folder / "store.sqlite").execute("SELECT id, died FROM articles ORDER BY id")
    assert rows.fetchall() == [("a", None), ("b", None)]


def damage(folder: Path, harm: str) -> None:
    """Alter the row of one article behind the store's back."""
    with contextlib.closing(sqlite3.connect(folder / "store.sqlite")) as connection:
        assert connection.execute(f"UPDATE articles SET {harm} WHERE id = 'a03'").rowcount == 1
        connection.commit()


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("column", ["latest", "text", "state", "id"])
def test_an_article_that_was_damaged_leaves_no_trace_in_a_segment(tmp_path: Path, column: str) -> None:
    folder = tmp_path / "index"
    held: dict[str, Any] = {f"a{number:02d}": dated(number) for number in range(6)}
    build(folder, held)
    extend(folder, {"b": dated(9)})
    damage(folder, f"{column} = {5 if column == 'latest' else repr('damaged')}")
    if column != "id":
        with pytest.raises(IndexDamaged, match="not what was written; run `rag ingest`"):
            extend(folder, {"a03": dated(30)})
    held |= {"b": dated(9)}
    build(folder, held)
    build(tmp_path / "once", held)
    assert everything_seen(folder) == everything_seen(tmp_path / "once")
    assert [finding for finding in check_index(folder) if not finding.sound] == []
    contents = {Index.open(one).snapshot().manifest.content for one in (folder, tmp_path / "once")}
    assert len(contents) == 1


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("harm", ["born = 99", "died = 1", "born = 3"])
def test_an_ingest_mends_what_the_segments_and_the_store_tell_otherwise(tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "index"
    held: dict[str, Any] = {f"a{number:02d}": dated(number) for number in range(6)}
    build(folder, held)
    extend(folder, {"b": dated(9)})
    damage(folder, harm)
    held |= {"b": dated(9)}
    build(folder, held)
    build(tmp_path / "once", held)
    assert everything_seen(folder) == everything_seen(tmp_path / "once")
    assert [finding for finding in check_index(folder) if not finding.sound] == []


@pytest.mark.usefixtures("apart")
def test_segments_in_lists_pass_over_what_has_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.vectors.EXACT_UP_TO", 20)
    folder = tmp_path / "index"
    build(folder, {f"a{number:03d}": prose(number, 1) for number in range(120)})
    extend(folder, {f"a{number:03d}": prose(200 + number, 1) for number in range(0, 120, 3)})
    kinds = [one.vectors.name for one in Index.open(folder).snapshot().manifest.segments]
    assert kinds == ["inverted lists"] * 2
    snapshot = Index.open(folder).snapshot()
    for question in ("talks on steel", "flood"):
        found = retrieve(snapshot, question, depth=200)
        assert len(found) == 120, "all there are, wherever they lie"
        assert all(one.text == snapshot.article(one.chunk.article_id).text for one in found)


def test_compaction_makes_no_folder_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        compact_index(tmp_path / "index")
    assert not (tmp_path / "index").exists()
    (tmp_path / "file").write_text("no index")
    with pytest.raises(StorageError, match="cannot be used"):
        compact_index(tmp_path / "file")


def test_ingest_is_still_the_whole(tmp_path: Path) -> None:
    """The refusal to lose everything names the way to keep it."""
    folder = tmp_path / "index"
    build(folder, {"a": prose(1)})
    other = write_lines(tmp_path / "more" / "articles.jsonl", {"b": prose(2)})
    with pytest.raises(ArticleError, match=r"holds none of the 1 articles .*pass --add to keep them"):
        ingest([other], index_folder=folder, encoder=HashingEncoder(), options=CUT)
