"""The same words said again are one question."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.answering.questions import asides_in, leading_names, named_by_the_asker, once, proper_of

WORDS = st.lists(
    st.sampled_from(
        ["what", "is", "the", "price", "of", "honey", "C++", "C#", "$5", "5", "U.S.", "9/11", "a’s"]
    ),
    min_size=1,
)
SEAMS = st.sampled_from([" ", "? ", ", ", "; ", " / ", " | ", ". ", "! – ", "… "])


CLOSED = ("? ", ". ", "… ")


@given(words=WORDS, count=st.integers(2, 10), seam=SEAMS, end=st.sampled_from(["", "?", " ?", "."]))
def test_a_question_pasted_again_is_asked_once(words: list[str], count: int, seam: str, end: str) -> None:
    """One of three different words, or one that is closed each time."""
    question = " ".join(words)
    assume(len(set(words)) >= 3 or seam in CLOSED)
    pasted = seam.join([question, *[question.capitalize()] * (count - 1)]) + end
    assert once(pasted).strip(" ?!.…") == once(question).strip(" ?!.…")


@given(
    name=st.lists(st.sampled_from(["Duran", "York", "Walla"]), min_size=1, max_size=2),
    count=st.integers(2, 6),
    before=st.sampled_from(["", "where is ", "who are "]),
    end=st.sampled_from(["", "?", " ?"]),
)
def test_a_name_of_one_or_two_words_said_again_stays(
    name: list[str], count: int, before: str, end: str
) -> None:
    question = before + " ".join(name * count) + end
    assert once(question) == question


@given(words=WORDS)
def test_what_is_asked_is_the_beginning_of_the_question_and_asked_once(words: list[str]) -> None:
    asked = once(" ".join(words))
    assert " ".join(words).startswith(asked)
    assert once(asked) == asked


@given(words=WORDS, other=st.sampled_from(["who", "C", "$6"]))
def test_what_is_no_repetition_stays_as_it_is(words: list[str], other: str) -> None:
    question = " ".join([*words, other])
    assert once(question) == question


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("what is the price of honey " * 10, "what is the price of honey"),
        ("What is it? what is it?", "What is it?"),
        ("is it a - b? is it a - b?", "is it a - b?"),
        ("is it a - b? is it a b?", None),
        ("did they sign? did they sign it?", None),
        ("C++ C#", None),
        ("$5 5", None),
        ("Walla Walla", None),
        ("Khan? Khan?", "Khan?"),
        ("? ?", None),
        ("", None),
    ],
)
def test_repetitions_by_hand(question: str, asked: str | None) -> None:
    question = question.strip()
    assert once(question) == (question if asked is None else asked)


PROPER = (
    "Who led the port of Oslo after the strike?",
    "By how much was the price of petrol cut?",
    "Could you tell me when Dr. J. Dahl of the U.S. Navy left?",
    "Did the board pay Rs. 1,350 or approx. 1,700 to St. Mary's?",
)
LEADS = (
    "I am writing a piece for tomorrow.",
    "Our readers keep asking about this!",
    "The port was sold to Oman.",
    "Hello.",
    "My editor at the Gazette says that talks have failed, and I believe her…",
)


@given(lead=st.lists(st.sampled_from(LEADS), max_size=3), proper=st.sampled_from(PROPER))
def test_the_question_proper_is_what_asks(lead: list[str], proper: str) -> None:
    assert proper_of(" ".join([*lead, proper])) == proper
    assert proper_of(" ".join([*lead, proper, "Thanks."])) == proper


@pytest.mark.parametrize(
    ("question", "proper"),
    [
        ("The port was sold for 5 million. Is this true?", "The port was sold for 5 million."),
        (
            "I was told this. It says: “Oman won by 119 votes to 88.” Correct?",
            "It says: “Oman won by 119 votes to 88.”",
        ),
        ("Hello. I want to know who won the election", "I want to know who won the election"),
        (
            "Rates rose by three quarters. This was the highest rise since:",
            "This was the highest rise since:",
        ),
        ("Can you help me? I need facts about the port", "I need facts about the port"),
        ("Was the vote on Friday? Did it pass?", "Was the vote on Friday? Did it pass?"),
        (
            "Who chairs the bank? When was the bank founded?",
            "Who chairs the bank? When was the bank founded?",
        ),
        # A sentence on who asks may turn to asking.
        ("My uncle in Oslo is ill, what did the hospital say?", "what did the hospital say?"),
        ("I work on ferries and so how many ferries sank, how many people died", "how many people died"),
        ("I read that Voss left the bank, and who leads the bank now?", "who leads the bank now?"),
        ("We own a mill; which mill burned down in May?", "which mill burned down in May?"),
        ("We read of it all, but why did the bank fail?", "why did the bank fail?"),
        ("I saw the mill, what is it, now how many sailors died", "how many sailors died"),
        # It goes on about him, or asks from the beginning, or tells of nobody who asks.
        (
            "My uncle, who is ill, and my aunt left the bank",
            "My uncle, who is ill, and my aunt left the bank",
        ),
        ("Did my bank say, what did it cost us?", "Did my bank say, what did it cost us?"),
        ("The bank was sold, what did it cost Oman?", "The bank was sold, what did it cost Oman?"),
        (
            "I wrote “my aunt left, what did she say” and who knows the bank",
            "I wrote “my aunt left, what did she say” and who knows the bank",
        ),
        # By itself it would ask of any place.
        ("A red moon was seen this week. Where was it?", "A red moon was seen this week. Where was it?"),
    ],
)
def test_what_asks_by_a_statement_or_too_little_to_stand_alone(question: str, proper: str) -> None:
    assert proper_of(question) == proper


@given(st.text(max_size=200))
def test_the_question_proper_is_made_of_its_words(question: str) -> None:
    rest = iter(question.split())
    assert all(word in rest for word in proper_of(question).split())
    assert bool(proper_of(question)) == bool(question)


@given(lead=st.lists(st.sampled_from(LEADS), max_size=3), proper=st.sampled_from(PROPER))
def test_only_what_speaks_of_who_asks_is_an_aside(lead: list[str], proper: str) -> None:
    question = " ".join([*lead, proper])
    told = [question[start:end] for start, end in asides_in(question)]
    assert told == [one for one in lead if one not in {"The port was sold to Oman.", "Hello."}]
    assert asides_in(proper) == []


SUBJECTS = ("Kenya", "Mira Dahl", "the Harbour Bank")


@pytest.mark.parametrize(
    "lead",
    [
        "I want to know about {}.",
        "I am writing for the Gazette on {}.",
        "Tell me about {}!",
        "We saw that {} was fined, at my desk in the Gazette.",
        "{} was fined.",
    ],
)
@given(subject=st.sampled_from(SUBJECTS), proper=st.sampled_from(PROPER))
def test_what_who_asks_wants_to_know_of_is_no_aside(lead: str, subject: str, proper: str) -> None:
    """Its names are those of the matter: what has none of them is of another."""
    question = f"{lead.format(subject)} {proper}"
    names = {word.lower() for word in subject.split() if word != "the"}
    if not lead.startswith("{}") or subject == "Kenya":  # a first word may be written so anyway
        assert names <= leading_names(question) | {"dahl"}
    kept = "".join(
        character
        for place, character in enumerate(question)
        if not any(start <= place < end for start, end in asides_in(question))
    )
    assert all(word in kept for word in subject.split() if word != "the")
    assert leading_names(f"I am writing for {subject}. {proper}") == frozenset()
    assert leading_names(proper) == frozenset()


def test_where_the_question_points_back_whom_somebody_works_for_is_asked_about() -> None:
    question = "I work for the Harbour Bank. When was its head office moved to Oslo?"
    assert leading_names(question) == {"harbour", "bank"}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        (
            "I am writing on Mira Dahl and the Harbour Bank. When was it sold to Oman?",
            ("Mira Dahl", "Harbour Bank"),
        ),
        ("My aunt in Oslo is ill, what did the hospital say?", ("Oslo",)),
        ("I read of Mira Dahl and of Mira Dahl. When did she leave the bank?", ("Mira Dahl",)),
        ("I am an investor in the Harbour Bank. How much profit was made in May?", ("Harbour Bank",)),
        # Whom somebody works for; what the question proper names anyway; what tells of nobody who asks.
        ("I am writing for the Gazette. How many pupils were ill?", ()),
        ("I read of Mira Dahl. When did Mira Dahl leave the bank?", ()),
        ("Mira Dahl left. When did she leave the bank?", ()),
        ("When did Mira Dahl leave the bank?", ()),
    ],
)
def test_what_who_asks_names_says_what_is_asked_about(question: str, names: tuple[str, ...]) -> None:
    assert named_by_the_asker(question) == names
