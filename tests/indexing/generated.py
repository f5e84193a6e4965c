"""Texts and articles made up of everything that a page may hold, for laws that hold for any."""

from __future__ import annotations

from hypothesis import strategies as st

from rag.indexing.preparing import Draft, NoProse, prepare
from rag.types import Article

FRAGMENTS = st.sampled_from(
    [
        "Khorev said talks on the Pakistan Steel Mills (PSM) begin this week.",
        "“We see this as a promising start,” he said.They met in 1990.She left!",
        "Read more: Another story that is not this one",
        "Related Stories",
        "By Staff Reporter | Published: June 13, 2023 11:57 AM",
        "KARACHI, (Agency - 12th Feb, 2025) The minister spoke of steel.",
        " date 2024-11-12 KARACHI: Russia is keen to work with Pakistan.",
        "— Some Name (@handle) April 7, 2021",
        "Trade and Economy",
        "Open in App",
        "# Heading",
        "- an item of a list",
        "پاکستان اور روس کے درمیان مذاکرات ہوئے۔ یہ دوسرا جملہ ہے۔",
        "שלום עולם. זהו משפט שני.",
        "We won! 🇵🇰 The next one… Fans wept 👩‍👩‍👧.",
        "俄罗斯外交部长访问巴基斯坦。他会见了总理。",
        "e\u0301te\u0301 \u202eright to left\u202c zero\u200bwidth",
        "word " * 60,
        "x" * 300,
        "The Same Line Twice",
        "The Same Line Twice",
        "A draw... The first lines of it carrying ...",
        "---",
        "\0",
        "\ufffd",
        "Mr. A. B. Smith of the U.S. paid Rs. 4.5 million on Fri. 3 May. Then he left.",
    ]
)
SEPARATORS = st.sampled_from(
    ["\n", "\n\n", "\r\n", "\r\n\r\n", " ", "", "\r", "\u2028", "\t", "\n \n", "\x85"]
)
PIECES = st.one_of(FRAGMENTS, st.text(max_size=40))


@st.composite
def texts(draw: st.DrawFn) -> str:
    return "".join(piece + draw(SEPARATORS) for piece in draw(st.lists(PIECES, max_size=14)))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of generated text; where the text has no prose a sentence is put before it."""
    text = draw(texts()).encode("utf-8", "replace").decode("utf-8")
    fields = draw(st.sampled_from([{}, {"title": "The Same Line Twice"}, {"title": "Title " * 80}]))
    try:
        return prepare(Draft("generated", text, "", fields))[0]
    except NoProse:
        return prepare(
            Draft("generated", f"The minister said so on Monday.\n\nHe left the city.\n\n{text}", "", fields)
        )[0]
