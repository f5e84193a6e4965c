"""`rag eval` over a tiny corpus: it builds its own index, keeps it, and prints the agreed JSON."""

from __future__ import annotations

import hashlib
import io
import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from fakes import HashingEncoder, OverlapReranker
from rich.table import Table
from typer.testing import Result

from rag import tokens, wiring
from rag.cli.screen import Screen
from rag.encoding import Vectors

Run = Callable[..., Result]
TEXTS = {
    "steel": "Talks on the steel mill resumed in Moscow on Monday.",
    "bridge": "The harbour bridge reopens after three weeks of repairs.",
}


@pytest.fixture(autouse=True)
def tiny_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tiny models, and a cache of the test's own for the indexes; the vocabulary is the real one."""
    tokens.count_tokens("")  # loaded from the user's cache, before that is put elsewhere
    monkeypatch.setenv("RAG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(wiring, "open_encoder", lambda settings: HashingEncoder())
    monkeypatch.setattr(wiring, "open_reranker", lambda settings: OverlapReranker())


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    rows = [{"_id": name, "title": name, "text": text} for name, text in TEXTS.items()]
    queries = [{"_id": "1", "text": "steel mill talks"}, {"_id": "2", "text": "harbour bridge repairs"}]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\tsteel\t1\n2\tbridge\t1\n")
    return folder


def test_a_dataset_is_indexed_once_and_measured(run: Run, dataset: Path, tmp_path: Path) -> None:
    results = [run("eval", "--dataset", str(dataset), "--json") for _ in range(2)]
    for result in results:
        assert (result.exit_code, result.stderr) == (0, "")
        shown = json.loads(result.stdout)
        assert (shown["dataset"], shown["queries"]) == ("tiny", 2)
        assert shown["metrics"]["R@5"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 2}
    assert len(list((tmp_path / "cache" / "evaluations").iterdir())) == 1
    assert len(list((tmp_path / "cache" / "evaluations").glob("*/CURRENT"))) == 1
    assert "R@5" in run("eval", "--dataset", str(dataset)).stdout


def test_what_of_a_set_is_lost_is_told_by_its_own_lines(run: Run, dataset: Path) -> None:
    """Not by those of the copy that is ingested."""
    rows = [{"_id": "void", "text": ""}, {"_id": "bare", "text": "Advertisement"}]
    with (dataset / "corpus.jsonl").open("a") as file:
        file.write("\n\n" + "\n".join(map(json.dumps, rows)))
    told = run("eval", "--dataset", str(dataset), "--quiet").stderr.splitlines()
    corpus = dataset / "corpus.jsonl"
    assert told[0] == f"rag: {corpus}, line 4 (_id 'void'): 1 row without a text, of which no article comes"
    assert told[1].startswith(f"rag: {corpus}, line 5: ")


def test_ablation_measures_each_part_beside_quotes(run: Run, dataset: Path) -> None:
    result = run("eval", "--dataset", str(dataset), "--ablate", "--quotes", "--json")
    assert result.exit_code == 0, result.stderr
    shown = json.loads(result.stdout)
    parts = [f"+ {name}" for name in wiring.WITHOUT]
    assert list(shown["ablation"]) == ["lexical", "dense", "fused", "+ rerank", *parts]
    assert shown["identity"]["reranker"] == "overlap"
    assert "lexical" in run("eval", "--dataset", str(dataset), "--ablate").stdout


def test_the_page_has_one_section_for_each_set_and_the_same_bytes_but_for_the_time(
    run: Run, dataset: Path
) -> None:
    def measured(*options: str) -> list[str]:
        result = run("eval", "--dataset", str(dataset), "--quiet", "--write", "pages/quality.md", *options)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
        return Path("pages/quality.md").read_text().splitlines()

    def lasting(lines: list[str]) -> list[str]:
        return [line for line in lines if not line.startswith("Time of ")]

    first = measured("--ablate")
    assert "2 of 2 questions." in first
    assert lasting(measured("--ablate")) == lasting(first)
    assert [line for line in measured("--own-date") if line.startswith("## ")] == [
        "## tiny",
        "## tiny, as of each question's own date",
    ]


def test_fewer_questions_in_the_place_of_more_are_told(run: Run, dataset: Path) -> None:
    def measured(*options: str) -> str:
        result = run("eval", "--dataset", str(dataset), "--quiet", "--write", "quality.md", *options)
        assert result.exit_code == 0
        return result.stderr

    assert measured() == measured() == ""
    assert measured("--limit", "1") == "rag: quality.md: 1 questions stand where 2 stood\n"
    assert measured() == ""


class SameForAll(HashingEncoder):
    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        return super().encode(["anything"] * len(texts) if query else texts)


def test_a_change_that_makes_a_set_worse_fails(
    run: Run, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten questions, each of an article of its own, and then an encoder that takes all for the same."""
    names = [f"place{number:02}" for number in range(10)]
    rows = [{"_id": name, "title": name, "text": f"The bridge of {name} reopens."} for name in names]
    queries = [{"_id": name, "text": f"bridge of {name}"} for name in names]
    (dataset / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (dataset / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    judged = "".join(f"{name}\t{name}\t1\n" for name in names)
    (dataset / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged)

    def measured(*options: str) -> Result:
        return run("eval", "--dataset", str(dataset), "--quiet", "--baseline", "base.json", *options)

    assert measured("--accept").exit_code == 0
    alike = measured("--gate").stdout
    assert alike.startswith("Of 10 questions none has another score.\nnote The tests of chance fail when 8 ")
    assert alike.endswith("\nThe gate passed.\n")
    assert measured("--gate", "--strict").stdout.count("\n") == 2
    assert measured("--accept", "--strict").exit_code == 2
    (dataset / "queries.jsonl").write_text("\n".join(map(json.dumps, queries[:2])))
    part = measured("--gate")
    assert part.exit_code == 1
    assert part.stdout.startswith("breach 8 accepted questions are missing: place02, ")
    (dataset / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))

    monkeypatch.setenv("RAG_DENSE_WEIGHT", "1")
    monkeypatch.setattr(wiring, "open_reranker", lambda settings: None)
    monkeypatch.setattr(wiring, "open_encoder", lambda settings: SameForAll())
    worse = measured("--gate", "--json")
    assert worse.exit_code == 1
    gate = json.loads(worse.stdout)["gate"]
    assert "R@1" in {loss["metric"] for loss in gate["losses"]}
    assert any("dense_weight was" in note for note in gate["notes"])


def test_a_gate_that_would_measure_less_is_refused_before_anything_is_asked(run: Run, dataset: Path) -> None:
    rows = [{"_id": "1", "text": "steel mill talks", "metadata": {"answers": ["Moscow"]}}]
    (dataset / "queries.jsonl").write_text("\n".join(map(json.dumps, rows)))
    mine = ("eval", "--dataset", str(dataset), "--quiet", "--baseline", "base.json")
    assert run(*mine, "--quotes", "--ablate", "--accept").exit_code == 0
    less = run(*mine, "--gate")
    assert (less.exit_code, less.stdout) == (2, "")
    assert "--quotes" in less.stderr
    assert run(*mine, "--quotes", "--gate").exit_code == 0


def test_a_baseline_belongs_to_what_it_was_accepted_for(run: Run, dataset: Path) -> None:
    needed = run("eval", "--dataset", str(dataset), "--gate")
    assert (needed.exit_code, "--baseline" in needed.stderr) == (2, True)
    assert run("eval", "--baseline", "base.json").exit_code == 2
    missing = run("eval", "--dataset", str(dataset), "--gate", "--baseline", "base.json")
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)


def test_a_wrong_name_is_told_before_anything_is_measured(run: Run, dataset: Path, tmp_path: Path) -> None:
    Path("mine.md").write_text("My own notes.")
    result = run("eval", "--dataset", str(dataset), "--write", "mine.md")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert Path("mine.md").read_text() == "My own notes."
    missing = run("eval", "--dataset", str(dataset), "--quotes", "--foreign", "none.jsonl")
    assert (missing.exit_code, missing.stderr.count("\n")) == (1, 1)
    assert not (tmp_path / "cache" / "evaluations").exists()
    assert run("eval", "--dataset", str(dataset), "--foreign", "none.jsonl").exit_code == 2
    assert run("eval", "--least-relevance", "2").exit_code == 2


def test_foreign_questions_are_asked_of_the_set_s_articles(run: Run, dataset: Path) -> None:
    rows = [
        {"_id": "1", "text": "who mended the harbour bridge", "metadata": {"answer_elsewhere": "Moscow"}},
        {"_id": "2", "text": "price of figs", "metadata": {"answer_elsewhere": "three dinars"}},
    ]
    Path("foreign.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = run("eval", "--dataset", str(dataset), "--quotes", "--foreign", "foreign.jsonl", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["foreign"] == {"asked": 1, "skipped": 1}


@pytest.fixture
def gold(tmp_path: Path) -> tuple[str, ...]:
    """The options that ask one question of a small corpus."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in TEXTS.items():
        (corpus / f"{name}.txt").write_text(text)
    quote = TEXTS["steel"]
    evidence = [[{"article_id": "steel", "start": 0, "end": len(quote), "quote": quote}]]
    row = {"id": "fact-001", "kind": "fact", "question": "steel mill talks in Moscow", "answerable": True}
    Path("gold.jsonl").write_text(json.dumps({**row, "evidence": evidence}))
    return ("--gold", "gold.jsonl", "--corpus", "corpus")


def test_gold_questions_are_asked_of_the_corpus(run: Run, gold: tuple[str, ...]) -> None:
    result = run("eval", *gold, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    shown = json.loads(result.stdout)
    assert (shown["queries"], shown["errors"]) == (1, {})
    assert shown["metrics"]["quote_integrity"]["value"] == 1.0
    gate = run("eval", *gold, "--gate", "--baseline", "mine.json")
    assert (gate.exit_code, gate.stderr.count("\n")) == (1, 1)  # no baseline was ever accepted here


def test_nothing_is_wrapped_where_there_is_no_terminal(run: Run, gold: tuple[str, ...]) -> None:
    """Each thing told is one line, whatever its length, and so is each row of a table."""
    mine = ("eval", *gold, "--baseline", "mine.json")
    assert run(*mine, "--accept").exit_code == 0
    row = json.loads(Path("gold.jsonl").read_text())
    asked = " ".join(["steel mill talks in Moscow", *["and what else was said of them"] * 20])
    quote = TEXTS["bridge"]
    another = [[{"article_id": "bridge", "start": 0, "end": len(quote), "quote": quote}]]
    more = {**row, "id": "fact-002", "question": asked, "evidence": another}
    Path("gold.jsonl").write_text("\n".join(map(json.dumps, (row, more))))
    told = run(*mine, "--gate").stdout.splitlines()
    assert [
        line for line in told if line.startswith(f"missed fact-002 “{asked}”: citation_recall 0; quoted: ")
    ]
    openings = {line.split()[0] for line in told if line[0] not in "┏┃┡│└"}
    assert openings == {"gold:", "by", "missed", "per", "note", "Of", "The"}


def test_a_table_takes_what_it_needs_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    table = Table("what", "why")
    table.add_row("a" * 300, " ".join(["words"] * 300))
    Screen(stream).console.print(table)
    assert " ".join(["words"] * 300) in stream.getvalue()
    assert stream.getvalue().count("\n") == 5


def test_an_article_that_cannot_be_read_any_more_fails_the_gate(run: Run, gold: tuple[str, ...]) -> None:
    """No question was asked of it; and it is no part of the result where it was not then either."""
    mine = ("eval", *gold, "--baseline", "mine.json")
    assert run(*mine, "--accept").exit_code == 0
    Path("corpus/bridge.txt").write_text("")
    failed = run(*mine, "--gate", "--json")
    shown = json.loads(failed.stdout)
    assert (failed.exit_code, shown["gate"]["passed"]) == (1, False)
    assert shown["lost_articles"] == [{"path": "corpus/bridge.txt", "line": None, "reason": "is empty"}]
    assert "corpus/bridge.txt: is empty" in shown["gate"]["breaches"][0]
    assert failed.stderr == "rag: corpus/bridge.txt: is empty (lost)\n"
    accepted = run(*mine, "--accept")
    assert "Articles of the corpus that could not be read: 1." in accepted.stdout
    assert run(*mine, "--gate").exit_code == 0


def test_the_filters_of_gold_are_read_as_those_of_a_search(run: Run, gold: tuple[str, ...]) -> None:
    """Sources in any capitals, and languages as they are written elsewhere."""
    row = json.loads(Path("gold.jsonl").read_text())
    Path("corpus/steel.txt").unlink()
    text = {"id": "steel", "text": TEXTS["steel"], "source": "Harbour Post", "language": "en"}
    Path("corpus/news.jsonl").write_text(json.dumps(text) + "\n")
    filters = {"sources": ["HARBOUR post"], "languages": ["English"]}
    Path("gold.jsonl").write_text(json.dumps({**row, "filters": filters}))
    result = run("eval", *gold, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout)["metrics"]["R@5"]["value"] == 1.0


def test_what_does_not_fit_the_articles_is_told_by_file_and_line(run: Run, gold: tuple[str, ...]) -> None:
    row = json.loads(Path("gold.jsonl").read_text())
    (evidence,) = row["evidence"][0]
    gone = [[{**evidence, "article_id": "ghost"}]]
    rows = (row, {**row, "id": "fact-002", "question": "steel mill talks", "evidence": gone})
    Path("gold.jsonl").write_text("\n\n".join(map(json.dumps, rows)))
    told = run("eval", *gold)
    assert told.exit_code == 1
    assert told.stderr.startswith("rag: gold.jsonl, fact-002 (line 3): the index holds no article ghost; ")
    Path("corpus/steel.txt").write_text(f"By our staff. {TEXTS['steel']}")
    told = run("eval", *gold)
    assert told.stderr.startswith(
        "rag: gold.jsonl has 2 mistakes: (1) fact-001 (line 1), evidence[0][0]: steel [0, "
    )


def test_what_fails_the_gate_is_not_accepted(
    run: Run, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that was answered and is held back misses a bar."""
    mine = ("eval", *gold, "--quiet", "--baseline", "mine.json", "--bars", "bars.json")
    Path("bars.json").write_text('[{"metric": "citation_recall", "least": 1}]')
    assert run(*mine, "--accept").exit_code == 0
    accepted = json.loads(Path("mine.json").read_text())
    accepted["questions"]["fact-001"]["scores"]["citation_recall"] = 1.0
    Path("mine.json").write_text(json.dumps(accepted))
    monkeypatch.setenv("RAG_ABSTAIN_BELOW", "1")
    failed = run(*mine, "--gate", "--accept")
    assert (failed.exit_code, failed.stderr) == (1, "rag: mine.json stays as it is, as the gate failed\n")
    assert json.loads(Path("mine.json").read_text()) == accepted
    Path("bars.json").write_text("[]")
    assert run(*mine, "--gate", "--accept").exit_code == 0
    assert json.loads(Path("mine.json").read_text()) != accepted


def test_the_day_and_the_synonyms_are_told_of_a_result(
    run: Run, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def identity(*options: str) -> dict[str, object]:
        shown: dict[str, object] = json.loads(run("eval", *gold, "--json", *options).stdout)["identity"]
        return shown

    usual = identity()
    assert (usual["asked_on"], usual["synonyms"]) == ("2026-11-22", None)
    assert identity("--today", "2024-05") == {**usual, "asked_on": "2024-05-31"}
    monkeypatch.setenv("RAG_SYNONYMS", "names.txt")
    Path("names.txt").write_text("PSM = Pakistan Steel Mills\n")
    assert identity() == {**usual, "synonyms": hashlib.sha256(Path("names.txt").read_bytes()).hexdigest()}
    Path("corpus/bridge.txt").write_text("The harbour bridge stays closed.")
    assert identity()["content"] != usual["content"]


def test_vectors_of_another_precision_are_of_another_index(
    run: Run, gold: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for precision in ("f32", "bf16", "f32"):
        monkeypatch.setenv("RAG_PRECISION", precision)
        assert run("eval", *gold).exit_code == 0
    assert len(list((tmp_path / "cache" / "evaluations").iterdir())) == 2


def test_a_limit_is_spread_over_the_kinds_of_gold(run: Run, gold: tuple[str, ...]) -> None:
    row = json.loads(Path("gold.jsonl").read_text())
    rows = [{**row, "id": f"fact-{n}", "question": f"steel in {n}"} for n in range(6)]
    off = {"kind": "off-corpus", "answerable": False, "evidence": []}
    others = [{**row, **off, "id": f"off-corpus-{n}", "question": f"figs in {n}"} for n in range(6)]
    Path("gold.jsonl").write_text("\n".join(map(json.dumps, [*rows, *others])))
    shown = json.loads(run("eval", *gold, "--limit", "2", "--json").stdout)
    assert [question["id"] for question in shown["questions"]] == ["fact-0", "off-corpus-0"]


def refused(run: Run, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """A result that is worse than a bar which the accepted one reaches."""
    mine = ("eval", *gold, "--quiet", "--baseline", "mine.json", "--bars", "bars.json")
    Path("bars.json").write_text('[{"metric": "false_abstentions", "most": 0}]')
    assert run(*mine, "--accept").exit_code == 0
    accepted = json.loads(Path("mine.json").read_text())
    accepted["questions"]["fact-001"]["scores"]["false_abstentions"] = 0.0
    Path("mine.json").write_text(json.dumps(accepted))
    monkeypatch.setenv("RAG_ABSTAIN_BELOW", "1")
    before = Path("mine.json").read_bytes()
    result = run(*mine, "--accept", *options)
    assert Path("mine.json").read_bytes() == before
    return result


@pytest.mark.parametrize("gate", [(), ("--gate",)])
def test_a_result_that_is_not_accepted_is_one_document_that_says_why(
    run: Run, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, gate: tuple[str, ...]
) -> None:
    result = refused(run, gold, monkeypatch, "--json", *gate)
    assert result.exit_code == 1
    shown = json.loads(result.stdout)
    assert (shown["queries"], shown["accepted"]) == (1, False)
    assert result.stderr == f"rag: {shown['refused']}\n"
    assert ("gate" in shown, "bar that was reached" in shown["refused"]) == (bool(gate), not gate)


def test_a_result_that_is_not_accepted_does_not_say_so(
    run: Run, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Accepted" not in refused(run, gold, monkeypatch).stdout


def test_an_accepted_result_says_so(run: Run, gold: tuple[str, ...]) -> None:
    shown = json.loads(run("eval", *gold, "--json", "--accept", "--baseline", "mine.json").stdout)
    assert shown["accepted"] is True
    for options in ((), ("--quiet",), ("--gate",)):
        told = run("eval", *gold, "--accept", "--baseline", "mine.json", *options).stdout
        assert told.endswith("Accepted in mine.json.\n")
        assert told.count("Accepted") == 1
    assert "accepted" not in json.loads(run("eval", *gold, "--json").stdout)
    assert "Accepted" not in run("eval", *gold).stdout


def test_a_baseline_that_cannot_be_written_is_told_and_stays_whole(
    run: Run, gold: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is written is written beside it first."""
    mine = ("eval", *gold, "--quiet", "--accept", "--baseline", "mine.json")
    assert run(*mine).exit_code == 0
    before = Path("mine.json").read_bytes()
    monkeypatch.setenv("RAG_ABSTAIN_BELOW", "1")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        result = run(*mine)
    assert result.exit_code == 1
    assert result.stderr == (
        "rag: mine.json cannot be written (No space left on device); mend that, or name another file with "
        "--baseline\n"
    )
    assert Path("mine.json").read_bytes() == before
    assert run(*mine).exit_code == 0
    assert Path("mine.json").read_bytes() != before
    assert list(Path().glob("mine.json.*")) == []


def test_a_link_to_a_baseline_stays_one(run: Run, gold: tuple[str, ...]) -> None:
    Path("kept").mkdir()
    Path("mine.json").symlink_to("kept/mine.json")
    assert run("eval", *gold, "--quiet", "--accept", "--baseline", "mine.json").exit_code == 0
    assert Path("mine.json").is_symlink()
    assert json.loads(Path("kept/mine.json").read_text())["dataset"] == "gold"


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission binds who runs tests as root."""
    opened = Path.open

    def refusing(path: Path, mode: str = "r", *others: Any, **more: Any) -> Any:
        if "w" in mode and path.name.startswith("mine.json"):
            raise PermissionError(13, "Permission denied")
        return opened(path, mode, *others, **more)

    monkeypatch.setattr(Path, "open", refusing)


@pytest.mark.usefixtures("unwritable")
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_asked(
    run: Run, gold: tuple[str, ...], tmp_path: Path
) -> None:
    result = run("eval", *gold, "--accept", "--baseline", "mine.json")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1)
    assert "mine.json cannot be written (Permission denied)" in result.stderr
    assert not (tmp_path / "cache" / "evaluations").exists()


def test_what_is_wrong_with_the_questions_is_told_before_anything_is_ingested(
    run: Run, gold: tuple[str, ...], dataset: Path, tmp_path: Path
) -> None:
    """A gold file with a mistake, no articles, a folder that is not there, and a baseline of others."""
    right = Path("gold.jsonl").read_text()
    made = ("eval", *gold, "--quiet", "--accept", "--baseline")
    assert run(*made, "mine.json").exit_code == 0
    assert (
        run("eval", "--dataset", str(dataset), "--quiet", "--accept", "--baseline", "set.json").exit_code == 0
    )
    (tmp_path / "cache" / "evaluations").rename(tmp_path / "cache" / "before")
    other = right.replace("Moscow", "Kyiv", 1).replace("fact-001", "fact-002")
    for written, options, told in (
        (right.replace("fact", "fakt"), gold, "field 'kind'"),
        (right, ("--gold", "gold.jsonl", "--corpus", "none"), "none; name the articles of the gold with --c"),
        (right, (*gold, "--accept", "--baseline", "none/mine.json"), "there is no folder none"),
        (right, (*gold, "--gate", "--baseline", "set.json"), "the baseline is of 'tiny', and this is 'gold'"),
        (right, (*gold, "--accept", "--baseline", "set.json"), "the baseline is of 'tiny'"),
        (other, (*gold, "--gate", "--baseline", "mine.json"), "no question stands in the baseline unedited"),
        (other, (*gold, "--accept", "--baseline", "mine.json"), "holds none of these questions unedited"),
        (
            right,
            ("--dataset", str(dataset), "--gate", "--baseline", "mine.json"),
            "the baseline is of 'gold'",
        ),
        (
            right,
            ("--dataset", str(dataset), "--own-date", "--gate", "--baseline", "set.json"),
            "this is 'tiny, as of each question's own date'",
        ),
    ):
        Path("gold.jsonl").write_text(written)
        result = run("eval", *options)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), told
        assert told in result.stderr.replace('"', "'")
        assert not (tmp_path / "cache" / "evaluations").exists()


def test_who_has_no_baseline_is_told_the_command_that_makes_it(run: Run, gold: tuple[str, ...]) -> None:
    """That of this gold, and not one that would write over the project's own."""
    mine = ("eval", *gold, "--baseline", "my own.json", "--today", "2025-01-01")
    result = run(*mine, "--gate", "--strict", "--quiet")
    told = "rag eval --gold gold.jsonl --corpus corpus --baseline 'my own.json' --today 2025-01-01 --accept"
    assert (result.exit_code, result.stderr) == (
        1,
        f"rag: there is no file my own.json; make one with `{told}`\n",
    )
    assert run(*shlex.split(told)[1:]).exit_code == 0
    assert run(*mine, "--gate", "--strict", "--quiet").exit_code == 0


@pytest.mark.parametrize("options", [(), ("--gate",), ("--accept",)])
def test_in_another_folder_it_is_said_what_to_name(run: Run, options: tuple[str, ...]) -> None:
    result = run("eval", *options)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "--gold" in result.stderr or "--baseline" in result.stderr
    assert "remove" not in result.stderr
    assert "make one" not in result.stderr
