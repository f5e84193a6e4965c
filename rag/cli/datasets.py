"""`rag eval --dataset`: what it measures, and where the result goes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag import wiring
from rag.cli.terminal import Progress, errors, flat

if TYPE_CHECKING:
    from rag.evaluation import DatasetReport, LostArticle
    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is asked of which part of a data set, and the page that the result is written to."""

    folder: Path
    split: str | None
    least_relevance: int | None
    limit: int | None
    quotes: bool
    foreign: Path | None
    own_date: bool
    ablate: bool
    page: Path | None


def measure_dataset(
    settings: Settings,
    measurement: Measurement,
    *,
    ingested: bool,
    today: dt.date,
    expect: Callable[[str, Mapping[str, str]], None],
    advance: Progress | None,
) -> DatasetReport:
    """With `ingested` of the settings' index as it is, else of one kept in the cache.

    The page and all questions are read before anything is asked, and `expect` is told what it is and the
    fingerprints of what will be asked: a wrong name costs no hour.
    """
    from rag.evaluation import (
        at_least,
        corpus_to_jsonl,
        evaluate_dataset,
        fingerprints_of,
        load_dataset,
        load_foreign,
        open_page,
        title_of,
        write_section,
    )

    if measurement.page is not None:
        open_page(measurement.page)
    foreign = load_foreign(measurement.foreign) if measurement.foreign is not None else ()
    dataset = load_dataset(measurement.folder, split=measurement.split)
    if measurement.least_relevance is not None:
        dataset = at_least(dataset, measurement.least_relevance)
    asked = fingerprints_of(dataset, limit=measurement.limit, quotes=measurement.quotes, foreign=foreign)
    expect(title_of(dataset, as_of=measurement.own_date), asked)
    for note in dataset.notes:
        errors().line(f"rag: {flat(note)}")
    lost: tuple[LostArticle, ...] | None = None
    if not ingested:
        with tempfile.TemporaryDirectory() as workspace:
            articles, told = corpus_to_jsonl(dataset, Path(workspace))
            for note in told:
                errors().line(f"rag: {flat(note)}")
            settings, lost = indexed(measurement.folder, articles, settings, advance)
    singles: Sequence[str] = ()
    if measurement.ablate:
        systems, singles = wiring.open_ablated_answerers(settings), wiring.SINGLES
    else:
        systems = {"whole": wiring.open_answerer(settings)}
    *_, whole = systems.values()
    report = evaluate_dataset(
        systems,
        dataset,
        singles=singles,
        limit=measurement.limit,
        quotes=measurement.quotes,
        foreign=foreign,
        as_of=measurement.own_date,
        today=today,
        settings=wiring.measured_with(settings, whole),
        progress=advance,
    )
    report = replace(report, lost_articles=lost)
    if measurement.page is not None:
        replaced = write_section(measurement.page, report)
        if replaced is not None and replaced > report.queries:
            page = flat(str(measurement.page))
            errors().line(f"rag: {page}: {report.queries} questions stand where {replaced} stood")
    return report


def indexed(
    name: Path, articles: Path, settings: Settings, advance: Progress | None
) -> tuple[Settings, tuple[LostArticle, ...]]:
    """Settings whose index, in the user's cache, holds the articles; and what of them could not be read.

    One for each corpus, model, chunking and precision: an ingest keeps the vectors that are there, whatever
    they were computed in. Made on the processor, so that a result does not depend on what else a machine has.
    """
    from rag.evaluation import LostArticle

    made_with = [settings.encoder, wiring.precision_of(settings)]
    chunking = [settings.chunk_tokens, settings.overlap_sentences]
    key = json.dumps([str(name.resolve()), *made_with, *chunking])
    folder = settings.cache / "evaluations" / hashlib.sha256(key.encode()).hexdigest()[:16]
    own = settings.model_copy(update={"index": folder, "device": "cpu"})
    report = wiring.ingest([articles], own, progress=advance)
    lost = []
    for problem in report.problems:
        if problem.lost:
            # Of a data set the articles are read from a copy, in which each stands in the same line.
            path = str(name / articles.name) if problem.path == str(articles) else problem.path
            lost.append(LostArticle(path, problem.line, problem.reason))
            errors().line(f"rag: {flat(str(lost[-1]))} (lost)")
    return own, tuple(lost)
