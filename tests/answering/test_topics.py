"""Laws of the topic: the form asked for goes, what is asked about stays, and a fact is never touched."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.topics import topic_of
from rag.answering.understanding import understand
from rag.types import Intent


@pytest.mark.parametrize(
    ("question", "intent", "topic"),
    [
        ("what is the latest on the port strike", "status", "port strike"),
        ("What is the latest on US aid to Ukraine?", "status", "US aid to Ukraine"),
        ("How has US policy on Iran changed over time?", "timeline", "US policy on Iran"),
        ("What is the status of US-China trade talks?", "status", "US-China trade talks"),
        ("What is the status of IT exports?", "status", "IT exports"),
        ("latest on the ON Semiconductor deal", "status", "ON Semiconductor deal"),
        ("latest on the A to Z plan", "status", "A to Z plan"),
        ("tell us the latest on the port", "status", "port"),
        ("latest on Pakistan Today", "status", "Pakistan Today"),
        ("Any updates about the dam?", "status", "dam"),
        ("Where do things stand with the metro in Lahore?", "status", "metro in Lahore"),
        ("what's the current status of wheat imports", "status", "wheat imports"),
        ("How is the reform of the courts going?", "status", "reform of the courts"),
        ("How has the border dispute evolved over the years?", "timeline", "border dispute"),
        ("Timeline of the airport's construction", "timeline", "airport's construction"),
        ("history of the current account deficit", "timeline", "current account deficit"),
        ("What is the current refugee status of Khan?", "status", "refugee status of Khan"),
        ("Timeline of the special status of Kashmir", "timeline", "special status of Kashmir"),
        ("What is the status?", "status", "What is the status?"),
        ("what happened to US aid to Kenya", "status", "US aid to Kenya"),
        ("What has become of the port deal?", "status", "port deal"),
        ("what's going on with the teachers' strike", "status", "teachers' strike"),
        ("what's happening with the inquiry", "status", "inquiry"),
        ("where are we with the trade deal", "status", "trade deal"),
        ("How do things stand with the airport?", "status", "airport"),
        ("rice shortage update", "status", "rice shortage"),
        ("What's the latest on fake news about vaccines?", "status", "fake news about vaccines"),
        ("What is the current state of Windows 10 updates?", "status", "Windows 10 updates"),
        ("any news about the missing plane", "status", "missing plane"),
        ("is the exam still suspended", "status", "exam suspended"),
        ("Is Amal Vance still in remand?", "status", "Amal Vance in remand"),
        ("is the university strike over", "status", "university strike"),
        ("How did the strike end?", "status", "strike"),
        ("Is it over?", "status", "Is it over?"),
        ("How did the sale of the mills go?", "timeline", "sale of the mills"),
        ("How has the trial of the mayor proceeded", "timeline", "trial of the mayor"),
        ("How did the talks on coal play out?", "timeline", "talks on coal"),
        ("How had the vote on coal gone", "timeline", "vote on coal"),
        ("How did the fire at the mill happen?", "timeline", "fire at the mill"),
        ("How did the race for the port run?", "timeline", "race for the port"),
        ("How have the talks turned out?", "timeline", "talks"),
        ("Who chairs the latest council?", "fact", "Who chairs the latest council?"),
    ],
)
def test_the_words_that_ask_for_the_form_are_left_out(question: str, intent: Intent, topic: str) -> None:
    assert topic_of(question, intent) == topic


@pytest.mark.parametrize(
    ("question", "intent", "topic"),
    [
        ("How did fuel prices develop in 2024?", "timeline", "fuel prices"),
        ("How did fuel prices in 2024 develop?", "timeline", "fuel prices"),
        (
            "What is the latest on the talks since March 2024 between Oman and Iran?",
            "status",
            "talks between Oman and Iran",
        ),
        ("What was the status of the dam in May 2021, and of the port?", "status", "dam , and of the port"),
        ("Timeline of the March 2024 floods", "timeline", "March 2024 floods"),
        ("What is the status of the May 2024 budget?", "status", "May 2024 budget"),
        ("Who chaired the council in 2024?", "fact", "Who chaired the council in 2024?"),
    ],
)
def test_the_words_of_a_time_are_left_out_where_they_do_not_say_which_thing_is_meant(
    question: str, intent: Intent, topic: str
) -> None:
    dates = understand(question, today=dt.date(2024, 12, 31)).dates
    assert dates
    assert topic_of(question, intent, dates=dates) == topic
    # Without them it is as it was.
    assert topic_of(question, intent) == topic_of(question, intent, dates=())


@given(st.text(max_size=300), st.sampled_from(["fact", "status", "timeline"]))
def test_a_topic_is_never_empty_and_holds_nothing_new(question: str, intent: Intent) -> None:
    topic = topic_of(question, intent)
    assert topic == question or topic.strip()
    left = iter(question)
    assert all(character.isspace() or character in left for character in topic)  # a subsequence
