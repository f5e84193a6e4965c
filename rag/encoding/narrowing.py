"""Narrowing a graph: where only the first token is read at its end, the last layer computes no other.

A text's vector, and a pair's score, are often read off the first token alone. Then of the last layer only the
keys and values are needed of the others: its feed-forward net, its projections and its attention need not be
computed for them, which is most of what a layer costs. What is computed is computed as before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rag.encoding.runtime import import_openvino

_ATTENTION = "ScaledDotProductAttention"
# Queries and masks are [texts, heads, tokens, …], hidden states [texts, tokens, width].
_TOKENS_OF_ATTENTION = 2
_TOKENS_OF_STATES, _RANK_OF_STATES = 1, 3


def narrowed(graph: Any) -> Any | None:
    """A copy of an `openvino.Model` that computes the first token alone from its last attention on.

    That is the same model only where its output depends on no other token there, so it is to be compared.
    None where the graph has no attention as one operation, or is laid out otherwise than for one token.
    """
    try:
        return _narrowed(graph)
    except RuntimeError:
        # As OpenVINO tells of shapes that do not fit.
        return None


def _narrowed(graph: Any) -> Any | None:
    copy = graph.clone()
    operations = copy.get_ordered_ops()
    places = [place for place, node in enumerate(operations) if node.get_type_name() == _ATTENTION]
    if not places:
        return None
    attention = operations[places[-1]]
    query, mask = 0, 3
    for number in (query, mask):
        if number < attention.get_input_size():
            _keep_first(attention.input(number), _TOKENS_OF_ATTENTION)
    # By name, since nodes that are held against each other make an operation of the graph.
    behind = {attention.get_name()}
    for node in operations[places[-1] + 1 :]:
        sources = [port.get_source_output() for port in node.inputs()]
        depends = [source.get_node().get_name() in behind for source in sources]
        if not any(depends):
            continue
        behind.add(node.get_name())
        if node.get_type_name() == "Reshape" and depends[0]:
            joined = _join_heads(node)
            if joined is None:
                return None
            behind.add(joined.get_node().get_name())
            continue
        for port, source, follows in zip(node.inputs(), sources, depends, strict=True):
            if not follows and _is_of_every_token(source.get_partial_shape()):
                _keep_first(port, _TOKENS_OF_STATES)
    copy.validate_nodes_and_infer_types()
    return copy


def _is_of_every_token(shape: Any) -> bool:
    return shape.rank.is_static and len(shape) == _RANK_OF_STATES and shape[_TOKENS_OF_STATES].is_dynamic


def _keep_first(port: Any, axis: int) -> None:
    """Let an operation see the first of what it takes there along an axis."""
    operators = _operators()
    first, along = (operators.constant(np.array(value, np.int64)) for value in ([0], axis))
    port.replace_source_output(operators.gather(port.get_source_output(), first, along).output(0))


def _join_heads(reshape: Any) -> Any | None:
    """Let heads be joined whatever the number of tokens, where the traced shape is that of all of them.

    Their width is what the matrix takes that they are multiplied with. What takes the place of the traced
    output, None where there is no such matrix.
    """
    operators = _operators()
    heads = reshape.input(0).get_source_output()
    ports = reshape.output(0).get_target_inputs()
    new = heads
    if len(reshape.output(0).get_partial_shape()) == _RANK_OF_STATES:
        widths = [_width_taken(port.get_node()) for port in ports]
        if None in widths:
            return None
        # 0 takes over a dimension.
        shape = operators.constant(np.array([0, 0, widths[0]], np.int64))
        new = operators.reshape(heads, shape, special_zero=True).output(0)
    for port in ports:
        port.replace_source_output(new)
    return new


def _width_taken(node: Any) -> int | None:
    if node.get_type_name() != "MatMul":
        return None
    matrix = node.input(1).get_partial_shape()
    width = matrix[-1 if node.get_attributes()["transpose_b"] else -2]
    return int(width.get_length()) if width.is_static else None


def _operators() -> Any:
    import_openvino()
    from openvino import opset13

    return opset13
