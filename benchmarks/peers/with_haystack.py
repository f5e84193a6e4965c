"""Haystack as its tutorials have it: splitter, embedder and writer in a pipeline, in-memory store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from worker import CHUNK_WORDS, OVERLAP_WORDS, TOP_K, compete, read_articles


class Haystack:
    def __init__(self, model: str) -> None:
        self.model = model
        self.documents_embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self.text_embedder = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        self.documents_embedder.warm_up()
        self.text_embedder.warm_up()

    def ingest(self, articles: Path, folder: Path) -> int:
        store = InMemoryDocumentStore()
        indexing = Pipeline()
        indexing.add_component(
            "splitter",
            DocumentSplitter(split_by="word", split_length=CHUNK_WORDS, split_overlap=OVERLAP_WORDS),
        )
        # A component belongs to one pipeline; another of the same model shares the loaded one.
        embedder = SentenceTransformersDocumentEmbedder(model=self.model, progress_bar=False)
        embedder.embedding_backend = self.documents_embedder.embedding_backend
        indexing.add_component("embedder", embedder)
        indexing.add_component("writer", DocumentWriter(store))
        indexing.connect("splitter", "embedder")
        indexing.connect("embedder", "writer")
        indexing.run(
            {"splitter": {"documents": [Document(content=one["text"]) for one in read_articles(articles)]}}
        )
        folder.mkdir(parents=True)
        store.save_to_disk(str(folder / "store.json"))
        self.store = store
        self.searching = self.search_pipeline()
        return store.count_documents()

    def search_pipeline(self) -> Pipeline:
        searching = Pipeline()
        embedder = SentenceTransformersTextEmbedder(model=self.model, progress_bar=False)
        embedder.embedding_backend = self.text_embedder.embedding_backend
        searching.add_component("embedder", embedder)
        searching.add_component("retriever", InMemoryEmbeddingRetriever(self.store, top_k=TOP_K))
        searching.connect("embedder.embedding", "retriever.query_embedding")
        return searching

    def embed(self, text: str) -> Sequence[float]:
        return self.documents_embedder.run([Document(content=text)])["documents"][0].embedding

    def search(self, question: str) -> Sequence[str]:
        found = self.searching.run({"embedder": {"text": question}})
        return [document.content for document in found["retriever"]["documents"]]


if __name__ == "__main__":
    compete(Haystack)
