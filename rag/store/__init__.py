"""The index as stored: one transactional store of articles, chunks, vectors and aliases, and the caches
of each generation, derived from it.

    index/store.sqlite            articles, chunks, vectors, aliases (the one source of truth)
    index/<generation>/           manifest.json, gone.json, and a folder for each segment with vectors.faiss,
                                  lexical/, terms.* and rows.npz: a cache
    index/CURRENT                 the name of the live generation

A row of the store is visible to the generations from `born` until before `died`; a reader of one
generation therefore never sees half of another. This is the only package that imports faiss and tantivy.
"""

from rag.store.alike import Spellings, may_be_misspelt, one_edit_away
from rag.store.building import made_alike
from rag.store.generations import Manifest, ModelIdentity
from rag.store.health import Finding, check_index
from rag.store.index import Index
from rag.store.names import LONGEST_NAME, Alias, KnownAlias, Word, fold, is_short_word, words_of
from rag.store.reader import StoredText, Words
from rag.store.segments import to_join
from rag.store.snapshot import ByWords, Candidate, Snapshot
from rag.store.staging import NewArticle, SignedArticle, StagedArticle, StoredChunk
from rag.store.subjects import name_runs, without_qualifier
from rag.store.terms import Name
from rag.store.writer import Writer, compact_index

__all__ = [
    "LONGEST_NAME",
    "Alias",
    "ByWords",
    "Candidate",
    "Finding",
    "Index",
    "KnownAlias",
    "Manifest",
    "ModelIdentity",
    "Name",
    "NewArticle",
    "SignedArticle",
    "Snapshot",
    "Spellings",
    "StagedArticle",
    "StoredChunk",
    "StoredText",
    "Word",
    "Words",
    "Writer",
    "check_index",
    "compact_index",
    "fold",
    "is_short_word",
    "made_alike",
    "may_be_misspelt",
    "name_runs",
    "one_edit_away",
    "to_join",
    "without_qualifier",
    "words_of",
]
