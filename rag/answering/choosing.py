"""Which passages are read for quotes, and which of their sentences are quoted: by how well they answer, and,
where a question asks how a matter stands or went, by their time.

What is newer never leads for that alone: it has to answer.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from typing import TypeVar

from rag.answering.english.matter import Matter, content_of
from rag.answering.english.notices import is_note
from rag.answering.english.sameness import says_the_same
from rag.answering.english.taking_up import dangles
from rag.answering.quoting import (
    MARGIN_OF_COSINES,
    Quotable,
    answering,
    asks,
    beside_the_best,
    best_first,
    is_of,
    margin_of,
    of_its_time,
)
from rag.answering.ranking import Ranked, Recency, date_order, of_window
from rag.answering.within import ANY_TIME, Window
from rag.types import ArticleCard, Intent, Span

# Passages whose sentences are read; further ones hold the best sentence too rarely to pay for their time. How
# a matter went or stands is told by more articles.
PASSAGES_READ = 5
ARTICLES_READ = 8
# Behind them, what a name leads to and answers with it.
LINKS_READ = 2
# An article tells its news in its first sentences. Further down it tells again what the matter is, in the
# words of the topic: so one of the first is taken that has half of these and no fewer than its best one, and
# answers with a twelfth of its odds.
LEDE = 2
_ALIKE = 2.5
# "It was a long day." tells nothing.
_FEWEST_WORDS = 6
# Where it is asked how a matter went, what is new says little of what the matter is, so that a turn need
# not answer well: of what was right some had a logit of -3, of what was wrong some of 2. By its words it has
# to be of the matter.
_LEAST_OF_NEWS = -4.0
# Of two words of a topic one tells that it is the matter.
_FEW = 2
# Of a time that is asked about is what leads, with e⁻² of the best one's odds.
_ABOUT_AS_WELL = 2.0
# What takes up something that cannot be told ("this move") leads only where it answers with e¹ of the odds of
# all others.
_UNTOLD = 1.0
# What has a number where it is asked how many, and the like, answers with e¹ times the odds: below a headline
# that names what is asked about all sentences look alike.
_SOUGHT = 1.0
# Where a matter stands, the newest article is read that answers with e⁻⁵ of the odds of one that is very old:
# what is about a matter has high logits, and which is higher says little. It leads where it answers beside
# the best one and its headline names something of the matter: others mention it. Among those, what is older
# by a month has lost half of being new.
_NEWS = 5.0
_MONTH = 30.0
# How a matter went is told by what answers with e⁻³ of the best's odds or more, and so is what came before.
_PART = 3.0

_Part = TypeVar("_Part")


def passages_to_read(
    ranking: Sequence[Ranked], *, intent: Intent, recency: Recency, window: Window = ANY_TIME
) -> list[Ranked]:
    """The passages whose sentences are read: the first ones and behind them what answers with a name, or the
    first of each of some articles.

    How a matter went or stands is told by several articles; one with many passages must not hide the others.
    Of what the cross-encoder read, those are taken that answer best for how new they are where it is asked
    how a matter stands (`recency`), and for how far their times lie apart where it is asked how it went, in
    the `window` if there are any of it. What a name leads to and does not answer with it either only leads
    on: it comes last.
    """
    ranking = sorted(ranking, key=_only_leads_on)
    if intent == "fact":
        linked = [one for one in ranking[PASSAGES_READ:] if one.answers_with]
        return [*ranking[:PASSAGES_READ], *linked[:LINKS_READ]]
    first: dict[str, Ranked] = {}
    for ranked in ranking:
        first.setdefault(ranked.candidate.chunk.article_id, ranked)
    articles = list(first.values())
    read = [one for one in articles if one.scores.rerank is not None and not _only_leads_on(one)]
    if intent == "status":
        read.sort(key=lambda one: -_worth(_logit(one), one.candidate.article.card, recency, _NEWS))
    else:
        least = max(map(_logit, read), default=0.0) - _PART
        near = [one for one in read if _logit(one) >= least]
        read = _over_time(
            _of_the_time(near, window, lambda one: of_window(one.candidate, *window)),
            ARTICLES_READ,
            worth=_logit,
            card=lambda one: one.candidate.article.card,
        )
    taken = {id(one) for one in read}
    return [*read, *(one for one in articles if id(one) not in taken)][:ARTICLES_READ]


def _of_the_time(found: list[_Part], window: Window, is_inside: Callable[[_Part], bool]) -> list[_Part]:
    """Those of the time asked about; all where none is, or no time is named."""
    return (window != ANY_TIME and [one for one in found if is_inside(one)]) or found


def _logit(ranked: Ranked) -> float:
    """How well a passage that was read answers, with the name in the question where that makes it."""
    scores = ranked.scores
    return (scores.hop if ranked.answers_with else scores.rerank) or 0.0


def _only_leads_on(ranked: Ranked) -> bool:
    return ranked.hop is not None and not ranked.answers_with


def _worth(logit: float, card: ArticleCard, recency: Recency, news: float) -> float:
    """The logit of a text, and what its article's being new adds to that: `news` at most."""
    return logit + news * recency.of(card)


def _over_time(
    found: Sequence[_Part],
    most: int,
    *,
    worth: Callable[[_Part], float],
    card: Callable[[_Part], ArticleCard],
) -> list[_Part]:
    """The best one first, then what is best for how far its time lies from that of those taken.

    A maximal marginal relevance (Carbonell and Goldstein, "The Use of MMR", 1998, section 2) in time: what is
    apart by all the time that is told of may have e⁻³ of the odds of what is of one day with another. Days
    count by their logarithm: the next turn is days or weeks off, and as much another as one of months later.
    `found` is in the order in which equals are taken. What is of unknown date is apart from nothing.
    """
    days = [day.toordinal() if (day := card(one).published.earliest) else None for one in found]
    known = [day for day in days if day is not None]
    span = max(1, max(known, default=0) - min(known, default=0))
    taken: list[int] = []

    def gain(place: int) -> float:
        day = days[place]
        others = [other for one in taken if (other := days[one]) is not None]
        days_apart = 0 if day is None else min((abs(day - other) for other in others), default=0)
        return worth(found[place]) + _PART * math.log1p(days_apart) / math.log1p(span)

    while len(taken) < min(most, len(found)):
        taken.append(max((one for one in range(len(found)) if one not in taken), key=gain))
    return [found[place] for place in taken]


def choose_fact(
    quotables: Sequence[Quotable],
    *,
    most: int,
    window: Window = ANY_TIME,
    has_sought: Callable[[str], bool] | None = None,
) -> list[Quotable]:
    """The best sentence, and those nearly as good that say something else.

    What takes up something that cannot be told stands behind those that answer about as well, and so does
    what has nothing of the kind that is asked for (`has_sought` says that it has). Of a time that the
    question speaks of, the best one that is of it leads, and what cannot be of it is not told beside what
    may be.
    """
    near = of_its_time(beside_the_best(quotables))
    if not near:
        return []
    best = near[0].score

    def behind(one: Quotable) -> float:
        untold = dangles(one.article, Span(one.start, one.end))
        sought = has_sought is not None and has_sought(one.text)
        return _UNTOLD * untold - _SOUGHT * sought - one.score

    near.sort(key=behind)
    if window != ANY_TIME:
        near.sort(key=lambda one: not (one.score >= best - _ABOUT_AS_WELL and is_of(one, window)))
    return _without_repeats(near)[:most]


def choose_status(
    quotables: Sequence[Quotable], topic: str, *, most: int, recency: Recency, until: dt.date | None
) -> list[Quotable]:
    """The article that answers best for how new it is, then what came before it and answers well, by date, as
    many as are best for how new they are (`recency`).

    An article is as good as its best sentence, and tells its news where it opens, if that is of the `topic`.
    A newer one that answers worse than that stays out: it would lead with what was not asked for. `until` is
    the end of the time that the question speaks of: what was published later stands behind, and so does what
    is of unknown date, which may be older than any other. They lead only where all others are far worse, or
    worse and of another matter.
    """
    about = content_of(topic)
    found = _by_date(_best_of_articles(quotables, about), newest_first=True, until=until)
    if not found:
        return []
    # Without the cross-encoder a score says too little for a date to outweigh it.
    news = MARGIN_OF_COSINES if found[0].ranked.scores.rerank is None else _NEWS
    known = [one for one in found if _is_known(one, until)]
    margin = margin_of(quotables)
    top = quotables[0]
    told = about & content_of(_told_with(top))
    near = [
        one
        for one in known
        if one.score >= top.score - margin or (one.score >= top.score - news and _is_of_matter(one, told))
    ]
    best = max(near, key=lambda one: one.score, default=None)
    leads = [one for one in near if best and _may_lead(one, best, about, margin)]
    leads = leads or [one for one in found if one not in known]
    among = recency
    if recency.newest is not None:
        # Time may be off: then nothing is new.
        among = Recency.among((one.card for one in leads), until=until)
        among = replace(among, half_life=min(_MONTH, among.half_life))
    lead = max(leads, key=lambda one: _worth(one.score, one.card, among, news))
    newer = known[: known.index(lead)] if lead in known else []
    others = [
        one
        for one in found
        if one is not lead and one not in newer and one.score >= quotables[0].score - _PART
    ]
    different = _without_repeats([lead, *others])[1:]
    different.sort(key=lambda one: (-_worth(one.score, one.card, recency, news), best_first(one)))
    return [lead, *_by_date(different[: most - 1], newest_first=True, until=until)]


def _may_lead(one: Quotable, best: Quotable, about: Set[str], margin: float) -> bool:
    """Whether an article answers about as well as the best one, and is about the matter."""
    return one is best or (one.score >= best.score - margin and bool(about & content_of(one.card.title)))


def _is_of_matter(one: Quotable, words: Set[str]) -> bool:
    """Whether a passage and its headline have most of these words, of two one. What answers worse than the
    best one, and has few of its words of the topic, tells of something else between the same parties."""
    most = len(words) // 2 + 1 if len(words) > _FEW else min(len(words), 1)
    return len(words & content_of(_told_with(one))) >= most


def _told_with(one: Quotable) -> str:
    return f"{one.card.title}\n{one.ranked.candidate.text}"


def _is_known(quotable: Quotable, until: dt.date | None) -> bool:
    """Whether its article has a date, and one that does not lie behind `until`."""
    latest = quotable.card.published.latest
    return latest is not None and (until is None or latest <= until)


def choose_timeline(
    quotables: Sequence[Quotable], topic: str, *, most: int, window: Window = ANY_TIME
) -> list[Quotable]:
    """The articles that answer best for how far their times lie apart, in the order of dates, those of
    unknown date last; of the time asked about, if any is."""
    matter = Matter.of(topic)
    quotables = [one for one in quotables if not is_note(one.text)] or quotables

    def is_turn(one: Quotable, best: Quotable) -> bool:
        if asks(one.text) or one.score < _LEAST_OF_NEWS or not (window == ANY_TIME or is_of(one, window)):
            return False
        return matter.is_told_by(one.text, headline=one.card.title, best=best.text)

    # Of an article that answers well enough, the news may answer worse.
    enough = [one for one in answering(quotables) if one.score >= quotables[0].score - _PART]
    articles = {one.card.article_id for one in enough}
    turns = [
        _first_of(those, is_turn) for those in _of_articles(quotables) if those[0].card.article_id in articles
    ]
    different = _without_repeats(_by_date(turns, newest_first=False))
    chosen = _over_time(
        _of_the_time(sorted(different, key=best_first), window, lambda one: is_of(one, window)),
        most,
        worth=lambda one: one.score,
        card=lambda one: one.card,
    )
    return _by_date(chosen, newest_first=False)


def _of_articles(quotables: Sequence[Quotable]) -> list[list[Quotable]]:
    """The sentences of each article, best first, the best article first."""
    told: dict[str, list[Quotable]] = {}
    for quotable in quotables:
        told.setdefault(quotable.card.article_id, []).append(quotable)
    return list(told.values())


def _best_of_articles(quotables: Sequence[Quotable], about: Set[str]) -> list[Quotable]:
    """Of each article that has sentences that answer the best one, or the lede, where that is not far behind
    and has the words of what it is `about`."""

    def stands_for(one: Quotable, best: Quotable) -> bool:
        shared, words = len(about & content_of(one.text)), about & content_of(best.text)
        of_topic = shared >= max(1, len(words)) and 2 * shared >= len(about)
        return of_topic and len(one.text.split()) >= _FEWEST_WORDS and one.score >= best.score - _ALIKE

    return [_first_of(those, stands_for) for those in _of_articles(answering(quotables))]


def _first_of(told: Sequence[Quotable], tells: Callable[[Quotable, Quotable], bool]) -> Quotable:
    """Of the sentences of one article, best first, the best or the one that opens it and `tells` its
    news beside that, which is as good."""
    best = told[0]
    lede = best.article.sentences[:LEDE]
    if lede and is_note(lede[0].of(best.article.text)):
        # What stands behind it leads to other pages, or tells what changed.
        return best
    opening = {sentence.start for sentence in lede}
    news = [one for one in told if one is best or (one.start in opening and tells(one, best))]
    first = min(news, key=lambda one: one.start)
    return first if first is best else replace(first, score=best.score)


def _without_repeats(quotables: Sequence[Quotable]) -> list[Quotable]:
    """What several articles state alike counts from the first of them in the order given."""
    different: list[Quotable] = []
    for quotable in quotables:
        if not any(says_the_same(quotable.text, other.text) for other in different):
            different.append(quotable)
    return different


def _by_date(
    quotables: Sequence[Quotable], *, newest_first: bool, until: dt.date | None = None
) -> list[Quotable]:
    """In the order of dates, those of one day best first; those behind `until` and of unknown date last."""

    def place(quotable: Quotable) -> tuple[bool, bool, int]:
        latest = quotable.card.published.latest
        order = date_order(quotable.card)
        late = latest is not None and until is not None and latest > until
        return latest is None, late, order if newest_first else -order

    return sorted(sorted(quotables, key=best_first), key=place)
