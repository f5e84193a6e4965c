"""txtai as its introduction has it: embeddings with content; it cuts nothing itself, so words are counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from txtai import Embeddings
from worker import TOP_K, compete, cut, read_articles


class Txtai:
    def __init__(self, model: str) -> None:
        self.embeddings = Embeddings(path=model, content=True)

    def ingest(self, articles: Path, folder: Path) -> int:
        self.embeddings.index(
            (f"{article['id']}#{number}", passage)
            for article in read_articles(articles)
            for number, passage in enumerate(cut(article["text"]))
        )
        self.embeddings.save(str(folder))
        return int(self.embeddings.count())

    def embed(self, text: str) -> Sequence[float]:
        return self.embeddings.transform(text, "data")

    def search(self, question: str) -> Sequence[str]:
        return [found["text"] for found in self.embeddings.search(question, TOP_K)]


if __name__ == "__main__":
    compete(Txtai)
