"""Settings: environment over file over defaults, and every wrong value is told with where it stands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import SettingsError
from rag.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_anything_the_defaults_hold() -> None:
    loaded = load_settings()
    assert loaded.settings == Settings()
    assert set(loaded.origins) == set(Settings.model_fields)
    assert set(loaded.origins.values()) == {"default"}
    assert loaded.file is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    in_file=st.none() | st.integers(1, 100),
    in_environment=st.none() | st.integers(1, 100),
    on_command_line=st.none() | st.integers(1, 100),
)
def test_the_nearest_source_wins(
    in_file: int | None, in_environment: int | None, on_command_line: int | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        Path("rag.toml").write_text("" if in_file is None else f"top_k = {in_file}\n")
        if in_environment is not None:
            patch.setenv("RAG_TOP_K", str(in_environment))
        loaded = load_settings(overrides={"top_k": on_command_line})
    sources = [
        ("command line", on_command_line),
        ("environment variable RAG_TOP_K", in_environment),
        ("rag.toml", in_file),
        ("default", 5),
    ]
    origin, value = next(each for each in sources if each[1] is not None)
    assert (loaded.origins["top_k"], loaded.settings.top_k) == (origin, value)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().top_k = 3


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("top_k", "0", "greater than or equal to 1"),
        ("top_k", "many", "valid integer"),
        ("dense_weight", "1.5", "less than or equal to 1"),
        ("dense_weight", "nan", "finite"),
        ("precision", "f8", "'auto', 'f32' or 'bf16'"),
        ("offline", "perhaps", "valid boolean"),
        ("port", "65536", "less than or equal to 65535"),
        ("chunk_tokens", "3", "greater than or equal to 16"),
    ],
)
def test_a_wrong_value_is_told_with_its_place_and_rule(
    name: str, value: str, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = f"RAG_{name.upper()}"
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    sentence = str(raised.value)
    assert sentence.startswith(f"{name} is {value!r} (environment variable {variable}), but it should be")
    assert rule in sentence


@pytest.mark.parametrize(
    ("given", "kept"), [("/rag", "/rag"), ("/rag/", "/rag"), ("/news/rag//", "/news/rag"), ("/", "")]
)
def test_a_root_path_is_kept_without_a_slash_at_its_end(given: str, kept: str) -> None:
    assert load_settings(overrides={"root_path": given}).settings.root_path == kept


@pytest.mark.parametrize(
    ("given", "meant"), [("rag", "/rag"), ("news/rag/", "/news/rag"), ("/a b", "/rag"), ("//rag", "/rag")]
)
def test_a_root_path_that_is_none_is_told_how_to_be_written(given: str, meant: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(overrides={"root_path": given})
    assert str(raised.value) == (
        f"root_path is {given!r} (command line), but it is no path of letters, digits, `.`, `_`, `~` and `-` "
        f"behind slashes; write it as {meant}"
    )


def test_top_k_may_not_exceed_its_limit() -> None:
    Path("rag.toml").write_text("top_k = 50\nmax_top_k = 10\n")
    with pytest.raises(SettingsError, match=r"top_k is 50 \(rag.toml\), which is more than max_top_k, 10"):
        load_settings()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("topk = 5", "'topk', which is not a setting; did you mean 'top_k'?"),
        ("[rag]\ntop_k = 5", "'rag', which is not a setting"),
        ("zzz = 1", "`rag config` lists the settings"),
        ("top_k = ", "is not TOML"),
        ("top_k = [1]", "top_k is [1] (rag.toml)"),
    ],
)
def test_a_wrong_file_is_told(content: str, sentence: str) -> None:
    Path("rag.toml").write_text(content)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert sentence in str(raised.value)


def test_bytes_that_are_no_text_and_a_file_that_is_not_there_are_told() -> None:
    Path("rag.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not TOML"):
        load_settings()
    with pytest.raises(SettingsError, match=r"absent.toml cannot be read"):
        load_settings(Path("absent.toml"))


def test_the_file_may_be_named_and_its_folders_are_relative_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("configuration")
    folder.mkdir()
    (folder / "a.toml").write_text('index = "built"\ncache = "/var/cache/rag"\nsynonyms = "s.txt"\n')
    (folder / "b.toml").write_text("depth = 9\n")
    monkeypatch.setenv("RAG_CONFIG", "configuration/b.toml")
    assert load_settings().settings.depth == 9
    loaded = load_settings(folder / "a.toml")
    assert loaded.settings.index == folder / "built"
    assert loaded.settings.cache == Path("/var/cache/rag")
    assert loaded.settings.synonyms == folder / "s.txt"
    assert loaded.settings.depth == 50


def test_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_API_KEY", "very secret")
    loaded = load_settings()
    assert loaded.settings.api_key is not None
    assert loaded.settings.api_key.get_secret_value() == "very secret"
    assert "very secret" not in repr(loaded) + str(loaded.settings) + loaded.settings.model_dump_json()


@pytest.mark.parametrize("key", ["", "  "])
def test_an_empty_key_is_refused_where_any_other_empty_variable_counts_as_unset(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_MODELS", "")
    assert load_settings().settings.models is None
    monkeypatch.setenv("RAG_API_KEY", key)
    with pytest.raises(SettingsError, match="api_key is empty"):
        load_settings()


def test_a_variable_that_is_no_setting_is_known_with_the_nearest_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_MAX_QUOTE", "2")
    monkeypatch.setenv("RAG_XYZZY", "2")
    assert load_settings().unknown_variables == {"RAG_MAX_QUOTE": "RAG_MAX_QUOTES", "RAG_XYZZY": None}


def test_a_folder_that_no_system_can_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('index = "\\u0000"\n')
    with pytest.raises(SettingsError, match="but it holds a NUL character"):
        load_settings()


def test_a_variable_in_lower_case_counts_behind_the_one_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that its owner holds for locked must not be open."""
    monkeypatch.setenv("rag_api_key", "written small")
    key = load_settings().settings.api_key
    assert key is not None and key.get_secret_value() == "written small"
    monkeypatch.setenv("RAG_API_KEY", "WRITTEN LARGE")
    key = load_settings().settings.api_key
    assert key is not None and key.get_secret_value() == "WRITTEN LARGE"
