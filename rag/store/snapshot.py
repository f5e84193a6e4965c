"""One generation, read: articles and chunks out of the store, candidates out of the caches."""

from __future__ import annotations

import bisect
import functools
import itertools
import os
import weakref
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged
from rag.store.alike import Spellings, one_edit_away
from rag.store.conditions import Every, InRange, NamedField, condition_of
from rag.store.database import UNDATED, storage_errors
from rag.store.embeddings import Floats, Rows
from rag.store.generations import REBUILD, Manifest
from rag.store.lexical import Analyzer, Scores, Statistics
from rag.store.names import KnownAlias
from rag.store.reader import Reader, StoredText
from rag.store.searching import Segment
from rag.store.segments import read_gone
from rag.store.subjects import spellings
from rag.store.terms import Name, TermQuery
from rag.types import Article, Chunk, Filters, Span

# So many chunks are read for how articles write a word that they share the stem of, and of so many stems.
_READ_FOR_SPELLING = 20
_STEMS_READ = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that retrieval found, in its article, with the parts of its score before any fusion."""

    chunk: Chunk
    article: StoredText
    dense: float
    lexical: float

    @property
    def text(self) -> str:
        """Raises IndexDamaged where the chunk lies outside its article, as none does that was written so."""
        chunk, text = self.chunk, self.article.text
        if not 0 <= chunk.start < chunk.end <= len(text):
            raise IndexDamaged(
                f"a chunk of article {chunk.article_id!r} lies outside its text; move the index folder away "
                "and run `rag ingest` with your corpus"
            )
        return text[chunk.start : chunk.end]

    @property
    def sentences(self) -> list[Span]:
        """The sentences of the article that lie whole in the chunk."""
        chunk = self.chunk
        return [one for one in self.article.sentences if chunk.start <= one.start and one.end <= chunk.end]


@dataclass(frozen=True, slots=True)
class ByWords:
    """What a snapshot found for a question by its words: of the best `depth` rows the BM25 score each."""

    depth: int
    condition: Every
    query: TermQuery
    statistics: Statistics
    scores: Mapping[int, float]


class Snapshot:
    """One whole immutable generation; safe to share between threads.

    The generation's folder and rows are kept from removal for as long as the snapshot is referenced.
    """

    def __init__(self, folder: Path, manifest: Manifest, lock: int) -> None:
        self.folder = folder
        self.manifest = manifest
        self.generation = manifest.generation
        reader = Reader(folder, manifest)
        self._reader = reader
        self._analyzer = Analyzer()
        # Asked once for all segments.
        keys_where = functools.lru_cache(maxsize=16)(functools.partial(_keys_where, reader))
        built = folder / manifest.generation
        try:
            gone = read_gone(built)
            self._segments = [
                Segment(
                    built / info.name,
                    info,
                    gone.get(info.name, ()),
                    reader,
                    analyzer=self._analyzer,
                    keys_where=keys_where,
                )
                for info in manifest.segments
            ]
        except (
            RuntimeError,
            ValueError,
            KeyError,
            TypeError,
            FileNotFoundError,
            zipfile.BadZipFile,
        ) as error:
            raise IndexDamaged(
                f"generation {self.generation} cannot be opened ({error}); {REBUILD}"
            ) from error
        # Rows are numbered through all segments; those of each begin here.
        self._firsts = [0, *itertools.accumulate(info.rows for info in manifest.segments)]
        # Last: from here on the lock is the snapshot's to release.
        self._release = weakref.finalize(self, os.close, lock)

    def article(self, article_id: str) -> Article:
        """The article of this id. Raises NotFound, and IndexDamaged when it is not what was written."""
        return self._reader.article(article_id)

    def text_of(self, article_id: str) -> str:
        """The text of the article of this id, read from the store, for the caller to hold against its hash.

        Raises NotFound.
        """
        return self._reader.text_of(article_id)

    def read_together(self, articles: Iterable[StoredText]) -> None:
        """Read the words of these articles at once, which one after the other takes twice as long.

        Raises IndexDamaged when one is not what was written.
        """
        self._reader.read_together(articles)

    def list_articles(
        self, *, after: str | None = None, limit: int = 100, filters: Filters | None = None
    ) -> list[Article]:
        """Articles by id, those behind `after`, at most `limit`."""
        return self._reader.list_articles(after=after, limit=limit, filters=self.spelt(filters or Filters()))

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article in reading order; none when there is no such article."""
        return self._reader.chunks_of(article_id)

    def count_articles(self, filters: Filters) -> int:
        """How many articles the filters admit."""
        return self._reader.count_where(condition_of(self.spelt(filters)))

    def count_chunks(self, filters: Filters) -> int:
        """How many chunks the filters admit."""
        condition = condition_of(self.spelt(filters))
        return sum(segment.count(condition) for segment in self._segments)

    def count_vectors(self) -> int:
        """How many vectors the generation's cache holds."""
        return sum(segment.count_vectors for segment in self._segments)

    def sources(self, filters: Filters) -> list[str]:
        """The sources of the articles that the filters admit, in order."""
        return self._reader.sources(condition_of(self.spelt(filters)))

    def names_had(self, field: NamedField, filters: Filters) -> set[str]:
        """Which of the names that the filters give for the field some article has that they admit.

        Sources are as articles spell them.
        """
        if field == "source":
            spelt = self.spelt(filters).sources
            known = tuple(name for name in spelt if name in self._spellings.get(name.casefold(), ()))
            filters = replace(filters, sources=known)
            names = known
        else:
            names = filters.article_ids if field == "id" else filters.languages
        if not names:
            return set()
        return self._reader.values_of(field, condition_of(filters), most=len(set(names)))

    def spelt(self, filters: Filters) -> Filters:
        """The filters with each source as articles spell it: capitals make no difference.

        One that no article has stays as it is.
        """
        names = [self._spellings.get(name.casefold(), [name]) for name in filters.sources]
        return replace(filters, sources=tuple(itertools.chain.from_iterable(names))) if names else filters

    @functools.cached_property
    def _spellings(self) -> dict[str, list[str]]:
        """The sources of all articles, by their names without capitals."""
        spellings: dict[str, list[str]] = {}
        for source in self._reader.sources(condition_of(Filters())):
            spellings.setdefault(source.casefold(), []).append(source)
        return spellings

    def count_left_out_undated(self, filters: Filters) -> int:
        """How many articles a date window leaves out only because their date is unknown.

        One that its own text shows to be later is not among them: nothing later is counted (law 4).
        """
        if not filters.dated or filters.include_undated:
            return 0
        undated = InRange("latest", UNDATED, UNDATED)
        admitted = condition_of(replace(self.spelt(filters), include_undated=True))
        return self._reader.count_where(Every((undated, admitted)))

    def aliases(self, folded: Sequence[str], filters: Filters) -> list[KnownAlias]:
        """What the admitted articles tell of other forms of these folded forms, in one query."""
        return self._reader.aliases(folded, condition_of(self.spelt(filters)))

    def by_words(self, question: str, *, filters: Filters, depth: int, names: Sequence[Name] = ()) -> ByWords:
        """The `depth` best chunks by BM25: the half of `retrieve` that needs no vector.

        `names` are the names in the question, in order and without overlap, that have other forms: they widen
        what BM25 is asked.
        """
        with storage_errors(self.folder):
            condition = condition_of(self.spelt(filters))
            query, statistics = self._asked(question, names, condition)
            found = [
                segment.best_by_terms(query, statistics, condition, depth=depth) for segment in self._segments
            ]
            return ByWords(depth, condition, query, statistics, self._first(found, depth))

    def by_words_among(self, words: ByWords, *, filters: Filters) -> ByWords:
        """The same question, each term weighed as there, put to the chunks that other filters admit.

        So its scores, and those of what is retrieved by it, may be held against the others'.
        """
        with storage_errors(self.folder):
            condition = condition_of(self.spelt(filters))
            found = [
                segment.best_by_terms(words.query, words.statistics, condition, depth=words.depth)
                for segment in self._segments
            ]
            return replace(words, condition=condition, scores=self._first(found, words.depth))

    def retrieve(self, vector: Floats, words: ByWords) -> list[Candidate]:
        """The union of the best `words.depth` chunks by cosine and by BM25, each with both scores, by article
        id and start.

        `vector` is the unit vector `[dimension]` of the question that this snapshot looked up `words` for.
        """
        with storage_errors(self.folder):
            dense = self._first(
                [segment.nearest(vector, words.condition, depth=words.depth) for segment in self._segments],
                words.depth,
            )
            # Not by numpy's union, which loads its masked arrays for it.
            rows = np.array(sorted(dense.keys() | words.scores.keys()), np.int64)
            scored = self._scored(
                rows, vector, words.query, words.statistics, cosines=dense, by_terms=words.scores
            )
            return sorted(scored, key=lambda one: _place(one.chunk))

    def without(self, words: Sequence[str], *, filters: Filters) -> list[str]:
        """Which of these words no admitted chunk has, in any of their English forms; never a stop word."""
        with storage_errors(self.folder):
            holding = self._holding(set(self._analyzer.terms(" ".join(words))), filters)
            if all(holding.values()):
                return []  # of most questions
            terms = {word: self._analyzer.terms(word) for word in words}
            return [word for word, of in terms.items() if of and not any(holding[term] for term in of)]

    def written_alike(self, folded: str, *, filters: Filters) -> list[str]:
        """Words one edit from this folded one, as admitted articles write them: first of the stem that most
        admitted chunks have. Of each stem its best chunks are read, and of the commonest stems alone."""
        with storage_errors(self.folder):
            alike = one_edit_away(folded)
            terms = set(self._analyzer.terms(" ".join(sorted(alike))))
            known = {term for term in terms if any(segment.holds(term) for segment in self._segments)}
            holding = self._holding(known, filters)
            stems = sorted(filter(holding.get, holding), key=lambda one: (-holding[one], one))
            found: dict[str, None] = {}
            for stem in stems[:_STEMS_READ]:
                texts = self._texts_with(stem, filters, most=_READ_FOR_SPELLING)
                found |= dict.fromkeys(Spellings(texts).commonest_first(alike))
            return list(found)

    def _holding(self, terms: Set[str], filters: Filters) -> dict[str, int]:
        """How many admitted chunks have each term."""
        condition = condition_of(self.spelt(filters))
        counts = [segment.counts(sorted(terms), condition) for segment in self._segments]
        return {term: sum(part.holding[term] for part in counts) for term in terms}

    def _texts_with(self, term: str, filters: Filters, *, most: int) -> Iterator[str]:
        """The best admitted chunks for one term, each behind the headline of its article, in no order."""
        condition = condition_of(self.spelt(filters))
        query = TermQuery((term,), ())
        statistics = Statistics.of([segment.counts([term], condition) for segment in self._segments])
        found = [
            segment.best_by_terms(query, statistics, condition, depth=most) for segment in self._segments
        ]
        for row in self._first(found, most):
            chunk, article = self._chunk_at(row)
            yield f"{article.card.title}\n{Candidate(chunk, article, 0.0, 0.0).text}"

    def mentioned(self, text: str, *, filters: Filters, most: int) -> dict[str, list[int]]:
        """The names in the text that admitted articles are about, in the order of the text, each with the
        ascending rows of those articles' chunks.

        Of names that begin with one word the longest counts, and none inside another. A name of more than
        `most` chunks is too general to lead anywhere and is left out.
        """
        with storage_errors(self.folder):
            condition = condition_of(self.spelt(filters))
            found: dict[str, list[int]] = {}
            covered = 0
            for position, names in enumerate(spellings(text)):
                if position < covered:
                    continue
                for name in names:
                    rows = [
                        first + row
                        for first, segment in zip(self._firsts[:-1], self._segments, strict=True)
                        for row in segment.rows_about(name, condition, most=most).tolist()
                    ]
                    if 0 < len(rows) <= most:
                        found.setdefault(name, rows)
                        covered = position + len(name.split())
                        break
            return found

    def score(
        self,
        rows: Sequence[int],
        vector: Floats,
        question: str,
        *,
        filters: Filters,
        names: Sequence[Name] = (),
    ) -> list[Candidate]:
        """The chunks of these rows, which the filters must admit, with both scores, in the order of the rows.

        `vector` is the question's unit vector `[dimension]`; `rows` ascend, each is there once.
        """
        with storage_errors(self.folder):
            query, statistics = self._asked(question, names, condition_of(self.spelt(filters)))
            return self._scored(np.array(rows, np.int64), vector, query, statistics)

    def _asked(self, question: str, names: Sequence[Name], condition: Every) -> tuple[TermQuery, Statistics]:
        """The question in terms, and what they weigh among all that the condition admits."""
        query = self._analyzer.query(question, names)
        terms = sorted(set(query.terms()))
        return query, Statistics.of([segment.counts(terms, condition) for segment in self._segments])

    def _first(self, found: Sequence[tuple[Rows, Floats | Scores]], depth: int) -> dict[int, float]:
        """The `depth` rows of the highest scores that the segments found, ties by article id and start."""
        scored = [
            (score, first + row)
            for first, (rows, scores) in zip(self._firsts[:-1], found, strict=True)
            for row, score in zip(rows.tolist(), scores.tolist(), strict=True)
        ]
        scored.sort(key=lambda one: -one[0])
        if len(scored) > depth and scored[depth - 1][0] == scored[depth][0]:
            # Of equals, which are of several segments, only some are taken.
            worst = scored[depth][0]
            tied = [one for one in scored if one[0] == worst]
            tied.sort(key=lambda one: _place(self._chunk_at(one[1])[0]))
            scored = [*(one for one in scored if one[0] > worst), *tied]
        return {row: score for score, row in scored[:depth]}

    def _scored(
        self,
        rows: Rows,
        vector: Floats,
        query: TermQuery,
        statistics: Statistics,
        *,
        cosines: Mapping[int, float] = {},
        by_terms: Mapping[int, float] = {},
    ) -> list[Candidate]:
        """The chunks of these ascending rows, in their order, with both scores; `cosines` and `by_terms` are
        those known."""
        dense, lexical, chunks = dict(cosines), dict(by_terms), []
        parts = np.split(rows, np.searchsorted(rows, self._firsts[1:-1]))
        for first, segment, part in zip(self._firsts[:-1], self._segments, parts, strict=True):
            far, wordless = _without(part, dense), _without(part, lexical)
            near = segment.cosines(vector, far - first)
            dense |= zip(far.tolist(), near.tolist(), strict=True)
            bm25 = segment.bm25(query, statistics, wordless - first)
            lexical |= zip(wordless.tolist(), bm25.tolist(), strict=True)
            chunks += self._described(segment, part - first)
        return [
            Candidate(chunk, article, dense[row], lexical[row])
            for row, (chunk, article) in zip(rows.tolist(), chunks, strict=True)
        ]

    def _described(self, segment: Segment, places: Rows) -> list[tuple[Chunk, StoredText]]:
        spans, articles = segment.spans[places].tolist(), segment.articles[places].tolist()
        stored = self._reader.stored_texts(set(articles))
        return [
            (Chunk(stored[key].card.article_id, *span), stored[key])
            for span, key in zip(spans, articles, strict=True)
        ]

    def _chunk_at(self, row: int) -> tuple[Chunk, StoredText]:
        at = bisect.bisect_right(self._firsts, row) - 1
        (described,) = self._described(self._segments[at], np.array([row - self._firsts[at]]))
        return described


def _without(rows: Rows, known: Mapping[int, float]) -> Rows:
    return np.array([row for row in rows.tolist() if row not in known], np.int64)


def _keys_where(reader: Reader, condition: Every) -> Rows:
    return np.array(reader.keys_where(condition), np.int64)


def _place(chunk: Chunk) -> tuple[str, int, int]:
    return chunk.article_id, chunk.start, chunk.end
