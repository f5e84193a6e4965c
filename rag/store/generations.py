"""Generations: complete immutable builds of the caches, the manifest that ties each to its store, and
`CURRENT`, which names the live one.

A generation is built in a folder of another name, flushed, renamed, and only then named by CURRENT; both
renames are atomic, so that a crash at any step leaves the old generation or the new one. Readers hold a
shared lock on their generation; it is removed only under an exclusive one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing
from rag.store.segments import SegmentInfo
from rag.store.vectors import VectorKind

CURRENT_FILE = "CURRENT"
MANIFEST_FILE = "manifest.json"
LOCK_FILE = "lock"
GENERATION_FORMAT = 4
# Hashed in a tenth of a second or two. What is larger is hashed by every ingest of a whole corpus and by
# `rag doctor`, and no quote rests on it: an article's row has a seal of its own.
HASHED = 64_000_000
REBUILD = "run `rag compact` to build the generation anew from the store"
"""What mends a generation of which a file is damaged."""
_NAME = re.compile(r"^(?P<number>\d{6,})-[0-9a-f]{8}$")
_SUFFIX_BUILDING = ".building"
_SUFFIX_DAMAGED = ".damaged"


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """Which encoder made the vectors: the name for people, the fingerprint for certainty."""

    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A generation's self-description, enough to refuse a mismatch.

    `content` is a digest of what each article derives from (see `rag.store.staging`). `store` is the id of
    the store it was built from. `copies` counts the articles that were found to be copies of an earlier one;
    it is None where some were added since they were counted. `files` is path → (bytes, sha256).
    """

    generation: str
    created: str
    articles: int
    chunks: int
    encoder: ModelIdentity
    options: Mapping[str, object]
    segments: tuple[SegmentInfo, ...]
    content: str
    version: str
    store: str
    truncated: int = 0
    copies: int | None = 0
    format: int = GENERATION_FORMAT
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def number_of(generation: str) -> int:
    """The running number in a generation's name."""
    match = _NAME.match(generation)
    if match is None:
        raise IndexDamaged(
            f"{generation!r} is not a generation's name; run `rag ingest` with your corpus again"
        )
    return int(match["number"])


def generation_name(number: int, digest: str) -> str:
    return f"{number:06d}-{digest[:8]}"


def read_current(folder: Path) -> str:
    """The live generation's name. Raises IndexMissing where nothing was ever published, IndexDamaged where
    CURRENT holds no name."""
    try:
        name = (folder / CURRENT_FILE).read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise no_index(folder) from None
    if _NAME.match(name) is None:
        raise IndexDamaged(
            f"{folder / CURRENT_FILE} names no generation; run `rag compact` to have it name the last one "
            "again, or `rag ingest` with your corpus"
        )
    return name


def no_index(folder: Path) -> IndexMissing:
    """What to say of a folder where nothing was ever published."""
    return IndexMissing(
        f"there is no index in {folder}; make one with `rag ingest --index {shlex.quote(str(folder))}` and "
        "the folder of your articles, or name another with --index or RAG_INDEX"
    )


def generations_in(folder: Path) -> list[str]:
    """All complete generations in the folder, oldest first."""
    return sorted(entry.name for entry in folder.iterdir() if _NAME.match(entry.name) and entry.is_dir())


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def begin_build(folder: Path, generation: str) -> Path:
    """An empty folder to build the generation in; what an earlier crash left under its names is removed.

    That nobody reads it is certain: it was never named by CURRENT.
    """
    for leftover in folder.glob(f"*{_SUFFIX_BUILDING}"):
        shutil.rmtree(leftover)
    shutil.rmtree(folder / generation, ignore_errors=True)
    building = folder / f"{generation}{_SUFFIX_BUILDING}"
    building.mkdir()
    return building


def finish_build(building: Path, manifest: Manifest, known: Mapping[str, tuple[int, str]]) -> Manifest:
    """Write the manifest with the files' hashes, flush everything to disk and give the folder its name.

    `known` are files of earlier generations that were taken over, with size and hash: they are not read.
    The manifest comes back with all files.
    """
    (building / LOCK_FILE).touch()
    files = sorted(path for path in building.rglob("*") if path.is_file())
    hashed = {
        name: known.get(name) or (file.stat().st_size, sha256_of(file))
        for name, file in ((file.relative_to(building).as_posix(), file) for file in files)
        # tantivy's own lock files are no content.
        if not name.endswith(".lock")
    }
    manifest = replace(manifest, files=hashed)
    content = manifest.as_json()
    content["seal"] = _seal_of(content)
    (building / MANIFEST_FILE).write_text(
        json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    for path in [*building.rglob("*"), building]:
        _flush(path)
    building.rename(building.with_name(manifest.generation))
    _flush(building.parent)
    return manifest


def _seal_of(content: Mapping[str, Any]) -> str:
    """A hash of what the manifest says, by which it is known to be as written."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def publish(folder: Path, generation: str) -> None:
    """Make the generation the live one, atomically."""
    pending = folder / f"{CURRENT_FILE}.new"
    pending.write_text(generation + "\n", encoding="utf-8")
    _flush(pending)
    pending.replace(folder / CURRENT_FILE)
    _flush(folder)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(folder: Path, generation: str) -> Manifest:
    """The generation's manifest. Raises IndexDamaged where unreadable, IndexMismatch on another format."""
    file = folder / generation / MANIFEST_FILE
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        if content["format"] == GENERATION_FORMAT:
            if content.pop("seal") != _seal_of(content):
                raise ValueError("the seal does not agree")
            encoder = ModelIdentity(**content.pop("encoder"))
            segments = tuple(
                SegmentInfo(**{**segment, "vectors": VectorKind(**segment["vectors"])})
                for segment in content.pop("segments")
            )
            files = {name: (size, digest) for name, (size, digest) in content.pop("files").items()}
            return Manifest(encoder=encoder, segments=segments, files=files, **content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            f"{file} cannot be read; run `rag ingest` with your corpus to rebuild the generation"
        ) from error
    raise IndexMismatch(
        f"generation {generation} has format {content['format']}, this version of rag reads format "
        f"{GENERATION_FORMAT}; run `rag ingest` with your corpus to rebuild it"
    )


def check_files(folder: Path, manifest: Manifest, *, hash_up_to: int | None = None) -> None:
    """Raise IndexDamaged, naming the file, unless every file is there with the size and hash recorded.

    The smallest are hashed first; beyond `hash_up_to` bytes in all, the larger are known by size alone.
    """
    spent = 0
    for name, (size, digest) in sorted(manifest.files.items(), key=lambda item: (item[1][0], item[0])):
        file = folder / manifest.generation / name
        spent += size
        hashing = hash_up_to is None or spent <= hash_up_to
        if not file.is_file():
            state = "is missing"
        elif file.stat().st_size != size:
            state = f"has {file.stat().st_size} bytes instead of {size}"
        elif hashing and sha256_of(file) != digest:
            state = "is not what was written"
        else:
            continue
        raise IndexDamaged(f"{file} {state}; {REBUILD}")


def lock_for_reading(folder: Path, generation: str) -> int | None:
    """Hold the generation open: a descriptor with a shared lock, or None when it is gone."""
    file = folder / generation / LOCK_FILE
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return None
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    # It may have been removed between the opening and the lock.
    if file.exists() and os.fstat(descriptor).st_ino == file.stat().st_ino:
        return descriptor
    os.close(descriptor)
    return None


def remove_unread(folder: Path, *, live: str) -> list[str]:
    """Remove the generations that are not live and that nobody reads; the names of those that stay."""
    kept = []
    for generation in generations_in(folder):
        if generation == live or not _removed(folder / generation):
            kept.append(generation)
    return kept


def _removed(generation: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(generation / LOCK_FILE, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            shutil.rmtree(generation)
        finally:
            os.close(descriptor)
        return True
    shutil.rmtree(generation, ignore_errors=True)
    return True


def set_aside(path: Path) -> Path:
    """Rename what is damaged, so that it is out of the way and can still be looked at; its new path."""
    for count in range(1, 10_000):
        target = path.with_name(f"{path.name}{_SUFFIX_DAMAGED}-{count}")
        if not target.exists():
            path.rename(target)
            return target
    raise IndexDamaged(f"{path.parent} holds too many damaged copies of {path.name}; move some away")


@contextlib.contextmanager
def exclusive(file: Path) -> Iterator[bool]:
    """Hold the lock file for this process alone; yields False at once when another process holds it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
