"""Retrieval by terms, BM25: the one place that imports tantivy.

tantivy finds the candidates and applies the filter; the scores are computed here, with the statistics of
the articles that the filter admits. Under `as_of` this matters: with the collection's own statistics the
rarity of a word would tell of articles that were not yet written (law 4).

BM25 after Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section
3.4, with idf = ln(1 + (N − n + 0.5) / (n + 0.5)), which is never negative.
"""

from __future__ import annotations

import contextlib
import functools
import math
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import IndexDamaged, StorageError
from rag.store.conditions import Condition, Either, Every, InRange, OneOf
from rag.store.embeddings import Rows
from rag.store.forward import Ends, ForwardIndex, ForwardWriter, Lengths
from rag.store.generations import REBUILD
from rag.store.terms import Name, NameTerms, TermQuery

Scores = np.ndarray[Any, np.dtype[np.float64]]

LEXICAL_FOLDER = "lexical"
K1 = 1.2
B = 0.75
_TOKENIZER = "words"
# A word longer than this is no word (a URL, an encoded picture); it is left out of the terms.
_LONGEST_TERM = 80
# More than the rounding of tantivy's 32-bit scores.
_ROUNDING = 1e-5
# So many terms of each condition are kept with what they counted.
_MOST_FREQUENCIES = 10_000
_TEXT_FIELDS = ("id", "source", "language")
_DAY_FIELDS = ("earliest", "latest", "floor")


@dataclass(frozen=True, slots=True)
class LexicalRow:
    """What the lexical index holds of one chunk: its words, and of its article the names that it is about
    and what filters ask of it.
    """

    text: str
    subjects: tuple[str, ...]
    id: str
    source: str | None
    language: str | None
    earliest: int
    latest: int
    floor: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Of some chunks: how many they are, their terms in all, and how many hold each of the terms asked."""

    chunks: int
    terms: int
    holding: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Collection statistics over the admitted chunks: their mean length in terms, and idf."""

    average_length: float
    idf: dict[str, float]

    @classmethod
    def of(cls, parts: Sequence[Counts]) -> Statistics:
        """Over all parts together, which were asked the same terms."""
        chunks = sum(part.chunks for part in parts)
        holding: Counter[str] = Counter()
        for part in parts:
            holding.update(part.holding)
        idf = {
            term: math.log(1 + (chunks - count + 0.5) / (count + 0.5))
            for term, count in sorted(holding.items())
        }
        return cls(sum(part.terms for part in parts) / chunks if chunks else 0.0, idf)


class Analyzer:
    """Text → terms: words in lower case without accents, English stems, stop words left out."""

    def __init__(self) -> None:
        import tantivy

        self.filtered = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(tantivy.Filter.remove_long(_LONGEST_TERM))
            .filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold())
            .filter(tantivy.Filter.stopword("english"))
            .filter(tantivy.Filter.stemmer("english"))
            .build()
        )

    def terms(self, text: str) -> list[str]:
        # A question may hold half a surrogate pair, which no article does.
        terms: list[str] = self.filtered.analyze(text.encode("utf-8", "replace").decode())
        return terms

    def query(self, question: str, names: Sequence[Name] = ()) -> TermQuery:
        """The question in terms; `names` are in order and do not overlap.

        Single letters of another form, such as an initial, stand in too many words to tell of it.
        """
        words: list[str] = []
        named = []
        position = 0
        for name in names:
            words += self.terms(question[position : name.start])
            position = name.end
            asked = self.terms(question[name.start : name.end])
            forms = [tuple(t for t in self.terms(form) if len(t) > 1) for form in name.forms]
            if forms := [form for form in forms if form]:
                named.append(NameTerms(tuple(asked), tuple(dict.fromkeys(forms)), name.weight))
            else:
                words += asked
        words += self.terms(question[position:])
        return TermQuery(tuple(words), tuple(named))


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", tokenizer_name=_TOKENIZER, index_option="freq")
    for name in _TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("subject", tokenizer_name="raw", index_option="basic")
    for name in _DAY_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("row", stored=True, fast=True)
    return builder.build()


def _document(number: int, row: LexicalRow) -> Any:
    import tantivy

    document = tantivy.Document()
    document.add_text("text", row.text)
    for subject in row.subjects:
        document.add_text("subject", subject)
    document.add_text("id", row.id)
    if row.source is not None:
        document.add_text("source", row.source)
    if row.language is not None:
        document.add_text("language", row.language)
    for name in _DAY_FIELDS:
        document.add_integer(name, getattr(row, name))
    document.add_unsigned("row", number)
    return document


def build_lexical(folder: Path, rows: Iterable[LexicalRow]) -> tuple[Lengths, Ends]:
    """Write an index of the rows in order. Returns each row's length in terms, `[rows]`, and where its terms
    end among those of all rows, `[rows]`."""
    import tantivy

    folder.mkdir(parents=True)
    analyzer = Analyzer()
    index = tantivy.Index(_schema(), path=str(folder))
    index.register_tokenizer(_TOKENIZER, analyzer.filtered)
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    try:
        with ForwardWriter.open(folder.parent) as forward:
            for number, row in enumerate(rows):
                writer.add_document(_document(number, row))
                forward.add(analyzer.terms(row.text))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        raise StorageError(
            f"{folder} could not be written ({error}); free some space on its disk and run it again"
        ) from error
    for file in folder.iterdir():
        # tantivy keeps some files to their owner; whoever may read the folder must be able to read them.
        file.chmod(folder.stat().st_mode & 0o666)
    return forward.lengths(), forward.ends()


@contextlib.contextmanager
def _links_to(folder: Path) -> Iterator[Path]:
    """A temporary folder of links to the files in `folder`.

    tantivy locks the folder that it opens, which fails where that is mounted read-only. It maps the files
    at once and need not find them again.
    """
    links = Path(tempfile.mkdtemp(prefix="rag-"))
    try:
        for file in folder.iterdir():
            if not file.name.endswith(".lock"):
                (links / file.name).symlink_to(file.absolute())
        yield links
    finally:
        # The thread with which tantivy watches a folder may put its lock file back once while it is removed.
        for _ in range(10):
            shutil.rmtree(links, ignore_errors=True)
            if not links.exists():
                break


@contextlib.contextmanager
def _damage(folder: Path) -> Iterator[None]:
    """Turn what tantivy says of files that are not what was written into the one sentence for the user."""
    try:
        yield
    except BaseException as error:
        # A panic of its own is no Exception.
        if not (isinstance(error, ValueError) or type(error).__name__ == "PanicException"):
            raise
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise IndexDamaged(f"{folder} cannot be read ({reason}); {REBUILD}") from error


class LexicalIndex:
    """A built index, memory-mapped and read-only; safe to search from several threads."""

    def __init__(self, folder: Path, lengths: Lengths, ends: Ends, analyzer: Analyzer) -> None:
        import tantivy

        self._tantivy = tantivy
        self._folder = folder
        with _damage(folder), _links_to(folder) as links:
            self._index = tantivy.Index.open(str(links))
            self._index.config_reader(reload_policy="manual")
            self._searcher = self._index.searcher()
        self._index.register_tokenizer(_TOKENIZER, analyzer.filtered)
        self._schema = self._index.schema
        self._lengths = lengths
        self._forward = ForwardIndex(folder.parent, ends)
        # Counted one by one, and who asks as of a day asks more than once as of it.
        self._frequencies = functools.lru_cache(maxsize=16)(_none_counted)
        self._average_length = float(lengths.mean()) if len(lengths) else 0.0

    def holds(self, term: str) -> bool:
        """Whether any row has the term, one that is gone among them."""
        with _damage(self._folder):
            return bool(self._searcher.doc_freq("text", term))

    def counts(
        self, terms: Sequence[str], condition: Every, *, chunks: int, length: int, gone: Rows
    ) -> Counts:
        """What the admitted chunks, so many with so many terms in all, count for these terms' statistics.

        `gone` are the rows that `condition` would admit, had they not left.
        """
        left = (self._forward.times(gone, terms) > 0).sum(axis=0).tolist()
        # Two words have one code once in four thousand million pairs: no fewer than none.
        known = self._frequencies(condition)
        if len(known) > _MOST_FREQUENCIES:
            known.clear()
        with _damage(self._folder):
            holding = {
                term: max(0, self._frequency(term, condition, known) - gone_with_it)
                for term, gone_with_it in zip(terms, left, strict=True)
            }
        return Counts(chunks, length, holding)

    def _frequency(self, term: str, condition: Every, known: dict[str, int]) -> int:
        """How many admitted rows hold the term, those that are gone among them; `known` are those counted."""
        if not condition.parts:
            frequency: int = self._searcher.doc_freq("text", term)
            return frequency
        found = known.get(term)
        if found is None:
            query = self._restricted([self._term_query(term)], condition)
            found = known[term] = int(self._searcher.search(query, limit=1, count=True).count)
        return found

    def search(
        self, query: TermQuery, statistics: Statistics, condition: Every, *, limit: int
    ) -> tuple[Rows, float]:
        """At most `limit` admitted rows that hold a term, best first by tantivy's own BM25, and a bound.

        Its weights are corrected to `statistics`; only its lengths are rounded down and held against the
        mean of all rows here. No other admitted row has a `score` above the bound. Rows that are gone are
        among them.
        """
        if not any(query.terms()) or limit == 0 or not statistics.average_length:
            return np.empty(0, np.int64), 0.0
        clauses = self._weighted(Counter(query.words), statistics)
        for name in query.names:
            forms = [
                self._any_of(self._weighted(form, statistics))
                for form in name.alternatives(statistics.idf)
                if form
            ]
            clauses.append(self._tantivy.Query.disjunction_max_query(forms))
        hits = self._hits(self._restricted(clauses, condition), limit)
        rows = np.array([row for _, row in hits], np.int64)
        if len(hits) < limit:
            return rows, 0.0
        # A term's part is idf · tf (K1 + 1) / (tf + norm): it rises at most as much as norm falls.
        shift = max(1.0, statistics.average_length / self._average_length)
        return rows, hits[-1][0] * shift * (1 + _ROUNDING)

    def rows_about(self, name: str, condition: Every, *, limit: int) -> Rows:
        """At most `limit` admitted rows of articles about the folded name, ascending; some may be gone."""
        with _damage(self._folder):
            if not self._searcher.doc_freq("subject", name):
                return np.empty(0, np.int64)
        about = self._tantivy.Query.term_query(self._schema, "subject", name, index_option="basic")
        hits = self._hits(self._restricted([about], condition), limit)
        return np.array(sorted(row for _, row in hits), np.int64)

    def _hits(self, query: Any, limit: int) -> list[tuple[float, int]]:
        """At most `limit` (score, row), best first."""
        with _damage(self._folder):
            hits = self._searcher.search(query, limit=limit, count=False).hits
            # Out of the column: to read the stored documents takes longer than to find them.
            rows = self._searcher.fast_field_values("row", [address for _, address in hits])
            if None in rows or max(rows, default=0) >= max(1, len(self._lengths)):
                raise ValueError("it names rows that are not there")
            return [(score, row) for (score, _), row in zip(hits, rows, strict=True)]

    def score(self, query: TermQuery, statistics: Statistics, rows: Rows) -> Scores:
        """BM25 `[len(rows)]` of these rows under `statistics`."""
        terms = sorted(set(query.terms()))
        scores = np.zeros(len(rows))
        # Where no passage has a term, none has a length either.
        if not terms or not len(rows) or not statistics.average_length:
            return scores
        norm = K1 * (1 - B + B * self._lengths[rows] / statistics.average_length)
        times = self._forward.times(rows, terms).astype(np.float64)
        idf = np.array([statistics.idf[term] for term in terms])
        parts = dict(zip(terms, (idf * times * (K1 + 1) / (times + norm[:, None])).T, strict=True))
        # Term after term, so that no row's rounding depends on other rows.
        scores += _sum_of(Counter(query.words), parts)
        for name in query.names:
            best = np.zeros(len(rows))
            for form in name.alternatives(statistics.idf):
                np.maximum(best, _sum_of(form, parts), out=best)
            scores += best
        return scores

    def _weighted(self, weights: Mapping[str, float], statistics: Statistics) -> list[Any]:
        """A clause for each term, its weight corrected to `statistics`."""
        total = self._searcher.num_docs
        clauses = []
        for term, weight in sorted(weights.items()):
            holding = self._searcher.doc_freq("text", term)
            own = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
            boost = weight * statistics.idf[term] / own
            clauses.append(self._tantivy.Query.boost_query(self._term_query(term), boost))
        return clauses

    def _any_of(self, clauses: Sequence[Any]) -> Any:
        return self._tantivy.Query.boolean_query([(self._tantivy.Occur.Should, each) for each in clauses])

    def _term_query(self, term: str) -> Any:
        return self._tantivy.Query.term_query(self._schema, "text", term, index_option="freq")

    def _restricted(self, clauses: Sequence[Any], condition: Every) -> Any:
        occur = self._tantivy.Occur
        either = self._any_of(clauses)
        if not condition.parts:
            return either
        admitted = self._tantivy.Query.const_score_query(self._compile(condition), 0.0)
        return self._tantivy.Query.boolean_query([(occur.Must, either), (occur.Must, admitted)])

    def _compile(self, condition: Condition) -> Any:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        match condition:
            case InRange(field, low, high):
                integer = self._tantivy.FieldType.Integer
                return query.range_query(self._schema, field, integer, low, high)
            case OneOf(field, values):
                return query.term_set_query(self._schema, field, list(values))
            case Every(parts):
                return query.boolean_query([(occur.Must, self._compile(part)) for part in parts])
            case Either(parts):
                return query.boolean_query([(occur.Should, self._compile(part)) for part in parts])


def _none_counted(_: Every) -> dict[str, int]:
    return {}


def _sum_of(weights: Mapping[str, float], parts: Mapping[str, Scores]) -> Scores | float:
    summed: Scores | float = 0.0
    for term in sorted(weights):
        summed = summed + weights[term] * parts[term]
    return summed
