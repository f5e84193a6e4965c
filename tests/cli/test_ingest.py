"""`rag ingest`, `articles` and `doctor` over real files and a real index, with a tiny encoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEncoder
from typer.testing import Result

from rag import wiring
from rag.settings import Settings

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def tiny_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "open_encoder", lambda settings: HashingEncoder())


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "bridge.md").write_text(
        "---\ntitle: The bridge\npublished: 2024-11-12\nsource: The Harbour Times\n---\n"
        "The bridge reopens on Monday. Repairs took three weeks.\n"
    )
    (folder / "steel.txt").write_text(
        "date 2025-02-12\nTalks on the steel mill resumed in Moscow on Monday.\n"
    )
    return folder


def test_a_second_ingest_embeds_nothing_and_says_so(run: Run, corpus: Path) -> None:
    first = run("ingest", "corpus")
    assert (first.exit_code, first.stderr) == (0, "")
    assert "2 articles: 2 added, 0 changed, 0 removed, 0 unchanged" in first.stdout
    second = run("ingest", "corpus")
    assert "0 added, 0 changed, 0 removed, 2 unchanged" in second.stdout
    assert "nothing to embed" in second.stdout


def test_quiet_says_nothing_and_json_says_everything(run: Run, corpus: Path) -> None:
    quiet = run("ingest", "--quiet", "corpus")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (0, "", "")
    report = json.loads(run("ingest", "--json", "corpus").stdout)
    assert (report["articles"], report["embedded"], report["problems"]) == (2, 0, [])


def test_articles_of_unknown_date_are_counted_over_the_whole_index(run: Run, corpus: Path) -> None:
    assert "unknown date" not in run("ingest", "corpus").stdout
    new = corpus.with_name("today")
    new.mkdir()
    (new / "port.txt").write_text("The port was closed for two days after the storm.\n")
    told = "1 of 3 is of unknown date: --since, --until and --as-of leave it out"
    assert told in run("ingest", "--add", "today").stdout
    # Also where nothing is to be done, and where what is added is dated.
    assert told in run("ingest", "--add", "today").stdout
    assert json.loads(run("ingest", "--add", "corpus", "--json").stdout)["undated"] == 1
    (corpus / "steel.txt").write_text("Talks on the steel mill resumed in Moscow on Monday.\n")
    told = "2 of 3 are of unknown date: --since, --until and --as-of leave them out"
    assert told in run("ingest", "corpus", "today").stdout
    # What has left the index is not counted any more.
    assert json.loads(run("ingest", "corpus", "--json").stdout)["undated"] == 1


def test_a_lost_article_is_told_and_exit_code_1_and_the_rest_is_indexed(run: Run, corpus: Path) -> None:
    (corpus / "empty.txt").write_bytes(b"")
    result = run("ingest", "corpus")
    assert result.exit_code == 1
    assert "empty.txt" in result.stderr and "(lost)" in result.stderr
    assert "2 articles: 2 added" in result.stdout
    assert run("articles", "show", "steel").exit_code == 0


def test_files_of_other_formats_are_told_once_and_no_failure_unless_they_are_named(
    run: Run, corpus: Path
) -> None:
    for name in ("a.jpg", "b.JPG", "2024/page.html", "Makefile"):
        (corpus / name).write_text("The bridge reopens on Monday.")
    result = run("ingest", "corpus")
    told = "passed over 4 files of other formats: .html (1), .jpg (2), no ending (1)"
    assert (result.exit_code, result.stderr) == (0, f"rag: {told}; read are .txt, .md, .jsonl\n")
    report = json.loads(run("ingest", "--json", "corpus").stdout)
    assert (report["passed_over"], report["problems"]) == ({".html": 1, ".jpg": 2, "": 1}, [])
    named = run("ingest", "corpus", "corpus/a.jpg")
    assert named.exit_code == 1 and "a.jpg: has the unknown format '.jpg'" in named.stderr
    assert "2 unchanged, 1 lost\n" in named.stdout


def test_lines_that_are_alike_are_told_for_the_first_and_counted_and_json_holds_all(
    run: Run, corpus: Path
) -> None:
    lines = [f'{{"id": {n}, "body{n}": "x"}}' for n in range(50)]
    lines += [f'{{"id": "n{n}", "text": "Talks went on, said {n}.", "date": "no {n}"}}' for n in range(4)]
    (corpus / "news.jsonl").write_text("\n".join([*lines, "no JSON", "{"]))
    (corpus / "other.jsonl").write_text(lines[0])
    result = run("ingest", "corpus")
    assert result.exit_code == 1 and "4 added" not in result.stdout and ", 53 lost\n" in result.stdout
    told = [line.removeprefix("rag: corpus/") for line in result.stderr.splitlines()]
    assert [line for line in told if "more" in line] == [
        "news.jsonl: and 47 more lines of that file like this (lost)",
        "news.jsonl: and 1 more line of that file like this",
    ]
    for number, line in enumerate(told[:3]):
        assert line.startswith(f"news.jsonl, line {number + 1}: has no field `text` that holds the article")
        assert line.endswith(f"; its fields are: id, body{number} (lost)")
    assert len(told) == 3 + 1 + 3 + 1 + 2 + 1
    assert len(json.loads(run("ingest", "--json", "corpus").stdout)["problems"]) == 57


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\0"])
def test_paths_come_from_standard_input(run: Run, corpus: Path, separator: str) -> None:
    files = ["corpus/steel.txt", "corpus/2024/bridge.md"]
    result = run("ingest", "-", input=separator.join([*files, ""]))
    assert result.exit_code == 0, result.stderr
    assert "2 articles" in result.stdout


def test_no_paths_and_a_path_that_is_not_there_are_told(run: Run) -> None:
    assert run("ingest").exit_code == 2
    nothing = run("ingest", "-", input="")
    assert (nothing.exit_code, nothing.stderr.count("\n")) == (2, 1)
    absent = run("ingest", "nowhere")
    assert absent.exit_code == 1
    assert absent.stderr.startswith("rag: nowhere does not exist")


@pytest.mark.parametrize("option", [(), ("--add",)])
def test_an_empty_path_is_refused_and_never_the_current_folder(
    run: Run, corpus: Path, option: tuple[str, ...]
) -> None:
    for paths in (("",), ("corpus", "")):
        result = run("ingest", *option, *paths)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert "a path is empty" in result.stderr
    assert not Path("index").exists()
    assert run("ingest", *option, ".").exit_code == 0


def test_articles_are_listed_by_page_and_shown_whole(run: Run, corpus: Path) -> None:
    run("ingest", "corpus")
    listed = run("articles", "list")
    assert "12 Nov 2024 · date from the metadata" in listed.stdout
    first = json.loads(run("articles", "list", "--json", "--limit", "1").stdout)
    assert [article["article_id"] for article in first["articles"]] == ["2024/bridge"]
    second = json.loads(run("articles", "list", "--json", "--after", first["next"]).stdout)
    assert ([article["article_id"] for article in second["articles"]], second["next"]) == (["steel"], None)
    dated = json.loads(run("articles", "list", "--json", "--since", "2025").stdout)
    assert [article["article_id"] for article in dated["articles"]] == ["steel"]
    shown = json.loads(run("articles", "show", "2024/bridge", "--json").stdout)
    assert "The bridge reopens on Monday." in shown["text"]
    assert "The bridge reopens on Monday." in run("articles", "show", "2024/bridge").stdout
    absent = run("articles", "show", "2024/tunnel")
    assert (absent.exit_code, absent.stderr.count("\n")) == (1, 1)


def test_add_keeps_the_rest_and_compact_joins_what_it_left(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ingest", "corpus")
    new = corpus.with_name("today")
    new.mkdir()
    with monkeypatch.context() as apart:
        apart.setattr("rag.store.segments.SMALL", 0)
        apart.setattr("rag.store.segments.RATIO", 0)
        for number in range(2):
            text = f"The port was closed for {number + 2} days after the storm.\n"
            (new / f"port{number}.txt").write_text(text)
            added = run("ingest", "--add", "today")
            assert (added.exit_code, added.stderr) == (0, "")
            assert f"{3 + number} articles: 1 added, 0 changed, 0 removed, {number} unchanged" in added.stdout
            assert "compact" not in added.stdout
    assert "The port was closed for 2 days" in run("search", "port storm").stdout
    assert "3 segments before, 1 now" in run("compact").stdout
    assert json.loads(run("compact", "--json").stdout)["segments"] == 1
    assert [line.split()[0] for line in run("articles", "list").stdout.splitlines()[1:]] == [
        "2024/bridge",
        "port0",
        "port1",
        "steel",
    ]
    (new / "port0.txt").write_text("A museum in another town was flooded on Tuesday.\n")
    told = run("ingest", "--add", "today").stderr
    assert "“A museum in another town" in told and "replaces “The port was closed" in told
    for text in (
        "Talks on steel went on for another day.",
        "Rain flooded nine harbour towns again.",
    ):
        (new / "brief.md").write_text(f"---\ntitle: Morning briefing\n---\n{text}\n")
        told = run("ingest", "--add", "today").stderr
    assert "brief: “Morning briefing” replaces quite another text of that headline, which had" in told
    assert run("ingest", "--add", "--allow-empty", "today").exit_code == 2


def test_compact_without_an_index_says_how_to_make_one(run: Run) -> None:
    result = run("compact")
    assert result.exit_code == 1 and "make one with `rag ingest" in result.stderr


def test_doctor_finds_a_sound_index_sound_and_a_damaged_one_broken(run: Run, corpus: Path) -> None:
    run("ingest", "corpus")
    sound = run("doctor")
    assert sound.exit_code == 0
    assert "BROKEN" not in sound.stdout
    for file in Path("index").glob("*/*/vectors.faiss"):
        file.write_bytes(file.read_bytes()[:-1])
    broken = run("doctor")
    assert broken.exit_code == 1
    assert "BROKEN" in broken.stdout
    findings = json.loads(run("doctor", "--json").stdout)["findings"]
    assert not all(finding["sound"] for finding in findings)


def test_progress_is_for_terminals_only(run: Run, corpus: Path) -> None:
    assert run("ingest", "corpus").stderr == ""


def test_the_index_option_goes_over_the_setting(
    run: Run, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_INDEX", "elsewhere")
    assert run("ingest", "corpus", "--index", "here").exit_code == 0
    assert Path("here/CURRENT").is_file()
    assert not Path("elsewhere").exists()
    assert Settings().index == Path("index")  # built by hand it reads no environment
