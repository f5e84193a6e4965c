"""Where sentences and paragraphs end in the messy text of news."""

from __future__ import annotations

import pytest

from rag.indexing.layout import paragraphs
from rag.indexing.sentences import sentences
from rag.types import Mask


def split(text: str, *masks: Mask, language: str | None = "en") -> list[str]:
    return [span.of(text) for span in sentences(paragraphs(text), masks, language=language)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Khorev spoke to ‘TASS News Agency’.", "In this context he left."],
        ["Threats emanate from its territory.", "“We support Pakistan,” he said."],
        ["We won! 🇵🇰", "The next match is on Friday."],
        ["He was born in 1990.", "She was not."],
        ["They meet on Fri. 3 May in Karachi.", "Then they part."],
        ["It was a draw…", "Fans wept."],
        ["Consul General Andrey V Fedorov met Albert P. Khorev and Sen. Smith.", "They spoke."],
        ["Trade rose by 4.5 percent to Rs. 20 million in the U.S. market.", "It fell later."],
        ["He lives in the U.S.", "The next day he left."],
        [
            "The mills went to Kahn Sdn. Bhd., Arda Elite Pte. Ltd. and Acme Pty. Ltd. on Monday.",
            "They closed.",
        ],
        ["“In our cooperation, sky is the limit”.", "He said so."],
        ["“We are concerned. This will destabilize the region,” he said.", "He left."],
        ["See www.example.com/Page.Html or mail A.Person@example.Org for more.", "That is all."],
        ["پاکستان اور روس میں مذاکرات ہوئے۔", "یہ دوسرا جملہ ہے۔"],
        ["“It is right,” he said.", "“We go on.”"],
        ["Is it so?", "“Yes!”", "He left."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("News ‘Agency’.In this he left.", ["News ‘Agency’.", "In this he left."]),
        ("its territory.“We support it,” he said.", ["its territory.", "“We support it,” he said."]),
        ("Born in 1990.She left!He stayed.", ["Born in 1990.", "She left!", "He stayed."]),
        ("俄罗斯外交部长访问巴基斯坦。他会见了总理。", ["俄罗斯外交部长访问巴基斯坦。", "他会见了总理。"]),
    ],
)
def test_no_space_after_the_end(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "told_with",
    [
        *(
            "Monday",
            "Mondays",
            "Thu.",
            "Sunday, 5 May",
            "May 5",
            "Dec. 5",
            "5 December",
            "EST",
            "GMT on Tuesday",
        ),
        *("ET (1500 GMT)", "Eastern time", "Eastern", "Sri Lanka time", "Pakistan Standard Time on Friday"),
        *("British local time", "Sri Lanka standard time"),
    ],
)
@pytest.mark.parametrize("hour", ["4:30 a.m.", "6 p.m.", "5p.m.", "9 P.M."])
def test_an_hour_stays_with_its_day_and_zone(hour: str, told_with: str) -> None:
    whole = f"The quake hit Tolima at {hour} {told_with}, officials said."
    felt = f"It was felt at {hour}"
    assert split(f"{whole} {felt} The mayor left.") == [whole, felt, "The mayor left."]


@pytest.mark.parametrize(
    "opening",
    [
        *("The mayor left.", "Monday's meeting was cancelled.", "May he rest.", "Thus he left.", "Sun rose."),
        *("Central banks said so.", "This time they agreed.", "20 people left.", "Money was lost."),
    ],
)
def test_an_hour_may_end_a_sentence(opening: str) -> None:
    assert split(f"It ended at 4 p.m. {opening}") == ["It ended at 4 p.m.", opening]


@pytest.mark.parametrize(
    "whole",
    [
        *("Sales rose 4 pct. in Q3.", "See vol. II.", "See Chap. 10 and Vol. 2.", "Approx. 40 people died."),
        *("It costs approx. forty rupees.", "Govt. to sell the mills.", "It was P.M. Silva who spoke."),
    ],
)
def test_an_abbreviation_stays_with_what_it_shortens(whole: str) -> None:
    assert split(f"{whole} He left.") == [whole, "He left."]


def test_an_abbreviation_may_end_a_sentence() -> None:
    assert split("It rose 4 pct. The bank left. It was the Govt. He said so.") == [
        *("It rose 4 pct.", "The bank left.", "It was the Govt.", "He said so."),
    ]


def test_a_blank_line_ends_a_sentence_and_a_wrapped_line_does_not() -> None:
    wrapped = (
        "The minister of foreign affairs said on Monday that talks about\n"
        "the steel mills would go on for another week. He added that the\n"
        "delegation from Moscow had seen the plant and had found it in a\n"
        "better state than was feared.\n\n"
        "Trade between the two countries grew."
    )
    assert len(paragraphs(wrapped)) == 2
    assert split(wrapped) == [
        "The minister of foreign affairs said on Monday that talks about\n"
        "the steel mills would go on for another week.",
        "He added that the\ndelegation from Moscow had seen the plant and had found it in a\n"
        "better state than was feared.",
        "Trade between the two countries grew.",
    ]


def test_lines_that_are_paragraphs_stay_apart() -> None:
    text = "Trade and economy\nThe minister spoke of trade at length today.\nGas pipeline\nIt is long."
    assert split(text) == text.split("\n")


def test_a_line_broken_in_a_sentence_goes_on() -> None:
    text = "The minister of foreign affairs said on Monday that\ntalks would go on."
    assert split(text) == [text]


def test_items_of_a_list_stay_apart() -> None:
    text = "The delegation which came to the city will visit these places\n- the port\n- the mills"
    assert split(text) == text.split("\n")


def test_a_mask_ends_a_sentence_and_is_in_none() -> None:
    text = "KARACHI: Russia is keen. It said so. (Agency)"
    assert split(text, Mask(0, 8, "dateline"), Mask(37, 45, "credit")) == ["Russia is keen.", "It said so."]


def test_marks_alone_belong_to_the_sentence_before() -> None:
    assert split("He said so. ”") == ["He said so. ”"]


def test_no_language_is_as_good_as_any() -> None:
    assert split("He came. She left.", language=None) == ["He came.", "She left."]
    assert split("He came. She left.", language="xx") == ["He came.", "She left."]
