"""Generated corpora, ingested with the fake encoder, and what can be seen of an index."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fakes import HashingEncoder

from rag.encoding import Vectors
from rag.indexing.ingest import IngestOptions, IngestReport, ingest
from rag.store import Candidate, Index, Snapshot
from rag.types import Filters

WORDS = [
    *("steel", "port", "harbour", "talks", "minister", "budget", "rain", "flood", "vaccine", "train"),
    *("school", "election", "treaty", "wheat", "gas", "court", "police", "strike", "market", "bridge"),
    *("film", "museum", "river", "dam"),
]
QUESTIONS = ("talks on steel", "the minister spoke of rain and wheat", "flood", "no such term zzz")


@dataclass(frozen=True)
class CountingEncoder(HashingEncoder):
    """The fake encoder, and every text that it was given."""

    given: list[str] = field(default_factory=list, compare=False)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.given.extend(texts)
        return super().encode(texts, query=query)


def prose(number: int, sentences: int = 4) -> str:
    """Sentences that differ with the number and share words with those of other numbers."""
    made = []
    for position in range(sentences):
        seed = number * 31 + position * 17
        first, second, third = (WORDS[(seed * factor) % len(WORDS)] for factor in (1, 7, 11))
        made.append(
            f"Report {number} says in part {position} that the {first} was seen near the {second} "
            f"and the {third}{' again' * (seed % 5)}."
        )
    return " ".join(made)


def write_lines(file: Path, articles: Mapping[str, str | dict[str, object]]) -> Path:
    """A .jsonl of the articles, by id: a text, or all the fields."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        for identifier, given in articles.items():
            fields = given if isinstance(given, dict) else {"text": given}
            stream.write(json.dumps({"id": identifier, "title": f"Title {identifier}", **fields}) + "\n")
    return file


def build(
    folder: Path,
    articles: Mapping[str, str | dict[str, object]],
    *,
    encoder: HashingEncoder | None = None,
    options: IngestOptions = IngestOptions(chunk_tokens=40),
    allow_empty: bool = False,
) -> IngestReport:
    """Write the corpus beside the index folder and ingest it."""
    corpus = write_lines(folder.with_name(f"{folder.name}.corpus") / "articles.jsonl", articles)
    return ingest(
        [corpus],
        index_folder=folder,
        encoder=encoder or HashingEncoder(),
        options=options,
        allow_empty=allow_empty,
    )


def retrieve(
    snapshot: Snapshot, question: str, *, depth: int = 5, filters: Filters = Filters()
) -> list[Candidate]:
    vector = HashingEncoder().encode([question], query=True)[0]
    return snapshot.retrieve(vector, snapshot.by_words(question, filters=filters, depth=depth))


Seen = list[tuple[str, int, int, str, float, float]]


def seen_in(snapshot: Snapshot, *, depth: int = 5, filters: Filters = Filters()) -> list[Seen]:
    """All that retrieval gives for the questions, scores bit for bit."""
    return [
        [
            (
                found.chunk.article_id,
                found.chunk.start,
                found.chunk.end,
                found.text,
                found.dense,
                found.lexical,
            )
            for found in retrieve(snapshot, question, depth=depth, filters=filters)
        ]
        for question in QUESTIONS
    ]


def seen(folder: Path, *, depth: int = 5, filters: Filters = Filters()) -> list[Seen]:
    """`seen_in` the live generation."""
    return seen_in(Index.open(folder).snapshot(), depth=depth, filters=filters)
