"""Furniture is masked on its shape and place; a sentence of prose never is."""

from __future__ import annotations

import pytest

from rag.indexing.preparing import Draft, prepare
from rag.types import Article

FIRST = "The minister told reporters in the capital that talks on the mills would go on for a week."
SECOND = "He said the delegation had seen the plant and had found it in a better state than was feared."
THIRD = "Trade between the two countries has grown by a third since last year, according to the bank."


def written(*paragraphs: str, **fields: object) -> Article:
    return prepare(Draft("a", "\n\n".join(paragraphs), "", fields))[0]


def kept(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.sentences]


def kinds(article: Article) -> list[tuple[str, str]]:
    return [(mask.kind, article.text[mask.start : mask.end]) for mask in article.masks]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Read more: Is the vaccine available in the country?", "read more"),
        ("Also Read | Markets close higher after a volatile day", "read more"),
        ("READ: Minister to visit the capital next week", "read more"),
        ("Related: Minister visits the capital.", "read more"),
        ("READ MORE: Minister visits the capital, then the port.", "read more"),
        ("Also read | Minister says no.", "read more"),
        ("RELATED STORIES: 12 ways to sleep.", "read more"),
        (
            "RELATED Minister to visit the capital next week to speak of steel, of grain and of gas"
            " from Karachi",
            "read more",
        ),
        ("ALSO READ “Never again”: what the minister told the men of the mills.", "read more"),
        ("LAST DANCE: Star loses the final home game of her season", "read more"),
        ("Background:Why the mills were closed a decade ago by the state", "read more"),
        ("Tags: Karachi, Moscow, Steel", "tags"),
        ("Filed under: Economy", "tags"),
        ("Disclaimer: This post was not checked by an editor.", "disclaimer"),
        (
            "(This story has not been edited by our staff and is auto-generated from a syndicated feed.)",
            "disclaimer",
        ),
        ("© 2024 Some Paper. All rights reserved.", "disclaimer"),
        ("Open in App", "navigation"),
        ("ADVERTISEMENT", "navigation"),
        ("Share on Facebook", "navigation"),
        ("https://example.org/story", "navigation"),
        ("pic.twitter.com/abc", "navigation"),
        ("Sign up for our newsletter to get the news each day.", "promotion"),
        ("Published: June 13, 2023 11:57 AM", "byline"),
        ("Courtesy: ABC", "credit"),
        ("Photo by Jane Doe", "credit"),
        ("John Smith/Agency/Some Images", "credit"),
        ("— Jane Doe", "credit"),
        ("* * *", "ornament"),
        ("Trade and economy", "heading"),
    ],
)
def test_a_line_between_prose_is_known_by_its_shape(line: str, kind: str) -> None:
    article = written(FIRST, line, SECOND, THIRD)
    assert kinds(article) == [(kind, line)]
    assert kept(article) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the talks had ended without a result.",
        "Read the report, he said, and then decide.",
        "Related: the port stays shut.",
        "Related: The port stays shut. The ministry told reporters so on Monday.",
        "Related parties were told to wait outside.",
        "RELATED PARTIES WERE TOLD TO WAIT OUTSIDE.",
        "READ MORE BOOKS, the minister told pupils on Monday.",
        "READ more Books of 2024, the minister told pupils on Monday.",
        "Read more than one report, he said.",
        "More: he had seen it with his own eyes.",
        "Follow the money, as they say in the capital, and it leads abroad.",
        "Tags: these are what the police call the marks on the wall.",
        "Sources said the deal was near.",
        "Source: the ministry confirmed it on Monday in a long statement to the press, which said that "
        "nothing had been decided and that all options, including a sale, remained open, officials said.",
        "“Never again,” he said.",
        "Who will pay for the mills?",
        "Yes.",
        "The winners are as follows:",
        "- a first item of a list",
        "Growth 4.5 percent, inflation 7 percent, deficit 3 percent",
        "Aseni: How does the bank set the rate, and why did it change the rule?",
        "July 14: The star receives support in the courtroom",
    ],
)
def test_a_line_of_prose_or_fact_stays(line: str) -> None:
    article = written(FIRST, line, SECOND, THIRD)
    assert kinds(article) == []
    assert line in kept(article) or any(line.startswith(sentence) for sentence in kept(article))


@pytest.mark.parametrize(
    ("opening", "sentence"),
    [
        ("KARACHI:", "Russia is keen to work with Pakistan on trade."),
        ("WASHINGTON (AP) —", "The president spoke on Monday about trade."),
        ("ISLAMABAD, (Agency / Some News - 12th Feb, 2025)", "The envoy of Russia spoke about trade."),
        ("COLOMBO, May 3 (Reuters) -", "The rupee rose on Monday against the dollar."),
        ("May 22 ( Some Agency) -", "The leaders of Norway spoke about the vote."),
        ("Moscow, June 13", "Russia has sought to expand cooperation with its neighbours."),
        ("(CNN)", "The president spoke on Monday about trade."),
        ("HARPSWELL, Maine (AP) —", "A storm hit the coast on Monday night."),
    ],
)
def test_a_dateline_is_parted_from_a_whole_sentence(opening: str, sentence: str) -> None:
    article = written(f"{opening} {sentence}", SECOND)
    assert kinds(article) == [("dateline", opening)]
    assert kept(article) == [sentence, SECOND]


@pytest.mark.parametrize(
    "sentence",
    [
        "In Moscow, June 13 was a day of mourning for the miners.",
        "Monday, June 13 Russia marked a day of mourning for the miners.",
        "Karachi (the largest city) is a port on the sea.",
        "NASA: the agency that went to the moon in the sixties.",
        "The U.S. and Russia spoke on Monday about trade.",
        "PSM (Pakistan Steel Mills) is closed and has been for ten years.",
    ],
)
def test_prose_that_only_looks_like_a_dateline_is_whole(sentence: str) -> None:
    assert kept(written(sentence, SECOND)) == [sentence, SECOND]


def test_an_embedded_post_goes_with_all_its_lines_and_no_more() -> None:
    article = written(
        FIRST,
        "A first line of the post #steel",
        "Glad to have met my friend. pic.twitter.com/abc",
        "— Some Name (@handle) April 7, 2021",
        SECOND,
    )
    assert [kind for kind, _ in kinds(article)] == ["embedded post"]
    assert kept(article) == [FIRST, SECOND]
    assert article.published.not_before == "2021-04-07"


def test_a_list_of_other_stories_goes_to_the_end_of_the_page() -> None:
    article = written(
        FIRST,
        SECOND,
        "More Stories",
        "Team wins the cup",
        "Ten ways to sleep",
        "Who won?",
        "Rain ahead in the south",
    )
    assert kept(article) == [FIRST, SECOND]


def test_a_box_of_other_stories_ends_where_prose_goes_on() -> None:
    article = written(
        FIRST, "Related Stories", "Team wins the cup again", "Rain ahead", SECOND, THIRD, FIRST + " Yes."
    )
    assert kept(article) == [FIRST, SECOND, THIRD, FIRST, "Yes."]


def test_the_headline_is_found_below_navigation_and_above_a_byline() -> None:
    article = written("City", "Epaper", "Steel talks resume in the capital", "By Jane Doe", FIRST, SECOND)
    assert (article.title, article.title_origin) == ("Steel talks resume in the capital", "text")
    assert [kind for kind, _ in kinds(article)] == ["navigation", "headline", "byline"]
    assert kept(article) == [FIRST, SECOND]


def test_a_headline_known_and_repeated_is_masked_each_time() -> None:
    article = written("Steel talks resume", FIRST, "STEEL TALKS RESUME", SECOND, title="Steel talks resume")
    assert [kind for kind, _ in kinds(article)] == ["headline", "headline"]


def test_a_question_above_prose_is_the_headline() -> None:
    article = written("Is the vaccine available in the country?", FIRST, SECOND)
    assert article.title == "Is the vaccine available in the country?"


def test_a_teaser_cut_with_dots_is_not_quoted_twice() -> None:
    article = written(FIRST[:60] + " ...", FIRST, SECOND)
    assert kinds(article) == [("teaser", FIRST[:60] + " ...")]


def test_a_text_of_its_headline_alone_is_kept() -> None:
    line = "Steel talks resume in the capital"
    assert kept(written(line, line, title=line)) == [line, line]


def test_names_of_places_that_head_every_paragraph_stay() -> None:
    places = [
        text
        for place in ("Ohio", "Maine", "Utah", "Iowa", "Texas", "Idaho", "Kansas")
        for text in (place, FIRST)
    ]
    assert "Utah" in kept(written(SECOND, *places))


def test_what_signs_a_paragraph_is_parted_from_its_sentence() -> None:
    article = written(FIRST, f"{SECOND} (Colombo/May 08/2024)")
    assert kinds(article) == [("date line", "(Colombo/May 08/2024)")]
    assert article.published.value == "2024-05-08"
    assert kept(article) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("By ABC | Published: June 13, 2023", "ABC"),
        ("By Reuters", "Reuters"),
        ("By Jane Doe", None),
        ("By Our Correspondent", None),
    ],
)
def test_a_byline_names_a_source_only_when_it_is_an_agency(line: str, source: str | None) -> None:
    assert written("Steel talks resume in the capital", line, FIRST, SECOND).source == source


def test_a_credit_below_the_text_names_its_source_and_one_within_does_not() -> None:
    assert written(FIRST, SECOND, "Courtesy: ABC").source == "ABC"
    assert written(FIRST, "Source: National Bank", SECOND).source is None
    assert written("KARACHI, (ABC - 12th Feb, 2025) " + FIRST, SECOND, "Courtesy: XYZ").source == "ABC"
