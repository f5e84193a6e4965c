"""Intent and time: what a question says of them, and what only looks as if it did."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import standpoints, windows
from rag.answering.english.periods import periods_in
from rag.answering.understanding import Understanding, understand

TODAY = dt.date(2026, 11, 22)  # a Sunday


def said_in(understood: Understanding) -> tuple[str, ...]:
    """All words of the question that said what was understood."""
    return (*understood.form_words, *understood.dates)


COMPILING = settings(deadline=None)  # the patterns are compiled at the first call


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("what is the status of Pakistan Steel Mills talks", "status"),
        ("PSM talks status", "status"),
        ("Any updates on the pipeline?", "status"),
        ("What is the latest on the pipeline?", "status"),
        ("What is the current inflation rate?", "status"),
        ("What's new with the steel mills?", "status"),
        ("Where do the talks stand?", "status"),
        ("How is the modernization going?", "status"),
        ("Who runs the mills now?", "status"),
        ("as of today, who runs the mills", "status"),
        ("Give me a timeline of the talks", "timeline"),
        ("How have relations evolved since 2014?", "timeline"),
        ("What is the history of the pipeline?", "timeline"),
        ("Who met Lavrov?", "fact"),
        ("How does Russia see the state of Palestine?", "fact"),
        ("What is the current account deficit?", "fact"),
        ("How strong is the current in the river?", "fact"),
        ("What happened in the meantime?", "fact"),
        ("When was the special status of Kashmir revoked?", "fact"),
        ("Did Pakistan get GSP+ status?", "fact"),
        ("Who defends the status quo?", "fact"),
        ("How are Russia and Pakistan going to build it?", "fact"),
        ("What is the new gas pipeline called?", "fact"),
        ("Who owns Pakistan Today?", "fact"),
        ("Who led the mills from 2019 to now?", "fact"),
        ("Where did the accused stand trial?", "fact"),
        ("Where do the talks stand after the vote?", "status"),
        ("Where do things stand with the talks?", "status"),
        ("Did he have a history of heart disease?", "fact"),
        ("Give me a history of the pipeline.", "timeline"),
        ("How did Khan change the law in 2021?", "fact"),
        ("How has the firm developed the vaccine?", "fact"),
        ("How has the law changed in ten years?", "timeline"),
        ("How did the rate change in 2021?", "timeline"),
        ("How did the rate change in June?", "fact"),
        ("How did the rate change on 5 May 2021?", "fact"),
        ("How did the talks develop in June?", "timeline"),
        ("How did the crisis unfold?", "timeline"),
        ("How far is Gwadar from Karachi?", "fact"),
        ("what happened to the ferry", "status"),
        ("What happened to prices when the war began?", "fact"),
        ("What happened to the company in 1767?", "fact"),
        ("What happened to the mayor on Wednesday?", "fact"),
        ("What has become of the port deal?", "status"),
        ("What came of the inquiry?", "status"),
        ("what's going on with the teachers' strike", "status"),
        ("What is the situation with the dam?", "status"),
        ("where are we with the trade deal", "status"),
        ("How do things stand with the airport?", "status"),
        ("How does he stand trial?", "fact"),
        ("What happened to the price last week?", "fact"),
        ("How did the siege end in 1945?", "fact"),
        ("How do cranes stand on one leg?", "fact"),
        ("Is a still life in the museum?", "fact"),
        ("Does the report have still images?", "fact"),
        ("Is Still Alice a film?", "fact"),
        ("Did China censor any news about the square?", "fact"),
        ("On which site can readers find live updates?", "fact"),
        ("Name three Windows updates", "fact"),
        ("Did any news of the attack reach London?", "fact"),
        ("News of the World closure", "fact"),
        ("rice shortage update", "status"),
        ("What is in the software update?", "fact"),
        ("kernel security update", "fact"),
        ("When was the last update?", "fact"),
        ("news on the review", "status"),
        ("Is there any news of the missing plane?", "status"),
        ("Who broke the news about the deal?", "fact"),
        ("How did news of the attack reach London?", "fact"),
        ("Is the exam still suspended?", "status"),
        ("Was he still in office?", "fact"),
        ("Which banks still owe money?", "fact"),
        ("is the strike over", "status"),
        ("Are the talks ongoing?", "status"),
        ("Is the bridge finished yet?", "status"),
        ("Is the government overruling the court?", "fact"),
        ("Who presided over the talks?", "fact"),
        ("How did the strike end?", "status"),
        ("how did the vote turn out", "status"),
        ("How did the company end up owning the port?", "fact"),
        ("Has the bill been passed?", "fact"),
        ("Did the minister resign?", "fact"),
    ],
)
def test_the_intent_of_a_question(question: str, intent: str) -> None:
    assert understand(question, today=TODAY).intent == intent


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("in 2019 who led the talks", "2019-01-01", "2019-12-31"),
        ("What was the status of X in June 2023", "2023-06-01", "2023-06-30"),
        ("what happened in February 2024", "2024-02-01", "2024-02-29"),
        ("what was said on 7 April 2021", "2021-04-07", "2021-04-07"),
        ("what was said on April 7th, 2021", "2021-04-07", "2021-04-07"),
        ("what was said on the 7th of April 2021", "2021-04-07", "2021-04-07"),
        ("what was said on 2021-04-07?", "2021-04-07", "2021-04-07"),
        ("Lavrov visit April 2021", "2021-04-01", "2021-04-30"),
        ("quake magnitude Gwadar 2021", "2021-01-01", "2021-12-31"),
        ("steel exports 2021?", "2021-01-01", "2021-12-31"),
        ("the march of the workers in March 2021", "2021-03-01", "2021-03-31"),
        ("in early 2021", "2021-01-01", "2021-04-30"),
        ("between 2021 and 2019", "2019-01-01", "2021-12-31"),
        ("in 2021–2023", "2021-01-01", "2023-12-31"),
        ("from 12 June 2023 to March 2024", "2023-06-12", "2024-03-31"),
        ("between May and August 2023", "2023-05-01", "2023-08-31"),
        ("since 2021-04", "2021-04-01", None),
        ("since last year", "2025-01-01", None),
        ("since yesterday", "2026-11-21", None),
        ("from 2021 onwards", "2021-01-01", None),
        ("the pledge from 2021", "2021-01-01", "2021-12-31"),
        ("after 2021", "2022-01-01", None),
        ("after 31 December 2021", "2022-01-01", None),
        ("before 2021", None, "2020-12-31"),
        ("before 1 March 2024", None, "2024-02-29"),
        ("between 5 June and 8 August 2023", "2023-06-05", "2023-08-08"),
        ("from March 3 to March 10, 2023", "2023-03-03", "2023-03-10"),
        ("between 5 and 10 March 2023", "2023-03-05", "2023-03-10"),
        ("from 5 to 8 May 2023", "2023-05-05", "2023-05-08"),
        ("between March 5 and 10, 2023", "2023-03-05", "2023-03-10"),
        ("during March 5th–10th, 2023", "2023-03-05", "2023-03-10"),
        ("on March 5-10, 2023", "2023-03-05", "2023-03-10"),
        ("on 5 and 6 May 2023", "2023-05-05", "2023-05-06"),
        ("from Dec. 5 until 31 2022", "2022-12-05", "2022-12-31"),
        ("from 2019 to now", "2019-01-01", "2026-11-22"),
        ("from 2019 to the present", "2019-01-01", "2026-11-22"),
        ("between June 2022 and today", "2022-06-01", "2026-11-22"),
        ("between November and February 2023", "2022-11-01", "2023-02-28"),
        ("between 28 December and 3 January 2023", "2022-12-28", "2023-01-03"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("in the early 1990s", "1990-01-01", "1999-12-31"),
        ("from the 1990s to 2005", "1990-01-01", "2005-12-31"),
        ("between the 1990s and the 2000s", "1990-01-01", "2009-12-31"),
        ("before the end of 2021", None, "2021-12-31"),
        ("before last month", None, "2026-09-30"),
        ("by June 2023", None, "2023-06-30"),
        ("since 2019 and until 2021", "2019-01-01", "2021-12-31"),
        ("in the week of 4 December 2024", "2024-12-02", "2024-12-08"),
        ("in the week of Wednesday, December 4, 2024", "2024-12-02", "2024-12-08"),
        ("week of 4 December 2024 in Gwadar", "2024-12-02", "2024-12-08"),
        ("since the week of 4 December 2024", "2024-12-02", None),
        ("after the weekend of 7 December 2024", "2024-12-09", None),
        ("before the week of 4 December 2024", None, "2024-12-01"),
        ("until the week ending 6 December 2024", None, "2024-12-06"),
        ("in the first week of May 2024", "2024-05-01", "2024-05-07"),
        ("in the week beginning 3 December 2024", "2024-12-03", "2024-12-09"),
        ("in the week ending 6 December 2024", "2024-11-30", "2024-12-06"),
        ("in the week to 6 December 2024", "2024-11-30", "2024-12-06"),
        ("over the weekend of 2024-12-07", "2024-12-07", "2024-12-08"),
        ("at the fashion week of December 2024", "2024-12-01", "2024-12-31"),
        ("this year", "2026-01-01", "2026-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("over the last year", "2025-11-22", "2026-11-22"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        # On a Sunday it is the week that ends or that begins.
        ("this week", "2026-11-16", "2026-11-28"),
        ("last week", "2026-11-09", "2026-11-21"),
        ("in the last 10 days", "2026-11-12", "2026-11-22"),
        ("in the last two weeks", "2026-11-08", "2026-11-22"),
        ("what happened yesterday", "2026-11-21", "2026-11-21"),
        ("which roads were shut by the January 2024 snow storm", "2024-01-01", "2024-01-31"),
        ("which mills were shut by January 2024", None, "2024-01-31"),
        ("what is due by the January 2024 deadline", None, "2024-01-31"),
    ],
)
def test_the_window_a_question_speaks_of(question: str, since: str | None, until: str | None) -> None:
    understood = understand(question, today=TODAY)
    assert (understood.since, understood.until) == (day(since), day(until))
    assert understood.as_of is None
    assert said_in(understood)


@pytest.mark.parametrize(
    "question",
    [
        "what was said before the visit",
        "election 2018",
        "who won the league 2018",
        "mills output 2017 2018",
        "the mills output 2018",
        "is output 2018",
        "office windows 2000",
        "flat top 2000",
        "road deaths 1500",
        "steel output 2030",
        "output of 2000 mills 2018",
        "what happened before the 2018 election",
        "what happened after the October 2018 election",
        "who led until the May 2019 floods began",
        "what happened ahead of the deadly October 2018 attack",
        "what was built since independence",
        "what happened in the meantime",
        "what may Russia offer, and may it 2 times",
        "how many march to the mills",
        "over 200 million doses",
        "did over 2000 people lose their work",
        "is over 2000 new",
        "the loss of 2000 MW",
        "the release of 2000 prisoners",
        "what was heard at 1800 GMT",
        "what was built in the 1900s",  # a decade or a century
        "who lost 2000,5 or of 2000.5 roubles",
        "what does resolution 2401 say",
        "what was said on the last day of the visit",
        "in the second week",
        "what happened on 31 February 2024",
        "before 0001-01-01",
        "in 2021-13",
        "since 2022 and until 2019",
    ],
)
def test_what_names_no_time_restricts_nothing(question: str) -> None:
    understood = understand(question, today=TODAY)
    assert (understood.since, understood.until, understood.as_of) == (None, None, None)
    assert said_in(understood) == ()


@pytest.mark.parametrize(
    ("question", "as_of"),
    [
        ("as of 2023", "2023-12-31"),
        ("as of June 2023", "2023-06-30"),
        ("as of February 2024", "2024-02-29"),
        ("as of 7 April 2021", "2021-04-07"),
        ("as at 2021-04-07", "2021-04-07"),
        ("as of the end of 2023", "2023-12-31"),
        ("as of yesterday", "2026-11-21"),
        ("as of last month", "2026-10-31"),
        ("as of early 2023", "2023-04-30"),
        ("as of mid-2023", "2023-08-31"),
        ("as of mid 2023", "2023-08-31"),
        ("as of the middle of 2023", "2023-08-31"),
        ("as of late 2023", "2023-12-31"),
        ("as of the beginning of 2023", "2023-01-01"),
        ("as of the year 2023", "2023-12-31"),
        ("as of early last year", "2025-04-30"),
        ("as of early March 2023", "2023-03-10"),
        ("as of mid-March 2023", "2023-03-20"),
        ("as of late February 2023", "2023-02-28"),
        ("as of March", "2026-03-31"),
        ("as of the end of March", "2026-03-31"),
        ("as of mid-March", "2026-03-20"),
        ("as of December", "2025-12-31"),
        ("as of November", "2026-11-22"),
        ("as of early November", "2026-11-10"),
        ("as of March of 2023", "2023-03-31"),
        ("as of March last year", "2025-03-31"),
        ("as of 3 May", "2026-05-03"),
        ("as of December 3rd", "2025-12-03"),
        ("as of the 29th of February", "2024-02-29"),
        ("as of 31.12.2022", "2022-12-31"),
        ("as on 12/31/2022", "2022-12-31"),
        ("as at 31/12/2022", "2022-12-31"),
        ("as of 2022/12/31", "2022-12-31"),
        ("as of 2022-5-3", "2022-05-03"),
        ("as of 3/3/2022", "2022-03-03"),
        ("as of 12/2022", "2022-12-31"),
        ("as of 2022/02", "2022-02-28"),
        ("as of Friday", "2026-11-20"),
        ("as of Sunday", "2026-11-22"),
        ("as of two weeks ago", "2026-11-08"),
        ("as of a year ago", "2025-11-22"),
        ("as of 10 days ago", "2026-11-12"),
        # The time of a day is of that day.
        ("as of noon on 5 March 2023", "2023-03-05"),
        ("as of noon yesterday", "2026-11-21"),
        ("as of close of business on March 5, 2023", "2023-03-05"),
        ("as of the evening of Dec. 3", "2025-12-03"),
        ("as of the early morning of 5 March 2023", "2023-03-05"),
        ("as of 5 p.m. EST on 5 March 2023", "2023-03-05"),
        ("as of 17:30 local time on 5 March 2023", "2023-03-05"),
        ("as of 10 a.m. Friday", "2026-11-20"),
        ("as of early Friday", "2026-11-20"),
    ],
)
def test_as_of_takes_the_last_day_that_is_meant(question: str, as_of: str | None) -> None:
    understood = understand(f"Who ran the mills {question}?", today=TODAY)
    assert (understood.as_of, understood.unread) == (day(as_of), None)
    assert (understood.since, understood.until) == (None, None)


@pytest.mark.parametrize(
    "words",
    [
        "as of the night of 3 May to 4 May 2023",
        "as of noon on 3 May or 4 May 2023",
        "as of the night of 3 May (2023)",
        "as of the evening of 14 August in 2019",
        "as of 5 pm last year",
        "as of 25 p.m. on 5 May 2023",
        "as of 5 p.m. APR 2023",
    ],
)
def test_the_time_of_a_day_that_is_not_sure_restricts_to_no_other(words: str) -> None:
    understood = understand(f"Who ran the mills {words}?", today=TODAY)
    assert understood.as_of is None and understood.unread


@pytest.mark.parametrize(
    "words",
    [
        "as of 30 February 2024",
        "as of 2024-13",
        "as of 2022/23",
        "as of 1066",
        "as of mid-1066",
        "as of the end of 1066",
        "as of 3/4/2022",
        "as on 3.4.2022",
        "as at 31.12.22",
        "as of 13/13/2022",
        "as of 2022-12/31",
        "as of 2023.5",
        "as of 2022–2023",
        "as of the 1990s",
        "as of the second quarter of 2023",
        "as of Q2 2023",
        "as of around 2023",
        "as of last March",
        "as of March 45",
        "as of December 31, 22",
        "as of last Monday",
        "as of several weeks ago",
        "as of about a year ago",
        "as of last summer",
        "as of the weekend",
        "as of the last quarter",
        *("as of just 2023", "as of the night", "as of the evening of 30 February 2024"),
        # Behind the time of a day stands a day, and nothing that tells another.
        *("as of noon 2023", "as of the evening of 2023", "as of 17:30 MAR 2023", "as of 05.03 2023"),
        *("as on 30.06 2022", "as of the night of the March 2020", "as of noon MAR 2024"),
        *("as of New Year 2024", "as of a fortnight ago", "as of the week of 5 March 2023"),
        *("as of Mon 6 March 2023", "as of exactly 2023-03-05", "as of the summit of 2021"),
    ],
)
def test_a_time_behind_as_of_that_cannot_be_read_is_told_as_such(words: str) -> None:
    understood = understand(f"Who ran the mills {words}?", today=TODAY)
    assert (understood.as_of, understood.unread) == (None, words)


@pytest.mark.parametrize(
    "words",
    [
        *("as of yet", "as of now", "as of today", "as of right", "as well as on 3 sites", "as the 2nd of 4"),
        *("as tight as at 10 Downing Street", "with the same men as at 5 other plants"),
        *("with as many men as on 14 August", "for as much as on 9/11"),
        *("as of the 2017 census", "as of the March 2018 election"),
        *("as of now what changed in 2021", "as of today, since 2019", "as of late with 2021 models"),
    ],
)
def test_what_names_no_time_behind_as_of_is_none(words: str) -> None:
    understood = understand(f"Who ran the mills {words}?", today=TODAY)
    assert (understood.as_of, understood.unread) == (None, None)


MONTH_NAMES = tuple(calendar.month_name[1:])


@COMPILING
@given(month=st.sampled_from(MONTH_NAMES), today=st.dates(min_value=dt.date(1, 12, 31)))
def test_a_month_without_a_year_is_the_latest_that_has_begun(month: str, today: dt.date) -> None:
    as_of = understand(f"Who ran the mills as of {month}?", today=today).as_of
    assert as_of is not None and 0 <= (today - as_of).days < 366
    assert MONTH_NAMES[as_of.month - 1] == month


@COMPILING
@given(
    day=st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2099, 12, 31)), by=st.sampled_from("-/.")
)
def test_a_date_in_digits_is_read_where_it_has_one_reading_only(day: dt.date, by: str) -> None:
    parts = [f"{day.year}", f"{day.month:02}", f"{day.day:02}"]
    two_readings = day.day <= 12 and day.day != day.month
    assert understand(f"as of {by.join(parts)}", today=TODAY).as_of == day
    for order in ([2, 1, 0], [1, 2, 0]):
        words = f"as of {by.join(parts[place] for place in order)}"
        understood = understand(words, today=TODAY)
        assert (understood.as_of, understood.unread) == ((None, words) if two_readings else (day, None))


def test_what_only_looks_like_a_comparison_restricts() -> None:
    understood = understand("Who served as chairman as on 3 May 2023?", today=TODAY)
    assert understood.as_of == dt.date(2023, 5, 3)


@COMPILING
@given(
    today=st.dates(min_value=dt.date(2000, 1, 1)),
    name=st.sampled_from(tuple(calendar.day_name)),
    count=st.integers(1, 400),
    unit=st.sampled_from(["days", "weeks", "months", "years"]),
)
def test_a_day_counted_back_is_never_after_today(today: dt.date, name: str, count: int, unit: str) -> None:
    weekday = understand(f"Who ran the mills as of {name}?", today=today).as_of
    assert weekday is not None and f"{weekday:%A}" == name and 0 <= (today - weekday).days < 7
    back = understand(f"Who ran the mills as of {count} {unit} ago?", today=today).as_of
    assert back is not None and back < today


def test_relative_times_count_from_the_day_that_the_question_looks_from() -> None:
    understood = understand("As of May 2021, what had happened in the last two months?", today=TODAY)
    assert (understood.since, understood.until) == (dt.date(2021, 4, 1), dt.date(2021, 5, 31))
    ahead = understand("As of 2030, what happened in the last two weeks?", today=TODAY)
    assert ahead.until == TODAY


def test_as_of_leaves_the_rest_of_the_question_its_window() -> None:
    understood = understand("What was agreed since 2019 as of June 2023?", today=TODAY)
    assert (understood.as_of, understood.since) == (dt.date(2023, 6, 30), dt.date(2019, 1, 1))


@pytest.mark.parametrize(
    ("today", "question", "since", "until"),
    [
        (dt.date(2024, 2, 29), "last year", "2023-01-01", "2023-12-31"),
        (dt.date(2024, 3, 1), "last month", "2024-02-01", "2024-02-29"),
        (dt.date(2024, 1, 1), "last month", "2023-12-01", "2023-12-31"),
        (dt.date(2024, 1, 1), "yesterday", "2023-12-31", "2023-12-31"),
        (dt.date(2024, 1, 1), "this week", "2023-12-31", "2024-01-07"),
        (dt.date(2024, 1, 6), "last week", "2023-12-24", "2023-12-31"),
        (dt.date(2024, 1, 7), "this week", "2024-01-01", "2024-01-13"),
        (dt.date.min, "last year", "0001-01-01", "0001-12-31"),
        (dt.date.max, "this week", "9999-12-26", "9999-12-31"),
    ],
)
def test_relative_times_count_from_the_day_given(
    today: dt.date, question: str, since: str, until: str
) -> None:
    understood = understand(question, today=today)
    assert (understood.since, understood.until) == (day(since), day(until))


@COMPILING
@given(
    days=st.tuples(st.dates(dt.date(1800, 1, 1), dt.date(2099, 12, 31)), st.integers(1, 31)),
    short=st.booleans(),
    words=st.sampled_from([("between", "and"), ("from", "to"), ("from", "until"), ("during", "–")]),
    ordinal=st.booleans(),
    comma=st.sampled_from([",", ""]),
)
def test_two_days_of_one_month_are_one_time_in_whichever_order_the_month_is_written(
    days: tuple[dt.date, int], short: bool, words: tuple[str, str], ordinal: bool, comma: str
) -> None:
    (first, second), (opens, joins) = days, words
    month = (calendar.month_abbr if short else calendar.month_name)[first.month]
    begin, end = (f"{number}th" if ordinal else str(number) for number in (first.day, second))
    last = calendar.monthrange(first.year, first.month)[1]
    there = first.day <= second <= last
    for said in (
        f"{opens} {month} {begin} {joins} {end}{comma} {first.year}",
        f"{opens} {begin} {joins} {end} {month} {first.year}",
    ):
        understood = understand(f"who spoke {said}?", today=TODAY)
        if there:
            assert (understood.since, understood.until) == (first, first.replace(day=second)), said
            assert list(periods_in(f"He spoke {said}."))[:1] == [(first, first.replace(day=second))] or (
                opens == "during"
            )
        else:
            # The wrong way round, or no day of the month: half of it is not read as the whole.
            assert understood.since is None or understood.since != first


@COMPILING
@given(st.dates(dt.date(1800, 1, 8), dt.date(2099, 12, 20)))
def test_a_week_named_by_one_of_its_days_is_that_week(named: dt.date) -> None:
    said = f"{named.day} {calendar.month_name[named.month]} {named.year}"
    week = understand(f"who resigned in the week of {said}", today=TODAY)
    assert week.since and week.until and week.since <= named <= week.until
    assert (week.since.weekday(), (week.until - week.since).days) == (0, 6)
    begun = understand(f"who resigned in the week starting on {said}", today=TODAY)
    assert (begun.since, begun.until) == (named, named + dt.timedelta(6))
    ended = understand(f"who resigned in the week ending {said}", today=TODAY)
    assert (ended.since, ended.until) == (named - dt.timedelta(6), named)
    weekend = understand(f"who resigned on the weekend of {said}", today=TODAY)
    assert (weekend.since, weekend.until) == (week.until - dt.timedelta(1), week.until)


WORDS = """as of on at in since after before between until by from to and the end last past this previous two
999 year month week day days yesterday now today 2021 2024-02 2021-04-07 31 29 February Aprıl May Auguſt ٢٠٢١
ſept Friday ago a 1990s present
status what is how far has 0000-00 1900 2099 – - , . ? % people early mid late
12/31/2022 3/4/2022 1066 Q2 H1 quarter half first second start of
May-June over Monday night born will is weekend beginning
ending"""
QUESTIONS = st.one_of(st.text(), st.lists(st.sampled_from(WORDS.split())).map(" ".join))


def test_the_words_of_the_time_are_told_apart_from_those_that_ask_for_a_form() -> None:
    understood = understand("How did fuel prices develop in 2024?", today=TODAY)
    assert (understood.form_words, understood.dates) == (("How did fuel prices develop",), ("in 2024",))


@COMPILING
@given(question=QUESTIONS, today=st.dates())
def test_any_text_is_understood_somehow_and_its_window_is_ordered(question: str, today: dt.date) -> None:
    understood = understand(question, today=today)
    if understood.since and understood.until:
        assert understood.since <= understood.until
    if understood.since or understood.until or understood.as_of or understood.intent != "fact":
        assert said_in(understood)
    # What was understood can be shown in the question itself.
    assert all(words in question for words in said_in(understood))


@COMPILING
@given(question=QUESTIONS | st.lists(st.sampled_from(WORDS.split())).map("".join))
def test_a_question_that_is_not_searched_any_further_names_no_time(question: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(windows, "_MAY_BE_DATED", re.compile(""))
        patched.setattr(windows, "_MAY_BE_UNDATED", re.compile(""))
        patched.setattr(standpoints, "_MAY_OPEN", re.compile(""))
        searched = understand(question, today=TODAY)
    assert understand(question, today=TODAY) == searched


def test_the_time_of_a_question_is_its_own_and_not_of_what_leads_up_to_it() -> None:
    asked = "Who bought the bank in 2021?"
    today = dt.date(2026, 11, 22)
    alone = understand(asked, today=today)
    for lead in ("I have followed this since 2019.", "In 2019 the bank failed. It was sold in 2020."):
        led = understand(f"{lead} {asked}", today=today)
        assert (led.dates, led.since, led.until) == (alone.dates, alone.since, alone.until)
    # Where it names none itself, what leads up to it says of which time it is.
    led = understand("In 2019 the bank failed. Who bought the bank?", today=today)
    assert led.since == dt.date(2019, 1, 1)
    # A month without its year is not read beside another year, as before.
    assert understand("In 2019 the bank failed. Who bought it in March?", today=today).since == led.since
