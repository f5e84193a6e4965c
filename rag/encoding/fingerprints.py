"""What a model is, in one hash: two folders with equal fingerprints give equal vectors.

Hashing 130 MB takes a third of a second, so the hashes of files are remembered in the cache, each with
the size and modification time that it was computed for.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from rag.packages import sha256_of

# Weights, tokenizers and their settings; not the card, nor other forms of the same weights.
_SUFFIXES = {".json", ".safetensors", ".bin", ".pt", ".txt", ".model"}
_OTHER_FORMS = {"onnx", "openvino"}


def fingerprint(folder: Path, *, cache: Path, recheck: bool = False) -> str:
    """sha256 over (name, sha256) of the weights, tokenizer and config files of a model folder.

    With `recheck` every file is read again, whatever is remembered.
    """
    hashes = file_hashes(folder, model_files(folder), cache=cache, recheck=recheck)
    return hashlib.sha256(json.dumps(sorted(hashes.items())).encode()).hexdigest()


def model_files(folder: Path) -> list[str]:
    """Names, relative to `folder`, of the files that determine what the model computes."""
    return sorted(
        str(file.relative_to(folder).as_posix())
        for file in folder.rglob("*")
        if file.suffix in _SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") or part in _OTHER_FORMS for part in file.relative_to(folder).parts)
    )


def file_hashes(folder: Path, names: Iterable[str], *, cache: Path, recheck: bool = False) -> dict[str, str]:
    """sha256 of each file of `folder`, remembered in the cache by size and modification time."""
    memory = cache / "hashes" / f"{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]}.json"
    remembered = {} if recheck else _read(memory)
    hashes = {}
    for name in names:
        status = (folder / name).stat()
        stamp = [status.st_size, status.st_mtime_ns]
        known = remembered.get(name)
        hashes[name] = [*stamp, known[2] if known and known[:2] == stamp else sha256_of(folder / name)]
    if hashes != remembered:
        _write(memory, hashes)
    return {name: str(sha256) for name, (_, _, sha256) in hashes.items()}


def _read(memory: Path) -> dict[str, list[int | str]]:
    try:
        return dict(json.loads(memory.read_bytes()))
    except (OSError, ValueError):  # nothing remembered, or not readable any more: hash again
        return {}


def _write(memory: Path, hashes: dict[str, list[int | str]]) -> None:
    # A cache that cannot be written (an image baked read-only) costs time at each start, nothing else.
    with suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        written = memory.with_suffix(f".{uuid.uuid4().hex}")
        written.write_text(json.dumps(hashes))
        written.replace(memory)
