"""The index mirrors the corpus, whatever its history, and an ingest does no work twice."""

from __future__ import annotations

import contextlib
import gc
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from corpora import CountingEncoder, build, prose, retrieve, seen, write_lines
from fakes import HashingEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from permissions import without_permission

from rag.errors import ArticleError, NotFound
from rag.indexing import reading
from rag.indexing.ingest import IngestOptions, IngestReport, add, ingest
from rag.indexing.preparing import Draft
from rag.store import Index, Writer, check_index
from rag.types import Article, Chunk

SMALL = IngestOptions(chunk_tokens=40)


@pytest.mark.parametrize("count", [101, 1001])
def test_a_second_ingest_embeds_nothing_and_gives_the_same_generation(tmp_path: Path, count: int) -> None:
    encoder = CountingEncoder()
    articles = {f"a{number:05}": prose(number, 1) for number in range(count)}

    first = build(tmp_path / "index", articles, encoder=encoder)
    assert (first.added, first.changed, first.removed, first.unchanged) == (count, 0, 0, 0)
    assert first.embedded == len(encoder.given) == first.chunks >= count

    encoder.given.clear()
    second = build(tmp_path / "index", articles, encoder=encoder)
    assert (second.added, second.changed, second.removed, second.unchanged) == (0, 0, 0, count)
    assert encoder.given == [] and second.embedded == 0
    assert second.generation == first.generation
    assert second.chunks == first.chunks and second.articles == count


def test_what_has_not_changed_is_not_made_again_and_its_problems_are_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("---\ndate: soon\n---\nSteel talks began. The port was shut.\n")
    (corpus / "b.txt").write_text("Rain fell over five harbour towns.\n")
    (corpus / "c.jsonl").write_text('{"id": "c", "date": "2999-01-01", "text": "A dam will be built."}\n')
    first = ingest([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    assert {Path(problem.path).name for problem in first.problems} == {"a.md", "c.jsonl"}

    made: list[str] = []
    prepare = reading.prepare

    def counting(draft: Draft) -> tuple[Article, list[str]]:
        made.append(draft.id)
        return prepare(draft)

    monkeypatch.setattr(reading, "prepare", counting)
    second = ingest([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    assert (second.unchanged, second.generation, made) == (3, first.generation, [])
    assert second.problems == first.problems
    # The same bytes under another ending are read by other rules.
    (corpus / "b.txt").rename(corpus / "b.md")
    third = ingest([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    assert (third.unchanged, third.changed, made) == (2, 1, ["b"])
    # A killed ingest is gone on with, and what it made is not made again.
    (corpus / "d.txt").write_text("Wheat is sold again.\n")
    with monkeypatch.context() as killed, pytest.raises(RuntimeError):
        killed.setattr(Writer, "publish", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
        ingest([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    last = ingest([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    assert (last.added, last.articles, made) == (1, 4, ["b", "d"])


def test_changed_is_replaced_and_vanished_removed_in_one_run_with_counts(tmp_path: Path) -> None:
    before = {f"a{number}": prose(number) for number in range(10)}
    build(tmp_path / "index", before)
    after = {name: text for name, text in before.items() if name not in {"a1", "a2"}}
    after |= {"a3": "Nothing of this was there before.", "b1": prose(77)}
    encoder = CountingEncoder()

    report = build(tmp_path / "index", after, encoder=encoder)

    assert (report.added, report.changed, report.removed, report.unchanged) == (1, 1, 2, 7)
    assert report.articles == 9 and report.embedded == len(encoder.given) > 0
    snapshot = Index.open(tmp_path / "index").snapshot()
    assert [article.id for article in snapshot.list_articles()] == sorted(after)
    assert snapshot.article("a3").text == after["a3"]
    with pytest.raises(NotFound, match="a1"):
        snapshot.article("a1")


def test_the_deleted_is_never_returned_and_the_living_fill_its_place(tmp_path: Path) -> None:
    articles = {f"a{number}": f"Talks on steel went on, says part {number}." for number in range(8)}
    build(tmp_path / "index", articles)
    while len(articles) > 1:
        articles.pop(min(articles))
        build(tmp_path / "index", articles)
        for depth in (1, 3, 50):
            found = retrieve(Index.open(tmp_path / "index").snapshot(), "talks on steel", depth=depth)
            assert {candidate.chunk.article_id for candidate in found} <= set(articles)
            assert len(found) >= min(depth, len(articles))
            assert depth < len(articles) or len(found) == len(articles)
            for candidate in found:
                assert candidate.text == articles[candidate.chunk.article_id]


def test_an_article_whose_text_comes_back_is_not_embedded_again_while_a_reader_holds_it(
    tmp_path: Path,
) -> None:
    build(tmp_path / "index", {"a": prose(1), "b": prose(2)})
    reader = Index.open(tmp_path / "index")
    build(tmp_path / "index", {"a": prose(3), "b": prose(2)})
    report = build(tmp_path / "index", {"a": prose(1), "b": prose(2)})
    assert report.changed == 1 and report.embedded == 0
    reader.close()


def test_a_new_title_or_date_alone_is_a_change(tmp_path: Path) -> None:
    build(tmp_path / "index", {"a": {"text": prose(1), "published": "2021-03-04"}})
    report = build(tmp_path / "index", {"a": {"text": prose(1), "published": "2022-03-04"}})
    assert (report.changed, report.embedded) == (1, 0)
    assert Index.open(tmp_path / "index").snapshot().article("a").published.value == "2022-03-04"


def test_another_option_or_encoder_cuts_and_embeds_anew(tmp_path: Path) -> None:
    articles = {"a": prose(1, 12), "b": prose(2, 12)}
    first = build(tmp_path / "index", articles)
    finer = build(tmp_path / "index", articles, options=IngestOptions(chunk_tokens=30, overlap_sentences=0))
    assert finer.changed == 2 and finer.generation != first.generation
    other = build(tmp_path / "index", articles, encoder=HashingEncoder(name="other", dimension=32))
    assert other.changed == 2 and other.embedded == other.chunks
    assert Index.open(tmp_path / "index").snapshot().manifest.encoder.dimension == 32


def test_losing_every_article_is_refused_unless_allowed(tmp_path: Path) -> None:
    first = build(tmp_path / "index", {"a": prose(1), "b": prose(2)})
    elsewhere = write_lines(tmp_path / "elsewhere" / "x.jsonl", {"x": prose(9)}).parent
    for paths in ([elsewhere], [write_lines(tmp_path / "none" / "n.jsonl", {}).parent]):
        with pytest.raises(ArticleError, match=r"holds none of the 2 articles of .*--allow-empty"):
            ingest(paths, index_folder=tmp_path / "index", encoder=HashingEncoder(), options=SMALL)
        assert Index.open(tmp_path / "index").snapshot().generation == first.generation

    both = ingest(
        [tmp_path / "index.corpus", elsewhere],
        index_folder=tmp_path / "index",
        encoder=HashingEncoder(),
        options=SMALL,
    )
    assert (both.added, both.removed, both.unchanged) == (1, 0, 2)

    emptied = build(tmp_path / "index", {}, allow_empty=True)
    assert (emptied.removed, emptied.articles, emptied.chunks) == (3, 0, 0)
    snapshot = Index.open(tmp_path / "index").snapshot()
    assert retrieve(snapshot, "talks on steel") == [] and snapshot.list_articles() == []
    again = build(tmp_path / "index", {}, allow_empty=True)
    assert again.generation == emptied.generation


def test_a_corpus_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    build(tmp_path / "index", {"a": prose(1)})
    (tmp_path / "broken.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(
        ArticleError, match=r"holds none of the 1 articles .*1 refused.*broken\.txt: cannot be"
    ):
        ingest([tmp_path / "broken.txt"], index_folder=tmp_path / "index", encoder=HashingEncoder())


@pytest.mark.parametrize("bring", [ingest, add])
def test_an_index_lies_apart_from_the_articles_or_below_them(
    tmp_path: Path, bring: Callable[..., IngestReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(prose(1))
    (tmp_path / "link").symlink_to(corpus)
    monkeypatch.chdir(corpus)
    for articles, index in ((corpus, corpus), (Path(), corpus), (tmp_path / "link", Path())):
        with pytest.raises(ArticleError) as refused:
            bring([articles], index_folder=index, encoder=HashingEncoder())
        assert str(refused.value).startswith(f"the articles in {articles} and the index in {index} cannot")
        assert [path.name for path in corpus.iterdir()] == ["a.txt"]
    for _ in range(2):
        report = bring([Path()], index_folder=Path("index"), encoder=HashingEncoder())
        assert (report.articles, report.problems) == (1, ())


def test_what_cannot_be_read_for_a_moment_stays_and_what_was_deleted_goes(tmp_path: Path) -> None:
    corpus, encoder = tmp_path / "corpus", CountingEncoder()
    (corpus / "sub" / "deep").mkdir(parents=True)
    for number, name in enumerate(("a.txt", "b.txt", "gone.txt", "subtle.txt", "sub/c.txt", "sub/deep/d.md")):
        (corpus / name).write_text(prose(number))

    def again(*paths: Path, options: IngestOptions = SMALL) -> IngestReport:
        return ingest(
            list(paths) or [corpus], index_folder=tmp_path / "index", encoder=encoder, options=options
        )

    def changes(report: IngestReport) -> tuple[int, int, int, int, int]:
        return report.added, report.changed, report.removed, report.unchanged, report.embedded

    first = again()
    assert first.articles == 6
    with without_permission(corpus / "sub", corpus / "b.txt"):
        (corpus / "gone.txt").unlink()
        (corpus / "subtle.txt").unlink()
        report = again()
        assert changes(report) == (0, 0, 2, 4, 0) and report.articles == 4
        told = {Path(one.path).name: one.reason for one in report.problems if one.lost}
        reason = "cannot be read: Permission denied; what the index has of it is kept"
        assert told == {"sub": f"{reason}, but for lines of .jsonl files", "b.txt": reason}
        # Made otherwise, they would be of two kinds in one index.
        assert again(options=IngestOptions(chunk_tokens=60)).removed == 3
    assert again().articles == 4
    with without_permission(corpus), pytest.raises(ArticleError, match="no article that can be read"):
        again()
    with without_permission(corpus / "sub", mode=0o400):
        assert changes(again())[2:4] == (0, 4)
    # A link that leads nowhere any more is no file that is there.
    (corpus / "b.txt").unlink()
    (corpus / "b.txt").symlink_to(tmp_path / "nowhere")
    assert changes(again())[2:4] == (1, 3)
    # A folder that is named itself gives ids of which nothing tells where they were.
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "e.txt").write_text(prose(9))
    assert again(corpus, tmp_path / "other").added == 1
    with without_permission(corpus):
        assert changes(again(corpus, tmp_path / "other"))[2:4] == (0, 4)


def test_lines_of_what_cannot_be_read_stay_whatever_their_ids(tmp_path: Path) -> None:
    corpus, encoder = tmp_path / "corpus", CountingEncoder()
    lines = write_lines(corpus / "sub" / "one.jsonl", {"x": prose(1), "y": prose(2)})
    for number, name in enumerate(("a.txt", "gone.txt"), start=5):
        (corpus / name).write_text(prose(number))

    def again() -> IngestReport:
        return ingest([corpus], index_folder=tmp_path / "index", encoder=encoder)

    assert again().articles == 4
    with without_permission(lines):
        (corpus / "gone.txt").unlink()
        report = again()
        assert (report.removed, report.unchanged, report.articles) == (1, 3, 3)
    with without_permission(lines):
        write_lines(corpus / "two.jsonl", {"y": prose(2)})
        report = again()
        assert (report.removed, report.unchanged, report.articles) == (0, 3, 3)
        (problem,) = [one for one in report.problems if one.lost]
        assert problem.reason.endswith(
            "; what the index has of it is kept, and so are lines of .jsonl files that are not found any "
            "more: they may be of it"
        )
    # A folder that may never be read must not keep for ever what its owner takes out of other files.
    with without_permission(lines.parent):
        report = again()
        assert (report.removed, report.unchanged, report.articles) == (1, 2, 2)
        (problem,) = [one for one in report.problems if one.lost]
        assert problem.reason.endswith("; what the index has of it is kept, but for lines of .jsonl files")


def test_what_was_refused_is_not_told_as_removed_later(tmp_path: Path) -> None:
    articles = {"a": prose(1), "b": prose(2)}
    first = build(tmp_path / "index", articles)
    other = write_lines(tmp_path / "elsewhere" / "x.jsonl", {"x": prose(9)})
    with pytest.raises(ArticleError):
        ingest([other], index_folder=tmp_path / "index", encoder=HashingEncoder(), options=SMALL)
    report = build(tmp_path / "index", articles)
    assert (report.added, report.removed, report.unchanged) == (0, 0, 2)
    assert report.generation == first.generation


def test_an_empty_corpus_is_refused_with_what_was_found(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "empty.txt").touch()
    with pytest.raises(ArticleError, match=r"holds no article that can be read \(1 refused.*empty\.txt"):
        ingest([tmp_path / "corpus"], index_folder=tmp_path / "index", encoder=HashingEncoder())
    with pytest.raises(ArticleError, match="does not exist"):
        ingest([tmp_path / "nowhere"], index_folder=tmp_path / "index", encoder=HashingEncoder())


@pytest.mark.parametrize("bring", [ingest, add])
def test_what_is_passed_over_is_counted_and_told_where_nothing_is_read(
    tmp_path: Path, bring: Callable[..., IngestReport]
) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "img").mkdir(parents=True)
    for name in ("a.html", "img/a.jpg", "img/b.JPG", "LICENSE"):
        (corpus / name).write_text(prose(1))
    with pytest.raises(
        ArticleError, match=r"no article that can be read \(4 files of .*: \.html \(1\), \.jpg \(2\)"
    ):
        bring([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    (corpus / "a.txt").write_text(prose(1))
    report = bring([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder())
    assert (report.articles, report.problems) == (1, ())
    assert report.passed_over == {".html": 1, ".jpg": 2, "": 1}


TEXTS = {
    "nul": "Steel\0 talks went on. They ended.",
    "astral": "The 🚂 train \U00020000 came. The 👩‍👩‍👧 family left.",
    "right_to_left": "کراچی میں مذاکرات جاری ہیں۔ وزیر نے کہا کہ فیصلہ ہوگا۔ القاهرة اليوم.",
    "lines": "First line of the talks.\r\n\r\nSecond line of the talks.\rThird.\n",
    "combining": "Cafe\u0301 talks. A\u030angstro\u0308m went on.",
    "special": "The word <|endoftext|> is a word. It's 'quoted' \"twice\"; DROP TABLE articles.",
}


def test_every_text_comes_back_exactly_and_every_chunk_is_its_slice(tmp_path: Path) -> None:
    report = build(tmp_path / "index", TEXTS)
    assert report.articles == len(TEXTS) and report.truncated == 0
    snapshot = Index.open(tmp_path / "index").snapshot()
    for name, text in TEXTS.items():
        assert snapshot.article(name).text == text
        for chunk in snapshot.chunks_of(name):
            assert text[chunk.start : chunk.end].strip() == text[chunk.start : chunk.end] != ""
    for candidate in retrieve(snapshot, "talks", depth=100):
        text = TEXTS[candidate.chunk.article_id]
        assert candidate.text == text[candidate.chunk.start : candidate.chunk.end]


def test_one_bad_article_never_fails_its_batch(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write_lines(corpus / "good.jsonl", {f"a{number}": prose(number) for number in range(3)})
    surrogate = {"id": "s\ud800", "title": "t\ud800", "text": "Half \ud800 a pair.", "source": "\udfff"}
    (corpus / "bad.jsonl").write_text(json.dumps(surrogate) + "\n{not json\n", encoding="utf-8")
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 4)
    report = ingest([corpus], index_folder=tmp_path / "index", encoder=HashingEncoder(), options=SMALL)
    assert report.articles == 4
    assert {Path(problem.path).name for problem in report.problems if problem.lost} == {
        "bad.jsonl",
        "binary.txt",
    }


@pytest.mark.parametrize("window", [14, 24, 60])
def test_no_chunk_is_longer_than_the_encoder_reads(tmp_path: Path, window: int) -> None:
    encoder = CountingEncoder(max_tokens=window)
    articles = {"long": "word " * 400 + "end.", "a": prose(1, 20), "wide": "x" * 20_000}
    report = build(tmp_path / "index", articles, encoder=encoder)
    assert (
        report.truncated == 0 and report.chunks == Index.open(tmp_path / "index").snapshot().manifest.chunks
    )
    assert max(encoder.count(encoder.given)) <= window
    assert all(finding.sound for finding in check_index(tmp_path / "index"))


CORPORA = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 5), min_size=1)


def test_a_vector_that_is_used_again_is_stored_as_it_was(tmp_path: Path) -> None:
    def stored() -> set[bytes]:
        with contextlib.closing(sqlite3.connect(tmp_path / "index" / "store.sqlite")) as connection:
            return {row[0] for row in connection.execute("SELECT vector FROM chunks")}

    texts = {f"a{number}": prose(number, 6) for number in range(20)}
    build(tmp_path / "index", texts)
    first = stored()
    for year in (2001, 2002, 2003):
        dated: dict[str, str | dict[str, object]] = {
            name: {"text": text, "published": f"{year}-01-01"} for name, text in texts.items()
        }
        report = build(tmp_path / "index", dated)
        assert (report.changed, report.embedded) == (20, 0) and stored() == first


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CORPORA, min_size=2, max_size=4), st.booleans())
def test_the_way_to_a_corpus_leaves_no_trace(history: list[dict[str, int]], held: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index, fresh = Path(folder) / "index", Path(folder) / "fresh"
        readers = []
        for corpus in history:
            build(index, {name: prose(number, 6) for name, number in corpus.items()}, allow_empty=True)
            if held:
                readers.append(Index.open(index))
        build(fresh, {name: prose(number, 6) for name, number in history[-1].items()})
        for depth in (2, 50):
            assert seen(index, depth=depth) == seen(fresh, depth=depth)


def test_articles_stream_through_and_are_never_all_in_memory(tmp_path: Path) -> None:
    def most_alive(count: int) -> int:
        corpus = tmp_path / f"{count}.jsonl"
        write_lines(corpus, {f"a{number}": prose(number, 8) for number in range(count)})
        alive: list[int] = []
        # What other tests left behind in this process is not of this ingest.
        gc.collect()
        before = Counter(type(thing) for thing in gc.get_objects())

        def look(stage: str, done: int, total: int) -> None:
            now = Counter(type(thing) for thing in gc.get_objects())
            alive.append(now[Article] - before[Article])
            alive.append((now[Chunk] - before[Chunk]) // 8)

        ingest(
            [corpus],
            index_folder=tmp_path / f"{count}",
            encoder=HashingEncoder(),
            options=SMALL,
            progress=look,
        )
        assert len(alive) > 4
        return max(alive)

    few, many = most_alive(100), most_alive(400)
    assert 0 < many <= few + 10 < 100


def test_progress_knows_ahead_how_many_articles_there_may_be(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "one.txt").write_text("The minister spoke of the mill on Tuesday.")
    (corpus / "picture.png").write_bytes(b"\x89PNG")
    lines = [json.dumps({"text": f"The dam number {n} was opened by the president."}) for n in range(3)]
    (corpus / "more.jsonl").write_text("\n".join(lines))
    told: list[tuple[str, int, int]] = []
    ingest(
        [corpus],
        index_folder=tmp_path / "index",
        encoder=HashingEncoder(),
        progress=lambda *step: told.append(step),
    )
    assert told == [("read", 4, 4), ("read", 4, 4), ("publish", 0, 1), ("publish", 1, 1)]
