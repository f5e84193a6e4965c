"""From settings to working parts. Each part takes values; this is where they meet the settings.

Every import is inside its function, so that a command loads no more than it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.answering import Answerer, Options, Synonyms
    from rag.encoding import Encoder, ModelSource, Reranker
    from rag.indexing.ingest import IngestReport
    from rag.settings import Settings
    from rag.store import Index

NO_RERANKER = "none"


def model_source(settings: Settings) -> ModelSource:
    """Where models are looked for."""
    from rag.encoding import ModelSource

    return ModelSource(folder=settings.models, cache=settings.cache, offline=settings.offline)


def open_encoder(settings: Settings) -> Encoder:
    """Raises EncoderUnavailable when the model cannot be had."""
    from rag.encoding import load_encoder

    return load_encoder(
        settings.encoder,
        models=model_source(settings),
        precision=settings.precision,
        threads=settings.threads,
    )


def open_reranker(settings: Settings) -> Reranker | None:
    """None when the settings turn it off. Raises EncoderUnavailable when the model cannot be had."""
    from rag.encoding import load_reranker

    if settings.reranker == NO_RERANKER:
        return None
    return load_reranker(
        settings.reranker,
        models=model_source(settings),
        precision=settings.precision,
        threads=settings.threads,
    )


def open_index(settings: Settings) -> Index:
    """Raises IndexMissing, IndexDamaged or IndexMismatch."""
    from rag.store import Index

    return Index.open(settings.index)


def answering_options(settings: Settings) -> Options:
    from rag.answering import Options

    return Options(
        depth=settings.depth,
        dense_weight=settings.dense_weight,
        rerank_depth=settings.rerank_depth,
        top_k=settings.top_k,
        max_quotes=settings.max_quotes,
        abstain_below=settings.abstain_below,
        longest_question=settings.max_question_characters,
    )


def open_synonyms(settings: Settings) -> Synonyms:
    """Raises SettingsError, which names the file and the line."""
    from rag.answering import Synonyms, read_synonyms

    return read_synonyms(settings.synonyms) if settings.synonyms else Synonyms()


def open_answerer(settings: Settings) -> Answerer:
    """Index and synonyms first, since what is wrong with them is told at once and models take a while."""
    index = open_index(settings)
    synonyms = open_synonyms(settings)

    from rag.answering import Answerer

    encoder, reranker = open_encoder(settings), open_reranker(settings)
    return Answerer(index, encoder, reranker, options=answering_options(settings), synonyms=synonyms)


def open_ablated_answerers(settings: Settings) -> dict[str, Answerer]:
    """The system with parts left out, by what is left, and the whole one last; models are loaded once."""
    from rag.answering import Answerer

    index, encoder = open_index(settings), open_encoder(settings)
    options, synonyms = answering_options(settings), open_synonyms(settings)

    def system(reranker: Reranker | None, options: Options) -> Answerer:
        return Answerer(index, encoder, reranker, options=options, synonyms=synonyms)

    lexical = replace(options, dense_weight=0.0)
    answerers = {
        "lexical, no aliases": system(None, replace(lexical, alias_weight=0.0)),
        "lexical": system(None, lexical),
        "dense": system(None, replace(options, dense_weight=1.0)),
        "fused": system(None, options),
    }
    reranker = open_reranker(settings)
    if reranker is not None:
        answerers["fused and reranked"] = system(reranker, options)
    return answerers


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    *,
    allow_empty: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> IngestReport:
    """Make the index hold what the paths hold. Raises as `rag.indexing.ingest.ingest` does."""
    from rag.indexing.ingest import IngestOptions, ingest
    from rag.tokens import load_vocabulary

    load_vocabulary(cache=settings.cache, offline=settings.offline)
    return ingest(
        paths,
        index_folder=settings.index,
        encoder=open_encoder(settings),
        options=IngestOptions(
            chunk_tokens=settings.chunk_tokens, overlap_sentences=settings.overlap_sentences
        ),
        allow_empty=allow_empty,
        progress=progress,
    )


def application(settings: Settings) -> FastAPI:
    """The HTTP service; the answerer is loaded when it has started."""
    from rag.serving.app import create_app
    from rag.serving.limits import Limits

    return create_app(
        lambda: open_answerer(settings),
        limits=Limits(
            max_question_characters=settings.max_question_characters,
            max_body_bytes=settings.max_body_bytes,
            max_top_k=settings.max_top_k,
        ),
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
    )
