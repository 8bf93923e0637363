"""Times in the forms that the sample's sites print, independent of the locale."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from warehouse.months import ENGLISH

MONTHS = [name.capitalize() for name in ENGLISH]
WEEKDAYS = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
]

Precision = Literal["minute", "day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A publication time with the precision of the text file; ``at`` is naive if the file gives no offset."""

    at: dt.datetime
    precision: Precision

    @property
    def day(self) -> str:
        """The day, such as ``23 February 2009``, or only month and year, or the year, by the precision."""
        month = MONTHS[self.at.month - 1]
        if self.precision == "year":
            return str(self.at.year)
        return f"{month} {self.at.year}" if self.precision == "month" else f"{self.at.day} {month} {self.at.year}"

    @property
    def american_day(self) -> str:
        """The day in American form, such as ``February 23, 2009``."""
        return f"{MONTHS[self.at.month - 1]} {self.at.day}, {self.at.year}"

    @property
    def weekday(self) -> str:
        """The name of the weekday, such as ``Monday``."""
        return WEEKDAYS[self.at.weekday()]

    @property
    def clock(self) -> str:
        """The time of day, such as ``10:46``."""
        return f"{self.at:%H:%M}"

    @property
    def offset(self) -> str:
        """The UTC offset, such as ``-0800``; ``+0000`` if the text has none."""
        return f"{self.at:%z}" or "+0000"

    @property
    def rfc2822(self) -> str:
        """The time in RFC 2822 form, such as ``Wed, 4 Mar 2009 17:31:20 -0800``."""
        at = self.at
        date = f"{self.weekday[:3]}, {at.day} {MONTHS[at.month - 1][:3]} {at.year}"
        return f"{date} {at:%H:%M:%S} {self.offset}"

    @property
    def ctime(self) -> str:
        """The time in the form of mbox lines and pipermail, such as ``Wed Mar  4 17:31:20 2009``."""
        at = self.at
        return f"{self.weekday[:3]} {MONTHS[at.month - 1][:3]} {at.day:2d} {at:%H:%M:%S} {at.year}"

    @property
    def utc(self) -> dt.datetime:
        """The same instant in UTC; a time without an offset is read as UTC."""
        return (self.at if self.at.tzinfo else self.at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def read_moment(text: str) -> Moment:
    """Return the moment of ``2009``, ``2009-02``, ``2009-02-23`` or an ISO time with or without an offset.

    Raises:
        ValueError: the text is anything else.
    """
    if re.fullmatch(r"\d{4}", text):
        return Moment(dt.datetime(int(text), 1, 1), "year")
    if re.fullmatch(r"\d{4}-\d\d", text):
        return Moment(dt.datetime(int(text[:4]), int(text[5:]), 1), "month")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return Moment(dt.datetime.fromisoformat(text), "day")
    return Moment(dt.datetime.fromisoformat(text), "minute")
