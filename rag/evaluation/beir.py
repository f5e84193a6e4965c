"""Folders in BEIR layout: corpus.jsonl, queries.jsonl and qrels/*.tsv, each gzipped or not.

Thakur et al., BEIR (NeurIPS 2021). A row of the corpus is one article.
"""

from __future__ import annotations

import calendar
import datetime as dt
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from rag.errors import EvaluationError, NotFound

# What a judgement has in TREC's own programs.
_HIGHEST = 2**31 - 1
_SHOWN = 20
_Question = TypeVar("_Question")
_DATE = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?(?![\d/-])")


@dataclass(frozen=True, slots=True)
class Query:
    """A question. `answers`, `unanswerable` and `date`, of a month the last day, come from its metadata."""

    id: str
    text: str
    answers: tuple[str, ...] = ()
    unanswerable: bool | None = None
    date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Queries in file order, and query → article id → relevance (only what is relevant).

    `conditions` say in words what part of the set this is.
    """

    name: str
    folder: Path
    queries: tuple[Query, ...]
    qrels: Mapping[str, Mapping[str, int]]
    conditions: tuple[str, ...] = ()


def load_dataset(folder: Path, *, split: str | None = None) -> Dataset:
    """Read queries and judgements; the corpus is read by `corpus_to_jsonl`.

    `split` names a file of qrels/; without it, "test" or the only one there is. Raises NotFound for what
    is missing and EvaluationError naming file, line and field for what is wrong.
    """
    qrels = _read_qrels(_qrels_file(folder, split))
    queries = tuple(_query(row, where) for row, where in _identified(folder / "queries.jsonl"))
    if not queries:
        raise EvaluationError(f"{folder} holds no queries; check queries.jsonl")
    conditions = () if split is None else (f"split {split}",)
    return Dataset(folder.resolve().name, folder, queries, qrels, conditions)


def spread(queries: Sequence[_Question], limit: int | None) -> Sequence[_Question]:
    """`limit` queries at even distances in file order: sets are often sorted by article, by date or by kind,
    and their first queries are then about one thing. All of them without a limit, or where there are no more.
    """
    if limit is None or limit >= len(queries):
        return queries
    return [queries[place * len(queries) // limit] for place in range(limit)]


def at_least(dataset: Dataset, relevance: int) -> Dataset:
    """Only the judgements of at least this relevance, and only the queries that have one.

    Raises EvaluationError when there is none.
    """
    qrels = {
        query: kept
        for query, judged in dataset.qrels.items()
        if (kept := {article: grade for article, grade in judged.items() if grade >= relevance})
    }
    queries = tuple(query for query in dataset.queries if query.id in qrels)
    if not queries:
        highest = max((grade for judged in dataset.qrels.values() for grade in judged.values()), default=0)
        raise EvaluationError(
            f"{dataset.name} has no query with a judgement of {relevance}; the highest is {highest}"
        )
    return replace(
        dataset,
        queries=queries,
        qrels=qrels,
        conditions=(*dataset.conditions, f"relevance of at least {relevance}"),
    )


def load_foreign(path: Path) -> tuple[Query, ...]:
    """Queries that have no article here, one a line, gzipped or not.

    `metadata.answers`, or `metadata.answer_elsewhere` as one string, tell what another archive answers.
    Raises NotFound and EvaluationError as `load_dataset` does.
    """
    queries = []
    for row, where in _identified(path):
        query, elsewhere = _query(row, where), _metadata(row, where).get("answer_elsewhere")
        if elsewhere is not None and not isinstance(elsewhere, str):
            raise EvaluationError(f"{where}, field 'metadata.answer_elsewhere': must be words")
        known = (*query.answers, *([elsewhere] if elsewhere else []))
        queries.append(replace(query, answers=known, unanswerable=True))
    if not queries:
        raise EvaluationError(f"{path} holds no queries; write one object a line")
    return tuple(queries)


def corpus_to_jsonl(dataset: Dataset, folder: Path) -> Path:
    """Write the corpus as the .jsonl that the ordinary ingest reads, and give its path.

    Fields: id, title, text, published, url; the last two from the row's metadata where it has them. Raises
    NotFound and EvaluationError as `load_dataset` does.
    """
    target = folder / "corpus.jsonl"
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for row, where in _identified(dataset.folder / "corpus.jsonl"):
            metadata = _metadata(row, where)
            article = {
                "id": _text(row, "_id", where),
                "title": row.get("title") or None,
                "text": _text(row, "text", where),
                "published": published(metadata.get("date") or row.get("date")),
                "url": metadata.get("url"),
            }
            present = {name: value for name, value in article.items() if value is not None}
            file.write(json.dumps(present, ensure_ascii=True) + "\n")
    return target


def published(value: object) -> str | None:
    """A date as ISO 8601 ("2021/09/21" and "2021-9-21T10:00" both mean 2021-09-21); None when it is none."""
    match = _DATE.match(str(value).strip()) if value is not None else None
    if match is None:
        return None
    year, month, day = match.groups()
    iso = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    try:
        dt.date.fromisoformat(iso if day else f"{iso}-01")
    except ValueError:
        return None
    return iso


def _query(row: Mapping[str, object], where: str) -> Query:
    metadata = _metadata(row, where)
    answers = metadata.get("answers") or ()
    unanswerable = metadata.get("unanswerable")
    day = published(metadata.get("date"))
    if not isinstance(answers, list | tuple) or not all(isinstance(answer, str) for answer in answers):
        raise EvaluationError(f"{where}, field 'metadata.answers': must be a list of words")
    if unanswerable is not None and not isinstance(unanswerable, bool):
        raise EvaluationError(f"{where}, field 'metadata.unanswerable': must be true or false")
    return Query(
        id=_text(row, "_id", where),
        text=_text(row, "text", where),
        answers=tuple(answers),
        unanswerable=unanswerable,
        date=_last_day(day) if day is not None else None,
    )


def _last_day(iso: str) -> dt.date:
    """The day, or the last one of the month: what was published within it could be known."""
    year, month, *day = map(int, iso.split("-"))
    return dt.date(year, month, *day) if day else dt.date(year, month, calendar.monthrange(year, month)[1])


def _metadata(row: Mapping[str, object], where: str) -> Mapping[str, object]:
    metadata = row.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise EvaluationError(f"{where}, field 'metadata': must be an object, not {metadata!r}")
    return metadata


def _text(row: Mapping[str, object], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise EvaluationError(f"{where}, field '{name}': must be words, not {value!r}")
    return value


def _identified(path: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    """The rows with where they stand. Raises EvaluationError for an id that an earlier row has."""
    seen: dict[str, str] = {}
    for row, where in _rows(path):
        name = _text(row, "_id", where)
        if name in seen:
            raise EvaluationError(
                f"{where}, field '_id': {name!r} stands in {seen[name]} already; give each row its own"
            )
        seen[name] = where.rpartition(", ")[2]
        yield row, where


def _rows(path: Path) -> Iterator[tuple[Mapping[str, object], str]]:
    path = _present(path)
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise EvaluationError(f"{where}: not JSON ({error}); write one object a line") from error
        if not isinstance(row, dict):
            raise EvaluationError(f"{where}: is {type(row).__name__}; write one object a line")
        yield row, where


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), start=1):
        cells = line.rstrip("\r\n").split("\t")
        if not line.strip() or (number == 1 and cells[0] == "query-id"):
            continue
        score = cells[2].strip() if len(cells) == 3 else ""
        if not re.fullmatch(r"-?\d+", score):
            raise EvaluationError(
                f"{path}, line {number}: needs query-id, corpus-id and a whole score, by tabs"
            )
        digits = score.lstrip("-0") or "0"
        # By their number first: Python reads no number of thousands of digits.
        if len(digits) > len(str(_HIGHEST)) or int(digits) > _HIGHEST:
            shown = score if len(score) <= _SHOWN else f"{score[:_SHOWN]}…"
            raise EvaluationError(
                f"{path}, line {number}: the score {shown} is beyond {_HIGHEST}; give a lower one"
            )
        if int(score) > 0:
            qrels.setdefault(cells[0], {})[cells[1]] = int(score)
    return qrels


def _qrels_file(folder: Path, split: str | None) -> Path:
    if split is not None:
        return _present(folder / "qrels" / f"{split}.tsv")
    files = {path.name.split(".tsv")[0]: path for path in sorted((folder / "qrels").glob("*.tsv*"))}
    if "test" in files:
        return files["test"]
    if len(files) != 1:
        held = ", ".join(files) or "no .tsv file"
        raise EvaluationError(f"{folder / 'qrels'} holds {held}; give one test.tsv or name the split")
    return next(iter(files.values()))


def _present(path: Path) -> Path:
    for candidate in (path, path.with_name(path.name + ".gz")):
        if candidate.is_file():
            return candidate
    raise NotFound(f"there is no {path} (nor {path.name}.gz); a data set is a folder in BEIR layout")


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file):
                yield line.decode("utf-8" if number else "utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} cannot be read ({error}); fetch it again") from error
