"""Which of several names is meant is told by the word of the question that stands beside it."""

from __future__ import annotations

import time

import pytest

from rag.answering.relations import meant, stood_for, tells_who

FILM = "Aldri is a film of 1999 directed by Petter Naess, with music by Nils Lund, and produced by Max Feld."
NAMES = {"petter naess", "nils lund", "max feld"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the director of Aldri die?", {"petter naess"}),
        ("when did the producer of Aldri die", {"max feld"}),
        ("Who taught the man who made the music of Aldri?", {"nils lund"}),
        ("When did the man who produced Aldri die?", {"max feld"}),
        ("When did Aldri's composer of music die?", {"nils lund"}),
        # "Film" is no word by which somebody is asked for: it stands beside any name.
        ("Which film did the painter Aldri make in 1999?", NAMES),
        # Neither word stands in the sentence: nothing is decided.
        ("Who is the mother of the painter of Aldri?", NAMES),
        # A name of the question is no word that asks.
        ("Where was the painter of Directed by Petter Naess born?", NAMES),
    ],
)
def test_the_name_beside_the_word_of_the_question_is_meant(question: str, expected: set[str]) -> None:
    assert meant(NAMES, question, [FILM]) == expected


def test_an_article_of_somebody_else_is_not_taken_where_the_one_who_is_meant_has_none() -> None:
    """As of a day before the director's article there is a link to the producer alone."""
    assert meant({"max feld"}, "When did the director of Aldri die?", [FILM]) == set()


def test_a_word_behind_the_name_tells_as_well() -> None:
    told = ["The picture was shot in Bergen by Petter Naess of Oslo, the director of Aldri. Max Feld paid."]
    assert "petter naess" in meant({"petter naess", "oslo"}, "Where was the director of Aldri born?", told)


def test_a_part_of_the_name_is_the_name() -> None:
    assert meant({"naess"}, "When did the director of Aldri die?", [FILM]) == {"naess"}
    assert meant({"a film by petter naess"}, "When did the director of Aldri die?", [FILM])


def test_no_name_and_no_sentence_decide_nothing() -> None:
    assert meant(set(), "When did the director die?", [FILM]) == set()
    assert meant({"max feld"}, "When did the director die?", []) == {"max feld"}


def test_no_name_stands_for_what_is_measured() -> None:
    told = ["Petter Naess had a share of Aldri.", "Petter Naess was the owner of Aldri."]
    question = "Where was the {} of Aldri sold?"
    assert stood_for("petter naess", question.format("share"), told, title="Aldri") is None
    assert stood_for("petter naess", question.format("owner"), told, title="Aldri") == "the owner of Aldri"


@pytest.mark.parametrize(
    ("question", "title", "expected"),
    [
        ("Where was the director of Aldri born?", "Aldri", "the director of Aldri"),
        ("Where did the director of the film Aldri die?", "Aldri", "the director of the film Aldri"),
        (
            "Who taught the director of film Aldri (1999 Film)?",
            "Aldri (1999 film)",
            "the director of film Aldri (1999 Film)",
        ),
        # Nothing else is asked, of which he could be told.
        ("Who is the director of Aldri?", "Aldri", None),
        ("Who was Aldri's director?", "Aldri", None),
        ("Where was Aldri's director born?", "Aldri", "Aldri's director"),
        ("where was the aldri's director born?", "Aldri", "the aldri's director"),
        # No article but the end of a name.
        ("Where was Blythe Aldri's director born?", "Aldri", "Aldri's director"),
        ("What nationality is the director of “Aldri”?", "Aldri", "the director of “Aldri”"),
        # Who wrote it is asked, and the name beside "directed" does not say that.
        ("Where was the author of Aldri born?", "Aldri", None),
        # Not who directed Aldri.
        ("Where was the director of Aldri's sequel born?", "Aldri", None),
        ("Are the directors of Aldri and Bris of one age?", "Aldri", None),
        ("Where was the first director of Aldri born?", "Aldri", None),
        ("Who is the director-general of Aldri?", "Aldri", None),
        # What is asked about is not what the sentences are about.
        ("Where was the director of Bris born?", "Aldri", None),
        ("Where was the director born?", "Aldri", None),
        ("", "Aldri", None),
        ("Where was the director of Aldri born?", "", "the director of Aldri"),
    ],
)
def test_the_words_that_a_name_stands_for_are_those_that_ask_for_it(
    question: str, title: str, expected: str | None
) -> None:
    assert stood_for("petter naess", question, [FILM], title=title) == expected
    assert stood_for("max feld", question, [FILM], title=title) is None


CHILD = "Aldri was a daughter of Petter Naess and of Anna Berg."


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Who is the director of Aldri?", FILM, True),
        ("who was Aldri's director", FILM, True),
        ("Who directed Aldri?", FILM, True),
        ("Who is the father of Aldri?", CHILD, True),
        ("Who is Aldri's mother?", CHILD, True),
        # Two relations: the first one is told of somebody who is named here.
        ("Who is the father of the director of Aldri?", FILM, False),
        ("Who is the father of the director of Aldri?", "Aldri is about the father of Max Feld.", False),
        ("Who is the author of Aldri?", FILM, False),
        ("Who is Aldri's grandmother?", CHILD, False),
        # Somebody else is asked for, of whom the director's own article tells.
        ("Who is the director of Aldri married to?", FILM, False),
        ("Who did the director of Aldri marry?", FILM, False),
        ("Where was the director of Aldri born?", FILM, False),
        ("Who is the director of Aldri?", "Aldri had a director.", False),
        ("Who is older, Aldri or Bris?", FILM, False),
        ("", FILM, False),
    ],
)
def test_what_names_who_is_asked_for_leads_nowhere(question: str, sentence: str, expected: bool) -> None:
    assert tells_who(question, [sentence]) is expected
    assert not tells_who(question, [])


def test_long_lists_of_names_and_words_cost_little() -> None:
    sentence = "directed " * 250 + "Aldri " + "Ab, " * 250
    question = "Who is " + "the director of Aldri, " * 80
    began = time.process_time()
    stood_for("petter naess", question, [sentence], title="Aldri")
    meant({"petter naess"}, question, [sentence])
    assert time.process_time() - began < 3
