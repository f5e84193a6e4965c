"""From settings to working parts. Each part takes values; this is where they meet the settings.

Every import is inside its function, so that a command loads no more than it needs.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from rag.answering import Answerer, Options, Synonyms
    from rag.encoding import Encoder, ModelSource, Reranker
    from rag.indexing.ingest import IngestOptions, IngestReport
    from rag.settings import Settings
    from rag.store import Index

NO_RERANKER = "none"
# What the libraries ask for when they are loaded: faiss, torch, numpy, tokenizers.
_THREADS_OF = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


def bound_threads(settings: Settings) -> None:
    """Have every library that computes take at most `threads`, those that are loaded from here on.

    They read it in the environment, which is left alone where no number is set. OpenVINO reads none: it is
    told where a model is opened. A search of vectors takes the thread that asks.
    """
    if settings.threads is not None:
        os.environ.update(dict.fromkeys(_THREADS_OF, str(settings.threads)))


def model_source(settings: Settings) -> ModelSource:
    """Where models are looked for."""
    from rag.encoding import ModelSource

    return ModelSource(folder=settings.models, cache=settings.cache, offline=settings.offline)


def open_encoder(settings: Settings) -> Encoder:
    """Raises EncoderUnavailable when the model cannot be had."""
    return _open_encoder(settings, "cpu")


def open_bulk_encoder(settings: Settings) -> Encoder:
    """The encoder for an ingest, on the device that is set; questions are few and stay on the processor.

    Raises EncoderUnavailable when the model or the device cannot be had.
    """
    return open_encoder(settings) if settings.device == "cpu" else _open_encoder(settings, settings.device)


def _open_encoder(settings: Settings, device: str) -> Encoder:
    from rag.encoding import load_encoder

    return load_encoder(
        settings.encoder,
        models=model_source(settings),
        precision=settings.precision,
        threads=settings.threads,
        device=device,
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
        rerank_pairs=settings.rerank_pairs,
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
    bound_threads(settings)
    index = open_index(settings)
    synonyms = open_synonyms(settings)

    from rag.answering import Answerer

    encoder, reranker = open_encoder(settings), open_reranker(settings)
    return Answerer(index, encoder, reranker, options=answering_options(settings), synonyms=synonyms)


# The retrievers alone, the first rows of the ablation table.
SINGLES = ("lexical", "dense")
# What the product adds to its fused and reranked retrievers, in the order of the ablation table, and the
# options that leave it out. A part that the settings leave out has no row.
WITHOUT: Mapping[str, Mapping[str, Any]] = {
    "copies": {"copies": False},
    "hops": {"hops": False},
    "aliases": {"alias_weight": 0.0},
    "time": {"time": False},
}


def ablated_options(options: Options, *, reranked: bool) -> dict[str, tuple[Options, bool]]:
    """Options, and whether there is a cross-encoder, by system: each adds to the one before, the last is
    the whole product."""
    if not reranked:
        # Links are followed by the cross-encoder's judgement: without one there are none to leave out.
        options = replace(options, hops=False)
    left_out = {field: value for changes in WITHOUT.values() for field, value in changes.items()}
    bare = replace(options, **left_out)
    systems = {
        "lexical": (replace(bare, dense_weight=0.0), False),
        "dense": (replace(bare, dense_weight=1.0), False),
        "fused": (bare, False),
    }
    if reranked:
        systems["+ rerank"] = (bare, True)
    before = bare
    for name, changes in WITHOUT.items():
        left_out = {field: value for field, value in left_out.items() if field not in changes}
        system = replace(options, **left_out)
        if system != before:
            systems[f"+ {name}"] = (system, reranked)
        before = system
    return systems


def open_ablated_answerers(settings: Settings) -> dict[str, Answerer]:
    """The systems of `ablated_options`, over one index and with one loading of the models.

    The others use what the whole one computed for a question; it computes everything itself, so that only
    its times are those of a system on its own.
    """
    from rag.answering import Answerer
    from rag.encoding.sharing import Memory, SharedEncoder, SharedReranker

    bound_threads(settings)
    index, synonyms = open_index(settings), open_synonyms(settings)
    encoder, reranker = open_encoder(settings), open_reranker(settings)
    memory = Memory()
    systems = ablated_options(answering_options(settings), reranked=reranker is not None)
    *_, whole = systems
    return {
        name: Answerer(
            index,
            SharedEncoder(encoder, memory, borrows=name != whole),
            SharedReranker(reranker, memory, borrows=name != whole) if reranker and reranks else None,
            options=options,
            synonyms=synonyms,
        )
        for name, (options, reranks) in systems.items()
    }


def measured_with(settings: Settings, answerer: Answerer) -> dict[str, object]:
    """What a result depends on beside the index, as JSON holds it: no times, no places, no names."""
    reranker = answerer.reranker
    return {
        "reranker": reranker.name if reranker else NO_RERANKER,
        **({"reranker_fingerprint": reranker.fingerprint} if reranker else {}),
        "precision": precision_of(settings),
        "synonyms": _digest_of(settings.synonyms) if settings.synonyms else None,
        "answering": asdict(answerer.options),
        "cores": settings.threads or _cores(),
    }


def precision_of(settings: Settings) -> str:
    """What the models compute in on this machine: f32 or bf16."""
    from rag.encoding.runtime import choose_precision

    return choose_precision(settings.precision)


def _digest_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def ingest(
    paths: Sequence[Path],
    settings: Settings,
    *,
    allow_empty: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> IngestReport:
    """Make the index hold what the paths hold. Raises as `rag.indexing.ingest.ingest` does."""
    bound_threads(settings)
    from rag.indexing.ingest import ingest

    _load_vocabulary(settings)
    return ingest(
        paths,
        index_folder=settings.index,
        encoder=open_bulk_encoder(settings),
        options=_cut(settings),
        allow_empty=allow_empty,
        progress=progress,
    )


def add(
    paths: Sequence[Path],
    settings: Settings,
    *,
    progress: Callable[[str, int, int], None] | None = None,
) -> IngestReport:
    """Put what the paths hold into the index. Raises as `rag.indexing.ingest.add` does."""
    bound_threads(settings)
    from rag.indexing.ingest import add

    _load_vocabulary(settings)
    return add(
        paths,
        index_folder=settings.index,
        encoder=open_bulk_encoder(settings),
        options=_cut(settings),
        progress=progress,
    )


def _load_vocabulary(settings: Settings) -> None:
    from rag.tokens import load_vocabulary

    load_vocabulary(cache=settings.cache, offline=settings.offline)


def _cut(settings: Settings) -> IngestOptions:
    from rag.indexing.ingest import IngestOptions

    return IngestOptions(chunk_tokens=settings.chunk_tokens, overlap_sentences=settings.overlap_sentences)


def of_worker(settings: Settings) -> Settings:
    """The settings of each of several workers: where no number of threads is set, they share the cores out,
    at least one to each."""
    if settings.threads is not None or settings.workers == 1:
        return settings
    return settings.model_copy(update={"threads": max(1, _cores() // settings.workers)})


def _cores() -> int:
    """The cores that this process may use, where the system tells them, and otherwise those there are."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
            max_waiting=settings.max_waiting,
        ),
        api_key=settings.api_key.get_secret_value() if settings.api_key else None,
        root_path=settings.root_path,
    )
