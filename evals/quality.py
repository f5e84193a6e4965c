"""Measure every data set below a folder and write the page of results.

    python evals/quality.py DATA [--write FILE] [--limit N]

`sets.json` says how each set is measured: one list of options for each run. A file after --foreign is looked
for in DATA. A folder in BEIR layout that is not named there is measured with --ablate --quotes; a set that is
named and not there is told, and so is a foreign file, without which the run is made all the same.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SETS = Path(__file__).parent / "sets.json"
PAGE = Path("benchmarks/quality.md")
OTHERWISE = [["--ablate", "--quotes"]]


@dataclass
class Plan:
    """The options of each run of `rag eval`, and what should be there and is not."""

    runs: list[list[str]] = field(default_factory=list)
    absent: list[Path] = field(default_factory=list)


def plan(data: Path, sets: Mapping[str, Sequence[Sequence[str]]]) -> Plan:
    there = {folder.name for folder in data.iterdir() if any(folder.glob("corpus.jsonl*"))}
    planned = Plan(absent=[data / name for name in sorted(sets.keys() - there)])
    for name in sorted(there):
        for options in sets.get(name, OTHERWISE):
            run = ["--dataset", str(data / name), *options]
            if "--foreign" in run:
                place = run.index("--foreign")
                file = data / run[place + 1]
                run[place : place + 2] = ["--foreign", str(file)] if file.is_file() else []
                planned.absent += [] if file.is_file() else [file]
            planned.runs.append(run)
    return planned


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", type=Path, default=PAGE, metavar="FILE")
    parser.add_argument("--limit", metavar="N")
    arguments = parser.parse_args()
    if not arguments.data.is_dir():
        parser.error(f"there is no folder {arguments.data}")
    planned = plan(arguments.data, json.loads(SETS.read_text(encoding="utf-8")))
    failed = []
    for run in planned.runs:
        options = [
            *run,
            "--write",
            str(arguments.write),
            *(["--limit", arguments.limit] if arguments.limit else []),
        ]
        print("rag eval", *options, flush=True)
        if subprocess.run([sys.executable, "-m", "rag", "eval", *options], check=False).returncode:
            failed.append(run)
    for path in planned.absent:
        print(f"absent, so not measured: {path}", file=sys.stderr)
    for run in failed:
        print(f"failed, so its section is not new: rag eval {' '.join(run)}", file=sys.stderr)
    return 1 if failed or not planned.runs else 0


if __name__ == "__main__":
    sys.exit(main())
