"""What is damaged, missing or of another make is told in one sentence, set aside and built again."""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from corpora import CountingEncoder, build, prose, retrieve, seen, write_lines

from rag.encoding import Vectors
from rag.errors import ArticleError, IndexDamaged, IndexMismatch, IndexMissing, RagError
from rag.indexing.ingest import IngestOptions, add, ingest
from rag.store import Index, check_index, compact_index

CUT = IngestOptions(chunk_tokens=40)
ARTICLES = {
    f"a{number}": {"text": prose(number, 3), "published": f"2021-03-0{number + 1}"} for number in range(5)
}
REMEDY = re.compile(r"`rag (?:ingest|compact)`")


class FailingEncoder(CountingEncoder):
    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        raise RuntimeError("the model failed")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "index"
    build(folder, ARTICLES)
    return folder


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "index"))


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10
    file.write_bytes(data)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def delete(file: Path) -> None:
    file.unlink()


HARMS: tuple[Callable[[Path], None], ...] = (flip, truncate, empty, delete)
GENERATION_FILES = (
    "*/terms.codes",
    "*/terms.times",
    "*/vectors.faiss",
    "*/rows.npz",
    "manifest.json",
    "gone.json",
    "*/lexical/meta.json",
    "*/lexical/*.term",
    "*/lexical/*.idx",
)


def generation_file(index: Path, pattern: str) -> Path:
    (found,) = (index / (index / "CURRENT").read_text().strip()).glob(pattern)
    return found


def one_sentence(error: RagError) -> str:
    message = str(error)
    assert "\n" not in message and REMEDY.search(message), message
    return message


def check_mended(index: Path, sound: Path, *, embeds: bool) -> None:
    """The next ingest of the same corpus puts everything right and then has nothing more to do."""
    encoder = CountingEncoder()
    report = build(index, ARTICLES, encoder=encoder)
    assert bool(encoder.given) == embeds
    assert seen(index) == seen(sound)
    assert [finding.detail for finding in check_index(index) if not finding.sound] == []
    assert build(index, ARTICLES).generation == report.generation


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("pattern", GENERATION_FILES)
def test_a_damaged_generation_is_refused_set_aside_and_rebuilt_without_embedding(
    index: Path, sound: Path, pattern: str, harm: Callable[[Path], None]
) -> None:
    file = generation_file(index, pattern)
    harm(file)
    with pytest.raises((IndexDamaged, IndexMismatch)) as refused:
        Index.open(index)
    assert file.name in one_sentence(refused.value)
    assert [finding for finding in check_index(index) if not finding.sound]
    name = (index / "CURRENT").read_text().strip()
    check_mended(index, sound, embeds=False)
    assert (index / f"{name}.damaged-1").is_dir()
    assert "set aside" in {finding.check for finding in check_index(index)}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("pattern", [one for one in GENERATION_FILES if one != "manifest.json"])
def test_a_damaged_generation_is_built_anew_from_the_store_alone(
    index: Path, pattern: str, harm: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where an archive grew by additions, nobody has all of its articles at hand."""
    monkeypatch.setattr("rag.store.segments.SMALL", 1)
    more = {"more": {"text": prose(40, 3), "published": "2021-04-01"}}
    corpus = write_lines(index.parent / "articles.jsonl", more)
    add([corpus], index_folder=index, encoder=CountingEncoder(), options=CUT)
    # An addition takes the place of one: of its segment some rows are gone.
    changed = write_lines(index.parent / "articles.jsonl", {"a1": {"text": prose(50), "published": "2021"}})
    add([changed], index_folder=index, encoder=CountingEncoder(), options=CUT)
    before, content = seen(index), Index.open(index).snapshot().manifest.content
    monkeypatch.undo()
    live = index / (index / "CURRENT").read_text().strip()
    file = sorted(live.glob(pattern))[0]
    harm(file)
    with pytest.raises(IndexDamaged, match=r"run `rag compact` to build"):
        Index.open(index)

    damaged, mended = compact_index(index)
    assert (damaged.generation, damaged.segments) == (live.name, ())
    assert (mended.content, mended.articles) == (content, 6)
    assert seen(index) == before
    assert {one.detail for one in check_index(index) if not one.sound} == set()
    assert (index / f"{live.name}.damaged-1").is_dir()
    assert compact_index(index) == (mended, mended), "nothing is left to mend"


@pytest.mark.parametrize("harm", HARMS)
def test_an_ingest_that_comes_to_nothing_leaves_what_can_be_mended(
    index: Path, harm: Callable[[Path], None]
) -> None:
    """It was refused, or the model failed in the midst of it."""
    before, name = seen(index), (index / "CURRENT").read_text()
    harm(generation_file(index, "*/vectors.faiss"))
    with pytest.raises(ArticleError, match="nowhere"):
        ingest([index.parent / "nowhere"], index_folder=index, encoder=CountingEncoder(), options=CUT)
    with pytest.raises(ArticleError, match="--allow-empty"):
        build(index, {})
    with pytest.raises(RuntimeError, match="the model failed"):
        build(index, {**ARTICLES, "new": prose(60)}, encoder=FailingEncoder())
    assert (index / "CURRENT").read_text() == name and not [*index.glob("*.damaged-*")]
    compact_index(index)
    assert seen(index) == before
    assert [finding.detail for finding in check_index(index) if not finding.sound] == []


def test_a_store_that_lacks_what_the_generation_has_is_not_compacted(index: Path) -> None:
    """The articles are needed then, and nothing is published without them."""
    with sqlite3.connect(index / "store.sqlite") as connection:
        connection.execute("UPDATE articles SET text = upper(text) WHERE id = 'a2'")
    connection.close()
    truncate(generation_file(index, "*/rows.npz"))
    name = (index / "CURRENT").read_text()
    with pytest.raises(IndexDamaged, match=r"'a2' is not what was written; run `rag ingest`"):
        compact_index(index)
    assert (index / "CURRENT").read_text() == name


@pytest.mark.parametrize("pattern", ["*/rows.npz", "*/lexical/*"])
def test_damage_that_no_hash_tells_of_is_one_sentence_too(
    index: Path, sound: Path, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large cache is opened by the sizes of its files."""
    monkeypatch.setattr("rag.store.generations.HASHED", 0)
    live = index / (index / "CURRENT").read_text().strip()
    expected = seen(sound)
    for file in sorted(live.glob(pattern)):
        whole = file.read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 24)):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
            try:
                found = seen(index)
            except (IndexDamaged, IndexMismatch) as error:
                one_sentence(error)
            else:
                assert len(found) == len(expected)
        file.write_bytes(whole)
    assert seen(index) == expected


def test_the_lock_of_a_generation_is_part_of_it(index: Path, sound: Path) -> None:
    delete(generation_file(index, "lock"))
    with pytest.raises((IndexDamaged, IndexMissing)) as refused:
        Index.open(index)
    one_sentence(refused.value)
    check_mended(index, sound, embeds=False)


@pytest.mark.parametrize("content", ["", "nonsense\n", "000009-0123abcd\n", "../../etc\n", "\udcff\0"])
def test_a_damaged_current_is_refused_and_mended(index: Path, sound: Path, content: str) -> None:
    (index / "CURRENT").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises((IndexDamaged, IndexMissing)) as refused:
        Index.open(index)
    one_sentence(refused.value)
    assert not check_index(index)[0].sound
    check_mended(index, sound, embeds=False)


@pytest.mark.parametrize("mend", [compact_index, add, ingest])
@pytest.mark.parametrize("content", [None, "", "nonsense\n", "000009-0123abcd\n"])
def test_a_current_that_names_nothing_names_the_last_generation_again(
    index: Path, sound: Path, tmp_path: Path, content: str | None, mend: Callable[..., object]
) -> None:
    """A power cut may leave it so."""
    name = (index / "CURRENT").read_text()
    # What was built and never counted by the store is not taken for whole.
    shutil.copytree(index / name.strip(), index / "000007-01234567")
    (index / "CURRENT").unlink()
    if content is not None:
        (index / "CURRENT").write_text(content)
    if mend is compact_index:
        before, after = compact_index(index)
        assert before.generation == after.generation == name.strip()
    else:
        encoder = CountingEncoder()
        corpus = write_lines(tmp_path / "articles.jsonl", ARTICLES)
        mend([corpus], index_folder=index, encoder=encoder, options=CUT)
        assert encoder.given == []
    assert (index / "CURRENT").read_text() == name
    assert seen(index) == seen(sound)
    assert [finding.detail for finding in check_index(index) if not finding.sound] == []


def test_the_last_generation_is_mended_also_where_current_does_not_name_it(index: Path, sound: Path) -> None:
    truncate(generation_file(index, "*/vectors.faiss"))
    (index / "CURRENT").write_text("")
    compact_index(index)
    assert seen(index) == seen(sound)
    assert [finding.detail for finding in check_index(index) if not finding.sound] == []


@pytest.mark.parametrize("content", [None, ""])
def test_what_a_manifest_says_is_not_made_up(index: Path, content: str | None) -> None:
    delete(generation_file(index, "manifest.json"))
    (index / "CURRENT").unlink()
    if content is not None:
        (index / "CURRENT").write_text(content)
    with pytest.raises(IndexDamaged, match=r"manifest\.json cannot be read; run `rag ingest`"):
        compact_index(index)
    shutil.rmtree(next(index.glob("0*-*")))
    with pytest.raises(IndexDamaged, match=r"holds articles and no generation; run `rag ingest`"):
        compact_index(index)


def test_nothing_is_made_where_there_is_nothing_to_compact(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="rag ingest"):
        compact_index(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "CURRENT").touch()
    with pytest.raises(IndexDamaged, match="rag ingest"):
        compact_index(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["CURRENT"]


def test_without_current_there_is_no_index_until_the_next_ingest(index: Path, sound: Path) -> None:
    delete(index / "CURRENT")
    with pytest.raises(IndexMissing, match="rag ingest"):
        Index.open(index)
    check_mended(index, sound, embeds=False)
    with pytest.raises(IndexMissing, match="rag ingest"):
        Index.open(index / "nowhere")
    assert [finding.sound for finding in check_index(index / "nowhere")] == [False]


@pytest.mark.parametrize("harm", [empty, delete])
def test_a_store_that_is_gone_is_told_and_made_anew(
    index: Path, sound: Path, harm: Callable[[Path], None]
) -> None:
    harm(index / "store.sqlite")
    with pytest.raises(RagError) as refused:
        Index.open(index)
    one_sentence(refused.value)
    assert not all(finding.sound for finding in check_index(index))
    check_mended(index, sound, embeds=True)


def test_a_store_that_is_no_database_is_set_aside_and_never_deleted(index: Path, sound: Path) -> None:
    (index / "store.sqlite").write_bytes(b"these are somebody's words" * 1000)
    with pytest.raises(IndexDamaged) as refused:
        Index.open(index)
    one_sentence(refused.value)
    check_mended(index, sound, embeds=True)
    assert (index / "store.sqlite.damaged-1").read_bytes().startswith(b"these are somebody's words")


def test_a_byte_flipped_anywhere_in_the_store_never_gives_other_words(sound: Path, tmp_path: Path) -> None:
    """Refused in one sentence, or unharmed; and the next ingest mends it."""
    size = (sound / "store.sqlite").stat().st_size
    clean = {
        (found[0], found[1], found[2]): found[3] for question in seen(sound, depth=50) for found in question
    }
    places = random.Random(5)
    refused = 0
    for trial in range(40):
        index = Path(shutil.copytree(sound, tmp_path / f"{trial}"))
        place = trial * 2 + 18 if trial < 30 else places.randrange(100, size)
        with (index / "store.sqlite").open("r+b") as file:
            file.seek(place)
            (byte,) = file.read(1)
            file.seek(place)
            file.write(bytes([byte ^ 1 << places.randrange(8)]))
        try:
            for question in seen(index, depth=50):
                for name, start, end, text, *_ in question:
                    assert clean.get((name, start, end), ARTICLES[name]["text"][start:end]) == text
        except RagError as error:
            refused += 1
            assert "\n" not in str(error)
        try:
            build(index, ARTICLES)
        except IndexMismatch as error:  # the number of the format is what was flipped
            assert 60 <= place < 64 and "format" in str(error)
        else:
            assert [len(question) for question in seen(index)] == [len(question) for question in seen(sound)]
    assert refused


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "Other words were put here, and they are not what was written."),
        ("title", "Another title"),
        ("published", "2030-01-01"),
        ("latest", 1),
        ("masks", "not json"),
        ("sentences", b"\1\2\3"),
        ("url", "http://elsewhere.example"),
        ("sha256", "0" * 64),
    ],
)
def test_a_row_that_was_altered_is_refused_and_stored_again_without_embedding(
    index: Path, sound: Path, column: str, value: object
) -> None:
    with sqlite3.connect(index / "store.sqlite") as connection:
        connection.execute(f"UPDATE articles SET {column} = ? WHERE id = 'a2'", (value,))
    connection.close()
    snapshot = Index.open(index).snapshot()
    for look in (
        lambda: snapshot.article("a2"),
        snapshot.list_articles,
        lambda: [found.text for found in retrieve(snapshot, "x", depth=99)],
        lambda: snapshot.read_together([found.article for found in retrieve(snapshot, "x", depth=99)]),
    ):
        with pytest.raises(IndexDamaged, match="a2") as refused:
            look()
        one_sentence(refused.value)
    assert snapshot.article("a1").text == ARTICLES["a1"]["text"]
    assert not all(finding.sound for finding in check_index(index))
    check_mended(index, sound, embeds=False)


def test_a_store_out_of_step_with_its_generation_is_refused(index: Path, sound: Path, tmp_path: Path) -> None:
    """A store of another index, and an older copy of the index's own."""
    other = tmp_path / "other"
    build(other, {"a0": prose(3)})
    older = (index / "store.sqlite").read_bytes()
    for foreign in ((other / "store.sqlite").read_bytes(), older):
        build(index, {**ARTICLES, "more": prose(40)})
        (index / "store.sqlite").write_bytes(foreign)
        for suffix in ("-wal", "-shm"):
            (index / f"store.sqlite{suffix}").unlink()
        with pytest.raises(IndexMismatch) as refused:
            Index.open(index)
        one_sentence(refused.value)
        build(index, ARTICLES)
        assert seen(index) == seen(sound)


def test_another_format_is_refused_with_both_numbers(index: Path, sound: Path, tmp_path: Path) -> None:
    generation = Path(shutil.copytree(index, tmp_path / "generation"))
    manifest = generation_file(generation, "manifest.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": 99}))
    with pytest.raises(IndexMismatch, match=r"format 99.*format 4.*rag ingest"):
        Index.open(generation)
    check_mended(generation, sound, embeds=False)

    connection = sqlite3.connect(index / "store.sqlite")
    connection.execute("PRAGMA user_version = 77")
    connection.close()
    for act in (lambda: Index.open(index), lambda: build(index, ARTICLES)):
        with pytest.raises(IndexMismatch, match=r"format 77.*format 4.*rag ingest"):
            act()


def test_an_index_folder_that_is_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("I am a file")
    with pytest.raises(RagError, match=r"index cannot be used"):
        build(tmp_path / "index", ARTICLES)
    with pytest.raises(RagError):
        Index.open(tmp_path / "index")
