"""What an article tells of other forms of a name, and what it does not tell."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.indexing.naming import learn_aliases
from rag.indexing.preparing import Draft, prepare
from rag.store import Alias, fold
from rag.tokens import count_tokens


def learned(text: str) -> tuple[Alias, ...]:
    article, _ = prepare(Draft(id="a", text=text, source_sha256="0" * 64))
    return learn_aliases(article, count_tokens=count_tokens)


def told(text: str) -> set[tuple[str, str]]:
    return {(alias.form, alias.other) for alias in learned(text)}


BOTH_WAYS = [
    ("Talks on the Pakistan Steel Mills (PSM) began.", "PSM", "Pakistan Steel Mills"),
    ("Talks on PSM (Pakistan Steel Mills) began.", "PSM", "Pakistan Steel Mills"),
    ("The North-South Trade Corridor (NSTC)- a road - opens.", "NSTC", "North-South Trade Corridor"),
    ("It was said by the Council on Foreign Affairs (CFA).", "CFA", "Council on Foreign Affairs"),
    ("He met the Ministry of Foreign Affairs (MoFA) staff.", "MoFA", "Ministry of Foreign Affairs"),
    ("The independent power producers (IPPs) were paid.", "IPP", "independent power producers"),
    ("It was on Pakistan Television’s (PTV) screens.", "PTV", "Pakistan Television"),
    ("The Organised Crime Group (O.C.G.) was named.", "OCG", "Organised Crime Group"),
    ("The “Pakistan Steel Mills” (“PSM”) are shut.", "PSM", "Pakistan Steel Mills"),
    ("At PSM (the Pakistan Steel Mills, in Karachi) work stopped.", "PSM", "Pakistan Steel Mills"),
    ("The Pakistan Tehreek-e-Insaf (PTI) won.", "PTI", "Pakistan Tehreek-e-Insaf"),
]


@pytest.mark.parametrize(("text", "short", "long"), BOTH_WAYS)
def test_an_abbreviation_is_told_in_both_directions(text: str, short: str, long: str) -> None:
    assert told(text) == {(short, long), (long, short)}


NAMES = st.lists(
    st.sampled_from(["Karachi", "Steel", "Orchid", "Marine", "Works", "Board"]), min_size=2, max_size=4
)
JOINTS = st.sampled_from(["", "of", "for the", "and"])


@given(NAMES, JOINTS, st.booleans(), st.sampled_from(["", "talks with", "In Lahore, officials of the"]))
def test_the_long_form_is_exactly_the_words_that_give_the_letters(
    words: list[str], joint: str, turned: bool, before: str
) -> None:
    long = " ".join([words[0], *([joint] if joint else []), *words[1:]])
    short = "".join(word[0] for word in words)
    defined = f"{short} ({long})" if turned else f"{long} ({short})"
    pairs = told(f"{before} {defined} were reported to have begun.".strip())
    # Where the letters repeat, fewer words before may give them all as well; never other ones.
    forms = {other for form, other in pairs if fold(form) == fold(short)}
    assert all(long.endswith(other) or other == long for other in forms)
    assert len(forms) <= 1
    if forms:
        assert (short, *forms) in pairs
    if turned or len(set(short)) == len(short):
        assert forms == {long}


@pytest.mark.parametrize(
    "text",
    [
        "The minister (it was said) left for Lahore.",
        "It went up in the town (IT) as they said.",  # "in the town" is no name: it begins with a joint
        "Pakistan Steel Mills (see below) closed.",
        "Pakistan Steel Mills (ABC) closed.",
        "Pakistan Steel Mills (46%) closed.",
        "Mills (M) closed.",
        "Pakistan Steel Mills. (PSM) closed the gates.",
        "PSM (PSM) closed the gates.",
        "He (Khorev) said so (AP) on Monday (Nov).",
        "The Pakistan Steel Mills have a plan (PSMP) for it.",
    ],
)
def test_what_defines_nothing_tells_nothing(text: str) -> None:
    assert told(text) == set()


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("WHO", "World Health Organization"),
        ("IT", "Information Technology"),
        ("AID", "Agency of International Development"),
        ("COPE", "Committee on Public Enterprises"),
    ],
)
def test_what_is_spelt_like_a_word_needs_capitals_and_is_no_form_to_look_for(short: str, long: str) -> None:
    """The lexical index cannot tell WHO from "who"; the long form must not find every pronoun."""
    text = f"The {long} ({short}) met in Geneva."
    assert learned(text) == (Alias(short, long, "abbreviation", in_capitals=True),)


def test_a_surname_is_told_by_a_full_name_that_it_follows_alone() -> None:
    text = (
        "Russia's ambassador Albert P. Khorev spoke in Karachi. On Friday Khorev returned, the envoy said. "
        "Khorev's visit was short."
    )
    assert told(text) == {("Albert Khorev", "Khorev"), ("Albert P Khorev", "Khorev")}


@pytest.mark.parametrize(
    "text",
    [
        "Khorev spoke first. Later Albert Khorev came.",  # alone before it is named in full
        "Albert Khorev spoke. Nobody answered him.",  # never alone
        "The Steel Board met. The Board was late.",  # an ordinary word
        "They flew to South Korea. They left Korea again.",  # a place that shares its word
        "They flew to Sri Lanka. They left Lanka again.",
        "They flew to Hong Kong. They left Kong again.",
        "Igor Khorev met Albert Khorev. Then Khorev left.",  # either of two
        "Yesterday Karachi was quiet. Then Karachi woke.",  # a capital of the sentence alone
        "President Khorev spoke. Then Khorev left.",  # a title and no more
        "They met in Colombo October last. In October they parted.",
        "Mr Albert Mays spoke. It may be so, he said: they may.",
    ],
)
def test_what_is_no_full_name_tells_no_surname(text: str) -> None:
    assert told(text) == set()


def test_what_is_told_is_told_once_and_always_alike() -> None:
    text = " ".join(text for text, *_ in BOTH_WAYS) * 3
    first = learned(text)
    assert first == learned(text)
    assert len({(fold(alias.form), fold(alias.other)) for alias in first}) == len(first) > 10
    assert all(fold(alias.form) and fold(alias.other) != fold(alias.form) for alias in first)


@pytest.mark.parametrize("unit", ["(AAAAAAAAAA) ", "aaaa (AAAA) ", "(" * 50, "Aa ", "A. ", "A.", "Ab-"])
def test_a_megabyte_of_anything_takes_bounded_time(unit: str) -> None:
    article, _ = prepare(Draft(id="a", text="One. " + unit * (400_000 // len(unit)), source_sha256="0" * 64))
    began = time.perf_counter()
    learn_aliases(article, count_tokens=count_tokens)
    assert time.perf_counter() - began < 20
