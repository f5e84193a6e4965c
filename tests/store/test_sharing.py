"""Readers and a writer at once: each reader sees one whole generation, and none is taken from under it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from corpora import QUESTIONS, build, prose, retrieve, seen, seen_in, write_lines

from rag.encoding import ModelSource
from rag.errors import IndexBusy
from rag.store import Index, Snapshot, Writer
from rag.types import Filters


def generations_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.is_dir()}


def test_a_second_ingest_at_the_same_time_is_refused(tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(index, {"a": prose(1)})
    with Writer.open(index), pytest.raises(IndexBusy, match=r"another ingest is at work on .*wait"):
        build(index, {"a": prose(2)})
    assert build(index, {"a": prose(2)}).changed == 1


def test_a_reader_keeps_its_generation_and_the_next_question_sees_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    first = build(folder, {"a": prose(1), "b": prose(2)})
    index = Index.open(folder)
    held = index.snapshot()
    assert index.snapshot() is held
    before = seen_in(held)

    second = build(folder, {"a": prose(3)})
    assert generations_in(folder) == {first.generation, second.generation}
    assert seen_in(held) == before and held.article("b").text == prose(2)

    now = index.snapshot()
    assert now.generation == second.generation
    assert [article.id for article in now.list_articles()] == ["a"]
    assert seen_in(held) == before, "a held snapshot stays whole after others were opened"

    # Once nobody reads it, any further ingest removes it, also one that has nothing else to do.
    build(folder, {"a": prose(3)})
    assert generations_in(folder) == {first.generation, second.generation}
    del held
    again = build(folder, {"a": prose(3)})
    assert again.generation == second.generation
    assert generations_in(folder) == {second.generation}


def test_old_readers_outlive_several_generations(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    readers: list[tuple[Snapshot, list[Any], str]] = []
    for round_number in range(4):
        text = prose(round_number)
        build(folder, {"same": prose(99), "a": text, f"only{round_number}": prose(50 + round_number)})
        snapshot = Index.open(folder).snapshot()
        readers.append((snapshot, seen_in(snapshot), text))
    readers.pop(1)
    build(folder, {"same": prose(99)})
    for snapshot, before, text in readers:
        assert seen_in(snapshot) == before and snapshot.article("a").text == text
    assert len(generations_in(folder)) == 4


def test_readers_in_many_threads_while_generations_are_published(tmp_path: Path) -> None:
    """Every candidate is its article's slice, and all of one answer are of one generation."""
    folder = tmp_path / "index"
    names = [f"a{number}" for number in range(6)]

    def corpus(version: int) -> dict[str, str | dict[str, object]]:
        # The number of the version stands in every sentence, so that any mixture shows.
        return {
            name: f"Version v{version}v of {name} speaks of steel. The talks of v{version}v on rain went on."
            for name in names[version % 3 :]
        }

    build(folder, corpus(0))
    index = Index.open(folder)
    done = threading.Event()
    failures: list[BaseException] = []
    versions: set[str] = set()
    asked = [0]

    def read() -> None:
        try:
            while not done.is_set():
                snapshot = index.snapshot()
                version = ""
                for question in QUESTIONS[:2]:
                    found = retrieve(snapshot, question, depth=4, filters=Filters())
                    assert len(found) >= 4 or len(found) == snapshot.manifest.chunks
                    for candidate in found:
                        article = snapshot.article(candidate.chunk.article_id)
                        assert candidate.text == article.text[candidate.chunk.start : candidate.chunk.end]
                        version = version or candidate.text.split("v")[1]
                        assert f"v{version}v" in candidate.text
                versions.add(version)
                asked[0] += 1
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + 4
    version = 0
    while time.monotonic() < ends and not failures:
        version += 1
        build(folder, corpus(version))
        deadline = time.monotonic() + 5
        while str(version) not in versions and not failures and time.monotonic() < deadline:
            time.sleep(0.001)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert version >= 3 and len(versions) > 3 and asked[0] > 20
    current = index.snapshot().generation
    build(folder, corpus(version))
    assert generations_in(folder) == {current}, "what nobody reads any more is removed"


def test_closing_lets_go(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1)})
    index = Index.open(folder)
    build(folder, {"a": prose(2)})
    index.close()
    build(folder, {"a": prose(2)})
    assert len(generations_in(folder)) == 1
    assert index.snapshot().article("a").text == prose(2)


# folders that cannot be written

READER = """
import os, sys
from pathlib import Path
from corpora import seen
import json
warm, folder = map(Path, sys.argv[1:])
seen(warm)  # what Python loads late, it may not be allowed to read later
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
assert not os.access(folder, os.W_OK)
print(json.dumps(seen(folder)))
"""


def run_as_nobody(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in a process that may read what everybody may, and write nothing of ours."""
    here = Path(__file__).parent
    return subprocess.run(
        [sys.executable, "-c", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parent.parent)])},
        capture_output=True,
        text=True,
        check=False,
    )


def readable_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody can reach, which those of pytest are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)


def without_wal(folder: Path) -> None:
    for suffix in ("-wal", "-shm"):
        (folder / f"store.sqlite{suffix}").unlink()


def as_it_is(folder: Path) -> None:
    assert (folder / "store.sqlite-wal").exists() and (folder / "store.sqlite-shm").exists()


@pytest.mark.parametrize("prepare", [as_it_is, without_wal])
def test_a_folder_that_cannot_be_written_is_read_all_the_same(
    public: Path, prepare: Callable[[Path], None]
) -> None:
    folder = public / "index"
    build(folder, {f"a{number}": prose(number) for number in range(5)})
    expected = seen(folder)
    warm = shutil.copytree(folder, public / "warm")
    prepare(folder)
    readable_to_all(folder)
    finished = run_as_nobody(READER, str(warm), str(folder))
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == [[list(found) for found in question] for question in expected]
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


FOLLOWER = """
import os, sys
from pathlib import Path
from corpora import retrieve, seen
from rag.store import Index
warm, folder = map(Path, sys.argv[1:])
seen(warm)
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
index = Index.open(folder)
for line in sys.stdin:
    texts = {retrieve(index.snapshot(), q, depth=9)[0].article.text for q in ("talks on steel", "rain")}
    print(*texts, flush=True)
"""


def test_who_may_only_read_follows_what_another_publishes(public: Path) -> None:
    """As a container does that mounts the index read-only while the host ingests."""
    folder = public / "index"
    build(folder, {"a": "Version 0 of it."})
    warm = shutil.copytree(folder, public / "warm")
    here = Path(__file__).parent
    process = subprocess.Popen(
        [sys.executable, "-c", FOLLOWER, str(warm), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parent.parent)])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin and process.stdout
        for version in range(4):
            if version:
                build(folder, {"a": f"Version {version} of it."})
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"Version {version} of it.\n"
        process.stdin.close()


WRITER = """
import os, sys
from pathlib import Path
from corpora import build
from rag.errors import StorageError
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
from rag.store import Writer
try:
    with Writer.open(Path(sys.argv[1])):
        print("opened")
except StorageError as error:
    print(error)
"""


def test_writing_where_it_is_not_allowed_is_told_in_a_sentence(public: Path) -> None:
    folder = public / "index"
    build(folder, {"a": prose(1)})
    readable_to_all(folder)
    for target in (folder, public / "new"):
        public.chmod(0o555)
        finished = run_as_nobody(WRITER, str(target))
        public.chmod(0o755)
        assert finished.returncode == 0, finished.stderr
        assert "check its permissions" in finished.stdout and finished.stdout.count("\n") == 1
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


FILLED = """
import resource, sys
from pathlib import Path
from fakes import HashingEncoder
from rag.errors import StorageError
from rag.indexing.ingest import IngestOptions, ingest
from rag.indexing.reading import read_corpus
from rag.tokens import load_vocabulary
folder, vocabulary, limit = sys.argv[1:]
load_vocabulary(cache=Path(vocabulary), offline=True)
corpus = Path(folder).with_name("corpus.jsonl")
list(read_corpus([corpus]))  # the language model is unpacked into a temporary file, once
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
try:
    ingest(
        [corpus], index_folder=Path(folder), encoder=HashingEncoder(), options=IngestOptions(chunk_tokens=40)
    )
    print("done")
except StorageError as error:
    print(error)
"""


def test_a_disk_that_is_full_is_told_in_a_sentence_and_harms_nothing(
    tmp_path: Path, models: ModelSource
) -> None:
    folder = tmp_path / "index"
    build(folder, {"a": prose(1)})
    expected = seen(folder)
    work = tmp_path / "work"
    said = set()
    for limit in (5_000, 20_000, 60_000, 90_000, 130_000, 200_000):
        target = Path(shutil.copytree(folder, work / f"{limit}" / "index"))
        articles = {"a": prose(1), **{f"a{number}": prose(number, 12) for number in range(59)}}
        write_lines(target.with_name("corpus.jsonl"), articles)
        finished = run_as_nobody(FILLED, str(target), str(models.cache), str(limit))
        assert finished.returncode == 0, finished.stderr
        said.add(finished.stdout)
        if finished.stdout != "done\n":
            assert finished.stdout.count("\n") == 1
            assert "free some space" in finished.stdout or "failed" in finished.stdout
            assert seen(target) == expected
        build(target, articles)
        assert Index.open(target).snapshot().manifest.articles == 60
    assert len(said) > 2
