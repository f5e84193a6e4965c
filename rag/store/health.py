"""What an index claims, held against what it stores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rag.errors import RagError
from rag.store import generations
from rag.store.database import connect_reader, storage_errors
from rag.types import Filters


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it holds, and what was seen."""

    check: str
    sound: bool
    detail: str


def check_index(folder: Path) -> list[Finding]:
    """Check everything that an index claims of itself; the findings, sound or not. Reads every row."""
    findings: list[Finding] = []
    try:
        with storage_errors(folder):
            name = generations.read_current(folder)
            manifest = generations.read_manifest(folder, name)
            findings.append(Finding("generation", True, f"{name}, made by rag {manifest.version}"))
            generations.check_files(folder, manifest)
            findings.append(Finding("files", True, f"{len(manifest.files)} files as written"))
            findings.append(_check_database(folder))
            findings.extend(_check_counts(folder, manifest))
    except RagError as error:
        findings.append(Finding("index", False, str(error)))
        return findings
    findings.extend(
        Finding("set aside", True, f"{path.name} was damaged and can be removed once looked at")
        for path in sorted(folder.glob("*.damaged-*"))
    )
    return findings


def _check_database(folder: Path) -> Finding:
    connection = connect_reader(folder)
    try:
        problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    finally:
        connection.close()
    return Finding("store", problems == ["ok"], "; ".join(problems[:3]))


def _check_counts(folder: Path, manifest: generations.Manifest) -> list[Finding]:
    from rag.store.index import Index

    snapshot = Index.open(folder).snapshot()
    articles = snapshot.count_articles(Filters())
    chunks = 0
    after: str | None = None
    while page := snapshot.list_articles(after=after, limit=500):
        after = page[-1].id
        for article in page:
            chunks += len(snapshot.chunks_of(article.id))
    vectors = snapshot.count_vectors()
    return [
        Finding(
            "articles",
            articles == manifest.articles,
            f"{articles} stored as written, {manifest.articles} claimed",
        ),
        Finding(
            "chunks",
            chunks == manifest.chunks == vectors,
            f"{chunks} stored, {vectors} vectors, {manifest.chunks} claimed",
        ),
        Finding(
            "truncated", manifest.truncated == 0, f"{manifest.truncated} chunks beyond the encoder's window"
        ),
    ]
