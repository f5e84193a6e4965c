"""Which passages are read for quotes, which sentences are quoted, and in which order they are told."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from candidates import candidate, written
from candidates import quotable as unread
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.choosing import (
    ARTICLES_READ,
    LINKS_READ,
    PASSAGES_READ,
    choose_fact,
    choose_status,
    choose_timeline,
    passages_to_read,
)
from rag.answering.english.sameness import says_the_same
from rag.answering.quoting import MARGIN, Quotable, also_in, best_first
from rag.answering.ranking import Ranked, Recency, recency_among
from rag.answering.within import ANY_TIME, Window
from rag.store import Candidate
from rag.types import Chunk, Hop, Scores, Span

SENTENCES = (
    "Russia sent 50,000 doses of vaccine to Pakistan on Monday.",
    "Talks on the steel mills begin this week in Karachi.",
    "The pipeline between Karachi and Lahore was discussed.",
    "Nobody knows when the port will open again.",
)


def quotable(
    article_id: str, text: str, score: float, *, published: str | None = None, title: str = "News of Karachi"
) -> Quotable:
    """A sentence of a passage that the cross-encoder read."""
    one = unread(article_id, text, score, published=published, title=title)
    return replace(one, ranked=replace(one.ranked, scores=Scores(rerank=score)))


QUOTABLES = st.lists(
    st.tuples(
        st.sampled_from(SENTENCES),
        st.floats(-8, 8),
        st.sampled_from([None, "2019", "2021-04", "2021-04-07", "2024-11-12", "2025-02-12"]),
    ),
    max_size=8,
).map(
    lambda drawn: sorted(
        (quotable(f"a{n}", text, score, published=date) for n, (text, score, date) in enumerate(drawn)),
        key=best_first,
    )
)


def status(
    told: list[Quotable], topic: str = "Karachi", *, most: int = 3, until: dt.date | None = None
) -> list[Quotable]:
    recency = Recency.among((one.card for one in told), until=until)
    return choose_status(told, topic, most=most, recency=recency, until=until)


def timeline(
    told: list[Quotable],
    topic: str = "Karachi",
    *,
    most: int = 3,
    window: Window = ANY_TIME,
) -> list[Quotable]:
    return choose_timeline(told, topic, most=most, window=window)


def ids(chosen: list[Quotable]) -> list[str]:
    return [one.card.article_id for one in chosen]


def test_a_fact_in_two_articles_is_quoted_once_with_the_other_named() -> None:
    told = [
        quotable("b", SENTENCES[0], 5.0),
        quotable("a", SENTENCES[0], 4.9),
        quotable("c", SENTENCES[0].replace("50,000", "150,000"), 4.8),
    ]
    chosen = choose_fact(told, most=3)
    assert ids(chosen) == ["b", "c"]
    assert [also_in(one, told) for one in chosen] == [("a",), ()]


@pytest.mark.parametrize(("below", "leads"), [(0.9, "b"), (1.1, "a"), (2.4, "a"), (2.6, "a")])
def test_what_has_the_kind_of_thing_asked_for_leads_where_it_answers_about_as_well(
    below: float, leads: str
) -> None:
    told = [quotable("a", "The crane fell on the ships.", 5.0), quotable("b", "Ten ships sank.", 5.0 - below)]
    chosen = choose_fact(told, most=3, has_sought=lambda text: "Ten" in text)
    assert ids(chosen)[0] == leads
    # It is moved and not let in.
    assert set(ids(chosen)) == set(ids(choose_fact(told, most=3)))
    assert ids(choose_fact(told, most=3))[0] == "a"


def test_a_fact_that_is_told_much_worse_is_left_out() -> None:
    told = [quotable("a", SENTENCES[0], 5.0), quotable("b", SENTENCES[1], -5.0)]
    assert ids(choose_fact(told, most=3)) == ["a"]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Mira Dahl led the port in those days.", "2023-05-01"),
        ("Mira Dahl led the port from 2019 to 2024.", "2026-05-01"),
        ("Mira Dahl led the port from 2019 to 2024.", None),
        ("Mira Dahl led the port until she was dismissed on Friday.", "2024-01-02"),
        ("Mira Dahl was dismissed from the port last year.", "2024-05-06"),
        ("Mira Dahl was dismissed and leaves the port next year.", "2023-05-06"),
    ],
)
def test_of_a_time_asked_what_is_of_it_leads(text: str, published: str | None) -> None:
    """Only among what answers about as well, and all the rest follows as it was."""
    asked = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
    elected = quotable("a", "Ivo Lund was elected to lead the port.", 5.0, published="2024-11-12")
    told = [elected, quotable("b", text, 4.0, published=published)]
    assert ids(choose_fact(told, most=3)) == ["a", "b"]
    assert ids(choose_fact(told, most=3, window=asked)) == ["b", "a"]
    for score, quoted in ((2.6, ["a", "b"]), (2.4, ["a"])):
        worse = [elected, quotable("b", text, score, published=published)]
        assert ids(choose_fact(worse, most=3, window=asked)) == quoted


def test_what_a_headline_tells_of_a_time_is_of_it_unless_the_sentence_names_another() -> None:
    """Figures come out the month after, and their sentences leave the month to the headline."""
    asked = dt.date(2024, 8, 1), dt.date(2024, 8, 31)
    rose = quotable("rose", "Exports of tea rose in August 2024.", 4.0, published="2024-09-30")
    for title, sentence, published, first in (
        ("Exports fall in August 2024", "Exports of rice fell by a tenth.", "2024-09-30", "fell"),
        (
            "Exports fall in August 2024",
            "Exports of rice fell by a tenth in July 2024.",
            "2024-09-30",
            "rose",
        ),
        ("Exports fall in August 2024", "Exports of rice fell by a tenth last year.", "2024-09-30", "rose"),
        ("Exports fall", "Exports of rice fell by a tenth.", "2024-09-30", "rose"),
        (
            "Exports fall in August 2024",
            "A year earlier exports of rice rose by a tenth.",
            "2024-09-30",
            "rose",
        ),
        ("Exports fall in August 2024", "Exports of rice fell by a tenth in Q2.", "2024-09-30", "rose"),
        ("Exports fall in August 2024", "In FY23 exports of rice fell by a tenth.", "2024-09-30", "rose"),
        ("Exports fall in August 2024", "Ten days before, rice fell by a tenth.", "2024-09-30", "rose"),
        ("Exports to fall in August 2024", "Exports of rice fell by a tenth.", "2024-06-30", "rose"),
        ("Exports to fall in August 2024", "Exports of rice fell by a tenth.", "2024", "rose"),
        ("Exports to fall in August 2024", "Exports of rice fell by a tenth.", None, "rose"),
    ):
        fell = quotable("fell", sentence, 5.0, published=published, title=title)
        assert ids(choose_fact([fell, rose], most=3, window=asked))[0] == first


def test_what_takes_up_something_that_cannot_be_told_leads_only_where_it_answers_far_better() -> None:
    dangling = quotable("a", "Traders in Oslo regretted this decision on the port.", 5.0)
    for score, first in ((4.5, "b"), (3.9, "a")):
        told = [dangling, quotable("b", SENTENCES[3], score), quotable("c", SENTENCES[2], score - 0.5)]
        chosen = ids(choose_fact(told, most=3))
        assert chosen[0] == first
        # It is not lost, and all else follows as it was.
        assert sorted(chosen) == ["a", "b", "c"] and [one for one in chosen if one != "a"] == ["b", "c"]
    assert ids(choose_fact([dangling], most=3)) == ["a"]


@given(told=QUOTABLES, most=st.integers(1, 4))
def test_facts_are_quoted_best_first_and_none_is_much_worse_than_the_best(
    told: list[Quotable], most: int
) -> None:
    chosen = choose_fact(told, most=most)
    assert len(chosen) <= most and bool(chosen) == bool(told)
    scores = [one.score for one in chosen]
    assert scores == sorted(scores, reverse=True)
    assert all(score >= told[0].score - MARGIN for score in scores)
    assert not chosen or chosen[0] == told[0]


def test_what_names_another_time_is_not_of_the_time_of_its_publication() -> None:
    """Asked of December, "last month" in an article of December tells of November."""
    asked = dt.date(2024, 12, 1), dt.date(2024, 12, 31)
    then = quotable("then", "Ivo Lund was charged last month with bribery.", 5.0, published="2024-12-11")
    now = quotable("now", "The port withdrew its request for funds.", 4.0, published="2024-12-11")
    assert ids(choose_fact([then, now], most=3, window=asked)) == ["now", "then"]
    november = dt.date(2024, 11, 1), dt.date(2024, 11, 30)
    assert ids(choose_fact([then, now], most=3, window=november)) == ["then", "now"]


def test_a_status_leads_with_the_newest_article_that_states_the_same() -> None:
    told = [
        quotable("old", SENTENCES[1], 5.0, published="2024-11-12"),
        quotable("new", SENTENCES[1], 4.9, published="2025-02-12"),
    ]
    assert ids(status(told)) == ["new"]
    assert ids(timeline(told, most=3)) == ["old"]


def test_quotes_of_one_day_are_in_the_order_of_their_worth() -> None:
    told = [
        quotable("z", SENTENCES[1], 5.0, published="2024-11-12"),
        quotable("a", SENTENCES[2], 4.9, published="2024-11-12"),
    ]
    assert ids(status(told)) == ["z", "a"]
    assert ids(timeline(told, most=3)) == ["z", "a"]


@given(told=QUOTABLES, most=st.integers(1, 4), newest_first=st.booleans())
def test_quotes_by_date_are_in_order_with_unknown_dates_last(
    told: list[Quotable], most: int, newest_first: bool
) -> None:
    chosen = status(told, most=most) if newest_first else timeline(told, most=most)
    assert len(chosen) <= most
    assert bool(chosen) == bool(told)
    days = [one.card.published.earliest for one in chosen]
    dated = [day for day in days if day]
    assert days == dated + [None] * (len(days) - len(dated))
    assert dated == sorted(dated, reverse=newest_first)
    _nothing_twice(chosen)


@pytest.mark.parametrize("vague", ["2023", "2023-11"])
def test_a_vague_date_stands_before_a_precise_one_within_it(vague: str) -> None:
    told = [
        quotable("plan", "The bridge will open in May.", 3.0, published=vague),
        quotable("news", "The opening was postponed on Monday.", 3.0, published="2023-11-02"),
    ]
    assert ids(timeline(told, most=3)) == ["plan", "news"]
    assert ids(status(told)) == ["news", "plan"]


def test_what_only_mentions_a_matter_does_not_lead_for_being_new() -> None:
    """Its headline names nothing of it; "Karachi's" does. Where it answers best it leads."""
    older = quotable("older", SENTENCES[1], 6.0, published="2024-11-12", title="Pledges for mills")
    for title, first in (
        ("Ministers meet", "older"),
        ("What Karachi’s mills need", "newer"),
        ("Karachi’s tale", "newer"),
        ("And so it is", "older"),
    ):
        newer = quotable("newer", SENTENCES[2], 5.0, published="2025-02-12", title=title)
        assert ids(status([older, newer]))[0] == first
        better = quotable("newer", SENTENCES[2], 6.1, published="2025-02-12", title=title)
        assert ids(status([better, older]))[0] == "newer"


def test_a_month_costs_half_of_what_being_new_is_worth_however_long_a_matter_goes_on() -> None:
    ages = {
        "newest": (0, 4.2),
        "weeks": (40, 6.1),
        "months": (80, 4.2),
        "old": (200, 4.2),
        "first": (300, 4.2),
    }
    newest = dt.date(2024, 12, 1)
    told = [
        quotable(name, f"Pier {name} opened.", score, published=str(newest - dt.timedelta(days)))
        for name, (days, score) in ages.items()
    ]
    assert ids(status(sorted(told, key=best_first)))[0] == "newest"
    # Among what is weeks old, weeks count.
    assert ids(status(sorted(told[:2], key=best_first)))[0] == "newest"
    told[0] = quotable("newest", "Pier newest opened.", 3.5, published=str(newest))
    assert ids(status(sorted(told, key=best_first)))[0] == "weeks"


def test_a_status_leads_with_the_newest_that_answers_about_as_well_as_any() -> None:
    told = [
        quotable("b", SENTENCES[1], 6.0, published="2024-11-12"),
        quotable("newest", SENTENCES[0], 4.5, published="2025-02-12"),
        quotable("c", SENTENCES[2], 3.0, published="2023-06-13"),
        quotable("newer but beside the point", SENTENCES[3], 1.0, published="2025-03-01"),
    ]
    assert ids(status(told)) == ["newest", "b", "c"]
    assert ids(status(told, most=1)) == ["newest"]


def test_what_came_after_the_time_asked_about_stands_behind() -> None:
    told = [
        quotable("after", SENTENCES[1], 6.0, published="2025-02-12"),
        quotable("then", SENTENCES[2], 5.0, published="2024-11-12"),
        quotable("unknown", SENTENCES[0], 5.5, published=None),
    ]
    assert ids(status(told, until=dt.date(2024, 11, 30))) == ["then", "after", "unknown"]


@given(told=QUOTABLES, most=st.integers(1, 4))
def test_a_fact_is_told_best_first(told: list[Quotable], most: int) -> None:
    chosen = choose_fact(told, most=most)
    assert len(chosen) <= most
    assert chosen[:1] == told[:1]
    assert [one.score for one in chosen] == sorted((one.score for one in chosen), reverse=True)
    _nothing_twice(chosen)


def _nothing_twice(chosen: list[Quotable]) -> None:
    for number, one in enumerate(chosen):
        assert not any(says_the_same(one.text, other.text) for other in chosen[number + 1 :])


@given(told=QUOTABLES, most=st.integers(1, 4), until=st.none() | st.just(dt.date(2024, 6, 30)))
def test_a_status_never_leads_with_what_answers_far_worse_nor_with_an_unknown_time(
    told: list[Quotable], most: int, until: dt.date | None
) -> None:
    """However new it is: a twelfth of the odds of the best that is dated. What is undated or late leads
    only where all that is dated has e⁻⁵ of the best's odds or less, if all are of the topic."""

    def known(one: Quotable) -> bool:
        latest = one.card.published.latest
        return latest is not None and (until is None or latest <= until)

    chosen = status(told, most=most, until=until)
    if not chosen:
        return
    lead, *others = chosen
    best = max(one.score for one in told)
    answers = max(best - 5, min(0.0, best - MARGIN))
    dated = [one.score for one in told if known(one) and one.score >= answers]
    assert not dated or (known(lead) and lead.score >= max(dated) - MARGIN)
    assert all(one.score >= best - 3 for one in others)
    days = [one.card.published.earliest for one in chosen if known(one)]
    assert not known(lead) or days[0] == max(day for day in days if day)


def test_what_is_undated_or_late_hides_nothing_that_is_of_the_time() -> None:
    told = [
        quotable("undated", SENTENCES[0], 9.0),
        quotable("2015", SENTENCES[1], 8.8, published="2015-02-12"),
        quotable("2014", SENTENCES[2], 8.7, published="2014-02-12"),
    ]
    assert ids(status(told)) == ["2015", "2014", "undated"]
    late = [
        quotable("late", SENTENCES[0], 9.0, published="2025-02-12"),
        quotable("2022", SENTENCES[1], 7.0, published="2022-02-12"),
        quotable("2021", SENTENCES[2], 6.5, published="2021-02-12"),
    ]
    assert ids(status(late, until=dt.date(2023, 12, 31))) == ["2022", "2021", "late"]


def test_what_is_dated_and_of_another_matter_does_not_keep_what_is_undated_from_leading() -> None:
    """It tells of something else between the same two, and answers worse. Where it answers about as well,
    or has most of the words that the best one has of the topic, its date counts."""
    topic = "gas pipeline between Karachi and Lahore"
    undated = quotable("undated", "A gas pipeline from Karachi to Lahore was discussed.", 6.5)
    for text, score, led in (
        ("Karachi sent grain to Lahore on Monday.", 2.0, ["undated"]),
        ("Karachi sent grain to Lahore on Monday.", 4.5, ["dated", "undated"]),
        ("Karachi offered Lahore gas on Monday.", 2.0, ["dated", "undated"]),
        ("Karachi offered Lahore gas on Monday.", 1.0, ["undated"]),
    ):
        dated = quotable("dated", text, score, published="2023-06-13", title="Two cities meet")
        assert ids(status([undated, dated], topic)) == led
        # The same of what was published after the time asked about.
        late = quotable("undated", undated.text, 6.5, published="2025-02-12")
        assert ids(status([late, dated], topic, until=dt.date(2024, 1, 1))) == led


def test_of_two_words_one_tells_that_it_is_the_matter_and_of_none_nothing_does() -> None:
    undated = quotable("undated", "The dam of Karachi was discussed.", 6.5, title="")
    for topic, text, led in (
        ("dam Karachi", "Karachi’s reservoir reopens.", "dated"),
        ("dam Karachi", "The reservoir reopens.", "undated"),
        ("dam", "The reservoir reopens.", "undated"),
        ("reservoir", "The reservoir reopens.", "dated"),
    ):
        dated = quotable("dated", text, 3.9, published="2023-06-13", title="")
        assert ids(status([undated, dated], topic))[0] == led
    # The headline tells its matter as well.
    dated = quotable("dated", "It reopens.", 3.9, published="2023-06-13", title="Karachi’s dam")
    assert ids(status([undated, dated], "the dam of Karachi that was discussed"))[0] == "dated"


def test_without_the_cross_encoder_a_date_outweighs_less() -> None:
    """There a score is a cosine, and 5 of it would be a quarter of all there is."""
    told = [
        unread("old", SENTENCES[1], 5.6, published="2024-11-12"),
        unread("new", SENTENCES[2], 1.2, published="2025-02-12"),
    ]
    assert ids(status(told)) == ["old"]
    assert ids(status([quotable("old", SENTENCES[1], 5.6, published="2024-11-12"), told[1]])) == ["old"]


def test_where_time_is_off_a_status_leads_with_what_answers_best() -> None:
    told = [
        quotable("old", SENTENCES[1], 5.0, published="2024-11-12"),
        quotable("new", SENTENCES[2], 4.9, published="2025-02-12"),
    ]
    assert ids(status(told))[0] == "new"
    assert ids(choose_status(told, "Karachi", most=3, recency=recency_among(()), until=None))[0] == "old"


def test_a_timeline_of_a_named_time_stays_in_it() -> None:
    days = ["2012-05-01", "2016-05-01", "2023-02-01", "2023-06-01", "2023-11-01", "2025-05-01"]
    told = [quotable(day, f"Pier {n} opened.", 5.0, published=day) for n, day in enumerate(days)]
    asked = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
    assert ids(timeline(told, most=6, window=asked)) == days[2:5]
    assert ids(timeline(told[:2], most=6, window=asked)) == days[:2]
    ranking = [Ranked(candidate(day, published=day), 1.0, Scores(rerank=5.0)) for day in days]
    read = passages_to_read(ranking, intent="timeline", recency=recency_among(ranking), window=asked)
    assert {one.candidate.chunk.article_id for one in read[:3]} == set(days[2:5])


@given(
    days=st.lists(st.dates(dt.date(2015, 1, 1), dt.date(2025, 1, 1)), min_size=2, max_size=12, unique=True),
    most=st.integers(2, 6),
)
def test_a_timeline_goes_from_the_first_day_to_the_last(days: list[dt.date], most: int) -> None:
    """Where all answer alike, both ends are told and nothing of what lies between crowds them out."""
    told = [
        quotable(f"a{day}", f"Pier {n} opened.", 3.0, published=day.isoformat()) for n, day in enumerate(days)
    ]
    chosen = [one.card.published.earliest for one in timeline(told, most=most)]
    assert len(chosen) == min(most, len(days))
    assert (chosen[0], chosen[-1]) == (min(days), max(days))


@given(told=QUOTABLES, most=st.integers(1, 4))
def test_a_timeline_has_nothing_that_answers_far_worse_and_the_best_of_all(
    told: list[Quotable], most: int
) -> None:
    """For its time something may be told that has e⁻³ of the best's odds, and no less. What two articles say
    is the earlier one's, however well that answers."""
    chosen = timeline(told, most=most)
    assert all(one.score >= told[0].score - 3 for one in chosen)
    if told and not any(says_the_same(one.text, told[0].text) for one in told[1:]):
        assert any(one.score == told[0].score for one in chosen)


@pytest.mark.parametrize(("day", "worth"), [("2024-01-01", 0.0), ("2024-01-08", 1.06), ("2024-07-01", 2.65)])
def test_days_apart_are_worth_the_share_of_their_logarithm(day: str, worth: float) -> None:
    """Of three places two are the ends; the third is the other's, unless it answers that much worse."""

    def taken(score: float) -> bool:
        told = [
            quotable("first", SENTENCES[0], 5.0, published="2024-01-01"),
            quotable("beside", SENTENCES[1], 5.0, published="2024-01-01"),
            quotable("other", SENTENCES[2], score, published=day),
            quotable("last", SENTENCES[3], 5.0, published="2024-12-30"),
        ]
        return "other" in ids(timeline(told, most=3))

    assert taken(5.0 - worth + 0.01)
    assert not taken(5.0 - worth - 0.01)


@pytest.mark.parametrize(
    ("scores", "of_status", "of_timeline"),
    [
        ({4: 5.0, 0: 4.1}, 0, 0),
        ({4: 5.0, 0: 2.6}, 0, 0),
        # How a matter went is told by what is new, however well the rest says what the matter is.
        ({4: 5.0, 0: 2.4}, 4, 0),
        ({4: 5.0, 0: -3.9}, 4, 0),
        ({4: 5.0, 0: -4.1}, 4, 4),
        ({4: 5.0, 2: 4.9}, 4, 4),
        # It has fewer of the words, or only one of four; it is too short to tell anything; it is the best.
        ({4: 5.0, 1: 4.9}, 4, 4),
        ({3: 5.0, 1: 4.9}, 3, 1),
        ({5: 5.0, 4: 4.9}, 5, 5),
        ({1: 5.0, 2: 4.9}, 1, 1),
    ],
)
def test_of_an_articles_sentences_that_answer_alike_its_lede_is_quoted(
    scores: dict[int, float], of_status: int, of_timeline: int
) -> None:
    texts = [
        "The old mills were reopened by a minister on Monday.",
        "Nobody in Oslo knew why the coal was gone.",
        "They say that all of the old mills had been shut.",
        "The reason was that no coal was to be had.",
        "In May the old mills were shut for want of all.",
        "Mills shut.",
    ]
    whole = " ".join(texts)
    spans = [Span(whole.index(text), whole.index(text) + len(text)) for text in texts]
    card = candidate("a", published="2024-11-12").article.card
    found = Candidate(Chunk("a", 0, len(whole), 9), written(card, whole, tuple(spans)), 0.0, 0.0)
    told = [
        Quotable(Ranked(found, 1.0, Scores()), spans[place].start, spans[place].end, texts[place], score)
        for place, score in scores.items()
    ]
    topic = "the old mills, coal and brass"
    for chosen, taken in ((status(told, topic), of_status), (timeline(told, topic), of_timeline)):
        assert [one.text for one in chosen] == [texts[taken]]
        # It stands for its article, and is as good as the best of it.
        assert [one.score for one in chosen] == [5.0]
    assert choose_fact(told, most=1)[0].score == 5.0


def test_a_lede_of_fewer_of_the_words_or_of_few_words_is_not_quoted() -> None:
    for lede, best, quoted in (
        ("Old mills were the talk of the whole town.", "The coal of the old mills is gone.", "best"),
        ("Old mills and coal were the talk of town.", "The coal of the old mills is gone.", "lede"),
        ("Old mills lack coal.", "The coal of the old mills is gone.", "best"),
        ("Old prices of coal were told to all of us.", "An old price of coal was told.", "lede"),
    ):
        text = f"{lede} It rained. {best}"
        spans = tuple(Span(text.index(one), text.index(one) + len(one)) for one in (lede, "It rained.", best))
        card = candidate("a", published="2024-11-12").article.card
        found = Candidate(Chunk("a", 0, len(text), 9), written(card, text, spans), 0.0, 0.0)
        ranked = Ranked(found, 1.0, Scores(rerank=5.0))
        told = [
            Quotable(ranked, span.start, span.end, span.of(text), score)
            for span, score in ((spans[2], 5.0), (spans[0], 4.5))
        ]
        (chosen,) = status(told, "the old price of coal mills")
        assert chosen.text == {"best": best, "lede": lede}[quoted]


def opening(lede: str, best: str, *, published: str = "2024-11-12") -> list[Quotable]:
    """Two sentences of an article, of which the one below the other answers better."""
    text = f"{lede} It rained. {best}"
    spans = tuple(Span(text.index(one), text.index(one) + len(one)) for one in (lede, "It rained.", best))
    card = candidate("a", published=published, title="News of the town").article.card
    found = Candidate(Chunk("a", 0, len(text), 9), written(card, text, spans), 0.0, 0.0)
    ranked = Ranked(found, 1.0, Scores(rerank=5.0))
    return [
        Quotable(ranked, span.start, span.end, span.of(text), score)
        for span, score in ((spans[2], 5.0), (spans[0], 0.5))
    ]


@pytest.mark.parametrize(
    ("lede", "taken"),
    [
        ("A court refused on Monday to stop the sale of the mills.", True),
        # Of another matter, between the same parties.
        ("A court refused on Monday to stop the sale of the ships.", False),
        ("A court in Chile refused on Monday to stop the sale of ships.", False),
        ("A court let the mills be sold.", False),  # too short to be news
        ("Will a court now refuse to stop the sale of the mills?", False),
        ("Editor’s note: A court has since refused to stop the sale of the mills.", False),
        ("For more on the sale of the mills, see our page of all that a court said.", False),
    ],
)
def test_a_timeline_tells_what_an_article_opens_with_where_that_is_news_of_the_matter(
    lede: str, taken: bool
) -> None:
    told = opening(lede, "The old mills were built by a count of Chile.")
    [chosen] = timeline(told, "how Chile sold the mills")
    assert (chosen.text == lede) is taken
    assert chosen.score == 5.0


def test_of_a_named_time_no_news_is_told_that_is_not_of_it() -> None:
    told = opening(
        "A court refused on Monday to stop the sale of the mills.",
        "The old mills were sold in 2019.",
        published="2024-11-12",
    )
    asked = dt.date(2019, 1, 1), dt.date(2019, 12, 31)
    assert [one.text for one in timeline(told, "the old mills", window=asked)] == [told[0].text]


def test_a_note_is_no_turn_though_it_answers_best() -> None:
    told = opening("Editor’s note: the mills were sold on Monday.", "The old mills are shut.")
    note = replace(told[1], score=9.0)
    assert [one.text for one in timeline([note, told[0]], "the old mills")] == [told[0].text]
    # Where there is nothing else it is better than nothing.
    assert [one.text for one in timeline([note], "the old mills")] == [note.text]


def test_words_of_another_matter_do_not_let_a_headline_lead() -> None:
    """Nor do the words that every question has."""
    older = quotable("older", SENTENCES[1], 6.0, published="2024-11-12", title="Interest rates cut")
    for title, first in (
        ("International flights resume", "older"),
        ("Summer is here, and it was hot", "older"),
        ("The rate of the bank", "newer"),
    ):
        newer = quotable("newer", SENTENCES[2], 5.0, published="2025-02-12", title=title)
        assert ids(status([older, newer], "is it the interest rates"))[0] == first


READ = st.lists(
    st.tuples(
        st.integers(0, 11), st.floats(-5, 9), st.sampled_from([None, "2019", "2024-03-06", "2024-12-20"])
    ),
    max_size=24,
).map(
    lambda drawn: [
        Ranked(
            candidate(f"a{article}", start=40 * place, published=date), 1 - place / 24, Scores(rerank=logit)
        )
        for place, (article, logit, date) in enumerate(drawn)
    ]
)


@given(ranking=READ, intent=st.sampled_from(["status", "timeline"]))
def test_how_a_matter_stands_or_went_is_read_from_one_passage_of_each_article(
    ranking: list[Ranked], intent: str
) -> None:
    found = passages_to_read(ranking, intent=intent, recency=recency_among(ranking))  # type: ignore[arg-type]
    articles = [one.candidate.chunk.article_id for one in found]
    assert (
        len(articles)
        == len(set(articles))
        == min(ARTICLES_READ, len({one.candidate.chunk.article_id for one in ranking}))
    )
    first = {}
    for one in ranking:
        first.setdefault(one.candidate.chunk.article_id, one)
    assert all(first[one.candidate.chunk.article_id] is one for one in found)
    facts = passages_to_read(ranking, intent="fact", recency=recency_among(ranking))
    assert facts == ranking[:PASSAGES_READ]


def test_the_newest_article_on_a_matter_is_read_though_many_older_ones_say_more_of_it() -> None:
    old = [
        Ranked(candidate(f"old{n}", published="2024-03-06"), 1 - n / 20, Scores(rerank=9.0))
        for n in range(12)
    ]
    new = Ranked(candidate("new", published="2024-12-20"), 0.1, Scores(rerank=7.0))
    for ranking in itertools.islice(itertools.permutations([*old[:3], new]), 6):
        found = passages_to_read([*old[3:], *ranking], intent="status", recency=recency_among([*old, new]))
        assert found[0] is new
    beside = Ranked(candidate("new", published="2024-12-20"), 0.1, Scores(rerank=3.9))
    found = passages_to_read([*old, beside], intent="status", recency=recency_among([*old, beside]))
    assert beside not in found


def test_what_a_name_makes_an_answer_is_read_by_how_well_it_answers_with_the_name() -> None:
    """Without the name it answers badly: by that it would come after all else."""
    worse = [Ranked(candidate(f"a{n}", published="2024-03-06"), 0.9, Scores(rerank=2.0)) for n in range(9)]
    led = Ranked(
        candidate("led", published="2024-03-06"),
        0.8,
        Scores(rerank=-6.0, hop=6.0),
        Hop("petter naess", "a0", "led"),
    )
    for intent in ("status", "timeline"):
        found = passages_to_read([*worse, led], intent=intent, recency=recency_among([*worse, led]))  # type: ignore[arg-type]
        assert found[0] is led


def test_behind_the_first_so_many_of_what_answers_with_a_name_are_read() -> None:
    ranking = [Ranked(candidate(f"a{n}"), -float(n), Scores(rerank=1.0)) for n in range(PASSAGES_READ + 2)]
    linked, leading = (
        [
            Ranked(
                candidate(f"{kind}{n}"),
                -9.0 - n,
                Scores(rerank=1.0, hop=hop),
                Hop("Oslo", "a0", f"{kind}{n}"),
            )
            for n in range(LINKS_READ + 1)
        ]
        for kind, hop in (("b", 5.0), ("c", -1.0))
    )
    every = [*ranking, *leading, *linked]
    read = passages_to_read(every, intent="fact", recency=recency_among(every))
    assert read == [*ranking[:PASSAGES_READ], *linked[:LINKS_READ]]
    # One among the first is one of these.
    first = [linked[0], *ranking]
    assert passages_to_read(first, intent="fact", recency=recency_among(first)) == first[:PASSAGES_READ]
