"""From a corpus folder to a published generation: read, chunk, embed what is new, retire what is gone.

The index mirrors the corpus: afterwards it holds exactly the articles that can be read under the paths.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.copies import signature_of, wording_of
from rag.encoding import Encoder
from rag.errors import ArticleError
from rag.indexing.chunking import chunk_article, encoder_input
from rag.indexing.naming import learn_aliases
from rag.indexing.reading import Problem, Reading, count_candidates, read_new
from rag.indexing.repeats import count_copies
from rag.store import ModelIdentity, NewArticle, StoredChunk, Writer
from rag.tokens import count_tokens
from rag.types import Article, Span

# Raised whenever cleaning, dating, sentences, chunking, naming or signatures change what they make of the
# same bytes.
PIPELINE_VERSION = 6
# Articles are embedded and committed in batches of about this many chunks: what a kill loses is small.
_BATCH_CHUNKS = 256

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How articles are cut. `chunk_tokens` counts cl100k_base tokens."""

    chunk_tokens: int = 200
    overlap_sentences: int = 1


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. `embedded` counts encoder inputs, `truncated` those beyond the encoder's window.

    `copies` counts the articles of the index that are copies of an earlier one. A chunk that does not fit is
    split, so there should be none truncated; they are counted all the same.
    """

    generation: str
    articles: int
    added: int
    changed: int
    removed: int
    unchanged: int
    chunks: int
    embedded: int
    truncated: int
    copies: int
    problems: tuple[Problem, ...]
    seconds: float


@dataclass(slots=True)
class _Counts:
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    embedded: int = 0
    truncated: int = 0


def ingest(
    paths: Sequence[Path],
    *,
    index_folder: Path,
    encoder: Encoder,
    options: IngestOptions = IngestOptions(),
    allow_empty: bool = False,
    progress: Progress | None = None,
) -> IngestReport:
    """Make the index hold what the paths hold; a corpus that has not changed costs no embedding.

    `progress(stage, done, total)` is told of the stages "read", of at most `total` articles, and "publish".
    Raises ArticleError when a path is not there, or when every article of the index would go and
    `allow_empty` is not set; IndexBusy, IndexMismatch and StorageError as the store does.
    """
    began = time.perf_counter()
    tell = progress or (lambda *_: None)
    problems: list[Problem] = []
    counts = _Counts()
    with Writer.open(index_folder) as writer:
        seen: set[str] = set()
        total = count_candidates(paths) if progress else 0
        work = _Work(writer, encoder, options, counts)
        items = read_new(paths, index_folder=index_folder, known=work.known)
        for batch in work.batches(_readings(items, problems, seen)):
            tell("read", counts.read, total)
            writer.stage(batch)
        tell("read", counts.read, counts.read)
        gone = writer.published.keys() - seen
        if not allow_empty:
            _refuse_to_empty(
                paths,
                index_folder,
                before=len(writer.published),
                gone=len(gone),
                seen=len(seen),
                problems=problems,
            )
        writer.retire(sorted(writer.staged.keys() - seen))
        tell("publish", 0, 1)
        model = ModelIdentity(encoder.name, encoder.fingerprint, encoder.dimension)
        described = {**asdict(options), "pipeline": PIPELINE_VERSION}
        live = writer.already_live(model, described)
        copies = live.copies if live else count_copies(writer)
        generation = writer.publish(model, described, truncated=counts.truncated, copies=copies)
        tell("publish", 1, 1)
        return IngestReport(
            generation=generation,
            articles=len(writer.staged),
            added=counts.added,
            changed=counts.changed,
            removed=len(gone),
            unchanged=counts.unchanged,
            chunks=writer.count_chunks(),
            embedded=counts.embedded,
            truncated=counts.truncated,
            copies=copies,
            problems=tuple(problems),
            seconds=time.perf_counter() - began,
        )


def _refuse_to_empty(
    paths: Sequence[Path],
    index_folder: Path,
    *,
    before: int,
    gone: int,
    seen: int,
    problems: Sequence[Problem],
) -> None:
    """Raise ArticleError rather than publish an index that lost every article it had, or holds none."""
    named = " ".join(map(str, paths))
    first = (
        f" ({len(problems)} refused, the first: {problems[0].path}: {problems[0].reason})" if problems else ""
    )
    if before and gone == before:
        raise ArticleError(
            f"{named} holds none of the {before} articles of {index_folder}{first}, which would all be "
            "removed; name their folder too, or pass --allow-empty if that is meant"
        )
    if not seen:
        raise ArticleError(
            f"{named} holds no article that can be read{first}; supported are .txt, .md and .jsonl"
        )


def _readings(
    items: Iterator[Reading | Problem], problems: list[Problem], seen: set[str]
) -> Iterator[Reading]:
    """What was read of each article; problems and the ids seen are noted on the way."""
    for item in items:
        if isinstance(item, Problem):
            problems.append(item)
        else:
            seen.add(item.id)
            yield item


@dataclass(frozen=True, slots=True)
class _Unembedded:
    span: Span
    tokens: int
    input: str
    input_sha256: bytes


@dataclass(frozen=True, slots=True)
class _Cut:
    """An article in chunks that have no vectors yet."""

    article: Article
    state: str
    notes: tuple[str, ...]
    chunks: list[_Unembedded]


class _Work:
    """What one ingest makes of what it reads: articles in chunks, their vectors, and counts of all that."""

    def __init__(self, writer: Writer, encoder: Encoder, options: IngestOptions, counts: _Counts) -> None:
        self._writer, self._encoder, self._options, self._counts = writer, encoder, options, counts
        self._maker = json.dumps([PIPELINE_VERSION, encoder.fingerprint, asdict(options)], sort_keys=True)

    def known(self, article_id: str, fingerprint: str) -> Sequence[str] | None:
        """What was noted in making an article that is staged already and need not be made again."""
        staged = self._writer.staged.get(article_id)
        return staged.notes if staged and staged.state == self._state(fingerprint) else None

    def _state(self, fingerprint: str) -> str:
        """The hash of all that an article's rows derive from: what was read, how it is made and cut, what
        embeds it."""
        return hashlib.sha256(f"{self._maker}\n{fingerprint}".encode()).hexdigest()

    def batches(self, readings: Iterable[Reading]) -> Iterator[list[NewArticle]]:
        """New and changed articles with their embedded chunks, about `_BATCH_CHUNKS` chunks at a time."""
        waiting: list[_Cut] = []
        for reading in readings:
            state = self._state(reading.fingerprint)
            self._count(reading.id, state)
            # What an ingest that was killed has staged counts as its work, but is not done again.
            if reading.article is None:
                continue
            waiting.append(_Cut(reading.article, state, reading.notes, self._chunks(reading.article)))
            if sum(len(cut.chunks) for cut in waiting) >= _BATCH_CHUNKS:
                yield self._embedded(waiting)
                waiting = []
        if waiting:
            yield self._embedded(waiting)

    def _count(self, article_id: str, state: str) -> None:
        before, counts = self._writer.published.get(article_id), self._counts
        counts.read += 1
        counts.added += before is None
        counts.changed += before is not None and before.state != state
        counts.unchanged += before is not None and before.state == state

    def _chunks(self, article: Article) -> list[_Unembedded]:
        encoder = self._encoder
        chunks = chunk_article(
            article,
            count_tokens=count_tokens,
            encoder_count=lambda text: encoder.count([text])[0],
            target_tokens=self._options.chunk_tokens,
            encoder_window=encoder.max_tokens,
            overlap_sentences=self._options.overlap_sentences,
        )
        cut = []
        for chunk in chunks:
            text = encoder_input(article, article.text[chunk.start : chunk.end])
            digest = hashlib.sha256(f"{encoder.fingerprint}\n{text}".encode()).digest()
            cut.append(_Unembedded(Span(chunk.start, chunk.end), chunk.tokens, text, digest))
        return cut

    def _embedded(self, waiting: Sequence[_Cut]) -> list[NewArticle]:
        """The articles with a vector for each chunk; only inputs never embedded before reach the encoder."""
        inputs = {chunk.input_sha256: chunk.input for cut in waiting for chunk in cut.chunks}
        vectors = self._writer.vectors(list(inputs))
        missing = [digest for digest in inputs if digest not in vectors]
        if missing:
            texts = [inputs[digest] for digest in missing]
            counted = self._encoder.count(texts)
            self._counts.truncated += sum(count > self._encoder.max_tokens for count in counted)
            vectors.update(zip(missing, self._encoder.encode(texts), strict=True))
            self._counts.embedded += len(missing)
        return [
            NewArticle(
                cut.article,
                cut.state,
                cut.notes,
                signature_of(wording_of(cut.article.text, cut.article.sentences)),
                [StoredChunk(c.span, c.tokens, c.input_sha256, vectors[c.input_sha256]) for c in cut.chunks],
                learn_aliases(cut.article, count_tokens=count_tokens),
            )
            for cut in waiting
        ]
