"""LlamaIndex as its examples of FAISS have it: sentence splitter, embedding, vector store, index.

The second ingest can go through its ingestion pipeline, whose document store knows what it has read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.faiss import FaissVectorStore
from worker import (
    CHUNK_TOKENS,
    OVERLAP_TOKENS,
    TOP_K,
    Action,
    Contestant,
    compete,
    read_articles,
)

DIMENSION = 384


class LlamaIndex:
    def __init__(self, model: str) -> None:
        self.embedding = HuggingFaceEmbedding(model_name=model)
        self.splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)

    def documents(self, articles: Path) -> list[Document]:
        return [Document(text=article["text"], id_=article["id"]) for article in read_articles(articles)]

    def ingest(self, articles: Path, folder: Path) -> int:
        store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(DIMENSION))
        index = VectorStoreIndex.from_documents(
            self.documents(articles),
            storage_context=StorageContext.from_defaults(vector_store=store),
            transformations=[self.splitter],
            embed_model=self.embedding,
        )
        index.storage_context.persist(str(folder))
        self.retriever = index.as_retriever(similarity_top_k=TOP_K)
        return len(index.docstore.docs)

    def embed(self, text: str) -> Sequence[float]:
        return self.embedding.get_text_embedding(text)

    def search(self, question: str) -> Sequence[str]:
        return [found.text for found in self.retriever.retrieve(question)]


def recorded(contestant: Contestant) -> Action:
    assert isinstance(contestant, LlamaIndex)
    pipeline = IngestionPipeline(
        transformations=[contestant.splitter, contestant.embedding],
        docstore=SimpleDocumentStore(),
        vector_store=FaissVectorStore(faiss_index=faiss.IndexFlatL2(DIMENSION)),
    )

    def ingest_recorded(articles: str) -> dict[str, Any]:
        began = time.perf_counter()
        nodes = pipeline.run(documents=contestant.documents(Path(articles)))
        return {"seconds": time.perf_counter() - began, "embedded": len(nodes)}

    return ingest_recorded


if __name__ == "__main__":
    compete(LlamaIndex, ingest_recorded=recorded)
