"""From a corpus folder to a published generation: read, chunk, embed what is new, retire what is gone.

After `ingest` the index mirrors the corpus: it holds exactly the articles that can be read under the paths,
and as they were those that may lie in what is there and could not be read. After `add` it holds those too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rag.copies import LEAST_ALIKE, alikeness, signature_of, unpack_signatures, wording_of
from rag.encoding import Encoder
from rag.errors import ArticleError, IndexMismatch
from rag.indexing.chunking import chunk_article, encoder_input
from rag.indexing.naming import learn_aliases
from rag.indexing.reading import (
    PassedOver,
    Problem,
    Reading,
    Unread,
    count_candidates,
    read_new,
    told_passed_over,
)
from rag.indexing.repeats import count_copies
from rag.store import Manifest, ModelIdentity, NewArticle, StoredChunk, Writer, made_alike, to_join
from rag.tokens import count_tokens
from rag.types import Article, Span

# Raised whenever cleaning, dating, sentences, chunking, naming or signatures change what they make of the
# same bytes.
PIPELINE_VERSION = 14
# Articles are embedded and committed in batches of about this many chunks: what a kill loses is small.
_BATCH_CHUNKS = 256
# Adding articles writes at most so many chunks anew that are there already: about a second's work.
_WRITTEN_ANEW = 1000

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """How articles are cut. `chunk_tokens` counts cl100k_base tokens."""

    chunk_tokens: int = 200
    overlap_sentences: int = 1


@dataclass(frozen=True, slots=True)
class Replaced:
    """An article that was added in the place of one of the same id, with another headline or quite another
    text: perhaps of two articles whose files have one name."""

    id: str
    before: str
    title: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did. `embedded` counts encoder inputs, `truncated` those beyond the encoder's window.

    `copies` counts the articles of the index that are copies of an earlier one, and is None where some were
    added without counting; `undated` counts those of unknown date. `compaction_due` says that segments of the
    index should be joined. `replaced` are those of the changed articles that have another headline now, or
    quite another text. `passed_over` counts the files within folders that are of no format that is read, by
    their ending. A chunk that does not fit is split, so there should be none truncated; they are counted all
    the same.
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
    copies: int | None
    undated: int
    compaction_due: bool
    replaced: tuple[Replaced, ...]
    problems: tuple[Problem, ...]
    passed_over: Mapping[str, int]
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
    Raises ArticleError when a path is not there or is the index folder itself, or when every article of the
    index would go and `allow_empty` is not set; IndexBusy, IndexMismatch and StorageError as the store does.
    """
    began = time.perf_counter()
    _keep_apart(paths, index_folder)
    with Writer.open(index_folder) as writer:
        work = _Work(writer, encoder, options, progress)
        work.read(paths)
        held = writer.staging.published_ids()
        kept = work.keep_unread(held - work.seen)
        if not allow_empty:
            if held and held.isdisjoint(work.seen | kept):
                raise _would_be_empty(paths, index_folder, held=len(held), work=work)
            if not work.seen:
                raise _nothing_to_read(paths, work)
        writer.staging.retire_all_but(work.seen | kept)
        live = work.already_live()
        copies = live.copies if live and live.copies is not None else count_copies(writer)
        manifest = work.publish(copies=copies)
        removed = len(held - work.seen - kept)
        return work.report(manifest, removed=removed, seconds=time.perf_counter() - began)


def add(
    paths: Sequence[Path],
    *,
    index_folder: Path,
    encoder: Encoder,
    options: IngestOptions = IngestOptions(),
    progress: Progress | None = None,
) -> IngestReport:
    """Put what the paths hold into the index, in the place of articles of the same ids; the others stay.

    None of the others is read, so that it takes hardly longer for a large archive than for a small one: what
    grows is a number read for each chunk, where articles of the same ids are replaced. For that, copies are
    not counted, only about `_WRITTEN_ANEW` chunks that are there are written anew (see `rag.store.segments`),
    and what an ingest that was killed has staged is dropped, unless it is of these articles. `progress` is
    as for `ingest`. Raises ArticleError when a path is not there or nothing can be read; IndexMismatch when
    the articles of the index were made otherwise; IndexBusy, IndexDamaged and StorageError as the store does.
    """
    began = time.perf_counter()
    _keep_apart(paths, index_folder)
    with Writer.open(index_folder, thorough=False) as writer:
        work = _Work(writer, encoder, options, progress)
        if writer.live and not made_alike(writer.live, work.model, work.described):
            raise _made_otherwise(writer.live, work)
        work.read(paths)
        if not work.seen:
            raise _nothing_to_read(paths, work)
        live = work.already_live()
        manifest = work.publish(copies=live.copies if live else None, most=_WRITTEN_ANEW)
        return work.report(manifest, removed=0, seconds=time.perf_counter() - began)


def _keep_apart(paths: Sequence[Path], index_folder: Path) -> None:
    """Raise ArticleError where articles are to be read from the index folder itself: what an index is made
    of would lie among them. Below them it may lie, where it is no part of the corpus."""
    for path in paths:
        with contextlib.suppress(OSError):  # told when it is read, or written
            if path.samefile(index_folder):
                raise ArticleError(
                    f"the articles in {path} and the index in {index_folder} cannot lie in one folder; name "
                    f"another for the index with --index or RAG_INDEX, such as {path / 'index'}"
                )


def _would_be_empty(paths: Sequence[Path], index_folder: Path, *, held: int, work: _Work) -> ArticleError:
    others = " (an article's id is its path below the folder that is named)" if work.seen else ""
    return ArticleError(
        f"{_named(paths)} holds none of the {held} articles of {index_folder}{others}{_told(work)}, "
        "which would all be removed; pass --add to keep them, name their folder too, or pass --allow-empty "
        "if that is meant"
    )


def _nothing_to_read(paths: Sequence[Path], work: _Work) -> ArticleError:
    return ArticleError(
        f"{_named(paths)} holds no article that can be read{_told(work)}; supported are .txt, .md and .jsonl"
    )


def _named(paths: Sequence[Path]) -> str:
    return " ".join(map(str, paths))


def _told(work: _Work) -> str:
    """How many articles were refused, and why the first; and which files were passed over."""
    lost = [problem for problem in work.problems if problem.lost]
    told = [f"{len(lost)} refused, the first: {lost[0].path}: {lost[0].reason}"] if lost else []
    if work.passed_over:
        told.append(told_passed_over(work.passed_over))
    return f" ({'; '.join(told)})" if told else ""


def _made_otherwise(live: Manifest, work: _Work) -> IndexMismatch:
    made, would_be = (
        ", ".join([name, *(f"{key} {value}" for key, value in sorted(options.items()))])
        for name, options in ((live.encoder.name, live.options), (work.model.name, work.described))
    )
    return IndexMismatch(
        f"the articles of the index were made with {made}; these would be made with {would_be}; set it back, "
        "or run `rag ingest` with your whole corpus, without --add, to make all of them anew"
    )


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
    signature: bytes
    chunks: list[_Unembedded]


class _Work:
    """One ingest: what it makes of what it reads, and what it has to tell of that."""

    def __init__(
        self, writer: Writer, encoder: Encoder, options: IngestOptions, progress: Progress | None
    ) -> None:
        self._writer, self._encoder, self._options = writer, encoder, options
        self._progress = progress
        self._counts = _Counts()
        self.problems: list[Problem] = []
        self.passed_over: Counter[str] = Counter()
        # By the place of its problem.
        self._unread: dict[int, Unread] = {}
        self.seen: set[str] = set()
        self.replaced: list[Replaced] = []
        self.model = ModelIdentity(encoder.name, encoder.fingerprint, encoder.dimension)
        self.described: dict[str, object] = {**asdict(options), "pipeline": PIPELINE_VERSION}
        self._maker = json.dumps([PIPELINE_VERSION, encoder.fingerprint, asdict(options)], sort_keys=True)

    def read(self, paths: Sequence[Path]) -> None:
        """Stage what the paths hold and is new or has changed."""
        total = count_candidates(paths) if self._progress else 0
        items = read_new(paths, index_folder=self._writer.folder, known=self._known)
        for batch in self._batches(self._readings(items)):
            self._tell("read", self._counts.read, total)
            self._writer.staging.stage(batch)
        self._tell("read", self._counts.read, self._counts.read)

    def keep_unread(self, missing: Set[str]) -> set[str]:
        """Those of the articles that were not read again which may be of what could not be read; told so.

        None where the articles would be made otherwise now: an index holds no two kinds.
        """
        live = self._writer.live
        if not self._unread or live is None or not made_alike(live, self.model, self.described):
            return set()
        ids = {one.id for one in self._unread.values()}
        below = tuple(one.below for one in self._unread.values() if one.below is not None)
        kept = {name for name in missing if name in ids or name.startswith(below)}
        lines: set[str] = set()
        if any(one.may_have_any_line for one in self._unread.values()):
            lines = {name for name in missing - kept if not self._is_file(name)}
        for place, one in self._unread.items():
            told = "; what the index has of it is kept"
            if one.below:
                told += ", but for lines of .jsonl files"
            if lines and one.may_have_any_line:
                told += ", and so are lines of .jsonl files that are not found any more: they may be of it"
            self.problems[place] = replace(one.problem, reason=f"{one.problem.reason}{told}")
        kept |= lines
        self._counts.unchanged += len(kept)
        return kept

    def _is_file(self, article_id: str) -> bool:
        before = self._writer.staging.published(article_id)
        return before is not None and before.is_file

    def already_live(self) -> Manifest | None:
        """The manifest of the live generation, where what was read changes nothing."""
        return self._writer.already_live(self.model, self.described)

    def publish(self, *, copies: int | None, most: int | None = None) -> Manifest:
        self._tell("publish", 0, 1)
        manifest = self._writer.publish(
            self.model, self.described, truncated=self._counts.truncated, copies=copies, most=most
        )
        self._tell("publish", 1, 1)
        return manifest

    def report(self, manifest: Manifest, *, removed: int, seconds: float) -> IngestReport:
        counts = self._counts
        return IngestReport(
            generation=manifest.generation,
            articles=manifest.articles,
            added=counts.added,
            changed=counts.changed,
            removed=removed,
            unchanged=counts.unchanged,
            chunks=manifest.chunks,
            embedded=counts.embedded,
            truncated=counts.truncated,
            copies=manifest.copies,
            undated=self._writer.staging.count_undated(),
            compaction_due=bool(to_join(manifest.segments, 0)),
            replaced=tuple(self.replaced),
            problems=tuple(self.problems),
            passed_over=dict(self.passed_over),
            seconds=seconds,
        )

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._progress:
            self._progress(stage, done, total)

    def _readings(self, items: Iterator[Reading | Problem | Unread | PassedOver]) -> Iterator[Reading]:
        for item in items:
            if isinstance(item, Unread):
                self._unread[len(self.problems)] = item
                self.problems.append(item.problem)
            elif isinstance(item, Problem):
                self.problems.append(item)
            elif isinstance(item, PassedOver):
                self.passed_over[item.ending] += 1
            else:
                self.seen.add(item.id)
                yield item

    def _known(self, article_id: str, fingerprint: str) -> Sequence[str] | None:
        """What was noted in making an article that is staged already and need not be made again."""
        staged = self._writer.staging.staged(article_id, self._state(fingerprint))
        return staged.notes if staged else None

    def _state(self, fingerprint: str) -> str:
        """The hash of all that an article's rows derive from: what was read, how it is made and cut, what
        embeds it."""
        return hashlib.sha256(f"{self._maker}\n{fingerprint}".encode()).hexdigest()

    def _batches(self, readings: Iterable[Reading]) -> Iterator[list[NewArticle]]:
        """New and changed articles with their embedded chunks, about `_BATCH_CHUNKS` chunks at a time."""
        waiting: list[_Cut] = []
        for reading in readings:
            state = self._state(reading.fingerprint)
            self._count(reading.id, state)
            # What an ingest that was killed has staged counts as its work, but is not done again.
            if reading.article is None:
                continue
            article = reading.article
            signature = signature_of(wording_of(article.text, article.sentences))
            self._note_replaced(article, signature)
            waiting.append(_Cut(article, state, reading.notes, signature, self._chunks(article)))
            if sum(len(cut.chunks) for cut in waiting) >= _BATCH_CHUNKS:
                yield self._embedded(waiting)
                waiting = []
        if waiting:
            yield self._embedded(waiting)

    def _note_replaced(self, article: Article, signature: bytes) -> None:
        before = self._writer.staging.published(article.id)
        if before is None:
            return
        if before.title != article.title or self._is_unlike(
            self._writer.staging.signature(before.key), signature
        ):
            self.replaced.append(Replaced(article.id, before.title, article.title))

    def _is_unlike(self, before: bytes, now: bytes) -> bool:
        """Whether two signatures are those of unrelated texts. Made otherwise, they tell nothing."""
        live = self._writer.live
        if not before or not now or live is None or not made_alike(live, self.model, self.described):
            return False
        one, other = unpack_signatures([before, now])
        return bool(alikeness(one, other) < LEAST_ALIKE)

    def _count(self, article_id: str, state: str) -> None:
        before, counts = self._writer.staging.published(article_id), self._counts
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
        vectors = self._writer.staging.vectors(list(inputs))
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
                cut.signature,
                [StoredChunk(c.span, c.tokens, c.input_sha256, vectors[c.input_sha256]) for c in cut.chunks],
                learn_aliases(cut.article, count_tokens=count_tokens),
            )
            for cut in waiting
        ]
