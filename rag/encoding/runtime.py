"""A graph at work on the CPU: texts tokenised, padded each by its own length, run in batches.

A row's bits depend on the length that it is padded to and on nothing else in its batch. So each text
is padded to a length that follows from its own token count, and only texts of one length are batched:
a text has the same vector alone, in any company, and in any order.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.encoding.batching import Batcher
from rag.encoding.compiling import compile_graph
from rag.encoding.graphs import TOKENIZER_FILE, Graph

if TYPE_CHECKING:
    from rag.encoding import Vectors

# Token counts are rounded up to a multiple of this: few lengths to batch, little padding.
_LENGTH_STEP = 16
# Tokens of a batch, padding included; beyond it a larger batch is no faster and only takes memory.
_BATCH_TOKENS = 2048
_CONVERTER = "openvino.tools.ovc"


def import_openvino() -> Any:
    """The openvino module, without its converter and its telemetry.

    `import openvino` brings both, unless they are missing. The telemetry reports to a web analytics service,
    unasked, and nothing may leave the machine; the converter, which nobody here uses (see `exporting`), takes
    half as long as all the rest. So the packages are made to look missing, the converter only meanwhile:
    another part of the process may want it.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    hidden = _CONVERTER not in sys.modules
    if hidden:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]
    try:
        import openvino
    finally:
        if hidden:
            del sys.modules[_CONVERTER]
    return openvino


def choose_precision(precision: str) -> str:
    """`auto` made definite: bf16 where the processor computes in it, else f32.

    Raises ValueError for what is none of auto, f32 and bf16.
    """
    if precision in {"f32", "bf16"}:
        return precision
    if precision != "auto":
        raise ValueError(f"precision {precision!r} is not one of auto, f32, bf16")
    capabilities = import_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "bf16" if "BF16" in capabilities else "f32"


@functools.lru_cache(maxsize=4)
def _read_tokenizer(content: bytes) -> Any:
    """The tokenizer of a file's content, which is used and never changed.

    Encoder and reranker are often of one family and have the same: it is read once for both.
    """
    from tokenizers import Tokenizer

    return Tokenizer.from_buffer(content)


class GraphRunner:
    """The tokenizer and the compiled graph of one graph folder. Safe to share between threads."""

    def __init__(self, folder: Path, graph: Graph, *, precision: str, threads: int | None) -> None:
        openvino = import_openvino()
        options: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": choose_precision(precision),
            "PERFORMANCE_HINT": "LATENCY",
            # Threads tied to a core would wait there for one that runs Python while another core is idle.
            "ENABLE_CPU_PINNING": False,
        }
        if threads is not None:
            options["INFERENCE_NUM_THREADS"] = threads
        self._request = compile_graph(openvino, folder, options).create_infer_request()
        self._graph = graph
        # One request: it already works on all the threads, a second would only wait for them.
        self._batches = Batcher(
            self._infer, most=lambda length: max(1, _BATCH_TOKENS // length), width=graph.width
        )
        self.tokenizer = _read_tokenizer((folder / TOKENIZER_FILE).read_bytes())

    def run(self, encodings: Sequence[Any]) -> Vectors:
        """The graph's output rows `[len(encodings), width]` float32 for tokenised texts, in their order."""
        return self._batches.rows((self._padded_length(len(encoding)), encoding) for encoding in encodings)

    def _infer(self, encodings: Sequence[Any], length: int) -> Vectors:
        rows: Vectors = self._request.infer(self._inputs(encodings, length))[0].copy()
        return rows

    def _padded_length(self, length: int) -> int:
        if not self._graph.padded:
            return length
        return min(-(-length // _LENGTH_STEP) * _LENGTH_STEP, self._graph.max_tokens)

    def _inputs(self, encodings: Sequence[Any], length: int) -> dict[str, np.ndarray[Any, Any]]:
        shape = (len(encodings), length)
        arrays = {
            "input_ids": np.full(shape, self._graph.pad_token, np.int64),
            "attention_mask": np.zeros(shape, np.int64),
            "token_type_ids": np.zeros(shape, np.int64),
        }
        for row, encoding in enumerate(encodings):
            size = len(encoding)
            arrays["input_ids"][row, :size] = encoding.ids
            arrays["attention_mask"][row, :size] = 1
            arrays["token_type_ids"][row, :size] = encoding.type_ids
        return {name: arrays[name] for name in self._graph.inputs}
