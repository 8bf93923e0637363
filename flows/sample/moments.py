"""Times as the sites of the sample print them, whatever the locale of the machine."""

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
    """A publication time with the precision the text file gave it; ``at`` keeps its own offset, or none."""

    at: dt.datetime
    precision: Precision

    @property
    def day(self) -> str:
        """``23 February 2009``, or less where less is known."""
        month = MONTHS[self.at.month - 1]
        if self.precision == "year":
            return str(self.at.year)
        return f"{month} {self.at.year}" if self.precision == "month" else f"{self.at.day} {month} {self.at.year}"

    @property
    def american_day(self) -> str:
        """``February 23, 2009``."""
        return f"{MONTHS[self.at.month - 1]} {self.at.day}, {self.at.year}"

    @property
    def weekday(self) -> str:
        """``Monday``."""
        return WEEKDAYS[self.at.weekday()]

    @property
    def clock(self) -> str:
        """``10:46``."""
        return f"{self.at:%H:%M}"

    @property
    def offset(self) -> str:
        """``-0800``; ``+0000`` where the text gave none."""
        return f"{self.at:%z}" or "+0000"

    @property
    def rfc2822(self) -> str:
        """``Wed, 4 Mar 2009 17:31:20 -0800``."""
        at = self.at
        date = f"{self.weekday[:3]}, {at.day} {MONTHS[at.month - 1][:3]} {at.year}"
        return f"{date} {at:%H:%M:%S} {self.offset}"

    @property
    def ctime(self) -> str:
        """``Wed Mar  4 17:31:20 2009``, the form of mbox lines and pipermail."""
        at = self.at
        return f"{self.weekday[:3]} {MONTHS[at.month - 1][:3]} {at.day:2d} {at:%H:%M:%S} {at.year}"

    @property
    def utc(self) -> dt.datetime:
        """The same instant in UTC; a time without offset is taken as UTC."""
        return (self.at if self.at.tzinfo else self.at.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def read_moment(text: str) -> Moment:
    """Return the moment that ``2009``, ``2009-02``, ``2009-02-23`` or an ISO time with or without offset names.

    Raises:
        ValueError: for anything else.
    """
    if re.fullmatch(r"\d{4}", text):
        return Moment(dt.datetime(int(text), 1, 1), "year")
    if re.fullmatch(r"\d{4}-\d\d", text):
        return Moment(dt.datetime(int(text[:4]), int(text[5:]), 1), "month")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return Moment(dt.datetime.fromisoformat(text), "day")
    return Moment(dt.datetime.fromisoformat(text), "minute")
