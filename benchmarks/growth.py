"""An archive of any size, grown from the sentences of a real one: how search, memory and disk grow with it.

Grown, not real: each passage is of sentences that are drawn from all articles by a seed, and its vector is
recombined of real ones (see `vector_sizes`), so that what the words and what the vector say are not of one
piece. Terms are as frequent as in the articles, and passages as long. Each article is put into the store as
an ingest does it; cleaning, dating and cutting are left out, and copies are not looked for.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import vector_sizes
from running import Bench

from rag import wiring
from rag.encoding import Encoder
from rag.indexing.ingest import PIPELINE_VERSION, IngestOptions
from rag.store import Manifest, ModelIdentity, NewArticle, StoredChunk, Writer
from rag.store.embeddings import Floats
from rag.types import Article, Published, Span

PASSAGES = 5
"""Of each article."""
_WORDS = 130
# Of English news about 170 tokens, as `rag ingest` cuts it on the mean.
_STAGED = 400
_FIRST_DAY = dt.date(2000, 1, 1)
_DAYS = 9000


def sentences_of(articles: Sequence[dict[str, str]]) -> list[str]:
    """What passages are made of: the sentences of the articles, roughly."""
    return [
        sentence.strip() + "."
        for article in articles
        for sentence in article["text"].replace("\n", ". ").split(". ")
        if len(sentence.split()) > 4
    ]


def grow(  # noqa: PLR0917 - what an archive is grown from
    folder: Path,
    passages: int,
    sentences: Sequence[str],
    base: Floats,
    encoder: Encoder,
    options: IngestOptions,
) -> tuple[Manifest, int]:
    """An index of so many passages, made as `rag ingest` with these options makes one; its texts' bytes."""
    chance = random.Random(passages)
    text_bytes = 0
    model = ModelIdentity(encoder.name, encoder.fingerprint, encoder.dimension)
    with Writer.open(folder) as writer:
        for first in range(0, passages, _STAGED * PASSAGES):
            count = min(_STAGED * PASSAGES, passages - first)
            vectors = vector_sizes.grown(base, count, seed=first)
            articles = list(_articles(first, vectors, sentences, chance))
            text_bytes += sum(len(new.article.text.encode()) for new in articles)
            writer.staging.stage(articles)
        described = {**asdict(options), "pipeline": PIPELINE_VERSION}
        return writer.publish(model, described, truncated=0, copies=None), text_bytes


def _articles(
    first: int, vectors: Floats, sentences: Sequence[str], chance: random.Random
) -> Iterator[NewArticle]:
    for start in range(0, len(vectors), PASSAGES):
        own = vectors[start : start + PASSAGES]
        parts, spans, chunks, length = [], [], [], 0
        for vector in own:
            begins, words = length, 0
            while words < _WORDS:
                sentence = chance.choice(sentences)
                parts.append(sentence)
                spans.append(Span(length, length + len(sentence)))
                length += len(sentence) + 1
                words += len(sentence.split())
            inputs = hashlib.sha256(vector.tobytes()).digest()
            chunks.append(StoredChunk(Span(begins, length - 1), _WORDS * 4 // 3, inputs, vector))
        text = " ".join(parts)
        digest = hashlib.sha256(text.encode()).hexdigest()
        day = _FIRST_DAY + dt.timedelta(days=chance.randrange(_DAYS))
        article = Article(
            id=f"grown/{first + start:08d}",
            title=" ".join(parts[0].split()[:9]).rstrip("."),
            title_origin="metadata",
            text=text,
            sha256=digest,
            source_sha256=digest,
            published=Published(day.isoformat(), "day", "metadata"),
            source=f"Paper {chance.randrange(20)}",
            url=None,
            language="en",
            masks=(),
            sentences=tuple(spans),
            metadata={},
        )
        yield NewArticle(article, digest, (), b"", chunks, ())


def growth(bench: Bench, texts: Sequence[str]) -> None:
    """For each size: to open and answer first, to search, to add ten articles; memory and disk."""
    encoder = wiring.open_encoder(bench.settings)
    base = encoder.encode(texts)
    sentences = sentences_of(bench.articles)
    options = IngestOptions(bench.settings.chunk_tokens, bench.settings.overlap_sentences)
    questions = [one["title"][:200] for one in bench.articles[:100]]
    added = bench.sample(10, "added")
    measured = []
    for size in bench.plan.sizes:
        folder = bench.folder / "grown" / str(size)
        began = time.perf_counter()
        manifest, text_bytes = grow(folder, size, sentences, base, encoder, options)
        built = time.perf_counter() - began
        bytes_of = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        worker = bench.worker(f"rag over {size:,} passages", "with_rag.py")
        opened = worker.ask("open_index", folder=str(folder), question=questions[0])
        # The first round brings what is asked for into memory.
        worker.ask("search", questions=questions)
        seconds = [worker.ask("search", questions=questions)["seconds"] for _ in range(bench.plan.repeats)]
        peak = worker.ask("memory")["peak_bytes"]
        adding = worker.ask("add", articles=str(added), folder=str(folder), question=questions[0])
        worker.close()
        measured.append(
            {
                "passages": size,
                "kinds": [asdict(one.vectors) for one in manifest.segments],
                "opened": opened["seconds"],
                "seconds": seconds,
                "peak_bytes": peak,
                "bytes": bytes_of,
                "text_bytes": text_bytes,
                "built": built,
                "adding": adding,
            }
        )
        bench.tell(f"an archive of {size:,} passages was searched and added to")
    bench.figures["growth"] = {"questions": len(questions), "base": len(base), "measured": measured}
