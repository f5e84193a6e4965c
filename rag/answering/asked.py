"""What the cross-encoder reads for a question: its words in the forms in which articles may answer them.

A question proper may stand behind sentences that only lead up to it, and a time in it may be answered by the
day of publication, which no article repeats. Read with all of that, the sentence that answers looks beside
the point. So each text is read for every form of the question that fits it, and its best logit counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.answering.english.seats import Seat
from rag.answering.english.stems import stems_of
from rag.answering.questions import leading_names, named_by_the_asker, proper_of
from rag.answering.topics import topic_of, without_times
from rag.answering.understanding import Understanding
from rag.answering.within import ANY_TIME, Window, published_in
from rag.encoding import Reranker
from rag.store import fold
from rag.types import ArticleCard, Hop

# What answers "how old is she" shares nothing with it by itself: read so, its logit is lower by about so much
# (benchmarks/notes.md).
WITHOUT_SUBJECT = 6.0
# A question that names the seat is answered by a text that names the state alone with e⁻¹ of its odds: where
# the city did it as well, that leads.
BY_ITS_STATE = 1.0


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name in a question, in these `words`, that articles also write in another `form`."""

    words: str
    form: str

    def is_meant_in(self, folded: str) -> bool:
        """Whether a folded text has the name in its other form alone."""
        text, asked = f" {folded} ", fold(self.words)
        # "NGOs" are asked of what has "NGO".
        has = any(f" {one} " in text for one in (asked, asked.removesuffix("s")))
        return f" {fold(self.form)} " in text and not has

    def replaced_in(self, question: str) -> str:
        """The question, or a form of it, with the other form in the place of the name."""
        return re.sub(rf"(?<![\w-]){re.escape(self.words)}(?![\w-])", lambda _: self.form, question)


@dataclass(frozen=True, slots=True)
class Asked:
    """The forms of a question, and those for what was published in the `window` that it names: without the
    words of that time. There is one at least, and as many of these as of those.

    The first form is the whole question, or its topic. The others leave out what leads up to it, with the
    names there: they are read of what has one of these `names`, by their stems, if there are any.

    Of one that stands `behind` another question, a text has to answer it by itself and behind that one: the
    lower logit counts, by itself with so much more as it has no subject. By itself, "when was it founded" is
    answered by the founding of anything; behind "who chairs the club", by who does.

    A state is read in the place of each of the `seats` of government that stand for one, of what names the
    state; where that has no seat of it, for a little less. Each of `other_names` is read in the place of the
    name that it is of, where a text has that name in no other way.
    """

    forms: tuple[str, ...]
    timeless: tuple[str, ...]
    window: Window = ANY_TIME
    names: frozenset[str] = frozenset()
    behind: str = ""
    seats: tuple[Seat, ...] = ()
    other_names: tuple[OtherName, ...] = ()
    about: str = ""

    @classmethod
    def whole(cls, question: str) -> Asked:
        """The question as it is, and nothing else."""
        return cls((question,), (question,))

    @property
    def readings(self) -> int:
        """How many pairs one text takes."""
        return len(self.forms) + bool(self.behind)

    def named(self, other_names: tuple[OtherName, ...], seats: tuple[Seat, ...]) -> Asked:
        """With these, of what is read of the whole question."""
        return replace(self, other_names=other_names, seats=seats)

    @property
    def beside_the_first(self) -> tuple[str, ...]:
        """The other forms in which it may be read, as far as they differ."""
        forms = [self._read_as(form) for form in (*self.forms, *self.timeless)]
        forms += filter(None, [self.behind])
        forms += [_worded(form, self.seats) for form in forms]
        forms += [_worded(form, [name]) for name in self.other_names for form in forms]
        forms += [_worded(form, self.other_names) for form in forms]
        return tuple(dict.fromkeys(form for form in forms if form != self.forms[0]))

    def told(self, hop: Hop | None) -> Asked:
        """With the name of a hop: in the place of the words that it stands for, or beside the question."""
        if hop is None:
            return self

        def with_name(form: str) -> str:
            if hop.stands_for and hop.stands_for in form:
                return form.replace(hop.stands_for, hop.name, 1)
            # Behind it, the name is read as one more thing that is asked for (benchmarks/notes.md).
            return f"{fold(hop.name)}: {form}"

        forms, timeless = (tuple(map(with_name, several)) for several in (self.forms, self.timeless))
        behind = with_name(self.behind) if self.behind else ""
        return replace(self, forms=forms, timeless=timeless, behind=behind)

    def logits(self, texts: Sequence[tuple[ArticleCard, str]], reranker: Reranker) -> list[float]:
        """How well each text answers, with its article's card."""
        found = self._by_itself(texts, reranker)
        if not self.behind or not texts:
            return found
        behind = self._read(self.behind, [text for _, text in texts], reranker)
        return [min(one + WITHOUT_SUBJECT, other) for one, other in zip(found, behind, strict=True)]

    def _by_itself(self, texts: Sequence[tuple[ArticleCard, str]], reranker: Reranker) -> list[float]:
        inside = [self.forms != self.timeless and published_in(card, *self.window) for card, _ in texts]
        of_matter = [not self.names or not self.names.isdisjoint(stems_of(text)) for _, text in texts]
        found = [float("-inf")] * len(texts)
        for number, (form, timeless) in enumerate(zip(self.forms, self.timeless, strict=True)):
            read = [place for place, one in enumerate(of_matter) if one or number == 0]
            for words, of_time in ((form, False), (timeless, True)):
                places = [place for place in read if inside[place] is of_time]
                if places:
                    read_of = [texts[place][1] for place in places]
                    logits = self._read(self._read_as(words), read_of, reranker)
                    for place, logit in zip(places, logits, strict=True):
                        found[place] = max(found[place], logit)
        return found

    def _read_as(self, form: str) -> str:
        """A form as it is read, which the first is as it stands."""
        return (
            f"{self.about}: {form}" if self.about and form not in (self.forms[0], self.timeless[0]) else form
        )

    def _read(self, form: str, texts: Sequence[str], reranker: Reranker) -> list[float]:
        """The logit of each text for a form, in which seats and names are as they are read of that text.

        Of the sentences of one article some have the seat beside the state, and all are held against each
        other: so these are read with the state too.
        """
        wordings: dict[str, list[int]] = {}
        less = [0.0] * len(texts)
        for place, text in enumerate(texts):
            named = [seat for seat in self.seats if seat.state.stands_in(text)]
            wordings.setdefault(_worded(form, [*named, *self._names_for(text)]), []).append(place)
            if named and not any(seat.state.seat_stands_in(text) for seat in named):
                less[place] = BY_ITS_STATE
        logits = [0.0] * len(texts)
        for worded, places in wordings.items():
            found = reranker.score(worded, [texts[place] for place in places])
            for place, logit in zip(places, found, strict=True):
                logits[place] = float(logit) - less[place]
        return logits

    def _names_for(self, text: str) -> list[OtherName]:
        """The other form of each name that the text has in that form alone."""
        if not self.other_names:
            return []
        folded = fold(text)
        return [name for name in self.other_names if name.is_meant_in(folded)]


def _worded(form: str, read: Iterable[Seat | OtherName]) -> str:
    """A form of the question with each of these as it is read."""
    for one in read:
        form = one.replaced_in(form)
    return form


def asked_of(question: str, understanding: Understanding, *, timely: bool) -> Asked:
    """The forms of a question; with `timely` those of its time as well.

    Where it asks how a matter stands or went, its topic is read, which has no words of a time anyhow.
    """
    dates = understanding.dates if timely else ()
    wordings = dict.fromkeys((question, proper_of(question)))
    names, about = leading_names(question), ", ".join(named_by_the_asker(question))
    if understanding.intent != "fact":
        forms = tuple(dict.fromkeys(topic_of(one, understanding.intent, dates=dates) for one in wordings))
        return Asked(forms, forms, names=names, about=about)
    forms = tuple(wordings)
    return Asked(
        forms,
        tuple(without_times(one, dates) for one in forms),
        (understanding.since, understanding.until),
        names,
        about=about,
    )
