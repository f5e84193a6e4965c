"""What no quote has of a question's names and numbers; and above all what is never told to be missing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english.lexicon import PEOPLES, PLACES
from rag.answering.lacking import NOTHING, Lacking, lacking
from rag.answering.widening import KnownName, OtherForm
from rag.types import ArticleCard, Citation, Published, Scores

WORDS = [
    "Orvel",
    "Tarn",
    "the",
    "of",
    "7",
    "seven",
    "25,000",
    "million",
    "goats",
    "Goats",
    "NOT",
    "FIFA",
    "F-16",
    "Veld-Oster",
    "Tarn's",
    "4 May 2024",
    ".",
    "?",
    "Friday",
    "Sri Lanka",
    "2.5",
    "Is",
]
QUESTION = "Did Orvel Tarn tell Brisko Ltd that 25,000 goats died?"


def citation(quote: str, *, title: str = "", source: str | None = None) -> Citation:
    return Citation(1, ArticleCard("a", title, source, None, Published(), ""), 0, len(quote), quote, Scores())


def lacks(
    question: str,
    quote: str,
    *,
    title: str = "",
    source: str | None = None,
    article: str = "",
    found: str = "",
) -> Lacking:
    shown = [citation(quote, title=title, source=source)]
    return lacking(question, shown, articles={"a": article or quote}, passages=[found])


def names(question: str, quote: str, **more: str) -> tuple[str, ...]:
    return lacks(question, quote, **more).names


def test_what_no_quote_has_is_told_as_the_question_writes_it() -> None:
    assert lacks(QUESTION, "Nothing was said.") == Lacking(("Orvel Tarn", "Brisko Ltd"), ("25,000",))


@pytest.mark.parametrize("name", ["U.S.", "John F. Tarn", "John F.", "Orvel Tarn", "VGFs"])
@pytest.mark.parametrize("behind", [" {} buy hay?", "{}'s hay?", " {}, and why?"])
def test_a_name_is_told_whole(name: str, behind: str) -> None:
    question = "What did" + behind.format(f" {name}" if "'s" in behind else name)
    [told] = names(question, "Nothing was said.")
    assert told == name and told in question


NAMES = [
    f"{one}{two}{three}"
    for one in ("Bri", "Zor", "Qua", "Ved")
    for two in ("la", "mi", "so")
    for three in ("k", "tto", "ngu", "rra")
]
LONG_QUESTIONS = [
    "!" * 1000 + " Abcd" * 199 + " is",
    "Abc of the " * 180,
    "Zorkag said. " * 150,
    " and ".join(NAMES * 4),
    "SL, " * 500,
    "Peru, " * 330,
    "Abc-" * 500,
]


@pytest.mark.parametrize("question", LONG_QUESTIONS, ids=lambda question: question[-12:])
@pytest.mark.parametrize("words", [0, 100_000])
def test_a_long_question_or_article_takes_no_time(question: str, words: int) -> None:
    """A server's thread answers it; with every word of it held against all it took up to sixteen seconds."""
    sheets = [f"{name} of {number}" for number in range(words // 3 // len(NAMES)) for name in NAMES]
    quote = " ".join(NAMES[::-1]).replace("o", "u")
    began = time.process_time()
    lacks(question[:2000], quote, article=" ".join(sheets), found=quote)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("pasted", [39, 40, 60])
def test_of_a_text_that_was_pasted_the_first_names_are_told(pasted: int) -> None:
    question = "Did Brisko ask " + " and ".join((NAMES * 2)[:pasted])
    assert names(question, "Nothing was said.") == ("Brisko", *NAMES[: min(pasted, 39)])


def test_without_a_quote_nothing_is_told() -> None:
    assert lacking(QUESTION, [], articles={}, passages=[]) == NOTHING


@given(
    st.permutations(["Orvel Tarn spoke.", "To Brisko Ltd.", "Of 25000 goats.", "Nothing."]), st.integers(0, 4)
)
def test_one_of_the_quotes_is_enough_and_the_passage_around_it_is_not(parts: list[str], shown: int) -> None:
    cited = [citation(part) for part in parts[:shown]]
    told = lacking(QUESTION, cited, articles={"a": " ".join(parts)}, passages=parts)
    quoted = " ".join(parts[:shown])
    if shown:
        assert told.names == tuple(name for name in ("Orvel Tarn", "Brisko Ltd") if name not in quoted)
        assert told.numbers == (() if "25000" in quoted else ("25,000",))


@given(
    st.lists(
        st.sampled_from(WORDS),
        min_size=1,
        max_size=14,
    )
)
def test_a_question_lacks_nothing_of_itself(words: list[str]) -> None:
    question = " ".join(words)
    assert lacks(question, question) == NOTHING


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What did Orvel Tarn say?", "Tarn spoke."),  # a surname is the person's
        ("What did Orvel B. Tarn say?", "Tarn spoke."),
        ("What did the Goat Feeders Union of Veld want?", "The GFUV wants hay."),
        ("What did the GFU want?", "The Goat Feeders Union wants hay."),
        ("What did the Brisk-Oster line cost?", "The line from Oster to Brisk was dear."),
        ("What does BriskAir fly?", "Brisk Air flies."),
        ("What did Muhamad Qarsoli say?", "Mohammed Qarsuli spoke."),
        ("Did Rupa's FEVER-19 abate?", "Rupa had fever."),
        ("What did China buy?", "Chinese firms bought hay."),
        ("What did Sri Lankans buy?", "Sri Lanka bought hay."),
        ("What did France buy?", "The French bought hay."),
        ("What did the VGF's goats eat?", "The Veld Goat Fund has hay."),
        ("What did the VGF’s goats eat?", "The Veld Goat Fund has hay."),
        ("What did USA buy?", "The United States bought hay."),
        ("What did America buy?", "The United States bought hay."),
        ("What did Americans buy?", "The United States bought hay."),
        ("What did Americans buy?", "The US bought hay."),
        ("What did the British buy?", "The United Kingdom bought hay."),
        ("What did the Maldives buy?", "Maldivian firms bought hay."),
        ("What did Maldivians buy?", "The Maldives bought hay."),
        ("What did Saudi Arabia buy?", "Saudi firms bought hay."),
        ("What did MPs buy?", "Members of Parliament bought hay."),
        ("What did the VGFs buy?", "Each Veld Goat Fund bought hay."),
        ("Was it in the EU-funded port, or a Rupa-based one?", "It was in a port."),
    ],
)
def test_a_name_is_there_in_another_form(question: str, shown: str) -> None:
    assert names(question, shown) == ()


# Initials ("US") may be words, and are read otherwise.
LANDS = sorted(land for land in PLACES - PEOPLES if len(land) >= 4)


# Names that differ by more than their endings, and places that are called so.
SAME = {
    "britain": "english england",
    "america": "american",
    "france": "french",
    "netherlands": "dutch",
    "europe": "european",
    "wales": "welsh",
    "kiev": "kyiv",
    "turkey": "türkiye",
}


@given(asked=st.sampled_from(LANDS), shown=st.sampled_from([*LANDS, *sorted(PEOPLES)]))
def test_no_place_is_another_however_alike_they_are_written(asked: str, shown: str) -> None:
    """Nor is a people of the place that begins like it, unless none begins more like it."""
    told = names(f"Did {asked.capitalize()} sell wheat?", f"A {shown.capitalize()} firm sold wheat.")
    alike = [sum(shown.startswith(land[:end]) for end in range(1, len(land) + 1)) for land in (asked, *LANDS)]
    if not told:
        same = asked in SAME.get(shown, "") or shown in SAME.get(asked, "")
        assert shown == asked or same or (shown in PEOPLES and alike[0] == max(alike))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("Iraq", "Iranian"),
        ("Indonesia", "Indian"),
        ("Austria", "Australia"),
        ("Chile", "Chinese"),
        ("Niger", "Nigeria"),
        ("Niger", "Nigerian"),
        ("Zambia", "Gambia"),
        ("Slovenia", "Slovak"),
        ("Colombo", "Colombian"),
        ("Oman", "Romania"),
        ("Turkmenistan", "Turkish"),
        ("Greenland", "Greek"),
        ("Westminster", "Western"),
    ],
)
def test_a_place_that_looks_alike_is_told(asked: str, shown: str) -> None:
    assert names(f"How much tea did {asked} buy?", f"A {shown} firm bought tea for 20 million.") == (asked,)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("Iran", "Iranian"),
        ("Indonesia", "Indonesian"),
        ("Finland", "Finnish"),
        ("Poland", "Polish"),
        ("Switzerland", "Swiss"),
        ("China", "Chinese"),
        ("Lanka", "Lankan"),
        ("Israel", "Israelis"),
        ("Sweden", "Swedes"),
        ("Nepal", "Nepali"),
        ("Mali", "Malian"),
        ("Bahrain", "Bahraini"),
        ("Serbia", "Serb"),
        ("Slovenia", "Slovenes"),
        ("Congo", "Congolese"),
        ("Niger", "Nigerien"),
        ("Ireland", "Irish"),
        ("Denmark", "Danes"),
        ("Turkey", "Turkish"),
        ("Greece", "Greek"),
        ("Afghanistan", "Afganistan"),
        ("Pakistan", "PakistanSteel"),
        ("Kiev", "Kyiv"),
        ("Turkey", "Türkiye"),
    ],
)
def test_a_people_is_of_its_place(asked: str, shown: str) -> None:
    assert names(f"How much tea did {asked} buy?", f"A {shown} firm bought tea.") == ()
    assert names(f"How much tea did the {shown} buy?", f"A firm of {asked} bought tea.") == ()


def test_a_headline_and_a_source_are_shown_with_the_quote() -> None:
    question = "What did the Veld Post write of Brisko?"
    assert names(question, "It fell.") == ("Veld Post", "Brisko")
    assert names(question, "It fell.", title="Brisko falls", source="veldpostlk") == ()
    assert names("What did the Veld VP write?", "It fell.", source="veldvplk") == ()


def test_news_of_a_country_leaves_its_name_to_the_reader() -> None:
    question = "What is the wage in Sri Lanka, by Brisko?"
    article = "Sri Lanka and Brisko met. The wage is 9."
    assert names(question, "The wage is 9.", article=article) == ("Brisko",)
    assert names(question, "The wage is 9.") == ("Sri Lanka", "Brisko")


@pytest.mark.parametrize(
    "question",
    [
        "Was the wage NOT raised? Correct?",
        "The wage was raised. Correct?",
        "Was the wage raised on Friday, 26 April 2024, or in Ramadan?",
        "Did the Minister, the Prime Minister or the Central Bank raise it?",
        "Did the Committee raise it?",
        "Did the MPs and CEOs raise it?",
        "WAS IT RAISED BY BRISKO?",
        "Was The Wage Raised By Unions In Kind?",
        "Hikers praised it",
        "Is it RAISED by the Govt?",
        "Tell whether it fell in Q2 or by 9pm",
    ],
)
def test_what_may_be_no_name_is_not_told(question: str) -> None:
    assert names(question, "It is high.", found="The committee was raised; is it correct or raised?") == ()


@pytest.mark.parametrize(
    ("question", "found", "told"),
    [
        (
            "Brisko reported a fall",
            "Wheat that Brisko sold fell.",
            ("Brisko",),
        ),  # a capital inside a sentence
        ("Brisko reported a fall", "Wheat fell.", ("Brisko",)),  # known to nothing that was found
        ("Briskers reported a fall", "Wheat fell.", ()),  # may be a thing for all that
        ("Brisko fall", "Wheat fell.", ()),
        ("Brisko reported a fall", "A brisko fell.", ()),  # an ordinary word here
        ("Brisko reported a fall", "Wheat fell. Brisko too.", ()),  # only where a sentence begins
        ("BRZK reported a fall", "Wheat fell.", ("BRZK",)),
        ("BriskAir fall", "Wheat fell.", ("BriskAir",)),
        ("Peru reported a fall", "Wheat fell.", ("Peru",)),
        ("Wheat fell. Brisko denied it", "Hay that Brisko sold.", ("Brisko",)),
    ],
)
def test_the_first_word_is_a_name_where_it_cannot_be_another_word(
    question: str, found: str, told: tuple[str, ...]
) -> None:
    assert names(question, "It is wheat.", article="It is wheat.", found=found) == told


def test_what_was_found_further_down_is_asked_only_for_a_word_that_nothing_else_knows() -> None:
    def further() -> list[str]:
        asked.append(1)
        return ["A brisko fell."]

    for question, told, times in (
        ("Brisko reported a fall", (), 1),
        ("Did Brisko report a fall?", ("Brisko",), 0),
        ("It fell", (), 0),
    ):
        asked: list[int] = []
        shown = [citation("It is wheat.")]
        assert lacking(question, shown, articles={}, passages=[], further=further).names == told
        assert len(asked) == times


def test_words_for_the_sort_of_a_name_are_told_only_with_it() -> None:
    assert names("Did Brisko Bank pay?", "It paid.") == ("Brisko Bank",)
    assert names("Did Brisko Bank pay?", "The bank paid.") == ("Brisko",)
    assert names("Did Brisko Bank pay?", "Brisko paid.") == ()


def test_another_form_of_a_known_name_is_the_name() -> None:
    question = "What did Qorvo Mills do?"
    form = OtherForm("Lathe Works", "synonym", "1")
    known = KnownName(9, 20, (form,))
    cited = [citation("Lathe Works closed.")]
    assert lacking(question, cited, articles={}, passages=[], names=[known]) == NOTHING
    assert lacking(question, cited, articles={}, passages=[]).names == ("Qorvo Mills",)


def test_a_time_of_the_question_is_neither_a_name_nor_a_number() -> None:
    question = "Did it fall in the 40 days of Brisk?"
    assert lacks(question, "It fell.") == Lacking(("Brisk",), ("40",))
    told = lacking(
        question, [citation("It fell.")], articles={}, passages=[], times=("the 40 days of Brisk",)
    )
    assert told == NOTHING
