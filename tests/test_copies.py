"""A copy is known through edits, and an update, a form and another story are none."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pytest
from edits import BYLINES, Newsroom
from hypothesis import given
from hypothesis import strategies as st

from rag.copies import (
    PLACES,
    Distance,
    Wording,
    alikeness,
    distance_of,
    is_copy,
    may_be_copy,
    signature_of,
    unpack_signatures,
    wording_of,
)
from rag.types import ArticleCard, Published, Span

WIRE = Distance(days=1, same_outlet=False)
SAME_OUTLET = Distance(days=1, same_outlet=True)
REPORTS = [Newsroom(seed).article(12) for seed in range(40)]


def wording(*sentences: str) -> Wording:
    text = " ".join(sentences)
    starts = [sum(len(sentence) + 1 for sentence in sentences[:place]) for place in range(len(sentences))]
    spans = [Span(start, start + len(sentence)) for start, sentence in zip(starts, sentences, strict=True)]
    return wording_of(text, spans)


def found(copy: Wording, original: Wording, distance: Distance = WIRE) -> bool:
    one, other = unpack_signatures([signature_of(copy), signature_of(original)])
    alike = float(alikeness(one, other))
    return may_be_copy(alike, distance) and is_copy(copy, original, distance)


@pytest.mark.parametrize(("share", "least"), [(0.0, 40), (0.05, 40), (0.1, 40), (0.2, 39), (0.3, 36)])
def test_copies_are_found_at_each_share_of_words_changed(share: float, least: int) -> None:
    newsroom = Newsroom(100)
    assert sum(found(wording(*newsroom.edited(one, share)), wording(*one)) for one in REPORTS) >= least


TOLD = (
    "The court in Karvel {} the former treasurer Dario Melk on Thursday after a trial of six weeks.",
    "The prosecutors had asked for a long term, and his lawyers spoke for three hours.",
    "About {} people waited in front of the building until the evening.",
    "The city will look for another treasurer, the mayor {} said.",
)
TURNS = [
    (("convicted", "forty", "Mira Dahl"), ("acquitted", "forty", "Mira Dahl")),
    (("convicted", "dozens of", "Mira Dahl"), ("convicted", "hundreds of", "Mira Dahl")),
    (("convicted", "forty", "Mira Dahl"), ("convicted", "forty", "Erik Sund")),
    (("convicted", "forty", "Mira Dahl"), ("has not convicted", "forty", "Mira Dahl")),
]


@pytest.mark.parametrize(("words", "others"), TURNS)
def test_what_says_the_opposite_in_one_word_is_an_update(
    words: tuple[str, ...], others: tuple[str, ...]
) -> None:
    def told(first: str, number: str, mayor: str) -> Wording:
        return wording(TOLD[0].format(first), TOLD[1], TOLD[2].format(number), TOLD[3].format(mayor))

    one, other = told(*words), told(*others)
    for distance in (WIRE, SAME_OUTLET):
        assert found(one, one, distance)
        assert not found(one, other, distance) and not found(other, one, distance)


def test_what_tells_one_sentence_more_is_an_update() -> None:
    newsroom = Newsroom(103)
    for one in REPORTS:
        new = newsroom.article(1)
        place = newsroom.chance.randrange(len(one) + 1)
        longer = wording(*one[:place], *new, *one[place:])
        assert not found(longer, wording(*one)) and not found(longer, wording(*one), SAME_OUTLET)
        assert found(wording(*one[:place], "By our own reporter.", *one[place:]), wording(*one))


TWO_THINGS = [
    ("Arnebia", "Arnebia is a genus of flowering plants in the family Boraginaceae."),
    ("Deutzia", "Deutzia is a genus of flowering plants in the family Hydrangeaceae, native to Asia."),
    ("Ada Morel", "Ada Morel is a former swimmer from Karvel, as is her twin Ida Morel."),
    ("Ida Morel (swimmer)", "Ida Morel is a former swimmer from Karvel, as is her twin Ada Morel."),
    ("Mill Lane (station)", "Mill Lane is a station of the red line in Karvel. It was opened in 1999."),
    ("Red Line", "The Red Line is a line in Karvel. Mill Lane is a station of the red line in Karvel."),
]


def titled(title: str, text: str) -> Wording:
    spans = [Span(*match.span()) for match in re.finditer(r"\S[^.]*\.", text)]
    return wording_of(text, spans, title=title)


@pytest.mark.parametrize("place", range(0, len(TWO_THINGS), 2))
def test_articles_about_two_things_are_no_copies_however_alike(place: int) -> None:
    one, other = (titled(*article) for article in TWO_THINGS[place : place + 2])
    assert not is_copy(one, other, WIRE) and not is_copy(other, one, WIRE)


def test_another_headline_makes_no_other_story() -> None:
    for one in REPORTS:
        text = " ".join(one)
        first = one[0].split()
        headlines = [" ".join(first[:4]), " ".join(first[-4:]), "Minister speaks of the matter", "", one[0]]
        for headline in headlines:
            for printed in (text, f"{headline}. {text}"):
                assert is_copy(titled(headline, printed), titled("What was said", text), WIRE)


FORM = (
    "The Daily Lantern Group and its partners store information on your device. "
    "You may accept or manage your choices at any time in the privacy dashboard. "
    "With your consent we use precise location data and content measurement."
)
UNTOLD = [
    ("Will Karvel join the union?", "With ferry sunk near Osel, who will answer?"),
    (
        "Daily Lantern | Parliament rejects pension reform",
        "Daily Lantern | Wolves return to northern forests",
    ),
]


@pytest.mark.parametrize(("one", "other"), UNTOLD)
def test_a_text_that_is_about_neither_headline_is_a_form_of_the_site_and_no_story(
    one: str, other: str
) -> None:
    for distance in (WIRE, SAME_OUTLET, Distance(days=None, same_outlet=True)):
        assert not is_copy(titled(one, FORM), titled(other, FORM), distance)
        # Where one of them is told, the text is a story, and the other headline is another one for it.
        told = f"{FORM} {other}."
        assert is_copy(titled(one, told), titled(other, told), distance)
        assert is_copy(titled(one, FORM), titled(one, FORM), distance)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7])
def test_a_shortened_copy_is_found_and_a_longer_article_is_no_copy_of_it(share: float) -> None:
    newsroom = Newsroom(101)
    for one in REPORTS:
        short = wording(*newsroom.without(one, share))
        assert found(short, wording(*one))
        # What tells more than the earlier article is an update of it.
        assert share < 0.3 or not found(wording(*one), short)


def test_a_byline_makes_no_difference() -> None:
    assert all(found(wording(*one, BYLINES[0]), wording(BYLINES[1], *one)) for one in REPORTS)


def test_the_same_words_with_another_figure_are_no_copy() -> None:
    newsroom = Newsroom(102)
    for one in REPORTS:
        updated = newsroom.updated(one)
        assert updated != one
        assert not found(wording(*updated), wording(*one))
        assert not found(wording(*one), wording(*updated))


def test_a_form_filled_in_for_somebody_else_is_no_copy() -> None:
    newsroom = Newsroom(103)
    for _ in range(40):
        one, other = newsroom.form()
        assert not found(wording(*one), wording(*other))


def test_other_stories_are_no_copies() -> None:
    assert not any(
        found(wording(*one), wording(*other)) for one in REPORTS for other in REPORTS if one is not other
    )


FLOOD = (
    "Floods in the valley have killed {} people, the disaster office said on {}.",
    "Rescue teams reached the villages of Aldern and Mosby by boat in the evening.",
    "The river is expected to fall before the end of the week, an engineer said.",
)


def flood(dead: str, day: str = "Monday") -> Wording:
    return wording(FLOOD[0].format(dead, day), *FLOOD[1:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("12",), ("10",)),
        (("ten",), ("twelve",)),
        (("1,200",), ("1,300",)),
        (("1,20,000",), ("1,20,500",)),
        (("12", "Monday"), ("12", "Tuesday")),
    ],
)
def test_what_tells_of_another_figure_or_day_is_no_copy(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert not found(flood(*one), flood(*other))
    assert not found(flood(*other), flood(*one))


@pytest.mark.parametrize(
    ("one", "other"), [("twelve", "12"), ("1,200", "1200"), ("1,20,000", "120,000"), ("Twelve", "twelve")]
)
def test_a_figure_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert found(flood(one), flood(other))
    assert found(flood(other), flood(one))


def test_an_outlet_that_changes_its_own_words_reports_anew() -> None:
    newsroom = Newsroom(104)
    copies = []
    for one in REPORTS:
        changed = wording(*newsroom.edited(one, 0.1))
        copies += [found(changed, wording(*one), Distance(days, same_outlet=False)) for days in (1, None)]
        for days in (0, 1, None):
            assert not found(changed, wording(*one), Distance(days=days, same_outlet=True))
            assert found(wording(*one), wording(*one), Distance(days=days, same_outlet=True))
    # Of the words put in at random one or two turn a sentence.
    assert sum(copies) >= 0.95 * len(copies)


def test_long_after_a_copy_is_a_reprint() -> None:
    newsroom = Newsroom(105)
    for one in REPORTS:
        changed = wording(*newsroom.edited(one, 0.2))
        assert found(changed, wording(*one), Distance(days=7, same_outlet=False))
        assert not found(changed, wording(*one), Distance(days=8, same_outlet=False))
        assert found(wording(*one), wording(*one), Distance(days=3000, same_outlet=False))


def test_the_distance_of_two_articles() -> None:
    def card(source: str | None, published: str | None) -> ArticleCard:
        dated = Published(published, "day", "metadata") if published else Published()
        return ArticleCard("a", "a", source, None, dated, "0")

    assert distance_of(card("A", "2024-01-03"), card("A", "2024-01-01")) == Distance(2, True)
    assert distance_of(card("A", None), card("B", "2024-01-01")) == Distance(None, False)
    assert distance_of(card(None, None), card(None, None)) == Distance(None, False)


def test_signatures_estimate_how_many_pairs_of_words_are_shared() -> None:
    newsroom = Newsroom(106)
    for share in (0.0, 0.1, 0.2, 0.3):
        for one in REPORTS:
            first, second = wording(*one), wording(*newsroom.edited(one, share))
            true = len(first.pairs & second.pairs) / len(first.pairs | second.pairs)
            one_made, other_made = unpack_signatures([signature_of(first), signature_of(second)])
            # Five standard errors of a share counted in 128 places.
            assert abs(float(alikeness(one_made, other_made)) - true) <= 5 * np.sqrt(0.25 / PLACES)


def test_signatures_are_the_same_on_every_machine() -> None:
    """They are stored: whoever sees this fail must raise the pipeline's version."""
    made = signature_of(flood("12"))
    assert len(made) == 4 * PLACES
    assert (
        hashlib.sha256(made).hexdigest() == "3fd06c31093b1736aeb055de06d434db0e0b64d1efbc0418007ad335297e3068"
    )


@given(st.text(max_size=200))
def test_any_text_has_a_wording_and_is_a_copy_of_itself(text: str) -> None:
    spans = [Span(*match.span()) for match in re.finditer(r"\S[^.]*\.?", text)]
    read = wording_of(text, spans)
    assert bool(signature_of(read)) == bool(read.pairs)
    for distance in (WIRE, SAME_OUTLET):
        assert is_copy(read, read, distance) == bool(read.pairs)
