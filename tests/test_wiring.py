"""The settings' defaults are those of the parts that they reach: Python, CLI and HTTP start from the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.answering import Options, Synonyms, read_synonyms
from rag.errors import SettingsError
from rag.indexing.ingest import IngestOptions
from rag.serving import Limits
from rag.settings import Settings
from rag.wiring import WITHOUT, ablated_options, answering_options, open_synonyms


def test_each_row_of_the_ablation_adds_a_part_and_the_last_is_the_whole_product() -> None:
    whole = Options()
    systems = ablated_options(whole, reranked=True)
    assert list(systems) == ["lexical", "dense", "fused", "+ rerank", *(f"+ {name}" for name in WITHOUT)]
    assert list(systems.values())[-1] == (whole, True)
    assert len(set(systems.values())) == len(systems)
    without = ablated_options(whole, reranked=False)
    assert "+ hops" not in without and "+ rerank" not in without
    assert list(without.values())[-1] == (replace(whole, hops=False), False)
    assert len(set(without.values())) == len(without)


def test_a_part_that_the_settings_leave_out_has_no_row() -> None:
    for name, changes in WITHOUT.items():
        assert f"+ {name}" not in ablated_options(replace(Options(), **changes), reranked=True)


def test_defaults_are_said_alike_everywhere() -> None:
    settings = Settings()
    assert answering_options(settings) == Options()
    assert IngestOptions(settings.chunk_tokens, settings.overlap_sentences) == IngestOptions()
    limits = Limits(settings.max_question_characters, settings.max_body_bytes, settings.max_top_k)
    assert limits == Limits()


def test_synonyms_are_read_from_the_file_that_is_set(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("KSB = Karachi Steel Board\n")
    assert open_synonyms(Settings(synonyms=file)) == read_synonyms(file) != Synonyms()
    assert open_synonyms(Settings()) == Synonyms()
    with pytest.raises(SettingsError, match=r"synonyms file .* cannot be read"):
        open_synonyms(Settings(synonyms=tmp_path))
