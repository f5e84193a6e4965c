"""The README is the user's way in: what it shows is what is printed, and what it names is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag.encoding import ModelSource
from rag.indexing.preparing import KNOWN_FIELDS
from rag.indexing.reading import read_corpus
from rag.types import Article

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def shown() -> Iterator[tuple[str, str]]:
    """Each command of a console block that is followed by output, with that output."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for command, output in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            if output.strip():
                yield command, output


def runnable(command: str) -> str:
    if command == "make ask":
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        question = re.search(r"^Q \?= (.+)$", makefile, re.MULTILINE)
        assert question
        return f'rag ask "{question[1]}"'
    return command


def without_the_day(output: str) -> str:
    """The day of asking is stated in every answer and is another one every day."""
    return re.sub(r"as of \d{1,2} \w{3} \d{4}", "as of TODAY", output.strip())


@pytest.fixture(scope="module")
def environment(models: ModelSource, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    environment = kept | {
        "RAG_INDEX": str(tmp_path_factory.mktemp("readme") / "index"),
        "RAG_CACHE": str(models.cache),
        "RAG_OFFLINE": "true",
        # Of two sentences that are equally far from answering, bfloat16 may show the other one.
        "RAG_PRECISION": "f32",
        # What a pipe gets does not depend on the terminal that the tests run in.
        "COLUMNS": "80",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    subprocess.run(
        [BIN / "rag", "ingest", "--quiet", ROOT / "seeds"], env=environment, check=True, capture_output=True
    )
    return environment


@pytest.mark.parametrize(("command", "output"), shown(), ids=[command for command, _ in shown()])
def test_a_command_prints_what_the_readme_shows(
    command: str, output: str, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        ["bash", "-c", runnable(command)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert without_the_day(done.stdout) == without_the_day(output), done.stderr


def test_the_readme_shows_the_answer_and_the_abstention() -> None:
    commands = [command for command, _ in shown()]
    assert "make ask" in commands
    assert len(commands) >= 3


def test_every_link_and_folder_of_the_readme_is_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    folders = re.findall(r"^([a-z]+/) ", README, re.MULTILINE)
    assert links
    assert folders
    assert [name for name in (*links, *folders) if not (ROOT / name).exists()] == []


def test_the_python_examples_run(environment: dict[str, str], tmp_path: Path) -> None:
    first, second = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    second = second.replace("archive/index", environment["RAG_INDEX"])
    done = subprocess.run(
        [sys.executable, "-c", f"{first}\n{second}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Nadira Panjwani, the Chairperson of KCFR" in done.stdout, done.stderr
    assert "'abstained': True" in done.stdout, done.stderr


def percent(scores: Sequence[float]) -> str:
    return f"{100 * sum(scores) / len(scores):.0f} %"


def count(scores: Sequence[float]) -> str:
    return f"{sum(scores):.0f} of {len(scores)}"


def test_what_to_expect_is_what_was_accepted() -> None:
    accepted = json.loads((ROOT / "evals" / "baseline.json").read_text(encoding="utf-8"))

    def scores(metric: str, *kinds: str) -> list[float]:
        return [
            question["scores"][metric]
            for question in accepted["questions"].values()
            if metric in question["scores"] and (not kinds or question["kind"] in kinds)
        ]

    def cited_and_held_back(*kinds: str) -> str:
        return (
            f"{percent(scores('citation_recall', *kinds))} / {percent(scores('false_abstentions', *kinds))}"
        )

    (table,) = re.findall(
        r"^## What to expect\n(?:.|\n)*?\n\| \| \|\n\|---.*\n((?:\|.*\n)+)", README, re.MULTILINE
    )
    rows = (row.replace("**", "").strip("| ").split(" | ") for row in table.splitlines())
    assert dict(rows) == {
        "every quote is its slice of the article, every source as read": percent(
            [*scores("quote_integrity"), *scores("provenance")]
        ),
        "all questions that have an answer: evidence cited / held back": cited_and_held_back(),
        "… of what is cited, resting on evidence": percent(scores("citation_precision")),
        "… facts: evidence cited / held back": cited_and_held_back("fact"),
        "… asked by another name: evidence cited / held back": cited_and_held_back("alias"),
        "… whose newest evidence is known (status, as of a date): that first": count(scores("recency@1")),
        "… sharing no word with the article: held back": count(scores("false_abstentions", "paraphrase")),
        "questions on other topics answered": count(scores("false_answers", "off-corpus")),
        "near-misses answered (right topic, absent fact)": count(scores("false_answers", "near-miss")),
        "questions answered only by navigation, tags, embedded posts: answered": count(
            scores("false_answers", "boilerplate")
        ),
        "calibration error of the confidence": f"{accepted['metrics']['ECE']['value']:.3f}",
    }
    assert f"On the {len(accepted['questions'])} gold questions" in README


def fields_told() -> dict[str, list[str]]:
    """The names of each row of the table of metadata, by what they are."""
    (table,) = re.findall(r"^\| what \| names \|.*\n\|---.*\n((?:\|.*\n)+)", README, re.MULTILINE)
    rows = [row.split(" | ") for row in table.splitlines()]
    return {
        row[0].removeprefix("| ").split()[0].strip(","): re.findall(r"`([\w:]+)`", row[1]) for row in rows
    }


def test_the_table_of_metadata_names_every_field_that_is_read() -> None:
    told = [name for names in fields_told().values() for name in names]
    assert sorted(told) == sorted(KNOWN_FIELDS)


def test_each_field_of_the_table_is_read_and_the_first_counts(tmp_path: Path) -> None:
    text = "The minister spoke of the steel mills on Monday. Talks go on this week."
    given = {"id": "x", "text": text, "title": "Talks", "date": "2024-02-10", "source": "Daily"}
    given |= {"address": "https://example.org", "language": "fr"}
    for what, names in fields_told().items():
        # From each name on: it counts before those that stand behind it.
        for position, name in enumerate(names):
            behind = dict.fromkeys(names[position + 1 :], "2001-01-01")
            line = {"text": text, "more": 1, **behind, name: given[what]}
            (tmp_path / "a.jsonl").write_text(json.dumps(line), encoding="utf-8")
            (article,) = read_corpus([tmp_path])
            assert isinstance(article, Article)
            assert article.metadata == {"more": 1}
            read = {"id": article.id, "text": article.text, "title": article.title, "source": article.source}
            read |= {"date": article.published.value, "address": article.url, "language": article.language}
            assert read[what] == given[what], name
