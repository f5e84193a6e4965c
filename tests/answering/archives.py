"""Tiny archives, really ingested, and an answerer over each."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fakes import HashingEncoder, OverlapReranker

from rag.answering import Answerer, Options
from rag.answering.contract import answer_json
from rag.indexing.ingest import ingest
from rag.store import Index
from rag.types import Answer

Record = Mapping[str, Any]

ENCODER = HashingEncoder()
RERANKER = OverlapReranker()
# Whatever is found is quoted: these tests are about what is said, not about how sure one must be.
ALWAYS = Options(abstain_below=0.0)
NEVER = Options(abstain_below=1.0)


def record(article_id: str, text: str, published: str | None = None, **fields: Any) -> Record:
    return {"id": article_id, "title": f"Report {article_id}", "text": text, "published": published, **fields}


def write(folder: Path, records: Iterable[Record]) -> None:
    """Make the folder a corpus of these records and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(dict(one), ensure_ascii=False) + "\n" for one in records]
    (folder / "news.jsonl").write_text("".join(lines), encoding="utf-8")


def answering(
    folder: Path,
    records: Iterable[Record],
    *,
    encoder: HashingEncoder = ENCODER,
    reranker: OverlapReranker | None = RERANKER,
    options: Options = ALWAYS,
) -> Answerer:
    """An answerer over these records; called again on the folder, it replaces them."""
    write(folder / "corpus", records)
    ingest([folder / "corpus"], index_folder=folder / "index", encoder=encoder, allow_empty=True)
    return Answerer(Index.open(folder / "index"), encoder, reranker, options=options)


def said(answer: Answer) -> dict[str, Any]:
    """The answer as JSON without what may differ from one run to the next."""
    content = answer_json(answer)
    del content["timings_ms"]
    return content


def generated(count: int, *, undated: int = 0) -> list[Record]:
    """Articles about the same few things, one a month from January 2020 on, then some of unknown date."""
    chance = random.Random(7)
    subjects = ["the steel mills", "the gas pipeline", "the trade corridor", "the vaccine supply", "the port"]
    verbs = ["agreed on", "discussed", "postponed", "financed", "inspected", "reopened"]
    people = ["Lavrov", "Qureshi", "Khorev", "Fedorov", "Dar"]
    records = []
    for number in range(count + undated):
        sentences = [
            f"{chance.choice(people)} and {chance.choice(people)} {chance.choice(verbs)} "
            f"{chance.choice(subjects)} with {chance.randrange(2, 90)} engineers."
            for _ in range(chance.randrange(3, 9))
        ]
        published = f"{2020 + number // 12}-{number % 12 + 1:02}-15" if number < count else None
        records.append(record(f"a{number:03}", " ".join(sentences), published, source=chance.choice("ABC")))
    return records
