"""Times named with their years: dates by the calendar, and what lies between two of them as one."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english.periods import periods_in, speaks_of
from rag.answering.understanding import understand

YEARS = st.integers(1800, 2099)
DAYS = st.dates(dt.date(1800, 1, 1), dt.date(2099, 12, 31))
EVER = dt.date.max.isoformat()


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("He led the port from 1993 to 1996.", {("1993-01-01", "1996-12-31")}),
        (
            "He led it (1992–96) and the bank 2003-present.",
            {("1992-01-01", "1996-12-31"), ("2003-01-01", EVER)},
        ),
        ("It has been closed since May 2010.", {("2010-05-01", EVER)}),
        # What it is compared with does not go on.
        ("It is the first time since 21 February 2022 that it rose.", {("2022-02-21", "2022-02-21")}),
        ("Its biggest drop since May 2010 was told.", {("2010-05-01", "2010-05-31")}),
        ("Prices are the highest since 2019, it said.", {("2019-01-01", "2019-12-31")}),
        ("It had its largest weekly gain since 2019.", {("2019-01-01", "2019-12-31")}),
        # A state goes on, whatever it is called.
        ("She has been its largest shareholder since May 2010.", {("2010-05-01", EVER)}),
        ("He has been the first minister since May 2010.", {("2010-05-01", EVER)}),
        ("He is the first-choice keeper since May 2010.", {("2010-05-01", EVER)}),
        ("At least four have died since May 2010.", {("2010-05-01", EVER)}),
        ("Most of them have left since May 2010.", {("2010-05-01", EVER)}),
        ("It was the worst. It has been shut since May 2010.", {("2010-05-01", EVER)}),
        ("He led it from 2003 to today.", {("2003-01-01", EVER)}),
        ("He led it from 2003 until now.", {("2003-01-01", EVER)}),
        ("Between 2010 and 2012 it was open.", {("2010-01-01", "2012-12-31")}),
        ("It was open in 2010 and 2012.", {("2010-01-01", "2010-12-31"), ("2012-01-01", "2012-12-31")}),
        ("On 3 May 2021 it was shut.", {("2021-05-03", "2021-05-03")}),
        (
            "The 2015-16 season began on 2015-08-08.",
            {("2015-01-01", "2016-12-31"), ("2015-08-08", "2015-08-08")},
        ),
        ("From May 2010 until 6 December 2013 he sat.", {("2010-05-01", "2013-12-06")}),
        ("It cost 2000 dollars and 1,999 more, on the 31 February 2020-like day.", set()),
        ("From 2012 to 2008 is no time.", {("2012-01-01", "2012-12-31"), ("2008-01-01", "2008-12-31")}),
        ("It was shut between 5 June and 8 August 2023.", {("2023-06-05", "2023-08-08")}),
        ("It was shut from 5 to 8 May 2023.", {("2023-05-05", "2023-05-08")}),
        ("It was shut from March 3 to March 10, 2023.", {("2023-03-03", "2023-03-10")}),
        ("It was shut between December and February 2023.", {("2022-12-01", "2023-02-28")}),
        ("It was built in the 1990s.", {("1990-01-01", "1999-12-31")}),
        ("It was shut from January to March 2024.", {("2024-01-01", "2024-03-31")}),
        (
            "Tolls of May/June 2024 and Jan–Mar 2023.",
            {("2024-06-01", "2024-06-30"), ("2023-01-01", "2023-03-31")},
        ),
        ("It was shut 5 May to 8 June 2024.", {("2024-05-05", "2024-06-08")}),
        ("It was shut from early 2023 to late 2024.", {("2023-01-01", "2024-12-31")}),
        ("Between mid-2023 and Q2 2024 it was shut.", {("2023-05-01", "2024-06-30")}),
        ("It has been shut since the end of 2023.", {("2023-12-31", EVER)}),
        ("It has been shut since early 2023.", {("2023-01-01", EVER)}),
        ("On the last day of the 2012–13 season it won.", {("2012-01-01", "2013-12-31")}),
        ("At the end of the 2024 Games, in early 2000 dollars.", {("2024-01-01", "2024-12-31")}),
        ("In the first week of the March 2024 talks.", {("2024-03-01", "2024-03-31")}),
        ("In the fiscal first quarter of 2024.", {("2024-01-01", "2024-12-31")}),
        ("In the first 400 days of 2024.", {("2024-01-01", "2024-12-31")}),
        ("Nobody knows when.", set()),
    ],
)
def test_periods_are_known(text: str, periods: set[tuple[str, str]]) -> None:
    assert {(first.isoformat(), last.isoformat()) for first, last in periods_in(text)} == periods


@pytest.mark.parametrize(
    "form", ["from {} to {} he sat", "he sat ({}–{})", "he sat {}-{}", "between {} and {} he sat"]
)
@given(first=YEARS, length=st.integers(1, 18), at=st.integers(-5, 25))
def test_what_lies_between_two_years_is_spoken_of_and_nothing_else(
    form: str, first: int, length: int, at: int
) -> None:
    last = min(first + length, 2099)
    asked = min(max(first + at, 1), 2199)
    window = dt.date(asked, 1, 1), dt.date(asked, 12, 31)
    assert speaks_of(form.format(first, last), *window) is (first <= asked <= last)


@given(decade=st.integers(181, 209), year=YEARS)
def test_a_decade_is_its_ten_years(decade: int, year: int) -> None:
    window = dt.date(year, 1, 1), dt.date(year, 12, 31)
    inside = decade == year // 10 and decade != 190  # "the 1900s" may be a century
    assert speaks_of(f"It was built in the {decade}0s.", *window) is inside


@given(first=YEARS, length=st.integers(20, 120), at=st.integers(0, 120))
def test_a_life_tells_nothing_of_one_year_of_it(first: int, length: int, at: int) -> None:
    last = min(first + length, 2099)
    window = dt.date(first + min(at, length), 1, 1), dt.date(first + min(at, length), 12, 31)
    if last - first >= 20:
        assert not speaks_of(f"Mira Dahl ({first}–{last}) led the port.", *window)
    assert speaks_of(f"Mira Dahl has led the port since {first}.", *window)


@pytest.mark.parametrize("form", ["in {}", "since {}", "since May {}", "from {} to 2099", "in the {}s"])
@given(year=st.integers(189, 209).map(lambda decade: 10 * decade), month=st.integers(1, 12), told=DAYS)
def test_what_is_longer_than_the_time_asked_about_reaches_no_further_than_its_telling(
    form: str, year: int, month: int, told: dt.date
) -> None:
    """ "In 2020", said in January 2020, tells nothing of that August; said in 2019 it is a plan, and so may
    one for August be."""
    window = dt.date(year, month, 1), dt.date(year, month, 28)
    text = f"The port was shut {form.format(year)}."
    spoken = speaks_of(text, *window)
    begins = min((first for first, _ in periods_in(text)), default=window[0])
    assert speaks_of(text, *window, told=told) is (spoken and (told >= window[0] or told < begins))
    assert speaks_of(f"It will be opened on {month}/1/{year} or {window[0]}.", *window, told=told)


@given(said=DAYS, since=st.none() | DAYS, until=st.none() | DAYS)
def test_a_day_is_spoken_of_when_it_lies_in_the_window(
    said: dt.date, since: dt.date | None, until: dt.date | None
) -> None:
    inside = (since is None or since <= said) and (until is None or said <= until)
    for written in (said.isoformat(), f"{said.day} {said:%B} {said.year}"):
        assert speaks_of(f"The port was shut on {written}.", since, until) is inside


NARROWED = [
    *("early {}", "mid-{}", "late {}", "the start of {}", "the middle of {}", "the end of {}"),
    *("the first quarter of {}", "Q3 {}", "the second half of {}", "H1 {}", "the last quarter of {}"),
    *(
        "the first 20 days of {}",
        "the last three months of {}",
        "the second week of {}",
        "the last day of {}",
    ),
    *("early {month} {}", "the first week of {month} {}", "the second half of {month} {}", "late {month} {}"),
    *("the first three quarters of {}", "the final weeks of {}", "the first days of {month} {}"),
]


@given(form=st.sampled_from(NARROWED), year=YEARS, month=st.integers(1, 12))
def test_a_part_of_a_year_is_the_same_in_a_text_as_in_a_question(form: str, year: int, month: int) -> None:
    said = form.format(year, month=calendar.month_name[month])
    [days] = periods_in(f"Tolls were raised in {said}, and again.")
    asked = understand(f"Which tolls were raised in {said}?", today=dt.date(2099, 12, 31))
    assert days == (asked.since, asked.until)
    # It is a part, and the rest of its year is not spoken of.
    whole = dt.date(year, 1, 1), dt.date(year, 12, 31)
    assert whole[0] <= days[0] <= days[1] <= whole[1] and days != whole
    for day in (whole[0], days[0], days[1], whole[1]):
        assert speaks_of(f"It was shut in {said}.", day, day) is (
            days[0] <= day <= days[1] and (days[1] - days[0]).days < 20
        )
    month_of_it = days[0].replace(day=1), days[0].replace(day=28)
    assert speaks_of(f"It was shut in {said}.", *month_of_it) is (days[0].day <= 28)


@given(
    year=YEARS,
    month=st.none() | st.integers(1, 12),
    count=st.integers(1, 28),
    unit=st.sampled_from(["day", "week", "month"]),
    end=st.sampled_from(["first", "last"]),
)
def test_the_first_and_the_last_days_of_a_time_are_so_many_within_it(
    year: int, month: int | None, count: int, unit: str, end: str
) -> None:
    whole = f"{calendar.month_name[month]} {year}" if month else f"{year}"
    [(first, last)] = periods_in(f"in {whole}.")
    [days] = periods_in(f"Tolls rose in the {end} {count} {unit}s of {whole}.")
    length = {"day": count, "week": 7 * count, "month": 0}[unit]
    fits = (not month and count < 12) if unit == "month" else length <= (last - first).days + 1
    if not fits:
        assert days == (first, last)
    elif unit == "month":
        begins, ends = (1, count) if end == "first" else (13 - count, 12)
        assert (days[0].month, days[1].month) == (begins, ends)
        assert (days[0].day, (days[1] + dt.timedelta(1)).day) == (1, 1)
    else:
        assert (days[1] - days[0]).days + 1 == length
        assert days[0] == first if end == "first" else days[1] == last


FILLER = st.lists(st.sampled_from(["the", "port", "May", "from", "12", "since", "–", "to\n"]), max_size=80)


@given(before=FILLER, behind=FILLER, first=YEARS, length=st.integers(1, 18), gap=FILLER)
def test_a_time_is_the_same_however_much_stands_around_it(
    before: list[str], behind: list[str], first: int, length: int, gap: list[str]
) -> None:
    last = min(first + length, 2099)
    said = f"shut from 3 May {first} to 5 June {last} . {' '.join(gap)} . It opened on {last}-02-03"
    alone = list(periods_in(said))
    assert {(dt.date(first, 5, 3), dt.date(last, 6, 5)), (dt.date(last, 2, 3),) * 2} <= set(alone)
    assert sorted(periods_in(f"{' '.join(before)} . {said} . {' '.join(behind)}")) == sorted(alone)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert all(first <= last for first, last in periods_in(text))
