"""Whether a word turns what two sentences say: see `rag.turning.sentences`."""

from rag.turning.numbers import ONES, SCALES, TENS, THOUSANDS, number_at
from rag.turning.opposites import forms_of, opposed_places, sides_of
from rag.turning.sentences import denies, lacks_a_figure, turned

__all__ = [
    "ONES",
    "SCALES",
    "TENS",
    "THOUSANDS",
    "denies",
    "forms_of",
    "lacks_a_figure",
    "number_at",
    "opposed_places",
    "sides_of",
    "turned",
]
