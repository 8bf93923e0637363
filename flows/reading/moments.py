"""Dates and times in any form that pages print, with the precision and zone that are given."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from warehouse.months import any_of, month_numbers
from warehouse.records import Precision

_MONTHS = month_numbers("en", "de")
_ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "ut": 0, "wet": 0, "bst": 60, "west": 60, "cet": 60, "met": 60, "mez": 60, "cest": 120, "mest": 120,
    "mesz": 120, "eet": 120, "eest": 180, "msk": 180, "msd": 240, "jst": 540, "est": -300, "edt": -240, "cst": -360, "cdt": -300,
    "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "aest": 600, "aedt": 660, "nzst": 720, "nzdt": 780,
}  # fmt: skip
"""Minutes east of UTC. Ambiguous abbreviations (IST) are left out."""

_MONTH = rf"(?P<month>{any_of(_MONTHS)})\b\.?"
_YEAR = r"(?P<year>(?:19[89]|20[0-4])\d)"
_ZONE = r"(?:\s*\(?(?P<zone>[+-]\d{2}:?\d{2}|(?-i:Z)\b|(?:" + "|".join(_ZONES) + r")\b)\)?)?"
_CLOCK = (
    r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-6]\d)(?:[.,]\d+)?)?(?:\s*(?P<half>[ap]\.?m\b\.?))?"
)
_TIME_AFTER = rf"(?:(?:\s*(?:,\s*(?=at\b))?(?:[,;@T|–-]|at\b|um\b|\()\s*|\s+){_CLOCK}{_ZONE})?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # 2009-03-04T17:31:20-08:00, 2009/03/04, 2009-03-04 17:31 UTC
        rf"(?<![\d/.-]){_YEAR}(?P<sep>[-/.])(?P<month_number>[01]?\d)(?P=sep){_DAY}(?![\d/]|-\d|\.\d){_TIME_AFTER}",
        # Wed Mar  4 17:31:20 PST 2009 (ctime)
        rf"\b{_MONTH}\s+{_DAY}\s+{_CLOCK}{_ZONE}\s+{_YEAR}(?!\d)(?:\s*(?P<zone_late>[+-]\d{{4}}))?",
        # 4 Mar 17:31 2009 (gmane)
        rf"(?<!\d){_DAY}\s+{_MONTH}\s+{_CLOCK}\s+{_YEAR}(?!\d)",
        # Wed, 4 Mar 2009 17:31:20 -0800; 23 February 2009, 10:46; 4. März 2009
        rf"(?<!\d){_DAY}\.?[ \u00a0-]+(?:of\s+)?{_MONTH},?[ \u00a0-]+{_YEAR}(?!\d){_TIME_AFTER}",
        # March 4, 2009; Mar 4th 2009 5:31 PM
        rf"\b{_MONTH}[ \u00a0]+{_DAY},?[ \u00a0]+{_YEAR}(?!\d){_TIME_AFTER}",
        # 23.02.2009 10:46 (German)
        rf"(?<![\d.]){_DAY}\.(?P<month_number>[01]?\d)\.{_YEAR}(?!\d|\.\d){_TIME_AFTER}",
    )
)
_MONTH_ONLY = re.compile(rf"\b{_MONTH},?\s+{_YEAR}(?!\d)", re.IGNORECASE)
_MONTH_NUMBER_ONLY = re.compile(rf"(?<![\d/.-]){_YEAR}-(?P<month_number>0[1-9]|1[0-2])(?![\d-])")
_YEAR_ONLY = re.compile(rf"(?<![\d./-]){_YEAR}(?![\d/-]|\.\d)")
_IN_ADDRESS = re.compile(
    r"/(?P<year>(?:19[89]|20[0-4])\d)[/-](?P<month>0?[1-9]|1[0-2])(?:[/-](?P<day>[0-3]?\d)(?=[/-]|$))?(?=[/-]|$)"
)
_READ_CHARS = 20_000  # of a text, because a date that dates a page is near the beginning of its text
_FAR_AHEAD = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PublishedMoment:
    """When something was published: local time `at`, `offset_min` east of UTC or None, and `origin`, the kind of evidence.

    `origin` is one of `printed header meta url`.
    """

    at: dt.datetime
    precision: Precision
    offset_min: int | None = None
    origin: str = "printed"

    def iso(self) -> str:
        """Return the time as ISO 8601 writes it, with its zone if that is known."""
        if self.offset_min is None:
            return self.at.isoformat()
        return self.at.replace(tzinfo=dt.timezone(dt.timedelta(minutes=self.offset_min))).isoformat()


def read_moment(text: str, *, origin: str = "printed", coarse: bool = False) -> PublishedMoment | None:
    """Return the first full date in `text`, with its time and zone if they follow, or None.

    With `coarse`, a month or year is enough.
    """
    return next(read_moments(text, origin=origin, coarse=coarse), None)


def read_moments(text: str, *, origin: str = "printed", coarse: bool = False) -> Iterator[PublishedMoment]:
    """Yield every full date in the first 20,000 characters of `text` in order.

    With `coarse`, yield the months if there is no full date, and the years if there is no month either.
    """
    text = text[:_READ_CHARS]
    found = sorted(
        ((match.start(), index, match) for index, form in enumerate(_FORMS) for match in form.finditer(text)),
        key=lambda entry: entry[:2],
    )
    moments = [moment for *_, match in found if (moment := _moment(match, origin))]
    yield from moments
    if coarse and not moments:
        yield from _coarse_moments(text, origin)


def read_address_moment(url: str) -> PublishedMoment | None:
    """Return the date in the path of an address (`/2009/03/some-post.html`, `/2009/03/04/`), or None."""
    match = _IN_ADDRESS.search(url)
    if not match:
        return None
    day = int(match["day"]) if match["day"] else None
    at = _datetime(int(match["year"]), int(match["month"]), day or 1)
    return PublishedMoment(at, "day" if day else "month", None, "url") if at else None


def read_offset(zone: str | None) -> int | None:
    """Return the minutes east of UTC of a zone (`-0800`, `+01:00`, `CET`), or None if no zone has them."""
    if not zone:
        return None
    known = _ZONES.get(zone.lower())
    if known is not None:
        return known
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes > 14 * 60:  # the largest offset of any zone; a larger one is from broken software
        return None
    return -minutes if zone[0] == "-" else minutes


def first_not_after(moments: Iterable[PublishedMoment | None], captured_at: dt.datetime) -> PublishedMoment | None:
    """Return the first moment that is not later than the capture, or None.

    The local date may be a day later than that of the capture, which is in UTC. A moment that is later than the capture
    but on the same day in UTC is returned in UTC.
    """
    for moment in moments:
        if moment is None:
            continue
        if moment.at.date() <= captured_at.date():
            return moment
        if moment.offset_min is not None and moment.at - captured_at <= _FAR_AHEAD:
            in_utc = moment.at - dt.timedelta(minutes=moment.offset_min)
            if in_utc <= captured_at:
                return moment
            if in_utc.date() <= captured_at.date():
                return replace(moment, at=in_utc, offset_min=0)
    return None


def _moment(match: re.Match[str], origin: str) -> PublishedMoment | None:
    parts = match.groupdict()
    month = int(parts["month_number"]) if parts.get("month_number") else _MONTHS[parts["month"].lower()]
    has_time = parts.get("hour") is not None
    hour, minute = (int(parts["hour"]), int(parts["minute"])) if has_time else (0, 0)
    half = (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    second = min(int(parts.get("second") or 0), 59)
    at = _datetime(int(parts["year"]), month, int(parts["day"]), hour, minute, second)
    if at is None:
        return None
    offset = read_offset(parts.get("zone_late") or parts.get("zone")) if has_time else None
    return PublishedMoment(at, "minute" if has_time else "day", offset, origin)


def _coarse_moments(text: str, origin: str) -> Iterator[PublishedMoment]:
    months = sorted((*_MONTH_ONLY.finditer(text), *_MONTH_NUMBER_ONLY.finditer(text)), key=re.Match.start)
    for match in months:
        named = match.groupdict()
        month = int(named["month_number"]) if "month_number" in named else _MONTHS[named["month"].lower()]
        yield PublishedMoment(dt.datetime(int(named["year"]), month, 1), "month", None, origin)
    if not months:
        for match in _YEAR_ONLY.finditer(text):
            yield PublishedMoment(dt.datetime(int(match["year"]), 1, 1), "year", None, origin)


def _datetime(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> dt.datetime | None:
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return dt.datetime(year, month, day, hour, minute, second)
