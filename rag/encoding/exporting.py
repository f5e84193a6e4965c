"""Making a graph out of a model folder: the one place where the product traces a model, and needs torch."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.encoding.adapters import GraphEncoder, GraphReranker
from rag.encoding.catalogue import Role
from rag.encoding.fingerprints import file_hashes
from rag.encoding.graphs import (
    DESCRIPTION_FILE,
    FORMAT,
    GRAPH_FILE,
    TOKENIZER_FILE,
    Graph,
    graph_folder,
    read_graph,
)
from rag.encoding.narrowing import narrowed
from rag.encoding.runtime import import_openvino
from rag.encoding.sources import FoundModel
from rag.packages import cache_workspace, place_folder

_FILES = (GRAPH_FILE, "graph.bin", TOKENIZER_FILE)
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def make_graph(model: FoundModel, role: Role, *, cache: Path) -> Graph:
    """Export the model into its place in the cache, or record there why that cannot be done."""
    final = graph_folder(model, role, cache=cache)
    with cache_workspace(cache) as workspace:
        made = read_graph(final, cache=cache)
        if made is not None:  # by another process, while this one waited
            return made
        folder = workspace / "graph"
        folder.mkdir()
        export = _export_encoder if role == "encoder" else _export_reranker
        graph = export(model.folder, folder)
        files = () if graph.problem else _FILES
        description = {**asdict(graph), "sha256": file_hashes(folder, files, cache=workspace)}
        (folder / DESCRIPTION_FILE).write_text(json.dumps(description, indent=2, sort_keys=True) + "\n")
        place_folder(folder, final)
    return graph


def _export_encoder(source: Path, folder: Path) -> Graph:
    from rag.encoding.reference import (
        ReferenceEncoder,
        load_sentence_transformer,
        prompts_of,
        window_of,
    )

    model = load_sentence_transformer(source, local=True)
    query_prompt, document_prompt = prompts_of(model)
    reference = ReferenceEncoder(model, name="", fingerprint="")
    try:
        traced = _trace(model, "sentence_embedding", [_PROBES[0], _PROBES[1]])
        graph = Graph(
            format=FORMAT,
            problem=None,
            inputs=traced.inputs,
            width=traced.width,
            max_tokens=window_of(model),
            pad_token=model.tokenizer.pad_token_id or 0,
            padded=model.tokenizer.padding_side == "right",
            query_prompt=query_prompt,
            document_prompt=document_prompt,
        )

        def compare() -> None:
            exported = GraphEncoder(folder, graph, name="", fingerprint="", precision="f32", threads=None)
            for query, prompt in ((False, document_prompt), (True, query_prompt)):
                probes = [text for text in _PROBES if _fits(model, prompt + text, graph.max_tokens)]
                # Where nothing fits behind a prompt, nothing can be asked with it.
                _require(bool(probes) or query, f"nothing fits its window of {graph.max_tokens} tokens")
                products = exported.encode(probes, query=query) * reference.encode(probes, query=query)
                least = float(products.sum(axis=1).min(initial=1.0))
                _require(least >= 0.9999, f"cosine {least:.6f} to the original")

        _write(traced, folder, compare)
    except _export_errors() as error:
        return Graph(format=FORMAT, problem=_first_line(error))
    return graph


def _export_reranker(source: Path, folder: Path) -> Graph:
    from rag.encoding.reference import ReferenceReranker, load_cross_encoder, window_of

    model = load_cross_encoder(source, local=True)
    reference = ReferenceReranker(model, name="", fingerprint="")
    try:
        traced = _trace(model, "scores", [(_PROBES[0], _PROBES[1]), (_PROBES[1], _PROBES[2])])
        graph = Graph(
            format=FORMAT,
            problem=None,
            inputs=traced.inputs,
            width=1,
            max_tokens=window_of(model),
            pad_token=model.tokenizer.pad_token_id or 0,
            padded=model.tokenizer.padding_side == "right",
        )

        def compare() -> None:
            exported = GraphReranker(folder, graph, name="", fingerprint="", precision="f32", threads=None)
            off = np.abs(exported.score(_PROBES[1], _PROBES) - reference.score(_PROBES[1], _PROBES)).max()
            _require(float(off) <= 1e-3, f"scores {off:.6f} off the original")

        _write(traced, folder, compare)
    except _export_errors() as error:
        return Graph(format=FORMAT, problem=_first_line(error))
    return graph


def _fits(model: Any, text: str, most: int) -> bool:
    return len(model.tokenizer(text, truncation=False, verbose=False)["input_ids"]) <= most


# Of different lengths, so that a graph which froze the traced shape is found out.
_PROBES = (
    "Talks on the mill's future ended without agreement.",
    "Who won?",
    "The privatisation commission said on Tuesday that the talks, which began in 2021, had been put off "
    "again: no bidder had come forward, the gas supply remained cut, and the dues were still unpaid.",
)


@dataclass(frozen=True, slots=True)
class _Traced:
    """A loaded model as an `openvino.Model`, and the tokenizer that goes with it."""

    model: Any
    inputs: tuple[str, ...]
    tokenizer: Any

    @property
    def width(self) -> int:
        return int(self.model.outputs[0].get_partial_shape()[-1].get_length())


def _trace(model: Any, output: str, example: list[Any]) -> _Traced:
    """The graph of a loaded sentence-transformers model.

    The whole model is traced, pooling and what follows included. The frontend is used directly, for
    `openvino.convert_model` reports every conversion to a web analytics service.
    """
    import torch

    from rag.encoding.reference import quiet

    import_openvino()
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    features = {name: value for name, value in model.preprocess(example).items() if torch.is_tensor(value)}
    _require(set(features) <= set(_INPUTS), f"it takes {', '.join(sorted(set(features) - set(_INPUTS)))}")
    inputs = tuple(name for name in _INPUTS if name in features)

    class Whole(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            return self.model(dict(zip(inputs, tensors, strict=True)))[output]

    # The tracer's remarks on shapes are kept quiet: the result is compared instead.
    with torch.inference_mode(), quiet():
        decoder = TorchScriptPythonDecoder(Whole(), example_input=tuple(features[name] for name in inputs))
        frontend = FrontEndManager().load_by_framework("pytorch")
        graph = frontend.convert(frontend.load(decoder))
    for port, name in zip(graph.inputs, inputs, strict=True):
        port.get_tensor().set_names({name})
    return _Traced(graph, inputs, model.tokenizer.backend_tokenizer)


def _write(traced: _Traced, folder: Path, compare: Callable[[], None]) -> None:
    """Write the graph, narrowed where that is still the model, and its tokenizer.

    `compare` opens what is in the folder and raises one of `_export_errors` where it is not the model.
    """
    traced.tokenizer.no_padding()
    traced.tokenizer.no_truncation()
    traced.tokenizer.save(str(folder / TOKENIZER_FILE))
    narrow = narrowed(traced.model)
    if narrow is not None:
        _save(narrow, folder)
        try:
            compare()
        except _export_errors():
            pass  # more is read than the first token
        else:
            return
    _save(traced.model, folder)
    compare()


def _save(graph: Any, folder: Path) -> None:
    import_openvino().save_model(graph, str(folder / GRAPH_FILE), compress_to_fp16=False)


class _NotExportable(Exception):
    """The graph was made, but is not the model."""


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _NotExportable(otherwise)


def _export_errors() -> tuple[type[Exception], ...]:
    """What tracing and converting raise for a model that they cannot express."""
    from openvino import frontend

    converting = ("GeneralFailure", "NotImplementedFailure", "OpConversionFailure", "OpValidationFailure")
    tracing = (AttributeError, KeyError, NotImplementedError, RuntimeError, TypeError, ValueError)
    return (_NotExportable, *tracing, *(getattr(frontend, name) for name in converting))


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
