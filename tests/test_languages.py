"""A language is one code, however the metadata writes it, so that a filter finds all of its articles."""

from __future__ import annotations

import json
from pathlib import Path

import py3langid
import pytest

from rag.indexing.reading import Problem, read_corpus
from rag.languages import language_code
from rag.types import Article

PROSE = "The minister spoke of the steel mills on Monday. Talks go on this week."


@pytest.mark.parametrize(
    ("said", "code"),
    [
        *(
            (said, "en")
            for said in ("en", "EN", "en-US", "en_GB", "en_GB.UTF-8", "English", "ENGLISH (UK)", "eng")
        ),
        *((said, "de") for said in ("de", "De-AT", "deu", "ger", "German")),
        *((said, "zh") for said in ("zh-Hant-TW", "chi", "zho", "Chinese (Simplified)")),
        *((said, "fa") for said in ("per", "Persian", "Farsi")),
        *((said, "es") for said in ("Spanish", "Castilian", "spa", "es-419")),
        *(("Norwegian Bokmål", "nb"), ("Luba-Katanga", "lu"), ("Greek", "el"), ("Scottish Gaelic", "gd")),
        *(("ceb", "ceb"), ("FIL-ph", "fil")),
        *((said, None) for said in ("xx", "us", "e", "Klingon", "42", "-", "English, German", "français")),
    ],
)
def test_a_language_is_its_code(said: str, code: str | None) -> None:
    assert language_code(said) == code


def test_every_code_that_is_told_from_a_text_is_known() -> None:
    told = {code for code, _ in py3langid.rank(PROSE)}
    assert len(told) > 90
    codes = {code: language_code(code) for code in told}
    assert codes == {code: code for code in told} | {"kik": "ki"}


def test_articles_of_one_language_have_one_code_and_what_is_not_known_is_told(tmp_path: Path) -> None:
    written = ["en", "EN", "en-US", "English", "eng", "xx", "", None]
    records = [{"id": str(place), "text": PROSE, "language": said} for place, said in enumerate(written)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    read = list(read_corpus([tmp_path]))
    assert [item.language for item in read if isinstance(item, Article)] == ["en"] * len(written)
    (problem,) = [item for item in read if isinstance(item, Problem)]
    assert (problem.line, problem.lost) == (6, False)
    assert problem.reason == "language 'xx' is none that is known, so it is not used; write it as `en`"
