"""The one error of this package."""

from __future__ import annotations

from rag.errors import RagError


class EvaluationError(RagError):
    """A data set, gold file, baseline or bar cannot be used: names the file, the line and the field."""

    slug = "evaluation"
    status = 422
