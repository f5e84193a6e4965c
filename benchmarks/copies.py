"""How well copies are told from updates: on copies made by machine, and on an archive to judge by hand.

    python benchmarks/copies.py                          recall by kind and share of words changed
    python benchmarks/copies.py NEWS.jsonl --seed 1      pairs found in an archive, 50 of them to judge

An archive is a .jsonl as `rag ingest` reads it, or one packed with gzip. No model is needed. All pairs of
articles are held against each other, as an answer does with its candidates.
"""

from __future__ import annotations

import argparse
import difflib
import gzip
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from edits import Newsroom

from rag.copies import (
    LEAST_ALIKE,
    Distance,
    Wording,
    alikeness,
    canonical_order,
    distance_of,
    is_copy,
    may_be_copy,
    signature_of,
    unpack_signatures,
    wording_of,
)
from rag.indexing.reading import read_corpus
from rag.indexing.repeats import find_copies
from rag.store import SignedArticle
from rag.types import Article, Span

SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
SIZES = {"brief": 4, "report": 12, "feature": 40}
WIRE = Distance(days=1, same_outlet=False)
SEEDS = Path(__file__).parents[1] / "seeds"


def wording(sentences: Sequence[str]) -> Wording:
    text = "\n".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    return wording_of(text, spans)


def found(copy: Wording, original: Wording, distance: Distance) -> bool:
    """Whether the signatures and then the texts say so."""
    one, other = unpack_signatures([signature_of(copy), signature_of(original)])
    return may_be_copy(float(alikeness(one, other)), distance) and is_copy(copy, original, distance)


def measure_recall(trials: int) -> None:
    newsroom = Newsroom(1)
    stories = {name: [newsroom.article(length) for _ in range(trials)] for name, length in SIZES.items()}
    seeds = [
        [span.of(article.text) for span in article.sentences]
        for article in read_corpus([SEEDS])
        if isinstance(article, Article)
    ]
    stories["seeds"] = [seeds[place % len(seeds)] for place in range(trials)]
    kinds: dict[str, Callable[[list[str], float], list[str]]] = {
        "words changed": newsroom.edited,
        "and a byline": lambda said, share: newsroom.with_byline(newsroom.edited(said, share)),
        "sentences cut": newsroom.without,
    }
    print("Copies found, in percent, by the share that was changed")
    print(f"{'':24}" + "".join(f"{share:>8.0%}" for share in SHARES))
    for kind, change in kinds.items():
        for name, originals in stories.items():
            shares = []
            for share in SHARES:
                hits = [found(wording(change(one, share)), wording(one), WIRE) for one in originals]
                shares.append(f"{100 * sum(hits) / len(hits):8.1f}")
            print(f"{kind + ', ' + name:24}" + "".join(shares))
    pairs = {
        "updates": [(newsroom.updated(one), one) for one in [*stories["report"], *stories["feature"]]],
        "forms filled in for somebody else": [newsroom.form() for _ in range(trials)],
        "other stories": [
            pair for name in SIZES for pair in zip(stories[name], stories[name][1:], strict=False)
        ],
    }
    print("Taken for copies")
    for kind, compared in pairs.items():
        wrong = sum(found(wording(one), wording(other), WIRE) for one, other in compared)
        print(f"{kind:34} {wrong} of {len(compared)}")


def judge(archive: Path, *, seed: int, sample: int) -> None:
    articles = read(archive)
    began = time.perf_counter()
    wordings = [wording_of(article.text, article.sentences, title=article.card.title) for article in articles]
    packed = [signature_of(one) for one in wordings]
    print(f"{len(articles)} articles signed in {time.perf_counter() - began:.1f} s")
    order = sorted(
        (place for place, signature in enumerate(packed) if signature),
        key=lambda place: canonical_order(articles[place].card, len(articles[place].text.encode())),
    )
    signatures = unpack_signatures(packed[place] for place in order)
    pairs: list[tuple[int, int, float]] = []
    for later in range(1, len(order)):
        shares = alikeness(signatures[later], signatures[:later])
        for earlier in np.flatnonzero(shares >= LEAST_ALIKE):
            copy, original = order[later], order[earlier]
            distance = distance_of(articles[copy].card, articles[original].card)
            alike = float(shares[earlier])
            if may_be_copy(alike, distance) and is_copy(wordings[copy], wordings[original], distance):
                pairs.append((copy, original, alike))
    copies = {copy for copy, _, _ in pairs}
    print(f"{len(pairs)} pairs, {len(copies)} articles are copies of an earlier one")
    began = time.perf_counter()
    signed = [
        SignedArticle(place, articles[place].card, len(articles[place].text), packed[place])
        for place in order
    ]
    at_ingest = find_copies(signed, lambda key: (articles[key].text, articles[key].sentences))
    spent = time.perf_counter() - began
    print(f"at ingest {len(at_ingest)} of them are found, in {spent:.1f} s")
    chosen = random.Random(seed).sample(pairs, min(sample, len(pairs)))
    for number, (copy, original, alike) in enumerate(chosen, start=1):
        show(number, articles[original], articles[copy], alike)


def read(archive: Path) -> list[Article]:
    with tempfile.TemporaryDirectory() as folder:
        corpus = archive
        if archive.suffix == ".gz":
            corpus = Path(folder) / archive.stem
            with gzip.open(archive) as packed, corpus.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        return [article for article in read_corpus([corpus]) if isinstance(article, Article)]


def show(number: int, original: Article, copy: Article, alike: float) -> None:
    print(f"\n{number}. alike {alike:.2f}")
    for name, article in (("original", original), ("copy", copy)):
        print(f"   {name:9}{article.published.value}  {article.source}  {article.title}")
    before, after = (
        [word for span in article.sentences for word in span.of(article.text).split()]
        for article in (original, copy)
    )
    shown = []
    for change, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            same = before[a:b]
            shown += same if len(same) < 12 else [*same[:4], f"<{len(same) - 8} words>", *same[-4:]]
            continue
        shown += [f"[-{' '.join(before[a:b])}-]"] * (b > a) + [f"{{+{' '.join(after[c:d])}+}}"] * (d > c)
    print(f"   {' '.join(shown)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", nargs="?", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--trials", type=int, default=100)
    given = parser.parse_args()
    if given.archive is None:
        measure_recall(given.trials)
    else:
        judge(given.archive, seed=given.seed, sample=given.sample)


if __name__ == "__main__":
    main()
