"""Figures as news writes them: what is one, what it is worth, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answering.english.figures import figures_of


def read(text: str) -> list[tuple[float, str]]:
    return [(figure.value, figure.unit) for figure in figures_of(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("Trade grew by 46 percent.", 46, "%"),
        ("Trade grew by 46% in all.", 46, "%"),
        ("Trade grew by 46 per cent.", 46, "%"),
        ("Turnout was 46.5 %.", 46.5, "%"),
        ("It costs $3.2 billion.", 3.2e9, "usd"),
        ("It costs US$790 million.", 790e6, "usd"),
        ("It costs 790 million dollars.", 790e6, "usd"),
        ("It costs €40 mn.", 40e6, "eur"),
        ("It costs Rs 20 crore.", 200e6, "rupee"),
        ("It costs Rs. 1,50,000 a year.", 150_000, "rupee"),
        ("It costs five lakh rupees.", 500_000, "rupee"),
        ("They gave 50,000 doses.", 50_000, "dos"),
        ("They sent 7 million barrels of crude oil.", 7e6, "barrel"),
        ("Seven million barrels came.", 7e6, "barrel"),
        ("Twenty-five ships sank.", 25, "ship"),
        ("They sent two dozen ships.", 24, "ship"),
        ("They lost 1,20 euros.", None, ""),
        ("They hired two hundred workers.", 200, "worker"),
        ("At least 12 people were killed.", 12, "peopl"),
        ("It killed 31 armed men.", 31, "men"),
        ("Nearly 2000 troops left.", None, ""),  # may be a year
        ("In 2000 people left.", None, ""),
        ("It met in 1967.", None, ""),
        ("It met on 12 March.", None, ""),
        ("The 23rd summit was held.", None, ""),
        ("The mayor, aged 46, resigned.", None, ""),
        ("A 46-year-old man resigned.", None, ""),
        ("A five-member panel met.", None, ""),
        ("It lasted 12 days.", None, ""),
        ("Resolution 242 members agree.", None, ""),
        ("It left at 11:57 hours.", None, ""),
        ("They won 3-1.", None, ""),
        ("It shut 49 of the 67 counties.", None, ""),
        ("It is a Boeing 737.", None, ""),
        ("Half of them left.", None, ""),
        ("In three years 1,200 homes were built.", 1200, "hom"),
        ("Among the workers 40 women were hired.", 40, "women"),
        ("It costs users 5 dollars.", 5, "usd"),
        ("It fell by 2 percentage points.", None, ""),
        ("It was one of the ships.", None, ""),
    ],
)
def test_what_is_a_figure(text: str, value: float | None, unit: str) -> None:
    assert read(text) == ([] if value is None else [(pytest.approx(value), unit)])


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("46 %", "46 percent", True),
        ("46 %", "46.4 percent", True),
        ("46 %", "47 percent", False),
        ("$7 million", "7.2 million dollars", True),
        ("$7 million", "$8 million", False),
        ("2 crore rupees", "Rs 20 million", True),
        ("more than 40 %", "52 %", True),
        ("more than 60 %", "52 %", False),
        ("up to 50 %", "46 %", True),
        ("up to 50 %", "52 %", False),
        ("about 50 %", "54 %", True),
        ("40 to 50 %", "46 %", True),
        ("40-50 %", "56 %", False),
        ("between 40 and 50 percent", "46 %", True),
        ("between 40 and 50 percent", "34 %", False),
    ],
)
def test_two_roundings_of_one_value_do_not_exclude_each_other(one: str, other: str, agree: bool) -> None:
    [first], [second] = figures_of(f"It was {one}."), figures_of(f"It was {other}.")
    assert first.unit == second.unit
    assert first.excludes(second) == second.excludes(first) == (not agree)


@pytest.mark.parametrize(
    "text",
    [
        "They sent another 150,000 doses.",
        "They sent 150,000 more doses.",
        "They sent more 150,000 doses.",
        "They sent an additional 150,000 doses.",
        "They sent 150,000 doses more.",
        "They gave $20 more.",
    ],
)
def test_more_is_known_from_a_total(text: str) -> None:
    assert [figure.more for figure in figures_of(text)] == [True]
    assert [figure.more for figure in figures_of("They sent more than 150,000 doses.")] == [False]


def test_both_ends_of_a_change_belong_to_one_statement() -> None:
    figures = figures_of("It rose from 46 percent to 52 percent.")
    assert [(figure.role, figure.value) for figure in figures] == [("from", 46), ("to", 52)]


@given(
    st.integers(1, 999),
    st.sampled_from(["", " thousand", " million", " lakh", " crore", " bn"]),
    st.sampled_from(["$", "€", "Rs ", "£"]),
)
def test_an_amount_is_read_as_it_was_written(number: int, scale: str, sign: str) -> None:
    factor = {"": 1, " thousand": 10**3, " million": 10**6, " lakh": 10**5, " crore": 10**7, " bn": 10**9}
    text = f"The port cost {sign}{number}{scale} in all."
    [figure] = figures_of(text)
    assert figure.value == pytest.approx(number * factor[scale])
    assert figure.low < figure.value < figure.high
    assert text[figure.start : figure.end] == f"{sign}{number}{scale}"


@example("It grew by 1-0 % to 3-5 % and 2-1 million tonnes.")
@given(st.text(alphabet="0123456789.,%$ -–to year doses million more than fromby", max_size=60))
def test_any_text_is_read_and_its_figures_are_slices_in_order(text: str) -> None:
    position = 0
    for figure in figures_of(text):
        assert position <= figure.start < figure.end <= len(text)
        assert figure.low <= figure.high
        position = figure.end
