"""What evaluation needs of the product: a system that answers, and the archive behind it.

`rag.answering.Answerer` fulfils `Answering`; so does any other system that is to be compared with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol

from rag.types import Answer, Article, ArticleCard, Filters, Passage

NamedField = Literal["source", "language", "id"]
Progress = Callable[[str, int, int], None]
"""(stage, done, total)"""


class ModelIdentity(Protocol):
    """Which model made the vectors."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


class Manifest(Protocol):
    """What a generation says of itself."""

    @property
    def generation(self) -> str: ...
    @property
    def articles(self) -> int: ...
    @property
    def chunks(self) -> int: ...
    @property
    def encoder(self) -> ModelIdentity: ...
    @property
    def options(self) -> Mapping[str, object]: ...


class Archive(Protocol):
    """One whole generation of the index."""

    @property
    def manifest(self) -> Manifest: ...

    def article(self, article_id: str) -> Article:
        """Raises NotFound."""
        ...

    def names_had(self, field: NamedField, filters: Filters) -> set[str]:
        """Which of the names that the filters give for the field some article has that they admit."""
        ...


class Archives(Protocol):
    """The index folder, of which one generation is read."""

    def snapshot(self) -> Archive: ...


class Ranked(Protocol):
    """Passages, best first."""

    @property
    def passages(self) -> Sequence[Passage]: ...


class Quote(Protocol):
    """Words that an answer shows, and their article."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def card(self) -> ArticleCard: ...


class Examined(Ranked, Protocol):
    """What an answer would rest on, whether or not it is enough for one."""

    @property
    def quotes(self) -> Sequence[Quote]:
        """The quotes that an answer shows when it is given."""
        ...

    @property
    def confidence(self) -> float: ...

    @property
    def suffices(self) -> bool:
        """Whether the system answers; if not, it abstains."""
        ...


class Answering(Protocol):
    """A system under measurement. It may raise RagError, which counts against it.

    The text of its answers is its citations' quotes, as the contract has it: other words count as broken.
    """

    @property
    def index(self) -> Archives: ...

    def ask(
        self,
        question: str,
        *,
        filters: Filters = ...,
        top_k: int | None = None,
        today: dt.date | None = None,
    ) -> Answer: ...

    def search(
        self,
        question: str,
        *,
        filters: Filters = ...,
        top_k: int | None = None,
        today: dt.date | None = None,
    ) -> Ranked: ...

    def examine(
        self,
        question: str,
        *,
        filters: Filters = ...,
        top_k: int | None = None,
        today: dt.date | None = None,
    ) -> Examined: ...
