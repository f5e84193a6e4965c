"""What a sentence takes up in its main clause is quoted with it where that can be told; else nothing is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import story

from rag.answering.english.taking_up import dangles, pointings_of, taken_up

# What is taken up, and behind it, after nothing or another sentence, what takes it up.
TOLD = [
    ("The daily toll was raised to 17 crowns.", "At a rally the mayor said this toll increase was overdue."),
    ("The council decided to close the bridge.", "Traders said on Monday that they regretted this decision."),
    ("Norway and Chile signed a memorandum.", "Both sides hope that with this agreement trade will grow."),
    ("The club appointed Lena Marsh.", "Fans had asked for that long before this appointment."),
    ("The board proposed a lower fee.", "Members will vote on the said proposal in May."),
    ("Some 40 boats were lost.", "Fishermen doubted these figures."),
    ("The ministry banned plastic bags.", "Shops have a year under that ban."),
    ("Two officers were accused of theft.", "The police denied such allegations."),
    ("The plan is to dig a tunnel.", "Divers spoke of this plan in Oslo."),
]
BETWEEN = "The gazette was printed on Tuesday."
# They take up nothing, say themselves what they take up, or speak of what no sentence can be told to say.
NOTHING = [
    "Prices rose, and this increase hurt the poor.",
    "The council decided to close the bridge; this decision was final.",
    "It is the office that issues these notes that decisions need.",
    "Lawyers said that decisions would follow.",
    "The rules that change nothing remain.",
    "Rain fell on the port, and this decision came too late.",
    "She praised those proposals that cost nothing.",
    "Such a decision as the king's is rare.",
    "In this case nobody was hurt.",
    "The mayor spoke of this issue.",
    "He decided at noon and announced this decision at one.",
    "This year the toll stays.",
    "This decisions is no English.",
]


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told[1])
@pytest.mark.parametrize("between", [(), (BETWEEN,)], ids=["next", "one_between"])
def test_the_sentence_that_is_taken_up_is_told(told: tuple[str, str], between: tuple[str, ...]) -> None:
    article = story(["The sea was calm.", told[0], *between, told[1]])
    assert taken_up(article, article.sentences[-1]) == article.sentences[1]
    assert not dangles(article, article.sentences[-1])


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told[1])
def test_no_further_back_than_two_sentences(told: tuple[str, str]) -> None:
    article = story([told[0], BETWEEN, BETWEEN, told[1]])
    assert taken_up(article, article.sentences[-1]) is None
    assert dangles(article, article.sentences[-1])


@pytest.mark.parametrize("sentence", NOTHING)
def test_what_takes_nothing_up_is_left_alone(sentence: str) -> None:
    article = story([*(first for first, _ in TOLD[-2:]), sentence])
    assert pointings_of(sentence) == []
    assert taken_up(article, article.sentences[-1]) is None
    assert not dangles(article, article.sentences[-1])


def test_what_shares_more_is_meant_though_it_is_further_off() -> None:
    told = [
        "The daily toll was raised to 17 crowns.",
        "The fleet was raised too.",
        "Crews hailed this toll increase.",
    ]
    article = story(told)
    assert taken_up(article, article.sentences[-1]) == article.sentences[0]
    nearer = story([told[1], told[0], told[2]])
    assert taken_up(nearer, nearer.sentences[-1]) == nearer.sentences[1]
    # Of two that share as much the nearer one.
    alike = story([told[0], told[0], told[2]])
    assert taken_up(alike, alike.sentences[-1]) == alike.sentences[1]


@pytest.mark.parametrize(
    "made", ["The mayor made these remarks in Oslo.", "In Oslo these remarks were made."]
)
def test_what_was_said_is_in_the_sentence_before(made: str) -> None:
    article = story(["The sea was calm.", "The mayor wants a new port.", made])
    assert taken_up(article, article.sentences[-1]) == article.sentences[1]
    first = story([made])
    assert taken_up(first, first.sentences[0]) is None
    # That somebody heard of them does not say that they stand there.
    heard = story(["The mayor wants a new port.", "Sailors in Oslo heard these remarks."])
    assert taken_up(heard, heard.sentences[1]) is None
    assert dangles(heard, heard.sentences[1])


def test_a_name_does_nothing_and_what_hands_on_is_passed_over() -> None:
    named = story(["The Decided Vote Society met.", "Traders regretted this decision."])
    assert taken_up(named, named.sentences[1]) is None
    handed = [
        "The council decided to close it.",
        "Ferries hailed this decision.",
        "Traders regretted this decision.",
    ]
    article = story(handed)
    assert taken_up(article, article.sentences[2]) == article.sentences[0]


WORDS = st.sampled_from(
    [
        *" ".join(" ".join(told) for told in TOLD).split(),
        "this",
        "these",
        "such",
        "that",
        "decision",
        ",",
        ";",
    ]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=14).map(" ".join)


@given(st.lists(SENTENCES, min_size=1, max_size=6), st.data())
def test_it_is_a_sentence_near_before_and_only_where_something_is_taken_up(
    told: list[str], data: st.DataObject
) -> None:
    article = story(told)
    place = data.draw(st.integers(0, len(told) - 1))
    sentence = article.sentences[place]
    taken = taken_up(article, sentence)
    assert taken is None or taken in article.sentences[max(0, place - 2) : place]
    if not pointings_of(told[place]):
        assert taken is None and not dangles(article, sentence)
    assert not (taken and dangles(article, sentence))
    # What comes later changes nothing.
    cut = story(told[: place + 1])
    assert taken_up(cut, sentence) == taken


@given(st.text())
def test_any_text_can_be_a_sentence(text: str) -> None:
    article = story(["x" + text, "this decision " + text])
    for sentence in article.sentences:
        dangles(article, sentence)


@pytest.mark.parametrize("long", ["this " * 9000, "such a " * 9000, "this decision " * 9000, "- " * 20_000])
def test_the_longest_sentence_takes_no_time(long: str) -> None:
    for text in (long, long[:1990]):
        article = story([text, text, text])
        began = time.perf_counter()
        dangles(article, article.sentences[-1])
        assert time.perf_counter() - began < 1
