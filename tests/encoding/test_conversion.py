"""Weights come back out of an ONNX graph as they went in, quantised or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import tiny_config

from rag.encoding.conversion import read_bert_weights
from rag.encoding.reference import quiet


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The ONNX graph of a tiny cross-encoder and the weights that it was made from."""
    import torch
    from transformers import BertForSequenceClassification

    config = tiny_config("Bert")
    config.num_labels = 1
    file = tmp_path_factory.mktemp("onnx") / "model.onnx"
    with quiet():
        model = BertForSequenceClassification(config).eval()
        for parameter in model.parameters():  # equal tensors, as fresh biases are, would be stored once
            torch.nn.init.normal_(parameter)
        ids = torch.ones((2, 7), dtype=torch.int64)
        names = ["input_ids", "attention_mask", "token_type_ids"]
        torch.onnx.export(
            model,
            (ids, ids, ids),
            str(file),
            dynamo=False,
            input_names=names,
            dynamic_axes={name: {0: "batch", 1: "length"} for name in names},
        )
    return file, {name.removeprefix("bert."): value.numpy() for name, value in model.state_dict().items()}


def quantise(file: Path) -> float:
    """Store every matrix of the graph as bytes, as a dynamic quantisation does; returns the largest step."""
    import onnx
    from onnx import numpy_helper

    model = onnx.load(str(file))
    steps = []
    for node in model.graph.node:
        if node.op_type != "MatMul":
            continue
        for tensor in list(model.graph.initializer):
            if tensor.name == node.input[1]:
                matrix = numpy_helper.to_array(tensor)
                scale = np.float32((matrix.max() - matrix.min()) / 255)
                zero = np.uint8(round(-matrix.min() / scale))
                stored = np.clip(np.round(matrix / scale) + zero, 0, 255).astype(np.uint8)
                model.graph.initializer.remove(tensor)
                parts = {"quantized": stored, "scale": scale, "zero_point": zero}
                for part, value in parts.items():
                    name = f"{tensor.name}_{part}"
                    model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
                node.op_type = "MatMulInteger"
                node.input[1] = f"{tensor.name}_quantized"
                steps.append(float(scale))
    onnx.save(model, str(file))
    return max(steps)


def assert_equal(found: dict[str, Any], expected: dict[str, Any], *, atol: float) -> None:
    for name, value in expected.items():
        if name.endswith("position_ids"):
            continue
        np.testing.assert_allclose(found[name], value, atol=atol, err_msg=name)


def test_weights_are_read_back(exported: tuple[Path, dict[str, Any]]) -> None:
    file, weights = exported
    assert_equal(read_bert_weights(file), weights, atol=0)


def test_quantised_weights_are_read_back_to_within_a_step(
    exported: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    file, weights = exported
    quantised = tmp_path / "model.onnx"
    quantised.write_bytes(file.read_bytes())
    step = quantise(quantised)
    assert_equal(read_bert_weights(quantised), weights, atol=step)


def test_a_graph_without_a_matrix_is_refused(exported: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    import onnx

    model = onnx.load(str(exported[0]))
    for node in list(model.graph.node):
        if "layer.1/attention/self/key/MatMul" in node.name:
            model.graph.node.remove(node)
    onnx.save(model, str(tmp_path / "model.onnx"))
    with pytest.raises(ValueError, match=r"layer\.1\.attention\.self\.key"):
        read_bert_weights(tmp_path / "model.onnx")
