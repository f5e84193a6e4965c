"""Names: folded alike however they are written, and found in any text that holds them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.store.names import fold
from rag.store.subjects import LONGEST_SUBJECT, spellings, subjects_of

WORD = st.from_regex(r"[A-Z][a-zé]{2,8}", fullmatch=True)
NAME = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
TEXT = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=80)


@given(TEXT)
def test_a_folded_name_is_folded(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(NAME)
def test_case_accents_and_possessives_make_no_other_name(name: str) -> None:
    assert fold(name.upper()) == fold(name) == fold(f"“{name}’s”")
    assert fold("José Ó Sé") == fold("Jose O Se")


@given(NAME, TEXT, TEXT)
def test_a_title_is_a_subject_and_is_found_in_any_text_that_holds_it(
    name: str, before: str, after: str
) -> None:
    (whole,) = {fold(name)} & set(subjects_of(name, "")) or {None}
    if whole is None:  # of words that are no name alone, such as "The"
        return
    found = {
        spelling for spellings_here in spellings(f"{before} {name}. {after}") for spelling in spellings_here
    }
    assert whole in found


@given(TEXT, TEXT)
def test_anything_can_be_read(title: str, text: str) -> None:
    subjects = subjects_of(title, text)
    assert list(subjects) == sorted(set(subjects))
    assert all(len(name.split()) <= LONGEST_SUBJECT for name in subjects)


def test_a_headline_is_about_the_names_in_it_and_not_about_its_other_words() -> None:
    text = "The ambassador Albert Khorev met Shehbaz Sharif in Islamabad. Then Khorev left. Talks went on."
    assert subjects_of("Khorev Meets PM Sharif In Islamabad Over Steel Mills Talks Today", text) == (
        *("islamabad", "khorev"),
    )
    assert subjects_of("Jordan (1987 film)", "") == ("jordan", "jordan 1987 film")
    assert subjects_of("The", "In The End it was.") == ()


def test_the_longest_spelling_comes_first() -> None:
    assert [names[0] for names in spellings("by Petter Naess.") if names] == ["petter naess", "naess"]
