"""What the formats say beside the text: front matter of Markdown, one JSON object a line."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from itertools import islice

from frontmatter.default_handlers import YAMLHandler
from yaml import BaseLoader, YAMLError  # type: ignore[import-untyped]

from rag.indexing.decoding import without_surrogates

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\r?\n(?:(?P<body>.*?)\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
# A field on a line of its own, and the lines of a list or a longer value below it.
_FIELD = re.compile(
    r"^(?P<name>[\w.-]+)[ \t]*:(?:[ \t]+(?P<value>.*)|\r?)(?P<more>(?:\n(?:[ \t]|-[ \t]).*)*)$", re.MULTILINE
)
_FENCE = re.compile(r"\A\s*(?:(?P<toml>\+\+\+)[ \t]*\r?\n|---[ \t]*\r?\n(?=[\w.-]+[ \t]*:\s))")
_PAGE = re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
# Tags that shape a page; one that shapes words, such as <b>, may be meant as it stands.
_TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|ul|ol|li|table|tr|td|script|style|section|article|figure|iframe|span|(?:a|img|meta|link)(?=\s))"
    r"(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_FEWEST_TAGS = 4
_BETWEEN_WORDS = re.compile(r"(?<=[^\W_])[ _-]+(?=[^\W_])")
_MOST_VALUES = 2000
_DEEPEST = 20
_MOST_NAMES, _LONGEST_NAME = 12, 40


class BadRecord(ValueError):
    """A line or file that does not hold an article; the message says what is wrong with it."""


# A corpus has few names of fields, and each of its articles all of them.
@functools.lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A field's name as it is compared: `publishedAt`, `Published At` and `published_at` are one."""
    return _BETWEEN_WORDS.sub("", name).casefold()


def named(fields: Iterable[str], name: str) -> list[str]:
    """Those of the fields that have this name, first as it is written here."""
    return sorted(
        (given for given in fields if folded(given) == folded(name)), key=lambda given: given != name
    )


def front_matter(text: str) -> tuple[dict[str, object], int, list[str]]:
    """The fields of a Markdown file's front matter, its length in `text`, and notes on what was wrong.

    All values are text as written, so that a date keeps the form that its author gave it.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, 0, []
    body = match["body"] or ""
    try:
        loaded = _yaml(body)
    except ValueError:
        loaded = _field_by_field(body)
        fields, notes = _clean_fields(loaded)
        kept = f"only these fields of it are used: {', '.join(fields)}" if fields else "it is not used"
        return fields, match.end(), [f"has front matter that is not YAML, so {kept}", *notes]
    if not isinstance(loaded, dict):
        return {}, match.end(), ["has front matter without fields, so it is not used"] if loaded else []
    fields, notes = _clean_fields(loaded)
    return fields, match.end(), notes


def unread_front_matter(text: str, *, markdown: bool) -> list[str]:
    """A note on front matter at the head of `text` that is not read as such, and so quoted with the text."""
    fence = _FENCE.match(text)
    if fence is None or (markdown and _FRONT_MATTER.match(text)):
        return []
    if fence["toml"]:
        what, remedy = "front matter in TOML (+++)", "write it as YAML between lines of --- in a .md"
    elif markdown:
        what, remedy = "front matter that is never closed", "end it with a line of ---"
    else:
        what, remedy = "front matter, which only a .md may have", "name the file .md"
    return [f"has {what}, so it is kept as text and may be quoted; {remedy}"]


def html_left(text: str, start: int = 0) -> list[str]:
    """A note on HTML in `text` from `start`, if it is a page or holds more than a stray tag."""
    if (
        _PAGE.match(text, start)
        or len(list(islice(_TAG.finditer(text, start), _FEWEST_TAGS))) >= _FEWEST_TAGS
    ):
        return ["holds HTML tags, which are kept as text and may be quoted; give the text without its tags"]
    return []


def _yaml(text: str) -> object:
    """Raises ValueError for what is not YAML."""
    try:
        return YAMLHandler().load(text, Loader=BaseLoader)
    except (YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _field_by_field(body: str) -> dict[object, object]:
    """The fields of front matter that is not YAML as a whole, such as one with `title: Talks: the end`.

    Each is read as YAML by itself, or else as it is written when it is one line.
    """
    fields: dict[object, object] = {}
    for match in _FIELD.finditer(body):
        try:
            field = _yaml(match[0])
        except ValueError:
            written = not match["more"] and match["value"]
            field = {match["name"]: match["value"].strip()} if written else {}
        if isinstance(field, dict):
            fields |= field
    return fields


def record(line: str) -> tuple[dict[str, object], list[str]]:
    """The fields of one line of a .jsonl, with its `text`. Raises BadRecord.

    Fields inside `metadata` count as the line's own where it has none of that name.
    """
    try:
        loaded = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise BadRecord(f"is not JSON ({reason}); write one object a line") from error
    if not isinstance(loaded, dict):
        kind = "a JSON array" if isinstance(loaded, list) else "not a JSON object"
        raise BadRecord(f"is {kind}; write one object a line")
    for inside in named(loaded, "metadata"):
        if isinstance(inner := loaded[inside], dict):
            own = {name: value for name, value in loaded.items() if name != inside}
            names = set(map(folded, own))
            loaded = {**{name: value for name, value in inner.items() if folded(name) not in names}, **own}
    text = next((loaded.pop(given) for given in named(loaded, "text")), None)
    if text is None:
        raise BadRecord(f"has no field `text` that holds the article; its fields are: {_listed(loaded)}")
    if not isinstance(text, str):
        raise BadRecord("has a field `text` that is no text")
    repaired, count = without_surrogates(text)
    if not repaired.strip():
        raise BadRecord("has an empty `text`")
    notes = [f"text holds {count} lone surrogates, which were replaced by U+FFFD"] if count else []
    for name in ("id", "_id"):
        for given in named(loaded, name):
            value = loaded.pop(given)
            if value is None or value == "":
                continue
            if isinstance(value, bool) or not isinstance(value, str | int):
                raise BadRecord(f"has an `{given}` that is neither text nor a whole number")
            loaded.setdefault(name, value)
    fields, more = _clean_fields(loaded)
    return {**fields, "text": repaired}, notes + more


def _listed(fields: Mapping[str, object]) -> str:
    """The names of the first fields."""
    names = [without_surrogates(name)[0][:_LONGEST_NAME] for name in islice(fields, _MOST_NAMES)]
    return ", ".join(names + ["…"] * (len(fields) > _MOST_NAMES)) or "none"


def _clean_fields(loaded: Mapping[object, object]) -> tuple[dict[str, object], list[str]]:
    """Fields that JSON can store: no lone surrogates, no endless nesting, nothing that is not finite."""
    room = [_MOST_VALUES]
    fields: dict[str, object] = {}
    notes: list[str] = []
    for name, value in loaded.items():
        key = without_surrogates(str(name))[0]
        try:
            fields[key] = _plain_value(value, _DEEPEST, room)
        except RecursionError:
            notes.append(f"metadata field {key[:60]!r} is too large or too deep, so it is left out")
    return fields, notes


def _plain_value(value: object, depth: int, room: list[int]) -> object:
    room[0] -= 1
    if depth == 0 or room[0] < 0:
        raise RecursionError
    if isinstance(value, str):
        return without_surrogates(value)[0]
    if isinstance(value, Mapping):
        return {
            without_surrogates(str(name))[0]: _plain_value(inner, depth - 1, room)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain_value(inner, depth - 1, room) for inner in value]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and value - value == 0):
        return value
    return str(value)
