"""A gold file that is wrong is refused with its file, line and field; a right one is read whole."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import EvaluationError, NotFound, RagError
from rag.evaluation import load_gold
from rag.types import Filters

GOOD: dict[str, Any] = {
    "id": "one",
    "kind": "status",
    "question": "What of the talks?",
    "answerable": True,
    "evidence": [
        [{"article_id": "a/b", "start": 2, "end": 6, "quote": "talk"}],
        [{"article_id": "c", "start": 0, "end": 1, "quote": "x"}],
    ],
}


def load(folder: Path, *rows: object) -> Any:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", "utf-8")
    return load_gold(path)


def test_a_question_is_read_whole(tmp_path: Path) -> None:
    filters = {"as_of": "2024-11-12", "sources": ["IANS"], "include_undated": True}
    (plain,) = load(tmp_path, GOOD)
    assert (plain.supersedes, plain.contradicts) == (None, None)
    timeline = {**GOOD, "kind": "timeline", "supersedes": [["c", "a/b"]], "contradicts": []}
    (judged,) = load(tmp_path, timeline)
    assert (judged.supersedes, judged.contradicts) == ((("c", "a/b"),), ())
    more = {"filters": filters, "intent": "status", "newest_first": "c", "order": ["a/b", "c"], "note": "why"}
    (question,) = load(tmp_path, {**GOOD, **more})
    assert question.filters == Filters(as_of=dt.date(2024, 11, 12), sources=("IANS",), include_undated=True)
    assert question.evidence[0][0].quote == "talk"
    assert (question.intent, question.newest_first, question.order) == ("status", "c", ("a/b", "c"))


def test_a_fingerprint_changes_with_all_but_the_note(tmp_path: Path) -> None:
    def fingerprint(**changes: object) -> str:
        return load(tmp_path, {**GOOD, **changes})[0].fingerprint

    assert fingerprint() == fingerprint(note="reworded")
    assert len({fingerprint(), fingerprint(question="What now?"), fingerprint(intent="status")}) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "facts"}, "kind"),
        ({"supersedes": []}, "supersedes"),
        ({"kind": "timeline", "supersedes": ["c", "a/b"]}, "supersedes"),
        ({"kind": "timeline", "supersedes": [["c"]]}, "supersedes"),
        ({"kind": "timeline", "contradicts": [["c", "c"]]}, "contradicts"),
        ({"kind": "timeline", "contradicts": [["c", "d"]]}, "contradicts"),
        ({"id": ""}, "id"),
        ({"question": 3}, "question"),
        ({"answerable": 1}, "answerable"),
        ({"answerable": False}, "evidence"),
        ({"evidence": []}, "evidence"),
        ({"evidence": [[]]}, "evidence"),
        ({"evidence": [[{"article_id": "a", "start": 0, "end": 2, "quote": "abc"}]]}, "evidence[0]"),
        ({"evidence": [[{"article_id": "a", "start": "0", "end": 2, "quote": "ab"}]]}, "evidence[0]"),
        ({"filters": {"as_of": "2025-02-31"}}, "as_of"),
        ({"filters": {"asof": "2025-02-01"}}, "filters.asof"),
        ({"filters": {"sources": "IANS"}}, "sources"),
        ({"filters": []}, "filters"),
        ({"intent": "news"}, "intent"),
        ({"newest_first": "elsewhere"}, "newest_first"),
        ({"order": ["c"]}, "order"),
        ({"answer": "yes"}, "answer"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: dict[str, object], field: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        load(tmp_path, {**GOOD, "id": "zero"}, {**GOOD, **change})
    assert f"gold.jsonl, line 2, field '{field}'" in str(caught.value)


def test_files_that_hold_no_gold(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="line 2, field 'id'"):
        load(tmp_path, GOOD, GOOD)
    with pytest.raises(EvaluationError, match="line 1: is list"):
        load(tmp_path, [])
    with pytest.raises(EvaluationError, match="no question"):
        load(tmp_path)
    (tmp_path / "gold.jsonl").write_bytes(b"\xff{")
    with pytest.raises(EvaluationError, match="cannot be read"):
        load_gold(tmp_path / "gold.jsonl")
    (tmp_path / "gold.jsonl").write_text("{", "utf-8")
    with pytest.raises(EvaluationError, match="line 1: not JSON"):
        load_gold(tmp_path / "gold.jsonl")
    with pytest.raises(NotFound) as caught:
        load_gold(tmp_path / "none.jsonl")
    assert isinstance(caught.value, RagError)


def test_the_project_s_gold_can_be_read() -> None:
    assert len(load_gold(Path(__file__).parents[2] / "evals" / "gold.jsonl")) >= 80
