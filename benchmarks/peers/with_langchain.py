"""LangChain as its tutorial on retrieval has it: splitter, embeddings, FAISS; and its record of documents."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_core.indexing import InMemoryRecordManager, index
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from worker import (
    CHUNK_CHARACTERS,
    OVERLAP_CHARACTERS,
    TOP_K,
    Action,
    Contestant,
    compete,
    read_articles,
)


class LangChain:
    def __init__(self, model: str) -> None:
        self.embeddings = HuggingFaceEmbeddings(model_name=model)
        self.splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS
        )

    def split(self, articles: Path) -> list[Document]:
        documents = [
            Document(article["text"], metadata={"source": article["id"]})
            for article in read_articles(articles)
        ]
        return self.splitter.split_documents(documents)

    def ingest(self, articles: Path, folder: Path) -> int:
        splits = self.split(articles)
        self.store = FAISS.from_documents(splits, self.embeddings)
        self.store.save_local(str(folder))
        return len(splits)

    def embed(self, text: str) -> Sequence[float]:
        return self.embeddings.embed_documents([text])[0]

    def search(self, question: str) -> Sequence[str]:
        return [found.page_content for found in self.store.similarity_search(question, k=TOP_K)]


def recorded(contestant: Contestant) -> Action:
    """Two ingests with a record manager; the time of the second, which should embed nothing."""
    assert isinstance(contestant, LangChain)
    records: dict[str, Any] = {}

    def ingest_recorded(articles: str) -> dict[str, Any]:
        if not records:
            records["manager"] = InMemoryRecordManager("articles")
            records["manager"].create_schema()
            records["store"] = FAISS.from_texts(["first"], contestant.embeddings)
        began = time.perf_counter()
        done = index(
            contestant.split(Path(articles)),
            records["manager"],
            records["store"],
            cleanup="incremental",
            source_id_key="source",
            key_encoder="sha256",
        )
        return {"seconds": time.perf_counter() - began, "embedded": done["num_added"]}

    return ingest_recorded


if __name__ == "__main__":
    compete(LangChain, ingest_recorded=recorded)
