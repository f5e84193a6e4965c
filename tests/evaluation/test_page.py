"""Laws of the page: a section replaces its own and touches no other; the drawing is the curve."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import EvaluationError
from rag.evaluation.drawing import risk_coverage_svg
from rag.evaluation.page import OPENING, open_page, replace_section

TITLES = st.lists(st.sampled_from(["alpha", "beta", "beta, split dev", "gamma"]), min_size=1, max_size=8)
TEXT = "12 of 12 questions.\n\n| metric |\n| --- |\n| R@5 |"


@given(titles=TITLES)
def test_a_section_stands_once_whatever_the_order_of_the_runs(titles: list[str]) -> None:
    page = OPENING
    for title in titles:
        page = replace_section(page, title, f"{title}: {TEXT}")
    other = OPENING
    for title in reversed(titles):
        other = replace_section(other, title, f"{title}: {TEXT}")
    assert page == other
    assert page.startswith(OPENING)
    assert page.count(TEXT) == page.count("## ") == len(set(titles))
    for title in titles:
        assert replace_section(page, title, f"{title}: {TEXT}") == page


def test_a_section_replaces_its_own_and_no_other() -> None:
    page = replace_section(replace_section(OPENING, "alpha", "old"), "beta", "kept")
    page = replace_section(page, "alpha", "new\n")
    assert page == f"{OPENING}\n## alpha\n\nnew\n\n## beta\n\nkept\n"


def test_another_file_is_never_overwritten(tmp_path: Path) -> None:
    assert open_page(tmp_path / "none.md") == OPENING
    for content in (b"# Mine", b"\xff", b""):
        (tmp_path / "mine.md").write_bytes(content)
        with pytest.raises(EvaluationError, match="name another file"):
            open_page(tmp_path / "mine.md")
    with pytest.raises(EvaluationError, match="name another file"):
        open_page(tmp_path)


def test_the_drawing_goes_from_the_surest_to_all() -> None:
    points = [(number / 1000, number / 2000) for number in range(1, 1001)]
    drawing = ElementTree.fromstring(risk_coverage_svg("a < b & c", points))
    (line,) = drawing.iter("{http://www.w3.org/2000/svg}polyline")
    places = [tuple(map(float, place.split(","))) for place in line.attrib["points"].split()]
    assert len(places) <= 202
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert places[-1] == (456.0, 148.0)  # all are covered, half of them wrong
    alone = ElementTree.fromstring(risk_coverage_svg("one", [(1.0, 0.0)]))
    (dot,) = alone.iter("{http://www.w3.org/2000/svg}polyline")
    assert dot.attrib["points"] == "456.0,264.0"
