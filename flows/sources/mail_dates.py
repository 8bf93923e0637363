"""When a mail was sent: read from its Date field in any form that mailers wrote, else from fields added in transit.

Source: RFC 5322, 3.3 (date-time), 4.3 (obsolete zones and years), 3.6.7 (Received); RFC 4155 for the envelope line of a
mailbox. A zone that is missing or has no meaning (`-0000`, military letters) is unknown, not UTC.
"""

import datetime as dt
import email.message
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.reading.moments import PublishedMoment, read_moment
from flows.sources.mail_envelopes import is_of_patch
from flows.sources.mail_headers import fields, header
from warehouse.accents import without_accents
from warehouse.months import month_numbers

_MONTHS = month_numbers("en", "de", "fr", "es")
_ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 60, "bst": 60, "cet": 60, "met": 60, "mez": 60, "mewt": 60, "cest": 120,
    "mest": 120, "mesz": 120, "eet": 120, "sast": 120, "eest": 180, "msk": 180, "msd": 240, "pkt": 300, "hkt": 480, "sgt": 480, "awst": 480,
    "jst": 540, "kst": 540, "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180,
    "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600,
}  # fmt: skip
"""Minutes east of UTC; ambiguous names (IST) are left out."""
_RULED_ZONES = {"est5edt": "EST5EDT", "cst6cdt": "CST6CDT", "mst7mdt": "MST7MDT", "pst8pdt": "PST8PDT"}
_RUSSIAN_SUMMER = (dt.datetime(2011, 3, 27, 2), dt.datetime(2014, 10, 26, 2))
"""When MSK was UTC+4. Source: IANA time zone database, Europe/Moscow."""

_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{1,2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s*Uhr\b)?"
)
_ZONE = r"(?:\s*(?P<zone>(?:(?:gmt|utc?)\s?)?[+-]\d{1,2}:?\d{2}\b|(?:gmt|utc?)[+-]\d{1,2}\b|[a-z]{3}\d[a-z]{3}\b|[a-z]{1,5}\b(?!\s+dst)|met dst))?"
_MONTH = r"(?P<month>[a-z]{3,10})\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # Thu, 15 Oct 2009 08:41:00 +0200; 15-Oct-09 08:41; 15. Okt. 2009 08:41:00
        rf"(?<!\d)(?P<day>\d{{1,2}})\.?[\s-]*(?:de\s+)?{_MONTH}[\s,-]*(?P<year>\d{{2,4}})(?:(?:\s*,|\s+(?:at|um))?\s+{_CLOCK}{_ZONE})?",
        # Thu Oct 15 08:41:00 CEST 2009; Oct 15, 2009 8:41 PM
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}{_ZONE}\s*,?\s+(?P<year>\d{{4}})(?:\s+(?P<zone_late>[+-]\d{{4}}))?",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?:(?:\s*,|\s+at)?\s+{_CLOCK}{_ZONE})?",
    )
)
_COMMENT = re.compile(r"\([^()]*\)")
_COMMENTED_ZONE = re.compile(r"\(\s*(?P<zone>[A-Za-z]{2,5})\s*\)")
_UNKNOWN_ZONE = re.compile(r"-00:?00\b")
_FIRST_YEAR = 1982  # of RFC 822; an earlier Date is from a wrong clock
_LAST_YEAR = 2100
_FARTHEST = 14 * 60  # minutes from UTC; a larger offset is from a broken mailer
_TOO_LATE = dt.timedelta(
    days=2
)  # a Date this long after the mail was received is wrong; zones and clocks are off by less


def sent_moments(message: email.message.Message) -> Iterator[PublishedMoment]:
    """Yield candidate dates for a mail, best first.

    They are its Date, unless the mail was received before it, then its Received fields, other fields and the envelope.
    """
    carried = list(_carried_moments(message))
    said = read_mail_date(header(message, "Date"))
    if said is not None and not (carried and said.at - carried[0].at > _TOO_LATE):
        yield said
    yield from carried


def read_mail_date(text: str | None) -> PublishedMoment | None:
    """Return a date in any form that mailers of the time wrote, or None if it has no valid day."""
    if not text:
        return None
    bare = text
    while (shorter := _COMMENT.sub(" ", bare)) != bare:
        bare = shorter
    bare = without_accents(" ".join(bare.split()))
    matches = [match for form in _FORMS for match in form.finditer(bare)]
    for match in matches:
        moment = _moment(match.groupdict(), text)
        if moment is not None:
            return moment
    if any(match["hour"] for match in matches):
        return None  # an impossible time: the Received fields are more reliable
    plain = read_moment(text, origin="header")
    return plain if plain is not None and _FIRST_YEAR <= plain.at.year <= _LAST_YEAR else None


def _carried_moments(message: email.message.Message) -> Iterator[PublishedMoment]:
    """Yield the dates that were added in transit, the one nearest to the sender first."""
    received = [read_mail_date(field.rpartition(";")[2]) for field in reversed(fields(message, "Received"))]
    yield from (moment for moment in received if moment is not None)
    for name in ("Resent-Date", "Delivery-Date", "X-Original-Date", "NNTP-Posting-Date"):
        if (moment := read_mail_date(header(message, name))) is not None:
            yield moment
    envelope = message.get_unixfrom() or ""
    if (
        not is_of_patch(envelope)
        and (moment := read_mail_date(envelope.removeprefix("From ").partition(" ")[2])) is not None
    ):
        yield moment


def _moment(parts: dict[str, str | None], text: str) -> PublishedMoment | None:
    month = _MONTHS.get((parts["month"] or "").lower())
    year = _full_year(parts["year"] or "")
    if month is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    has_time = parts["hour"] is not None
    hour, minute = int(parts["hour"] or 0), int(parts["minute"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    try:
        at = dt.datetime(year, month, int(parts["day"] or 0), hour, minute, min(int(parts["second"] or 0), 59))
    except ValueError:
        return None
    if not has_time:
        return PublishedMoment(at, "day", None, "header")
    offset = _offset(parts.get("zone_late") or parts["zone"], at)
    if offset is None and not _UNKNOWN_ZONE.search(text) and (named := _COMMENTED_ZONE.search(text)):
        offset = _offset(named["zone"], at)
    return PublishedMoment(at, "minute", offset, "header")


def _full_year(year: str) -> int:
    """Return the year of two, three or four digits (RFC 5322, 4.3)."""
    number = int(year)
    if len(year) == 2:
        return number + (2000 if number < 50 else 1900)
    return number + 1900 if len(year) == 3 else number


def _offset(zone: str | None, at: dt.datetime) -> int | None:
    if not zone or _UNKNOWN_ZONE.fullmatch(zone):
        return None
    name = zone.lower()
    if name == "met dst":
        return 120
    if name == "msk" and _RUSSIAN_SUMMER[0] <= at < _RUSSIAN_SUMMER[1]:
        return 240
    if name in _RULED_ZONES:
        return _ruled(_RULED_ZONES[name], at)
    if name in _ZONES:
        return _ZONES[name]
    match = re.fullmatch(r"(?:gmt|utc?)?\s?([+-])(\d{1,2}):?(\d{2})?", name)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return None if minutes > _FARTHEST else -minutes if match[1] == "-" else minutes


def _ruled(name: str, at: dt.datetime) -> int | None:
    try:
        offset = ZoneInfo(name).utcoffset(at)
    except (ZoneInfoNotFoundError, OSError):
        return None
    return int(offset.total_seconds() // 60) if offset is not None else None
