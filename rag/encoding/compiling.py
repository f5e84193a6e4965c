"""A graph compiled for this processor, kept beside it: to open it takes a quarter of compiling it again.

OpenVINO's own cache does the work. It knows a graph by its path, writes in place and trusts what it finds; so
each cache is a folder of its own, named after all that it depends on, and appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rag.encoding.graphs import DESCRIPTION_FILE, GRAPH_FILE
from rag.packages import sha256_of

_PREFIX = "compiled-"
_STAMP_FILE = "stamp.json"
_SCRATCH_PREFIX = "compiling-"
# Seconds after which a scratch folder is that of a process that was killed; to compile takes a few.
_LEFT_OVER_AFTER = 3600.0
# While OpenVINO reads or writes a cache it sets the locale of the process, and then what it found before: of
# two at once, one would find the other's and leave it.
_ONE_AT_A_TIME = threading.Lock()


def compile_graph(openvino: Any, folder: Path, options: Mapping[str, Any]) -> Any:
    """The graph of a folder, compiled with these options, out of what was kept if there is any.

    Where it cannot be kept, because the folder is not to be written, the disk is full or the graph not yet
    described, it is only compiled.
    """
    core = openvino.Core()

    def compiled(**more: str) -> Any:
        with _ONE_AT_A_TIME:
            return core.compile_model(str(folder / GRAPH_FILE), "CPU", {**options, **more})

    if not (folder / DESCRIPTION_FILE).is_file():
        return compiled()
    kept = folder / _name_for(openvino, core, folder, options)
    if _is_whole(kept):
        return compiled(CACHE_DIR=str(kept))
    _remove_left_over(folder)
    # OpenVINO tells of a disk that is full by RuntimeError.
    with (
        contextlib.suppress(OSError, RuntimeError),
        tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH_PREFIX) as scratch,
    ):
        new = Path(scratch) / kept.name
        new.mkdir()
        graph = compiled(CACHE_DIR=str(new))
        stamp = {"files": _statuses_of(new), "sha256": _hashes_of(new)}
        (new / _STAMP_FILE).write_text(json.dumps(stamp), encoding="utf-8")
        with contextlib.suppress(OSError):
            _put(new, kept)
        return graph
    return compiled()


def _name_for(openvino: Any, core: Any, folder: Path, options: Mapping[str, Any]) -> str:
    """By processor, precision and what is compiled: a graph is made over for its precision, though OpenVINO's
    own cache takes one for any. It does not depend on the number of threads."""
    processor = [core.get_property("CPU", name) for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")]
    # The description has the hash of every file of the graph: one that was made anew is another.
    described = (folder / DESCRIPTION_FILE).read_text(encoding="utf-8")
    made = [openvino.__version__, str(folder.resolve()), described]
    return f"{_PREFIX}{_digest(processor)}-{options['INFERENCE_PRECISION_HINT']}-{_digest(made)}"


def _digest(values: object) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:8]


def remove_damaged(folder: Path) -> bool:
    """Whether anything was damaged of what is kept beside the graph, every byte read again.

    That is removed, and compiled anew when it is next used.
    """
    damaged = [
        kept for kept in folder.glob(f"{_PREFIX}*") if _is_whole(kept) and not _is_whole(kept, recheck=True)
    ]
    for kept in damaged:
        shutil.rmtree(kept, ignore_errors=True)
    return bool(damaged)


def _is_whole(kept: Path, *, recheck: bool = False) -> bool:
    """Whether the files are those that were put there: by size and modification time, since to read 130 MB
    costs what is saved; with `recheck` by every byte as well."""
    try:
        stamp = json.loads((kept / _STAMP_FILE).read_bytes())
        if not stamp["files"] or stamp["files"] != _statuses_of(kept):
            return False
        return not recheck or bool(stamp["sha256"] == _hashes_of(kept))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _files_of(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.name != _STAMP_FILE)


def _statuses_of(folder: Path) -> dict[str, list[int]]:
    statuses = {file.name: file.stat() for file in _files_of(folder)}
    return {name: [status.st_size, status.st_mtime_ns] for name, status in statuses.items()}


def _hashes_of(folder: Path) -> dict[str, str]:
    return {file.name: sha256_of(file) for file in _files_of(folder)}


def _remove_left_over(folder: Path) -> None:
    """Remove the scratch of processes that were killed, first of all: it may have filled the disk."""
    for scratch in folder.glob(f"{_SCRATCH_PREFIX}*"):
        with contextlib.suppress(OSError):  # its own process has just removed it
            if time.time() - scratch.stat().st_mtime > _LEFT_OVER_AFTER:
                shutil.rmtree(scratch, ignore_errors=True)


def _put(new: Path, kept: Path) -> None:
    """Move it to its place, and remove what an earlier version kept for this processor and precision.

    What is not whole makes way. Another process may have been quicker: then its own stays.
    """
    for other in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-*"):
        if not _is_whole(kept) or other != kept:
            shutil.rmtree(other, ignore_errors=True)
    new.rename(kept)
