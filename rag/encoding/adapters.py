"""Encoder and reranker over an exported graph: no torch, no transformers, up in a fraction of a second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.encoding.rows import refuse_long, refuse_long_question, unit, well_formed
from rag.encoding.runtime import GraphRunner

if TYPE_CHECKING:
    from rag.encoding import Vectors
    from rag.encoding.graphs import Graph


class GraphEncoder:
    """Encoder over an exported sentence-transformers model, pooling and prompts included."""

    def __init__(
        self, folder: Path, graph: Graph, *, name: str, fingerprint: str, precision: str, threads: int | None
    ) -> None:
        self._runner = GraphRunner(folder, graph, precision=precision, threads=threads)
        self._graph = graph
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = graph.width
        self.max_tokens = graph.max_tokens

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        prompt = self._graph.query_prompt if query else self._graph.document_prompt
        encodings = self._runner.tokenizer.encode_batch_fast([prompt + well_formed(text) for text in texts])
        refuse_long([len(encoding) for encoding in encodings], self.max_tokens)
        return unit(self._runner.run(encodings))

    def count(self, texts: Sequence[str]) -> list[int]:
        prompt = self._graph.document_prompt
        encodings = self._runner.tokenizer.encode_batch_fast([prompt + well_formed(text) for text in texts])
        return [len(encoding) for encoding in encodings]


class GraphReranker:
    """Reranker over an exported cross-encoder: raw logits."""

    def __init__(
        self, folder: Path, graph: Graph, *, name: str, fingerprint: str, precision: str, threads: int | None
    ) -> None:
        self._runner = GraphRunner(folder, graph, precision=precision, threads=threads)
        self._window = graph.max_tokens
        self.name = name
        self.fingerprint = fingerprint

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        tokenizer = self._runner.tokenizer
        asked = tokenizer.encode(well_formed(question), add_special_tokens=False)
        taken = len(asked) + tokenizer.num_special_tokens_to_add(is_pair=True)
        refuse_long_question(taken, self._window)
        pairs = []
        for text in tokenizer.encode_batch_fast(
            [well_formed(text) for text in texts], add_special_tokens=False
        ):
            text.truncate(self._window - taken)
            pairs.append(tokenizer.post_process(asked, text))
        return self._runner.run(pairs)[:, 0]
