"""What is not the article's own prose, as masks: spans with a kind. The text itself is never touched.

The rules know shapes, not publishers: what a line looks like (a label and a headline, a name and a
date, a button) and where it stands (before the first prose, between two paragraphs, after a heading
such as "Related Stories"). Where the shape leaves a doubt a full sentence stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.indexing import datelines, shapes
from rag.indexing.layout import Paragraph
from rag.types import Mask


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The masks of a text, sorted and disjoint, and the headline where the text shows one.

    `hidden` is the share of its full sentences that they cover, by length, less embedded posts and teasers,
    which are surely known. It is 0 where that is one paragraph: a credit or a form of the page is much of a
    short text.
    """

    masks: tuple[Mask, ...]
    headline: str | None
    hidden: float


def clean(text: str, found: Sequence[Paragraph], *, title: str | None, markdown: bool = False) -> Cleaned:
    """Masks for `text`, whose paragraphs are `found`.

    `title` is the headline where it is known from elsewhere; otherwise it is looked for above the
    first prose. In `markdown` a line that starts with `#` is a heading.
    """
    kinds: list[str | None] = [shapes.kind_of(paragraph) for paragraph in found]
    headline = None
    if markdown:
        headline = _mark_markdown(found, kinds)
    _unmark_headline(found, kinds, title or headline)
    _mark_dates(found, kinds)
    _mark_posts(found, kinds)
    _mark_related(found, kinds, title or headline)
    _mark_teasers(found, kinds)
    headline = _mark_head(found, kinds, title or headline) or headline
    _mark_repeated_headline(found, kinds, title or headline)
    _mark_labelled_links(found, kinds)
    _mark_headings(found, kinds)
    _mark_signatures(found, kinds)
    _mark_trailing(found, kinds)
    masks = [
        Mask(paragraph.start, paragraph.end, kind)
        for paragraph, kind in zip(found, kinds, strict=True)
        if kind is not None
    ]
    masks += _edges_of_prose(found, kinds)
    masks += [Mask(match.start(), match.end(), "unreadable") for match in re.finditer("\0+", text)]
    return Cleaned(_disjoint(masks, text), headline, _share_hidden(found, kinds))


def _share_hidden(found: Sequence[Paragraph], kinds: Sequence[str | None]) -> float:
    full = [(len(p.text), kind) for p, kind in zip(found, kinds, strict=True) if _full_sentence(p)]
    hidden = [length for length, kind in full if kind not in {None, "embedded post", "teaser"}]
    return sum(hidden) / sum(length for length, _ in full) if len(hidden) > 1 else 0.0


def _mark_markdown(found: Sequence[Paragraph], kinds: list[str | None]) -> str | None:
    headline = None
    for index, paragraph in enumerate(found):
        match = shapes.MARKDOWN_HEADING.fullmatch(paragraph.text)
        if match is None or kinds[index] is not None:
            continue
        first = headline is None and match["level"] == "#"
        kinds[index] = "headline" if first else "heading"
        if first:
            headline = match["words"]
    return headline


def _unmark_headline(found: Sequence[Paragraph], kinds: list[str | None], title: str | None) -> None:
    """A first line that looks like a link to another story is the headline where no other stands for it.

    So is a name and a day behind a bar: who wrote it stands below a headline, not in its place.
    """
    if title is None and kinds[0] == "date line" and shapes.named_day(found[0]):
        kinds[0] = None
    if title is not None:
        if kinds[0] == "read more" and shapes.plain(found[0].text) == shapes.plain(title):
            kinds[0] = None
        return
    first = next((i for i, p in enumerate(found) if kinds[i] is None and p.prose), 0)
    other = any(kinds[i] is None and shapes.headline(found[i]) for i in range(first))
    if first > 0 and kinds[0] == "read more" and not other and shapes.opens_headline(found[0]):
        kinds[0] = None


def _mark_posts(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """An embedded post: the signature line, the paragraph before it, and more that carry its marks."""
    for index, paragraph in enumerate(found):
        if not shapes.POST_SIGNATURE.search(paragraph.text[-200:]):
            continue
        if len(paragraph.text) <= shapes.POST_LIMIT:
            kinds[index] = "embedded post"
        if shapes.POST_SIGNATURE.match(paragraph.text) is None:
            continue
        room = shapes.POST_LIMIT
        words = False
        for before in range(index - 1, -1, -1):
            text = found[before].text
            room -= len(text)
            marked = shapes.POST_MARK.search(text) is not None
            if room < 0 or (not marked and (words or kinds[before] is not None)):
                break
            words = words or kinds[before] is None
            kinds[before] = "embedded post"


def _mark_related(found: Sequence[Paragraph], kinds: list[str | None], title: str | None) -> None:
    """A list of other stories: its heading, then headlines until prose, or to the end of a page."""
    index = 0
    while index < len(found):
        if len(found[index].text) > 80 or not shapes.RELATED_HEADING.fullmatch(found[index].text):
            index += 1
            continue
        end = _end_of_stories(found, kinds, index + 1, title)
        kinds[index:end] = ["related"] * (end - index)
        index = end


def _end_of_stories(
    found: Sequence[Paragraph], kinds: Sequence[str | None], start: int, title: str | None
) -> int:
    """Where the list of other stories that starts at `start` ends: before the first full sentence.

    Only below the article, where no prose goes on, it may tell a sentence of some of its stories and take
    them along to the end of the page, if most of its lines are headlines. Above the article it ends before
    the article's own head.
    """
    full = [i for i in range(start, len(found)) if kinds[i] is None and _full_sentence(found[i])]
    end = full[0] if full else len(found)
    if not any(kinds[i] is None and found[i].prose for i in range(start - 1)):
        return _head_of_article(found, kinds, start, end, title)
    goes_on = any(len(found[i].text) >= 150 for i in full)
    goes_on = goes_on or any(second == first + 1 for first, second in pairwise(full))
    return end if goes_on or 2 * len(full) >= len(found) - start else len(found)


def _head_of_article(
    found: Sequence[Paragraph], kinds: Sequence[str | None], start: int, first: int, title: str | None
) -> int:
    """Where the head of an article starts whose prose starts at `first`, in lines from `start` on.

    It is told by the title where that is known, or else by the line above a byline or date line.
    """
    if title is not None:
        for index in range(first - 1, start - 1, -1):
            if shapes.plain(found[index].text) == shapes.plain(title):
                return index
    head = first
    while head > start and kinds[head - 1] in {"byline", "date line"}:
        head -= 1
    return max(start, head - 1) if head < first else first


def _full_sentence(paragraph: Paragraph) -> bool:
    """Whether a paragraph is surely prose: it ends as a statement does, which headlines do not."""
    asks = paragraph.words_alone[-1:] in {"?", "!"}
    if not paragraph.ends_sentence or asks or shapes.TRUNCATED.search(paragraph.text[-40:]):
        return False
    return paragraph.words >= 5 or len(paragraph.text) >= 60


def _mark_teasers(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """Words shown twice: a paragraph cut off with dots, or without its full stop, and whole below."""
    openings = [shapes.plain(datelines.without_opening(paragraph.text)) for paragraph in found[:24]]
    for index, paragraph in enumerate(found[:12]):
        cut = shapes.TRUNCATED.search(paragraph.text)
        if kinds[index] is not None or paragraph.words < 5 or (cut is None and paragraph.ends_sentence):
            continue
        start = shapes.plain(shapes.TRUNCATED.sub("", datelines.without_opening(paragraph.text)))
        if len(start) >= 20 and any(later.startswith(start) for later in openings[index + 1 : index + 13]):
            kinds[index] = "teaser"


def _mark_head(found: Sequence[Paragraph], kinds: list[str | None], title: str | None) -> str | None:
    """What stands above the first prose: navigation, the headline, names. Returns the headline."""
    first = next((i for i, p in enumerate(found) if kinds[i] is None and p.prose), None)
    if first is None:
        return None
    if title is None and first == 0 and _asks(found):
        kinds[0] = "headline"
        return found[0].text
    dated = sum(shapes.dated_entry(found[i]) for i in range(first))
    candidates = [
        i
        for i in range(first)
        if kinds[i] is None
        and not found[i].bullet
        and not shapes.table_row(found[i])
        and (dated < 2 or not shapes.dated_entry(found[i]))
    ]
    if title is not None:
        headline = next((i for i in candidates if shapes.plain(found[i].text) == shapes.plain(title)), None)
    else:
        headline = next((i for i in candidates if shapes.headline(found[i])), None)
        if headline is None:
            headline = next((i for i in reversed(candidates) if found[i].words >= 2), None)
    for index in candidates:
        words = found[index].words
        if index == headline:
            kinds[index] = "headline"
        elif headline is not None and index < headline:
            kinds[index] = "navigation" if words <= 3 else "heading"
        elif words <= 12 and not found[index].ends_sentence:
            kinds[index] = "byline" if shapes.names(found[index].text) else "heading"
    return found[headline].text if headline is not None else None


def _asks(found: Sequence[Paragraph]) -> bool:
    """Whether the text opens with a headline that is a question, on a line above longer prose."""
    first = found[0].text
    asks = first.endswith("?") and "?" not in first[:-1] and ". " not in first and 4 <= found[0].words <= 18
    return asks and len(found) > 1 and len(found[1].text) > 1.5 * len(first) and found[1].prose


def _mark_repeated_headline(found: Sequence[Paragraph], kinds: list[str | None], title: str | None) -> None:
    if title is None:
        return
    wanted = shapes.plain(title)
    for index, paragraph in enumerate(found):
        short = len(paragraph.text) <= 2 * len(title) + 20 and not paragraph.text.endswith(".")
        if kinds[index] is None and short and shapes.plain(paragraph.text) == wanted != "":
            kinds[index] = "headline"


def _mark_labelled_links(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """A link to another story between two paragraphs: a label, a colon and a headline without an end. Where
    no space parts the two, anywhere."""
    labels = [shapes.link_label(paragraph) for paragraph in found]
    for index in range(1, len(found)):
        # A label that comes back is a speaker in an interview.
        if kinds[index] is not None or labels[index] is None or labels.count(labels[index]) > 1:
            continue
        neighbours = [i for i in (index - 1, index + 1) if i < len(found)]
        between = all(kinds[i] is not None or _full_sentence(found[i]) for i in neighbours)
        if between or shapes.link_unspaced(found[index]):
            kinds[index] = "read more"


def _mark_headings(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """Section headings: one or two short lines without an end, between prose and prose.

    Where they are as many as a third of the paragraphs they name the items of a list, such as places or
    songs, and the text says little without them: then they stay.
    """
    headings: list[int] = []
    index = 0
    while index < len(found):
        run = index
        while run < len(found) and kinds[run] is None and shapes.heading(found[run]):
            run += 1
        if 1 <= run - index <= 2 and _opens_section(found, kinds, index, run):
            headings.extend(range(index, run))
        index = max(run, index + 1)
    if len(headings) <= max(6, kinds.count(None) // 3):
        for heading in headings:
            kinds[heading] = "heading"


def _opens_section(found: Sequence[Paragraph], kinds: Sequence[str | None], start: int, end: int) -> bool:
    """Whether the short lines `[start, end)` stand over prose, and in no enumeration."""
    if start == 0 or end == len(found) or kinds[end] is not None:
        return False
    before = found[start - 1]
    listed = kinds[start - 1] is None and (before.bullet or before.text.endswith((":", ";", ",")))
    return found[end].prose and not found[end].bullet and not listed


def _mark_signatures(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """Names behind a dash, and whatever tells of the author below the last prose."""
    signed = [shapes.signature(paragraph) for paragraph in found]
    for index in range(1, len(found)):
        alone = not signed[index - 1] and not (index + 1 < len(found) and signed[index + 1])
        if kinds[index] is None and signed[index] and alone and found[index - 1].prose:
            kinds[index] = "credit"
    for index in range(len(found) - 1, max(0, len(found) - 8), -1):
        if kinds[index] is None and shapes.sign_off(found[index]):
            kinds[index] = "credit"
        elif kinds[index] is None:
            return


def _mark_trailing(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """Headlines of other stories below the last prose: two or more in a run, under prose of full sentences.

    One alone may be a sentence that lacks its stop, one below a line of another shape an item of a list, and
    so may many with which a text ends, where no furniture of the page follows.
    """
    run: list[int] = []
    for index in range(len(found) - 1, 0, -1):
        if kinds[index] is not None:
            continue
        if not shapes.other_headline(found[index]):
            break
        run.append(index)
    if len(run) < 2 or (len(run) > 6 and kinds[-1] is None):
        return
    above = [found[i] for i in range(run[-1]) if kinds[i] is None]
    full = sum(_full_sentence(paragraph) for paragraph in above)
    if above and _full_sentence(above[-1]) and full >= max(3, 0.8 * len(above)):
        for index in run:
            kinds[index] = "related"


def _mark_dates(found: Sequence[Paragraph], kinds: list[str | None]) -> None:
    """A date alone on a line dates the article above its prose; further down it heads a section.

    With more behind it, it dates the article only above its prose and once; else it is told of that day.
    """
    more = {i for i, p in enumerate(found) if kinds[i] == "date line" and shapes.more_than_a_date(p)}
    listed = len(more | {i for i, p in enumerate(found) if shapes.dated_entry(p)}) > 1
    prose = False
    for index, paragraph in enumerate(found):
        prose = prose or (kinds[index] is None and paragraph.prose)
        if index in more and (prose or listed):
            kinds[index] = None
        elif prose and kinds[index] == "date line":
            kinds[index] = "heading"


def _edges_of_prose(found: Sequence[Paragraph], kinds: Sequence[str | None]) -> list[Mask]:
    """Date lines and datelines at the start of prose, and the mark of an agency or a day at its end."""
    masks = []
    opened = 0
    for paragraph, kind in zip(found, kinds, strict=True):
        if kind in {None, "teaser"} and opened < 3:
            for start, end, name in datelines.openings(paragraph.text):
                masks.append(Mask(paragraph.start + start, paragraph.start + end, name))
        if kind is not None:
            continue
        opened += paragraph.prose
        end_mark = datelines.closing(paragraph.text)
        if end_mark is not None:
            start, end, name = end_mark
            masks.append(Mask(paragraph.start + start, paragraph.start + end, name))
    return masks


def _disjoint(masks: list[Mask], text: str) -> tuple[Mask, ...]:
    """Sorted, without overlap: of two the shorter keeps its place, and the rest of the longer stays.

    Neighbours of one kind that only white space parts become one.
    """
    result: list[Mask] = []
    for mask in sorted(masks, key=lambda mask: (mask.start, mask.end)):
        start = max(mask.start, result[-1].end if result else 0)
        start += len(text[start : mask.end]) - len(text[start : mask.end].lstrip())
        if start >= mask.end:
            continue
        if result and result[-1].kind == mask.kind and not text[result[-1].end : start].strip():
            result[-1] = Mask(result[-1].start, mask.end, mask.kind)
        else:
            result.append(Mask(start, mask.end, mask.kind))
    return tuple(result)
