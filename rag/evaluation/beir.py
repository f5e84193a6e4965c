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
from rag.evaluation.phrases import counted, listed

# What a judgement has in TREC's own programs.
_HIGHEST = 2**31 - 1
_SHOWN = 20
_OF_QUERY = frozenset({"date", "answers", "unanswerable"})
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

    `conditions` say in words what part of the set this is, `notes` what of its queries is not read.
    """

    name: str
    folder: Path
    queries: tuple[Query, ...]
    qrels: Mapping[str, Mapping[str, int]]
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def load_dataset(folder: Path, *, split: str | None = None) -> Dataset:
    """Read queries and judgements; the corpus is read by `corpus_to_jsonl`.

    `split` names a file of qrels/; without it, "test" or the only one there is. Raises NotFound for what
    is missing and EvaluationError naming file, line, `_id` and field for what is wrong, and a set of which
    no query is judged though there are judgements.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}; name one in BEIR layout with --dataset DIR")
    judged = _qrels_file(folder, split)
    qrels = _read_qrels(judged)
    rows = list(_identified(folder / "queries.jsonl"))
    queries = tuple(map(_query, rows))
    if not queries:
        raise EvaluationError(f"{folder} holds no queries; check queries.jsonl")
    if qrels and not any(query.id in qrels for query in queries):
        raise EvaluationError(
            f"{judged} judges no query of queries.jsonl, but {listed(sorted(qrels))}; check the ids of both"
        )
    conditions = () if split is None else (f"split {split}",)
    return Dataset(folder.resolve().name, folder, queries, qrels, conditions, tuple(_unread(rows)))


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
    for row in _identified(path):
        query, elsewhere = _query(row), row.metadata.get("answer_elsewhere")
        if elsewhere is not None and not isinstance(elsewhere, str):
            raise EvaluationError(f"{row.where}, field 'metadata.answer_elsewhere': must be words")
        known = (*query.answers, *([elsewhere] if elsewhere else []))
        queries.append(replace(query, answers=known, unanswerable=True))
    if not queries:
        raise EvaluationError(f"{path} holds no queries; write one object a line")
    return tuple(queries)


def corpus_to_jsonl(dataset: Dataset, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """Write the corpus as the .jsonl that the ordinary ingest reads, and give its path; and sentences on the
    rows that have no text, of which no article comes, and on dates that cannot be read.

    Fields: id, title, text, published, url; the last two from the row's metadata where it has them. A row
    stands in the line in which it stands there. Raises NotFound and EvaluationError as `load_dataset` does,
    and EvaluationError when no row is judged relevant though there are judgements.
    """
    target = folder / "corpus.jsonl"
    judged = {article_id for articles in dataset.qrels.values() for article_id in articles}
    known, written = not judged, 0
    empty: list[_Row] = []
    undated: list[_Row] = []
    with target.open("w", encoding="utf-8", newline="\n") as file:
        for row in _identified(dataset.folder / "corpus.jsonl"):
            known = known or row.name in judged
            day = published(row.date)
            if row.date and day is None:
                undated.append(row)
            article = {
                "id": row.name,
                "title": row.values.get("title") or None,
                "text": row.text("text"),
                "published": day,
                "url": row.metadata.get("url"),
            }
            present = {name: value for name, value in article.items() if value is not None}
            file.write("\n" * (row.number - written - 1))
            if row.text("text").strip():
                file.write(json.dumps(present, ensure_ascii=True))
            else:
                empty.append(row)
            file.write("\n")
            written = row.number
    if not known:
        raise EvaluationError(
            f"{dataset.folder / 'corpus.jsonl'} holds none of the articles that are judged relevant, as "
            f"{listed(sorted(judged))}; check the ids of both"
        )
    example = f", as {undated[0].date!r}" if undated else ""
    return target, (
        *_told(empty, "without a text, of which no article comes"),
        *_told(undated, f"with a date that cannot be read{example}: undated"),
    )


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


def _query(row: _Row) -> Query:
    metadata, where = row.metadata, row.where
    answers = metadata.get("answers") or ()
    unanswerable = metadata.get("unanswerable")
    day = published(metadata.get("date"))
    # Without it the question would be asked of what came later, too, and nobody told.
    if metadata.get("date") and day is None:
        raise EvaluationError(
            f"{where}, field 'metadata.date': {metadata['date']!r} cannot be read; write it as 2024-11-12"
        )
    if not isinstance(answers, list | tuple) or not all(isinstance(answer, str) for answer in answers):
        raise EvaluationError(f"{where}, field 'metadata.answers': must be a list of words")
    if unanswerable is not None and not isinstance(unanswerable, bool):
        raise EvaluationError(f"{where}, field 'metadata.unanswerable': must be true or false")
    if not row.text("text").strip():
        raise EvaluationError(f"{where}, field 'text': must be words, not {row.text('text')!r}")
    return Query(
        id=row.name,
        text=row.text("text"),
        answers=tuple(answers),
        unanswerable=unanswerable,
        date=_last_day(day) if day is not None else None,
    )


def _last_day(iso: str) -> dt.date:
    """The day, or the last one of the month: what was published within it could be known."""
    year, month, *day = map(int, iso.split("-"))
    return dt.date(year, month, *day) if day else dt.date(year, month, calendar.monthrange(year, month)[1])


def _unread(rows: Sequence[_Row]) -> Iterator[str]:
    """A sentence on the keys of the metadata that nothing reads, if any: one may be a known one, misspelt."""
    unread: dict[str, list[_Row]] = {}
    for row in rows:
        for key in sorted(row.metadata.keys() - _OF_QUERY):
            unread.setdefault(key, []).append(row)
    if unread:
        told = listed([f"{key} ({counted(len(having), 'row')})" for key, having in unread.items()])
        first = next(iter(unread.values()))[0]
        known = ", ".join(sorted(_OF_QUERY))
        yield f"{first.where}: keys of metadata that are not read: {told}; those that are: {known}"


def _told(rows: Sequence[_Row], what: str) -> Iterator[str]:
    """A sentence on rows of which the same is to be told, the first of them named; nothing on none."""
    if rows:
        yield f"{rows[0].where}: {counted(len(rows), 'row')} {what}"


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a file, and the article or query `name` that it is."""

    values: Mapping[str, object]
    path: Path
    number: int
    name: str = ""

    @property
    def where(self) -> str:
        return f"{self.path}, line {self.number}" + (f" (_id {self.name!r})" if self.name else "")

    @property
    def metadata(self) -> Mapping[str, object]:
        metadata = self.values.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise EvaluationError(f"{self.where}, field 'metadata': must be an object, not {metadata!r}")
        return metadata

    @property
    def date(self) -> object:
        return self.metadata.get("date") or self.values.get("date")

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if not isinstance(value, str):
            raise EvaluationError(f"{self.where}, field '{name}': must be words, not {value!r}")
        return value


def _identified(path: Path) -> Iterator[_Row]:
    """The rows. Raises EvaluationError for an id that an earlier row has."""
    seen: dict[str, int] = {}
    for row in _rows(path):
        name = row.text("_id")
        if name in seen:
            raise EvaluationError(
                f"{row.where}, field '_id': {name!r} stands in line {seen[name]} already; give each its own"
            )
        seen[name] = row.number
        yield replace(row, name=name)


def _rows(path: Path) -> Iterator[_Row]:
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
        yield _Row(row, path, number)


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
