"""Where a model's folder is: given by the user, in the cache, in a pinned package, or on the hub.

Whatever is found is an ordinary sentence-transformers folder; what a package or the hub gives is placed
in the cache first.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.encoding.catalogue import KnownModel, Role, known_model
from rag.encoding.conversion import ONNX_FILE, build_folder
from rag.encoding.fingerprints import fingerprint
from rag.errors import EncoderUnavailable
from rag.packages import cache_workspace, place_folder, remedy, unpack

Where = Literal["folder", "cache", "package", "hub"]


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where models are looked for, in order: `folder`, the user's `cache`, the pinned package, the hub.

    With `offline` the last two are left out.
    """

    folder: Path | None
    cache: Path
    offline: bool


@dataclass(frozen=True, slots=True)
class FoundModel:
    """A model's folder, and which of the places it was found in."""

    name: str
    folder: Path
    where: Where
    fingerprint: str


def find_model(name: str, *, models: ModelSource, role: Role) -> FoundModel:
    """The folder of the model `name`, which is a known name, a folder, or a name on the hub.

    Raises EncoderUnavailable when it is in none of the places, with the remedy.
    """
    found = find_here(name, models=models)
    if found is not None:
        return found
    known = known_model(name)
    hub_folder = None if known else _in_hub_cache(name)
    if hub_folder is not None:
        return FoundModel(name, hub_folder, "hub", fingerprint(hub_folder, cache=models.cache))
    places = [models.cache / "models"] if models.folder is None else [models.folder, models.cache / "models"]
    absent = f"{role} {name!r} is not in {' or '.join(map(str, places))}"
    if models.offline:
        raise EncoderUnavailable(f"{absent}; {remedy()}")
    try:
        if known is not None:
            _fetch_from_package(known, models.cache)
        else:
            _fetch_from_hub(name, models.cache, role)
    except EncoderUnavailable as error:
        raise EncoderUnavailable(f"{absent}, and {error}") from error
    fetched = find_here(name, models=models)
    if fetched is None:
        raise EncoderUnavailable(
            f"{role} {name!r} did not come out as it is pinned; the installed libraries differ from "
            "constraints.txt, install those"
        )
    return FoundModel(fetched.name, fetched.folder, "package" if known else "hub", fetched.fingerprint)


def find_here(name: str, *, models: ModelSource, recheck: bool = False) -> FoundModel | None:
    """The model as far as it is on this machine already, None when it is not, or is damaged."""
    known = known_model(name)
    places = [(Path(name).resolve().name, Path(name))]
    if models.folder is not None:
        places += [(name, models.folder / name)]
        places += [(known.name, models.folder / known.name)] if known else []
    for label, folder in places:
        if is_model_folder(folder):
            return FoundModel(
                label, folder, "folder", fingerprint(folder, cache=models.cache, recheck=recheck)
            )
    cached = models.cache / "models" / _cache_name(known.name if known else name)
    if is_model_folder(cached):
        found = fingerprint(cached, cache=models.cache, recheck=recheck)
        if known is None or found == known.fingerprint:
            return FoundModel(known.name if known else name, cached, "cache", found)
    return None


def is_model_folder(folder: Path) -> bool:
    """Whether a folder holds a config and weights somewhere below it."""
    weights = ("*.safetensors", "pytorch_model*.bin")
    return (folder / "config.json").is_file() and any(any(folder.rglob(each)) for each in weights)


def role_of(folder: Path) -> Role:
    """What a model folder is for, from its own configuration."""
    settings = folder / "config_sentence_transformers.json"
    if settings.is_file() and json.loads(settings.read_bytes()).get("model_type") == "CrossEncoder":
        return "reranker"
    architectures = json.loads((folder / "config.json").read_bytes()).get("architectures") or [""]
    return "reranker" if architectures[0].endswith("ForSequenceClassification") else "encoder"


def _in_hub_cache(name: str) -> Path | None:
    """The folder where the hub's client keeps a model that was loaded before, without asking the hub."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for repository in _repositories(name):
        try:
            folder = Path(snapshot_download(repository, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            continue
        if is_model_folder(folder):
            return folder
    return None


def _fetch_from_package(model: KnownModel, cache: Path) -> None:
    files = dict(model.files)
    if model.onnx is not None:
        files[ONNX_FILE] = model.onnx
    with cache_workspace(cache) as workspace:
        folder = workspace / "folder"
        build_folder(model, unpack(model.package, files, workspace=workspace), folder)
        place_folder(folder, cache / "models" / _cache_name(model.name))


def _fetch_from_hub(name: str, cache: Path, role: Role) -> None:
    from rag.encoding.reference import load_cross_encoder, load_sentence_transformer

    repository = _repository_on_hub(name)
    load = load_sentence_transformer if role == "encoder" else load_cross_encoder
    with cache_workspace(cache) as workspace:
        folder = workspace / "folder"
        load(repository, local=False).save_pretrained(str(folder), create_model_card=False)
        place_folder(folder, cache / "models" / _cache_name(name))


def _repository_on_hub(name: str) -> str:
    """The hub's full name of a model, asked once: loading would retry for a minute without a network."""
    import httpx2
    from huggingface_hub import model_info
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    for repository in _repositories(name):
        try:
            model_info(repository, timeout=10)
        except (HFValidationError, RepositoryNotFoundError):
            continue
        except (httpx2.HTTPError, OSError) as error:
            raise EncoderUnavailable(f"the hub could not be asked for it; {remedy()}") from error
        return repository
    raise EncoderUnavailable("the hub has no model of that name; check the spelling")


def _repositories(name: str) -> tuple[str, ...]:
    return (name,) if "/" in name else (f"sentence-transformers/{name}", f"cross-encoder/{name}")


def _cache_name(name: str) -> str:
    return name.replace("/", "--").replace(os.sep, "--")
