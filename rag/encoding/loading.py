"""From a model's name to an encoder or a reranker that is ready to work."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.encoding.catalogue import KNOWN_MODELS, Role, known_model
from rag.encoding.fingerprints import model_files
from rag.encoding.sources import FoundModel, ModelSource, find_here, find_model, role_of
from rag.errors import EncoderUnavailable
from rag.packages import CL100K, vocabulary_file

if TYPE_CHECKING:
    from rag.encoding import Encoder, Reranker
    from rag.encoding.graphs import Graph


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """What `rag models show` tells of one model; `where` is None for one that is not on this machine.

    `role` is encoder, reranker or vocabulary. `ready`: its use needs neither network nor conversion, and
    nothing that was kept of it was found damaged.
    """

    name: str
    role: str
    where: str | None
    folder: Path | None
    size: int
    """Bytes of the files that make up the fingerprint."""
    fingerprint: str | None
    ready: bool
    licence: str | None
    upstream: str | None


def load_encoder(
    name: str,
    *,
    models: ModelSource,
    precision: str = "auto",
    threads: int | None = None,
    device: str = "cpu",
) -> Encoder:
    """The encoder `name`: a known model, a folder, or a name on the hub.

    It runs as an exported graph, which is made the first time; a model that cannot be exported is run
    by sentence-transformers. `precision` is auto, f32 or bf16. `threads` is the number of processor
    cores to use, all by default. `device` cuda is an NVIDIA GPU, on which sentence-transformers runs it, in
    half precision where `precision` is auto; auto is cuda where there is one, else cpu.

    Raises EncoderUnavailable when the model is nowhere to be had, with the places and the remedy, or the GPU
    is not.
    """
    if device != "cpu":
        from rag.encoding.bulk import choose_device, load_bulk_encoder

        gpu = choose_device(device)  # before the model, which may have to be fetched
        if gpu is not None:
            model = _find(name, models, "encoder")
            return load_bulk_encoder(
                model.folder, gpu, name=model.name, fingerprint=model.fingerprint, precision=precision
            )
    from rag.encoding.adapters import GraphEncoder

    model = _find(name, models, "encoder")
    graph, folder = _graph_of(model, "encoder", models)
    if graph.problem is None:
        return GraphEncoder(
            folder,
            graph,
            name=model.name,
            fingerprint=model.fingerprint,
            precision=precision,
            threads=threads,
        )
    from rag.encoding.reference import ReferenceEncoder, load_sentence_transformer

    loaded = load_sentence_transformer(model.folder, local=True, precision=precision)
    return ReferenceEncoder(loaded, name=model.name, fingerprint=model.fingerprint)


def load_reranker(
    name: str, *, models: ModelSource, precision: str = "auto", threads: int | None = None
) -> Reranker:
    """The reranker `name`, a cross-encoder; everything else is as with `load_encoder`."""
    from rag.encoding.adapters import GraphReranker

    model = _find(name, models, "reranker")
    graph, folder = _graph_of(model, "reranker", models)
    if graph.problem is None:
        return GraphReranker(
            folder,
            graph,
            name=model.name,
            fingerprint=model.fingerprint,
            precision=precision,
            threads=threads,
        )
    from rag.encoding.reference import ReferenceReranker, load_cross_encoder

    loaded = load_cross_encoder(model.folder, local=True, precision=precision)
    return ReferenceReranker(loaded, name=model.name, fingerprint=model.fingerprint)


def describe_models(models: ModelSource, *, names: Sequence[str] = ()) -> list[ModelStatus]:
    """The known models, those in `names` and the vocabulary, as they are on this machine; nothing is fetched.

    Every file is hashed again, whatever is remembered of it: this is where damage is looked for. A compiled
    graph that is damaged is removed; the next use compiles it anew.
    """
    from rag.encoding.compiling import remove_damaged
    from rag.encoding.graphs import graph_folder, read_graph

    statuses = []
    wanted = dict.fromkeys([model.name for model in KNOWN_MODELS])
    wanted |= dict.fromkeys(name for name in names if known_model(name) is None)
    for name in wanted:
        known = known_model(name)
        found = find_here(name, models=models, recheck=True)
        role: Role = known.role if known else role_of(found.folder) if found else "encoder"
        ready = False
        if found:
            folder = graph_folder(found, role, cache=models.cache)
            graph = read_graph(folder, cache=models.cache, recheck=True)
            damaged = remove_damaged(folder)
            ready = graph is not None and not damaged
        statuses.append(
            ModelStatus(
                name=name,
                role=role,
                where=found.where if found else None,
                folder=found.folder if found else None,
                size=_size_of(found.folder) if found else 0,
                fingerprint=found.fingerprint if found else None,
                ready=ready,
                licence=known.licence if known else None,
                upstream=known.upstream if known else None,
            )
        )
    return [*statuses, _describe_vocabulary(models)]


def fetch_models(
    names: Sequence[tuple[str, Role]], *, models: ModelSource, progress: Callable[[str], None] | None = None
) -> None:
    """Put all that is needed for work without a network in the cache: folders, graphs, the vocabulary.

    `progress` is told in words what is about to be done. What is there already is left alone; a compilation
    that is damaged is removed, and compiled anew when it is next used.
    Raises EncoderUnavailable when something cannot be had.
    """
    from rag.encoding.compiling import remove_damaged

    tell = progress or (lambda _: None)
    tell(f"vocabulary {CL100K.name}")
    vocabulary_file(CL100K, cache=models.cache, offline=models.offline)
    for name, role in names:
        tell(f"{role} {name}")
        model = _find(name, models, role)
        tell(f"graph of {name}")
        _, folder = _graph_of(model, role, models)
        remove_damaged(folder)


def _describe_vocabulary(models: ModelSource) -> ModelStatus:
    try:
        file = vocabulary_file(CL100K, cache=models.cache, offline=True)
    except EncoderUnavailable:
        file = None
    return ModelStatus(
        name=CL100K.name,
        role="vocabulary",
        where="cache" if file else None,
        folder=file.parent if file else None,
        size=file.stat().st_size if file else 0,
        fingerprint=CL100K.sha256 if file else None,
        ready=file is not None,
        licence="MIT",
        upstream="tiktoken cl100k_base",
    )


def _find(name: str, models: ModelSource, role: Role) -> FoundModel:
    if models.offline:  # before the hub's client is imported, which reads it then
        os.environ["HF_HUB_OFFLINE"] = "1"
    model = find_model(name, models=models, role=role)
    found = role_of(model.folder)
    if role == "reranker" and found == "encoder":
        # It would be loaded all the same, with a head of random weights that scores by chance.
        raise EncoderUnavailable(f"{name} is an encoder, not a reranker; set RAG_RERANKER to a cross-encoder")
    if role == "encoder" and found == "reranker":
        raise EncoderUnavailable(f"{name} is a reranker, not an encoder; set RAG_ENCODER to an encoder")
    return model


def _graph_of(model: FoundModel, role: Role, models: ModelSource) -> tuple[Graph, Path]:
    from rag.encoding.graphs import graph_folder, read_graph

    folder = graph_folder(model, role, cache=models.cache)
    graph = read_graph(folder, cache=models.cache)
    if graph is None:
        from rag.encoding.exporting import make_graph

        graph = make_graph(model, role, cache=models.cache)
    return graph, folder


def _size_of(folder: Path) -> int:
    return sum((folder / name).stat().st_size for name in model_files(folder))
