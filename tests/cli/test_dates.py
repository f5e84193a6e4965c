"""Dates: what is typed means its first or last day, and what is not a date is told."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cli.dates import published_words, read_date
from rag.errors import QuestionError
from rag.types import Published


@given(st.dates())
def test_a_day_a_month_and_a_year_mean_their_first_and_last_days(day: dt.date) -> None:
    year, month = f"{day.year:04}", f"{day.year:04}-{day.month:02}"
    last = calendar.monthrange(day.year, day.month)[1]
    for end in (True, False):
        assert read_date("--until", day.isoformat(), last=end) == day
    assert read_date("--since", month, last=False) == day.replace(day=1)
    assert read_date("--until", month, last=True) == day.replace(day=last)
    assert read_date("--since", year, last=False) == day.replace(month=1, day=1)
    assert read_date("--until", year, last=True) == day.replace(month=12, day=31)


@given(st.text())
def test_any_text_is_a_date_or_a_sentence(text: str) -> None:
    try:
        assert isinstance(read_date("--as-of", text, last=True), dt.date)
    except QuestionError as error:
        assert "--as-of" in str(error)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2025-02-31", "February 2025 has 28 days"),
        ("2024-02-30", "February 2024 has 29 days"),
        ("2024-13", "months go from 1 to 12"),
        ("2024-00-01", "months go from 1 to 12"),
        ("2024-01-00", "January 2024 has 31 days"),
        ("0000", "there is no year 0"),
        ("yesterday", "write 2024, 2024-11 or 2024-11-12"),
        ("2024-1-1", "write 2024, 2024-11 or 2024-11-12"),
        ("٢٠٢٤", "write 2024, 2024-11 or 2024-11-12"),
    ],
)
def test_a_bad_date_says_why(value: str, reason: str) -> None:
    with pytest.raises(QuestionError, match=reason):
        read_date("--since", value, last=False)


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (Published("2025-02-12", "day", "text"), "12 Feb 2025 · date read from the text"),
        (Published("2024-11", "month", "metadata"), "Nov 2024 · date from the metadata"),
        (Published("2021", "year", "file name"), "2021 · date from the file name"),
        (
            Published("2023-06-13T11:57+05:00", "minute", "text"),
            "13 Jun 2023 11:57+05:00 · date read from the text",
        ),
        (Published(), "undated"),
        (Published(not_before="2021-04-07"), "undated · not before 7 Apr 2021"),
    ],
)
def test_a_date_is_shown_with_how_it_is_known(published: Published, words: str) -> None:
    assert published_words(published) == words
