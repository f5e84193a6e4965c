"""The settings' defaults are those of the parts that they reach: Python, CLI and HTTP start from the same."""

from __future__ import annotations

from rag.answering import Options
from rag.indexing.ingest import IngestOptions
from rag.serving import Limits
from rag.settings import Settings
from rag.wiring import answering_options


def test_defaults_are_said_alike_everywhere() -> None:
    settings = Settings()
    assert answering_options(settings) == Options()
    assert IngestOptions(settings.chunk_tokens, settings.overlap_sentences) == IngestOptions()
    limits = Limits(settings.max_question_characters, settings.max_body_bytes, settings.max_top_k)
    assert limits == Limits()
