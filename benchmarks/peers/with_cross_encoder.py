"""sentence-transformers as its documentation has "retrieve and re-rank": a bi-encoder, then a cross-encoder.

python with_cross_encoder.py MODEL CROSS_ENCODER PAIRS
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import CrossEncoder, SentenceTransformer, util
from worker import TOP_K, compete, cut, read_articles


class RetrieveAndRerank:
    def __init__(self, model: str) -> None:
        self.encoder = SentenceTransformer(model)
        self.cross_encoder = CrossEncoder(sys.argv[2])
        self.pairs = int(sys.argv[3])

    def ingest(self, articles: Path, folder: Path) -> int:
        self.passages = [passage for one in read_articles(articles) for passage in cut(one["text"])]
        self.vectors = self.encoder.encode_document(self.passages, convert_to_tensor=True)
        folder.mkdir(parents=True)
        np.save(folder / "vectors.npy", self.vectors.numpy())
        return len(self.passages)

    def embed(self, text: str) -> Sequence[float]:
        return self.encoder.encode_document(text).tolist()

    def search(self, question: str) -> Sequence[str]:
        vector = self.encoder.encode_query(question, convert_to_tensor=True)
        hits = util.semantic_search(vector, self.vectors, top_k=self.pairs)[0]
        found = [self.passages[int(hit["corpus_id"])] for hit in hits]
        ranked = self.cross_encoder.rank(question, found, top_k=TOP_K)
        return [found[int(one["corpus_id"])] for one in ranked]


if __name__ == "__main__":
    compete(RetrieveAndRerank)
