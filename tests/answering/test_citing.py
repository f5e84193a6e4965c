"""From chosen sentences to citations: extended ones that meet are one, and numbers count articles."""

from __future__ import annotations

from itertools import combinations

from candidates import quotable
from hypothesis import given
from hypothesis import strategies as st
from stories import story

from rag.answering.citing import Quote, cite, quotes_of
from rag.answering.collapsing import Copy
from rag.answering.english.antecedents import LONGEST_QUOTE
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.store import Candidate, StoredText
from rag.types import Chunk, Scores

TOLD = [
    "Ivan Petrov opened the port.",
    "He spoke of trade.",
    "He praised the workers.",
    "Prices rose in May.",
    "Maria Berg left.",
    "She flew to Oslo.",
]
ARTICLE = story(TOLD, [" ", " ", " ", " Read more: Ferries ", "\n"])


def quotables_of(article: StoredText, places: list[int]) -> list[Quotable]:
    chunk = Chunk(article.card.article_id, 0, len(article.text), 1)
    ranked = Ranked(Candidate(chunk, article, 0.0, 0.0), 0.0, Scores())
    sentences = [article.sentences[place] for place in places]
    return [Quotable(ranked, one.start, one.end, one.of(article.text), 0.0) for one in sentences]


def texts(quotes: list[Quote]) -> list[str]:
    return [quote.text for quote in quotes]


def test_each_is_told_with_what_it_needs() -> None:
    assert texts(quotes_of(quotables_of(ARTICLE, [5, 3]))) == [f"{TOLD[4]}\n{TOLD[5]}", TOLD[3]]


def test_those_that_meet_are_one_in_the_place_of_the_first() -> None:
    whole = " ".join(TOLD[:3])
    assert texts(quotes_of(quotables_of(ARTICLE, [2, 4, 1]))) == [whole, TOLD[4]]
    assert texts(quotes_of(quotables_of(ARTICLE, [4, 1, 2]))) == [TOLD[4], whole]
    # Side by side because one was extended; and across the gap between two others.
    assert texts(quotes_of(quotables_of(ARTICLE, [3, 1, 2]))) == [" ".join(TOLD[:4])]


def test_neighbours_that_need_nothing_stay_two_quotes() -> None:
    assert texts(quotes_of(quotables_of(ARTICLE, [3, 0]))) == [TOLD[3], TOLD[0]]
    beside = story(["Ivan Petrov left.", "Maria Berg stayed."])
    assert len(quotes_of(quotables_of(beside, [1, 0]))) == 2


def test_a_mask_keeps_two_quotes_apart() -> None:
    assert texts(quotes_of(quotables_of(ARTICLE, [3, 5, 2])))[-1] == f"{TOLD[4]}\n{TOLD[5]}"


def test_a_citation_is_numbered_by_article_and_names_who_says_the_same() -> None:
    chosen = quotables_of(ARTICLE, [1, 5])
    elsewhere = quotable("b", TOLD[5], 0.0)
    whole, short = story(TOLD, article_id="c"), story(TOLD[:3], article_id="d")
    copies = {"c": Copy(whole, "a"), "d": Copy(short, "a")}
    first, second = cite(quotes_of(chosen), [*chosen, elsewhere], copies=copies)
    assert (first.number, first.also_in) == (1, ("c", "d"))
    # By the sentence that was chosen: the one taken along is not in the other article, and a shortened copy
    # lacks it.
    assert (second.number, second.also_in) == (1, ("b", "c"))
    assert ARTICLE.text[second.start : second.end] == second.quote


def test_marks_are_made_by_the_sentences_that_were_chosen() -> None:
    """What is taken along states no figure of its own: it is there to say who is meant."""
    fires = "The Tarnow bridge fire killed {} people, Ivan Petrov said."
    carried = story([fires.format(12), "He praised the firemen of Tarnow."], published="2024-03-06")
    other = quotable("b", fires.format(19), 0.0, published="2024-03-06")
    alone = quotes_of([*quotables_of(carried, [1]), other])
    assert alone[0].text == carried.text
    assert all(not one.contradicts for one in cite(alone, [], copies={}))
    both = cite(quotes_of([*quotables_of(carried, [0, 1]), other]), [], copies={})
    assert [[each.words for each in one.contradicts] for one in both] == [["12 people"], ["19 people"]]
    assert both[0].quote == carried.text


@given(places=st.lists(st.integers(0, len(TOLD) - 1), unique=True, max_size=4))
def test_every_chosen_sentence_is_quoted_once(places: list[int]) -> None:
    chosen = quotables_of(ARTICLE, places)
    quotes = quotes_of(chosen)
    for one in chosen:
        assert sum(quote.start <= one.start and one.end <= quote.end for quote in quotes) == 1
    for one, other in combinations(quotes, 2):
        assert one.end <= other.start or other.end <= one.start
    assert [quote.chosen[0] for quote in quotes][:1] == chosen[:1] or len(quotes) < len(chosen)
    assert sorted(one.start for quote in quotes for one in quote.chosen) == sorted(
        one.start for one in chosen
    )
    if chosen:
        assert quotes[0].start <= chosen[0].start < chosen[0].end <= quotes[0].end


TOLL = [
    "The toll was raised to 17 crowns.",
    "The gazette was printed.",
    "The mayor called this toll hike fair.",
]


def test_what_a_sentence_takes_up_is_quoted_with_it_and_on_its_own_where_it_lies_too_far_off() -> None:
    near = story([TOLL[0], TOLL[2]])
    assert texts(quotes_of(quotables_of(near, [1]))) == [near.text]
    between = story(TOLL)
    assert texts(quotes_of(quotables_of(between, [2]))) == [between.text]
    for gaps in ("\n\n", [" ", " Read more: Ferries "]):
        far = story(TOLL, gaps)
        assert texts(quotes_of(quotables_of(far, [2]))) == [TOLL[0], TOLL[2]]
        # Where it was chosen itself it is quoted once, and where it is told is settled by what came first.
        assert texts(quotes_of(quotables_of(far, [2, 0]))) == [TOLL[0], TOLL[2]]
        assert texts(quotes_of(quotables_of(far, [0, 1, 2]))) == TOLL
    long = story([TOLL[0], "The gazette was printed" + " again" * LONGEST_QUOTE + ".", TOLL[2]])
    assert texts(quotes_of(quotables_of(long, [2]))) == [TOLL[0], TOLL[2]]
    endless = story(["The toll was raised" + " again" * LONGEST_QUOTE + ".", TOLL[2]])
    assert texts(quotes_of(quotables_of(endless, [1]))) == [TOLL[2]]


def test_quotes_that_would_make_too_long_a_one_stay_several() -> None:
    told = ["Ivan Petrov spoke.", "He" + " also" * 40 + " left.", "He" + " never" * 40 + " came."]
    over = [
        "Ivan Petrov spoke" + " on" * 20 + ".",
        "He met Maria Berg" + " on" * 30 + ".",
        "She left" + " on" * 20 + ".",
    ]
    lapping = story(over)
    assert texts(quotes_of(quotables_of(lapping, [1, 2]))) == [f"{over[0]} {over[1]}", over[2]]
    assert texts(quotes_of(quotables_of(lapping, [2, 1]))) == [over[2], f"{over[0]} {over[1]}"]
    article = story(told)
    assert texts(quotes_of(quotables_of(article, [1, 2]))) == [f"{told[0]} {told[1]}", told[2]]
    assert texts(quotes_of(quotables_of(article, [2, 1]))) == [told[2], f"{told[0]} {told[1]}"]


@st.composite
def chosen_of_a_long_story(draw: st.DrawFn) -> list[Quotable]:
    told = draw(
        st.lists(
            st.tuples(
                st.sampled_from([*TOLD, *TOLL, "He met Maria Berg."]), st.sampled_from([0, 0, 20, 30, 70])
            ),
            min_size=1,
            max_size=8,
        )
    )
    gaps = [draw(st.sampled_from([" ", " ", "\n\n", " Read more: Ferries "])) for _ in told[1:]]
    article = story([first[:-1] + " again" * more + "." for first, more in told], gaps)
    return quotables_of(
        article, draw(st.lists(st.integers(0, len(told) - 1), unique=True, min_size=1, max_size=6))
    )


@given(chosen_of_a_long_story())
def test_quotes_are_whole_sentences_none_of_them_twice_and_joined_ones_can_be_read(
    chosen: list[Quotable],
) -> None:
    article = chosen[0].article
    quotes = quotes_of(chosen)
    for one, other in combinations(quotes, 2):
        assert one.end <= other.start or other.end <= one.start
    for quote in quotes:
        held = [one for one in article.sentences if quote.start <= one.start and one.end <= quote.end]
        assert (held[0].start, held[-1].end) == (quote.start, quote.end)
        assert len(held) == 1 or len(quote.text.split()) <= LONGEST_QUOTE
        assert "Read more" not in quote.text
        assert len({one.start for one in quote.chosen}) == len(quote.chosen) > 0
        assert all(quote.start <= one.start and one.end <= quote.end for one in quote.chosen)
    for one in chosen:
        assert sum(quote.start <= one.start and one.end <= quote.end for quote in quotes) == 1
    told_by = [each.start for quote in quotes for each in quote.chosen]
    assert all(told_by.count(one.start) == 1 for one in chosen)
