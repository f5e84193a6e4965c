"""What the lexical index is asked: words, and names that have other forms.

A name that has other forms is one thing said in several ways, and counts as one. With `w(t, p)` the BM25
part of term t in passage p, the form as asked is worth `Σ w(t, p)` over its terms, as any words are. Another
form is worth what the asked form would be in its place, times a weight λ below 1:

    λ · R · Σ w(t, p) / Σ idf(t)   over the other form's terms,
    R = Σ idf(t) over the asked form's terms · min(1, r(other) / r(asked)),

r(form) being the idf of its rarest term: a name is no rarer than its commonest form. Of all forms only the
best counts for a passage (a disjunction maximum), never their sum: a passage that holds two forms is not
twice about the name, and one that holds the form as asked is scored as if there were no other.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """`[start, end)` of a question is a name that has these other forms, each of `weight` in [0, 1]."""

    start: int
    end: int
    forms: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class NameTerms:
    """The terms of a name as asked and of its other forms, none of which is empty."""

    asked: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]
    weight: float

    def alternatives(self, idf: Mapping[str, float]) -> list[dict[str, float]]:
        """By term, what its BM25 part is multiplied with, for the form as asked and for each other."""
        asked = math.fsum(idf[term] for term in self.asked)
        rarest = max((idf[term] for term in self.asked), default=math.inf)
        weighted = [dict[str, float](Counter(self.asked))]
        for form in self.forms:
            own = max(idf[term] for term in form)
            worth = asked * min(1.0, own / rarest) if self.asked else own
            scale = self.weight * worth / math.fsum(idf[term] for term in form)
            weighted.append({term: times * scale for term, times in Counter(form).items()})
        return weighted


@dataclass(frozen=True, slots=True)
class TermQuery:
    """The terms of a question outside its names, and the names."""

    words: tuple[str, ...]
    names: tuple[NameTerms, ...] = ()

    def terms(self) -> Iterator[str]:
        """Every term of every form; a term may come more than once."""
        yield from self.words
        for name in self.names:
            yield from name.asked
            for form in name.forms:
                yield from form
