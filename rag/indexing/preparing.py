"""From text and metadata to an article: title, source, date, masks and sentences, none of it guessed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.indexing import dating, titles
from rag.indexing.cleaning import clean
from rag.indexing.formats import folded, named
from rag.indexing.language import detect_language
from rag.indexing.layout import paragraphs
from rag.indexing.sentences import sentences
from rag.languages import language_code
from rag.types import Article, Mask, Published, Span, TitleOrigin

# When a row was created or changed (`created_at`, `updated_at`) is no date of publication: a draft is made
# before it, so that --as-of would show an article ahead of its day, and an export or a crawl writes its own
# day, which is a "now". Neither is read, also where nothing else is there; a note tells of it.
_DATE_FIELDS = (
    *("published", "date", "published_at", "date_published", "published_time", "article:published_time"),
    *("pub_date", "publish_date", "published_date", "publication_date", "date_publish", "publish_time"),
)
_TITLE_FIELDS = ("title", "headline")
_SOURCE_FIELDS = ("source", "publisher")
_URL_FIELDS = ("url", "link")
KNOWN_FIELDS = {
    *("id", "_id", "text", "language"),
    *(*_TITLE_FIELDS, *_DATE_FIELDS, *_SOURCE_FIELDS, *_URL_FIELDS),
}
"""Every field that is read, however its name is spelt (see `formats.named`); the others are an article's
`metadata`."""
_FOLDED_FIELDS = frozenset(map(folded, KNOWN_FIELDS))
# How a word of a name begins, and what a value holds, that may mean a date: a year, seconds, a day in digits.
_NAME_OF_DATE = re.compile(r"(?<![a-z])(?:date|time|pub|posted|updat|modif|creat)")
_CAPITAL_WITHIN = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VALUE_OF_DATE = re.compile(
    r"(?<!\d)(?:(?:1[6-9]|20)\d{2}(?:\d{4})?|\d{10}|\d{13}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2})(?!\d)"
)
_PAGE = "promotion"  # as `shapes` calls what a page offers its reader
_HEADINGS = {"headline", "heading", "teaser"}
_NOTHING = {"", "null", "none", "~"}
_MUCH_HIDDEN = 0.15
"""Of 21,000 real articles none hides as much of its full sentences in two paragraphs or more."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as read, before anything was found in it.

    `fields` are its metadata as given; `front_matter` is the length of the head of `text` that holds
    them; `stem` is the file's own name when the file is one article.
    """

    id: str
    text: str
    source_sha256: str
    fields: Mapping[str, object] = field(default_factory=dict)
    front_matter: int = 0
    stem: str | None = None
    markdown: bool = False

    def fingerprint(self) -> str:
        """The hash of all that `prepare` makes the article of, its metadata being a part of what was read."""
        described = [self.id, self.source_sha256, self.stem, self.markdown]
        return hashlib.sha256(json.dumps(described).encode()).hexdigest()


class NoProse(ValueError):
    """A text without a sentence of its own; the message says what it is instead."""


def prepare(draft: Draft) -> tuple[Article, list[str]]:
    """The article, and a note for whatever was repaired or assumed. Raises NoProse.

    It has no sentence where its text is of the page alone, and its headline is known from elsewhere.
    """
    notes: list[str] = []
    given_title = _words(draft.fields, _TITLE_FIELDS, notes)
    found = [p for p in paragraphs(draft.text) if p.start >= draft.front_matter]
    if not found:
        raise NoProse("is empty")
    cleaned = clean(draft.text, found, title=given_title, markdown=draft.markdown)
    front = (Mask(0, draft.front_matter, "front matter"),) if draft.front_matter else ()
    masks = front + cleaned.masks
    language = _language(draft.fields, notes) or detect_language(_outside(draft.text, masks))
    spans = sentences(found, masks, language=language)
    if not spans:
        # A page of a headline alone still says something.
        masks = tuple(mask for mask in masks if mask.kind not in _HEADINGS)
        spans = sentences(found, masks, language=language)
    if not spans and not (given_title and any(mask.kind == _PAGE for mask in masks)):
        raise NoProse("holds nothing but navigation, links and other furniture")
    if not spans:
        # What the page offers its reader stands where the article should: a headline of its own tells of it.
        notes.append("holds nothing but offers of the page, so it is found by its headline and never quoted")
    elif cleaned.hidden > _MUCH_HIDDEN:
        notes.append(
            f"{cleaned.hidden:.0%} of its full sentences are taken for links, credits and other furniture,"
            " which is never quoted; `rag articles show` tells which"
        )
    furniture = [(mask.kind, draft.text[mask.start : mask.end]) for mask in masks]
    end = spans[-1].end if spans else 0
    closing = [(mask.kind, draft.text[mask.start : mask.end]) for mask in masks if mask.start >= end]
    title, title_origin = _title(given_title, cleaned.headline, draft.text, spans)
    article = Article(
        id=draft.id,
        title=title,
        title_origin=title_origin,
        text=draft.text,
        sha256=hashlib.sha256(draft.text.encode("utf-8")).hexdigest(),
        source_sha256=draft.source_sha256,
        published=_published(draft, furniture, spans, notes),
        source=_words(draft.fields, _SOURCE_FIELDS, notes) or titles.source_from_text(furniture, closing),
        url=_words(draft.fields, _URL_FIELDS, notes),
        language=language,
        masks=masks,
        sentences=tuple(spans),
        metadata={name: value for name, value in draft.fields.items() if folded(name) not in _FOLDED_FIELDS},
    )
    return article, notes


def _title(given: str | None, headline: str | None, text: str, spans: list[Span]) -> tuple[str, TitleOrigin]:
    if given is not None:
        return given, "metadata"
    if headline is not None:
        return " ".join(headline.split()), "text"
    return titles.title_from_sentence(spans[0].of(text)), "first sentence"


def _published(
    draft: Draft, furniture: list[tuple[str, str]], spans: list[Span], notes: list[str]
) -> Published:
    published = _from_fields(draft.fields, notes)
    if published.value is None:
        published, reasons = dating.date_from_text(furniture)
        notes += map(_not_used, reasons)
    if published.value is None and draft.stem is not None:
        # The id of a file is its path below the corpus folder: of folders above that nothing is known.
        published = dating.date_from_path(draft.stem, draft.id.split("/")[:-1])
    if published.earliest is None:
        posts = [text for kind, text in furniture if kind == "embedded post"]
        return Published(not_before=dating.not_before((span.of(draft.text) for span in spans), posts))
    today = dt.date.today()
    if published.earliest > today + dt.timedelta(days=1):
        notes.append(
            f"published {published.value} lay in the future when it was read, on {today}; it is kept as given"
        )
    return published


def _not_used(reason: str) -> str:
    """A note on a date, before what may be done about it."""
    why, semicolon, remedy = reason.partition("; ")
    return f"{why}, so it is not used{semicolon}{remedy}"


def _from_fields(fields: Mapping[str, object], notes: list[str]) -> Published:
    """The date that the metadata give, or else a note on whatever there may be one."""
    for name in (given for known in _DATE_FIELDS for given in named(fields, known)):
        value = fields[name]
        if value is None or str(value).strip().lower() in _NOTHING:
            continue
        try:
            return dating.read_date(value, "metadata")
        except dating.ClockUnreadable as error:
            notes.append(f"{name} {error}, so only its day is used")
            return error.day
        except dating.DateUnreadable as error:
            notes.append(_not_used(f"{name} {error}"))
    notes += [
        f"{name[:60]} is not read as the date of publication; name it `published` if it is that"
        for name, value in fields.items()
        if folded(name) not in _FOLDED_FIELDS and _may_date(name, value)
    ]
    return Published()


def _may_date(name: str, value: object) -> bool:
    words = _CAPITAL_WITHIN.sub("_", name[:100]).lower()
    plain = isinstance(value, str | int) and not isinstance(value, bool)
    return plain and bool(_NAME_OF_DATE.search(words) and _VALUE_OF_DATE.search(str(value)[:100]))


def _language(fields: Mapping[str, object], notes: list[str]) -> str | None:
    said = _words(fields, ("language",), notes)
    code = language_code(said) if said else None
    if said and code is None:
        notes.append(f"language {said[:40]!r} is none that is known, so it is not used; write it as `en`")
    return code


def _words(fields: Mapping[str, object], names: tuple[str, ...], notes: list[str]) -> str | None:
    """The first of the named fields that is a text or number and says something, on one line.

    One that says something and is neither is noted.
    """
    for name in (given for known in names for given in named(fields, known)):
        value = fields[name]
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            words = " ".join(str(value).split())
            if words.lower() not in _NOTHING:
                return words
        elif value is not None and value not in ([], {}):
            lists = isinstance(value, list)
            kind = "a list" if lists else "an object" if isinstance(value, dict) else "no text"
            notes.append(f"{name} is {kind} where one text is wanted, so it is not used")
    return None


def _outside(text: str, masks: tuple[Mask, ...]) -> str:
    """The first few thousand characters of `text` that no mask covers."""
    parts, position, length = [], 0, 0
    for mask in (*masks, Mask(len(text), len(text), "")):
        parts.append(text[position : mask.start][:5000])
        length += len(parts[-1])
        position = mask.end
        if length > 5000:
            break
    return " ".join(parts)
