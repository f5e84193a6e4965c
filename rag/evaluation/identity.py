"""What was measured: the corpus, the model that indexed it, the day, the libraries and the questions, without
times or places."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
from collections.abc import Mapping

from rag.evaluation.protocol import Archive

_LIBRARIES = ("rag", "faiss-cpu", "tantivy", "openvino", "tokenizers", "sentencex", "numpy", "ir-measures")


def identity_of(archive: Archive, today: dt.date | None) -> dict[str, object]:
    """As JSON holds it; `today` is the day of the questions that have none."""
    manifest = archive.manifest
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "articles": manifest.articles,
        # A generation is named by its number and a digest of its articles, its encoder and its options.
        "content": manifest.generation.rpartition("-")[2],
        "chunks": manifest.chunks,
        "encoder": manifest.encoder.name,
        "encoder_fingerprint": manifest.encoder.fingerprint,
        "options": dict(manifest.options),
        "asked_on": today.isoformat() if today is not None else None,
        "versions": versions,
    }


def fingerprint_of(parts: Mapping[str, object]) -> str:
    """What tells an edited question from the one that it was, part by part; each is what JSON can hold."""
    return " ".join(f"{name}:{digest_of(part)}" for name, part in parts.items())


def edited_parts(then: str, now: str) -> tuple[str, ...]:
    """The names of the parts in which two fingerprints differ."""
    before, after = (
        {name: digest for name, colon, digest in map(_parted, text.split()) if colon} for text in (then, now)
    )
    return tuple(name for name in dict.fromkeys((*after, *before)) if before.get(name) != after.get(name))


def _parted(word: str) -> tuple[str, str, str]:
    return word.partition(":")


def digest_of(part: object) -> str:
    """Of what is told to be the same or another, and never looked up: some characters are enough."""
    return hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()[:8]
