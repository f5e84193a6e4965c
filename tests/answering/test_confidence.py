"""Signs of evidence: which names of a question are missing in what was found."""

from __future__ import annotations

import pytest
from candidates import quotable

from rag.answering.confidence import signs_of


def missing(question: str, evidence: str) -> tuple[str, ...]:
    best = quotable("a", evidence, 1.0)
    return signs_of(question, [best], [best.ranked]).missing


@pytest.mark.parametrize(
    ("question", "evidence", "lacks"),
    [
        ("What lies between Veld and Oster?", "The Veld-Oster corridor was opened.", ()),
        ("What is the Veld-Oster corridor?", "The corridor between Veld and Oster was opened.", ()),
        ("What is the Veld-Oster corridor?", "The corridor to Oster was opened.", ("Veld-Oster",)),
        ("When did the F-16 land?", "The F-35 landed; 16 men got out of row F.", ("F-16",)),
        ("India's troops entered which part of Veld?", "Troops entered the north.", ("Veld",)),
        ("Indian troops entered which part of India?", "Troops entered the north.", ("India",)),
        ("Khan told whom that Khan would resign?", "He told the mayor.", ("Khan",)),
    ],
)
def test_the_names_that_are_missing(question: str, evidence: str, lacks: tuple[str, ...]) -> None:
    assert missing(question, evidence) == lacks


@pytest.mark.parametrize("name", ["Veld", "Oster", "Veld-Oster"])
def test_only_a_name_that_opens_the_question_may_be_a_common_word(name: str) -> None:
    for before in ("", "what of ", "“", "Velds of "):
        assert missing(f"{before}{name} now?", "Nothing.") == ((name,) if before else ())
