"""A date is what is written, no more precise and never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.indexing.dating import (
    ClockUnreadable,
    DateUnreadable,
    date_from_path,
    date_from_text,
    not_before,
    read_date,
)
from rag.indexing.preparing import Draft, prepare
from rag.types import Published


def stated(furniture: list[tuple[str, str]]) -> str | None:
    return date_from_text(furniture)[0].value


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ("2024", "2024", "year"),
        ("2024-02", "2024-02", "month"),
        ("2024/02", "2024-02", "month"),
        ("2024-02-10", "2024-02-10", "day"),
        ("2024/2/10", "2024-02-10", "day"),
        ("20240210", "2024-02-10", "day"),
        ("2024-02-10T08:30", "2024-02-10T08:30", "minute"),
        ("2024-02-10 08:30:59.123", "2024-02-10T08:30", "minute"),
        ("2024-02-10T08:30:00Z", "2024-02-10T08:30Z", "minute"),
        ("2024-02-10T08:30:00+05:00", "2024-02-10T08:30+05:00", "minute"),
        ("2024-02-10T08:30:00-0330", "2024-02-10T08:30-03:30", "minute"),
        ("2024-02-10T00:00:00Z", "2024-02-10", "day"),
        ("20240210T083000Z", "2024-02-10T08:30Z", "minute"),
        ("Sat, 10 Feb 2024 08:30:00 +0500", "2024-02-10T08:30+05:00", "minute"),
        ("10 Feb 2024 08:30:00 GMT", "2024-02-10T08:30Z", "minute"),
        ("June 13, 2023 11:57 AM", "2023-06-13T11:57", "minute"),
        ("June 13, 2023 12:05 am", "2023-06-13T00:05", "minute"),
        ("Sept. 3, 2021", "2021-09-03", "day"),
        ("12th Feb, 2025", "2025-02-12", "day"),
        ("Tuesday, 1 October 2024", "2024-10-01", "day"),
        ("October 2024", "2024-10", "month"),
        ("13/06/2023", "2023-06-13", "day"),
        ("06/13/2023", "2023-06-13", "day"),
        ("05.05.2023", "2023-05-05", "day"),
        ("Tue, 12 Nov 2024", "2024-11-12", "day"),
        ("12 Nov 2024 01:57 PM", "2024-11-12T13:57", "minute"),
        ("12-Nov-2024", "2024-11-12", "day"),
        ("Nov-12-2024", "2024-11-12", "day"),
        ("12. November 2024", "2024-11-12", "day"),
        ("2024-11-12 10:00 AM", "2024-11-12T10:00", "minute"),
        ("2024-11-12 10:00 p.m.", "2024-11-12T22:00", "minute"),
        ("12 November 2024 – 10:00", "2024-11-12T10:00", "minute"),
        ("Tue Nov 12 10:00:00 +0000 2024", "2024-11-12T10:00Z", "minute"),
        ("Tue Nov 12 2024 10:00:00 GMT+0500", "2024-11-12T10:00+05:00", "minute"),
    ],
)
def test_a_date_is_read_as_written(written: str, value: str, precision: str) -> None:
    published = read_date(written, "metadata")
    assert (published.value, published.precision, published.origin) == (value, precision, "metadata")


@pytest.mark.parametrize(
    "written",
    [
        "2024-02-31",
        "31 February 2024",
        "2024-13-01",
        "02/07/2024",
        "0000-01-01",
        "9999-01-01",
        "yesterday",
        "1707500000",
        2024.5,
        202411.0,
        "12-Nov-24",
        "12 Nov 24",
        "2024-11-12-13",
        "2024-11-12 2025-01-01",
        "2024-11-12 to 14",
        "2024-11-12 by a person",
        "2024-11-12 1000",
        "2024-11-12 TBC",
        "12/11/2024 10:00 PST",
        "31/02/2024 10:00 PST",
        "November 2024 10:00 PST",
        "2024 10:00 PST",
        "Fri, 31 Feb 2024 08:30:00 +0500",
        "",
        "٢٠٢٤-٠٢-٣١",
    ],
)
def test_what_is_no_date_is_refused_and_named(written: object) -> None:
    with pytest.raises(DateUnreadable, match=r"\S") as refused:
        read_date(written, "metadata")
    assert not isinstance(refused.value, ClockUnreadable)


@pytest.mark.parametrize(
    "written", ["2024-11-12", "12 November 2024", "Tuesday, November 12, 2024", "13/11/2024"]
)
@pytest.mark.parametrize(
    "clock",
    [
        *(" 10:00:00 PST", " at 10:00 AM ET", ", 10:00 IST", " | 10:00 PKT", " 10h30", " at 10 AM", " 25:00"),
        *(" 10:61", " 13:57 PM", " 10:00 +25:00", " 10:00 +5", " 10:00:00 GMT+0500 (Pakistan Standard Time)"),
        *(" 10:00:00 -0800 PST", " 10:00 America/New_York", "+05:00"),
    ],
)
def test_a_day_is_kept_when_only_its_time_of_day_or_zone_cannot_be_read(written: str, clock: str) -> None:
    with pytest.raises(ClockUnreadable, match="has a time of day that cannot be read") as told:
        read_date(f"{written}{clock}", "metadata")
    assert told.value.day == read_date(written, "metadata")


@pytest.mark.parametrize("clock", ["T10", "T24:00", "Z", "T10:00:00+01:00[Europe/Paris]", "T10:00:00 PST"])
def test_a_day_of_iso_8601_is_kept_likewise(clock: str) -> None:
    with pytest.raises(ClockUnreadable) as told:
        read_date(f"2024-11-12{clock}", "metadata")
    assert told.value.day.value == "2024-11-12"


def test_a_time_of_day_that_is_none_leaves_a_text_its_day() -> None:
    assert stated([("byline", "Published: 12 November 2024 25:10")]) == "2024-11-12"
    assert stated([("byline", "Published: 13/11/2024 13:10 PM")]) == "2024-11-13"
    assert stated([("byline", "Published: 2024-11-12 10:00 PM")]) == "2024-11-12T22:00"


@given(st.datetimes(dt.datetime(1601, 1, 1), dt.datetime(2100, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_iso_goes_in_and_comes_out(moment: dt.datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    for written in (moment, aware, moment.date()):
        published = read_date(written.isoformat(), "metadata")
        assert published.earliest == published.latest == moment.date()
        if published.precision == "minute" and published.value is not None:
            read = dt.datetime.fromisoformat(published.value)
            assert isinstance(written, dt.datetime)
            assert read == written.replace(second=0, microsecond=0)


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        published = read_date(text, "metadata")
    except DateUnreadable:
        return
    assert published.earliest is not None


def test_the_published_line_wins_over_the_updated_one_and_the_more_precise_over_the_less() -> None:
    furniture = [
        ("byline", "Updated: June 14, 2023 9:00 AM"),
        ("dateline", "MOSCOW, June 13, 2023 (Agency) -"),
        ("byline", "By Agency | Published: June 13, 2023 11:57 AM"),
        ("related", "Published: May 1, 2024"),
    ]
    assert stated(furniture) == "2023-06-13T11:57"
    assert stated(furniture[:2]) == "2023-06-13"
    assert stated(furniture[:1]) == "2023-06-14T09:00"
    assert stated([("dateline", "Moscow, June 13")]) is None


@pytest.mark.parametrize("published", ["Published:", "Posted", "First published on", "Publish date:", ""])
@pytest.mark.parametrize("updated", ["Updated:", "Last updated", "Modified on"])
@pytest.mark.parametrize("separator", ["\n", "\r\n", " | ", ", ", None])
def test_an_update_never_dates_what_says_when_it_was_published(
    published: str, updated: str, separator: str | None
) -> None:
    first = f"{published} 3 February 2025".strip()
    second = f"{updated} 12 February 2025 10:22 GMT"
    for order in (first, second), (second, first):
        if separator is None:
            furniture = [("byline", line) for line in order]
        elif published or separator.isspace() or order[0] == first:
            furniture = [("byline", separator.join(order))]
        else:
            continue
        assert stated(furniture) == "2025-02-03"


def test_an_update_alone_is_better_than_no_date() -> None:
    assert stated([("byline", "Updated: 12 February 2025 10:22 GMT")]) == "2025-02-12T10:22Z"
    assert stated([("date line", "12 February 2025 | Updated")]) == "2025-02-12"
    furniture = [
        ("date line", "12 February 2025 10:22 | Updated"),
        ("dateline", "MOSCOW, February 3, 2025 -"),
    ]
    assert stated(furniture) == "2025-02-03"


def test_a_label_without_a_date_names_no_other() -> None:
    assert stated([("byline", "Published: 3 February 2025 | Not updated")]) == "2025-02-03"


@pytest.mark.parametrize("kind", ["byline", "date line", "dateline"])
def test_a_date_in_digits_is_read_or_told_as_in_metadata(kind: str) -> None:
    assert date_from_text([(kind, "Published: 13/06/2023 11:57 AM")])[0].value == "2023-06-13T11:57"
    for written in ("03/05/2024", "3.5.2024", "31/02/2024"):
        with pytest.raises(DateUnreadable) as refused:
            read_date(written, "metadata")
        published, reasons = date_from_text([(kind, f"By A Person | {written}")])
        assert (published.value, reasons) == (None, [f"{kind} {refused.value}"])
    assert date_from_text([("navigation", "03/05/2024")])[1] == []


def test_a_date_that_is_not_read_is_told_unless_another_says_when_it_was_published() -> None:
    line = "Published: 03/05/2024 | Updated: 12 May 2024 10:22"
    published, reasons = date_from_text([("byline", line)])
    assert published.value == "2024-05-12T10:22" and len(reasons) == 1
    assert date_from_text([("byline", line), ("dateline", "MOSCOW, May 3, 2024 -")])[1] == []
    published, reasons = date_from_text([("date line", "3 May 2024 | Updated 04/05/2024")])
    assert (published.value, reasons) == ("2024-05-03", [])


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from("/.-"), st.booleans())
def test_a_date_in_digits_is_that_day_or_none(day: dt.date, mark: str, month_first: bool) -> None:
    first, second = (day.month, day.day) if month_first else (day.day, day.month)
    published, reasons = date_from_text(
        [("byline", f"By A Person, {first:02}{mark}{second}{mark}{day.year}")]
    )
    assert published.value == (None if reasons else day.isoformat())
    assert bool(reasons) == (day.day <= 12 and day.day != day.month)


HEADLINE = "Steel talks resume in the harbour city"
PROSE = "The minister spoke of the steel mills on Monday, 4 March 2019. Talks go on this week, he said."
_FORMS_OF_A_DAY = (
    "{0:%Y-%m-%d}",
    "{0:%Y-%m-%d}T10:07:00Z",
    "{0:%Y-%m-%d} 10:07",
    "{0.day}-{0:%b-%Y}",
    "{0.day} {0:%B %Y}",
    "{0.day}. {0:%B %Y}",
    "{0.day} {0:%B %Y} – 10:07",
    "{0:%A}, {0.day}th of {0:%B %Y}",
    "{0:%b} {0.day}, {0:%Y} at 10:07 AM",
    "10:07 AM EST, {0:%a %B} {0.day}, {0:%Y}",
)
_LINES_OF_A_DAY = (
    *("{}", "Date: {}", "[{}]", "{} by Ali Khan", "Reuters, {}", "Ali Khan | {}"),
    *("Published: {}", "First published on {}", "Updated {}", "Posted {} | The Daily"),
)


@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2025, 12, 31)),
    st.sampled_from(_FORMS_OF_A_DAY),
    st.sampled_from(_LINES_OF_A_DAY),
    st.booleans(),
)
def test_a_date_line_above_the_prose_dates_it_and_is_no_headline(
    day: dt.date, form: str, line: str, headed: bool
) -> None:
    written = line.format(form.format(day))
    head = f"{HEADLINE}\n\n{written}" if headed else written
    article, notes = prepare(Draft("a", f"{head}\n\n{PROSE}", ""))
    published = article.published
    if line == "Ali Khan | {}" and not headed:
        # "The flood | 12 November 1944" has the same shape: in a headline's place a name is no author's.
        assert published.value is None and article.title.startswith("Ali Khan | ")
        return
    assert (published.earliest, published.latest, published.origin) == (day, day, "text"), written
    assert (article.title == HEADLINE) == headed
    assert notes == []
    assert article.sentences[0].of(article.text).startswith("The minister")
    # What the metadata say goes before it.
    given_date = {"date": "2001-02-03"}
    assert prepare(Draft("a", f"{head}\n\n{PROSE}", "", given_date))[0].published.value == "2001-02-03"


@pytest.mark.parametrize("published", _FORMS_OF_A_DAY)
@pytest.mark.parametrize("updated", _FORMS_OF_A_DAY)
@pytest.mark.parametrize("between", ["\n\n", " | "])
def test_no_form_of_an_update_wins_over_one_of_publication(
    published: str, updated: str, between: str
) -> None:
    day = dt.date(2024, 11, 12)
    first = f"Published: {published.format(day)}"
    second = f"Updated: {updated.format(day + dt.timedelta(1))}"
    for lines in ((first, second), (second, first)):
        article, _ = prepare(Draft("a", f"{HEADLINE}\n\n{between.join(lines)}\n\n{PROSE}", ""))
        assert article.published.earliest == day, lines


@pytest.mark.parametrize(
    "line",
    [
        "The battle of the harbour, 12 November 1944",
        "Karachi, 12 November 2024",
        "12 November 2024 – 14 November 2024",
        "25/11/2024 - 27/11/2024",
        "25.11.2024 - 27.11.2024",
        "12 November 2024 – a day that nobody forgets",
        "After Lamar 2024",
        "Published 10 hours ago",
    ],
)
def test_a_line_that_may_tell_of_another_day_dates_nothing(line: str) -> None:
    for text in (
        f"{HEADLINE}\n\n{line}\n\n{PROSE}",
        f"{line}\n\n{PROSE}",
        f"{HEADLINE}\n\n{PROSE}\n\n{line}",
    ):
        assert prepare(Draft("a", text, ""))[0].published.value is None
    assert stated([("byline", "By Lamar 2024")]) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("2024-05-01-talks", "2024-05-01"),
        ("talks.20240501.v2", "2024-05-01"),
        ("2024-05-01-02", "2024-05-01"),
        ("20241112T1530", "2024-11-12"),
        ("talks 2024-11-12T15-30", "2024-11-12"),
        ("25-11-2024", "2024-11-25"),
        ("Nov 12 2024", "2024-11-12"),
        ("12 November 2024 talks", "2024-11-12"),
        ("12_november_2024", "2024-11-12"),
        ("Talks on steel - Nov 12, 2024", "2024-11-12"),
        ("Talks on steel (12 November 2024)", "2024-11-12"),
        ("2024-11", "2024-11"),
        ("2024-11-newsletter", "2024-11"),
        ("2024/11/12/talks", "2024-11-12"),
        ("2024/11/12/politics/talks", "2024-11-12"),
        ("2024/nov/12/talks", "2024-11-12"),
        ("2024-11-15/talks", "2024-11-15"),
        ("20241115/talks", "2024-11-15"),
        ("15 November 2024/talks", "2024-11-15"),
        ("2024-11/15/talks", "2024-11-15"),
        ("2024/11/talks", "2024-11"),
        ("2024/talks", "2024"),
        ("2010/11/talks", "2010-11"),
        # The nearest to the file's name wins, and its name over all folders.
        ("2022/2023-05-01/talks", "2023-05-01"),
        ("2022-05-01/2023/talks", "2023"),
        ("2023-05-01/2024-05-01-talks", "2024-05-01"),
        # What is no day of the calendar leaves the month or year that it lies in.
        ("2024/02/31/talks", "2024-02"),
        ("2024/13/talks", "2024"),
        ("2024/11/politics/12/talks", "2024-11"),
    ],
)
def test_a_path_states_a_date(path: str, value: str) -> None:
    *folders, stem = path.split("/")
    published = date_from_path(stem, folders)
    assert (published.value, published.origin) == (value, "file name")
    assert published.precision == {4: "year", 7: "month", 10: "day"}[len(value)]


@pytest.mark.parametrize(
    "path",
    [
        "20241301",
        "a20240501",
        # Which of two days, of two years, or of what it tells, the name does not say.
        "12-11-2024",
        "12-11-2024/talks",
        "2023/12-11-2024/talks",
        "2023/05-01-2024-talks",
        "2010/2010-11/talks",
        "2010-11",
        "2010-11/talks",
        "the-battle-of-12-november-1944",
        "elections-2024-11",
        "2024-11-31",
        # A number is no year; nor is a part of a folder's name.
        "2024",
        "1601/talks",
        "2024 archive/talks",
        "archive-2024-11-12/talks",
        "11/12/talks",
    ],
)
def test_a_path_that_states_no_date_dates_nothing(path: str) -> None:
    *folders, stem = path.split("/")
    assert date_from_path(stem, folders) == Published()


@pytest.mark.parametrize(
    ("sentence", "bound"),
    [
        ("The previous meeting was held in September 2020 in Moscow.", "2020-09-01"),
        ("The minister visited Pakistan on 7 April 2021.", "2021-04-07"),
        ("Pakistan has been a member since June 2017.", "2017-06-01"),
        ("The summit will be held in September 2030.", None),
        ("The talks are scheduled for March 2031.", None),
        ("He announced a summit in March 2031.", None),
        ("Work is to be completed by June 2029, he said.", None),
        ("If it is held in May 2030 he wins.", None),
        ("The agreement signed in 2015 stands.", None),
        ("It was held in February 31, 2020.", None),
    ],
)
def test_a_bound_rests_on_what_is_told_as_past(sentence: str, bound: str | None) -> None:
    assert not_before([sentence], []) == bound


def test_the_newest_past_day_is_the_bound() -> None:
    sentences = ["It was held in June 2019.", "It took place in December 2020."]
    assert not_before(sentences, ["— A (@b) April 7, 2021"]) == "2021-04-07"
    assert not_before([], []) is None
