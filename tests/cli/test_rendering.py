"""What people read: quotes marked where they stand, nothing that acts on their terminal."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ABSTAINED, ANSWERED, BRIDGE, FOUND, PASSAGES, QUOTES, SCORES, STEEL_CARD, citation

from rag.answering.comparing import told_apart
from rag.answering.contract import answer_json
from rag.cli.marks import date_lines, days_words
from rag.cli.remedies import REMEDIES_IN_JSON
from rag.cli.rendering import mark, show_answer, show_search
from rag.cli.screen import Screen
from rag.cli.terminal import flat
from rag.serving.remedies import REMEDIES as HTTP_REMEDIES
from rag.types import (
    Answer,
    Citation,
    Contrary,
    Disagreement,
    Explanation,
    Hop,
    Intent,
    MomentPrecision,
    Notice,
    PartAsked,
    Passage,
    Remedy,
    ResolvedDate,
    Span,
    WidenedBy,
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(answer: Answer, *, stream: io.StringIO | None = None, explain: bool = False) -> str:
    stream = stream or io.StringIO()
    show_answer(answer, Screen(stream), explain=explain)
    return stream.getvalue()


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=4))
def test_marks_stand_around_the_spans_and_change_nothing_else(
    text: str, pairs: list[tuple[int, int]]
) -> None:
    text = text.replace("»", "").replace("«", "")
    spans = [tuple(sorted((min(start, len(text)), min(end, len(text))))) for start, end in pairs]
    marked = mark(text, spans, before=0, after=len(text), styled=False).plain  # type: ignore[arg-type]
    inside = outside = ""
    covered = {position for start, end in spans for position in range(start, end)}
    depth = 0
    for character in marked:
        if character in "»«":
            depth += 1 if character == "»" else -1
        elif depth:
            inside += character
        else:
            outside += character
    assert inside == flat("".join(text[place] for place in sorted(covered)))
    assert outside == flat("".join(text[place] for place in range(len(text)) if place not in covered))
    assert mark(text, spans, before=0, after=len(text), styled=True).plain == flat(text)  # type: ignore[arg-type]


@given(st.text())
def test_flat_text_keeps_its_length_and_cannot_act_on_a_terminal(text: str) -> None:
    assert len(flat(text)) == len(text)
    assert all(character >= " " and not "\x7f" <= character <= "\x9f" for character in flat(text))
    assert flat(flat(text)) == flat(text)


def test_a_pipe_gets_plain_text_with_every_quote_on_one_line() -> None:
    text = shown(ANSWERED)
    assert "\x1b" not in text
    for quote in QUOTES:
        assert f"»{quote.quote}«" in text
    assert "[1] Title of 2025/steel" in text
    assert "The Harbour Times · 12 Feb 2025 · date read from the text" in text
    assert "source unknown · undated · not before 7 Apr 2021" in text
    assert "also in 2025/other" in text
    assert "status · confidence 0.83 · as of 22 Nov 2026 · newer articles were preferred" in text
    assert "2 undated articles left out" in text


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        ("include undated", "--include-undated asks the undated too."),
        ("list sources", "`rag articles list` shows the source of each."),
        ("list ids", "`rag articles list` shows the id of each."),
        ("explain", "--explain says why."),
    ],
)
def test_what_may_be_done_is_told_as_a_command(remedy: Remedy, words: str) -> None:
    assert f"{ABSTAINED.message} {words}" in shown(replace(ABSTAINED, remedies=(remedy,)))


def test_what_is_explained_already_is_not_told_to_be_explained() -> None:
    answer = replace(ABSTAINED, remedies=("include undated", "explain"))
    assert "--explain says why." in shown(answer)
    text = shown(answer, explain=True)
    assert "--explain says why." not in text
    assert "--include-undated asks the undated too." in text


def test_each_remedy_has_words_at_each_edge() -> None:
    for remedy in get_args(Remedy):
        answer = replace(ABSTAINED, remedies=(remedy,))
        assert shown(answer) != shown(ABSTAINED)
        for words in (REMEDIES_IN_JSON, HTTP_REMEDIES):
            told = answer_json(answer, remedies=words)["message"]
            assert told == f"{ABSTAINED.message} {words[remedy]}"
        assert answer_json(answer)["message"] == ABSTAINED.message


@pytest.mark.parametrize("words", [None, "as of 22 November 2026"])
def test_an_as_of_in_the_question_is_told_as_what_leaves_out(words: str | None) -> None:
    explanation = replace(ANSWERED.explanation, as_of_words=words)
    text = shown(replace(ANSWERED, explanation=explanation), explain=True)
    assert ("as of 22 Nov 2026 by the question's own words, which leave out what is later" in text) == bool(
        words
    )
    assert ("what was published later, by “as of 22 November 2026” in the question" in text) == bool(words)
    stream = io.StringIO()
    show_search(replace(FOUND, explanation=explanation), Screen(stream), explain=False)
    assert ("“as of 22 November 2026” leaves out what is later" in stream.getvalue()) == bool(words)


@pytest.mark.parametrize(("met", "told"), [(None, False), (True, False), (False, True)])
def test_an_answer_says_that_no_quote_is_of_the_time_asked_about(met: bool | None, told: bool) -> None:
    answer = replace(ANSWERED, explanation=replace(ANSWERED.explanation, window_met=met))
    text = shown(answer)
    assert ("no quote is of the time asked about" in text) is told
    if told:  # before a quote is read in its article
        assert text.index("\nNote: no quote is of the time asked about\n") < text.index("[1] Title")


@pytest.mark.parametrize(
    ("window", "named"),
    [
        (("2024-07-03", "2024-07-03"), "3 Jul 2024"),
        (("2024-02-01", "2024-02-29"), "February 2024"),
        (("2024-01-01", "2024-12-31"), "2024"),
        *(
            (window, "the time asked about")
            for window in (
                (None, "2024-07-31"),
                ("2024-07-01", None),
                ("2024-07-01", "2024-07-30"),
                ("2024-07-02", "2024-07-31"),
                ("2024-07-01", "2024-08-31"),
                ("2023-01-01", "2024-12-31"),
                ("2023-07-01", "2024-07-31"),
            )
        ),
    ],
)
@given(of_time=st.tuples(*[st.sampled_from([None, True, False])] * len(QUOTES)))
def test_a_quote_that_is_not_of_the_time_asked_about_says_so_beside_its_source(
    window: tuple[str | None, str | None], named: str, of_time: tuple[bool | None, ...]
) -> None:
    explanation = replace(ANSWERED.explanation, window=window)
    quotes = tuple(replace(quote, of_time=one) for quote, one in zip(QUOTES, of_time, strict=True))
    text = shown(replace(ANSWERED, citations=quotes, explanation=explanation))
    for source, those in (("The Harbour Times", of_time[:2]), ("source unknown", of_time[2:])):
        [line] = [line for line in text.splitlines() if line.strip().startswith(source)]
        assert (f"not of {named}" in line.split(" · ")) is all(one is False for one in those)
        some = False in those and not all(one is False for one in those)
        assert (f"1 of 2 quotes not of {named}" in line.split(" · ")) is some
        assert ("not of" in line) is (False in those)


def test_a_time_that_two_quotes_name_is_resolved_once() -> None:
    days = (dt.date(2024, 11, 19), dt.date(2024, 11, 19), "day")
    said = (
        ResolvedDate(0, 5, "today", *days),
        ResolvedDate(90, 95, "today", *days),
        ResolvedDate(8, 13, "Today", *days),
    )
    other = ResolvedDate(40, 49, "on Monday", dt.date(2024, 11, 18), dt.date(2024, 11, 18), "day")
    quotes = (replace(QUOTES[0], dates=(*said, other)), replace(QUOTES[1], dates=said))
    assert list(date_lines(quotes)) == ["today: 19 Nov 2024", "on Monday: 18 Nov 2024"]


@given(st.floats(0, 1), st.floats(0, 1))
def test_two_numbers_compare_as_they_are_shown(one: float, other: float) -> None:
    """ "Confidence 0.35, and an answer needs 0.35" explains nothing."""
    for first, second in ((one, other), (round(one, 3), round(one, 3) + 0.001), (0.348, 0.35), (0.35, 0.35)):
        told = tuple(map(float, told_apart(first, second)))
        assert (told[0] < told[1], told[0] == told[1]) == (first < second, first == second)
        assert abs(told[0] - first) <= 0.006
    # In no more places than that takes.
    assert told_apart(0.348, 0.35) == ("0.348", "0.350") and told_apart(0.21, 0.35) == ("0.21", "0.35")


def test_what_was_meant_stands_where_it_is_seen() -> None:
    meant = replace(ANSWERED, did_you_mean="what of the\x1b[2J mills")
    offered = "Did you mean “what of the�[2J mills”?"
    assert shown(meant).index("[1] Title") < shown(meant).index(offered)
    abstained = replace(ABSTAINED, did_you_mean=meant.did_you_mean)
    assert shown(abstained).index(offered) < shown(abstained).index("The nearest passages")
    assert "Did you mean" not in shown(ANSWERED) + shown(ABSTAINED)


@pytest.mark.parametrize(
    ("names", "numbers", "told"),
    [
        ((), (), []),
        (("Karachi", "China"), (), ["no quote names Karachi or China"]),
        ((), ("40", "4.5 million"), ["no quote has 40 or 4.5 million"]),
        (("China\x1b[2J",), ("40",), ["no quote names China�[2J", "no quote has 40"]),
    ],
)
def test_an_answer_says_what_of_the_question_no_quote_has(
    names: tuple[str, ...], numbers: tuple[str, ...], told: list[str]
) -> None:
    explanation = replace(
        ANSWERED.explanation, names_unquoted=names, numbers_unquoted=numbers, missing=("Not this",)
    )
    text = shown(replace(ANSWERED, explanation=explanation))
    notes = [line.removeprefix("Note: ") for line in text.splitlines() if line.startswith("Note: ")]
    assert notes == told
    if told:
        assert text.index("\nNote: ") < text.index("[1] Title")


def test_another_article_is_told_beside_the_quotes_that_it_has_and_no_others() -> None:
    first, second, _ = QUOTES
    lines = shown(replace(ANSWERED, citations=(first, replace(second, also_in=("2025/other",))))).splitlines()
    [place] = [line for line in lines if "characters" in line and f"{first.start}–{first.end}" in line]
    assert f"{second.start}–{second.end} (also in 2025/other)" in place
    assert f"{first.start}–{first.end}, " in place


def test_quotes_of_one_article_are_told_apart_and_stand_in_its_order() -> None:
    first, second, other = QUOTES
    text = shown(replace(ANSWERED, answer=joined((second, other, first)), citations=(second, other, first)))
    assert text.startswith(f"“{second.quote}” [1a] “{other.quote}” [2] “{first.quote}” [1b]\n")
    assert f"characters [1b] {first.start}–{first.end}, [1a] {second.start}–{second.end}" in text
    assert text.index(f"»{first.quote}«") < text.index(f"»{second.quote}«")
    assert f"characters {other.start}–{other.end}" in text
    # What is no mere sequence of the quotes is told as it is.
    assert shown(replace(ANSWERED, answer="The talks resumed [1].")).startswith("The talks resumed [1].\n")


def joined(citations: Sequence[Citation]) -> str:
    return " ".join(f"“{one.quote}” [{one.number}]" for one in citations)


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("It is done.", "“It is done.”"),
        ("“It is done,” he said.", "‘“It is done,” he said.’"),
        ('She called it "done"', '‘She called it "done"’'),
        ("It is “done” now.", "“It is “done” now.”"),
    ],
)
def test_no_mark_stands_twice_around_a_quote_and_none_of_its_characters_changes(
    quote: str, told: str
) -> None:
    one = replace(QUOTES[2], quote=quote, end=QUOTES[2].start + len(quote))
    text = shown(replace(ANSWERED, answer=joined([one]), citations=(one,), passages=()))
    assert text.startswith(f"{told} [2]\n")
    assert f"»{quote}«" in text


def test_an_excerpt_says_that_text_stands_before_it_and_none_is_shown_twice() -> None:
    """Passages overlap, and the best may be the later one."""
    text = (
        "Harbour news. " * 30
        + "The pier fell. "
        + "Waves rose. " * 60
        + "The mole held. "
        + "Gulls sang. " * 40
    )
    of = replace(STEEL_CARD, title="Harbour")
    late = text.index("Waves")
    passages = (
        Passage(of, late, len(text), text[late:], SCORES),
        Passage(of, 100, late + 200, text[100 : late + 200], SCORES),
    )
    cited = (citation(1, of, text, "The mole held."), citation(1, of, text, "The pier fell."))
    lines = shown(replace(ANSWERED, answer=joined(cited), citations=cited, passages=passages)).splitlines()
    pier, mole = (next(line for line in lines if f"»{one.quote}«" in line).strip() for one in cited[::-1])
    assert lines.index(f"    {pier}") < lines.index(f"    {mole}")
    assert pier.startswith("… ") and mole.startswith("… ") and mole.endswith(" …")
    # What begins with a sentence is no beginning of its article, unless only a headline is left out.
    for offset, opens in ((len(of.title) + 2, True), (len(of.title) + 9, False)):
        at = Passage(of, offset, offset + 14, "The pier fell.", SCORES)
        quote = replace(cited[1], start=offset, end=offset + 14)
        told = shown(replace(ANSWERED, answer="", citations=(quote,), passages=(at,)))
        assert ("    »The pier fell.«" in told) is opens and ("    … »The pier fell.«" in told) is not opens


@given(
    spans=st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), min_size=1, max_size=4),
    cuts=st.lists(st.tuples(st.integers(0, 50), st.integers(5, 60)), max_size=3),
)
def test_every_quote_is_marked_once_and_no_word_of_the_article_is_shown_twice(
    spans: list[tuple[int, int]], cuts: list[tuple[int, int]]
) -> None:
    words = [f"w{number:02}" for number in range(80)]
    text, places = " ".join(words), [4 * number for number in range(81)]
    ends, cited = 0, []
    for place, count in sorted(spans):
        first = max(place, ends)
        ends = min(80, first + count)
        if first < ends:
            quote = text[places[first] : places[ends] - 1]
            cited.append(Citation(1, STEEL_CARD, places[first], places[ends] - 1, quote, SCORES))
    passages = tuple(
        Passage(
            STEEL_CARD,
            places[first],
            places[min(80, first + count)] - 1,
            " ".join(words[first : first + count]),
            SCORES,
        )
        for first, count in cuts
    )
    told = shown(replace(ANSWERED, answer="", citations=tuple(cited[::-1]), passages=passages))
    assert re.findall(r"»(.*?)«", told) == [one.quote for one in cited]
    found = re.findall(r"\bw\d\d\b", told)
    assert found == sorted(set(found))


def test_the_nearest_passages_name_their_address() -> None:
    url = "https://harbour.example/steel"
    passages = (replace(PASSAGES[0], card=replace(PASSAGES[0].card, url=url)), PASSAGES[1])
    lines = shown(replace(ABSTAINED, passages=passages)).splitlines()
    assert f"    2025/steel, characters 0–{len(PASSAGES[0].text)} · {url}" in lines
    stream = io.StringIO()
    show_search(replace(FOUND, passages=passages), Screen(stream), explain=False)
    assert f"characters 0–{len(PASSAGES[0].text)} · {url}" in stream.getvalue()


def test_times_and_marks_stand_beside_the_source_and_never_inside_a_quote() -> None:
    first, _, other = QUOTES
    week = ResolvedDate(0, 9, "this week", dt.date(2024, 11, 11), dt.date(2024, 11, 17), "week")
    cited = (
        replace(first, dates=(week,), superseded_by=2, contradicts=(Disagreement(2, "46 %", "52 percent"),)),
        replace(other, contradicts=(Disagreement(1, "52 percent", "46 %"),)),
    )
    lines = shown(replace(ANSWERED, citations=cited)).splitlines()
    [source] = [line for line in lines if "The Harbour Times" in line]
    assert source.endswith("superseded by [2] · this week: 11–17 Nov 2024, Monday to Sunday")
    assert lines.count("Figures differ: [1] says 46 %, [2] says 52 percent") == 1
    assert any(f"»{first.quote}«" in line for line in lines)


def test_what_an_article_says_of_its_mistakes_is_told_once_above_its_quotes() -> None:
    first, second, other = QUOTES
    notice = Notice("correction", 900, 950, "Correction: An earlier version\nof this story misstated it.")
    cited = (replace(first, notices=(notice,)), replace(second, notices=(notice,)), other)
    lines = shown(replace(ANSWERED, citations=cited)).splitlines()
    told = "Correction in the article: “Correction: An earlier version of this story misstated it.”"
    [place] = [number for number, line in enumerate(lines) if line.strip() == told]
    assert "The Harbour Times" in lines[place - 1]
    assert f"»{first.quote}«" in lines[place + 1]


@pytest.mark.parametrize(
    ("first", "last", "precision", "words"),
    [
        ("2025-02-11", "2025-02-11", "day", "11 Feb 2025"),
        ("2024-11-11", "2024-11-17", "week", "11–17 Nov 2024, Monday to Sunday"),
        ("2024-10-28", "2024-11-03", "week", "28 Oct – 3 Nov 2024, Monday to Sunday"),
        ("2024-12-30", "2025-01-05", "week", "30 Dec 2024 – 5 Jan 2025, Monday to Sunday"),
        ("2023-06-10", "2023-06-11", "weekend", "10–11 Jun 2023, Saturday and Sunday"),
        ("2023-04-01", "2023-04-30", "month", "Apr 2023"),
        ("2023-01-01", "2023-12-31", "year", "2023"),
    ],
)
def test_days_in_words(first: str, last: str, precision: MomentPrecision, words: str) -> None:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert days_words(ResolvedDate(0, 1, "x", *days, precision)) == words


def test_a_terminal_gets_styles_instead_of_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    text = shown(ANSWERED, stream=Terminal())
    assert "\x1b[1;4m" in text  # bold and underlined
    assert "»" not in text


def test_no_color_is_respected_and_quotes_stay_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    text = shown(ANSWERED, stream=Terminal())
    assert "\x1b[36m" not in text
    assert "»" in text


def test_an_article_cannot_act_on_the_terminal() -> None:
    hostile = "\x1b]0;title\x07 The \x1b[2Jbridge\r\nreopens \udcff."
    card = replace(PASSAGES[1].card, title=hostile, source=hostile, article_id=hostile, url=hostile)
    citation = replace(QUOTES[2], card=card, quote=hostile, start=0, end=len(hostile))
    passage = replace(PASSAGES[1], card=card, text=hostile, start=0, end=len(hostile))
    answer = replace(ANSWERED, answer=hostile, citations=(citation,), passages=(passage,))
    text = shown(answer, explain=True)
    assert "\x1b" not in text
    assert "\udcff" not in text


def test_a_quote_outside_the_passages_is_shown_all_the_same() -> None:
    text = shown(replace(ANSWERED, passages=()))
    assert all(f"»{quote.quote}«" in text for quote in QUOTES)


def test_a_long_passage_is_shown_around_its_quotes_only() -> None:
    filler = "word " * 500
    start = len(filler)
    passage = replace(PASSAGES[1], text=filler + BRIDGE + " " + filler, end=2 * start + len(BRIDGE) + 1)
    quote = replace(QUOTES[2], start=start, end=start + len(QUOTES[2].quote))
    text = shown(replace(ANSWERED, answer="", citations=(quote,), passages=(passage,)))
    assert "… word word" in text and f"»{quote.quote}« Repairs" in text
    assert len(text) < 1500


def test_an_abstention_gives_the_reason_and_the_nearest_passages_apart() -> None:
    text = shown(ABSTAINED)
    assert text.startswith("No answer: The articles do not say what the mill costs.")
    assert text.index("nearest passages") < text.index("Title of 2025/steel")
    assert "»" not in text


@pytest.mark.parametrize("length", [1, 400], ids=["a short sentence", "one longer than what is shown"])
def test_of_a_passage_beside_an_abstention_its_nearest_sentence_is_shown_whole(length: int) -> None:
    filler, sentence = "word " * 500, "It may " + "well " * length + "reopen."
    passage = replace(PASSAGES[1], text=f"{filler}{sentence} {filler}", start=100, end=100 + 2 * len(filler))
    near = replace(passage, nearest=Span(100 + len(filler), 100 + len(filler) + len(sentence)))
    text = " ".join(shown(replace(ABSTAINED, passages=(near,))).split())
    assert f"… {sentence} " in text and "word It may" not in text
    assert len(text) < 1000 + len(sentence)
    plain = " ".join(shown(replace(ABSTAINED, passages=(passage,))).split())
    assert "It may" not in plain and "word word" in plain


PARTS = (
    PartAsked("Who leads the mill?", "Who leads the mill?", 0.81, True),
    PartAsked(
        "Where is it?",
        "Who leads the mill? Where is it?",
        0.12,
        False,
        contrary=Contrary("2025", "2023-02-12", "published"),
    ),
    PartAsked("What does it cost?", "Who leads the mill? What does it cost?", 0.61, True),
)


def test_of_several_questions_each_stands_above_what_answers_it() -> None:
    answers = [(1,), (3,), (1, 3)]
    cited = [replace(one, answers=given) for one, given in zip(ANSWERED.citations, answers, strict=True)]
    answer = replace(ANSWERED, citations=tuple(cited), explanation=replace(ANSWERED.explanation, parts=PARTS))
    text = shown(answer)
    places = [text.index(part.question) for part in PARTS]
    assert places == sorted(places) and places[-1] < text.index("[1] Title")
    first, second, third = cited
    leads, where, costs = (
        text[start:end] for start, end in zip(places, [*places[1:], text.index("[1] Title")], strict=True)
    )
    assert first.quote in leads and third.quote in leads and second.quote not in leads
    assert "Nothing answers this surely enough: confidence 0.12." in where
    assert "The evidence is of 2023-02-12, before “2025”." in " ".join(where.split())
    assert second.quote in costs and third.quote in costs and first.quote not in costs
    explained = " ".join(shown(answer, explain=True).split())
    assert "“Who leads the mill?”: answered, confidence 0.81" in explained
    assert "“Who leads the mill? Where is it?”: not answered, confidence 0.12" in explained


def test_an_abstention_tells_which_questions_it_is_of() -> None:
    text = shown(replace(ABSTAINED, explanation=replace(ABSTAINED.explanation, parts=PARTS)))
    assert "It was asked as “Who leads the mill?”, “Where is it?” and “What does it cost?”." in text
    assert "asked as" not in shown(ABSTAINED)


def test_explain_shows_every_score_part() -> None:
    text = shown(ANSWERED, explain=True)
    for word in ("dense", "lexical", "fused", "rerank", "time", "0.710", "4.100", "window", "generation"):
        assert word in text


def test_explain_calls_what_time_added_what_it_is_and_says_by_what_it_sorts() -> None:
    """A number that is for being of the time asked about is no recency, and claims no more than a bonus."""
    scores = replace(ANSWERED.passages[0].scores, recency=0.2)
    explained = replace(ANSWERED.explanation, recency_applied=False, window=("2024-01-01", "2024-12-31"))
    timely = replace(
        ANSWERED, passages=(replace(ANSWERED.passages[0], scores=scores),), explanation=explained
    )
    text = shown(timely, explain=True)
    assert "recency" not in text and "preferred" not in text
    assert re.search(
        r"^time +a bounded bonus .* published in the window or names a time of it$", text, re.MULTILINE
    )
    assert "best first: by rerank and fused together and time added." in text
    text = shown(ANSWERED, explain=True)
    assert re.search(r"^time +newer articles were preferred", text, re.MULTILINE)
    assert "best first: by rerank and fused together." in text
    plain = replace(ANSWERED, explanation=replace(ANSWERED.explanation, recency_applied=False))
    assert re.search(r"^time +nothing was added", shown(plain, explain=True), re.MULTILINE)
    fused = replace(
        plain, passages=(replace(plain.passages[0], scores=replace(scores, rerank=None, hop=1.0)),)
    )
    assert "by fused and time added; one with a hop" in shown(fused, explain=True)


def test_explain_says_what_was_too_early_and_of_which_time_a_thing_is() -> None:
    plain = replace(ANSWERED.explanation, recency_applied=False, happened=("2025",))
    text = shown(replace(ANSWERED, explanation=plain), explain=True)
    assert re.search(r"^window +none; of time the question says “2025”$", text, re.MULTILINE)
    assert re.search(
        r"^time +less for what was published before “2025” and cannot tell it$", text, re.MULTILINE
    )


def test_explain_says_which_other_forms_were_looked_for_and_who_told_them() -> None:
    told = WidenedBy("KSB", "Karachi Steel \x1b[2JBoard", "abbreviation", "2025/steel")
    explanation = replace(ANSWERED.explanation, aliases=(told, replace(told, asked="the mill")))
    text = shown(replace(ANSWERED, explanation=explanation), explain=True)
    assert "KSB: also Karachi Steel" in text and "(abbreviation in 2025/steel); the mill: also" in text
    assert "\x1b" not in text
    assert re.search(r"^aliases +none$", shown(ANSWERED, explain=True), re.MULTILINE)


def test_explain_says_in_words_why_nothing_was_answered() -> None:
    explanation = replace(ABSTAINED.explanation, relevance=-1.34, missing=("India",), abstain_below=0.35)
    text = shown(replace(ABSTAINED, confidence=0.21, explanation=explanation), explain=True)
    assert "by relevance (-1.3) the best evidence answers less likely than not; it lacks India" in text
    assert "0.21 is below the 0.35 that is needed" in text
    assert "at or above the 0.35" in shown(
        replace(ABSTAINED, confidence=0.35, explanation=explanation), explain=True
    )
    nothing = replace(ABSTAINED, explanation=replace(explanation, relevance=None))
    assert "nothing was found that could be quoted" in shown(nothing, explain=True)


@pytest.mark.parametrize("intent", ["fact", "status", "timeline"])
def test_explain_says_what_kind_of_question_it_was_taken_for(intent: Intent) -> None:
    assert re.search(
        rf"^asked for +a {intent}", shown(replace(ANSWERED, intent=intent), explain=True), re.MULTILINE
    )


def test_explain_sets_the_words_of_the_time_apart_from_those_that_ask_for_a_form() -> None:
    explanation = replace(
        ANSWERED.explanation,
        window=("2024-01-01", None),
        time_words=("since 2024",),
        form_words=("How did\x1b[2J prices develop",),
    )
    text = shown(replace(ANSWERED, intent="timeline", explanation=explanation), explain=True)
    assert re.search(r"^asked for +a timeline: .*; from “How did.* prices develop”$", text, re.MULTILINE)
    assert re.search(r"^window +2024-01-01 to the end, from “since 2024”$", text, re.MULTILINE)
    assert "\x1b" not in text


def test_explain_says_which_name_led_where() -> None:
    hops = (Hop("Petter Naess", "films/aldri", "bridge"), Hop("Oslo", "films/aldri", "places/\x1b[2Joslo"))
    explanation = replace(ANSWERED.explanation, hops=hops)
    text = shown(replace(ANSWERED, explanation=explanation), explain=True)
    assert re.search(
        r"^hops +Petter Naess, named in films/aldri, led to bridge; 1 other led to nothing that is quoted$",
        text,
        re.MULTILINE,
    )
    stands_for = "the director of\x1b[2J Aldri"
    told = replace(ANSWERED.explanation, hops=(replace(hops[0], stands_for=stands_for),))
    text = shown(replace(ANSWERED, explanation=told), explain=True)
    assert re.search(
        r"^hops +Petter Naess, named in films/aldri, for “the director of.* Aldri” led to", text, re.M
    )
    assert "\x1b" not in text
    # Where the passages are shown, so is what led to them.
    text = shown(replace(ABSTAINED, explanation=explanation), explain=True)
    assert "led to bridge; Oslo, named in films/aldri, led to places/" in text
    assert "\x1b" not in text
    assert re.search(r"^hops +none$", shown(ANSWERED, explain=True), re.MULTILINE)


def test_explain_says_which_copies_made_way() -> None:
    copies = {f"evening/{number}\x1b[2J": "2025/steel" for number in range(7)}
    explanation = replace(ANSWERED.explanation, collapsed=copies)
    text = shown(replace(ANSWERED, explanation=explanation), explain=True)
    assert re.search(r"^copies +7 collapsed: evening/0.* of 2025/steel, .* and 2 more$", text, re.MULTILINE)
    assert "\x1b" not in text
    assert re.search(r"^copies +none found$", shown(ANSWERED, explain=True), re.MULTILINE)


def test_search_numbers_whole_passages() -> None:
    stream = io.StringIO()
    show_search(FOUND, Screen(stream), explain=False)
    assert "1. Title of 2025/steel" in stream.getvalue()
    assert all(passage.text in stream.getvalue() for passage in PASSAGES)
    stream = io.StringIO()
    empty = replace(FOUND, passages=(), explanation=Explanation())
    show_search(empty, Screen(stream), explain=True)
    assert "No passage: nothing matches." in stream.getvalue()


@pytest.mark.parametrize("name", ["000_ea774cef695edb80", "archive/2024/" + "x" * 90])
def test_a_table_fits_a_terminal_and_no_cell_is_cut(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    cells = [name, "12 February 2025", "q" * 40, "en", "words " * 12]
    Screen(terminal).table(["id", "published", "source", "language", "title"], [cells])
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line) for line in terminal.getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    assert (name in lines[1]) == (len(name) <= 40)
    printed = "".join(lines[1:])
    assert all(printed.count(letter) == "".join(cells).count(letter) for letter in "xq0w")
