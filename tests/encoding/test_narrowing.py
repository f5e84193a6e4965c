"""Of the last layer only the first token is computed, where no other is read; what comes out is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import TEXTS

from rag.encoding import ModelSource, load_encoder, load_reranker
from rag.encoding import exporting as exporting_module
from rag.encoding.graphs import GRAPH_FILE
from rag.encoding.narrowing import narrowed
from rag.encoding.runtime import import_openvino

READS_THE_FIRST = {"architecture": "Bert", "pooling": "cls"}
READS_MORE = {
    "mean": {"architecture": "Bert", "pooling": "mean"},
    "max": {"architecture": "Roberta", "pooling": "max"},
    "weighted": {"architecture": "Bert", "pooling": "weightedmean"},
}


def computes_the_first_alone(cache: Path) -> bool:
    """Whether all that follows the last attention of the one graph in the cache is of one token of a text."""
    [path] = cache.rglob(GRAPH_FILE)
    operations = import_openvino().Core().read_model(str(path)).get_ordered_ops()
    kinds = [node.get_type_name() for node in operations]
    [*_, last] = [place for place, kind in enumerate(kinds) if kind == "ScaledDotProductAttention"]
    products = [node for node in operations[last:] if node.get_type_name() == "MatMul"]
    shapes = [node.output(0).get_partial_shape() for node in products]
    tokens = [shape[1] for shape in shapes if len(shape) == 3]
    assert len(tokens) == 3  # the attention's projection and the two of the feed-forward net
    assert len({dimension.is_static for dimension in tokens}) == 1
    return bool(tokens[0].is_static and tokens[0].get_length() == 1)


def test_an_encoder_that_pools_the_first_token_computes_no_other(
    make_encoder: Callable[..., Path], source: ModelSource
) -> None:
    load_encoder(str(make_encoder(**READS_THE_FIRST)), models=source, precision="f32")
    assert computes_the_first_alone(source.cache)


@pytest.mark.parametrize("architecture", ["Bert", "Roberta", "DistilBert"])
def test_a_cross_encoder_computes_the_first_token_alone(
    architecture: str, make_reranker: Callable[..., Path], source: ModelSource
) -> None:
    load_reranker(str(make_reranker(architecture)), models=source, precision="f32")
    assert computes_the_first_alone(source.cache)


@pytest.mark.parametrize("kind", READS_MORE)
def test_where_more_is_read_all_tokens_are_computed(
    kind: str, make_encoder: Callable[..., Path], source: ModelSource
) -> None:
    load_encoder(str(make_encoder(**READS_MORE[kind])), models=source, precision="f32")
    assert not computes_the_first_alone(source.cache)


@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_what_is_computed_is_what_the_whole_graph_computes(
    precision: str,
    make_encoder: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = str(make_encoder(**READS_THE_FIRST))

    def rows(cache: Path) -> Any:
        models = ModelSource(folder=None, cache=cache, offline=True)
        encoder = load_encoder(folder, models=models, precision=precision)
        return np.concatenate([encoder.encode(TEXTS), *(encoder.encode([text]) for text in TEXTS)])

    narrow = rows(tmp_path / "narrow")
    monkeypatch.setattr(exporting_module, "narrowed", lambda graph: None)
    whole = rows(tmp_path / "whole")
    assert computes_the_first_alone(tmp_path / "narrow")
    assert not computes_the_first_alone(tmp_path / "whole")
    # Other numbers of rows may be multiplied in another order.
    np.testing.assert_allclose(narrow, whole, atol=1e-5 if precision == "f32" else 4e-3)


def test_a_model_of_which_nothing_fits_behind_its_prompt_is_compared_without(
    make_encoder: Callable[..., Path], source: ModelSource
) -> None:
    """A prompt takes 131 of 120 tokens: then nothing can be asked, but passages are embedded."""
    folder = make_encoder(pooling="mean", prompts={"query": "mill " * 130})
    load_encoder(str(folder), models=source, precision="f32")
    assert not computes_the_first_alone(source.cache)


def graph_of(mask: str) -> Any:
    """Attention over four-dimensional heads with a mask of some shape, and what is behind it."""
    openvino = import_openvino()
    from openvino import opset13

    heads = opset13.parameter([-1, 2, -1, 4], np.float32)
    masks = {
        "none": [],
        "scalar": [opset13.constant(np.float32(0))],
        "of all": [opset13.constant(np.zeros((1, 1), np.float32))],
        "of texts": [opset13.constant(np.zeros((1, 1, 1, 1), np.float32))],
    }[mask]
    attended = opset13.scaled_dot_product_attention(heads, heads, heads, *masks)
    return openvino.Model([opset13.relu(attended)], [heads])


@pytest.mark.parametrize(
    ("mask", "fits"), [("none", True), ("of texts", True), ("scalar", False), ("of all", False)]
)
def test_a_graph_that_is_laid_out_otherwise_is_left_alone(mask: str, fits: bool) -> None:
    narrow = narrowed(graph_of(mask))
    assert (narrow is not None) is fits
    if narrow is not None:
        assert narrow.outputs[0].get_partial_shape()[2].get_length() == 1


def test_a_graph_without_attention_is_left_alone() -> None:
    openvino = import_openvino()
    from openvino import opset13

    tokens = opset13.parameter([-1, -1, 8], np.float32)
    assert narrowed(openvino.Model([opset13.relu(tokens)], [tokens])) is None
