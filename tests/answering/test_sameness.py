"""Which sentences say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english.sameness import says_the_same

SENTENCES = (
    "Russia sent 50,000 doses of vaccine to Pakistan on Monday.",
    "Talks on the steel mills begin this week in Karachi.",
    "The pipeline between Karachi and Lahore was discussed.",
    "Nobody knows when the port will open again.",
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SENTENCES[0], SENTENCES[0]),
        (SENTENCES[0], "On Monday Russia sent 50,000 doses of vaccine to Pakistan."),
        (SENTENCES[1], "KARACHI: Talks on the Steel Mills begin this week in Karachi"),
        (
            "Khorev did not say when the mills would open again.",
            "Khorev has not said when the mills would open again.",
        ),
    ],
)
def test_one_fact_in_other_words_is_the_same(one: str, other: str) -> None:
    assert says_the_same(one, other)
    assert says_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SENTENCES[0], SENTENCES[0].replace("50,000", "150,000")),
        (SENTENCES[0], SENTENCES[0].replace("50,000 ", "")),
        (SENTENCES[0], SENTENCES[0].replace("Russia", "China")),
        (SENTENCES[0], SENTENCES[0].replace("Monday", "Friday")),
        (
            "Russia will fund the modernization of the mills.",
            "Russia will not fund the modernization of the mills.",
        ),
        (
            "Russia can fund the modernization of the mills.",
            "Russia can’t fund the modernization of the mills.",
        ),
        ("Lavrov has confirmed the supply of oil.", "Lavrov has denied the supply of oil."),
        *(
            (f"{before} the Talbot Bridge on Monday.", f"{after} the Talbot Bridge on Monday.")
            for before, after in (
                ("The council approved", "The council debated"),
                ("The council approved", "The council was asked when it approved"),
                ("The council will repair", "The council may repair"),
                ("The council repaired", "The council suspended Ula Berg over the plan to repair"),
                ("Ivo Hart met Ula Berg at", "Ula Berg met Ivo Hart at"),
                ("Ivo Hart was shot by Ula Berg at", "Ula Berg was shot by Ivo Hart at"),
                ("Engineers returned to", "Engineers returned from"),
                ("Officials confirmed a crack in", "Officials suspected a crack in"),
            )
        ),
        (
            "The rebels control the airport, the army said.",
            "The army controls the airport, the rebels said.",
        ),
        (
            "Police in Kesten arrested mayor Ivo Hart on Monday.",
            "Mayor Ivo Hart on Monday praised police in Kesten.",
        ),
        ("Police arrested the mayor of Zamora.", "Police arrested the mayor of Zamora's son."),
        ("The aid reached the town.", "Half of the aid reached the town."),
        ("The deal was signed by the president.", "The deal was signed by the vice president."),
        ("Ukraine attacked on Monday.", "Ukraine was attacked on Monday."),
        ("Le ministre a signé l’accord.", "Le ministre n’a pas signé l’accord."),
        ("Der Minister hat den Vertrag unterzeichnet.", "Der Minister hat den Vertrag nicht unterzeichnet."),
        ("Министр подписал договор.", "Министр не подписал договор."),
        (SENTENCES[0], SENTENCES[1]),
        ("Yes.", SENTENCES[0]),
        ("…", "…"),
    ],
)
def test_what_contradicts_or_differs_is_not_the_same(one: str, other: str) -> None:
    assert not says_the_same(one, other)
    assert not says_the_same(other, one)


@given(st.text(), st.text())
def test_sameness_is_mutual_for_any_text(one: str, other: str) -> None:
    assert says_the_same(one, other) == says_the_same(other, one)
