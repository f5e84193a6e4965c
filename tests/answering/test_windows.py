"""Times that a question names without their year, in part or as a span, and words that only look like one."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.english.dates import calendar_unit, month_of
from rag.answering.understanding import understand

TODAY = dt.date(2026, 11, 22)  # a Sunday
COMPILING = settings(deadline=None)  # the patterns are compiled at the first call


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("who resigned in March", "2026-03-01", "2026-03-31"),
        ("who resigned in december?", "2025-12-01", "2025-12-31"),
        ("In November, who resigned?", "2026-11-01", "2026-11-30"),
        ("who resigned on 4 March", "2026-03-04", "2026-03-04"),
        ("who resigned on March 4th, and why", "2026-03-04", "2026-03-04"),
        ("who resigned on Wednesday, 4 March", "2026-03-04", "2026-03-04"),
        ("who died June 17 at home", "2026-06-17", "2026-06-17"),
        ("what was said on Nov. 23", "2025-11-23", "2025-11-23"),
        ("what was said on the 29th of February", "2024-02-29", "2024-02-29"),
        ("who governed before August", None, "2026-07-31"),
        ("who has governed since March", "2026-03-01", None),
        ("who is governing since May", "2026-05-01", None),
        ("who governed until July", None, "2026-07-31"),
        ("who governed after 4 March", "2026-03-05", None),
        ("what was built from March on", "2026-03-01", None),
        ("what was built by January 17", None, "2026-01-17"),
        ("what was built by the end of July", None, "2026-07-31"),
        ("what was built since the start of July", "2026-07-01", None),
        ("what was built between March and May", "2026-03-01", "2026-05-31"),
        ("what was built between November and February", "2025-11-01", "2026-02-28"),
        ("who resigned in March or April", "2026-03-01", "2026-04-30"),
        ("who met on 5 or 6 May", "2026-05-05", "2026-05-06"),
        ("did more resign in 2022 or in 2023", "2022-01-01", "2023-12-31"),
        ("what was cut in March and in July 2024", "2024-03-01", "2024-07-31"),
        ("what was earned, November versus December 2023", "2023-11-01", "2023-12-31"),
        ("who met from 27 October to 3 November", "2026-10-27", "2026-11-03"),
        ("who met on March 5-10", "2026-03-05", "2026-03-10"),
        ("who met from 5 to 8 May", "2026-05-05", "2026-05-08"),
        ("who met from December 5 to 8", "2025-12-05", "2025-12-08"),
        ("who resigned in January this year", "2026-01-01", "2026-01-31"),
        ("who resigned in January last year", "2025-01-01", "2025-01-31"),
        ("who resigned on 4 March last year", "2025-03-04", "2025-03-04"),
        ("who resigned in March of 2021", "2021-03-01", "2021-03-31"),
        ("who resigned in the year 2021", "2021-01-01", "2021-12-31"),
        ("what is the status of the talks in March", "2026-03-01", "2026-03-31"),
        ("what is known about the blast on 4 March", "2026-03-04", "2026-03-04"),
        ("from March onward until May, who resigned", "2026-03-01", "2026-05-31"),
        ("who spoke at the March of the Living in May?", "2026-05-01", "2026-05-31"),
        ("as of June 2024, who had resigned in March?", "2024-03-01", "2024-03-31"),
    ],
)
def test_a_month_or_day_without_a_year_is_the_latest(
    question: str, since: str | None, until: str | None
) -> None:
    understood = understand(question, today=TODAY)
    assert (understood.since, understood.until) == (day(since), day(until))
    assert understood.dates and all(words in question for words in understood.dates)


@pytest.mark.parametrize(
    "question",
    [
        *("what may be built in may", "who led the march in London", "who was at the March of the Living"),
        *("May he resign?", "who will march on March for peace", "who said March was cold"),
        *("what did April Jones say", "what is in April Jones's book", "who wrote after June Carter"),
        *("what was played in August Wilson's works", "who was painted by Jan", "who followed after May"),
        *("who spoke on May Day", "what was shown on the Fourth of July", "what were the March elections"),
        *(
            "how many died in the September 11 attacks",
            "since the 6 October attack",
            "which teams are headed there on 4 March",
        ),
        *("what was built since October 7 attack", "who sat on the Jan. 6 committee", "the July 4 holiday"),
        *("what prices fell through July 4 weekend", "how many presidents were born on July 4"),
        *("what was lost in the three months ending June 30", "who died on July 4 of the same year"),
        *("what will open in March?", "who is playing on 4 March?"),
        *("what is the average rainfall in July?", "who marches in March every year?"),
        "who resigned in March after the 2018 election",
        *("what was in the letter from April", "who met him in may", "what was said in march"),
        *("who marched in March every year", "which firm that failed will open in March"),
        "who resigned between 5 and March",
        *('who wrote "Since May"', "who wrote “Murder in March”", "who starred in Before August"),
        *("how many died since October 7", "what happened on 11 September", "who led the run-up to March"),
        *(
            "who governed between 5 and 7",
            "what passed from May to Corbyn",
            "who governed between May and Corbyn",
            "in the March",
        ),
        *("what happened on 31 June", "who governed after November", "what did Windows 2019 bring in March"),
        # Of two that are joined the second is not all that is meant.
        *(
            "timeline of the siege from early March to late April",
            "how did profit change between Q1 and Q3 2023",
        ),
        *("how has the war changed from early to late 2023", "a timeline of the talks in Q1 and Q2 2023"),
        "what was sold in the first half and the second half of 2023",
        # A week that is named by a day is more than that day, and its eve is another.
        *("what was paid in the week of 5 March", "what was done in the week beginning Monday 5 March"),
        *("who was killed on the eve of 5 March", "what was said on the day after 5 March"),
    ],
)
def test_a_month_or_day_that_may_be_no_time_is_none(question: str) -> None:
    understood = understand(question, today=TODAY)
    assert (understood.since, understood.until, understood.dates) == (None, None, ())


@pytest.mark.parametrize(
    ("today", "question", "since", "until"),
    [
        ("2026-11-24", "who resigned on Friday", "2026-11-20", "2026-11-20"),
        ("2026-11-20", "who resigned on Friday", "2026-11-20", "2026-11-20"),
        ("2026-11-24", "On Monday night, who resigned?", "2026-11-23", "2026-11-23"),
        ("2026-11-24", "who has resigned since Friday", "2026-11-20", None),
        ("2026-11-24", "who resigned before Friday", None, "2026-11-19"),
        ("2026-11-24", "who resigned last Friday", "2026-11-20", "2026-11-20"),
        ("2026-11-27", "who resigned last Monday", None, None),  # this week's, or the one before
        ("2026-11-24", "who resigned over the weekend", "2026-11-21", "2026-11-22"),
        ("2026-11-21", "who resigned over the weekend", "2026-11-21", "2026-11-22"),
        ("2026-11-24", "who resigned last weekend", "2026-11-21", "2026-11-22"),
        ("2026-11-22", "who resigned last weekend", "2026-11-14", "2026-11-15"),
        ("2026-11-24", "who won last weekend’s final", "2026-11-21", "2026-11-22"),
        ("2026-11-24", "what is the score of last weekend's final", "2026-11-21", "2026-11-22"),
        ("2026-11-24", "who resigned this past weekend", "2026-11-21", "2026-11-22"),
        ("2026-11-22", "who resigned this weekend", "2026-11-21", "2026-11-22"),
        ("2026-11-24", "who resigned this weekend", None, None),  # it has not begun
        ("2026-11-24", "who resigned two months ago", "2026-09-01", "2026-09-30"),
        ("2026-11-24", "who resigned three weeks ago", "2026-11-02", "2026-11-08"),
        ("2026-11-24", "who resigned 10 days ago", "2026-11-14", "2026-11-14"),
        ("2026-11-24", "who resigned a year ago", "2025-01-01", "2025-12-31"),
        ("2026-11-24", "who has resigned since two weeks ago", "2026-11-09", None),
        *(
            ("2026-11-24", question, None, None)
            for question in (
                "who prayed on Good Friday, and who shopped on Black Friday",
                "who wrote the Sunday Times review and the Easter Sunday attacks story",
                "what was shown on Friday the 13th",
                "what was said on Saturday Night Live",
                "who leads on Sunday Times lists",
                "who opened Friday prayers",
                "what is due on Friday",
                "who will speak on Friday",
                "who spoke on Friday or Saturday",
                "who spoke on every Friday",
                "who spoke after Sunday's vote",
                "what fell in its opening weekend",
                "who spoke more than 100 years ago",
                "what lived 66 million years ago",
                "what costs more than it did a year ago",
                "what fell compared to a year ago",
                "what rose by 3.5 weeks ago",
            )
        ),
    ],
)
def test_weekdays_weekends_and_times_counted_back(
    today: str, question: str, since: str | None, until: str | None
) -> None:
    understood = understand(question, today=dt.date.fromisoformat(today))
    assert (understood.since, understood.until) == (day(since), day(until))
    assert bool(understood.dates) == bool(since or until)


@COMPILING
@given(
    today=st.dates(min_value=dt.date(2000, 1, 1)),
    name=st.sampled_from(tuple(calendar.day_name)),
    count=st.integers(1, 40),
    unit=st.sampled_from(["day", "week", "month", "year"]),
)
def test_what_is_counted_back_has_begun(today: dt.date, name: str, count: int, unit: str) -> None:
    weekday = understand(f"Who resigned on {name}?", today=today)
    assert weekday.since == weekday.until
    assert weekday.since and f"{weekday.since:%A}" == name and 0 <= (today - weekday.since).days < 7
    weekend = understand("Who resigned over the weekend?", today=today)
    assert weekend.since and weekend.since <= today and 0 <= (today - weekend.since).days < 7
    back = understand(f"Who resigned {count} {unit}s ago?", today=today)
    assert back.since and back.until and back.until < today
    assert (back.since, back.until) == calendar_unit(back.since, unit, 0)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("exports in Q2 2024", "2024-04-01", "2024-06-30"),
        ("exports in the second quarter of 2024", "2024-04-01", "2024-06-30"),
        ("second-quarter 2024 exports", "2024-04-01", "2024-06-30"),
        ("exports in the last quarter of last year", "2025-10-01", "2025-12-31"),
        ("exports last quarter", "2026-07-01", "2026-09-30"),
        ("exports in the first half of 2024", "2024-01-01", "2024-06-30"),
        ("exports in H2 2024", "2024-07-01", "2024-12-31"),
        ("what were exports in the first half of the year", "2026-01-01", "2026-06-30"),
        ("exports since Q3 2023", "2023-07-01", None),
        ("exports by the end of the second quarter of 2024", None, "2024-06-30"),
        ("in what quarter of 2018 did exports fall", "2018-01-01", "2018-12-31"),
        ("in the fiscal third quarter of 2018", "2018-01-01", "2018-12-31"),  # not known which
        ("early June 2024 protests", "2024-06-01", "2024-06-10"),
        ("in mid-June 2024", "2024-06-11", "2024-06-20"),
        ("in late February 2024", "2024-02-21", "2024-02-29"),
        ("in mid-2024", "2024-05-01", "2024-08-31"),
        ("who governed at the end of 2024", "2024-09-01", "2024-12-31"),
        ("since early 2021", "2021-01-01", None),
        ("after the end of 2021", "2022-01-01", None),
        ("before the start of 2021", None, "2020-12-31"),
        ("until mid-June 2024", None, "2024-06-20"),
        ("at the end of the 2024 season", "2024-01-01", "2024-12-31"),
        ("from early 2023 to Q2 2024", "2023-01-01", "2024-06-30"),
        ("from early 2023 to the end of 2024", "2023-01-01", "2024-12-31"),
        ("between the end of 2021 and March 2022", "2021-09-01", "2022-03-31"),
        ("exports January-July 2024", "2024-01-01", "2024-07-31"),
        ("exports 2024-03-04 to 2024-03-08", "2024-03-04", "2024-03-08"),
        ("exports in Jan-Sept 2024", "2024-01-01", "2024-09-30"),
        ("exports, May 5 to June 8, 2024", "2024-05-05", "2024-06-08"),
        ("the talks of May/June 2024", "2024-05-01", "2024-06-30"),
        ("from January through July 2024", "2024-01-01", "2024-07-31"),
        ("on 2024/03/04", "2024-03-04", "2024-03-04"),
        ("on 31.12.2022", "2022-12-31", "2022-12-31"),
        ("from 2024/03/04 to 2024/03/08", "2024-03-04", "2024-03-08"),
        *(
            (question, None, None)
            for question in (
                "who scored in the last quarter",
                "who scored in the third quarter of the match",
                "who led in the third half of 2024",
                "who met on 3/4/2022",
                "who reached the last quarter-final",
                "what was lost over the years to the end of 2021",
                "which late 1980s and 1990s models sang",
                "who gained from 5 to 12",
            )
        ),
    ],
)
def test_parts_of_years_and_months_and_what_lies_between(
    question: str, since: str | None, until: str | None
) -> None:
    understood = understand(question, today=TODAY)
    assert (understood.since, understood.until) == (day(since), day(until))
    assert bool(understood.dates) == bool(since or until)


@COMPILING
@given(
    year=st.integers(1800, 2099),
    month=st.integers(1, 12),
    parts=st.sampled_from(
        [
            ("Q1 {0}", "second quarter of {0}", "Q3 of {0}", "last quarter of {0}"),
            ("H1 {0}", "second half of {0}"),
            ("early {0}", "mid-{0}", "late {0}"),
            ("start of {0}", "middle of {0}", "end of {0}"),
            ("early {1} {0}", "mid-{1} {0}", "late {1} {0}"),
            ("first half of {1} {0}", "second half of {1} {0}"),
            ("first month of {0}", "last 11 months of {0}"),
        ]
    ),
)
def test_the_parts_of_a_time_follow_on_each_other_and_are_the_whole(
    year: int, month: int, parts: tuple[str, ...]
) -> None:
    name = calendar.month_name[month]
    read = [understand(f"Exports in the {part.format(year, name)}?", today=TODAY) for part in parts]
    whole = f"{name} {year}" if "{1}" in parts[0] else f"{year}"
    of_all = understand(f"Exports in {whole}?", today=TODAY)
    assert (read[0].since, read[-1].until) == (of_all.since, of_all.until)
    for one, following in itertools.pairwise(read):
        assert one.until and one.until + dt.timedelta(1) == following.since


@pytest.mark.parametrize(
    "said", ["March ", "5 March ", "from 2024 to ", "1.2.", "on Friday ", "two weeks ago "]
)
def test_a_question_of_nothing_but_times_takes_no_longer_than_its_length_asks(said: str) -> None:
    began = time.perf_counter()
    understand(said * (20_000 // len(said)), today=TODAY)
    assert time.perf_counter() - began < 5  # with a verb sought in all of it for each time it took minutes


@COMPILING
@given(
    month=st.sampled_from(tuple(calendar.month_name[1:]) + tuple(calendar.month_abbr[1:])),
    number=st.integers(12, 28),
    today=st.dates(dt.date(1900, 1, 1)),
    behind=st.sampled_from(["?", "", ", and why?", " by decree", " at home?"]),
)
def test_a_time_without_a_year_has_begun_and_none_of_its_kind_is_later(
    month: str, number: int, today: dt.date, behind: str
) -> None:
    whole = understand(f"Who resigned in {month}{behind}", today=today)
    one = understand(f"Who resigned on {number} {month}{behind}", today=today)
    for first in (whole.since, one.since):
        assert first is not None and 0 <= (today - first).days < 366
        assert month in {calendar.month_name[first.month], calendar.month_abbr[first.month]}
    assert whole.until is not None and (whole.since, whole.until) == month_of(whole.until)
    assert one.since == one.until and one.since is not None and one.since.day == number


@COMPILING
@given(
    month=st.sampled_from(tuple(calendar.month_name[1:])),
    opens=st.sampled_from(["in {}", "since {}", "before {}", "on {} 4", "between {} and December"]),
    name=st.sampled_from(["Jones", "Day", "Wilson's", "elections", "attack", "Carter said", "protests"]),
)
def test_a_time_that_stands_before_a_noun_belongs_to_its_name(month: str, opens: str, name: str) -> None:
    understood = understand(f"What was said {opens.format(month)} {name}?", today=TODAY)
    assert (understood.since, understood.until, understood.dates) == (None, None, ())
