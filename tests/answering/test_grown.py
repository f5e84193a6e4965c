"""An archive that grew by additions answers as one that was ingested at once, whatever the order."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
from archives import ALWAYS, ENCODER, RERANKER, Record, answering, generated, said, write

from rag.answering import Answerer
from rag.indexing.ingest import add
from rag.store import Index, segments
from rag.types import Filters

TODAY = dt.date(2026, 1, 1)


def about(title: str, text: str, published: str) -> Record:
    return {"id": title, "title": title, "text": text, "published": published}


# A name in two forms, a copy, and what the rest of an archive is. Links are in `test_hopping`.
RECORDS = [
    about("Anna Berg", "Anna Berg of the Karachi Steel Board (KSB) inspected the mills.", "2020-03-15"),
    about("Board", "The KSB postponed the talks on the steel mills on Monday.", "2021-03-15"),
    about("Board again", "The KSB postponed the talks on the steel mills on Monday.", "2021-03-16"),
    *generated(40, undated=5),
]
QUESTIONS = [
    "What is the status of the steel mills?",
    "What did the Karachi Steel Board postpone?",
    "How has the gas pipeline developed since 2021?",
    "Who inspected the port in 2022?",
]


def all_said(answerer: Answerer) -> list[dict[str, Any]]:
    filterings = [Filters(), Filters(as_of=dt.date(2021, 6, 1))]
    answers = [
        said(answerer.ask(question, filters=filters, today=TODAY))
        for question in QUESTIONS
        for filters in filterings
    ]
    for answer in answers:
        del answer["generation"]
    return answers


@pytest.mark.parametrize("seed", range(3))
def test_however_an_archive_grew_its_answers_are_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    at_once = all_said(answering(tmp_path / "once", RECORDS))
    assert any(answer["explanation"]["collapsed"] for answer in at_once)
    assert any(answer["explanation"]["aliases"] for answer in at_once)
    # Nothing is joined but what has wholly gone.
    for name, value in (("SMALL", 0), ("RATIO", 0), ("WORN", 1)):
        monkeypatch.setattr(segments, name, value)
    shuffled = random.Random(seed).sample(RECORDS, len(RECORDS))
    answering(tmp_path / "grown", shuffled[:10])
    for part in range(10, len(shuffled), 9):
        write(tmp_path / "more", shuffled[part : part + 9])
        add([tmp_path / "more"], index_folder=tmp_path / "grown" / "index", encoder=ENCODER)
    index = Index.open(tmp_path / "grown" / "index")
    assert len(index.snapshot().manifest.segments) > 3
    assert all_said(Answerer(index, ENCODER, RERANKER, options=ALWAYS)) == at_once
