"""A gold file that is wrong is refused with its file, line and field; a right one is read whole."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import EvaluationError, NotFound, RagError
from rag.evaluation import load_gold
from rag.evaluation.identity import edited_parts
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


OTHERWISE: dict[str, dict[str, object]] = {
    "words": {"question": "What now?"},
    "evidence": {"evidence": [GOOD["evidence"][0]]},
    "filters": {"filters": {"sources": ["IANS"]}},
    "expectations": {"intent": "status"},
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edited=st.sets(st.sampled_from(sorted(OTHERWISE))))
def test_a_fingerprint_tells_what_of_a_question_was_edited(tmp_path: Path, edited: set[str]) -> None:
    (then,) = load(tmp_path, GOOD)
    changes = {name: value for part in edited for name, value in OTHERWISE[part].items()}
    (now,) = load(tmp_path, {**GOOD, **changes})
    assert set(edited_parts(then.fingerprint, now.fingerprint)) == edited


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_where_evidence_stands_and_in_which_order_it_is_written_is_no_edit(
    tmp_path: Path, data: st.DataObject
) -> None:
    """After a corrected article offsets are mended, and the question is asked as before."""
    alternatives = [{"article_id": name, "start": 2, "end": 6, "quote": "talk"} for name in ("a", "b", "c")]
    (then,) = load(tmp_path, {**GOOD, "evidence": [alternatives, GOOD["evidence"][1]]})
    moved = [
        {**one, "start": 2 + by, "end": 6 + by}
        for one in data.draw(st.permutations(alternatives))
        for by in [data.draw(st.integers(0, 9))]
    ]
    groups = data.draw(st.permutations([moved, GOOD["evidence"][1]]))
    (now,) = load(tmp_path, {**GOOD, "evidence": groups})
    assert now.fingerprint == then.fingerprint


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
        ({"evidence": [[{"article_id": "a", "start": 0, "end": 2, "quote": "abc"}]]}, "evidence[0][0]"),
        ({"evidence": [[{"article_id": "a", "start": "0", "end": 2, "quote": "ab"}]]}, "evidence[0][0]"),
        ({"evidence": [[{"article_id": "a", "start": 2, "end": 2, "quote": ""}]]}, "evidence[0][0]"),
        ({"evidence": [GOOD["evidence"][1] + [{**GOOD["evidence"][1][0], "note": "x"}]]}, "evidence[0][1]"),
        ({"filters": {"as_of": "2025-02-31"}}, "filters.as_of"),
        ({"filters": {"include_undated": "no"}}, "filters.include_undated"),
        ({"filters": {"asof": "2025-02-01"}}, "filters.asof"),
        ({"filters": {"sources": "IANS"}}, "filters.sources"),
        ({"filters": []}, "filters"),
        ({"filters": {"since": "2025-02-02", "until": "2025-02-01"}}, "filters.since"),
        ({"filters": {"since": "2025-02-02", "as_of": "2025-02-01"}}, "filters.since"),
        ({"intent": "news"}, "intent"),
        ({"newest_first": "elsewhere"}, "newest_first"),
        ({"order": ["c"]}, "order"),
        ({"answer": "yes"}, "answer"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, change: dict[str, object], field: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        load(tmp_path, {**GOOD, "id": "zero", "question": "What now?"}, {**GOOD, **change})
    assert f"gold.jsonl, line 2, field '{field}'" in str(caught.value)


def test_a_wrong_quote_is_told_with_both_lengths(tmp_path: Path) -> None:
    wrong = [[GOOD["evidence"][0][0], {"article_id": "a", "start": 3, "end": 9, "quote": "abcd"}]]
    with pytest.raises(EvaluationError, match=r"evidence\[0\]\[1\]': the quote has 4 .* \[3, 9\) has 6$"):
        load(tmp_path, {**GOOD, "evidence": wrong})


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("value", "told"), [([GOOD, GOOD], "one JSON array"), (GOOD, "one JSON object over")]
)
def test_a_file_that_is_json_as_a_whole_is_told_as_that(
    tmp_path: Path, value: object, told: str, indent: int | None
) -> None:
    """And not by a mistake of each of its lines; an object on one line is gold of one question."""
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(value, indent=indent) + "\n", "utf-8")
    if indent is None and isinstance(value, dict):
        assert len(load_gold(path)) == 1
        return
    with pytest.raises(
        EvaluationError, match=rf"gold\.jsonl is {told}.*; write each question as one object on"
    ):
        load_gold(path)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"quote"}, "; quote is missing"),
        ({"start", "end"}, "; start and end are missing"),
        ({"end", "ende"}, "; end is missing; 'ende' is not known"),
    ],
)
def test_what_evidence_lacks_is_named(tmp_path: Path, keys: set[str], told: str) -> None:
    one = {key: value for key, value in GOOD["evidence"][0][0].items() if key not in keys}
    one |= dict.fromkeys(keys - GOOD["evidence"][0][0].keys(), 1)
    with pytest.raises(EvaluationError, match=r"evidence\[0\]\[0\]': needs article_id, .*" + told + "$"):
        load(tmp_path, {**GOOD, "evidence": [[one]]})


WRONG: dict[str, dict[str, object]] = {
    "kind": {"kind": "facts"},
    "answerable": {"answerable": "yes"},
    "filters.asof": {"filters": {"asof": "2025-02-01"}},
    "order": {"order": "c"},
    "answer": {"answer": "yes"},
    "evidence[0][0]": {"evidence": [[{"article_id": "a", "start": 0, "end": 2, "quote": "abc"}]]},
}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sets(st.sampled_from(sorted(WRONG))), min_size=1, max_size=4))
def test_all_mistakes_are_told_at_once(tmp_path: Path, lines: list[set[str]]) -> None:
    """Of a line and of a file, each by its line and field, and nothing that is right."""
    rows = [
        {**GOOD, "id": f"one-{number}", "question": f"What of {number}?"}
        | {name: value for field in fields for name, value in WRONG[field].items()}
        for number, fields in enumerate(lines, start=1)
    ]
    expected = {(number, field) for number, fields in enumerate(lines, start=1) for field in fields}
    try:
        assert len(load(tmp_path, *rows)) == len(rows)
        told = set()
    except EvaluationError as error:
        told = {(int(line), field) for line, field in re.findall(r"line (\d+), field '([^']+)'", str(error))}
        assert len(expected) == 1 or f"gold.jsonl has {len(expected)} mistakes" in str(error)
    assert told == expected


def test_of_very_many_mistakes_the_others_are_counted(tmp_path: Path) -> None:
    rows = [{**GOOD, "id": str(number), "question": f"{number}?", "kind": "none"} for number in range(100)]
    with pytest.raises(EvaluationError, match=r"has 100 mistakes: .*\(40\).* and 60 more$"):
        load(tmp_path, *rows)


def test_a_question_that_is_asked_twice_is_named_with_both_ids(tmp_path: Path) -> None:
    """Under the same filters it would count twice; under others it is another question."""
    again = {**GOOD, "id": "two", "question": " what of  the TALKS? "}
    with pytest.raises(EvaluationError, match=r"line 2, field 'question': is asked by one in line 1"):
        load(tmp_path, GOOD, again)
    assert len(load(tmp_path, GOOD, {**again, "filters": {"sources": ["IANS"]}})) == 2


# What each line may have wrong with it beside an id or words that stand in an earlier one.
BESIDE: list[dict[str, object]] = [
    {},
    {"intent": "news"},
    {"answerable": 1},
    {"evidence": 3},
    {"filters": {"asof": 1}},
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", "d"]),
            st.sampled_from(["Who?", "When?", "WHEN?"]),
            st.sampled_from(BESIDE),
        ),
        max_size=5,
    )
)
def test_what_stands_twice_is_told_whatever_else_is_wrong_with_either_line(
    tmp_path: Path, lines: list[tuple[str, str, dict[str, object]]]
) -> None:
    """An id always; words where the id is another one and the filters of both lines can be read."""
    rows = [{**GOOD, "id": name, "question": words, **beside} for name, words, beside in lines]
    ids: set[str] = set()
    asked: set[str] = set()
    expected = set()
    for number, (name, words, beside) in enumerate(lines, start=1):
        if name in ids:
            expected.add((number, "id"))
        elif "filters" not in beside:
            if words.casefold() in asked:
                expected.add((number, "question"))
            asked.add(words.casefold())
        ids.add(name)
    try:
        load(tmp_path, *rows)
        told = ""
    except EvaluationError as error:
        told = str(error)
    found = re.findall(r"line (\d+), field '(id|question)': (?:'.' stands twice|is asked)", told)
    assert {(int(line), name) for line, name in found} == expected


def test_sources_in_other_capitals_are_the_same_filter(tmp_path: Path) -> None:
    one, other = ({"filters": {"sources": [name]}} for name in ("IANS", "ians"))
    with pytest.raises(EvaluationError, match="is asked by one in line 1 already"):
        load(tmp_path, {**GOOD, **one}, {**GOOD, "id": "two", **other})


def test_languages_are_read_as_they_are_for_a_search(tmp_path: Path) -> None:
    """What is known as no language stays as it is written."""
    load(tmp_path, {**GOOD, "filters": {"languages": ["EN", "Klingon", "en-GB"]}})
    (question,) = load_gold(tmp_path / "gold.jsonl")
    assert question.filters.languages == ("en", "Klingon", "en")


def test_a_bom_is_dropped(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    path = tmp_path / "gold.jsonl"
    (without,) = load_gold(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_gold(path) == (without,)


def test_files_that_hold_no_gold(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="line 2, field 'id'"):
        load(tmp_path, GOOD, GOOD)
    with pytest.raises(EvaluationError, match="line 2: is list"):
        load(tmp_path, GOOD, [])
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
