"""Relative times in articles: resolved where one reading is left, and left alone everywhere else."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from candidates import published_on
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english import moments, tenses
from rag.answering.english.mentions import LONGEST_READ
from rag.answering.english.moments import names_day, resolve
from rag.answering.english.tenses import cues_of
from rag.types import Published, Span

TUESDAY = "2024-11-12"


def resolved(text: str, published: str | None = TUESDAY) -> list[tuple[str, str, str, str]]:
    dates = resolve(text, Span(0, len(text)), published_on(published))
    return [(date.words, date.first.isoformat(), date.last.isoformat(), date.precision) for date in dates]


@pytest.mark.parametrize(
    ("text", "published", "words", "days", "precision"),
    [
        (
            "Talks are expected to start this week.",
            TUESDAY,
            "this week",
            ("2024-11-11", "2024-11-17"),
            "week",
        ),
        ("Talks were held last week.", TUESDAY, "last week", ("2024-11-04", "2024-11-10"), "week"),
        ("Talks begin next week.", "2024-12-30", "next week", ("2025-01-06", "2025-01-12"), "week"),
        ("Trade fell last month.", "2024-01-31", "last month", ("2023-12-01", "2023-12-31"), "month"),
        (
            "He will travel later this month.",
            TUESDAY,
            "later this month",
            ("2024-11-01", "2024-11-30"),
            "month",
        ),
        (
            "He went earlier this month.",
            "2024-11-04",
            "earlier this month",
            ("2024-11-01", "2024-11-30"),
            "month",
        ),
        (
            "He will go later this year.",
            "2024-12-28",
            "later this year",
            ("2024-01-01", "2024-12-31"),
            "year",
        ),
        (
            "He fell later last month.",
            "2024-11-30",
            "later last month",
            ("2024-10-01", "2024-10-31"),
            "month",
        ),
        (
            "He comes earlier next month.",
            "2024-10-30",
            "earlier next month",
            ("2024-11-01", "2024-11-30"),
            "month",
        ),
        ("They won yesterday (2-1).", TUESDAY, "yesterday", ("2024-11-11", "2024-11-11"), "day"),
        ("They met earlier this week.", TUESDAY, "earlier this week", ("2024-11-11", "2024-11-17"), "week"),
        ("They meet later this week.", "2024-11-16", "later this week", ("2024-11-11", "2024-11-17"), "week"),
        ("It closes tomorrow (13).", TUESDAY, "tomorrow", ("2024-11-13", "2024-11-13"), "day"),
        ("It opens next year.", TUESDAY, "next year", ("2025-01-01", "2025-12-31"), "year"),
        ("It met in the current year.", TUESDAY, "the current year", ("2024-01-01", "2024-12-31"), "year"),
        ("The mill was shut yesterday.", "2024-03-01", "yesterday", ("2024-02-29", "2024-02-29"), "day"),
        ("The court meets tomorrow.", "2024-12-31", "tomorrow", ("2025-01-01", "2025-01-01"), "day"),
        ("An agreement was today reached.", TUESDAY, "today", (TUESDAY, TUESDAY), "day"),
        ("The ministry said today that talks go on.", TUESDAY, "today", (TUESDAY, TUESDAY), "day"),
        (
            "The bridge was shut two weeks ago.",
            TUESDAY,
            "two weeks ago",
            ("2024-10-28", "2024-11-03"),
            "week",
        ),
        ("The ship sank three days ago.", TUESDAY, "three days ago", ("2024-11-09", "2024-11-09"), "day"),
        (
            "A release was issued here on Tuesday.",
            "2025-02-12",
            "on Tuesday",
            ("2025-02-11", "2025-02-11"),
            "day",
        ),
        (
            "Russia on Wednesday assured Pakistan of help.",
            "2024-11-14",
            "on Wednesday",
            ("2024-11-13", "2024-11-13"),
            "day",
        ),
        (
            "On Monday, the minister arrived in Moscow.",
            TUESDAY,
            "On Monday",
            ("2024-11-11", "2024-11-11"),
            "day",
        ),
        ("The deal was signed on Tuesday.", TUESDAY, "on Tuesday", (TUESDAY, TUESDAY), "day"),
        ("The ministers will meet on Friday.", TUESDAY, "on Friday", ("2024-11-15", "2024-11-15"), "day"),
        (
            "The deal is expected to be signed on Monday.",
            TUESDAY,
            "on Monday",
            ("2024-11-18", "2024-11-18"),
            "day",
        ),
        (
            "Officials said they will meet on Friday.",
            TUESDAY,
            "on Friday",
            ("2024-11-15", "2024-11-15"),
            "day",
        ),
        ("Officials said Friday that talks go on.", TUESDAY, "Friday", ("2024-11-08", "2024-11-08"), "day"),
        (
            "He resigned on Thursday last week.",
            TUESDAY,
            "on Thursday last week",
            ("2024-11-07", "2024-11-07"),
            "day",
        ),
        ("They met last Friday.", TUESDAY, "last Friday", ("2024-11-08", "2024-11-08"), "day"),
        ("They meet next Monday.", TUESDAY, "next Monday", ("2024-11-18", "2024-11-18"), "day"),
        (
            "The ship reached the port over the weekend.",
            "2023-06-13",
            "over the weekend",
            ("2023-06-10", "2023-06-11"),
            "weekend",
        ),
        (
            "They will vote at the weekend.",
            TUESDAY,
            "at the weekend",
            ("2024-11-16", "2024-11-17"),
            "weekend",
        ),
        (
            "In April, the two countries signed a deal.",
            "2023-06-13",
            "In April",
            ("2023-04-01", "2023-04-30"),
            "month",
        ),
        (
            "The deal was signed in December.",
            "2024-02-10",
            "in December",
            ("2023-12-01", "2023-12-31"),
            "month",
        ),
        ("The bridge will open in March.", TUESDAY, "in March", ("2025-03-01", "2025-03-31"), "month"),
        ("It opened in June last year.", TUESDAY, "in June last year", ("2023-06-01", "2023-06-30"), "month"),
        ("It was built last December.", TUESDAY, "last December", ("2023-12-01", "2023-12-31"), "month"),
        (
            "The treaty was signed on 12 April.",
            TUESDAY,
            "on 12 April",
            ("2024-04-12", "2024-04-12"),
            "day",
        ),
        (
            "The strike will begin on December 3.",
            TUESDAY,
            "on December 3",
            ("2024-12-03", "2024-12-03"),
            "day",
        ),
        ("The strike will begin on Feb 3rd.", TUESDAY, "on Feb 3rd", ("2025-02-03", "2025-02-03"), "day"),
        ("The strike entered its tenth day on Monday.", TUESDAY, "on Monday", ("2024-11-11",) * 2, "day"),
        ("Later on Monday, the minister left.", TUESDAY, "on Monday", ("2024-11-11", "2024-11-11"), "day"),
    ],
)
def test_what_has_one_reading_is_resolved(
    text: str, published: str, words: str, days: tuple[str, str], precision: str
) -> None:
    assert resolved(text, published) == [(words, *days, precision)]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        # No day of publication to count from.
        ("Talks were held last week.", None),
        ("Talks were held last week.", "2024"),
        ("Talks were held last week.", "2024-11"),
        # No verb says whether it lies ahead or behind.
        ("A meeting on Friday at the port.", TUESDAY),
        ("The council meets on Friday.", TUESDAY),
        ("The minister said the council meets on Friday.", TUESDAY),
        ("He agreed to meet them on Friday.", TUESDAY),
        ("The deal was to be signed on Friday.", TUESDAY),
        ("Talks scheduled for Friday.", TUESDAY),
        ("The ministers may meet on Friday.", TUESDAY),
        ("Exports to China in March.", TUESDAY),
        # Two days are meant by the same words.
        ("They will meet on Tuesday.", TUESDAY),
        ("They met last Monday.", TUESDAY),
        ("They meet next Friday.", TUESDAY),
        ("It was built last October.", TUESDAY),
        ("The deal was signed in November.", TUESDAY),
        ("Talks will begin this week.", "2024-11-17"),
        ("They met last weekend.", "2024-11-17"),
        # Counted from elsewhere, or too vague.
        ("They resigned the next week.", TUESDAY),
        ("Prices rose in the last week.", TUESDAY),
        ("The last week of May was dry.", TUESDAY),
        ("They met last summer.", TUESDAY),
        ("They joined three years ago.", TUESDAY),
        ("They met about two weeks ago.", TUESDAY),
        ("They met the day before yesterday.", TUESDAY),
        ("A better tomorrow was promised.", TUESDAY),
        # "Today" is an age, a paper or somebody's word.
        ("Today Pakistan is an important partner.", TUESDAY),
        ("Steel is used today in every house.", TUESDAY),
        ("Pakistan Today reported the deal.", TUESDAY),
        ("“We will meet next week,” he said.", TUESDAY),
        ("We will meet next week,” he said.", TUESDAY),
        ('He said: "We met yesterday."', TUESDAY),
        # Names, habits, ranges and other years.
        ("It was first told on Sunday Times pages.", TUESDAY),
        ("The shop was shut on Sundays.", TUESDAY),
        ("He was born on Good Friday.", TUESDAY),
        ("The visit was held on Monday and Tuesday.", TUESDAY),
        ("The visit lasted from 6th to 7th April.", TUESDAY),
        ("In 1971 the army was beaten. The army surrendered on 16 December.", TUESDAY),
        ("The war ended in 1971, and it was signed in December.", TUESDAY),
        ("It was signed on 12 February 2020.", TUESDAY),
        ("It was signed in March 2020.", TUESDAY),
        ("The troops were on a march in may weather.", TUESDAY),
        ("It was signed on Monday, 12 March.", TUESDAY),  # that day was a Tuesday
        ("It was signed on 31 February.", TUESDAY),
        # Of somebody's time, of a habit, or far back.
        ("Biden spent his last week in office.", TUESDAY),
        ("It was built in his last year as president.", TUESDAY),
        ("They had met in the party's last month in power.", TUESDAY),
        ("They spent their last weekend together.", TUESDAY),
        ("The market was held on Friday nights.", TUESDAY),
        ("It was closed on Sunday mornings.", TUESDAY),
        ("They were paid on Friday every week.", TUESDAY),
        ("It was signed on 5 March, two decades ago.", TUESDAY),
        ("The paper was founded in January, a year before the war.", TUESDAY),
        # Another verb's time: one in the present is none that these rules know.
        ("The strike, which begins on Friday, was called by the union.", TUESDAY),
        ("The strike that begins on Friday was called by the union.", TUESDAY),
        ("On Friday the ceasefire expires, officials said.", TUESDAY),
        ("The strike was called and begins on Friday, said Khan.", TUESDAY),
        # As far back as the words before say.
        ("Fifty years ago on 26 March the army attacked.", TUESDAY),
        ("Ten years ago, the mill was closed in March.", TUESDAY),
        ("A decade earlier the mill had been closed on 26 March.", TUESDAY),
        # The month, or year, before is as likely; the article says another day; the editor wrote on another.
        ("He went earlier this month.", "2024-11-03"),
        ("It began earlier this year.", "2024-01-02"),
        ("They met earlier this week.", "2024-11-11"),
        ("He will go later this month.", "2024-11-28"),
        ("It closes tomorrow (22).", TUESDAY),
        ("It was closed yesterday (Nov 12).", TUESDAY),
        ("It was said today (14).", TUESDAY),
        ("Editor’s note: On Monday, the mayor was cleared.", TUESDAY),
        ("The bridge at Tarn is closed until August, Mayor Ulla Brandt said.", "2023-06-05"),
        ("The trial was adjourned until 3 September.", "2023-06-05"),
        ("The contract was extended until March, the firm said.", "2023-06-05"),
    ],
)
def test_what_has_two_readings_is_left_alone(text: str, published: str | None) -> None:
    assert resolved(text, published) == []


FORMS = (
    "It was held {}.",
    "It will be held {}.",
    "It is held {}.",
    "{}, for the 2019 cup.",
    "The strike {} ended.",
)


@given(
    published=st.dates(dt.date(1950, 1, 20), dt.date(2100, 1, 1)),
    off=st.integers(-14, 13),
    form=st.sampled_from(FORMS),
    month=st.sampled_from(["", "%B ", "%b. "]),
)
def test_a_day_in_brackets_leaves_no_doubt(published: dt.date, off: int, form: str, month: str) -> None:
    """Whatever the verb, and whatever other year is named; a day that is another weekday is none."""
    day = published + dt.timedelta(days=off)
    name = "May " if month == "%b. " and day.month == 5 else f"{day:{month}}" if month else ""
    for said, meant in ((day, [day.isoformat()]), (day + dt.timedelta(days=1), [])):
        number = said.day if not month or said.month == day.month else day.day + 1
        text = form.format(f"on {day:%A} ({name}{number})")
        read = resolved(text[0].upper() + text[1:], published.isoformat())
        assert [first for _, first, _, _ in read] == meant, text


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("today", (0, -1)),
        ("this morning", (0, -1)),
        ("this afternoon", (0, -1)),
        ("this evening", (0, -1)),
        ("tonight", (0, -1)),
        ("last night", (-1, -2)),
        ("last evening", (-1, -2)),
        ("yesterday", (-1, -2)),
        ("tomorrow", (1, 0)),
    ],
)
def test_today_and_its_like_are_read_where_brackets_tell_the_day(words: str, days: tuple[int, ...]) -> None:
    """Also on the day after; further off is a doubt, and so is what else stands in brackets."""
    published = dt.date.fromisoformat(TUESDAY)
    for off in range(-5, 6):
        day = published + dt.timedelta(days=off)
        for told in (f"{day.day}", f"{day.day:02}", f"Nov. {day.day}", f"November {day.day:02}"):
            read = resolved(f"The shop burns {words} ({told}).")
            assert [first for _, first, _, _ in read] == [day.isoformat()] * (off in days), told
    for other in ("Room 12", "12 people", "Dec. 12", "12:30"):
        assert resolved(f"The shop burns this morning ({other}).") == []
    assert resolved("The shop burns this morning, 12 people said.") == []


@pytest.mark.parametrize(
    "text",
    [
        "She will lead the town until a new mayor is elected by the council in June.",
        "Trains run again when the bridge is opened in July.",
        "It ends if the bill is passed in June.",
        "Trade resumes after the contract is signed in May.",
        "The fair is held in June.",
        "The roofs are being mended in June.",
        "The two are usually opened in June.",
    ],
)
def test_what_is_done_in_the_present_is_neither_behind_nor_ahead(text: str) -> None:
    assert resolved(text, "2025-03-20") == []


@given(published=st.dates(dt.date(1950, 1, 20), dt.date(2100, 1, 1)), off=st.integers(-200, 200))
def test_a_day_is_named_without_its_year_by_what_was_published_near_it(published: dt.date, off: int) -> None:
    day = published + dt.timedelta(days=off)
    told = Published(published.isoformat(), "day", "metadata")
    for form in ("%-d %B", "%B %-d", "the %-dth of %B"):
        text = f"They agreed to work on {day:{form}} again."
        assert names_day(text, day, told) is (abs(off) <= 120)
        assert not names_day(text, day + dt.timedelta(days=1), told)
        assert not names_day(f"{text[:-1]}, as in {day.year - 1}.", day, told)
        assert not names_day(text, day, Published())


def test_times_of_one_sentence_stand_in_their_order_and_never_overlap() -> None:
    text = "The ministry said on Monday that the mill, shut last year, will open in March."
    assert [one[0] for one in resolved(text)] == ["on Monday", "last year", "in March"]


def test_the_words_before_the_quote_are_not_resolved_but_may_tell_the_year() -> None:
    before, quote = "It was 1971. Last week was dry. ", "The army surrendered on 16 August."
    text = before + quote
    span = Span(len(before), len(text))
    assert resolve(text, span, published_on(TUESDAY)) == ()
    text = text.replace("1971", "then")
    [date] = resolve(text, Span(text.index("The army"), len(text)), published_on(TUESDAY))
    assert date.words == text[date.start : date.end] == "on 16 August"
    assert date.first == dt.date(2024, 8, 16)


PIECES = [
    *(
        "this week",
        "last month",
        "next year",
        "yesterday",
        "tomorrow",
        "on Wednesday",
        "last Friday",
        "in March",
    ),
    *(
        "on 12 February",
        "two weeks ago",
        "over the weekend",
        "said today",
        "the minister said",
        "will open",
        "was",
    ),
    *("“", "”", '"', ",", ".", "in 2019", "that", "the bridge", "on 31 February", "\n", "🚂"),
]


@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join),
    st.text(max_size=10),
    st.dates(min_value=dt.date(1, 1, 1)),
)
def test_every_date_is_its_slice_and_a_span_of_days(quote: str, before: str, day: dt.date) -> None:
    text = before + quote
    span = Span(len(before), len(text))
    dates = resolve(text, span, Published(day.isoformat(), "day", "metadata"))
    lengths = {"day": {1}, "weekend": {2}, "week": {7}, "month": {28, 29, 30, 31}, "year": {365, 366}}
    position = span.start
    for date in dates:
        assert position <= date.start < date.end <= span.end
        assert text[date.start : date.end] == date.words
        position = date.end
        days = (date.last - date.first).days + 1
        at_the_edge = date.first == dt.date.min or date.last == dt.date.max
        assert days in lengths[date.precision] or at_the_edge
    assert resolve(text, span, Published()) == ()


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)), st.sampled_from(range(7)))
def test_a_weekday_is_within_seven_days_on_the_side_that_the_verb_says(day: dt.date, number: int) -> None:
    name = (dt.date(2024, 1, 1) + dt.timedelta(number)).strftime("%A")
    for text, least, most in ((f"It was signed on {name}.", -6, 0), (f"It will be signed on {name}.", 1, 6)):
        dates = resolve(text, Span(0, len(text)), Published(day.isoformat(), "day", "text"))
        assert dates or (least == 1 and day.weekday() == number)
        for date in dates:
            assert date.first == date.last
            assert date.first.weekday() == number
            assert least <= (date.first - day).days <= most


@pytest.mark.parametrize("verb", ["voted", "met", "killed", "arrested", "announced", "held"])
@given(
    day=st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)),
    number=st.sampled_from(range(7)),
)
def test_a_weekday_right_behind_a_verb_is_on_the_side_that_the_verb_says(
    verb: str, day: dt.date, number: int
) -> None:
    name = (dt.date(2024, 1, 1) + dt.timedelta(number)).strftime("%A")
    published = day.isoformat()
    for behind in (".", " in the port.", ", the mayor said."):
        [(words, first, *_)] = resolved(f"They were {verb} {name}{behind}", published)
        assert words == name and 0 <= (day - dt.date.fromisoformat(first)).days < 7
        ahead = resolved(f"They will be {verb} {name}{behind}", published)
        assert all(day.isoformat() < first for _, first, *_ in ahead)
        assert bool(ahead) is (day.weekday() != number)
    for text in (f"They may be {verb} {name}.", f"They {verb} {name} papers.", f"They {verb} {name} Ltd."):
        assert resolved(text, published) == []


@pytest.mark.parametrize("piece", ["voted Saturday in ", "in March said ", "was on 5 June ", "said today "])
def test_a_long_sentence_takes_no_time(piece: str) -> None:
    """With its verbs read anew for each time in it, it took three seconds, and one twice as long 24."""
    for length in (LONGEST_READ, 10 * LONGEST_READ):
        text = (piece * length)[:length]
        began = time.process_time()
        found = resolved(text)
        assert time.process_time() - began < 1
        assert bool(found) is (length <= LONGEST_READ)


@pytest.mark.parametrize("verb", ["is", "to be", "was to be", "may", "will be"])
def test_a_verb_of_many_adverbs_takes_no_time(verb: str) -> None:
    """“Only” was read as an adverb in two ways, so that each one more doubled the time."""
    began = time.process_time()
    cues_of(verb + " only" * 300 + " 5")
    assert time.process_time() - began < 1


@pytest.mark.parametrize("times", [0, 1, 8])
def test_the_verbs_of_a_sentence_are_read_once(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(moments, "cues_of", lambda text: read.append(text) or cues_of(text))
    monkeypatch.setattr(tenses, "cues_of", lambda text: read.append(text) or cues_of(text))
    assert len(resolved("They met on Monday. " * times)) == times
    assert len(read) == min(times, 1)


TIMES = st.sampled_from(
    ["on Friday", "on 15 April", "in May", "this week", "last month", "yesterday", "today"]
)


@given(
    said=st.sampled_from(["expires", "starts", "ends", "goes into force", "begins"]),
    time=TIMES.filter(lambda time: time[:2] in {"on", "in"}),
    who=st.sampled_from(["officials said", "the ministry said", "the court said on Tuesday", "said Khan"]),
)
def test_the_verb_of_who_says_it_is_not_the_verb_of_what_is_said(said: str, time: str, who: str) -> None:
    assert time not in [words for words, *_ in resolved(f"The truce {said} {time}, {who}.")]


@given(
    ago=st.sampled_from(
        ["A year ago", "Ten years ago", "Two decades ago,", "A month earlier", "Six weeks before"]
    ),
    time=TIMES,
    did=st.sampled_from(["Khan was elected", "the mill was closed"]),
)
def test_a_time_that_is_counted_back_from_is_not_the_time_meant(ago: str, time: str, did: str) -> None:
    assert resolved(f"{ago} {time} {did}.") == []
    assert resolved(f"{ago} {time}, {did}.") == []


@given(
    published=st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1)),
    number=st.integers(min_value=-365, max_value=365),
    tells=st.sampled_from(
        ["The mill was closed on {}.", "The ministers voted on {}.", "The mill will open on {}."]
    ),
)
def test_no_day_is_taken_for_one_a_year_off_where_it_is_near_on_the_other_side(
    published: dt.date, number: int, tells: str
) -> None:
    day = published + dt.timedelta(number)
    for _, first, *_ in resolved(tells.format(f"{day:%B} {day.day}"), published.isoformat()):
        assert abs(dt.date.fromisoformat(first) - published).days < 366 - 120


@pytest.mark.parametrize(
    "text",
    [
        "The mill was closed on 20 November.",
        "The council fixed the matter for hearing on 20 November.",
        "The union has called for a vote on 20 November.",
        "The owners have been summoned for a meeting on 20 November.",
        "The talks scheduled to be held on 20 November are about steel.",
        "The bill is to be debated and voted on 20 November.",
        "It was ordered that the case be heard again on 20 November.",
        "The mill will open on 5 November.",
        "The mill will open on 12 November.",
    ],
)
def test_a_day_that_its_verb_puts_a_year_off_is_left_alone(text: str) -> None:
    assert resolved(text) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The bridge is poised to be officially handed over on 24 April.", "2025-04-24"),
        ("The bridge will be formally opened on 24 April.", "2025-04-24"),
        ("Schools will remain closed on 20 November.", "2024-11-20"),
        ("The election will be on 20 November.", "2024-11-20"),
        # What leaves no doubt is kept.
        ("The mill was closed on 20 November last year.", "2023-11-20"),
        ("The mill was closed on 20 April.", "2024-04-20"),
        ("The petition filed by the union on 20 April was heard.", "2024-04-20"),
    ],
)
def test_an_adverb_or_a_state_hides_no_verb_that_looks_ahead(text: str, day: str) -> None:
    assert [first for _, first, *_ in resolved(text)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        # So far from both days nothing but the verb tells which is meant.
        "The court fixed the matter for hearing on 20 April.",
        "The hearing was fixed on 20 April.",
        "The union has called for a vote on 20 April.",
        "The talks scheduled to be held on 20 April are about steel.",
        "The hall may be formally opened on 20 April.",
        "The hall was to be formally opened on 20 April.",
        "The fair chaired by Khan on 20 April is about steel.",
        "They visit the webinar led by Khan on Friday.",
        "It was ordered that the case be heard again on 20 April.",
        "Two men died in a fire on 5 June of the previous year.",
        "The mill was closed in June of that year.",
        "The case was heard on Monday (18 November 2023).",
        "The case was heard on Monday (November 18, 2023).",
        "The case will be heard on Sunday the 31st of May.",  # that day was a Friday and will be a Saturday
    ],
)
def test_a_verb_that_appoints_or_is_of_another_noun_puts_no_day_behind(text: str) -> None:
    assert resolved(text, "2024-11-13") == []


BESIDE = ["on {weekday}, {month} {day}", "on {weekday} {day} {month}", "on {month} {day} ({weekday})"]
BESIDE += ["on {day} {month}, {weekday}", "on {month} {day}, a {weekday}"]


@given(
    published=st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1)),
    off=st.integers(min_value=-365, max_value=365),
    turned=st.integers(min_value=0, max_value=6),
    beside=st.sampled_from(BESIDE),
    tells=st.sampled_from(["The mill was closed {}.", "The mill will be closed {}.", "A meeting {}."]),
)
def test_a_weekday_beside_a_day_settles_its_year_whatever_the_verb(
    published: dt.date, off: int, turned: int, beside: str, tells: str
) -> None:
    day = published + dt.timedelta(off)
    weekday = f"{day + dt.timedelta(turned):%A}"
    time = beside.format(weekday=weekday, month=f"{day:%B}", day=day.day)
    found = [
        dt.date.fromisoformat(first) for _, first, *_ in resolved(tells.format(time), published.isoformat())
    ]
    assert all((one.month, one.day) == (day.month, day.day) and f"{one:%A}" == weekday for one in found)
    if turned == 0 and abs(off) <= 120:
        assert found == [day]


def test_a_weekday_that_opens_the_next_clause_is_not_of_the_day_before_it() -> None:
    [date] = resolved("After the mill was closed on 5 November, Friday prayers were held.", TUESDAY)
    assert date[:2] == ("on 5 November", "2024-11-05")
