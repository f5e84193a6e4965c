"""What was measured: the corpus, the model that indexed it, the libraries and the questions, without times or
places."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json

from rag.evaluation.protocol import Archive

_LIBRARIES = ("rag", "faiss-cpu", "tantivy", "openvino", "tokenizers", "sentencex", "numpy", "ir-measures")


def identity_of(archive: Archive) -> dict[str, object]:
    """As JSON holds it."""
    manifest = archive.manifest
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {
        "articles": manifest.articles,
        "chunks": manifest.chunks,
        "encoder": manifest.encoder.name,
        "encoder_fingerprint": manifest.encoder.fingerprint,
        "options": dict(manifest.options),
        "versions": versions,
    }


def fingerprint_of(meaning: object) -> str:
    """What tells an edited question from the one that it was; `meaning` is anything that JSON holds."""
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
