"""Whether a word turns what two sentences say: see `rag.turning.sentences`."""

from rag.turning.sentences import denies, lacks_a_figure, turned

__all__ = ["denies", "lacks_a_figure", "turned"]
