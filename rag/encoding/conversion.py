"""Make an ordinary model folder from the ONNX file that a package carries, without torch.

A BERT's weights stand in the ONNX graph as initialisers, some under their own names, the matrices under
export names (`onnx::MatMul_1537`) that only the node that uses them explains. They are read back,
dequantised where they were quantised, and written as safetensors beside the config, so that
sentence-transformers loads the folder like any other.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rag.encoding.catalogue import KnownModel

FloatArray = np.ndarray[Any, np.dtype[np.float32]]

ONNX_FILE = "model.onnx"
_LAYER_MATRICES = (
    "attention/self/query",
    "attention/self/key",
    "attention/self/value",
    "attention/output/dense",
    "intermediate/dense",
    "output/dense",
)
# The longest suffix is tried first: "attention/output/dense" ends in "output/dense" as well.
_MATRIX_NODE = re.compile(
    r"/layer\.(?P<layer>\d+)/(?P<matrix>"
    + "|".join(sorted(map(re.escape, _LAYER_MATRICES), key=len, reverse=True))
    + r")/MatMul"
)
_HEAD_NODE = re.compile(r"/(?P<matrix>pooler/dense|classifier)/")
_NAMED_WEIGHT = re.compile(r"^(bert\.)?(embeddings|encoder|pooler)\.|^classifier\.")
_FUSED_ATTENTION = re.compile(r"^Attention_(?P<layer>\d+)_qkv_(?P<kind>weight|bias)$")


def read_bert_weights(onnx_file: Path) -> dict[str, FloatArray]:
    """Float32 weights of a BERT exported to ONNX, by their names in transformers, without model prefix.

    Matrices are returned as `[out, in]`, the way `torch.nn.Linear` stores them (ONNX has `[in, out]`).

    Raises ValueError when a matrix of a layer cannot be found in the graph.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(onnx_file)).graph
    stored = _Stored({tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer})
    weights = _weights_by_own_name(stored) | _matrices_by_node(graph.node, stored)

    layers = 1 + max(int(key.split(".")[2]) for key in weights if key.startswith("encoder.layer."))
    for layer in range(layers):
        for part in _LAYER_MATRICES:
            key = f"encoder.layer.{layer}.{part.replace('/', '.')}.weight"
            if key not in weights:
                raise ValueError(f"{onnx_file.name} has no matrix for {key}")
    return weights


@dataclass(frozen=True, slots=True)
class _Stored:
    """The initialisers of an ONNX graph."""

    tensors: Mapping[str, np.ndarray[Any, Any]]

    def names(self) -> set[str]:
        """Names of the tensors, a quantised one under the name it had before."""
        return {re.sub(r"_(quantized|scale|zero_point)$", "", name) for name in self.tensors}

    def restored(self, name: str) -> FloatArray:
        """A tensor in float32; a quantised one as `(q - zero_point) * scale`, as onnxruntime computes it."""
        if f"{name}_quantized" not in self.tensors:
            return np.asarray(self.tensors[name], np.float32)
        quantised, zero_point, scale = (
            self.tensors[f"{name}_{part}"].astype(np.float32) for part in ("quantized", "zero_point", "scale")
        )
        return np.asarray((quantised - zero_point) * scale, np.float32)


def _weights_by_own_name(stored: _Stored) -> dict[str, FloatArray]:
    """Embeddings, biases and norms, which kept their names, and attention matrices fused into one."""
    weights = {}
    for name in stored.names():
        fused = _FUSED_ATTENTION.match(name)
        if fused:
            parts = np.split(stored.restored(name), 3, axis=-1)
            for part, array in zip(("query", "key", "value"), parts, strict=True):
                key = f"encoder.layer.{fused['layer']}.attention.self.{part}.{fused['kind']}"
                weights[key] = array.T if fused["kind"] == "weight" else array
        elif _NAMED_WEIGHT.match(name):
            weights[name.removeprefix("bert.")] = stored.restored(name)
    return weights


def _matrices_by_node(nodes: Iterable[Any], stored: _Stored) -> dict[str, FloatArray]:
    """Matrices under export names, told apart by the node that multiplies by them."""
    names = stored.names()
    weights = {}
    for node in nodes:
        source = re.sub(r"_quantized$", "", node.input[1]) if len(node.input) > 1 else ""
        if node.op_type not in {"MatMul", "MatMulInteger"} or source not in names:
            continue
        matrix = _MATRIX_NODE.search(node.name)
        head = _HEAD_NODE.search(node.name)
        if matrix:
            key = f"encoder.layer.{matrix['layer']}.{matrix['matrix'].replace('/', '.')}.weight"
        elif head:
            key = f"{head['matrix'].replace('/', '.')}.weight"
        else:
            continue
        weights[key] = stored.restored(source).T
    return weights


def build_folder(model: KnownModel, files: Mapping[str, Path], folder: Path) -> None:
    """Make the ordinary model folder of a known model from the files that its package carries.

    `files` holds a path for each name of `model.files`, and one for `ONNX_FILE` where there is a graph.
    Equal input gives equal bytes.
    """
    from safetensors.numpy import save

    for name in model.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[name], folder / name)
    for name, config in model.configs.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if model.onnx is not None:
        weights = read_bert_weights(files[ONNX_FILE])
        if model.role == "reranker":  # a BertForSequenceClassification holds its BertModel as `bert`
            weights = {
                name if name.startswith("classifier.") else f"bert.{name}": array
                for name, array in weights.items()
            }
        contiguous = {name: np.ascontiguousarray(array) for name, array in sorted(weights.items())}
        # Written here and not by safetensors, whose file only its owner may read: one user may fill the
        # cache of an image that another runs.
        (folder / "model.safetensors").write_bytes(save(contiguous, metadata={"format": "pt"}))
