"""The least that finds anything: sentence-transformers and FAISS, with nothing around them.

python bare.py MODEL --imports                       only import what it needs
python bare.py MODEL --build INDEX TEXTS             make an index of a JSON list of texts
python bare.py MODEL --ask INDEX QUESTION            embed the question, search, print
python bare.py MODEL                                 embed texts on request, as the contestants work
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from sentence_transformers import SentenceTransformer


def build(model: str, index: Path, file: Path) -> None:
    texts = json.loads(file.read_text(encoding="utf-8"))
    vectors = SentenceTransformer(model).encode(texts, normalize_embeddings=True)
    stored = faiss.IndexFlatIP(vectors.shape[1])
    stored.add(vectors)
    faiss.write_index(stored, str(index))
    index.with_suffix(".json").write_text(json.dumps(texts), encoding="utf-8")


def ask(model: str, index: Path, question: str) -> None:
    texts = json.loads(index.with_suffix(".json").read_text(encoding="utf-8"))
    vector = SentenceTransformer(model).encode([question], prompt_name="query", normalize_embeddings=True)
    for row in faiss.read_index(str(index)).search(vector, 5)[1][0]:
        print(texts[row])


def embed(model: str) -> None:
    from worker import serve

    transformer = SentenceTransformer(model)

    def encode(texts: Sequence[str], file: str) -> dict[str, Any]:
        began = time.perf_counter()
        vectors = transformer.encode(list(texts))
        seconds = time.perf_counter() - began
        np.save(file, vectors)
        return {"seconds": seconds}

    serve(encode=encode)


def main() -> None:
    model, *options = sys.argv[1:]
    match options:
        case []:
            embed(model)
        case ["--imports"]:
            pass
        case ["--build", index, texts]:
            build(model, Path(index), Path(texts))
        case ["--ask", index, question]:
            ask(model, Path(index), question)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
