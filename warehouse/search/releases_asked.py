"""The day of a kernel release in a query's words: "before 2.6.30", "when was 2.6.30 released"."""

import datetime as dt
import re
from collections.abc import Mapping

from warehouse.kernel_versions import VERSION
from warehouse.records import DatesAsked

_VERSION = rf"v?({VERSION})"
_AROUND_RELEASE = re.compile(
    rf"\b(before|until|after|since) (?:the )?(?:release of )?(?:(?:linux|kernel|release) )*{_VERSION}(?![\w.-])"
    r"(?: (?:kernel|release)\b)?",
    re.IGNORECASE,
)
_WHEN_RELEASED = re.compile(
    rf"\bwhen (?:was|is|will|did|were|does) (?:the )?(?:(?:linux|kernel|version|release) )*{_VERSION}(?: kernel)?"
    rf"(?: be| being)? (?:released|come out|came out|out|published|release)\b"
    rf"|\brelease date (?:of|for) (?:the )?(?:(?:linux|kernel|version) )*{_VERSION}(?![\w.-])"
    rf"|(?:^|\b(?:linux|kernel) ){_VERSION} release date\b",
    re.IGNORECASE,
)


def around_release(text: str, releases: Mapping[str, dt.date]) -> DatesAsked | None:
    """Return the days until or from a kernel's release that a query asks for; None if it names none whose day is known."""
    found = _AROUND_RELEASE.search(text)
    day = releases.get(found[2].lower()) if found else None
    if found is None or day is None:
        return None
    if found[1].lower() in ("before", "until"):
        return DatesAsked(found[0], None, day)
    return DatesAsked(found[0], day, None)


def kernel_release_answer(text: str, releases: Mapping[str, dt.date]) -> str | None:
    """Return the sentence that answers when a kernel was released; None if the query does not ask or the day is unknown."""
    found = _WHEN_RELEASED.search(text)
    version = next(filter(None, found.groups()), "").lower() if found else ""
    day = releases.get(version)
    return None if day is None else f"Linux {version} was released on {day.day} {day:%B %Y}."
