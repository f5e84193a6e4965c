"""The articles that are measured on: some of an archive that `rag ingest` reads, or generated ones."""

from __future__ import annotations

import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from edits import Newsroom

from rag.indexing.reading import read_corpus
from rag.types import Article

# As the sentences of briefs, reports and features.
LENGTHS = (4, 12, 12, 12, 40)
LEAST_CHARACTERS = 400


def generated(number: int, *, seed: int = 1) -> list[dict[str, str]]:
    newsroom = Newsroom(seed)
    articles = []
    for place in range(number):
        sentences = newsroom.article(LENGTHS[place % len(LENGTHS)])
        paragraphs = [" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3)]
        title = " ".join(sentences[0].rstrip(".").split()[:9])
        articles.append({"id": f"generated-{place}", "title": title, "text": "\n\n".join(paragraphs)})
    return articles


def sampled(archive: Path, number: int, *, seed: int = 1) -> list[dict[str, str]]:
    """So many articles of an archive, drawn by a seed; of a folder its first ones."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = archive
        if archive.suffix in {".gz", ".jsonl"}:
            corpus = Path(folder) / "sampled.jsonl"
            with _opened(archive) as lines:
                count = sum(1 for _ in lines)
            chosen = set(random.Random(seed).sample(range(count), min(2 * number, count)))
            with _opened(archive) as lines, corpus.open("wb") as kept:
                kept.writelines(line for place, line in enumerate(lines) if place in chosen)
        return list(islice(_long_enough(corpus), number))


def write(articles: Sequence[dict[str, str]], file: Path) -> int:
    """As JSON lines, which every contestant reads; the bytes of the texts."""
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
    return sum(len(article["text"].encode()) for article in articles)


def _long_enough(corpus: Path) -> Iterator[dict[str, str]]:
    for item in read_corpus([corpus]):
        if isinstance(item, Article) and len(item.text) >= LEAST_CHARACTERS:
            yield {"id": item.id, "title": item.title, "text": item.text}


@contextmanager
def _opened(archive: Path) -> Iterator[Iterator[bytes]]:
    with gzip.open(archive) if archive.suffix == ".gz" else archive.open("rb") as lines:
        yield iter(lines)
