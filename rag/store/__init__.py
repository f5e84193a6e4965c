"""The index as stored: one transactional store of articles, chunks and vectors, and the caches of each
generation, derived from it.

    index/store.sqlite            articles, chunks, vectors (the one source of truth)
    index/<generation>/           vectors.faiss, lexical/, rows.npz, manifest.json: a cache
    index/CURRENT                 the name of the live generation

A row of the store is visible to the generations from `born` until before `died`; a reader of one
generation therefore never sees half of another. This is the only package that imports faiss and tantivy.
"""

from rag.store.generations import Manifest, ModelIdentity
from rag.store.health import Finding, check_index
from rag.store.index import Index
from rag.store.naming import fold_name
from rag.store.snapshot import Candidate, Snapshot
from rag.store.writer import StagedArticle, StoredChunk, Writer

__all__ = [
    "Candidate",
    "Finding",
    "Index",
    "Manifest",
    "ModelIdentity",
    "Snapshot",
    "StagedArticle",
    "StoredChunk",
    "Writer",
    "check_index",
    "fold_name",
]
