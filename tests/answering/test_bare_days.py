"""A day with its month that no preposition opens, as it is typed in a hurry, and what only looks like one."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rag.answering.understanding import understand

TODAY = dt.date(2026, 11, 22)
COMPILING = settings(deadline=None)  # the patterns are compiled at the first call
DAYS = st.dates(TODAY - dt.timedelta(364), TODAY).filter(lambda day: (day.month, day.day) != (2, 29))
# Days that name what happened on them.
KNOWN = {(1, 6), (9, 11), (10, 7)}
KEYWORDS = st.lists(
    st.sampled_from(["harbour", "ferry", "toll", "krone", "mayor", "jailed", "close", "zoo", "price"]),
    min_size=1,
    max_size=4,
).map(" ".join)
ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def written(day: dt.date) -> list[str]:
    """A day of a month as people type it."""
    month, ordinal = f"{day:%B}", f"{day.day}{ENDINGS.get(day.day, 'th')}"
    forms = [f"{day.day} {month}", f"{month} {day.day}", f"{ordinal} of {month}", f"{month} {ordinal}"]
    return [*forms, *(form.lower() for form in forms)]


def window(question: str) -> tuple[dt.date | None, dt.date | None]:
    understood = understand(question, today=TODAY)
    return understood.since, understood.until


@COMPILING
@given(before=KEYWORDS, day=DAYS)
def test_a_day_that_ends_a_row_of_keywords_is_the_latest(before: str, day: dt.date) -> None:
    assume((day.month, day.day) not in KNOWN)
    for said in written(day):
        assert window(f"{before} {said}") == (day, day), said


@COMPILING
@given(before=KEYWORDS | st.just("how many ferries sold"), day=DAYS, behind=KEYWORDS)
def test_a_day_among_keywords_is_one_whatever_stands_behind(before: str, day: dt.date, behind: str) -> None:
    # "5 may win" is no day, and neither is "march 5 abreast".
    assume((day.month, day.day) not in KNOWN and day.month not in {3, 5})
    for said in written(day):
        assert window(f"{before} {said} {behind}") == (day, day), said
        assert window(f"{said} {behind}") == (day, day), said


@COMPILING
@given(day=DAYS, named=st.sampled_from(["attack", "riots", "massacre", "committee", "weekend", "protesters"]))
def test_what_is_named_by_its_day_is_no_time(day: dt.date, named: str) -> None:
    for said in written(day):
        for question in (f"{said} {named}", f"zoo {said} {named} trial", f"mayor on the {said} {named}"):
            assert window(question) == (None, None), question


@COMPILING
@given(
    day=DAYS,
    form=st.sampled_from(
        [
            "What did the {} ferry carry?",
            "who was jailed in {} clashes",
            "what is a {} ferry",
            "how was mayor {} ferry sunk",
            "mayor jailed against {} toll",
            "ferry sunk by {} Movement",
        ]
    ),
)
def test_a_day_before_a_noun_in_a_sentence_is_an_attribute(day: dt.date, form: str) -> None:
    for said in written(day):
        assert window(form.format(said)) == (None, None), said


@pytest.mark.parametrize(
    "question",
    [
        *(
            "which of the 5 may win",
            "who may 5 people help",
            "how many of 5 may be guilty",
            "did the 5 march?",
        ),
        *("what did the 5 march for", "thousands march 5 km to port", "may 5 people vote", "why may 5 sit"),
        "did the 5 march?",
        *("covid-19 april deaths", "covid 19 april", "series 5 april premiere", "under 19 july squad"),
        *("toll Rs 5 april", "toll $5 april", "won more than 12 june", "which 5 may be guilty"),
        *(
            "who met April 5 or 8",
            "ferry 26 april and 28 april toll",
            "ferry 26 april or 28 april",
            "won 5-3 June",
        ),
        *("who will be jailed 5 march", "ferry 31 june toll", "ferry 7 october toll"),
    ],
)
def test_a_number_beside_a_word_that_is_also_a_month_is_no_day(question: str) -> None:
    assert window(question) == (None, None)


@pytest.mark.parametrize("month", [name.lower() for name in calendar.month_name[1:]])
def test_the_name_of_a_month_alone_is_none(month: str) -> None:
    """ "June" may be a person, and "weather in the port july" recurs."""
    assert window(f"toll per ferry {month}") == (None, None)


@COMPILING
@given(
    day=DAYS,
    days=st.integers(1, 20),
    form=st.sampled_from(["{0.day} {0:%B} to {1.day} {1:%B}", "{0:%B} {0.day} - {1:%B} {1.day}"]),
)
def test_from_one_day_to_another_is_one_time_or_none(day: dt.date, days: int, form: str) -> None:
    last = day + dt.timedelta(days)
    assume(last <= TODAY and (last.month, last.day) != (2, 29))
    assert window(f"ferry toll {form.format(day, last)}") == (day, last)
    # In lower case may and march are no months beside another; then half of the time is not read either.
    assert window(f"ferry toll {form.format(day, last).lower()}") in {(day, last), (None, None)}
