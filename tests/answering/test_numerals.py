"""Numbers of questions and texts: the same value is the same number, however it is written."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english.numerals import numerals_in, values_in
from rag.turning import ONES, TENS

COUNTS = st.one_of(st.integers(3, 30), st.integers(3, 9_999), st.integers(3, 99_999_999))
SMALL = {value: word for word, value in (ONES | TENS).items()}


def in_words(count: int) -> str:
    for scale, word in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if count >= scale:
            rest = f" {in_words(count % scale)}" if count % scale else ""
            return f"{in_words(count // scale)} {word}{rest}"
    return SMALL.get(count) or f"{SMALL[count - count % 10]}-{SMALL[count % 10]}"


def south_asian(count: int) -> str:
    digits = str(count)
    if len(digits) <= 3:
        return digits
    pairs = re.sub(r"(?<=\d)(?=(?:\d\d)+$)", ",", digits[:-3])
    return f"{pairs},{digits[-3:]}"


IN_DIGITS = [str, "{:,}".format, south_asian]
WRITINGS = [
    *IN_DIGITS,
    in_words,
    lambda count: f"{count / 10**6:.6f} million",
    lambda count: f"Rs{count:,}/-",
]


def told(question: str) -> list[str]:
    return [question[one.start : one.end] for one in numerals_in(question)]


def has(question: str, text: str) -> bool:
    [numeral] = numerals_in(question)
    return numeral.stands_in(values_in(text))


@given(COUNTS, st.sampled_from(WRITINGS), st.sampled_from(WRITINGS))
def test_a_number_is_there_in_every_writing(count: int, asked, written) -> None:  # type: ignore[no-untyped-def]
    question = f"Did they count {asked(count)} goats?"
    if not 1799 < count < 2100:  # a year
        assert has(question, f"The count was {written(count)}, it is said.")


@given(COUNTS, COUNTS, st.sampled_from(IN_DIGITS), st.sampled_from(IN_DIGITS))
def test_another_number_is_not(count: int, other: int, asked, written) -> None:  # type: ignore[no-untyped-def]
    if count != other and not 1799 < count < 2100:
        assert not has(f"Did they count {asked(count)} goats?", f"The count was {written(other)}.")


@given(COUNTS, st.sampled_from(IN_DIGITS))
def test_a_count_in_digits_is_nothing_else(count: int, written) -> None:  # type: ignore[no-untyped-def]
    assert values_in(f"It was {written(count)}.") == {count}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("2.5 million", "two and a half million"),
        ("500,000", "half a million"),
        ("66.7 percent", "two-thirds"),
        ("50 percent", "half"),
        ("1.5 million", "1.5mn"),
        ("3bn", "US$3 billion"),
        ("12 boats", "a dozen boats"),
        ("2 boats", "both boats"),
        ("4th boat", "the fourth boat"),
        ("27th boat", "the twenty-seventh boat"),
        ("World War 2", "World War II"),
        ("25,000", "25 000"),
        ("2.5", "2½"),
        ("15 lakh", "1,500,000"),
        ("28 percent", "28.3 percent"),
        ("1.2 million", "1,234,567"),
        ("310.8", "310.80/90"),
        ("6 stars", "from 7–6"),
        ("40", "４０"),
    ],
)
def test_the_same_in_other_words(asked: str, written: str) -> None:
    assert has(f"Was it {asked}?", f"It was {written}.")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("25", "25,000"),
        ("25,000", "25 or 100,000"),
        ("310.80", "310.9"),
        ("1.2 million", "1.3m"),
    ],
)
def test_a_part_of_a_number_is_another(asked: str, written: str) -> None:
    assert not has(f"Was it {asked}?", f"It was {written}.")


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("about 1,000 goats", "950 goats", "700 goats"),
        ("more than Rs. 1,000", "1,400", "900"),
        ("1,000 or more goats", "1,400", "900"),
        ("1,000+ goats", "1,400", "900"),
        ("up to 1,000 goats", "900", "1,400"),
        ("the index passes 1,000", "1,004.3", "900"),
    ],
)
def test_what_is_asked_roughly_may_be_more_or_less(asked: str, there: str, not_there: str) -> None:
    assert has(asked, there)
    assert not has(asked, not_there)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("Did 17 goats fall on 21 April 2024?", ["17"]),
        ("Did 17 goats fall on April 21, at 10:30?", ["17"]),
        ("Did 28 percent fall in 2023, and 5 in the last 3 months?", ["28", "5"]),
        ("What was spent in 2023/24, in Q2 2024 and two weeks ago at 6 pm?", []),
        ("What was spent in the 1990s, and on 2024-05-06 or 06.05.2024?", []),
        ("Did the F-16, the A330 and Covid-19 bring 40 goats?", ["40"]),
        ("Did Seven Sisters win over Six Nations?", []),
        ("Seven goats fell, and seventeen sheep", ["Seven", "seventeen"]),
        ("Six Nations rugby", []),
        ("One of two goats, the first of a hundred, scored 1-0", []),
        ("LKR25,000, $7 and €1.5 million", ["25,000", "7", "1.5 million"]),
        ("2000 people and 2,000 goats", ["2000", "2,000"]),
    ],
)
def test_times_and_names_are_no_numbers(question: str, numbers: list[str]) -> None:
    assert told(question) == numbers


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("Did 17 goats walk from 10 Brisko Street on 9/11, or 24/7?", ["17"]),
        ("Did the 5 Star Choir sing for 2/3 of 40 goats?", ["40"]),
        ("Did 40 Peruvians, 30 Peruvian boats, 20 Sri Lankans, 12 MPs and 7 Briskers sink?", 5),
        ("Did 25,000 Brisko goats and 3 million Brisko hens fall?", 2),
        ("Was it 310.80/90?", 2),
    ],
)
def test_a_number_that_may_name_something_is_told_from_one_that_counts(
    question: str, numbers: list[str] | int
) -> None:
    counting = [question[one.start : one.end] for one in numerals_in(question) if not one.in_a_name]
    assert counting == numbers if isinstance(numbers, list) else len(counting) == numbers


@given(COUNTS, st.text("¹²³⁰⁴⁵⁶⁷⁸⁹₁₂①②", min_size=1, max_size=3))
def test_the_mark_of_a_note_is_no_digit_of_the_number(count: int, mark: str) -> None:
    raised = unicodedata.normalize("NFKC", mark)
    values = values_in(f"It was {count}{mark}.")
    assert float(count) in values
    assert float(f"{count}{raised}") not in values


@pytest.mark.parametrize("piece", ["5 000 ", "7 or ", "about 40 ", "Six goats, "])
def test_a_long_question_takes_no_time(piece: str) -> None:
    """With all that is before a number read anew for each, it took a third of a second."""
    question = (piece * 1000)[:8000]
    began = time.process_time()
    numerals_in(question)
    assert time.process_time() - began < 2


def test_what_is_known_to_be_a_time_is_no_number() -> None:
    assert told("What of the 40 days?") == ["40"]
    assert numerals_in("What of the 40 days?", times=("the 40 days",)) == []


@given(st.text(alphabet="0123456789,.:’'-/½ IVXabkm  million", max_size=60))
def test_whatever_is_written_is_read_as_it_is(text: str) -> None:
    """No number of a text is lacking in it, and nothing raises."""
    values = values_in(text)
    assert all(numeral.stands_in(values) for numeral in numerals_in(text))


@given(st.text() | st.text("0123456789¹²½⅓①٣,.:’'/- –%kmbn", max_size=40), st.text(max_size=40))
def test_any_text_and_any_question_are_read(question: str, text: str) -> None:
    values = values_in(text)
    for numeral in numerals_in(question):
        assert 0 <= numeral.start < numeral.end <= len(question)
        assert numeral.stands_in(values) in {True, False}
