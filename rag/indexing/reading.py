"""Files and folders to articles, one at a time: what cannot be read is told by name and survived."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rag.errors import ArticleError
from rag.indexing.decoding import Undecodable, decode, without_surrogates
from rag.indexing.formats import BadRecord, front_matter, html_left, record, unread_front_matter
from rag.indexing.preparing import Draft, NoProse, prepare
from rag.types import ARTICLE_ENDINGS, Article

MAX_ARTICLE_BYTES = 64 * 1024 * 1024
# Formats that articles often come in: told before pictures and style sheets, which nobody misses.
_LIKE_ARTICLES = (
    *(".htm", ".html", ".xhtml", ".mht", ".xml", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub", ".eml"),
    *(".mbox", ".json", ".ndjson", ".csv", ".tsv", ".markdown"),
)
_MOST_ENDINGS = 8
# What JSON over many lines begins with, and no line that holds an article; and what makes lines of it.
_ARRAY, _OBJECT = ("array", "jq -c '.[]'"), ("object", "jq -c .")
_OPENINGS = {b"[": _ARRAY, b"[{": _ARRAY, b"{": _OBJECT}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was wrong with a file or one `line` of it (from 1; None for the whole file).

    `lost` says that the article is not there because of it; otherwise the article was kept and
    `reason` says what was repaired or assumed.
    """

    path: str
    line: int | None
    reason: str
    lost: bool


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A file within a folder that is of no format that is read; `ending` is in lower case, and may be empty.

    A folder of a site holds pictures and style sheets: none of them is an article that was lost.
    """

    ending: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A file or folder that is there and could not be read, perhaps for a moment: what it holds is not known.

    `id` is that of the article, `below` what the ids of files in the folder begin with. Both are None for a
    .jsonl, whose lines may have any id. So may those in a folder, but a folder that is never read, such as
    another user's, must not keep lines of files that are.
    """

    problem: Problem
    id: str | None = None
    below: str | None = None

    @property
    def may_have_any_line(self) -> bool:
        return self.id is None and self.below is None


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one article: the `fingerprint` of all that it is made of, and the article itself.

    None stands for an article that was known already and not made again. `notes` are what was repaired or
    assumed in making it.
    """

    id: str
    fingerprint: str
    article: Article | None
    notes: tuple[str, ...]


Known = Callable[[str, str], Sequence[str] | None]
"""Of an id and a fingerprint, the notes of the article that was made of it before; None if there is none."""


def read_corpus(paths: Sequence[Path], *, index_folder: Path | None = None) -> Iterator[Article | Problem]:
    """Every article under `paths`, as `read_new` gives them, fully prepared."""
    for item in read_new(paths, index_folder=index_folder):
        if isinstance(item, Unread):
            yield item.problem
        elif isinstance(item, Problem):
            yield item
        elif isinstance(item, Reading) and item.article is not None:
            yield item.article


def read_new(
    paths: Sequence[Path], *, index_folder: Path | None = None, known: Known = lambda *_: None
) -> Iterator[Reading | Problem | Unread | PassedOver]:
    """Every article under `paths`, files or folders, in a fixed order; those that are known are not prepared.

    Of several articles with one id the first stays; a file that several paths lead to is read once.
    `index_folder`, where it lies among them, is no part of the corpus. A file of another format is a problem
    where it is named itself, and passed over within a folder. Raises ArticleError when a path
    does not exist or lies where nothing can be looked at.
    """
    for path in paths:
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            raise ArticleError(
                f"{_printable(path)} does not exist; give a file or a folder of articles"
            ) from None
        except OSError as error:
            raise ArticleError(f"{_printable(path)} cannot be read: {_why(error)}") from error
    return _Reader(known).read(paths, index_folder)


def told_passed_over(counts: Mapping[str, int]) -> str:
    """The files that were passed over, by ending: those that are most like articles first."""
    first = sorted(counts, key=lambda ending: (ending not in _LIKE_ARTICLES, -counts[ending], ending))
    shown = [f"{ending or 'no ending'} ({counts[ending]:,})" for ending in first[:_MOST_ENDINGS]]
    if first[_MOST_ENDINGS:]:
        shown.append(f"other endings ({sum(counts[ending] for ending in first[_MOST_ENDINGS:]):,})")
    total = sum(counts.values())
    return f"{total:,} {'file' if total == 1 else 'files'} of other formats: {', '.join(shown)}"


def count_candidates(paths: Sequence[Path]) -> int:
    """At most how many articles `read_corpus` will give: one a file, one a line of a .jsonl.

    Only those lines are read, and nothing is understood: it is what a progress bar needs to know ahead.
    """
    return sum(_candidates_in(file[0]) for file in _files(paths) if isinstance(file, tuple))


def _candidates_in(path: Path) -> int:
    suffix = path.suffix.lower()
    try:
        if suffix not in ARTICLE_ENDINGS or not path.is_file():
            return 0
        if suffix != ".jsonl":
            return 1
        with path.open("rb") as file:
            return sum(block.count(b"\n") for block in iter(partial(file.read, 1 << 20), b"")) + 1
    except OSError:  # told when it is read
        return 0


def _files(
    paths: Sequence[Path], index_folder: Path | None = None
) -> Iterator[tuple[Path, str] | Problem | Unread | PassedOver]:
    """Every file under `paths` with its id."""
    entered: set[tuple[int, int]] = set()
    for path in paths:
        try:
            is_folder = path.is_dir()
        except OSError as error:
            yield _unread(path, error, path.stem, below="")
            continue
        if is_folder:
            yield from _walk(path, entered, index_folder)
        else:
            yield path, path.stem


def _walk(
    root: Path, entered: set[tuple[int, int]], index_folder: Path | None
) -> Iterator[tuple[Path, str] | Problem | Unread | PassedOver]:
    """Files below `root` with their ids, sorted by name, each real folder entered once.

    Links come last, so that where one leads to a file or folder that is here itself the link is what is left
    out.
    """
    stack, links = [root], deque[tuple[Path, bool]]()
    while stack or links:
        if not stack:
            path, is_folder = links.popleft()
            if is_folder:
                stack.append(path)
            else:
                yield _file_below(path, root)
            continue
        folders = []
        for found in _listed(stack.pop(), root, entered, index_folder):
            if not isinstance(found, tuple):
                yield found
                continue
            path, is_folder, is_link = found
            if is_link:
                links.append((path, is_folder))
            elif is_folder:
                folders.append(path)
            else:
                yield _file_below(path, root)
        stack.extend(folders[::-1])


def _file_below(path: Path, root: Path) -> tuple[Path, str] | PassedOver:
    ending = path.suffix.lower()
    return (path, _identifier(path, root)) if ending in ARTICLE_ENDINGS else PassedOver(_decoded(ending))


def _listed(
    folder: Path, root: Path, entered: set[tuple[int, int]], index_folder: Path | None
) -> Iterator[tuple[Path, bool, bool] | Problem | Unread]:
    """What the folder holds, sorted by name: its path, whether it is a folder, whether it is a link.

    Nothing of one that was entered before.
    """
    try:
        if index_folder is not None and folder.samefile(index_folder):
            return
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield _unread(folder, error, None, below=_below(folder, root))
        return
    if (status.st_dev, status.st_ino) in entered:
        reason = "is a folder that is read already by another path; it is not read again"
        yield Problem(_printable(folder), None, reason, lost=False)
        return
    entered.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = Path(entry.path)
        try:
            is_folder = entry.is_dir()  # of what is no link, told by the folder that was listed
        except OSError as error:
            yield _unread(path, error, _identifier(path, root), below=_below(path, root))
            continue
        yield path, is_folder, entry.is_symlink()


def _identifier(path: Path, root: Path) -> str:
    return _decoded(path.relative_to(root).with_suffix("").as_posix())


def _below(folder: Path, root: Path) -> str:
    return "" if folder == root else _decoded(f"{folder.relative_to(root).as_posix()}/")


def _decoded(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


class _Reader:
    """Reads files; remembers the ids it has seen and the files it has opened."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._seen: set[str] = set()
        self._opened: set[tuple[int, int]] = set()

    def read(
        self, paths: Sequence[Path], index_folder: Path | None
    ) -> Iterator[Reading | Problem | Unread | PassedOver]:
        for file in _files(paths, index_folder):
            if isinstance(file, tuple):
                yield from self._read_file(*file)
            else:
                yield file

    def _read_file(self, path: Path, identifier: str) -> Iterator[Reading | Problem | Unread]:
        name = _printable(path)
        suffix = path.suffix.lower()
        if suffix not in ARTICLE_ENDINGS:
            ending = suffix or "of no ending"
            reason = f"has the unknown format {ending!r}; supported are {', '.join(ARTICLE_ENDINGS)}"
            yield Problem(name, None, reason, lost=True)
            return
        # Only what fails in reading this very file makes it unreadable: a disk that is full fails the
        # preparing of every article, and must not look like a corpus that has vanished.
        try:
            status = path.stat()
            if not stat.S_ISREG(status.st_mode):
                yield Problem(name, None, "is not a regular file", lost=True)
                return
            if (status.st_dev, status.st_ino) in self._opened:
                reason = "is a file that is read already by another path; it is not read again"
                yield Problem(name, None, reason, lost=False)
                return
            self._opened.add((status.st_dev, status.st_ino))
            data = b"" if suffix == ".jsonl" else _content(path)
        except OSError as error:
            yield _unread(path, error, identifier)
            return
        if suffix == ".jsonl":
            yield from self._read_lines(path, identifier)
        else:
            yield from self._attempt(name, None, partial(_whole_file, data, path, identifier))

    def _read_lines(self, path: Path, identifier: str) -> Iterator[Reading | Problem | Unread]:
        name = _printable(path)
        empty = True
        for number, data in enumerate(_lines(path, identifier), start=1):
            if not isinstance(data, bytes):
                yield data
                return
            if number == 1 and data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
                yield Problem(name, None, "is not UTF-8 (UTF-16 or UTF-32); save it as UTF-8", lost=True)
                return
            begun = data.removeprefix(codecs.BOM_UTF8).strip()
            if not begun:
                continue
            if empty and begun in _OPENINGS:
                kind, remedy = _OPENINGS[begun]
                reason = f"is one JSON {kind} over many lines; write one object a line, as `{remedy}` does"
                yield Problem(name, None, reason, lost=True)
                return
            empty = False
            yield from self._attempt(name, number, partial(_one_line, data, identifier, number))
        if empty:
            yield Problem(name, None, "is empty", lost=True)

    def _attempt(
        self, name: str, line: int | None, draft: Callable[[], tuple[Draft, list[str]]]
    ) -> Iterator[Reading | Problem]:
        """What was read, after what was wrong with it; only that when it is lost."""
        try:
            drafted, notes = draft()
            if drafted.id in self._seen:
                raise BadRecord(f"has the id {drafted.id!r} of an article read before; rename one of them")
            fingerprint = drafted.fingerprint()
            article, more = None, self._known(drafted.id, fingerprint)
            if more is None:
                article, more = prepare(drafted)
        except (Undecodable, BadRecord, NoProse) as error:
            yield Problem(name, line, str(error), lost=True)
            return
        self._seen.add(drafted.id)
        for note in (*notes, *more):
            yield Problem(name, line, note, lost=False)
        yield Reading(drafted.id, fingerprint, article, tuple(more))


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_ARTICLE_BYTES + 1)


def _lines(path: Path, identifier: str) -> Iterator[bytes | Problem | Unread]:
    """The file's lines, of one too long for an article its head; what was wrong where reading fails."""
    try:
        with path.open("rb") as file:
            while data := file.readline(MAX_ARTICLE_BYTES + 1):
                yield data
                while len(data) > MAX_ARTICLE_BYTES and not data.endswith(b"\n"):
                    data = file.readline(MAX_ARTICLE_BYTES + 1)
    except OSError as error:
        yield _unread(path, error, identifier)


def _whole_file(data: bytes, path: Path, identifier: str) -> tuple[Draft, list[str]]:
    _refuse_huge(data)
    if not data.strip():
        raise NoProse("is empty")
    decoded = decode(data)
    notes = list(decoded.notes)
    fields: dict[str, object] = {}
    head = 0
    markdown = path.suffix.lower() == ".md"
    if markdown:
        fields, head, more = front_matter(decoded.text)
        notes += more
    notes += unread_front_matter(decoded.text, markdown=markdown) + html_left(decoded.text, head)
    digest = hashlib.sha256(data).hexdigest()
    stem = os.fsencode(path.stem).decode("utf-8", "replace")
    return Draft(identifier, decoded.text, digest, fields, head, stem, markdown), notes


def _one_line(data: bytes, identifier: str, number: int) -> tuple[Draft, list[str]]:
    _refuse_huge(data)
    decoded = decode(data)
    fields, notes = record(decoded.text)
    text = str(fields["text"])
    given = fields.get("id", fields.get("_id"))
    name = f"{identifier}/{number}" if given is None else str(given)
    if "\0" in text:
        notes.append(f"holds {text.count(chr(0))} NUL characters, which are left out of every quote")
    return Draft(name, text, hashlib.sha256(data.rstrip(b"\r\n")).hexdigest(), fields), [
        *decoded.notes,
        *notes,
        *html_left(text),
    ]


def _refuse_huge(data: bytes) -> None:
    if len(data) > MAX_ARTICLE_BYTES:
        raise BadRecord(f"is longer than {MAX_ARTICLE_BYTES // 1024 // 1024} MB, too much for one article")


def _printable(path: Path) -> str:
    return without_surrogates(str(path))[0]


def _unread(path: Path, error: OSError, identifier: str | None, below: str | None = None) -> Problem | Unread:
    """What to tell of a file, or of a folder where `below` is given and it is not named as a file is."""
    problem = Problem(_printable(path), None, f"cannot be read: {_why(error)}", lost=True)
    if isinstance(error, FileNotFoundError | NotADirectoryError):  # gone meanwhile, or a link to nothing
        return problem
    if identifier is None or path.suffix.lower() not in ARTICLE_ENDINGS:
        return Unread(problem, below=below)
    return Unread(problem, id=None if path.suffix.lower() == ".jsonl" else identifier)


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
