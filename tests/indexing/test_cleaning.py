"""Furniture is masked on its shape and place; a sentence of prose never is."""

from __future__ import annotations

import time

import pytest

from rag.indexing.preparing import Draft, NoProse, prepare
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
        ("WINNERS: Every captain who has won the cup, by year", "read more"),
        ("Graphics: How many mills were closed? 18, enough for 26 towns", "read more"),
        ("Some Show | The Key to the Revival | Jane Doe | 29th January 2024", "read more"),
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
        ("Storm damage:How to claim for it", "read more"),
        ("Hear why the minister changed her mind 03:30 - Source: ABC", "credit"),
        ("Courtesy: ABC", "credit"),
        ("Photo by Jane Doe", "credit"),
        ("John Smith/Agency/Some Images", "credit"),
        ("— Jane Doe", "credit"),
        ("* * *", "ornament"),
        ("Trade and economy", "heading"),
        (
            "Copyright 2024 Some Agency. All rights reserved. This material may not be published.",
            "disclaimer",
        ),
        ("(Except for the headline, this story has not been edited by our staff.)", "disclaimer"),
        ("Sign up for our weekly newsletter. It will help you to follow the talks.", "promotion"),
        ("Contributing: Jane Doe, SOME AGENCY. The Other Agency.", "credit"),
        ("How relevant is this ad to you?", "promotion"),
        ("Ad never loaded Audio on ad was too loud Other issues", "promotion"),
        (
            "We will use the details you have shared to manage your registration. You agree to the use of "
            "this information as described in our Privacy Policy.",
            "promotion",
        ),
        ("Would you like to receive the daily newsletter?", "promotion"),
        ("Get the latest stories in your inbox. You will love it. Sign up here.", "promotion"),
        ("Join us on Twitter and Facebook. Sign up for our newsletter.", "promotion"),
        ("If you wish to object to the use of your data in this way, please tick here.", "promotion"),
        (
            "Do you like football? Then you will enjoy our newsletter in your inbox. Sign up here.",
            "promotion",
        ),
        ("A version of this story first appeared in the Short Days newsletter. Sign up here.", "promotion"),
        ("Purchases you make through our links may earn us a commission.", "promotion"),
        ("Reach the reporter at jane@example.org. Follow her on Twitter @jane.", "promotion"),
        ("Support local journalism. Start your online subscription today.", "promotion"),
        ("May 3, 2024", "heading"),
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
        "The audit report of the mills has not been reviewed by the board, and 40 billion are missing.",
        "The content of the treaty has not been modified since 2019.",
        "The land of the mills, all rights reserved, had been transferred to the bank.",
        "Scans published from an agency archive show the plant.",
        "Sign up for the vaccination drive begins on Monday, the minister said.",
        "Subscribe to the scheme and you will get 12,000 rupees a month, the minister said.",
        "The ministry writes a newsletter, and the minister said that you can sign up for it here.",
        "The company earns a commission on each sale of the mill's steel.",
        "The privacy policy bill is before parliament for the second time.",
        "You can register here with your passport and get the vaccine the same day.",
        "Parliament supports local journalism with 5 million rupees a year.",
        "The government will send you updates by text message, so sign up to receive its alerts.",
        "Follow the money on Facebook and you will find the buyers of the mill.",
        "The search engine's revenue from ads never fell until 2022.",
        "Spending on ads froze in the spring, and our paper lost a tenth.",
        "Like many politicians on Twitter, he posts daily about us.",
        "Join millions on TikTok, and you are seen.",
        "Support for local journalism fell by half in ten years, here as elsewhere.",
        "The company changed its privacy policy, and users left us in droves.",
        "The rule makes it easier for you to unsubscribe.",
        "You pay the agents, who earn commissions of up to 10 percent.",
        "The state keeps the data you have given it for ten years.",
        "Phishing starts with a mail in your inbox, from a bank that you know.",
        "It began as a newsletter. Now you can find it in every shop.",
        "Register your phone with the authority to get alerts of earthquakes by e-mail.",
        "“Sign up for our newsletter,” the poster read in a language that nobody here speaks any more.",
        "You will find no ads here. The mill has 5,600 workers and stood still for nine years, as every "
        "visitor to the gate in Bin Qasim can see. Sign up here.",
        "Sources: The finance ministry and the bank said that the mill owes 229 billion rupees.",
        "Courtesy of Turkey, the two sides met in Istanbul on Monday, officials said.",
        "A Some News/Other Times poll released on Monday shows a tighter race.",
        "Toll: Forty killed and 112 injured in three districts of Sindh",
        "Scores: Pakistan 250 for seven, India 248 for nine in 50 overs",
        "Player of the match: The captain, who took five for 22 in the final",
        "Q: What was the hardest part of the talks on the mills?",
        "The team: Jane Doe, John Smith, Mary Major, Richard Roe and two more",
        "12 November 2019 - Contract signed with the lenders",
        "12 November 2019 – Contract signed with the lenders",
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
        ("COLOMBO (Some Agency 1);", "The rupee rose on Monday against the dollar."),
        ("Colombo (Some News);", "The rupee rose on Monday against the dollar."),
        ("(Some Mirror) -", "The rupee rose on Monday against the dollar."),
        ("SINGAPORE (S&P Some Ratings) Nov. 22, 2024–", "The rupee rose on Monday against the dollar."),
        ("Kyiv, Ukraine (CNN)", "The president spoke on Monday about trade."),
        ("New York (CNN Business)", "US drivers have never paid as much for petrol."),
        ("(Reuters)", "The rupee rose on Monday against the dollar."),
        ("Jan 22, (Reuters) -", "Two seamen were lost off the coast on Monday."),
    ],
)
def test_a_dateline_is_parted_from_a_whole_sentence(opening: str, sentence: str) -> None:
    article = written(f"{opening} {sentence}", SECOND)
    assert kinds(article) == [("dateline", opening)]
    assert kept(article) == [sentence, SECOND]


@pytest.mark.parametrize(
    "opening",
    ["(Reuters) -", "Jan 22 (Reuters) -", "Colombo (Reuters) -", "Colombo, Feb 3 (Some Agency)-"],
)
def test_a_bracket_parts_a_dateline_from_what_is_written_close_to_it(opening: str) -> None:
    sentence = "The rupee rose on Monday against the dollar."
    article = written(f"{opening}{sentence}", SECOND)
    assert kinds(article) == [("dateline", opening)]
    assert kept(article) == [sentence, SECOND]


@pytest.mark.parametrize(
    "sentence",
    [
        "Pakistan Tehreek-e-Insaf (PTI) Chairman Karl Voss was arrested on Monday.",
        "Peoples Party (PPP)-Muslim League (PML) coalition took office on Monday.",
        "Toyota (Japan)-Made cars sell well in the shops of the capital.",
        "Federal Police (AFP) Commissioner Karl Voss spoke on Monday about trade.",
        "Thomson Reuters (Reuters) Chief Karl Voss spoke on Monday about trade.",
        "Cable News Network (CNN) Chief Karl Voss spoke on Monday about trade.",
        "Agence France-Presse (AFP) Chairman Karl Voss spoke on Monday about trade.",
        "The British Broadcasting Corporation (BBC) Trust spoke on Monday about trade.",
        "Associated Press (AP) President Karl Voss spoke on Monday about trade.",
        "National Party (NP) MP Karl Voss spoke on Monday about trade.",
        "In Moscow, June 13 was a day of mourning for the miners.",
        "Monday, June 13 Russia marked a day of mourning for the miners.",
        "Karachi (the largest city) is a port on the sea.",
        "NASA: the agency that went to the moon in the sixties.",
        "The U.S. and Russia spoke on Monday about trade.",
        "PSM (Pakistan Steel Mills) is closed and has been for ten years.",
        "Karachi (the largest city); Lahore comes second by far.",
        "(Karachi) The port was shut on Monday for ten hours.",
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


def test_a_box_of_other_stories_never_takes_prose_that_goes_on() -> None:
    footer = ["Team wins the cup", "Rain ahead", "Who won?", "Ten ways to sleep", "Home", "Sport", "Weather"]
    article = written(FIRST, "READ MORE", "Talks on gas resume", SECOND, THIRD, *footer)
    assert kept(article)[:3] == [FIRST, SECOND, THIRD]


def test_one_long_paragraph_behind_a_box_is_prose_that_goes_on() -> None:
    article = written(
        FIRST, "READ MORE", "Talks on gas resume", SECOND + " " + THIRD, "Rain ahead in the south"
    )
    assert kept(article)[:3] == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("fields", [{"title": "Steel talks resume in the capital"}, {}])
def test_a_list_of_other_stories_above_the_article_takes_nothing_of_it(fields: dict[str, object]) -> None:
    stories = [f"Story {name} of the day has a headline" for name in ("one", "two", "three", "four", "five")]
    head = ["Steel talks resume in the capital", "By Jane Doe"]
    article = written("Trending stories", *stories, *head, FIRST, **fields)
    assert article.title == "Steel talks resume in the capital"
    assert kept(article) == [FIRST]


def test_headlines_below_the_last_prose_are_other_stories() -> None:
    stories = ["Team wins the cup for the third time", "Rain ahead in the south of the island"]
    form = ["Leave a Reply", "Save my name, email, and website in this browser for the next time I comment."]
    article = written(FIRST, SECOND, THIRD, *stories, *form)
    assert ("related", "\n\n".join(stories)) in kinds(article)
    assert kept(article) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "lines",
    [
        ["Team wins the cup for the third time"],
        [
            "The results of the day are as follows:",
            "Some team of the north 212 for five",
            "Other team all out",
        ],
        [
            "The envoy left on Monday, the ministry said late at night",
            "The minister told reporters he would stay",
        ],
        ["- a first item of a list of five words", "- a second item of a list of five words"],
        ["Toll: Forty killed and 112 injured in Sindh", "Cause: Rain that fell for three days"],
    ],
)
def test_lines_below_the_last_prose_that_may_be_its_own_stay(lines: list[str]) -> None:
    assert kept(written(FIRST, SECOND, THIRD, *lines))[3:] == lines


def test_lines_without_an_end_stay_in_a_text_that_is_made_of_them() -> None:
    lines = [f"Line {name} of a poem that was written" for name in ("one", "two", "three", "four", "five")]
    assert kept(written(FIRST, SECOND, THIRD, *lines[:3], FIRST, *lines[3:]))[-2:] == lines[3:]


def notes(*paragraphs: str) -> list[str]:
    return prepare(Draft("a", "\n\n".join(paragraphs), "", {}))[1]


def test_much_prose_that_is_masked_is_told() -> None:
    told = [
        "Team wins the cup",
        SECOND,
        "Rain ahead",
        "Who won?",
        THIRD,
        "Ten ways to sleep",
        "Home",
        "Sport",
    ]
    article = written(FIRST, "More Stories", *told)
    assert kept(article) == [FIRST]
    (note,) = notes(FIRST, "More Stories", *told)
    assert note.startswith("67% of its full sentences are taken for links, credits and other furniture")
    assert "`rag articles show`" in note


def test_a_form_or_an_address_below_a_short_text_is_not_told() -> None:
    assert (
        notes("He left.", "Save my name, email, and website in this browser for the next time I comment.")
        == []
    )
    assert notes(FIRST, "Photo by Jane Doe", SECOND, THIRD, "Contact Jane Doe at jane@example.org.") == []


def test_the_headline_is_found_below_navigation_and_above_a_byline() -> None:
    article = written("City", "Epaper", "Steel talks resume in the capital", "By Jane Doe", FIRST, SECOND)
    assert (article.title, article.title_origin) == ("Steel talks resume in the capital", "text")
    assert [kind for kind, _ in kinds(article)] == ["navigation", "headline", "byline"]
    assert kept(article) == [FIRST, SECOND]


def test_a_headline_known_and_repeated_is_masked_each_time() -> None:
    article = written("Steel talks resume", FIRST, "STEEL TALKS RESUME", SECOND, title="Steel talks resume")
    assert [kind for kind, _ in kinds(article)] == ["headline", "headline"]


@pytest.mark.parametrize("label", ["Explained", "Watch", "Must read", "Listen"])
def test_a_headline_that_opens_like_a_link_is_the_headline(label: str) -> None:
    line = f"{label}: Why the rupee is falling so fast"
    assert written(line, FIRST, SECOND).title == line
    assert written(line, FIRST, SECOND, title=line).title == line
    assert kept(written(line, FIRST, SECOND)) == [FIRST, SECOND]
    below = written("Steel talks resume in the capital", line, FIRST, SECOND)
    assert below.title == "Steel talks resume in the capital"
    assert ("read more", line) in kinds(below)


def test_a_label_that_no_space_parts_from_its_headline_is_a_link_wherever_it_stands() -> None:
    links = ["Storm damage:How to claim for a roof", "The mills:Who will pay for them, and when"]
    shown = written(FIRST, "- an item of a list", *links, SECOND, THIRD)
    assert kinds(shown) == [("read more", "\n\n".join(links))]
    # A speaker's name comes back, and a label of facts is none.
    talk = [
        "Voss:We will not sell the mills",
        "Dahl:We will not pay for it",
        "Voss:Then they close on Monday",
    ]
    assert talk[0] in kept(written(FIRST, *talk, SECOND))
    assert "Venue:The old port of Arda" in kept(
        written(FIRST, "- an item", "Venue:The old port of Arda", SECOND)
    )


@pytest.mark.parametrize("behind", [" https://t.co/abc", "[1]", " [12]", "[^1]", "[1][2]"])
def test_what_stands_behind_its_stop_does_not_make_a_sentence_a_headline(behind: str) -> None:
    article = written("The mills will be sold." + behind, SECOND, THIRD)
    assert article.title_origin == "first sentence"
    assert kept(article)[0].startswith("The mills will be sold.")


def test_rows_of_a_table_above_the_prose_stay() -> None:
    rows = ["| Year | Debt |", "|---|---|", "| 2023 | 229 billion |"]
    article = written("Steel talks resume in the capital", *rows, FIRST, SECOND)
    assert kept(article) == [rows[0], rows[2], FIRST, SECOND]


def test_a_chronology_above_the_prose_stays() -> None:
    days = ["12 November 2019 - Contract signed with the lenders", "3 May 2020 - Retired"]
    article = written("Steel talks resume in the capital", *days, FIRST, SECOND)
    assert kept(article) == [*days, FIRST, SECOND]
    assert article.published.value is None


def test_a_day_and_a_place_above_the_prose_date_the_article() -> None:
    article = written("Steel talks resume in the capital", "May 3, 2024 | Karachi", FIRST, SECOND)
    assert ("date line", "May 3, 2024 | Karachi") in kinds(article)
    assert article.published.value == "2024-05-03"


@pytest.mark.parametrize(
    "line",
    [
        "Contact with the vessel was lost at 0300 GMT, the navy said.",
        "Twitter was blocked in Pakistan in February 2024, the ministry said.",
        "Follow-up talks with the lenders are set for 6 May 2025 in Doha, officials said.",
        "Email records show that the mill was offered twice in March 2023 and once in 2024.",
        "The bank and the fund contributed to the report.",
    ],
)
def test_the_last_sentence_of_prose_is_no_address(line: str) -> None:
    assert kept(written(FIRST, SECOND, line)) == [FIRST, SECOND, line]


@pytest.mark.parametrize(
    "line",
    [
        "Contact Jane Doe at 313-222-2149 or follow her on Twitter.",
        "Reach the reporter at 791-1490.",
        "Contact Jane Doe at jane@example.org.",
        "Follow her on Twitter @jane.",
        "Jane Doe and John Smith contributed to this report.",
    ],
)
def test_who_wrote_it_and_where_they_are_reached_is_masked_below_the_prose(line: str) -> None:
    assert [masked for _, masked in kinds(written(FIRST, SECOND, line))] == [line]


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


@pytest.mark.parametrize(
    "text",
    [
        "Said. " + "https://t.co/a[1]" * 4000,
        "Said." + " https://t.co/a[1] b" * 4000,
        "Said." + "[1]" * 20_000 + "x",
        "| a " * 20_000,
        "A" + "a" * 60_000 + ": B",
        "May 3, 2024 - " + "Aa, " * 20_000,
        "A/" + "A of " * 20_000,
        "COLOMBO (" + "A " * 30_000,
        "(" + "Aa " * 30_000,
        "Contact A " + "313 " * 20_000,
        "this story " * 8000,
        "copyright " * 8000,
    ],
)
def test_a_long_line_of_any_shape_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    written(FIRST, *[text[:size] for size in (90, 200, 320, 440, 990)], text, SECOND)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "aside",
    [
        "The mill has 5,600 workers and stood still for nine years.",  # speaks to nobody
        f"You will see {'more and ' * 20}more of it on Monday.",  # too long for an aside
        f"{'Really, ' * 120}here.",  # a paragraph of more than a form
    ],
)
def test_an_offer_beside_prose_stays(aside: str) -> None:
    line = f"{aside} Would you like to receive our newsletter?"
    assert kinds(written(FIRST, line, SECOND, THIRD)) == []


FORM = ("How relevant is this ad to you?", "Sign up for our newsletter to get it in your inbox.")


def test_a_page_that_gives_only_a_headline_is_kept_without_a_sentence() -> None:
    article, notes = prepare(Draft("a", "\n\n".join(FORM), "", {"title": "Bridge opens"}))
    assert (article.title, article.sentences) == ("Bridge opens", ())
    assert [kind for kind, _ in kinds(article)] == ["promotion"]
    assert notes == ["holds nothing but offers of the page, so it is found by its headline and never quoted"]


def test_without_a_headline_of_its_own_such_a_page_is_no_article() -> None:
    with pytest.raises(NoProse):
        written(*FORM)
    with pytest.raises(NoProse):
        written("Home", "https://example.org/", title="Bridge opens")
