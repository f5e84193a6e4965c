"""What somebody says is quoted with who says it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from archives import answering, record
from hypothesis import given
from hypothesis import strategies as st
from stories import story

from rag.answering.english.antecedents import LONGEST_QUOTE
from rag.answering.english.speech import with_speaker
from rag.types import Span

TOLD = "I was told to leave the port."


def told(sentences: list[str], number: int, gaps: str | list[str] = " ") -> list[str]:
    """The sentences that are quoted with the one of this number."""
    article = story(sentences, gaps)
    span = with_speaker(article, article.sentences[number])
    return [
        one.of(article.text) for one in article.sentences if span.start <= one.start and one.end <= span.end
    ]


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        # Where the speech ends, before it begins, where it is broken off, and in the order that news prefers.
        ([], ["We stayed,” Dahl said."]),
        ([], ["We stayed,” said Dahl, who chairs the board."]),
        (["Dahl said: “It is late."], []),
        (["“It is late,” Dahl told the board. “There are many of us."], []),
        (["According to Dahl, it is late. “There are many of us."], []),
    ],
)
@pytest.mark.parametrize("straight", [False, True])
def test_one_sentence_of_a_speech_is_quoted_with_its_speaker(
    before: list[str], behind: list[str], straight: bool
) -> None:
    sentences = ["It rained on the port.", *before, TOLD if before else f"“{TOLD}", *behind]
    if not behind:
        sentences[-1] += "”"
    sentences.append("The board rose at noon.")
    if straight:
        sentences = [one.replace("“", '"').replace("”", '"') for one in sentences]
    number = 1 + len(before)
    assert told(sentences, number) == sentences[1:-1]


def test_a_paragraph_that_goes_on_with_a_speech_has_the_speaker_of_the_one_before() -> None:
    said = "“It is late,” Dahl said."
    assert told([said, f"“{TOLD}”", "It rained."], 1, "\n\n") == [said, f"“{TOLD}”"]
    # What ends the speech tells it first.
    ends = "“I will go,” Berg said."
    assert told([said, f"“{TOLD}", ends, "It rained."], 1, "\n\n") == [f"“{TOLD}", ends]


@pytest.mark.parametrize(
    "sentences",
    [
        # No speech, or the speaker in it.
        ["Dahl said it was late.", "There is a pier.", "“No,” Berg said."],
        ["Berg said: “No.”", f"“{TOLD[:-1]},” Dahl said.", "Berg said nothing."],
        ["Berg said: “No.”", f"Dahl said: “{TOLD}”", "Berg said nothing."],
        # A title in quotation marks is in a sentence that tells by itself.
        ["Berg said nothing.", "He read “A pier in May” at noon.", "Dahl said it was late."],
        # Nobody is said to say it.
        ["It was late in the port.", f"“{TOLD}”", "The board rose."],
        ["Dahl was told of it.", f"“{TOLD}”", "The board rose."],
        # The other speech has ended, and so has the paragraph.
        [f"“{TOLD}”", "The board rose.", "“It is late,” Dahl said."],
        ["Dahl said it was late.", "The board rose.", f"“{TOLD}”"],
    ],
)
def test_where_nobody_is_sure_to_have_said_it_the_sentence_stays(sentences: list[str]) -> None:
    for gap in (" ", "\n\n"):
        number = 1 if TOLD[:-1] not in sentences[0] and TOLD[:-1] not in sentences[2] else 0
        number = 2 if TOLD[:-1] in sentences[2] else number
        assert told(sentences, number, gap) == [sentences[number]]


def test_where_the_speech_ends_with_nobody_what_was_told_before_may_be_anothers() -> None:
    ends = "We stayed,” and with these words it was over."
    assert told(["Berg said it was late.", f"“{TOLD}", ends], 1) == [f"“{TOLD}"]


def test_what_cannot_be_read_in_one_quote_is_quoted_without_it() -> None:
    long = "We " + "go on and " * 12 + "on."
    sentences = ["Dahl said: “It is late.", *[long] * 2, TOLD]
    assert told(sentences, 1) == sentences[:2]
    assert told(sentences, 3) == [TOLD]


def test_a_part_of_a_sentence_stays_as_it_is() -> None:
    article = story(["Dahl said: “It is late.", TOLD])
    sentence = article.sentences[1]
    for part in (Span(sentence.start + 5, sentence.end), Span(sentence.start, sentence.end - 5)):
        assert with_speaker(article, part) == part
    assert with_speaker(article, sentence) == Span(0, sentence.end)


def test_what_is_no_prose_parts_them() -> None:
    assert told(["Dahl said: “It is late.", TOLD], 1, [" [advertisement] "]) == [TOLD]


def test_an_endless_speech_takes_no_time() -> None:
    article = story(["“It is late.", *["We go on."] * 20_000])
    began = time.perf_counter()
    assert with_speaker(article, article.sentences[10_000]) == article.sentences[10_000]
    assert time.perf_counter() - began < 1


SENTENCES = st.sampled_from(
    [
        "It rained.",
        "“It is late.",
        TOLD,
        "We go.”",
        "We go,” Dahl said.",
        "“No,” she said. “Yes.",
        'He "left".',
        '"Go on.',
    ]
)


@given(
    sentences=st.lists(SENTENCES, min_size=1, max_size=7),
    gap=st.sampled_from([" ", "\n", "\n\n"]),
    data=st.data(),
)
def test_what_is_taken_along_is_whole_sentences_and_can_be_read(
    sentences: list[str], gap: str, data: st.DataObject
) -> None:
    article = story(sentences, gap)
    sentence = data.draw(st.sampled_from(list(article.sentences)))
    span = with_speaker(article, sentence)
    assert span.start <= sentence.start and sentence.end <= span.end
    assert {span.start, span.end} <= {place for one in article.sentences for place in (one.start, one.end)}
    if span != sentence:
        assert len(span.of(article.text).split()) <= LONGEST_QUOTE
        assert "said" in span.of(article.text)
        # It has its speaker now.
        assert with_speaker(article, span) == span


def test_it_is_quoted_so(tmp_path: Path) -> None:
    text = f"The board of the port met in May.\n\n“It is late. {TOLD} We stayed all the same,” Dahl said."
    answer = answering(tmp_path, [record("board", text)]).ask("Who said that he was told to leave the port?")
    assert any(one.quote.endswith("Dahl said.") and TOLD in one.quote for one in answer.citations)
