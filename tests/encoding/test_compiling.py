"""What is compiled for this processor is kept, used, and never other than what it was compiled from."""

from __future__ import annotations

import hashlib
import json
import locale
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tiny_models import TEXTS

from rag.encoding import ModelSource, load_encoder
from rag.encoding.compiling import compile_graph
from rag.encoding.loading import describe_models, fetch_models
from rag.encoding.runtime import import_openvino


@pytest.fixture(scope="module")
def tiny(make_encoder: Callable[..., Path]) -> Path:
    return make_encoder()


@pytest.fixture
def graph(tiny: Path, source: ModelSource) -> Path:
    """The folder of a graph that was opened once."""
    load_encoder(str(tiny), models=source, precision="f32")
    (folder,) = (source.cache / "graphs").iterdir()
    return folder


def kept_in(graph: Path) -> list[Path]:
    return sorted(graph.glob("compiled-*"))


def from_kept(graph: Path, precision: str = "f32") -> bool:
    compiled = compile_graph(import_openvino(), graph, {"INFERENCE_PRECISION_HINT": precision})
    return bool(compiled.get_property("LOADED_FROM_CACHE"))


def vectors(tiny: Path, source: ModelSource, precision: str = "f32") -> list[list[float]]:
    found: list[list[float]] = (
        load_encoder(str(tiny), models=source, precision=precision).encode(TEXTS).tolist()
    )
    return found


@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_what_was_kept_gives_the_bits_of_what_is_compiled(
    precision: str, tiny: Path, graph: Path, source: ModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors(tiny, source, precision)
    assert from_kept(graph, precision)
    kept = vectors(tiny, source, precision)
    for one in kept_in(graph):
        shutil.rmtree(one)
    monkeypatch.setattr(tempfile, "TemporaryDirectory", no_room)
    assert vectors(tiny, source, precision) == kept
    assert kept_in(graph) == [], "where nothing can be written nothing is kept"


def test_each_precision_has_its_own(
    tiny: Path, graph: Path, source: ModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenVINO would take for one what it made for the other."""
    (exact,) = kept_in(graph)
    switched = {precision: vectors(tiny, source, precision) for precision in ("bf16", "f32")}
    assert len(kept_in(graph)) == 2 and exact in kept_in(graph)
    assert from_kept(graph, "bf16") and from_kept(graph, "f32")
    for one in kept_in(graph):
        shutil.rmtree(one)
    monkeypatch.setattr(tempfile, "TemporaryDirectory", no_room)
    assert {precision: vectors(tiny, source, precision) for precision in switched} == switched


def no_room(**_: object) -> None:
    raise OSError(28, os.strerror(28))


def truncate(file: Path) -> None:
    content = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(content[: len(content) // 2])


def touch(file: Path) -> None:
    os.utime(file, (1, 1))


@pytest.mark.parametrize("harm", [truncate, touch, Path.unlink])
@pytest.mark.parametrize("name", ["*.blob", "stamp.json"])
def test_what_is_not_as_it_was_put_there_is_compiled_and_kept_again(
    name: str, harm: Callable[[Path], None], tiny: Path, graph: Path, source: ModelSource
) -> None:
    expected = vectors(tiny, source)
    (kept,) = kept_in(graph)
    (file,) = kept.glob(name)
    harm(file)
    assert vectors(tiny, source) == expected
    assert kept_in(graph) == [kept]
    assert from_kept(graph)
    assert {one.suffix for one in kept.iterdir()} == {".blob", ".json"}
    # OpenVINO compiles in silence what it cannot read: what is kept must be what was put there all the same.
    (blob,) = kept.glob("*.blob")
    stamp = json.loads((kept / "stamp.json").read_bytes())
    assert stamp == {
        "files": {blob.name: [blob.stat().st_size, blob.stat().st_mtime_ns]},
        "sha256": {blob.name: hashlib.sha256(blob.read_bytes()).hexdigest()},
    }


def ready(tiny: Path, source: ModelSource) -> bool:
    (found,) = (status for status in describe_models(source, names=[str(tiny)]) if status.name == str(tiny))
    return found.ready


def alter(kept: Path) -> None:
    """One byte of the blob, its size and modification time as they were."""
    (blob,) = kept.glob("*.blob")
    status, content = blob.stat(), bytearray(blob.read_bytes())
    content[len(content) // 2] ^= 0x40
    blob.chmod(0o644)
    blob.write_bytes(content)
    os.utime(blob, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_what_was_altered_in_place_is_told_and_compiled_again(
    tiny: Path, graph: Path, source: ModelSource
) -> None:
    expected = vectors(tiny, source)
    (kept,) = kept_in(graph)
    assert ready(tiny, source) and kept_in(graph) == [kept]
    alter(kept)
    assert not ready(tiny, source)
    assert vectors(tiny, source) == expected and from_kept(graph)
    assert ready(tiny, source) and kept_in(graph) == [kept]


def test_a_fetch_makes_way_for_what_was_altered_in_place(
    tiny: Path, graph: Path, source: ModelSource, models: ModelSource
) -> None:
    shutil.copytree(models.cache / "vocabularies", source.cache / "vocabularies")
    fetch_models([(str(tiny), "encoder")], models=source)
    (kept,) = kept_in(graph)
    alter(kept)
    fetch_models([(str(tiny), "encoder")], models=source)
    assert kept_in(graph) == [] and ready(tiny, source)


def test_what_an_earlier_version_kept_is_removed_and_what_another_processor_keeps_is_not(
    tiny: Path, graph: Path, source: ModelSource
) -> None:
    (kept,) = kept_in(graph)
    mine, _, _ = kept.name.rpartition("-")
    older, elsewhere = graph / f"{mine}-00000000", graph / "compiled-00000000-f32-00000000"
    kept.rename(older)
    elsewhere.mkdir()
    vectors(tiny, source)
    assert kept_in(graph) == sorted([kept, elsewhere])


def test_what_a_killed_compilation_left_is_removed_and_what_another_writes_is_not(
    tiny: Path, graph: Path, source: ModelSource
) -> None:
    expected = vectors(tiny, source)
    shutil.rmtree(kept_in(graph)[0])
    before = set(graph.iterdir())
    killed = subprocess.run([sys.executable, "-P", "-c", KILLED, str(graph)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (left,) = set(graph.iterdir()) - before
    assert [file for file in left.rglob("*.blob") if file.stat().st_size > 0], "it was killed while it wrote"
    vectors(tiny, source)
    assert left.is_dir(), "it may be at work"
    shutil.rmtree(kept_in(graph)[0])
    long_ago = time.time() - 2 * 3600
    os.utime(left, (long_ago, long_ago))
    assert vectors(tiny, source) == expected
    assert set(graph.iterdir()) == before | set(kept_in(graph)) and from_kept(graph)


# Killed when OpenVINO has written, before it is put in its place.
KILLED = """
import os, signal, sys
from pathlib import Path
from rag.encoding import compiling
from rag.encoding.runtime import import_openvino
compiling._statuses_of = lambda _: os.kill(os.getpid(), signal.SIGKILL)
compiling.compile_graph(import_openvino(), Path(sys.argv[1]), {"INFERENCE_PRECISION_HINT": "f32"})
"""


def test_a_graph_that_was_made_anew_is_not_what_was_compiled(
    tiny: Path, graph: Path, source: ModelSource
) -> None:
    """OpenVINO would take what it has for this path."""
    (kept,) = kept_in(graph)
    description = graph / "graph.json"
    description.write_text(description.read_text() + " ")
    vectors(tiny, source)
    (anew,) = kept_in(graph)
    assert anew != kept and from_kept(graph)


def test_many_at_once_keep_one_and_leave_nothing_else(tiny: Path, graph: Path, source: ModelSource) -> None:
    expected, before = vectors(tiny, source), sorted(graph.iterdir())
    shutil.rmtree(kept_in(graph)[0])
    standing = locale.setlocale(locale.LC_ALL)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: vectors(tiny, source), range(8))) == [expected] * 8
    assert sorted(graph.iterdir()) == before
    assert from_kept(graph)
    assert locale.setlocale(locale.LC_ALL) == standing


def test_a_cache_that_was_moved_keeps_for_its_new_place(
    tiny: Path, graph: Path, source: ModelSource, tmp_path: Path
) -> None:
    """OpenVINO knows a graph by its path."""
    expected = vectors(tiny, source)
    moved = Path(shutil.move(source.cache, tmp_path / "moved"))
    elsewhere = ModelSource(folder=source.folder, cache=moved, offline=source.offline)
    assert vectors(tiny, elsewhere) == expected
    (folder,) = (moved / "graphs").iterdir()
    assert len(kept_in(folder)) == 1 and from_kept(folder)
