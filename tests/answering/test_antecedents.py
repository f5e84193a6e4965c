"""A quote that opens with a stand-in begins where the one meant is named; every other stays as it is."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from candidates import written
from hypothesis import given
from hypothesis import strategies as st
from stories import story

from rag.answering.english.antecedents import LONGEST_QUOTE, read_alone
from rag.answering.english.mentions import Known, mentions
from rag.answering.english.openings import reference_of
from rag.store import StoredText
from rag.types import Span

# The sentences of an article up to the chosen one, which takes one sentence before it along.
TAKE_ONE = [
    ("Prime Minister Sanna Berg arrived in Oslo on Monday.", "She will meet the king on Tuesday."),
    ("Peter Novak, the club's coach, praised his players.", "However, he said the defence had been poor."),
    ("Mr Okafor was released on bail.", "His lawyer called the charges absurd."),
    ("Maria Lindqvist won the race in two hours.", "“She ran like never before,” the trainer said."),
    ("The fund will pay in June.", "Gita Nath stated this after the talks."),
    ("The fund will pay in June.", "State Minister Perera made this announcement in parliament."),
    ("The mill is to be sold.", "The Minister made these remarks while opening a school."),
    ("The mill is to be sold, she said.", "She said this while opening a school."),
    ("The mill is to be sold.", "Officers had revealed this to the court."),
    ("Spokesman Ali Raza confirmed the deaths.", "In a later statement, he gave the names of two victims."),
    ("Governor Helen Ortiz signed the bill.", "But she warned that money was short."),
    ("Ambassador Ivan Petrov opened the fair.", "The ambassador promised more trade."),
    ("Jonas Weber, the finance minister, resigned.", "The minister cited his health."),
    ("Dana Fox, chief executive of Norvik Steel, bought shares.", "The chief executive now owns a tenth."),
    ("Foreign Minister Carlos Vega flew to Quito.", "The foreign minister said talks would go on."),
    ("Prime Minister Ana Costa dissolved parliament.", "On Friday, the prime minister called an election."),
    ("Norvik Steel Ltd reported a loss.", "The company blamed high prices."),
    ("The World Health Organization sent doctors.", "The organisation said more would follow."),
    ("The European Commission fined two airlines.", "It said they had agreed on prices."),
    ("The pipeline will run from Baku to Ceyhan.", "It is to be ready in 2030."),
    ("The 27 rupee rate works out to 9.2 cents.", "It is higher than the tariff of the wind farm."),
    ("Norway has raised taxes on oil.", "Its fund is the largest in the world."),
    ("Petrov and Weber met in Vienna.", "They agreed to talk again in May."),
    ("Both sides met for the third time.", "They discussed a ceasefire."),
    ("Hundreds of workers gathered at the gate.", "They demanded higher wages."),
    ("Prices of wheat rose by a third.", "This was caused by the drought in the south."),
    ("The court freed four men on Friday.", "That evening was calm.", "This decision angered the families."),
    ("Rebels shelled the town at dawn.", "Such attacks have become common."),
    ("Parliament passed the budget.", "It came after weeks of debate."),
    ("Minister of Justice of the Republic Lena Marsh spoke first.", "She defended the reform."),
    ("Tomas Reyes, 45, was pulled from the rubble.", "He was taken to hospital."),
    ("Ludwig van Houten painted until his death.", "His pictures hang in Ghent."),
]
# Traps: nothing may be taken along.
TAKE_NONE = [
    # They name whom they speak of, or speak of nobody.
    ("Prime Minister Sanna Berg arrived in Oslo.", "Peter Novak met her at the airport."),
    ("Prime Minister Sanna Berg arrived in Oslo.", "On Tuesday, Peter Novak met her."),
    ("The European Commission fined two airlines.", "It is reported that a third will be fined."),
    ("The European Commission met in Brussels.", "It was raining when the ministers left."),
    ("The European Commission met in Brussels.", "It was Petrov who left first."),
    ("The European Commission met in Brussels.", "It is difficult to say what was agreed."),
    ("The European Commission met in Brussels.", "It took five hours to reach a deal."),
    ("The European Commission met in Brussels.", "It has been known for years that prices were fixed."),
    ("Governor Helen Ortiz signed the bill.", "This week the law takes effect."),
    ("Governor Helen Ortiz signed the bill.", "This article was first published in May."),
    ("Governor Helen Ortiz signed the bill.", "Those who pay less than before are few."),
    ("Governor Helen Ortiz signed the bill.", "He who pays the piper calls the tune."),
    ("Ambassador Ivan Petrov opened the fair.", "His Majesty King Olaf spoke next."),
    ("Ambassador Ivan Petrov opened the fair.", "The ambassador, Ivan Petrov, promised trade."),
    ("Ambassador Ivan Petrov opened the fair.", "The ambassador of France stayed away."),
    ("Ambassador Ivan Petrov opened the fair.", "The ambassador who left in May was missed."),
    ("Ambassador Ivan Petrov opened the fair.", "When Jonas Weber spoke, he was cheered."),
    ("Norvik Steel Ltd reported a loss.", "The company that bought the mill was not named."),
    ("Norvik Steel Ltd reported a loss.", "The Ford company did well."),
    ("Norvik Steel Ltd reported a loss.", "The bank rate was left alone."),
    ("Norvik Steel Ltd reported a loss.", "The Supreme Court will hear the case."),
    # What is said stands in the sentence itself.
    ("The fund will pay in June.", "Gita Nath said this year would be hard."),
    ("The fund will pay in June.", "Gita Nath made this possible."),
    ("The fund will pay in June.", "Gita Nath noted the claims of the unions were false."),
    ("The fund will pay in June.", "“I said this before,” Gita Nath told the court."),
    # The sentence before names somebody or something else, or nobody.
    ("The talks were held in Oslo.", "He did not say who would come."),
    ("Russia and Norway signed the treaty.", "She called it a good day."),
    ("New York and Los Angeles were hit.", "He had warned of it."),
    ("Norvik Steel Ltd reported a loss.", "His lawyer called the charges absurd."),
    ("Ms Lena Marsh spoke first.", "He disagreed."),
    ("Mr Jonas Weber spoke first.", "She disagreed."),
    ("Ambassador Ivan Petrov opened the fair.", "The mayor was absent."),
    ("Prime Minister Ana Costa spoke.", "The minister said nothing."),
    ("Vice President Lena Marsh spoke.", "The president said nothing."),
    ("Finance Minister Jonas Weber spoke.", "The foreign minister said nothing."),
    ("Russian Foreign Minister Ivan Petrov spoke.", "The Chinese foreign minister said nothing."),
    ("The minister said talks with Ivan Petrov had failed.", "The minister left at noon."),
    ("The Supreme Court ruled on Monday.", "The company will appeal."),
    ("Ivan Petrov left on Monday.", "It was repaired in a day."),
    ("Monday was a holiday in March.", "He stayed at home."),
    ("He spoke of peace.", "He spoke of trade."),
    # The sentence between goes on about another, or the name is too far off.
    ("Ivan Petrov spoke.", "She agreed.", "He left."),
    ("Norvik Steel Ltd lost money.", "They met in May.", "It has two mills left."),
    ("Ivan Petrov spoke.", "He agreed.", "He stood up.", "He left."),
]
# A sentence that only goes on about the same hands on what the one before it names.
TAKE_TWO = [
    ("Peter Novak left the club.", "He had coached it for years.", "He will move to Turin."),
    ("Ambassador Ivan Petrov opened the fair.", "He cut a ribbon.", "The ambassador promised trade."),
    ("Jonas Weber, the finance minister, resigned.", "The minister cited his health.", "He is 70."),
    ("Norvik Steel Ltd lost money.", "The company closed a mill.", "It has two left."),
    ("Lena Marsh met Ivan Petrov.", "She asked him for help.", "She also gave him a letter."),
]


def sentences_taken(article: StoredText) -> int:
    span = read_alone(article, article.sentences[-1])
    assert span.end == article.sentences[-1].end
    return len(article.sentences) - 1 - [one.start for one in article.sentences].index(span.start)


@pytest.mark.parametrize("told", TAKE_ONE, ids=lambda told: told[-1])
def test_who_is_meant_is_taken_along_from_the_sentence_before(told: tuple[str, ...]) -> None:
    assert sentences_taken(story(told)) == 1


@pytest.mark.parametrize("told", TAKE_NONE, ids=lambda told: told[-1])
def test_nothing_is_taken_along_that_does_not_say_who_is_meant(told: tuple[str, ...]) -> None:
    assert sentences_taken(story(told)) == 0


@pytest.mark.parametrize("told", TAKE_TWO, ids=lambda told: told[-1])
def test_one_that_goes_on_about_the_same_is_passed_through(told: tuple[str, ...]) -> None:
    assert sentences_taken(story(told)) == 2


SENTENCES = st.sampled_from(
    [
        *{sentence for told in (*TAKE_ONE, *TAKE_NONE, *TAKE_TWO) for sentence in told},
        "“We know,” he said.",
        "“He is right,” said Petrov.",
        "This means 🇵🇰 won.",
        "قال الوزير إن المحادثات مستمرة۔",
        "وہ لاہور گئے۔",
        "She said 🎉 and 👩‍👩‍👧 danced.",
        "He " + "and then " * 40 + "left.",
        "Ivan Petrov " + "went on and on and " * 12 + "stopped.",
        "\u202eHe was there\u202c.",
    ]
)
GAPS = st.sampled_from(
    [" ", " ", " ", "", "\n", "\n\n", "\r\n\r\n", " \u2029 ", " Read more: He left ", "\0"]
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[StoredText, Span]:
    """An article out of the sentences above, with masks in some gaps, and one of its sentences."""
    told = draw(st.lists(SENTENCES, min_size=1, max_size=7))
    article = story(told, [draw(GAPS) for _ in told[1:]])
    return article, draw(st.sampled_from(article.sentences))


@given(stories())
def test_a_quote_is_a_run_of_whole_sentences_that_ends_with_the_chosen_one(
    drawn: tuple[StoredText, Span],
) -> None:
    article, chosen = drawn
    span = read_alone(article, chosen)
    assert span.end == chosen.end
    held = [one for one in article.sentences if span.start <= one.start and one.end <= span.end]
    assert (held[0].start, held[-1]) == (span.start, chosen)
    assert len(held) <= 3
    gaps = [article.text[one.end : other.start] for one, other in pairwise(held)]
    assert all(not gap.strip() for gap in gaps), "a mask stands between"
    assert sum(len(gap.splitlines()) > 1 for gap in gaps) <= 1
    assert len(held) == 1 or len(span.of(article.text).split()) <= LONGEST_QUOTE
    assert span.of(article.text).endswith(chosen.of(article.text))


@given(stories())
def test_a_quote_that_reads_on_its_own_is_left_alone(drawn: tuple[StoredText, Span]) -> None:
    article, chosen = drawn
    span = read_alone(article, chosen)
    assert read_alone(article, span) == span
    if reference_of(chosen.of(article.text)) is None:
        assert span == chosen


@given(stories())
def test_what_comes_later_in_the_article_changes_nothing(drawn: tuple[StoredText, Span]) -> None:
    article, chosen = drawn
    before = tuple(one for one in article.sentences if one.end <= chosen.end)
    cut = written(article.card, article.text[: chosen.end], before)
    assert read_alone(cut, chosen) == read_alone(article, chosen)


NAMES = st.tuples(
    st.sampled_from(["", "Ambassador ", "Prime Minister ", "Dr ", "Party leader "]),
    st.sampled_from(["Ivan", "Maria", "Jean-Luc", "Åsa", "Siobhán"]),
    st.sampled_from([" Petrov", " O’Neill", " van der Berg", " Núñez", " McDonald"]),
).map("".join)


@given(
    name=NAMES,
    did=st.sampled_from(["spoke", "said it was over", "arrived in Oslo on Monday", "met reporters"]),
    opening=st.sampled_from(
        ["He", "His aide", "However, he", "“He", "In May, he", "And he", "She", "Her aide"]
    ),
    gap=st.sampled_from([" ", "\n", "\n\n"]),
)
def test_no_pronoun_stays_alone_behind_a_sentence_that_names_one_person(
    name: str, did: str, opening: str, gap: str
) -> None:
    told = ["The port was closed.", f"{name} {did}.", f"{opening} left early."]
    assert sentences_taken(story(told, gap)) == 1
    assert sentences_taken(story(told, [gap, f"{gap}Read more: Ferries{gap}"])) == 0


def test_a_surname_is_a_person_where_the_article_has_introduced_it() -> None:
    told = ["Prices rose.", "Petrov spoke on Monday.", "He blamed the drought."]
    assert sentences_taken(story(told)) == 0
    assert sentences_taken(story(["Ivan Petrov, the governor, came.", *told[1:]])) == 1
    assert sentences_taken(story(told, title="Ivan Petrov blames the drought")) == 1


@pytest.mark.parametrize("first", ["Jordan", "Paris", "Georgia", "Chad", "Israel"])
@pytest.mark.parametrize(
    "told",
    [
        "{first} Hale, the mayor, spoke.",
        "Mayor {first} Hale spoke.",
        "{first} Hale, 45, spoke.",
        "{first} Hale resigned on Monday.",
        "{first} Hale was born in Oslo.",
    ],
)
def test_a_first_name_that_is_a_place_names_a_person_where_only_a_person_is_told_of(
    first: str, told: str
) -> None:
    sentence = told.format(first=first)
    assert sentences_taken(story(["Prices rose.", sentence, "He blamed the drought."])) == 1
    known = ["Mayor Lena Hale came.", "Prices rose.", f"{first} Hale spoke.", "He blamed the drought."]
    assert sentences_taken(story(known)) == 1


@pytest.mark.parametrize(
    "name",
    [
        "Jordan Valley",
        "Jordan River",
        "Jordan Rift",
        "Paris Agreement",
        "Paris Saint-Germain",
        "Georgia Tech",
        "Georgia Power",
        "Chad Basin",
        "Norway Hale",
        "Chinese Hale",
    ],
)
@pytest.mark.parametrize(
    "told",
    [
        "{name} said so.",
        "{name}, who won, said so.",
        "{name}, owner of the plant, said so.",
        "{name} president came.",
        "{name}’s president came.",
        "The president of {name} said so.",
        "They met in {name}.",
        "The {name} died.",
        "{name} died.",
    ],
)
def test_what_else_is_called_by_a_place_is_no_person(name: str, told: str) -> None:
    found = mentions(told.format(name=name), Known({}))
    assert [mention.kind for mention in found if mention.last == name.rsplit(maxsplit=1)[-1]] != []
    assert all(mention.kind != "person" for mention in found)


def test_an_office_is_known_from_anywhere_before_in_the_article() -> None:
    told = ["Petrov spoke on Monday.", "The ambassador blamed the drought."]
    for introduced in (
        "Ambassador of the Russian Federation, Ivan Petrov, came.",
        "The Russian ambassador Ivan Petrov came.",
        "Ivan Petrov, the ambassador to Norway, came.",
    ):
        assert sentences_taken(story([introduced, "Prices rose.", *told])) == 1
    assert sentences_taken(story(["Ivan Petrov came.", "The ambassador left.", "Prices rose.", *told])) == 0


def test_what_would_be_too_long_stays_as_it_is() -> None:
    for words, taken in ((LONGEST_QUOTE, 1), (LONGEST_QUOTE + 1, 0)):
        told = ["Ivan Petrov spoke" + " again" * (words - 9) + " on Monday.", "He blamed the drought."]
        assert len(" ".join(told).split()) == words
        assert sentences_taken(story(told)) == taken


def test_paragraphs_further_off_are_not_reached() -> None:
    told = TAKE_TWO[0]
    assert sentences_taken(story(told, [" ", "\n\n"])) == 2
    assert sentences_taken(story(told, ["\n\n", " "])) == 2
    assert sentences_taken(story(told, "\n\n")) == 0


def test_a_span_that_is_no_run_of_sentences_is_given_back() -> None:
    article = story(["Ivan Petrov spoke.", "He left."])
    for span in (Span(0, 3), Span(2, len(article.text)), Span(19, 21), Span(18, len(article.text))):
        assert read_alone(article, span) == span


@given(st.text())
def test_any_text_can_be_a_sentence(text: str) -> None:
    reference_of(text)
    article = story(["Ivan Petrov spoke.", "x" + text, "He " + text])
    for chosen in article.sentences:
        assert read_alone(article, chosen).end == chosen.end


@pytest.mark.parametrize(
    "long",
    [
        "He said, " * 20_000,
        "He " + "A" * 200_000,
        "Minister of A " * 15_000,
        "the former " * 20_000,
        "A. " * 60_000,
    ],
    ids=lambda long: long[:12],
)
def test_the_longest_sentence_takes_no_time(long: str) -> None:
    article = story([long, "Ivan Petrov " + long, "He left.", "He " + long])
    began = time.perf_counter()
    for chosen in article.sentences:
        read_alone(article, chosen)
    assert time.perf_counter() - began < 2
