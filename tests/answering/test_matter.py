"""What opens an article is news of a matter where it shares its words, and not only those of the parties."""

from __future__ import annotations

import pytest

from rag.answering.english.matter import content_of, is_news, tells_the_same

BILL = "A court let the bill on power be passed in the north on Monday."


@pytest.mark.parametrize(
    ("topic", "text", "best", "news"),
    [
        ("power bill", BILL, "The power bill was put to the house in May.", True),
        # Most of what the best sentence has of the topic: one of three is not.
        ("power bill of reform", BILL, "The power bill of reform was put to the house.", True),
        ("power reform in schools", BILL, "The power reform in schools was put to the house.", False),
        # Whoever deals with each other deals in many things.
        ("grain that Chile sends Peru", f"{BILL} Chile and Peru met.", "Chile sends grain to Peru.", False),
        ("ties of Chile and Peru", f"{BILL} Chile and Peru met.", "Chile and Peru have ties.", False),
        ("Chile and Peru", f"{BILL} Chile and Peru met.", "Chile and Peru have ties.", True),
        # How much it is.
        ("price of power", BILL, "The price of power rose to 40 pesos.", False),
        ("price of power", f"{BILL} It costs 40 pesos, a low price.", "Power has a price of 50 pesos.", True),
        ("price of power", f"{BILL} The price is to be changed.", "The price of power is to be told.", True),
        ("power bill", "A court let the bill on power pass.", "The power bill was put.", False),  # too short
    ],
)
def test_what_opens_an_article_is_news_of_the_matter(topic: str, text: str, best: str, *, news: bool) -> None:
    assert is_news(text, headline="News of Monday", best=best, about=content_of(topic)) is news


def test_a_headline_tells_the_matter_for_what_stands_below_it() -> None:
    topic, best = (
        content_of("the power reform in schools"),
        "The power reform in schools was put to the house.",
    )
    assert not is_news(BILL, headline="A court decides", best=best, about=topic)
    assert is_news(BILL, headline="Reform of schools passed", best=best, about=topic)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("The court refused bail for the owner.", True),
        ("The court refused bail for the owner and fined him 40 pesos.", True),
        ("Bail of 40 pesos was set by the court for the owner.", True),
        ("Riots broke out as the court closed on Monday.", False),
    ],
)
def test_half_of_the_shorter_ones_words_tell_the_same(other: str, *, same: bool) -> None:
    about = content_of("trial of the owner")
    for one, two in (
        ("The owner was refused bail by the court on Monday.", other),
        (other, "Court refused bail."),
    ):
        assert tells_the_same(one, two, about=about) is tells_the_same(two, one, about=about)
    assert tells_the_same("The owner was refused bail by the court on Monday.", other, about=about) is same


def test_other_figures_are_never_the_same() -> None:
    assert tells_the_same("The fire killed 12 people.", "The fire killed 12 people here.", about=frozenset())
    assert not tells_the_same("The fire killed 12 people.", "The fire killed 19 people.", about=frozenset())
