"""The corpus folder as evaluation reads it holds the articles that ingest reads, each in the same bytes."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import TEXTS, Archive, gold, perfect

from rag.evaluation import evaluate_gold
from rag.evaluation.sources import Source, SourceFiles
from rag.indexing.reading import read_corpus
from rag.types import ARTICLE_ENDINGS, Article

PROSE = "The harbour bridge reopens on Monday after three weeks of repairs. Drivers welcomed it."


def held_against(corpus: Path) -> dict[str, str]:
    """Id → file of every article that ingest reads there; each has to be found with its bytes and text."""
    files, places = SourceFiles(corpus), dict[str, str]()
    for article in read_corpus([corpus]):
        if isinstance(article, Article):
            source = files.find(article.id, article.source_sha256)
            assert source is not None, article.id
            assert (source.sha256, source.text) == (article.source_sha256, article.text)
            places[article.id] = source.place
    return places


@pytest.mark.parametrize("ending", [".html", ".jpg", ".a", "", ".MD.bak", *ARTICLE_ENDINGS])
def test_what_stands_beside_an_article_breaks_nothing_and_of_one_stem_the_file_read_counts(
    tmp_path: Path, ending: str
) -> None:
    """Before and behind the article in the order of names, and as text that is no article."""
    corpus = Archive().write(tmp_path)
    for name in TEXTS:
        if not (corpus / f"{name}{ending}").exists():
            (corpus / f"{name}{ending}").write_bytes(b" ")
    assert not evaluate_gold(perfect(), gold(), corpus=corpus).breaches


def test_every_article_that_ingest_reads_is_found_in_its_file(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    for folder in (corpus / "2024" / "may", corpus / ".hidden", outside):
        folder.mkdir(parents=True)
    (corpus / "2024" / "may" / "bridge.md").write_text(f"{PROSE} One.")
    (corpus / "2024" / "may" / "bridge.md.orig").write_text(f"{PROSE} Two.")
    (corpus / "2024" / "UPPER.TXT").write_bytes(b"\xef\xbb\xbf" + PROSE.encode())
    (corpus / ".hidden" / "draft.txt").write_text(f"{PROSE} Three.")
    (corpus / "empty.md").write_text("")
    (corpus / "empty.txt").write_text(f"{PROSE} Four.")
    (corpus / "rows.JSONL").write_text('{"id": "twice", "text": " "}\n{"id": "twice", "text": "Five."}\n')
    (outside / "far.txt").write_text(f"{PROSE} Six.")
    (corpus / "aa").symlink_to(corpus / "2024")
    (corpus / "linked").symlink_to(outside)
    (outside / "back").symlink_to(corpus)
    assert held_against(corpus) == {
        "2024/may/bridge": "2024/may/bridge.md",
        "2024/UPPER": "2024/UPPER.TXT",
        "empty": "empty.txt",
        "twice": "rows.JSONL, line 2",
        "linked/far": "linked/far.txt",
    }
    files = SourceFiles(corpus)
    unread = ("aa/UPPER", "linked/back/UPPER", "linked/back/2024/UPPER", ".hidden/draft")
    assert [name for name in unread if files.find(name, "") is not None] == []


_VALUES = st.sampled_from([None, "", 7, 0, "a/b", "é\ud800", PROSE, f"{PROSE} \ud800 Two."])
_FIELDS = st.dictionaries(
    st.sampled_from(["id", "ID", "Id", "_id", "_ID", "text", "Text", "TEXT", "te-xt", "metadata", "title"]),
    _VALUES,
    max_size=6,
)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(_FIELDS, st.dictionaries(st.sampled_from(["metadata", "Metadata"]), _FIELDS)),
        min_size=1,
        max_size=4,
    )
)
def test_a_line_is_read_by_the_names_that_ingest_takes(
    rows: list[tuple[dict[str, object], dict[str, object]]],
) -> None:
    """In any capitals, its own or inside metadata, the first that says something; whatever ingest refuses."""
    with tempfile.TemporaryDirectory() as folder:
        lines = "\n".join(json.dumps({**own, **inner}) for own, inner in rows)
        (Path(folder) / "rows.jsonl").write_text(lines)
        held_against(Path(folder))


@pytest.mark.parametrize(
    ("row", "article_id"),
    [
        ({"ID": "a", "Text": PROSE}, "a"),
        ({"id": "", "_id": None, "Id": 7, "text": PROSE}, "7"),
        ({"_ID": "b", "metadata": {"TEXT": PROSE, "id": "c"}}, "c"),
        ({"id": "d", "Metadata": {"id": "e", "text": PROSE, "metadata": {"id": "f"}}}, "d"),
        ({"id": None, "metadata": {"id": "g"}, "text": PROSE}, "rows/1"),
    ],
)
def test_the_names_of_fields_by_example(tmp_path: Path, row: dict[str, object], article_id: str) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    assert held_against(tmp_path) == {article_id: "rows.jsonl, line 1"}


def test_a_line_of_another_encoding_is_held_by_its_bytes(tmp_path: Path) -> None:
    """Its text is what the readers make of it."""
    line = json.dumps({"id": "a", "text": f"“{PROSE}” Überraschung, café"}, ensure_ascii=False)
    (tmp_path / "rows.jsonl").write_bytes(line.encode("cp1252"))
    (article,) = (one for one in read_corpus([tmp_path]) if isinstance(one, Article))
    source = SourceFiles(tmp_path).find(article.id, article.source_sha256)
    assert source == Source("rows.jsonl, line 1", article.source_sha256, None)


def test_a_broken_quote_names_the_file_that_was_read(tmp_path: Path) -> None:
    corpus = Archive().write(tmp_path)
    (corpus / "old.html").write_text("<p>")
    (corpus / "old.txt").write_text(TEXTS["old"].replace("shut", "sold"))
    told = {breach.reason for breach in evaluate_gold(perfect(), gold(), corpus=corpus).breaches}
    assert told == {
        "old.txt is not the file that was ingested",
        "is not in old.txt at these offsets",
    }


def test_a_file_that_cannot_be_read_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Archive().write(tmp_path)

    def refusing(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refusing)
    told = {breach.reason for breach in evaluate_gold(perfect(), gold(), corpus=corpus).breaches}
    assert told == {f"{name}.txt cannot be read" for name in TEXTS if name != "other"}


def test_an_article_without_a_file_is_found_nowhere(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"").hexdigest()
    (tmp_path / "old.html").write_text("")
    assert SourceFiles(tmp_path).find("old", digest) is None
