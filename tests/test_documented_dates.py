"""Every date that docs/time.md gives as an example is read, or refused, as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from rag.cli.dates import read_date as read_option
from rag.errors import QuestionError
from rag.indexing.dating import ClockUnreadable, DateUnreadable, date_from_path, read_date
from rag.serving.requests import Filtered

PAGE = (Path(__file__).parents[1] / "docs" / "time.md").read_text(encoding="utf-8")
SECTION = PAGE.split("## Dates that are read")[1].split("\n## ")[0]
OTHERS, OPTIONS = SECTION.split("In options and requests")
METADATA, OTHERS = OTHERS.split("Where the metadata tell no date")
_, PATHS = OTHERS.split("Where the text tells none either")


def rows(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| (`.*) \| (.*) \|$", text, re.MULTILINE)


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_metadata_is_read_as_the_table_says() -> None:
    assert len(rows(METADATA)) >= 9
    for written, meant in rows(METADATA):
        for date in quoted(written):
            if meant.endswith(", and told"):
                with pytest.raises(ClockUnreadable) as told:
                    read_date(date, "metadata")
                assert told.value.day.value == meant.removesuffix(", and told"), date
                continue
            published = read_date(date, "metadata")
            assert published.value == (date if meant == "that year, month, day" else meant), date


def test_what_the_page_says_is_not_read_is_told() -> None:
    examples = quoted(METADATA.split("never guessed:")[1])
    assert len(examples) >= 6
    for date in [*examples, "1599-12-31", "2101"]:
        with pytest.raises(DateUnreadable):
            read_date(date, "metadata")
    assert read_date("1600", "metadata").value and read_date("2100-12-31", "metadata").value


def test_paths_are_read_as_the_table_says_and_no_others() -> None:
    table, others = PATHS.split("Not read are")
    dated = [(path, meant) for paths, meant in rows(table) for path in quoted(paths)]
    undated = [(path, None) for path in quoted(others)]
    assert (len(dated), len(undated)) == (17, 5)
    for path, meant in dated + undated:
        *folders, name = path.split("/")
        assert date_from_path(name.removesuffix(".txt"), folders).value == meant, path


def test_options_and_requests_take_the_same_dates() -> None:
    accepted = quoted(OPTIONS.split("a date is")[1].split("nothing else")[0])
    refused = quoted(OPTIONS.split("nothing else: not")[1].split(". ")[0])
    assert (len(accepted), len(refused)) == (3, 3)
    for date in accepted:
        asked = Filtered.model_validate({"since": date, "until": date, "as_of": date})
        assert asked.since == read_option("--since", date, last=False)
        assert asked.until == asked.as_of == read_option("--until", date, last=True)
    for date in refused:
        with pytest.raises(QuestionError, match="write 2024, 2024-11 or 2024-11-12"):
            read_option("--as-of", date, last=True)
        with pytest.raises(ValidationError):
            Filtered.model_validate({"as_of": date})
