"""Laws over BEIR folders: packed or plain they are the same, and the figures are those by hand."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import itertools
import json
import math
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console
from scripted import TEXTS, Archive, Scripted, answer, citation, passage

from rag.errors import EvaluationError, NotFound
from rag.evaluation import (
    Dataset,
    DatasetReport,
    GateResult,
    Query,
    accept,
    at_least,
    check_gate,
    corpus_to_jsonl,
    evaluate_dataset,
    load_baseline,
    load_dataset,
    load_foreign,
    options_of,
    render,
    report_json,
    statistics,
)
from rag.evaluation.beir import published, spread
from rag.evaluation.gate import OtherQuestions
from rag.evaluation.matching import contains
from rag.evaluation.metrics import LOWER_IS_BETTER
from rag.evaluation.words import notes
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


def measured(one: Scripted, root: Path, **options: Any) -> DatasetReport:
    return evaluate_dataset({"whole": one}, load_dataset(folder(root)), **options)


def values(report: DatasetReport) -> dict[str, float]:
    return {name: estimate.value for name, estimate in report.metrics.items()}


def test_packed_and_plain_are_the_same(tmp_path: Path) -> None:
    plain, packed = load_dataset(folder(tmp_path)), load_dataset(folder(tmp_path, packed=True))
    assert (plain.name, plain.queries, plain.qrels) == (packed.name, packed.queries, packed.qrels)
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    written = [corpus_to_jsonl(one, tmp_path / name)[0] for one, name in ((plain, "1"), (packed, "2"))]
    assert written[0].read_bytes() == written[1].read_bytes()


def test_the_corpus_becomes_lines_that_ingest_reads(tmp_path: Path) -> None:
    path, told = corpus_to_jsonl(load_dataset(folder(tmp_path)), tmp_path)
    assert told == ()
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
    report = measured(system(), tmp_path)
    # "first?": articles new, old (2), other (1); "second?": new (1). "third?" has no judgement.
    ideal = 2 + 1 / math.log2(3)
    gained = 2 / math.log2(3) + 1 / math.log2(4)
    assert report.queries == 2
    assert values(report) == pytest.approx(
        {
            **{"R@1": 0.5, "R@2": 0.75, "R@5": 1, "R@10": 1, "R@20": 1, "RR@10": 0.75},
            **{"nDCG@10": (gained / ideal + 1) / 2, "Success@1": 0.5, "Success@5": 1},
        }
    )
    assert report.latency_ms["p50"] <= report.latency_ms["p95"]


def test_a_crash_scores_zero_and_stays_in_every_mean(tmp_path: Path) -> None:
    sound = system()
    sound.rankings = {**sound.rankings, "second?": (passage("new"), passage("old", 0, 9))}
    assert values(measured(sound, tmp_path, quotes=True))["answer_in_retrieved"] == 0.5
    del sound.answers["second?"]  # type: ignore[attr-defined]
    report = measured(sound, tmp_path, quotes=True, foreign=[Query("1", "fourth?")])
    found = values(report)
    assert found["R@5"] == 0.5
    assert found["answer_in_retrieved"] == 0
    assert found["false_abstentions"] == 0.5
    assert found["retrieved_held_back"] == 0.5
    assert found["foreign_answered"] == 1
    assert list(report.errors) == ["q#2", "foreign 1"]


ASKED = (
    *(Query(f"a{place}", f"answered [{place}]?", answers=("nobody",)) for place in range(4)),
    *(Query(f"u{place}", f"unanswerable [{place}]?", unanswerable=True) for place in range(2)),
    Query("m", "marked?", answers=("2015",), unanswerable=False),
)
JUDGED = {"a0": {"old": 1}, "a1": {"new": 1}, "m": {"old": 2, "other": 1}}
SAID = st.builds(
    lambda citations, sure: answer(*citations, confidence=sure),
    st.sampled_from(
        [
            (),
            (citation("old", "Nobody knew the price of steel."),),
            (citation("other", "Rain is expected in the hills."), citation("old", "shut in 2015.")),
        ]
    ),
    st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]),
)
FOUND = st.sampled_from([(), (passage("old"),), (passage("new"), passage("other")), (passage("other"),)])


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_metric_gets_better_whichever_questions_crash(data: st.DataObject) -> None:
    """Also those over some questions alone, such as those whose answer was retrieved."""
    foreign = [Query("f", "foreign?", answers=("Moscow",))]
    names = [one.text for one in (*ASKED, *foreign)]
    said = {name: data.draw(SAID) for name in names}
    rankings = {name: data.draw(FOUND) for name in names}
    crashing = data.draw(st.sets(st.sampled_from(names)))
    working = {name: one for name, one in said.items() if name not in crashing}
    news = Dataset("news", Path(), ASKED, JUDGED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "RESAMPLES", 200)  # the values do not depend on it, the time does
        before, after = (
            values(evaluate_dataset({"whole": Scripted(one, rankings)}, news, quotes=True, foreign=foreign))
            for one in (said, working)
        )
    assert before.keys() <= after.keys()
    for name, value in before.items():
        worse = after[name] - value if name in LOWER_IS_BETTER else value - after[name]
        assert worse >= -1e-6, name  # scores are rounded to six digits


def test_quotes_are_measured_when_asked_for(tmp_path: Path) -> None:
    report = measured(system(), tmp_path, quotes=True)
    found = values(report)
    assert (report.queries, report.available) == (3, 3)
    assert found["answer_in_first_quote"] == found["answer_in_three_quotes"] == 0  # "year" is not in it
    assert found["false_answers"] == 1
    assert found["false_abstentions"] == 0.5
    assert found["AUROC"] == 0  # of the two that are marked, the unanswerable one is the surer
    # By judgement the first is right (it quotes "old"), the second has no quote, the third no answer.
    assert found["ECE_right"] == pytest.approx((0.1 + 0.2 + 0.4) / 3)
    assert found["ECE_string"] == pytest.approx((0.9 + 0.2 + 0.4) / 3)
    assert found["AURC_right"] == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert found["AURC_string"] == 1
    assert found["AUROC_right"] == 1
    assert [risk for _, risk in report.risk_coverage] == pytest.approx([0, 1 / 2, 2 / 3])
    assert [coverage for coverage, _ in report.risk_coverage] == pytest.approx([1 / 3, 2 / 3, 1])
    assert report.quote_words == {"first": 6, "all": 6}
    assert report.chance_ece is not None
    assert report.latency_of == "answering"


def test_an_abstention_shows_no_quote_and_its_confidence_still_counts(tmp_path: Path) -> None:
    one = system()
    one.withheld = {"second?": (citation("old", "Nobody knew the price of steel."),)}
    found = values(measured(one, tmp_path, quotes=True))
    assert found["answer_in_first_quote"] == 0
    assert found["answer_in_first_quote_before_abstaining"] == 0.5
    assert found["ECE_string"] == pytest.approx((0.9 + 0.8 + 0.4) / 3)  # the withheld quote is right


def test_the_ceiling_is_what_the_first_ten_articles_hold(tmp_path: Path) -> None:
    one = system()
    one.rankings = {**one.rankings, "second?": (passage("new"), passage("old", 0, 9))}
    found = values(measured(one, tmp_path, quotes=True))
    # "Nobody" stands in "old" beyond the passage that was retrieved; "the year 2015" stands nowhere.
    assert found["answer_in_retrieved"] == 0.5
    assert found["answer_in_first_quote_given_retrieved"] == 0


def test_each_question_is_asked_once(tmp_path: Path) -> None:
    whole, part = system(), system()
    data = load_dataset(folder(tmp_path))
    evaluate_dataset({"part": part, "whole": whole}, data, quotes=True)
    for one in (whole, part):
        assert [question for question, _ in one.asked] == ["first?", "second?", "third?"]


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


@given(st.integers(1, 60), st.one_of(st.none(), st.integers(1, 80)))
def test_a_limit_is_spread_over_the_set(number: int, limit: int | None) -> None:
    queries = [Query(str(place), "?") for place in range(number)]
    places = [int(query.id) for query in spread(queries, limit)]
    assert len(places) == (number if limit is None else min(number, limit))
    steps = {later - earlier for earlier, later in itertools.pairwise([*places, number])}
    assert places[0] == 0 and min(steps) > 0
    # However many are asked for, no stretch of the set is left out: steps differ by one at most, and the
    # last may be the shorter.
    assert max(steps) - min(steps) <= 1


def test_a_limit_takes_so_many_queries(tmp_path: Path) -> None:
    data = load_dataset(folder(tmp_path))

    def asked(**options: Any) -> list[str]:
        one = system()
        evaluate_dataset({"whole": one}, data, **options)
        return [question for question, _ in one.asked]

    assert asked(limit=1) == ["first?"]
    assert asked(limit=9) == ["first?", "second?"]


def test_dates_of_queries_restrict_only_when_asked_to(tmp_path: Path) -> None:
    plain, dated, today = system(), system(), dt.date(2026, 1, 1)
    measured(plain, tmp_path, today=today)
    report = measured(dated, tmp_path, as_of=True, today=today)
    assert {filters for _, filters in plain.asked} == {Filters()}
    assert [str(filters.as_of) for _, filters in dated.asked] == ["2022-06-16", "None"]
    assert report.title == "news, as of each question's own date"
    # "Last year" counts from the question's own date, and from a fixed day where it has none.
    assert plain.days == dated.days == [dt.date(2022, 6, 16), today]


def test_least_relevance_takes_only_such_judgements_and_questions(tmp_path: Path) -> None:
    data = load_dataset(folder(tmp_path))
    assert at_least(data, 1).qrels == data.qrels
    linked = at_least(data, 2)
    assert linked.qrels == {"q/1?0": {"old": 2}}
    one = system()
    report = evaluate_dataset({"whole": one}, linked, quotes=True)
    assert [question for question, _ in one.asked] == ["first?"]
    assert report.title == "news, relevance of at least 2"
    assert values(report)["RR@10"] == 0.5
    with pytest.raises(EvaluationError, match="judgement of 3; the highest is 2"):
        at_least(data, 3)


def test_an_ablation_sets_each_system_beside_the_one_before_it(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    mute = Scripted({}, {"first?": (), "second?": ()})
    broken = Scripted({})
    report = evaluate_dataset(
        {"mute": mute, "broken": broken, "whole": system(), "same": system()},
        load_dataset(folder(tmp_path)),
        progress=lambda *step: seen.append(step),
    )
    written = json.loads(json.dumps(report_json(report), allow_nan=False))
    assert written["metrics"] == written["ablation"]["same"]
    assert list(written["comparisons"]) == ["mute", "broken", "whole", "same"]
    assert written["comparisons"]["mute"] == {}
    # One that fails scores zero, as one that finds nothing: no difference.
    nothing = {"difference": 0.0, "better": 0, "worse": 0, "probability": 1.0, "adjusted": 1.0}
    assert written["comparisons"]["broken"] == {"R@5": nothing, "RR@10": nothing}
    # Both of two questions gained: of the four sign patterns two are as extreme; times three rows.
    assert written["comparisons"]["whole"]["R@5"] == {
        **{"difference": 1.0, "better": 2, "worse": 0},
        **{"probability": 0.5, "adjusted": 1.0},
    }
    assert written["comparisons"]["same"] == {"R@5": nothing, "RR@10": nothing}
    assert seen == [("questions", 1, 2), ("questions", 2, 2)]
    console = Console(file=io.StringIO(), width=300)
    render(report, console)
    assert "+1.000 (2↑ 0↓)" in console.file.getvalue()  # type: ignore[attr-defined]


def test_fusion_and_the_whole_are_held_against_the_best_single_retriever(tmp_path: Path) -> None:
    """The better one comes first here: beside the one before it fusion would seem a gain."""
    nothing = Scripted({}, {"first?": (), "second?": ()})
    half = Scripted({}, {"first?": (passage("old"),), "second?": ()})
    report = evaluate_dataset(
        {"good": half, "bad": nothing, "fused": half, "whole": system()},
        load_dataset(folder(tmp_path)),
        singles=("good", "bad"),
    )
    written = json.loads(json.dumps(report_json(report), allow_nan=False))
    differences = {
        name: {metric: comparison["difference"] for metric, comparison in row.items()}
        for name, row in written["comparisons"].items()
    }
    assert differences["bad"]["R@5"] == -0.25  # one of two relevant articles of the first question
    assert differences["fused"] == {"R@5": 0.0, "RR@10": 0.0}
    assert differences["whole"]["R@5"] == 0.75
    gain = written["gains"]["R@5"]
    assert (gain["beside"], gain["difference"]["value"]) == ("good", 0.75)
    # Both questions gained: of the four sign patterns two are as extreme.
    assert gain["probability"] == 0.5
    console = Console(file=io.StringIO(), width=300)
    render(report, console)
    assert "best single retriever, good: R@5 +0.750" in console.file.getvalue()  # type: ignore[attr-defined]


FOREIGN = [
    {"_id": "1", "text": "held?", "metadata": {"answer_elsewhere": "Nobody"}},
    {"_id": "2", "text": "answered?", "metadata": {"answers": ["a cup"]}},
    {"_id": "3", "text": "unsure?"},
    {"_id": "4", "text": "broken?"},
]


def strangers(root: Path) -> Path:
    path = root / "foreign.jsonl"
    path.write_text("\n".join(map(json.dumps, FOREIGN)), "utf-8")
    return path


def test_foreign_questions_that_the_archive_happens_to_answer_are_skipped(tmp_path: Path) -> None:
    one = system()
    rain = citation("other", "Rain is expected in the hills.")
    one.answers = {
        **one.answers,
        "held?": answer(rain, confidence=0.9),
        "answered?": answer(rain, confidence=0.6),
        "unsure?": answer(confidence=0.3),
    }
    one.rankings = {**one.rankings, "held?": (passage("old", 0, 9),), "answered?": (passage("old"),)}
    one.withheld = {"unsure?": (rain,)}
    foreign = load_foreign(strangers(tmp_path))
    report = measured(one, tmp_path, quotes=True, foreign=foreign)
    thresholds = report.thresholds
    assert thresholds is not None
    assert (thresholds.foreign, thresholds.skipped) == (3, 1)
    assert values(report)["foreign_answered"] == pytest.approx(2 / 3)  # what fails counts as answered
    # "first?" and "second?" have a relevant article among the first ten; the second is abstained from.
    assert values(report)["retrieved_held_back"] == 0.5
    curve = {step: (told, kept) for step, told, kept in thresholds.points}
    assert list(curve) == [round(0.05 * step, 2) for step in range(21)]
    assert curve[0.0] == pytest.approx((1.0, 0.5))  # "second?" has no quote to show at any threshold
    assert curve[0.35] == pytest.approx((2 / 3, 0.5))
    assert curve[0.65] == pytest.approx((1 / 3, 0.5))
    assert curve[1.0] == pytest.approx((1 / 3, 1.0))
    for place in (1, 2):
        shares = [point[place] for point in thresholds.points]
        assert shares == sorted(shares, reverse=place == 1)  # a higher threshold answers less of everything
    written = json.loads(json.dumps(report_json(report), allow_nan=False))
    assert written["foreign"] == {"asked": 3, "skipped": 1}
    assert written["thresholds"][7]["abstain_below"] == 0.35


def test_what_foreign_questions_do_not_say_is_named(tmp_path: Path) -> None:
    path = strangers(tmp_path)
    packed = tmp_path / "foreign.jsonl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert load_foreign(packed) == load_foreign(path)
    path.write_text("", "utf-8")
    with pytest.raises(EvaluationError, match="no queries"):
        load_foreign(path)
    path.write_text('{"_id": "1", "text": "a", "metadata": {"answer_elsewhere": 3}}', "utf-8")
    with pytest.raises(EvaluationError, match=r"line 1 \(_id '1'\), field 'metadata\.answer_elsewhere'"):
        load_foreign(path)


def test_a_set_is_held_against_its_baseline_question_by_question(tmp_path: Path) -> None:
    """Of rankings, quotes and foreign questions; what is worse is named, other questions refused."""
    foreign = [Query("q#2", "fourth?")]  # an id of the set's own: it is another question
    sound = system()
    sound.answers["fourth?"] = answer(confidence=0.1)  # type: ignore[index]
    before = measured(sound, tmp_path, quotes=True, foreign=foreign)
    accept(before, tmp_path / "baseline.json")
    baseline = load_baseline(tmp_path / "baseline.json")
    assert check_gate(before, baseline, ()) == GateResult(
        (), (), (), (), (), OtherQuestions(), compared=4, smallest_probability=1.0, fewest_to_fail=None
    )

    sound.rankings = {**sound.rankings, "first?": (passage("new"),)}
    sound.answers["fourth?"] = answer(citation("other", "Rain is expected in the hills."))  # type: ignore[index]
    after = check_gate(measured(sound, tmp_path, quotes=True, foreign=foreign), baseline, ())
    worse = {change.id: set(change.worse) for change in after.changed}
    assert worse["q/1?0"] >= {"R@5", "RR@10"}
    assert worse["foreign q#2"] == {"foreign_answered"}
    assert not any(change.better for change in after.changed)

    with pytest.raises(EvaluationError, match="own date"):
        check_gate(measured(system(), tmp_path, as_of=True), baseline, ())


def test_a_question_whose_judgement_changed_is_edited(tmp_path: Path) -> None:
    accept(measured(system(), tmp_path), tmp_path / "baseline.json")
    other = folder(tmp_path, qrels=QRELS.replace("old\t2", "old\t1"))
    report = evaluate_dataset({"whole": system()}, load_dataset(other))
    result = check_gate(report, load_baseline(tmp_path / "baseline.json"), ())
    assert result.questions.edited == ("q/1?0",)
    assert not result.passed


def test_a_set_that_is_measured_in_part_fails_with_the_option_that_is_missing(tmp_path: Path) -> None:
    foreign = [Query("f", "first?")]
    accept(measured(system(), tmp_path, quotes=True, foreign=foreign), tmp_path / "baseline.json")
    baseline = load_baseline(tmp_path / "baseline.json")
    assert options_of(baseline) == ("--foreign FILE", "--quotes")
    ranked = check_gate(measured(system(), tmp_path), baseline, ())
    assert ranked.questions.missing == ("foreign f", "q3")
    told = {breach.split()[0]: breach for breach in ranked.breaches}
    assert {"answer_in_first_quote", "answer_in_retrieved", "false_abstentions"} <= told.keys()
    assert "; add --quotes, or accept the result without it" in told["answer_in_first_quote"]
    quoted = check_gate(measured(system(), tmp_path, quotes=True), baseline, ())
    assert quoted.questions.missing == ("foreign f",)
    assert not quoted.passed
    limited = check_gate(measured(system(), tmp_path, quotes=True, foreign=foreign, limit=2), baseline, ())
    assert "1 accepted question is missing: q3; ask them too (--limit as" in limited.breaches[0]


@pytest.mark.parametrize(("articles", "queries"), [(0, 0), (1, 0), (0, 2), (20, 1)])
def test_what_the_judgements_name_and_nothing_holds_is_told(
    tmp_path: Path, articles: int, queries: int
) -> None:
    """A note, as a set may be a sample: how many there are, and the first of them."""
    ghosts = [f"ghost{number:02}" for number in range(articles)]
    strangers = [f"stranger{number}" for number in range(queries)]
    added = "".join([f"q#2\t{name}\t1\n" for name in ghosts] + [f"{name}\told\t1\n" for name in strangers])
    data = load_dataset(folder(tmp_path, qrels=QRELS + added))
    report = evaluate_dataset({"whole": system()}, data)
    assert report.unknown_articles == tuple(ghosts)
    assert report.unknown_queries == tuple(strangers)
    told = [line for line in notes(report) if "ghost" in line or "stranger" in line]
    assert len(told) == bool(articles) + bool(queries)
    assert not articles or f": {articles} (ghost00" in told[0]
    assert not queries or f": {queries} (stranger0" in told[-1]
    assert (articles > 12) is any("ghost11 and 8 more" in line for line in told)


def of_archive(held: Iterable[str], root: Path, qrels: str = QRELS) -> DatasetReport:
    """Measured over those of the three articles that are held; "old" always is, or nothing could be."""
    one = system()
    one.index = Archive({name: TEXTS[name] for name in TEXTS if name in {"old", *held}})
    return evaluate_dataset({"whole": one}, load_dataset(folder(root, qrels=qrels)))


@given(st.sets(st.sampled_from(["new", "other"])), st.sets(st.sampled_from(["new", "other"])))
def test_the_gate_fails_where_a_judged_article_is_gone_that_was_there(then: set[str], now: set[str]) -> None:
    """Scores stand as they did: what is found was scripted. One that was not there then is no loss."""
    with tempfile.TemporaryDirectory() as root:
        accept(of_archive(then, Path(root)), Path(root) / "baseline.json")
        baseline = load_baseline(Path(root) / "baseline.json")
        result = check_gate(of_archive(now, Path(root)), baseline, ())
    gone = sorted(then - now)
    assert result.passed is (not gone)
    assert [one for one in result.breaches if f"gone: {', '.join(gone)};" in one] == list(result.breaches)
    assert len(result.breaches) == bool(gone)


def test_what_only_a_new_query_is_judged_by_is_not_gone(tmp_path: Path) -> None:
    accept(of_archive({"new", "other"}, tmp_path), tmp_path / "baseline.json")
    baseline = load_baseline(tmp_path / "baseline.json")
    now = of_archive({"new", "other"}, tmp_path / "more", QRELS + "q3\tghost\t1\n")
    assert now.unknown_articles == ("ghost",)
    assert check_gate(now, baseline, ()).passed


def test_a_baseline_that_does_not_tell_which_articles_were_there_is_read_and_says_so(tmp_path: Path) -> None:
    accept(of_archive({"new", "other"}, tmp_path), tmp_path / "baseline.json")
    content = json.loads((tmp_path / "baseline.json").read_text())
    assert content.pop("unknown_articles") == []
    (tmp_path / "baseline.json").write_text(json.dumps(content))
    result = check_gate(of_archive(set(), tmp_path), load_baseline(tmp_path / "baseline.json"), ())
    assert result.passed
    assert "does not tell which judged articles" in result.notes[0]
    for wrong in ("new", [1], {"new": 1}):
        (tmp_path / "baseline.json").write_text(json.dumps({**content, "unknown_articles": wrong}))
        with pytest.raises(EvaluationError, match="unknown_articles are no list"):
            load_baseline(tmp_path / "baseline.json")


def test_a_metric_says_over_how_many_questions(tmp_path: Path) -> None:
    metrics = measured(system(), tmp_path, quotes=True).metrics
    assert {name: metrics[name].n for name in ("R@5", "answer_in_first_quote", "false_answers")} == {
        "R@5": 2,
        "answer_in_first_quote": 2,
        "false_answers": 1,
    }


def test_the_json_has_the_contract_s_shape(tmp_path: Path) -> None:
    written: Any = report_json(measured(system(), tmp_path, limit=1))
    assert written["dataset"] == "news"
    assert (written["queries"], written["available"]) == (1, 2)
    assert set(written["metrics"]["R@5"]) == {"value", "low", "high", "n"}
    assert written["identity"]["encoder_fingerprint"] == "0" * 64
    assert not {"risk_coverage", "thresholds", "ablation", "median_quote_words", "ECE_by_chance"} & set(
        written
    )
    quoted: Any = report_json(measured(system(), tmp_path, quotes=True))
    assert (quoted["median_quote_words"], quoted["median_first_quote_words"]) == (6, 6)
    assert quoted["risk_coverage"][-1] == [1, pytest.approx(2 / 3)]


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
        ("queries.jsonl", '{"_id": "3", "text": " "}', r"line 1 \(_id '3'\), field 'text': must be words"),
        (
            "queries.jsonl",
            '{"_id": "3", "text": "a", "metadata": {"date": "31/12/2024"}}',
            r"line 1 \(_id '3'\), field 'metadata\.date': '31/12/2024' cannot be read; write it as",
        ),
        ("queries.jsonl", '{"_id": "3", "text": "a"}', r"test\.tsv judges no query of .* but q#2, q/1\?0;"),
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


@settings(deadline=None)
@given(score=st.one_of(st.integers(), st.integers(4_000, 6_000).map(lambda digits: "9" * digits)))
@example(score=2**31 - 1)
@example(score=2**31)
@example(score=-(2**31))
def test_a_score_beyond_32_bits_is_refused(
    score: int | str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = folder(tmp_path_factory.mktemp("scores"), qrels=f"q#2\told\t1\nq#2\tnew\t{score}\n")
    if isinstance(score, int) and abs(score) < 2**31:
        assert load_dataset(target).qrels["q#2"].get("new", 0) == max(0, score)
    else:
        with pytest.raises(
            EvaluationError, match=r"test\.tsv, line 2: the score -?\d+…? is beyond"
        ) as refused:
            load_dataset(target)
        assert len(str(refused.value)) < 400


def test_the_highest_score_is_measured_with(tmp_path: Path) -> None:
    data = load_dataset(folder(tmp_path, qrels=f"q#2\told\t1\nq#2\tnew\t{2**31 - 1}\n"))
    assert values(evaluate_dataset({"whole": system()}, data))["R@1"] == 0.5


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", ["queries.jsonl", "corpus.jsonl"])
def test_an_id_given_twice_is_named_with_both_lines(tmp_path: Path, name: str, packed: bool) -> None:
    target = folder(tmp_path, packed=packed)
    rows = QUERIES if name == "queries.jsonl" else CORPUS
    content = "\n".join(json.dumps(row) for row in [*rows, {**rows[0], "text": "other"}])
    file = target / (f"{name}.gz" if packed else name)
    file.write_bytes(gzip.compress(content.encode()) if packed else content.encode())
    with pytest.raises(EvaluationError) as refused:
        corpus_to_jsonl(load_dataset(target), tmp_path)
    assert str(refused.value).startswith(f"{file}, line 4, field '_id': {rows[0]['_id']!r} stands in line 1")
    if name == "queries.jsonl":
        with pytest.raises(EvaluationError, match="line 4, field '_id'"):
            load_foreign(file)


def test_what_of_a_set_is_not_read_is_told_by_line_and_id(tmp_path: Path) -> None:
    """Keys of queries that may be misspelt; dates of articles; rows of which no article comes."""
    target = folder(tmp_path)
    queries = [
        *QUERIES,
        *({"_id": f"k{place}", "text": "a", "metadata": {"answer": ["x"]}} for place in range(2)),
    ]
    (target / "queries.jsonl").write_text("\n\n".join(map(json.dumps, queries)), "utf-8")
    dataset = load_dataset(target)
    assert dataset.notes == (
        f"{target / 'queries.jsonl'}, line 7 (_id 'k0'): keys of metadata that are not read: answer "
        "(2 rows); those that are: answers, date, unanswerable",
    )
    rows = [
        {"_id": "void", "text": " "},
        {"_id": "then", "text": "One.", "metadata": {"date": "2024-13-45"}},
        {"_id": "old", "text": "Two.", "metadata": {"date": ""}},
    ]
    (target / "corpus.jsonl").write_text("\n\n".join(map(json.dumps, rows)), "utf-8")
    path, told = corpus_to_jsonl(dataset, tmp_path)
    corpus = target / "corpus.jsonl"
    assert told == (
        f"{corpus}, line 1 (_id 'void'): 1 row without a text, of which no article comes",
        f"{corpus}, line 3 (_id 'then'): 1 row with a date that cannot be read, as '2024-13-45': undated",
    )
    lines = path.read_text("utf-8").split("\n")
    assert [(number, json.loads(line)["id"]) for number, line in enumerate(lines, start=1) if line] == [
        (3, "then"),
        (5, "old"),
    ]


def test_a_set_of_which_no_judged_article_is_there_is_no_measure(tmp_path: Path) -> None:
    """Every score would be zero, whatever is measured."""
    data = load_dataset(folder(tmp_path, qrels="q#2\tOLD\t1\n"))
    with pytest.raises(EvaluationError, match=r"corpus\.jsonl holds none of the articles .*, as OLD; check"):
        corpus_to_jsonl(data, tmp_path)
    one = system()
    with pytest.raises(
        EvaluationError, match="the index holds none of the articles that news judges relevant"
    ):
        evaluate_dataset({"whole": one}, data)
    assert not one.asked


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    target = folder(tmp_path)
    with pytest.raises(EvaluationError, match="no query with a relevant article"):
        bare = load_dataset(folder(tmp_path, qrels="query-id\tcorpus-id\tscore\n"))
        evaluate_dataset({"whole": system()}, bare)
    (target / "queries.jsonl").unlink()
    with pytest.raises(NotFound, match=r"queries\.jsonl"):
        load_dataset(target)
    with pytest.raises(
        NotFound, match=r"there is no folder .*nowhere; name one in BEIR layout with --dataset"
    ):
        load_dataset(tmp_path / "nowhere")
    broken = folder(tmp_path, packed=True)
    (broken / "queries.jsonl.gz").write_bytes(b"\x1f\x8b cut short")
    with pytest.raises(EvaluationError, match="fetch it again"):
        load_dataset(broken)
