"""Laws over BEIR folders: packed or plain they are the same, and the figures are those by hand."""

from __future__ import annotations

import gzip
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from scripted import Scripted, answer, citation, passage

from rag.errors import EvaluationError, NotFound
from rag.evaluation import (
    ablate,
    ablation_json,
    corpus_to_jsonl,
    evaluate_dataset,
    load_dataset,
    render,
    render_ablation,
    report_json,
)
from rag.evaluation.beir import published
from rag.evaluation.dataset import contains
from rag.types import Filters

CORPUS = [
    {
        "_id": "/wiki/A_b#P1#0",
        "title": "A",
        "text": "One.",
        "metadata": {"date": "2021/09/21", "url": "http://a"},
    },
    {"_id": "é ü?", "title": "", "text": "Two \ud800.", "metadata": {}},
    {"_id": "old", "text": "Three."},
]
QUERIES = [
    {"_id": "q/1?0", "text": "first?", "metadata": {"date": "2022-06-16", "answers": ["the year 2015"]}},
    {"_id": "q#2", "text": "second?", "metadata": {"answers": ["nobody"], "unanswerable": False}},
    {"_id": "q3", "text": "third?", "metadata": {"answers": [], "unanswerable": True}},
]
QRELS = "query-id\tcorpus-id\tscore\nq/1?0\told\t2\nq/1?0\tother\t1\nq#2\tnew\t1\nq#2\told\t0\n"


def folder(root: Path, *, packed: bool = False, qrels: str = QRELS, split: str = "test") -> Path:
    target = root / ("packed" if packed else "plain") / "news"
    (target / "qrels").mkdir(parents=True, exist_ok=True)
    contents = {
        "corpus.jsonl": "\n".join(json.dumps(row) for row in CORPUS),
        "queries.jsonl": "\n".join(json.dumps(row) for row in QUERIES) + "\n\n",
        f"qrels/{split}.tsv": qrels,
    }
    for name, content in contents.items():
        if packed:
            (target / f"{name}.gz").write_bytes(gzip.compress(content.encode()))
        else:
            (target / name).write_text(content, "utf-8")
    return target


def system() -> Scripted:
    return Scripted(
        {
            "first?": answer(citation("old", "The mill was shut in 2015."), confidence=0.9),
            "second?": answer(confidence=0.2),
            "third?": answer(citation("other", "Rain is expected in the hills."), confidence=0.4),
        },
        {
            "first?": (passage("new"), passage("old", 0, 9), passage("old", 9, 20), passage("other")),
            "second?": (passage("new"),),
            "third?": (),
        },
    )


def test_packed_and_plain_are_the_same(tmp_path: Path) -> None:
    plain, packed = load_dataset(folder(tmp_path)), load_dataset(folder(tmp_path, packed=True))
    assert (plain.name, plain.queries, plain.qrels) == (packed.name, packed.queries, packed.qrels)
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    written = [corpus_to_jsonl(plain, tmp_path / "1"), corpus_to_jsonl(packed, tmp_path / "2")]
    assert written[0].read_bytes() == written[1].read_bytes()


def test_the_corpus_becomes_lines_that_ingest_reads(tmp_path: Path) -> None:
    path = corpus_to_jsonl(load_dataset(folder(tmp_path)), tmp_path)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert rows == [
        {"id": "/wiki/A_b#P1#0", "title": "A", "text": "One.", "published": "2021-09-21", "url": "http://a"},
        {"id": "é ü?", "text": "Two \ud800."},
        {"id": "old", "text": "Three."},
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021/09/21", "2021-09-21"),
        ("2021-9-1", "2021-09-01"),
        ("2021-09-21T10:00:00Z", "2021-09-21"),
        ("2021/09", "2021-09"),
        ("2021/02/31", None),
        ("2021/09/211", None),
        ("September", None),
        ("", None),
        (None, None),
        (20210921, None),
    ],
)
def test_dates_are_read_or_left_unknown(value: object, expected: str | None) -> None:
    assert published(value) == expected


def test_the_figures_are_those_by_hand(tmp_path: Path) -> None:
    report = evaluate_dataset(system(), load_dataset(folder(tmp_path)))
    values = {name: estimate.value for name, estimate in report.metrics.items()}
    # "first?": articles new, old (2), other (1); "second?": new (1). "third?" has no judgement.
    ideal = 2 + 1 / math.log2(3)
    gained = 2 / math.log2(3) + 1 / math.log2(4)
    assert report.queries == 2
    assert values == pytest.approx(
        {
            **{"R@1": 0.5, "R@2": 0.75, "R@5": 1, "R@10": 1, "R@20": 1, "RR@10": 0.75},
            **{"nDCG@10": (gained / ideal + 1) / 2, "Success@1": 0.5, "Success@5": 1},
        }
    )
    assert report.latency_ms["p50"] <= report.latency_ms["p95"]


def test_a_crash_scores_zero_and_stays_in_the_mean(tmp_path: Path) -> None:
    broken = system()
    del broken.rankings["second?"]  # type: ignore[attr-defined]
    report = evaluate_dataset(broken, load_dataset(folder(tmp_path)), quotes=True)
    assert report.metrics["R@5"].value == 0.5
    assert report.metrics["false_abstentions"].value == 0.5
    assert list(report.errors) == ["q#2"]


def test_quotes_are_measured_when_asked_for(tmp_path: Path) -> None:
    report = evaluate_dataset(system(), load_dataset(folder(tmp_path)), quotes=True)
    values = {name: estimate.value for name, estimate in report.metrics.items()}
    assert report.queries == 3
    assert values["answer_in_first_quote"] == values["answer_in_three_quotes"] == 0  # "year" is not in it
    assert values["false_answers"] == 1
    assert values["false_abstentions"] == 0.5
    assert values["AUROC"] == 0  # of the two that are marked, the unanswerable one is the surer
    assert values["ECE"] == pytest.approx((0.8 + 0.4) / 2)
    assert report.median_quote_words == 6


@pytest.mark.parametrize(
    ("quote", "said", "holds"),
    [
        ("It was the Lanka's “Prime Minister”, he said.", "prime minister", True),
        ("Lanka's coast", "Lanka", True),
        ("Some 1,500 men (2008–2010).", "1500", True),
        ("Some 1,500 men (2008–2010).", "2008", True),
        ("Europeans came", "Europe", False),
        ("anything", "The", False),
    ],
)
def test_a_quote_holds_an_answer_as_whole_words(quote: str, said: str, holds: bool) -> None:
    assert contains((quote,), (said,)) == holds


def test_a_limit_takes_the_first_queries(tmp_path: Path) -> None:
    data = load_dataset(folder(tmp_path))

    def asked(**options: Any) -> list[str]:
        one = system()
        evaluate_dataset(one, data, **options)
        return [question for question, _ in one.asked]

    assert asked(limit=1) == ["first?"]
    assert asked(limit=9) == ["first?", "second?"]


def test_dates_of_queries_restrict_only_when_asked_to(tmp_path: Path) -> None:
    data, plain, dated = load_dataset(folder(tmp_path)), system(), system()
    evaluate_dataset(plain, data)
    evaluate_dataset(dated, data, as_of=True)
    assert {filters for _, filters in plain.asked} == {Filters()}
    assert [str(filters.as_of) for _, filters in dated.asked] == ["2022-06-16", "None"]


def test_an_ablation_names_its_systems(tmp_path: Path) -> None:
    seen: list[str] = []
    mute = Scripted({}, {"first?": (), "second?": ()})
    reports = ablate(
        {"mute": mute, "whole": system()},
        load_dataset(folder(tmp_path)),
        progress=lambda stage, *_: seen.append(stage),
    )
    written = json.loads(json.dumps(ablation_json(reports), allow_nan=False))
    assert written["metrics"] == written["ablation"]["whole"]
    assert written["ablation"]["mute"]["R@5"]["value"] == 0
    assert seen == ["mute", "mute", "whole", "whole"]
    console = Console(file=io.StringIO(), width=200)
    render_ablation(reports, console)
    render(reports["whole"], console)
    assert "whole" in console.file.getvalue()  # type: ignore[attr-defined]


def test_the_json_has_the_contract_s_shape(tmp_path: Path) -> None:
    written = report_json(evaluate_dataset(system(), load_dataset(folder(tmp_path))))
    assert written["dataset"] == "news"
    assert written["queries"] == 2
    assert set(written["metrics"]["R@5"]) == {"value", "low", "high"}  # type: ignore[index]


def test_splits(tmp_path: Path) -> None:
    target = folder(tmp_path, split="dev")
    assert load_dataset(target).qrels
    (target / "qrels" / "train.tsv").write_text(QRELS, "utf-8")
    with pytest.raises(EvaluationError, match="dev, train"):
        load_dataset(target)
    assert load_dataset(target, split="train").qrels
    with pytest.raises(NotFound, match=r"none\.tsv"):
        load_dataset(target, split="none")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("queries.jsonl", "{", "line 1: not JSON"),
        ("queries.jsonl", "[]", "line 1: is list"),
        ("queries.jsonl", '{"_id": 3, "text": "a"}', "line 1, field '_id'"),
        ("queries.jsonl", '{"_id": "3", "text": "a", "metadata": 1}', "field 'metadata'"),
        (
            "queries.jsonl",
            '{"_id": "3", "text": "a", "metadata": {"answers": "b"}}',
            "field 'metadata.answers'",
        ),
        ("queries.jsonl", "", "no queries"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\na\tb\n", "line 2"),
        ("qrels/test.tsv", "a\tb\tone\n", "line 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    target = folder(tmp_path)
    (target / name).write_text(content, "utf-8")
    with pytest.raises(EvaluationError, match=message):
        load_dataset(target)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    target = folder(tmp_path)
    with pytest.raises(EvaluationError, match="no query with a relevant article"):
        evaluate_dataset(system(), load_dataset(folder(tmp_path, qrels="query-id\tcorpus-id\tscore\n")))
    (target / "queries.jsonl").unlink()
    with pytest.raises(NotFound, match=r"queries\.jsonl"):
        load_dataset(target)
    broken = folder(tmp_path, packed=True)
    (broken / "queries.jsonl.gz").write_bytes(b"\x1f\x8b cut short")
    with pytest.raises(EvaluationError, match="fetch it again"):
        load_dataset(broken)
