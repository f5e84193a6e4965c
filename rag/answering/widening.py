"""The names of a question that have other forms: learned from the admitted articles, given by the user, or
the state of a seat of government.

They widen what is looked for among words, where the question has not those words already, and tell that a
name is not missing from the evidence where that has another form of it. The vector is of the question as it
is asked; what the cross-encoder reads of a text that has only another form has that (`asked`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.asked import OtherName
from rag.answering.english.seats import Seat, seats_in
from rag.answering.english.states import State, states_in
from rag.answering.known_words import is_known_whole
from rag.answering.synonyms import Synonyms
from rag.encoding import Encoder
from rag.store import LONGEST_NAME, KnownAlias, Name, Snapshot, Word, fold, is_short_word, words_of
from rag.types import AliasKind, Filters, WidenedBy

# Of a form that stands for several names, those that the most articles tell of.
_MOST_LEARNED = 2
_SHORTEST_SINGULAR = 3
_LISTED = "rag's own list"
# What says as much as the name in the question does.
_READ: frozenset[AliasKind] = frozenset({"abbreviation", "synonym"})


@dataclass(frozen=True, slots=True)
class OtherForm:
    """Another form of a name, and who says so: an article's id, a line of the synonyms file, or `_LISTED`."""

    form: str
    kind: AliasKind
    learned_from: str


@dataclass(frozen=True, slots=True)
class KnownName:
    """`[start, end)` of the question is a name, which has these other forms, or is of a `state`: its `seat`
    of government that stands for it, or what it is called."""

    start: int
    end: int
    forms: tuple[OtherForm, ...] = ()
    state: State | None = None
    seat: Seat | None = None

    def stands_in(self, text: str, folded_text: str, *, introduced: bool, by_people: bool) -> bool:
        """Whether the text, and folded, has one of the other forms as whole words, or names the state, or its
        seat; with `by_people` also what it only calls its people by.

        A surname is this person's only where the article has `introduced` the name in full: many have it.
        """
        state = self.state
        if state and (state.stands_in(text, by_people=by_people) or state.seat_stands_in(text)):
            return True
        return any(
            (introduced or form.kind != "surname")
            and form.kind != "seat"
            and f" {fold(form.form)} " in f" {folded_text} "
            for form in self.forms
        )


def known_names(
    question: str, snapshot: Snapshot, *, filters: Filters, synonyms: Synonyms
) -> tuple[KnownName, ...]:
    """The names in the question that have other forms, in order; of overlapping ones the longest, then first.

    One look into the store. What the filters leave out has told nothing (law 4).
    """
    words = words_of(question)
    spans = list(_spans(words))
    if not spans:
        return ()
    told: dict[str, list[KnownAlias]] = {}
    for alias in snapshot.aliases(sorted({folded for *_, folded in spans}), filters):
        told.setdefault(alias.folded, []).append(alias)
    names: list[KnownName] = []
    for first, last, folded in spans:
        if folded not in told and folded not in synonyms.forms:
            continue
        start, end = words[first].start, words[last].end
        capitals = _in_capitals(question, start, end)
        forms = _forms_of(folded, told, synonyms, capitals=capitals)
        if forms and not any(start < name.end and name.start < end for name in names):
            names.append(KnownName(start, end, forms))
    return tuple(sorted([*_with_states(names, question)], key=lambda name: name.start))


def _with_states(names: Sequence[KnownName], question: str) -> Iterator[KnownName]:
    """The names, and those of states: what is given or learned of a seat comes first, and a longer name
    counts before the seat in it."""
    of_states = [
        KnownName(seat.start, seat.end, _called(seat), seat.state, seat) for seat in seats_in(question)
    ]
    of_states += [KnownName(start, end, (), state) for start, end, state in states_in(question)]
    for name in names:
        same = next((one for one in of_states if (one.start, one.end) == (name.start, name.end)), None)
        yield replace(same, forms=(*name.forms, *same.forms)) if same else name
    for one in of_states:
        if not any(one.start < name.end and name.start < one.end for name in names):
            yield one


def _called(seat: Seat) -> tuple[OtherForm, ...]:
    """What the seat's state is called by words: "US" is one with "us" to them."""
    return tuple(
        OtherForm(form, "seat", _LISTED) for form in seat.state.forms if not is_short_word(fold(form))
    )


def to_look_for(question: str, names: Sequence[KnownName], *, weight: float) -> list[Name]:
    """The names as retrieval takes them, without the forms that the question itself has.

    Their words are asked for as it is: of a surname behind its full name as of "Steel Board (KSB)".
    """
    if not names:
        return []
    asked = f" {fold(question)} "
    found = []
    for name in names:
        forms = [form.form for form in name.forms if f" {fold(form.form)} " not in asked]
        if forms:
            found.append(Name(name.start, name.end, tuple(forms), weight))
    return found


def to_read(question: str, names: Sequence[KnownName], encoder: Encoder) -> tuple[OtherName, ...]:
    """The names that the cross-encoder reads otherwise of what has them otherwise: long forms and
    abbreviations that it cannot know, and what the user gives.

    What it knows, such as "NATO", it knows by both; a surname alone does not say who is meant; and of a
    question that has both forms nothing is read otherwise.
    """
    asked = f" {fold(question)} "
    found = []
    for name in names:
        words = _closed(question, name.start, name.end)
        for form in name.forms:
            known = form.kind == "abbreviation" and _is_known(min(words, form.form, key=len), encoder)
            if form.kind in _READ and not known and f" {fold(form.form)} " not in asked:
                found.append(OtherName(words, form.form))
    return tuple(found)


def _is_known(abbreviation: str, encoder: Encoder) -> bool:
    """Also with dots, as "U.N.", and of several, as "CEOs"."""
    letters = fold(abbreviation).replace(" ", "")
    return any(is_known_whole(one, encoder) for one in (letters, letters.removesuffix("s")))


def _closed(question: str, start: int, end: int) -> str:
    """A name as the question writes it, with the bracket that closes one in it."""
    words = question[start:end]
    for opening, closing in ("()", "[]"):
        if words.count(opening) > words.count(closing) and question.startswith(closing, end):
            return words + closing
    return words


def explained(question: str, names: Sequence[KnownName]) -> tuple[WidenedBy, ...]:
    return tuple(
        WidenedBy(question[name.start : name.end], form.form, form.kind, form.learned_from)
        for name in names
        for form in name.forms
    )


def _spans(words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """First and last word, and the folded form, of every span that may be a name, the longest first.

    A single word is also looked up without the s of a plural, which "does" has not.
    """
    folded = [word.folded for word in words]
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for first in range(len(words) - length + 1):
            yield first, first + length - 1, " ".join(folded[first : first + length])
    for place, word in enumerate(words):
        singular = word.folded.removesuffix("s")
        plural = singular != word.folded and not is_short_word(word.folded)
        if plural and len(singular) >= _SHORTEST_SINGULAR:
            yield place, place, singular


def _forms_of(
    folded: str, told: Mapping[str, Sequence[KnownAlias]], synonyms: Synonyms, *, capitals: bool
) -> tuple[OtherForm, ...]:
    """The other forms of a folded form: those given, then those that the most articles tell, ties by text.

    Without those that hold all its words: whatever they could find has the form as asked.
    """
    asked = set(folded.split())
    forms = {
        fold(given.form): OtherForm(given.form, "synonym", given.place)
        for given in synonyms.forms.get(folded, ())
        if (capitals or not given.in_capitals) and not asked <= set(fold(given.form).split())
    }
    # Spellings that differ in capitals alone are one form; the one that the most articles have is shown.
    spellings: dict[str, list[KnownAlias]] = {}
    for alias in told.get(folded, ()):
        other = fold(alias.other)
        if (capitals or not alias.in_capitals) and not asked <= set(other.split()):
            spellings.setdefault(other, []).append(alias)
    ranked = sorted(spellings.items(), key=lambda item: (-sum(one.articles for one in item[1]), item[0]))
    for other, same in ranked[:_MOST_LEARNED]:
        shown = min(same, key=lambda one: (-one.articles, one.other))
        forms.setdefault(other, OtherForm(shown.other, shown.kind, min(one.article_id for one in same)))
    return tuple(forms.values())


def _in_capitals(question: str, start: int, end: int) -> bool:
    """Whether the span is written in capitals, and the question as a whole is not."""
    return question[start:end].isupper() and not question.isupper()
