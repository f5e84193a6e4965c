"""What an article says of its own mistakes is told, word for word; what it says of anything else is not."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from archives import answering, record
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.contract import citation_json
from rag.answering.english.notices import is_note, notices_in
from rag.types import Filters, Span

CORRECTIONS = [
    "Correction: An earlier version of this article misstated the height of the dam. It is 40 metres.",
    "CORRECTION: A previous version of the story named the wrong minister.",
    "*Correction (6 May 2023): The caption gave an incorrect year.",
    "Corrections & clarifications: This report misidentified the speaker, who was Ivo Lund.",
    "Clarification: The headline of this story has been changed, as it was mistaken.",
    "Earlier versions of this list misspelled the name of Ivo Lund.",
    "An earlier version of this article said wrongly that the ferry sank.",
    "(A previous version of this story gave an incorrect toll. It is 12.)",
    "This article was amended on 6 May 2023. The ferry did not sink.",
    "• This article was amended on 6 May 2023 to correct the toll.",
    "Editor’s note: This story has been corrected to say that 12 people died.",
    "This story has been updated to correct the name of the port.",
    "This post was edited on Monday after an earlier version named the wrong port.",
    "(Corrects paragraph 3 to say that 12 people died, not 21.)",
    "(Adds quotes, corrects the toll in paragraph 2)",
    "This article was amended on May 6, 2023 after a complaint.",
    "A correction has been made to this article.",
    "This story has been updated as the original misnamed Ivo Lund.",
    "Correction: An earlier version of this article said the profit rose 21 percent. It rose 12 percent.",
    "Clarification: This story gave the toll of the first day alone.",
    "Correction, 6 May 2023: In our report the ferry was called a barge.",
    "An earlier version of this story said that the ferry sank. It did not.",
    "This article originally stated that the dam is 50 metres high.",
    "(This Nov. 12 story has been corrected to change the toll in paragraph 3)",
]
RETRACTIONS = [
    "Retraction: the Port Gazette takes back its report on Mira Dahl.",
    "This article has been retracted.",
    "We have withdrawn this story, as its source could not be confirmed.",
    "Editor’s note: This report was withdrawn, as its author had made it up.",
    "This story has been removed because it did not meet our editorial standards.",
]
OTHERS = [
    "This story has been updated with more places.",
    "A version of this story appeared in our newsletter in May.",
    "An earlier version of this story was published in May.",
    "An earlier version of the bill was wrong on taxes, the minister said.",
    "An earlier version of this law was wrong on taxes.",
    "The index fell into a correction: a drop of ten percent.",
    "The Department of Correction said that this story was incorrect.",
    "Correction officers found an error in the list.",
    "This Article was amended in 2015, by the nineteenth amendment.",
    "The court said that the report has been withdrawn.",
    "Dominion asked for a retraction of the story.",
    "The ministry issued a clarification on a newspaper article.",
    "Editor’s note: Norman Lund is a former judge.",
    "He corrected himself: the toll was 12.",
    "The minister said: “This article is wrong.”",
    "An earlier version of this story appeared in the Mississippi Free Press.",
    "An earlier version of this story was published by the Missouri Independent.",
    "The earlier version of the report by the auditor contained errors, the court heard.",
    "The original version of the video was wrongly attributed to the army, police said.",
    "The house said that this piece was withdrawn from the auction.",
    "The site says this video was withdrawn by its owner.",
    "The journal put a note on the study: “This article has been retracted.”",
    "“This article has been retracted,” says the page.",
    "The authors have retracted this article, the journal said.",
    "Correction: Wall Street falls as investors fear a policy mistake.",
    "Clarification - the minister said that the article was incorrect.",
    "This article was amended on 5 August 2019 by a presidential order.",
    "Missing in a previous edition of this race is the champion, whose mission failed.",
    "An earlier version of this law said that the dam is public.",
    "He said that an earlier version of this story said the opposite.",
    "This page originally hosted a video of the ferry.",
    "This video was removed from the site.",
    "Correction: this is how the markets call a fall of ten percent.",
    "The minister originally stated that the dam is safe.",
    "This report was deleted after the meeting, prosecutors told the court.",
    "This report was removed after pressure from the ministry, the activist said.",
    "This article was removed because of the rights of its owner.",
    "This story originally reported by the Tribune is republished here with permission.",
    "This article originally reported for the radio was translated by Ivo Lund.",
    "This page earlier described by critics as a hoax was shared widely.",
    "Correction: the chart every investor should see before the market opens.",
    "Clarification: the report of the committee is due on Friday, the minister said.",
    "The previous version of this chart listed as a classic hangs in the museum.",
]
PROSE = ["The ferry left the port at noon.", "Ivo Lund spoke. He was glad.", "“We are safe,” he said."]


@pytest.mark.parametrize("words", CORRECTIONS + RETRACTIONS)
@given(before=st.lists(st.sampled_from(PROSE)), behind=st.lists(st.sampled_from(PROSE)))
def test_what_an_article_says_of_its_mistakes_is_told_word_for_word(
    words: str, before: list[str], behind: list[str]
) -> None:
    text = "\n\n".join([*before, words, *behind])
    [notice] = notices_in(text, ())
    assert notice.words == text[notice.start : notice.end] == words
    assert notice.kind == ("retraction" if words in RETRACTIONS else "correction")
    assert text[: notice.start].count("\n\n") == len(before)


@pytest.mark.parametrize("words", OTHERS + PROSE)
def test_what_it_says_of_anything_else_is_not(words: str) -> None:
    assert notices_in("\n".join([*PROSE, words, *PROSE]), ()) == ()


def test_each_of_several_is_told_in_its_order() -> None:
    text = "\n".join([CORRECTIONS[7], PROSE[0], RETRACTIONS[1], PROSE[1], CORRECTIONS[0]])
    assert [one.words for one in notices_in(text, ())] == [CORRECTIONS[7], RETRACTIONS[1], CORRECTIONS[0]]


def test_a_column_of_corrections_speaks_of_other_articles() -> None:
    assert notices_in("\n".join(CORRECTIONS[:4]), ()) == ()


def test_a_notice_goes_on_where_its_line_is_wrapped() -> None:
    wrapped = "Correction: An earlier version of this article\nmisstated its height, which\nis 40 metres."
    [notice] = notices_in(f"{PROSE[0]}\n\n{wrapped}\n\n{PROSE[1]}", ())
    assert notice.words == wrapped


def test_in_a_text_of_one_line_its_sentence_is_told_and_what_is_right() -> None:
    prose = " ".join(f"The ferry left the port on day {day}." for day in range(30))
    wrong, right = "An earlier version of this story misstated the toll.", "It is 12."
    text = f"{prose} {wrong} {right} {prose}"
    sentences = [Span(match.start(), match.end()) for match in re.finditer(r"[A-Z][^.]*\.", text)]
    [notice] = notices_in(text, sentences)
    assert notice.words == f"{wrong} {right}"


def test_a_citation_tells_them_of_its_article_and_of_no_other(tmp_path: Path) -> None:
    told = record("told", f"The steel mills reopened in May.\n\n{CORRECTIONS[0]}", published="2023-05-06")
    plain = record("plain", "The steel mills closed in June.", published="2023-06-06")
    answer = answering(tmp_path, [told, plain]).ask("How did the steel mills do in 2023?")
    notices = {one.card.article_id: citation_json(one)["notices"] for one in answer.citations}
    start = told["text"].index(CORRECTIONS[0])
    assert notices == {
        "told": [
            {"kind": "correction", "start": start, "end": len(told["text"]), "words": CORRECTIONS[0]},
        ],
        "plain": [],
    }
    assert Span(start, len(told["text"])).of(told["text"]) == CORRECTIONS[0]


@pytest.mark.parametrize(
    ("words", "dated"),
    [
        ("This article was amended on 6 May 2023. The ferry did not sink.", True),
        ("Correction: In June 2023 an earlier version of this article was found to misstate the toll.", True),
        ("Correction: An earlier version of this article misstated the toll of 2022.", False),
    ],
)
def test_as_of_a_day_no_notice_is_told_that_names_a_later_one(
    tmp_path: Path, words: str, dated: bool
) -> None:
    text = f"The ferry sank off Lerwick.\n\n{words}"
    answerer = answering(tmp_path, [record("ferry", text, published="2023-01-03")])

    def told(as_of: dt.date | None) -> list[str]:
        answer = answerer.ask("did the ferry sink off Lerwick", filters=Filters(as_of=as_of))
        return [notice.words for notice in answer.citations[0].notices]

    assert told(dt.date(2023, 2, 1)) == ([] if dated else [words])
    assert told(dt.date(2023, 6, 30)) == told(None) == [words]


def test_a_line_without_a_full_stop_swallows_nothing_behind_it() -> None:
    notice, *others = notices_in("This article has been corrected\nShare this\nKARACHI: The ferry sank.", ())
    assert (notice.words, others) == ("This article has been corrected", [])


def test_a_notice_that_is_wrapped_within_its_first_words_is_whole() -> None:
    wrapped = "This notice is set in narrow lines. An earlier version of\nthis article misstated the toll."
    assert [one.words for one in notices_in(wrapped, ())] == [wrapped]


@pytest.mark.parametrize(
    "hostile",
    [
        "\n" * 300_000 + "correction",
        (" " * 50 + "\n") * 20_000 + "(corrects",
        "correction: we misstated x\n" * 40_000,
        "This article has been corrected\n" * 40_000,
        ("correction: " + "we " * 180 + "\n") * 2_000,
        "correction: " * 90_000,
        "this article " * 90_000 + "an earlier version of " * 40_000,
    ],
    ids=range(7),
)
def test_hostile_text_is_read_in_bounded_time(hostile: str) -> None:
    """A megabyte each: what is looked at together is a paragraph at most."""
    assert len(notices_in(hostile, ())) <= 3


@pytest.mark.parametrize(
    ("sentence", "note"),
    [
        ("Editor’s note: On Thursday morning, the mayor was cleared.", True),
        ("Editors' note - this page is old: see below.", True),
        ("Corrections & clarifications: the mayor was cleared.", True),
        ("Read our page on the flood.", True),
        # What an agency opens with is news.
        ("UPDATE: The toll of the flood rose to three.", False),
        ("Corrections officers told the court: he has fled.", False),
        ("Read on Monday, the verdict cleared the mayor.", False),
        ("For the latest on the flood, please see our live page.", True),
        ("Follow the money, the mayor said.", False),
        ("Notes of the editor were found.", False),
    ],
)
def test_a_note_is_known_by_how_it_opens(sentence: str, note: bool) -> None:
    assert is_note(sentence) is note
