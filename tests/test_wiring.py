"""The settings' defaults are those of the parts that they reach: Python, CLI and HTTP start from the same."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rag import wiring
from rag.answering import Options, Synonyms, read_synonyms
from rag.errors import SettingsError
from rag.indexing.ingest import IngestOptions
from rag.serving import Limits
from rag.settings import Settings, load_settings
from rag.types import FEWEST_PAIRS
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
    limits = Limits(
        settings.max_question_characters,
        settings.max_body_bytes,
        settings.max_top_k,
        max_waiting=settings.max_waiting,
    )
    assert limits == Limits()


def test_synonyms_are_read_from_the_file_that_is_set(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("KSB = Karachi Steel Board\n")
    assert open_synonyms(Settings(synonyms=file)) == read_synonyms(file) != Synonyms()
    assert open_synonyms(Settings()) == Synonyms()
    with pytest.raises(SettingsError, match=r"synonyms file .* cannot be read"):
        open_synonyms(Settings(synonyms=tmp_path))


@pytest.mark.parametrize("opening", ["open_answerer", "open_ablated_answerers", "ingest", "add"])
def test_what_is_opened_from_python_is_bounded_as_the_command_line_is(
    opening: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in wiring._THREADS_OF:
        monkeypatch.setenv(name, "7")

    def stopped(*_: object) -> None:
        raise SettingsError("nothing is loaded before the number is set")

    monkeypatch.setattr(wiring, "open_index", stopped)
    monkeypatch.setattr(wiring, "_load_vocabulary", stopped)
    given = ([tmp_path],) if opening in {"ingest", "add"} else ()
    for threads, told in ((None, "7"), (3, "3")):
        with pytest.raises(SettingsError, match="nothing is loaded"):
            getattr(wiring, opening)(*given, Settings(threads=threads, index=tmp_path))
        assert [os.environ[name] for name in wiring._THREADS_OF] == [told] * 4


def test_workers_compute_in_as_many_threads_together_as_one_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "_cores", lambda: 8)
    for workers, threads in ((2, 4), (3, 2), (8, 1), (20, 1)):
        assert wiring.of_worker(Settings(workers=workers)).threads == threads
    assert wiring.of_worker(Settings(workers=1)).threads is None
    assert wiring.of_worker(Settings(workers=2, threads=5)).threads == 5


def test_too_few_pairs_for_the_reranker_are_refused_as_a_setting_and_from_python_alike() -> None:
    for pairs in (-1, 0, FEWEST_PAIRS - 1):
        for refusing in (
            lambda pairs=pairs: Options(rerank_pairs=pairs),
            lambda pairs=pairs: replace(Options(), rerank_pairs=pairs),
            lambda pairs=pairs: load_settings(overrides={"rerank_pairs": pairs}),
        ):
            with pytest.raises(SettingsError, match=rf"rerank_pairs is {pairs}\b.*\b{FEWEST_PAIRS}\b"):
                refusing()
    allowed = load_settings(overrides={"rerank_pairs": FEWEST_PAIRS}).settings
    assert answering_options(allowed) == Options(rerank_pairs=FEWEST_PAIRS)
