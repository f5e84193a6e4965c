"""rag itself, as a contestant: the functions behind `rag ingest` and `/v1/search`, as settings say."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from worker import TOP_K, serve, size_of

from rag import wiring
from rag.answering import Answerer
from rag.encoding import Encoder, Vectors
from rag.indexing import ingest as ingesting
from rag.indexing import reading
from rag.indexing.chunking import chunk_article, encoder_input
from rag.indexing.ingest import IngestOptions, add, ingest
from rag.settings import load_settings
from rag.store import Index, Writer
from rag.store.staging import Staging
from rag.tokens import count_tokens, load_vocabulary
from rag.types import Article

STAGES = {
    "read, clean, date": [(reading, "_one_line"), (reading, "prepare")],
    "cut": [(ingesting, "chunk_article"), (ingesting, "encoder_input")],
    "sign, learn names": [(ingesting, name) for name in ("wording_of", "signature_of", "learn_aliases")],
    "write": [(Staging, "vectors"), (Staging, "stage")],
    "find copies": [(ingesting, "count_copies")],
    "build, publish": [(Writer, "publish")],
}


class Stopwatch:
    """Seconds by stage, of functions that are watched; none of them calls another."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    def watch(self, owner: Any, name: str, stage: str) -> None:
        function = getattr(owner, name)

        def timed(*arguments: Any, **options: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **options)
            finally:
                self.seconds[stage] += time.perf_counter() - began

        setattr(owner, name, timed)


class StandIn:
    """The encoder with made-up vectors in place of its own: all but the model's work is real."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint = encoder.name, hashlib.sha256(b"stand-in").hexdigest()
        self.dimension, self.max_tokens, self.count = encoder.dimension, encoder.max_tokens, encoder.count

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        del query
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            vectors[row] = np.random.default_rng(seed).standard_normal(self.dimension)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class Rag:
    def __init__(self) -> None:
        settings = load_settings().settings
        load_vocabulary(cache=settings.cache, offline=settings.offline)
        self.encoder = wiring.open_encoder(settings)
        self.options = IngestOptions(settings.chunk_tokens, settings.overlap_sentences)
        self.answering = replace(wiring.answering_options(settings), top_k=TOP_K)
        self.watch = Stopwatch()
        for stage, functions in STAGES.items():
            for owner, name in functions:
                self.watch.watch(owner, name, stage)
        self.watch.watch(self.encoder, "encode", "encode")

    def cut(self, articles: str) -> dict[str, Any]:
        """What the encoder reads of the articles."""
        texts = []
        for article in reading.read_corpus([Path(articles)]):
            if isinstance(article, Article):
                chunks = chunk_article(
                    article,
                    count_tokens=count_tokens,
                    encoder_count=lambda text: self.encoder.count([text])[0],
                    target_tokens=self.options.chunk_tokens,
                    encoder_window=self.encoder.max_tokens,
                    overlap_sentences=self.options.overlap_sentences,
                )
                texts += [encoder_input(article, article.text[one.start : one.end]) for one in chunks]
        return {"texts": texts, "tokens": self.encoder.count(texts)}

    def encode(self, texts: Sequence[str], file: str) -> dict[str, Any]:
        began = time.perf_counter()
        vectors = self.encoder.encode(texts)
        seconds = time.perf_counter() - began
        np.save(file, vectors)
        return {"seconds": seconds}

    def embed(self, texts: Sequence[str]) -> dict[str, Any]:
        return {"vectors": self.encoder.encode(texts).tolist()}

    def ingest(self, articles: str, folder: str, model: bool = True) -> dict[str, Any]:
        """Without the model, passages get made-up vectors."""
        self.watch.seconds.clear()
        index, encoder = Path(folder), self.encoder if model else StandIn(self.encoder)
        began = time.perf_counter()
        report = ingest([Path(articles)], index_folder=index, encoder=encoder, options=self.options)
        seconds = time.perf_counter() - began
        if model:
            self.answerer = Answerer(Index.open(index), encoder, None, options=self.answering)
        return {
            "seconds": seconds,
            "passages": report.chunks,
            "embedded": report.embedded,
            "bytes": size_of(index),
            "stages": dict(self.watch.seconds),
        }

    def open_index(self, folder: str, question: str) -> dict[str, Any]:
        """From the folder of an index to the first answer."""
        began = time.perf_counter()
        self.answerer = Answerer(Index.open(Path(folder)), self.encoder, None, options=self.answering)
        self.answerer.search(question, rerank=False)
        return {"seconds": time.perf_counter() - began}

    def add(self, articles: str, folder: str, question: str) -> dict[str, Any]:
        """Articles are added to an index that is being read, until a question to it sees them."""
        index = self.answerer.index
        before = index.snapshot().manifest.articles
        self.watch.seconds.clear()
        began = time.perf_counter()
        report = add([Path(articles)], index_folder=Path(folder), encoder=self.encoder, options=self.options)
        added = time.perf_counter()
        stages = dict(self.watch.seconds)
        self.answerer.search(question, rerank=False)
        return {
            "articles": index.snapshot().manifest.articles - before,
            "passages": report.embedded,
            "seconds": time.perf_counter() - began,
            "stages": stages,
            "to_first_answer": time.perf_counter() - added,
        }

    def search(self, questions: Sequence[str]) -> dict[str, Any]:
        seconds, found = [], []
        for question in questions:
            began = time.perf_counter()
            result = self.answerer.search(question, rerank=False)
            seconds.append(time.perf_counter() - began)
            found.append(len(result.passages))
        return {"seconds": seconds, "found": found}


if __name__ == "__main__":
    rag = Rag()
    del sys.argv[1:]
    serve(
        ingest=rag.ingest,
        open_index=rag.open_index,
        add=rag.add,
        search=rag.search,
        embed=rag.embed,
        encode=rag.encode,
        cut=rag.cut,
    )
