"""A smaller archive with the same questions: what the best judgements need, and others at random.

    python benchmarks/cut.py DATASET 1500 OUT [--least-relevance 2] [--first 6759]

DATASET is a folder in BEIR layout. Cuts of one set are nested: a larger one holds all that a smaller one has.
`--first` takes that many articles as they stand in the file besides, which is what an ingest that was stopped
has embedded.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from pathlib import Path

SEED = 20261125


def lines_of(file: Path) -> list[str]:
    data = file.read_bytes()
    text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
    # Not `splitlines`: a text may hold other signs that it takes for ends of lines.
    return [f"{line}\n" for line in text.split("\n") if line]


def found_in(folder: Path, name: str) -> Path:
    return next(
        folder / f"{name}{ending}" for ending in ("", ".gz") if (folder / f"{name}{ending}").is_file()
    )


def cut(source: Path, count: int, target: Path, *, least: int, first: int) -> None:
    rows = lines_of(found_in(source, "corpus.jsonl"))
    ids = [json.loads(row)["_id"] for row in rows]
    head, *judged = lines_of(next((source / "qrels").iterdir()))
    judgements = [line.rstrip("\n").split("\t") for line in judged]
    kept = {article for _, article, score in judgements if int(score) >= least}
    others = [article for article in ids if article not in kept]
    random.Random(SEED).shuffle(others)
    kept |= set(others[: max(0, count - len(kept))]) | set(ids[:first])
    (target / "qrels").mkdir(parents=True, exist_ok=True)
    (target / "corpus.jsonl").write_text(
        "".join(row for row, article in zip(rows, ids, strict=True) if article in kept), encoding="utf-8"
    )
    judgements = [one for one in judgements if one[1] in kept]
    (target / "qrels" / "test.tsv").write_text(
        head + "".join("\t".join(one) + "\n" for one in judgements), encoding="utf-8"
    )
    asked = {query for query, _, _ in judgements}
    (target / "queries.jsonl").write_text(
        "".join(
            line for line in lines_of(found_in(source, "queries.jsonl")) if json.loads(line)["_id"] in asked
        ),
        encoding="utf-8",
    )
    print(f"{len(kept)} articles, {len(asked)} questions")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path, metavar="DATASET")
    parser.add_argument("count", type=int, metavar="ARTICLES")
    parser.add_argument("target", type=Path, metavar="OUT")
    parser.add_argument("--least-relevance", type=int, default=2)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    cut(
        arguments.source,
        arguments.count,
        arguments.target,
        least=arguments.least_relevance,
        first=arguments.first,
    )


if __name__ == "__main__":
    main()
