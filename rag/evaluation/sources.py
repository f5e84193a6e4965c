"""Quotes checked against what the index holds and, read independently of it, the articles' files."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from rag.errors import NotFound
from rag.evaluation.protocol import Archive
from rag.types import ARTICLE_ENDINGS, Answer, Article, ArticleCard, Citation, Passage

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PARTS_WORDS = re.compile(r"(?<=[^\W_])[ _-]+(?=[^\W_])")
BreachKind = Literal["quote integrity", "provenance"]


@dataclass(frozen=True, slots=True)
class Breach:
    """A quote or passage that does not hold against its article, and why; without an article the answer
    itself, from the first character that does not hold against its citations."""

    question_id: str
    kind: BreachKind
    article_id: str | None
    start: int
    end: int
    reason: str

    @property
    def where(self) -> str:
        return f"{self.article_id or 'the answer'} [{self.start}, {self.end})"


@dataclass(frozen=True, slots=True)
class Words:
    """What is checked: words said to be the article's `[start, end)`."""

    card: ArticleCard
    start: int
    end: int
    text: str

    @staticmethod
    def shown(citations: Sequence[Citation], passages: Sequence[Passage]) -> list[Words]:
        return [
            *(Words(one.card, one.start, one.end, one.quote) for one in citations),
            *(Words(one.card, it.start, it.end, it.words) for one in citations for it in one.dates),
            *(Words(one.card, it.start, it.end, it.words) for one in citations for it in one.notices),
            *(Words(one.card, one.start, one.end, one.text) for one in passages),
        ]


def misquoted(question_id: str, answer: Answer) -> Iterator[Breach]:
    """Where the text of an answer is not its citations' quotes, in their order and each with its number: what
    is read first is the text, and only the quotes are held against the articles."""
    cited = " ".join(f"“{one.quote}” [{one.number}]" for one in answer.citations)
    told = answer.answer or ""
    if told != cited:
        pairs = enumerate(zip(told, cited, strict=False))
        at = next((place for place, (one, other) in pairs if one != other), min(len(told), len(cited)))
        yield Breach(question_id, "quote integrity", None, at, len(told), "is not what its citations quote")
    elif answer.abstained == bool(told):
        reason = "says that it abstains, and does not" if told else "is empty, and no abstention"
        yield Breach(question_id, "quote integrity", None, 0, len(told), reason)


@dataclass(frozen=True, slots=True)
class Source:
    """An article as its file has it: the hash of the bytes, None where they cannot be read, and the text
    where that is UTF-8. `place` is the file's below the corpus folder, with the line of a .jsonl."""

    place: str
    sha256: str | None
    text: str | None


class SourceFiles:
    """The corpus folder, read without the product's own readers.

    A file of a format that ingest reads is one article, whose id is its path below the folder without the
    ending. A line of a .jsonl is one; without an id of its own it has the file's, a slash and its number.
    Raises NotFound when the folder is not there.
    """

    def __init__(self, corpus: Path) -> None:
        if not corpus.is_dir():
            raise NotFound(
                f"there is no corpus folder {corpus}; name the one that was ingested with --corpus"
            )
        self._found: dict[str, list[Source | tuple[Path, str]]] = {}
        for path in _files_below(corpus):
            below = path.relative_to(corpus)
            place, name = _printable(below), _printable(below.with_suffix(""))
            if path.suffix.lower() == ".jsonl":
                for article_id, source in _lines(path, place, name):
                    self._found.setdefault(article_id, []).append(source)
            else:
                self._found.setdefault(name, []).append((path, place))

    def find(self, article_id: str, sha256: str) -> Source | None:
        """Of several with this id the one whose bytes have the hash, else the first: which of them holds an
        article is the readers' part. None where there is none."""
        first = None
        for one in self._found.get(article_id, ()):
            source = one if isinstance(one, Source) else _whole(*one)
            if source.sha256 == sha256:
                return source
            first = first or source
        return first


def _files_below(corpus: Path) -> Iterator[Path]:
    """What ingest looks at: no hidden file or folder, and each folder once, by a link only where it is
    nowhere else."""
    waiting, entered = deque([corpus]), set[str]()
    while waiting:
        folder = waiting.popleft()
        real = os.path.realpath(folder)
        if real in entered or not os.access(folder, os.R_OK | os.X_OK):
            continue
        entered.add(real)
        for entry in sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name)):
            path = Path(entry.path)
            if entry.name.startswith("."):
                continue
            try:
                is_folder, is_file = path.is_dir(), path.is_file()
            except OSError:  # a link to where nothing can be looked at
                continue
            if is_folder:
                (waiting.append if entry.is_symlink() else waiting.appendleft)(path)
            elif is_file and path.suffix.lower() in ARTICLE_ENDINGS:
                yield path


def _printable(path: Path) -> str:
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def _whole(path: Path, place: str) -> Source:
    try:
        content = path.read_bytes()
    except OSError:
        return Source(place, None, None)
    return Source(place, hashlib.sha256(content).hexdigest(), _decoded(content))


def _lines(path: Path, place: str, name: str) -> Iterator[tuple[str, Source]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return
    for number, line in enumerate(lines, start=1):
        content = line.rstrip(b"\r")
        written = _decoded(content)
        try:
            # Of another encoding the text is left to the readers; keys and ids are of ASCII in most of them.
            row = json.loads(content.decode("latin-1") if written is None else written)
        except (ValueError, RecursionError):
            continue  # the readers report it; no article can come from it
        fields = _fields(row) if isinstance(row, dict) else {}
        text = fields.get("text", [None])[0]
        if isinstance(text, str):
            given = (value for key in ("id", "_id") for value in fields.get(key, ()))
            own = next((value for value in given if value not in (None, "")), f"{name}/{number}")
            digest = hashlib.sha256(content).hexdigest()
            read = None if written is None else _storable(text)
            yield _storable(str(own)), Source(f"{place}, line {number}", digest, read)


def _fields(row: Mapping[str, object]) -> dict[str, list[object]]:
    """A line's fields, and those inside its `metadata` of which it has none itself, by name: the README's
    rule, written down apart from that of the readers, who are checked."""
    fields = _by_name(row)
    for inner in fields.get("metadata", ()):
        if isinstance(inner, dict):
            fields = {**_by_name(inner), **fields}
    return fields


def _by_name(row: Mapping[str, object]) -> dict[str, list[object]]:
    """Neither capitals nor what parts the words make a difference; a name as it is told comes first."""
    fields: dict[str, list[object]] = {}
    for written in sorted(row, key=lambda written: written != _name(written)):
        fields.setdefault(_name(written), []).append(row[written])
    return fields


def _name(written: str) -> str:
    return _PARTS_WORDS.sub("", written).casefold()


def _storable(text: str) -> str:
    """No encoding can store half of a surrogate pair: the readers put U+FFFD in its place."""
    return _LONE_SURROGATE.sub("\ufffd", text)


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


@dataclass(slots=True)
class Checker:
    """Holds words against the archive's articles and, where given, the files they were read from."""

    archive: Archive
    files: SourceFiles | None
    _articles: dict[str, Article] = field(default_factory=dict)
    _sources: dict[str, Source | None] = field(default_factory=dict)

    def article(self, article_id: str) -> Article:
        """Raises NotFound."""
        if article_id not in self._articles:
            self._articles[article_id] = self.archive.article(article_id)
        return self._articles[article_id]

    def breaches(self, question_id: str, words: Words) -> list[Breach]:
        """Everything that is wrong with these words; empty when they hold."""

        def breach(kind: BreachKind, reason: str) -> Breach:
            return Breach(question_id, kind, words.card.article_id, words.start, words.end, reason)

        try:
            article = self.article(words.card.article_id)
        except NotFound:
            gone = "the index holds no such article"
            return [breach("quote integrity", gone), breach("provenance", gone)]
        found = []
        if not _is_slice(article.text, words):
            found.append(breach("quote integrity", "is not the article's text at these offsets"))
        digest = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()
        if not words.card.article_sha256 == article.sha256 == digest:
            found.append(breach("provenance", "the hash shown is not that of the article's text"))
        if replace(words.card, article_sha256=article.sha256) != article.card:
            found.append(breach("provenance", "the title, source, url or date shown is not the article's"))
        if self.files is not None:
            found.extend(breach(kind, reason) for kind, reason in self._against(self.files, article, words))
        return found

    def _against(
        self, files: SourceFiles, article: Article, words: Words
    ) -> Iterator[tuple[BreachKind, str]]:
        if article.id not in self._sources:
            self._sources[article.id] = files.find(article.id, article.source_sha256)
        source = self._sources[article.id]
        if source is None:
            yield "provenance", "the corpus folder holds no file of this article"
            return
        if source.sha256 != article.source_sha256:
            wrong = "cannot be read" if source.sha256 is None else "is not the file that was ingested"
            yield "provenance", f"{source.place} {wrong}"
        if source.text is not None and not _is_slice(source.text, words):
            yield "quote integrity", f"is not in {source.place} at these offsets"


def _is_slice(text: str, words: Words) -> bool:
    return 0 <= words.start < words.end and text[words.start : words.end] == words.text
