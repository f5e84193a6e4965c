"""What may be set of answering."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import SettingsError
from rag.types import FEWEST_PAIRS


@dataclass(frozen=True, slots=True)
class Options:
    """How answers are made. depth: candidates of each retriever. top_k: passages shown.

    dense_weight: share of the cosine in fusion, in [0, 1]. alias_weight: what another form of a name is
    worth, as a share of the form asked, in [0, 1]; 0 looks up none. copies: whether articles that tell one
    story in the same words take one place. rerank_depth: candidates that the
    cross-encoder reads. rerank_pairs: what it reads at most for one answer, passages and sentences; None:
    whatever there is. hops: whether names in the best passages are followed, which needs the cross-encoder.
    time: whether what a question says of time reorders the ranking and chooses quotes; "as of" restricts in
    any case. max_quotes: in one answer; in a timeline three times as many, and of several questions each has
    its share, rounded up. What a quote takes up comes on top, and what names whom one is about.
    abstain_below: the probability under which nothing is claimed.
    longest_question: in characters.
    """

    depth: int = 50
    dense_weight: float = 0.5
    # Above the two thirds of a name that a passage has which lacks one of its three words.
    alias_weight: float = 0.8
    copies: bool = True
    rerank_depth: int = 16
    rerank_pairs: int | None = None
    hops: bool = True
    time: bool = True
    top_k: int = 5
    max_quotes: int = 3
    abstain_below: float = 0.35
    longest_question: int = 2000

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        if self.rerank_pairs is not None and self.rerank_pairs < FEWEST_PAIRS:
            raise SettingsError(
                f"rerank_pairs is {self.rerank_pairs}, but it should be {FEWEST_PAIRS} or more; None is all"
            )


DEFAULT_OPTIONS = Options()
