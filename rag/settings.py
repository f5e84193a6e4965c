"""One frozen Settings: `RAG_*` variables over `rag.toml` over defaults. Read at the edge, once.

Importing this module imports pydantic: the commands do it when they run, so that `--help` is instant.
pydantic-settings would bring asyncio and more into every start, for what a few lines do.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from rag.errors import SettingsError
from rag.types import FEWEST_PAIRS

FILE_NAME = "rag.toml"
FILE_VARIABLE = "RAG_CONFIG"
PREFIX = "RAG_"
_ROOT_PATH = r"(/[A-Za-z0-9._~-]+)*"


def _folder(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("holds a NUL character, which no folder can have")
    return path.expanduser()


def _root_path(path: str) -> str:
    parts = path.rstrip("/")
    if re.fullmatch(_ROOT_PATH, parts):
        return parts
    meant = f"/{parts.strip('/')}"
    meant = meant if re.fullmatch(_ROOT_PATH, meant) else "/rag"
    raise ValueError(
        f"is no path of letters, digits, `.`, `_`, `~` and `-` behind slashes; write it as {meant}"
    )


Folder = Annotated[Path, AfterValidator(_folder)]
Name = Annotated[str, Field(min_length=1)]
RootPath = Annotated[str, AfterValidator(_root_path)]
Share = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseModel):
    """What a user may set. Built by `load_settings`; called directly it reads nothing but its arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    index: Folder = Field(Path("index"), description="folder of the index")
    encoder: Name = Field("bge-small-en-v1.5", description="model that turns text into vectors")
    reranker: Name = Field(
        "ms-marco-MiniLM-L-12-v2", description="model that orders passages and sentences; `none` turns it off"
    )
    models: Folder | None = Field(None, description="folder that is looked in first for models")
    cache: Folder = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("rag")),
        description="folder that models are kept in",
    )
    offline: bool = Field(False, description="never fetch a model")
    precision: Literal["auto", "f32", "bf16"] = Field("auto", description="arithmetic of the models")
    device: Literal["cpu", "cuda", "auto"] = Field(
        "cpu", description="what `rag ingest` embeds on; `cuda`: an NVIDIA GPU, `auto`: one if there is"
    )
    threads: int | None = Field(
        None, ge=1, le=1024, description="threads that compute at once, of every library; unset: all cores"
    )
    chunk_tokens: int = Field(200, ge=16, le=8192, description="tokens that a chunk aims at")
    overlap_sentences: int = Field(1, ge=0, le=16, description="sentences shared by neighbouring chunks")
    depth: int = Field(50, ge=1, le=10_000, description="candidates that each retriever gives")
    dense_weight: Share = Field(0.5, description="share of the vectors in fusion, the rest is lexical")
    synonyms: Folder | None = Field(None, description="file of other forms of names; unset: none")
    rerank_depth: int = Field(16, ge=1, le=1000, description="candidates that are reranked")
    rerank_pairs: int | None = Field(
        None,
        ge=FEWEST_PAIRS,
        description="passages and sentences that the reranker reads for one answer; unset: all",
    )
    top_k: int = Field(5, ge=1, le=1000, description="passages that are kept")
    max_quotes: int = Field(
        3,
        ge=1,
        le=100,
        description="quotes in one answer at most, without what they take up and what names whom they are "
        "about; in a timeline three times as many, and of several questions each has its share, rounded up",
    )
    abstain_below: Share = Field(0.35, description="confidence below which there is no answer")
    host: Name = Field("127.0.0.1", description="address that `rag serve` listens on")
    port: int = Field(8000, ge=0, le=65535, description="port that `rag serve` listens on; 0: any free one")
    workers: int = Field(1, ge=1, le=256, description="processes of `rag serve` that answer")
    root_path: RootPath = Field(
        "", description="what a proxy has before the addresses of `rag serve`, as /rag"
    )
    api_key: SecretStr | None = Field(None, description="key that the server asks for; unset: none")
    max_question_characters: int = Field(2000, ge=1, le=1_000_000, description="longest question")
    max_body_bytes: int = Field(262_144, ge=1024, description="largest request that the server reads")
    max_waiting: int = Field(
        64,
        ge=0,
        le=100_000,
        description="questions that wait, and ten times as many of all else; more are sent away",
    )
    max_top_k: int = Field(100, ge=1, le=1000, description="most passages that a request may ask for")


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and for each field where its value came from.

    `origins` holds "default", the path of the file, "environment variable RAG_X" or "command line".
    `unknown_variables` are RAG_* variables that name no setting, each with the nearest one or None.
    """

    settings: Settings
    origins: Mapping[str, str]
    file: Path | None
    unknown_variables: Mapping[str, str | None]


def load_settings(
    config: Path | None = None, *, overrides: Mapping[str, object] | None = None
) -> LoadedSettings:
    """Read the environment and `config`, else the file in RAG_CONFIG, else `rag.toml` here if there is one.

    Folders in the file are relative to the file, elsewhere to the working directory. `overrides` are
    what the command line says; None means that it does not say. Raises SettingsError, which names the
    value and where it came from.
    """
    given = config or (Path(os.environ[FILE_VARIABLE]) if os.environ.get(FILE_VARIABLE) else None)
    file = given or (Path(FILE_NAME) if Path(FILE_NAME).is_file() else None)
    layers: list[tuple[str, Mapping[str, Any]]] = [
        (str(file), _read_file(file) if file else {}),
        ("environment variable", _read_environment()),
        ("command line", {key: value for key, value in (overrides or {}).items() if value is not None}),
    ]
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, layer in layers:
        values |= layer
        for key in layer:
            origins[key] = f"{origin} {PREFIX}{key.upper()}" if origin == "environment variable" else origin
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise SettingsError(_sentence(error, origins)) from None
    if settings.api_key is not None and not settings.api_key.get_secret_value().strip():
        raise SettingsError(
            f"api_key is empty ({origins['api_key']}); give it a value, or unset it to serve without one"
        )
    if settings.top_k > settings.max_top_k:
        raise SettingsError(
            f"top_k is {settings.top_k} ({origins['top_k']}), which is more than max_top_k, "
            f"{settings.max_top_k} ({origins['max_top_k']})"
        )
    return LoadedSettings(
        settings=settings, origins=origins, file=file, unknown_variables=_unknown_variables()
    )


def nearest(key: str) -> str | None:
    """The setting whose name is most like `key`; None when none is."""
    return next(iter(difflib.get_close_matches(key.lower(), Settings.model_fields, n=1)), None)


def _read_file(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"the settings file {file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"the settings file {file} is not TOML: {error}") from error
    for key in values:
        if key not in Settings.model_fields:
            meant = nearest(key)
            remedy = f"did you mean {meant!r}?" if meant else "`rag config` lists the settings"
            raise SettingsError(f"{file} sets {key!r}, which is not a setting; {remedy}")
    folders = {
        key: values[key]
        for key in ("index", "models", "cache", "synonyms")
        if isinstance(values.get(key), str)
    }
    return values | {key: file.parent / Path(value).expanduser() for key, value in folders.items()}


def _read_environment() -> dict[str, str]:
    """The RAG_* variables; an empty one counts as unset, but an empty key must not leave a server open.

    Nor must one whose name is in lower case: that counts too, behind the one in capitals.
    """
    named = {name.upper(): value for name, value in sorted(os.environ.items(), reverse=True)}
    given = {key: named.get(f"{PREFIX}{key.upper()}") for key in Settings.model_fields}
    return {key: value for key, value in given.items() if value or (key == "api_key" and value is not None)}


def _unknown_variables() -> dict[str, str | None]:
    known = {f"{PREFIX}{key.upper()}" for key in Settings.model_fields} | {FILE_VARIABLE}
    strays = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    meant = {name: nearest(name.removeprefix(PREFIX)) for name in strays}
    return {name: f"{PREFIX}{key.upper()}" if key else None for name, key in meant.items()}


def _sentence(error: ValidationError, origins: Mapping[str, str]) -> str:
    first = error.errors(include_url=False)[0]
    key = str(first["loc"][0])
    shown = "set" if key == "api_key" else repr(first["input"])
    rule = first["msg"].removeprefix("Input ").removeprefix("Value error, ").rstrip(".")
    return f"{key} is {shown} ({origins[key]}), but it {rule}"
