"""Laws of the measurement: it credits what is right, catches what is broken, and no crash helps."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import (
    TEXTS,
    Archive,
    Scripted,
    answer,
    card,
    citation,
    evidence,
    gold,
    passage,
    perfect,
    silent,
)

from rag.errors import NotFound
from rag.evaluation import evaluate_gold, report_json, statistics
from rag.evaluation.evidence import rests_on
from rag.evaluation.gold import Evidence, GoldQuestion
from rag.evaluation.metrics import LOWER_IS_BETTER
from rag.evaluation.ranking import score_passages
from rag.evaluation.report import GoldReport
from rag.evaluation.sources import SourceFiles
from rag.types import Article, Citation, Disagreement, Notice, Passage, Published, ResolvedDate, Scores

QUALITY = {
    *("quote_integrity", "provenance", "citation_recall", "citation_precision", "citation_precision@1"),
    "intent",
    *("R@2", "R@5", "R@10", "RR@10", "nDCG@10", "recency@1", "order"),
}
BETTER_LOW = ("false_answers", "false_abstentions", "stale_first", "ECE")


def values(report: GoldReport) -> dict[str, float]:
    return {name: estimate.value for name, estimate in report.metrics.items()}


def test_a_perfect_system_scores_one(tmp_path: Path) -> None:
    report = evaluate_gold(perfect(), gold(), corpus=Archive().write(tmp_path))
    scores = values(report)
    assert {name: scores[name] for name in QUALITY} == dict.fromkeys(QUALITY, 1.0)
    assert {scores[name] for name in BETTER_LOW} == {0.0}
    assert scores["AUROC"] == 1
    assert not report.breaches
    assert not report.errors


def test_a_silent_system_scores_zero_and_never_nan() -> None:
    scores = values(evaluate_gold(silent(), gold()))
    for name in QUALITY - {"quote_integrity", "provenance", "intent"}:
        assert scores[name] == 0, name
    assert scores["false_abstentions"] == scores["AURC"] == 1
    assert scores["false_answers"] == 0  # a right abstention is credited
    assert all(math.isfinite(value) for value in scores.values())


def test_a_crash_is_the_worst_score_everywhere_and_stays_in_the_mean() -> None:
    report = evaluate_gold(Scripted({}), gold())
    for name, value in values(report).items():
        assert value == (1.0 if name in LOWER_IS_BETTER else 0.0), name
    assert list(report.errors) == [question.id for question in gold()]


OLD, NEW = citation("old", "Talks began in May."), citation("new", "Talks were resumed on Monday.")
SAID = [
    (),
    (citation("old", "The mill was shut in 2015."),),
    (NEW, OLD),
    (dataclasses.replace(OLD, superseded_by=2), dataclasses.replace(NEW, number=2)),
]
ANSWERS = st.builds(
    lambda citations, sure: answer(*citations, confidence=sure),
    st.sampled_from(SAID),
    st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]),
)


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_metric_gets_better_whichever_questions_crash(data: st.DataObject) -> None:
    """Also those over some questions alone: a crash counts as the worst of what it could have been."""
    marked = timeline(supersedes=(("new", "old"),), contradicts=())
    questions = (
        *(one for one in gold() if one.id != "t"),
        *(
            dataclasses.replace(marked, id=f"t{place}", question=f"How went it? [{place}]")
            for place in range(2)
        ),
    )
    said = {one.question: data.draw(ANSWERS) for one in questions}
    crashing = data.draw(st.sets(st.sampled_from(sorted(said))))
    working = {name: one for name, one in said.items() if name not in crashing}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(statistics, "RESAMPLES", 200)  # the values do not depend on it, the time does
        before, after = (values(evaluate_gold(Scripted(one), questions)) for one in (said, working))
    assert before.keys() <= after.keys()
    for name, value in before.items():
        worse = after[name] - value if name in LOWER_IS_BETTER else value - after[name]
        assert worse >= -1e-6, name  # scores are rounded to six digits


def test_an_error_that_is_no_ragerror_is_not_swallowed() -> None:
    system = perfect()
    system.answers = None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        evaluate_gold(system, gold())


@pytest.mark.parametrize("place", range(0, 26, 5))
def test_one_wrong_character_breaks_integrity(place: int) -> None:
    system, words = perfect(), "The mill was shut in 2015."
    bad = dataclasses.replace(citation("old", words), quote=words[:place] + "#" + words[place + 1 :])
    system.answers = {**system.answers, "When was it shut?": answer(bad)}
    report = evaluate_gold(system, gold())
    assert [(one.question_id, one.kind) for one in report.breaches] == [("f", "quote integrity")]
    assert values(report)["quote_integrity"] == pytest.approx(4 / 5)
    assert values(report)["provenance"] == 1


def test_a_passage_is_checked_as_a_citation_is() -> None:
    system = perfect()
    shifted = dataclasses.replace(passage("old", 0, 20), start=1, end=21)
    system.rankings = {**system.rankings, "When was it shut?": (shifted,)}
    system.answers = {**system.answers, "Who won the cup?": answer(passages=(shifted,))}
    assert [one.question_id for one in evaluate_gold(system, gold()).breaches] == ["f", "o"]


def test_a_wrong_article_hash_breaks_provenance() -> None:
    system = perfect()
    good = citation("old", "The mill was shut in 2015.")
    bad = dataclasses.replace(good, card=dataclasses.replace(good.card, article_sha256="0" * 64))
    system.answers = {**system.answers, "When was it shut?": answer(bad)}
    assert [one.kind for one in evaluate_gold(system, gold()).breaches] == ["provenance"]


def test_an_article_that_is_not_there_breaks_both() -> None:
    system = perfect()
    system.answers = {**system.answers, "Who won the cup?": answer(passages=(passage("ghost"),))}
    assert [one.kind for one in evaluate_gold(system, gold()).breaches] == ["quote integrity", "provenance"]


def test_the_files_are_read_independently_of_the_index(tmp_path: Path) -> None:
    corpus = Archive().write(tmp_path)
    (corpus / "old.txt").write_text(TEXTS["old"].replace("shut", "sold"), "utf-8")
    (corpus / "new.txt").unlink()
    broken = {(one.article_id, one.kind) for one in evaluate_gold(perfect(), gold(), corpus=corpus).breaches}
    assert broken == {("old", "provenance"), ("old", "quote integrity"), ("new", "provenance")}
    with pytest.raises(NotFound, match="no corpus folder"):
        evaluate_gold(perfect(), gold(), corpus=corpus / "nowhere")


@dataclasses.dataclass
class FromLines(Archive):
    """An archive whose articles were read from lines of a file: their source hashes are those lines'."""

    lines: dict[str, bytes] = dataclasses.field(default_factory=dict)

    def article(self, article_id: str) -> Article:
        read = super().article(article_id)
        return dataclasses.replace(read, source_sha256=hashlib.sha256(self.lines[article_id]).hexdigest())


def test_lines_of_a_jsonl_are_sources_too(tmp_path: Path) -> None:
    lines = {name: json.dumps({"id": name, "text": text}).encode() for name, text in TEXTS.items()}
    (tmp_path / "rows.jsonl").write_bytes(b"not json\r\n" + b"\r\n".join(lines.values()))
    system = perfect()
    system.index = FromLines(lines=lines)
    assert not evaluate_gold(system, gold(), corpus=tmp_path).breaches
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join(lines.values()).replace(b"shut", b"sold"))
    broken = {(one.article_id, one.kind) for one in evaluate_gold(system, gold(), corpus=tmp_path).breaches}
    assert broken == {("old", "provenance"), ("old", "quote integrity")}


def test_lines_have_ids_as_ingest_gives_them(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    rows = [{"text": "x \ud800 y"}, {"_id": "b/c#1", "text": "z"}, {"id": "d"}, []]
    (tmp_path / "a" / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    files = SourceFiles(tmp_path)
    assert [files.find(name, "").text for name in ("a/rows/1", "b/c#1")] == ["x \ufffd y", "z"]  # type: ignore[union-attr]
    assert files.find("d", "") is None


def test_a_citation_rests_on_evidence_of_which_it_holds_half() -> None:
    group = (evidence("old", "The mill was shut in 2015."),)  # [0, 26)
    for words, expected in {
        "was shut in 2015. Talks began in": True,  # holds 17 of 26
        "2015. Talks began in May.": False,  # holds 5
        "The mill was ": True,  # just half of it
        "The mill was": False,  # words cut out of it
        "Talks began in May.": False,
    }.items():
        assert rests_on(citation("old", words), group) is expected, words
    assert not rests_on(citation("new", "The mill will open again."), group)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whole_sentences_of_longer_evidence_rest_on_it_and_words_cut_out_of_one_do_not(
    data: st.DataObject,
) -> None:
    """Also in a copy: evidence may be several sentences, of which each is a quote of it."""
    sentences = [
        "Talks began.",
        "The price of “steel” rose.",
        "Nobody knew why (yet).",
        "Rain fell for a week!",
    ]
    text = " ".join(sentences)
    one = Evidence("x", 7, 7 + len(text), text)
    starts = [text.index(sentence) for sentence in sentences]
    ends = [start + len(sentence) for start, sentence in zip(starts, sentences, strict=True)]
    start, end = sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=2, max_size=2)))
    if data.draw(st.booleans()):
        start, end = data.draw(st.sampled_from([(a, b) for a in starts for b in ends if a < b]))
    words = text[start:end]
    whole = (start in starts and end in ends) or 2 * (end - start) >= len(text)
    if words != words.strip():
        return  # a space more or less is no other quote
    own = Citation(1, card("x"), 7 + start, 7 + end, words, Scores())
    assert rests_on(own, (one,)) is whole
    assert rests_on(dataclasses.replace(own, card=card("wire"), start=0, end=len(words)), (one,)) is whole


@given(
    needed=st.integers(1, 400),
    before=st.integers(0, 2000),
    behind=st.integers(0, 2000),
)
def test_a_citation_in_which_evidence_would_have_to_be_looked_for_does_not_rest_on_it(
    needed: int, before: int, behind: int
) -> None:
    """A whole article as a quote holds everything, and shows nothing."""
    one = Evidence("x", before, before + needed, "a" * needed)
    length = before + needed + behind
    whole = Citation(1, card("x"), 0, length, "a" * length, Scores())
    assert rests_on(whole, (one,)) is (length <= max(600, 4 * needed))


def copied(words: str, *, also_in: tuple[str, ...] = ("new",)) -> Citation:
    """A quote of another article than that of the evidence."""
    return Citation(1, card("wire"), 4, 4 + len(words), words, Scores(), also_in=also_in)


@pytest.mark.parametrize(
    ("words", "rests"),
    [
        ("Talks were resumed on Monday.", True),
        ("(AP) Talks were\nresumed on Monday. Rain fell.", True),
        ("were resumed on Monday", True),  # more than half of it
        ("on Monday.", False),  # less
        ("Talks had resumed on Monday.", True),
        ("Rain is expected in the hills.", False),
        ("Talks were resumed on Monday." + " More." * 200, False),
    ],
)
def test_a_copy_of_the_evidence_is_rested_on_by_its_words(words: str, rests: bool) -> None:
    """Its very words by themselves, whether or not the citation says whose they are as well."""
    group = (evidence("new", "Talks were resumed on Monday."),)
    assert rests_on(copied(words, also_in=()), group) is rests
    assert rests_on(copied(words, also_in=("old",)), group) is rests
    assert rests_on(copied(words), group) is rests


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("The mill will open, again. Talks were resumed, on Monday.", True),  # six of ten words, by threes
        ("The mill will reopen. Talks were begun anew on Monday.", False),  # three of ten
        ("On Monday it was again the mill that will be open", False),  # as many in no order
    ],
)
def test_an_edited_copy_is_rested_on_where_it_is_said_to_be_one(words: str, named: bool) -> None:
    group = (evidence("new", "The mill will open again. Talks were resumed on Monday."),)
    assert not rests_on(copied(words, also_in=()), group)
    assert rests_on(copied(words), group) is named


def test_a_copy_that_came_to_the_archive_changes_no_score() -> None:
    """The earliest of them stands for the others, in passages and in quotes, whatever its id and its date."""
    archive = Archive({**TEXTS, "wire": TEXTS["new"]})
    words, whole = "Talks were resumed on Monday.", TEXTS["new"]
    wire = dataclasses.replace(
        card("wire"), article_sha256=archive.article("wire").sha256, published=Published()
    )
    start = whole.index(words)
    quoted = Citation(1, wire, start, start + len(words), words, Scores(), also_in=("new",))
    found = Passage(wire, 0, len(whole), whole, Scores())
    before, after = perfect(), perfect()
    after.index = archive
    began = citation("old", "Talks began in May.")
    after.answers = {
        **before.answers,
        "What of the talks?": answer(quoted),
        "How went it?": answer(began, dataclasses.replace(quoted, number=2)),
    }
    after.rankings = {
        name: tuple(found if one.card.article_id == "new" else one for one in passages)
        for name, passages in before.rankings.items()
    }
    then, now = (evaluate_gold(system, gold()) for system in (before, after))
    assert not now.breaches
    assert [one.scores for one in now.results] == [one.scores for one in then.results]


def test_an_article_with_the_same_words_is_no_copy_unless_it_is_said_to_be() -> None:
    """What repeats a sentence may be older, and no newest article."""
    repeated = copied("Talks were resumed on Monday.", also_in=())
    status = next(one for one in gold() if one.id == "s")
    assert scored(status, repeated)["citation_recall"] == 1
    assert scored(status, repeated)["recency@1"] == 0


def test_which_quote_stands_first_is_measured() -> None:
    shut, stray = citation("old", "The mill was shut in 2015."), citation("other", "Rain is expected")
    for citations, first in (((shut, stray), 1), ((stray, shut), 0), ((), 0)):
        assert scored(gold()[0], *citations)["citation_precision@1"] == first


def test_the_text_of_an_answer_is_held_against_its_citations() -> None:
    """Other words, quotes in another order or under other numbers, no words, and words of an abstention."""
    shut, stray = citation("old", "The mill was shut in 2015."), citation("other", "Rain is expected")
    right = answer(shut, dataclasses.replace(stray, number=2))
    assert right.answer is not None
    for said, at in (
        (dataclasses.replace(right, answer="“The mill was sold.” [1]"), 15),
        (dataclasses.replace(right, answer=right.answer.replace("[2]", "[1]")), 53),
        (dataclasses.replace(right, citations=tuple(reversed(right.citations))), 1),
        (dataclasses.replace(right, answer=None), 0),
        (dataclasses.replace(right, abstained=True), 0),
        (dataclasses.replace(right, citations=()), 0),
        (dataclasses.replace(right, citations=(), answer=None), 0),
        (dataclasses.replace(answer(), answer="No."), 0),
    ):
        system = perfect()
        system.answers = {**system.answers, "When was it shut?": said}
        (breach,) = evaluate_gold(system, gold()).breaches
        assert (breach.question_id, breach.kind, breach.where) == (
            "f",
            "quote integrity",
            f"the answer [{at}, {len(said.answer or '')})",
        )


@pytest.mark.parametrize(
    "change",
    [{"title": "x"}, {"source": "x"}, {"url": "x:y"}, {"published": Published("2024", "year", "text")}],
)
def test_what_is_shown_of_an_article_is_held_against_it(change: dict[str, Any]) -> None:
    good = citation("old", "The mill was shut in 2015.")
    system = perfect()
    altered = dataclasses.replace(good, card=dataclasses.replace(good.card, **change))
    system.answers = {**system.answers, "When was it shut?": answer(altered)}
    assert [one.kind for one in evaluate_gold(system, gold()).breaches] == ["provenance"]


def test_words_of_a_citation_beside_its_quote_are_the_article_s_too() -> None:
    good = citation("old", "The mill was shut in 2015.")
    system, day = perfect(), dt.date(2015, 1, 1)
    for words, broken in (("2015", 0), ("2016", 2)):
        noticed = dataclasses.replace(
            good,
            dates=(ResolvedDate(21, 25, words, day, day, "day"),),
            notices=(Notice("correction", 21, 25, words),),
        )
        system.answers = {**system.answers, "When was it shut?": answer(noticed)}
        assert len(evaluate_gold(system, gold()).breaches) == broken


def test_recall_and_precision_of_citations_by_hand() -> None:
    system = perfect()
    stray = citation("other", "Rain is expected in the hills.")
    system.answers = {**system.answers, "How went it?": answer(citation("old", "Talks began in May."), stray)}
    (scores,) = (one.scores for one in evaluate_gold(system, gold()).results if one.id == "t")
    assert (scores["citation_recall"], scores["citation_precision"], scores["order"]) == (0.5, 0.5, 0)


def test_a_timeline_out_of_order_and_a_status_with_old_news_first_are_wrong() -> None:
    system = perfect()
    old, new = citation("old", "Talks began in May."), citation("new", "Talks were resumed on Monday.")
    system.answers = {
        **system.answers,
        "How went it?": answer(new, old),
        "What of the talks?": answer(old, new),
    }
    scores = values(evaluate_gold(system, gold()))
    assert scores["order"] == scores["recency@1"] == 0
    assert scores["citation_recall"] == 1


def timeline(**marks: tuple[tuple[str, str], ...] | None) -> GoldQuestion:
    return dataclasses.replace(next(one for one in gold() if one.id == "t"), **marks)


def scored(question: GoldQuestion, *citations: Citation) -> Mapping[str, float]:
    system = perfect()
    system.answers = {**system.answers, question.question: answer(*citations)}
    return evaluate_gold(system, (question,)).results[0].scores


def test_marks_are_scored_over_those_made_and_those_expected() -> None:
    old, new = citation("old", "Talks began in May."), citation("new", "Talks were resumed on Monday.")
    new = dataclasses.replace(new, number=2)
    superseded = dataclasses.replace(old, superseded_by=2)
    disputed = tuple(
        dataclasses.replace(one, contradicts=(Disagreement(other.number, "1", "2"),))
        for one, other in ((old, new), (new, old))
    )
    right = timeline(supersedes=(("new", "old"),), contradicts=())
    another = timeline(supersedes=(("new", "other"),), contradicts=())
    none = timeline(supersedes=(), contradicts=())
    for question, citations, precision, recall in (
        (right, (superseded, new), 1.0, 1.0),
        (right, (old, new), None, 0.0),
        (right, disputed, 0.0, 0.0),
        (another, (superseded, new), 0.0, 0.0),
        (none, (superseded, new), 0.0, None),
        (none, (old, new), None, None),
        (timeline(supersedes=(), contradicts=(("new", "old"),)), disputed, 1.0, 1.0),
        (timeline(), (superseded, new), None, None),
    ):
        scores = scored(question, *citations)
        assert scores.get("mark_precision") == precision
        assert scores.get("mark_recall") == recall
        judged = question.supersedes is not None and question.contradicts is not None
        assert scores.get("wrong_marks") == (float(precision == 0) if judged else None)


def test_a_failed_run_made_a_wrong_mark_and_none_that_is_right() -> None:
    question = timeline(supersedes=(("new", "old"),), contradicts=())
    scores = evaluate_gold(Scripted({}), (question,)).results[0].scores
    assert (scores["wrong_marks"], scores["mark_precision"], scores["mark_recall"]) == (1, 0, 0)


def test_stale_is_what_opens_with_an_older_article_that_answers() -> None:
    status = next(one for one in gold() if one.id == "s")
    both = (*status.evidence[0], evidence("old", "Talks began in May."))
    status = dataclasses.replace(status, evidence=(both,))
    old, new = citation("old", "Talks began in May."), citation("new", "Talks were resumed on Monday.")
    stray = citation("other", "Rain is expected in the hills.")
    for citations, stale in (((new, old), 0), ((old, new), 1), ((stray, old), 0), ((), 0)):
        assert scored(status, *citations)["stale_first"] == stale


def test_passages_are_ranked_by_evidence_groups() -> None:
    shut, began = evidence("old", "The mill was shut in 2015."), evidence("old", "Talks began in May.")
    resumed = evidence("new", "Talks were resumed on Monday.")
    both = passage("old", 0, 50)
    scores = score_passages(
        {
            "at once": (((shut,), (began,)), (both,)),
            "second": (((shut,), (resumed,)), (passage("other"), passage("old"), passage("old"))),
            "a third of it": (((resumed,),), (passage("new", 0, 35),)),
            "nothing": (((shut,),), ()),
        }
    )
    assert scores["at once"] == dict.fromkeys(["R@1", "R@2", "R@5", "R@10", "RR@10", "nDCG@10"], 1.0)
    ideal = 1 + 1 / math.log2(3)
    assert scores["second"] == pytest.approx(
        {"R@1": 0, "R@2": 0.5, "R@5": 0.5, "R@10": 0.5, "RR@10": 0.5, "nDCG@10": (1 / math.log2(3)) / ideal}
    )
    assert set(scores["a third of it"].values()) == set(scores["nothing"].values()) == {0.0}


@settings(max_examples=4, deadline=None)
@given(order=st.permutations(gold()))
def test_the_order_of_the_gold_changes_no_metric(order: list[GoldQuestion]) -> None:
    assert evaluate_gold(perfect(), order).metrics == evaluate_gold(perfect(), gold()).metrics


def test_the_json_has_the_contract_s_shape() -> None:
    report = json.loads(json.dumps(report_json(evaluate_gold(perfect(), gold())), allow_nan=False))
    assert report["dataset"] == "gold"
    assert report["queries"] == 5
    assert report["metrics"]["R@5"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 3}
    assert report["by_kind"]["near-miss"]["false_answers"]["value"] == 0


def test_progress_counts_every_question() -> None:
    seen: list[tuple[str, int, int]] = []
    evaluate_gold(perfect(), gold(), progress=lambda *step: seen.append(step))
    assert seen == [("questions", number, 5) for number in range(1, 6)]
