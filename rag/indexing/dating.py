"""When an article was published, as far as it is known: never guessed, never "now"."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from itertools import pairwise

from rag.indexing import datelines
from rag.types import DateOrigin, Published

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_YEARS = range(1600, 2101)

_ZONE = r"(?:\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|(?:UTC|GMT)?[+-]\d{2}|UTC|GMT)\b)?"
_HALF = r"(?:\s*(?P<half>[ap])\.?m\b\.?)?"
_ISO = re.compile(
    r"(?P<year>\d{4})(?:(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?)?"
    r"(?:(?:[T ]|,\s*)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    + _HALF
    + _ZONE
    + r")?",
    re.IGNORECASE,
)
_ISO_WITHIN = re.compile(rf"(?<!\d){_ISO.pattern}(?!\d)", re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?"
    + _ZONE
    + r")?",
    re.IGNORECASE,
)
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s+\d{2}:\d{2}(?::\d{2})?(?:\s+(?:[+-]\d{4}|(?![AP]M\b)[A-Z]{1,4}))?"
)
_CLOCK = (
    r"(?:,?\s+(?:at\s+|[-–—]\s*)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    + _HALF
    + _ZONE
    + ")?"
)
_YEAR_GAP = r"(?:,?\s*|[/-])"


def _written_form(behind_day: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:\b{datelines.WEEKDAY},?\s+)?"
        # Not the end of a word: of "Lamar 2024" no March is known.
        rf"(?:(?<![^\W\d_])(?P<name>{datelines.MONTH})(?:\s*|-)(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR_GAP})?"
        r"(?P<year>\d{4})\b"
        rf"|(?P<day_first>\d{{1,2}})(?:st|nd|rd|th)?{behind_day}(?P<name_second>{datelines.MONTH}){_YEAR_GAP}"
        rf"(?P<year_last>\d{{4}})\b){_CLOCK}",
        re.IGNORECASE,
    )


_WRITTEN = _written_form(r"(?:\s+(?:of\s+)?|-)")
# `12. November 2024`; within a sentence the dot may end one.
_WRITTEN_ALONE = _written_form(r"(?:\.?\s+(?:of\s+)?|\.|-)")
# Tue Nov 12 10:00:00 +0000 2024
_CLOCK_BEFORE_YEAR = re.compile(
    rf"{datelines.WEEKDAY},?\s+(?P<name>{datelines.MONTH})\s+(?P<day>\d{{1,2}})\s+"
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?{_ZONE}\s+(?P<year>\d{{4}})",
    re.IGNORECASE,
)
# What may stand behind a day, or a time of day, and is read as neither.
_UNREAD_ZONE = (
    r"(?:\s*(?:[A-Z]{2,5}|[A-Z]\w+/\w+))?(?:\s*[+-]\d{1,2}(?::?\d{2})?)?(?:\s*[A-Z]{2,5})?"
    r"(?:\s*[(\[][A-Z][\w /:+-]{1,40}[)\]])?"
)
_UNREAD_CLOCK = re.compile(
    r"(?:\s*[T@|–—-]\s*|,\s*|\s+)(?:at\s+)?"
    r"(?:(?<=T)\d{1,2}|\d{1,2}(?:[:.h]\d{2}){1,2}(?:[.,]\d+)?|\d{1,2}(?=\s*[AaPp]\.?[Mm]\b))"
    rf"(?:\s*[AaPp]\.?[Mm]\b\.?)?{_UNREAD_ZONE}|\s*(?:Z|[+-]\d{{2}}:\d{{2}})"
)
_UNREAD_ZONE_ALONE = re.compile(rf"(?=.){_UNREAD_ZONE}")
_SLASHED = re.compile(
    rf"(?P<first>\d{{1,2}})[/.-](?P<second_part>\d{{1,2}})[/.-](?P<year>\d{{4}}){_CLOCK}", re.IGNORECASE
)
_SLASHED_WITHIN = re.compile(rf"(?<![\w/.-]){_SLASHED.pattern}(?![\d/-]|\.\d)", re.IGNORECASE)
# In names of files and folders `-`, `_`, `.` and spaces part what belongs together, and a clock may follow.
_BEFORE, _BEHIND = r"(?<![0-9A-Za-z])", r"(?:(?=T\d\d)|(?![0-9A-Za-z]))"
_MAY_BE_DATED = re.compile(
    rf"{_BEFORE}(?:\d{{1,2}}[-_. ]\d{{1,2}}[-_. ](?:\d{{2}}|\d{{4}})|\d{{4}}[-_]\d{{2}}){_BEHIND}"
)
_DAY_IN_NAME = re.compile(
    rf"{_BEFORE}(?:(?P<year>\d{{4}})(?P<mark>[-_.]?)(?P<month>\d{{2}})(?P=mark)(?P<day>\d{{2}}){_BEHIND}"
    rf"|(?P<first>\d{{1,2}})(?P<between>[-_.])(?P<second_part>\d{{1,2}})(?P=between)(?P<year_last>\d{{4}}){_BEHIND})"
)
_WORDS_IN_NAME = (
    rf"(?P<words>(?:{datelines.WEEKDAY},?[\s_-]*)?"
    rf"(?:{datelines.MONTH}[\s_-]*\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?[\s_-]*{datelines.MONTH})"
    r",?[\s_-]*\d{4})(?![0-9A-Za-z])"
)
# A name may as well tell what an article is about ("the-battle-of-12-november-1944", "elections-2024-11"): a
# day in words dates it where it opens the name or is set apart at its end, a month where it opens the name.
_WRITTEN_IN_NAME = (
    re.compile(_WORDS_IN_NAME, re.IGNORECASE),
    re.compile(rf".*(?:\s[-–—]\s+|,\s+|[(\[]){_WORDS_IN_NAME}[)\]]?\Z", re.IGNORECASE | re.DOTALL),
)
_MONTH_IN_NAME = re.compile(r"(?P<year>\d{4})[-_.](?P<month>\d{2})(?![0-9A-Za-z]|[-_. ]+\d)")
_YEAR_OF_FOLDER = re.compile(r"(?:19|20)\d{2}")
_FOLDERS = re.compile(rf"(?P<year>{_YEAR_OF_FOLDER.pattern})-(?P<month>\d{{1,2}})(?:-(?P<day>\d{{1,2}}))?")
_NAME_OF_MONTH = re.compile(datelines.MONTH, re.IGNORECASE)
_YEAR = re.compile(r"\d{4}")
_UPDATED = re.compile(r"\b(?:updated|modified)\b", re.IGNORECASE)
_LABEL = re.compile(rf"{_UPDATED.pattern}|\b(?:publish(?:ed)?|posted)\b", re.IGNORECASE)

_OCCURRED = re.compile(
    r"\b(?:(?:was|were|been) (?:held|signed|founded|established|elected|launched|opened|introduced|killed"
    r"|born|built|adopted|completed|published|released)|held|took place|occurred|happened|signed|visited|met"
    r"|began|started|ended|died|opened|won|lost|joined|became|arrived|accession|fell|rose|reached|broke out"
    r"|since)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|would|shall|may(?! \d)|might|could|can|should|must|if|unless|until|till|schedul\w*|expect\w*"
    r"|plan\w*|due|upcoming|next|forecast\w*|project(?:ed|ions?)|propos\w*|intend\w*|aim\w*|targets?|targeted"
    r"|set to|to be|is to|are to|hop(?:e|es|ed|ing)|deadline|future|ahead|coming|by the end|before|predict\w*"
    r"|novel|fiction\w*)\b",
    re.IGNORECASE,
)
_NEAR = 70
_EXACTNESS = {"day": 1, "minute": 2}


_Read = Callable[[re.Match[str], DateOrigin], Published]


class DateUnreadable(ValueError):
    """A value that was given as a date and is none; the message says why."""


class ClockUnreadable(DateUnreadable):
    """Of a value that was given as a date only the time of day, or its zone, is none; `day` is its date."""

    def __init__(self, reason: str, day: Published) -> None:
        super().__init__(reason)
        self.day = day


def read_date(value: object, origin: DateOrigin) -> Published:
    """The date that `value` states. Raises DateUnreadable with the reason when it states none, and
    ClockUnreadable when no more than its day can be read.

    ISO 8601, RFC 2822, `2024/02/10`, `12th Feb, 2025`, `June 13, 2023 11:57 AM` and the like. A date
    whose day and month may be swapped, as in 02/07/2024, is not read.
    """
    if isinstance(value, dt.datetime | dt.date):
        value = value.isoformat()
    if isinstance(value, float):
        # 2024.5 is the middle of a year at best, and not its fifth month.
        raise DateUnreadable(f"{value!r} is a number and no date")
    text = " ".join(str(value).split())
    if _RFC_2822.fullmatch(text):
        # One that is wrong is read, or told, by its parts.
        with contextlib.suppress(ValueError, OverflowError):
            return _from_datetime(parsedate_to_datetime(text), origin)
    for pattern, read in _FORMS:
        match = pattern.match(text)
        if match is None:
            continue
        if match.end() == len(text):
            return read(match, origin)
        rest = _UNREAD_ZONE_ALONE if match["minute"] else _UNREAD_CLOCK
        if rest.fullmatch(text, match.end()):
            date = _day_of(read, match, origin)
            if date.precision in {"day", "minute"}:
                raise _no_clock(text, date)
    raise DateUnreadable(f"{text[:60]!r} is not a date that can be read")


def _day_of(read: _Read, match: re.Match[str], origin: DateOrigin) -> Published:
    try:
        return read(match, origin)
    except ClockUnreadable as error:
        return error.day


def _no_clock(text: str, date: Published) -> ClockUnreadable:
    day = date if date.precision == "day" else Published(str(date.value)[:10], "day", date.origin)
    return ClockUnreadable(f"{text[:60]!r} has a time of day that cannot be read", day)


def date_from_text(furniture: Iterable[tuple[str, str]]) -> tuple[Published, list[str]]:
    """The date that the article's date line, byline, dateline or closing mark states with its year.

    `furniture` is (kind, text) of the masks in order. A date that is told as an update counts only where
    there is no other; of others the more precise wins. Where none is found that is no update, the reasons
    why dates in digits are not read come with it.
    """
    found: list[Published] = []
    updated: list[Published] = []
    reasons: list[str] = []
    for kind, text in furniture:
        if kind not in {"date line", "byline", "dateline"}:
            continue
        for piece, is_update in _by_label(text):
            dates = updated if is_update else found
            stated = list(_dates_in(piece, _WRITTEN_ALONE))
            # In prose and posts a date in digits is as often another figure; here it is none.
            for match in _SLASHED_WITHIN.finditer(piece):
                try:
                    stated.append(_day_of(_slashed, match, "text"))
                except DateUnreadable as error:
                    reasons.append(f"{kind} {error}")
            # From one day to another something takes place.
            if kind != "date line" or len({date.latest for date in stated}) <= 1:
                dates.extend(stated)
    counted = found or updated
    # Of equals the first; a month says as little as a year beside a day.
    best = max(counted, key=lambda date: _EXACTNESS.get(date.precision, 0)) if counted else Published()
    return best, [] if found else reasons


def _by_label(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of each line, with the label that leads them, and whether they tell of an update."""
    for line in text.splitlines():
        starts = [match.start() for match in _LABEL.finditer(line)]
        labelled = line[starts[0] :] if starts else ""
        if not any(_dates_in(labelled, _WRITTEN_ALONE)) and _SLASHED_WITHIN.search(labelled) is None:
            # "3 February 2025 | Updated": the label stands behind its date.
            starts = []
        for start, end in pairwise([0, *starts, len(line)]):
            piece = line[start:end]
            yield piece, _UPDATED.search(piece) is not None


def date_from_path(stem: str, folders: Sequence[str]) -> Published:
    """The date that a file's name without its ending states, or else the folders that it lies in, the nearest
    first.

    A folder counts only where its whole name is a date, or the month or day of a year that it lies in. A
    name in digits that may mean two days (12-11-2024), or two years (2010-11), is not read.
    """
    dated = _in_name(stem)
    nearer = stem
    for position in range(len(folders) - 1, -1, -1):
        # What may mean another day or year than the folder's is not dated by it.
        if dated.value is not None or _MAY_BE_DATED.search(nearer):
            break
        nearer = folders[position]
        dated = _in_folder(nearer, folders[:position])
    return dated


def _in_name(name: str, *, whole: bool = False) -> Published:
    """The date that the name of a file states; of a folder, `whole`, where it is all of the name."""
    for match in _DAY_IN_NAME.finditer(name):
        with contextlib.suppress(DateUnreadable):
            if whole and match[0] != name:
                continue
            iso = (match["year"], match["month"], match["day"])
            date = iso if match["year"] else _order(match[0], match, match["year_last"])
            return _published(match[0], "file name", date, {})
    for pattern in _WRITTEN_IN_NAME:
        found = pattern.match(name)
        words = _WRITTEN.fullmatch(re.sub(r"[\s_-]+", " ", found["words"])) if found else None
        with contextlib.suppress(DateUnreadable):
            if words and found and (not whole or found["words"] == name):
                return _written(words, "file name")
    month = _MONTH_IN_NAME.match(name)
    with contextlib.suppress(DateUnreadable):
        if month and not _two_years(month) and (not whole or month[0] == name):
            return _published(month[0], "file name", (month["year"], month["month"], None), {})
    return Published()


def _two_years(month: re.Match[str]) -> bool:
    """Whether a month in digits may be a season or a budget year as well: 2010-11."""
    return (int(month["year"]) + 1) % 100 == int(month["month"])


def _in_folder(name: str, above: Sequence[str]) -> Published:
    """The date that a folder's name is, by itself or together with the names of those above it."""
    parts = [_month_in_digits(part) for part in (*above[-2:], name)]
    for first in range(len(parts) - 1):
        match = _FOLDERS.fullmatch("-".join(parts[first:]))
        with contextlib.suppress(DateUnreadable):
            if match is not None:
                return _published(match[0], "file name", (match["year"], match["month"], match["day"]), {})
    if _YEAR_OF_FOLDER.fullmatch(name):
        return Published(name, "year", "file name")
    return _in_name(name, whole=True)


def _month_in_digits(folder: str) -> str:
    return str(_MONTHS[folder[:3].lower()]) if _NAME_OF_MONTH.fullmatch(folder) else folder


def not_before(prose: Iterable[str], posts: Iterable[str]) -> str | None:
    """The newest day that the text speaks of as past: a sound lower bound of when it was written.

    `posts` are embedded posts, which are older than the article that shows them; in `prose`, given as
    sentences, only a month or day that something is said to have happened in counts.
    """
    days = [day for post in posts for day in _days_in(post)]
    for sentence in prose:
        if _YEAR.search(sentence) and not _AHEAD.search(sentence):
            days.extend(_past_days(sentence))
    return max(days).isoformat() if days else None


def _past_days(sentence: str) -> Iterator[dt.date]:
    for match in _WRITTEN.finditer(sentence):
        before = sentence[max(0, match.start() - _NEAR) : match.start()]
        if _OCCURRED.search(before):
            yield from _days_in(match.group())


def _days_in(text: str) -> Iterator[dt.date]:
    for published in _dates_in(text):
        if published.earliest is not None and published.precision != "year":
            yield published.earliest


def _dates_in(text: str, written: re.Pattern[str] = _WRITTEN) -> Iterator[Published]:
    for pattern in (written, _ISO_WITHIN):
        for match in pattern.finditer(text):
            try:
                if pattern is written:
                    yield _day_of(_written, match, "text")
                elif match["month"] is not None:
                    yield _day_of(_iso, match, "text")
            except DateUnreadable:
                continue


def _iso(match: re.Match[str], origin: DateOrigin) -> Published:
    parts = match.groupdict()
    return _published(match.group(), origin, (parts["year"], parts["month"], parts["day"]), parts)


def _written(match: re.Match[str], origin: DateOrigin) -> Published:
    parts = match.groupdict()
    month = str(_MONTHS[(parts["name"] or parts["name_second"])[:3].lower()])
    date = (parts["year"] or parts["year_last"], month, parts["day"] or parts.get("day_first"))
    return _published(match.group(), origin, date, parts)


def _slashed(match: re.Match[str], origin: DateOrigin) -> Published:
    return _published(match.group(), origin, _order(match.group(), match, match["year"]), match.groupdict())


_FORMS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (_ISO, _iso),
    (_COMPACT, _iso),
    (_SLASHED, _slashed),
    (_WRITTEN_ALONE, _written),
    (_CLOCK_BEFORE_YEAR, _written),
)


def _order(text: str, match: re.Match[str], year: str) -> tuple[str, str, str]:
    first, second = int(match["first"]), int(match["second_part"])
    if first <= 12 and second <= 12 and first != second:
        raise DateUnreadable(f"{text!r} may mean two days; write it as YYYY-MM-DD")
    month, day = (second, first) if first > 12 else (first, second)
    return year, str(month), str(day)


def _published(
    text: str, origin: DateOrigin, date: tuple[str, str | None, str | None], clock: dict[str, str | None]
) -> Published:
    year, month, day = date
    if int(year) not in _YEARS:
        raise DateUnreadable(f"{text!r} has a year that no article can have")
    try:
        if month is None:
            return Published(str(int(year)), "year", origin)
        if day is None:
            return Published(dt.date(int(year), int(month), 1).isoformat()[:7], "month", origin)
        value = dt.date(int(year), int(month), int(day)).isoformat()
        hour, minute = clock.get("hour"), clock.get("minute")
        if hour is None or minute is None:
            return Published(value, "day", origin)
    except ValueError as error:
        raise DateUnreadable(f"{text!r} is not a day of the calendar") from error
    try:
        time = dt.time(_hour(int(hour), clock.get("half")), int(minute))
        zone = _zone(clock.get("zone"))
    except ValueError as error:
        raise _no_clock(text, Published(value, "day", origin)) from error
    if time == dt.time(0, 0):
        return Published(value, "day", origin)
    return Published(f"{value}T{time.isoformat('minutes')}{zone}", "minute", origin)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _zone(zone: str | None) -> str:
    if zone is None:
        return ""
    zone = zone.upper().removeprefix("UTC").removeprefix("GMT")
    if zone in {"Z", ""}:
        return "Z"
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset >= dt.timedelta(hours=24) or int(digits[2:]) > 59:
        raise ValueError(zone)
    return f"{zone[0]}{digits[:2]}:{digits[2:]}" if offset else "Z"


def _from_datetime(moment: dt.datetime, origin: DateOrigin) -> Published:
    if moment.year not in _YEARS:
        raise DateUnreadable(f"{moment.year} is a year that no article can have")
    if moment.time() == dt.time(0, 0):
        return Published(moment.date().isoformat(), "day", origin)
    value = moment.isoformat(timespec="minutes").replace("+00:00", "Z")
    return Published(value, "minute", origin)
