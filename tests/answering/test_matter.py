"""What opens an article is news of a matter where it shares its words, and not only those of the parties."""

from __future__ import annotations

import pytest

from rag.answering.english.matter import Matter

BILL = "A court let the bill on power be passed in the north on Monday."


@pytest.mark.parametrize(
    ("topic", "text", "best", "news"),
    [
        ("power bill", BILL, "The power bill was put to the house in May.", True),
        # Half of the topic, or most of what the best sentence has of it: one of two or three is not.
        ("power bill of school reform", BILL, "Reform was put to the house.", True),
        ("power, school and harbour reform", BILL, "The power reform was put to the house.", False),
        ("power, school and harbour reform", BILL, "Power was put to the house.", True),
        ("power reform of schools", BILL, "The power reform of schools was put to the house.", False),
        # Whoever deals with each other deals in many things.
        ("grain that Chile sends Peru", f"{BILL} Chile and Peru met.", "Chile sends grain to Peru.", False),
        ("ties of Chile and Peru", f"{BILL} Chile and Peru met.", "Chile and Peru have ties.", False),
        ("Chile-Peru talks", f"{BILL} Chile and Peru met.", "Chile and Peru have ties.", False),
        ("Chile and Peru", f"{BILL} Chile and Peru met.", "Chile and Peru have ties.", True),
        ("Sri Lanka grain quota", f"{BILL} Sri Lanka won.", "The grain quota of Sri Lanka is new.", False),
        ("United States grain quota", f"{BILL} The United States won.", "The grain quota is new.", False),
        # A state by itself is no place.
        ("state bank", f"{BILL} The bank is of the state.", "The state bank is here.", True),
        # How much it is.
        ("price of power", BILL, "The price of power rose to 40 pesos.", False),
        ("price of power", f"{BILL} It costs 40 pesos, a low price.", "Power has a price of 50 pesos.", True),
        ("price of power", f"{BILL} The price is to be changed.", "The price of power is to be told.", True),
        ("court case on power", BILL, "The court case on power cost 40 pesos.", True),
        (
            "sale of the power firm",
            f"{BILL} Its sale goes on.",
            "The sale of the power firm brought 40 pesos.",
            True,
        ),
        # Too short, or nothing of it in the sentence itself.
        ("power bill", "A court let the bill on power pass.", "The power bill was put.", False),
        ("power bill", "All of them went home on that Monday as it rained.", "It was put.", False),
    ],
)
def test_what_opens_an_article_is_news_of_the_matter(topic: str, text: str, best: str, *, news: bool) -> None:
    headline = "Power bill" if "went home" in text else "News of Monday"
    assert Matter.of(topic).is_told_by(text, headline=headline, best=best) is news


def test_a_headline_tells_the_matter_for_what_stands_below_it() -> None:
    topic, best = (
        Matter.of("the power reform in schools"),
        "The power reform in schools was put to the house.",
    )
    assert not topic.is_told_by(BILL, headline="A court decides", best=best)
    assert topic.is_told_by(BILL, headline="Reform of schools passed", best=best)
