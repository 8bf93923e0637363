"""The answer to "when was 2.6.30 released"."""

import datetime as dt
import re
from collections.abc import Mapping

from warehouse.kernel_versions import VERSION

_VERSION = rf"v?({VERSION})"
_WHEN_RELEASED = re.compile(
    rf"\bwhen (?:was|is|will|did|were|does) (?:the )?(?:(?:linux|kernel|version|release) )*{_VERSION}(?: kernel)?"
    rf"(?: be| being)? (?:released|come out|came out|out|published|release)\b"
    rf"|\brelease date (?:of|for) (?:the )?(?:(?:linux|kernel|version) )*{_VERSION}(?![\w.-])"
    rf"|(?:^|\b(?:linux|kernel) ){_VERSION} release date\b",
    re.IGNORECASE,
)


def kernel_release_answer(text: str, releases: Mapping[str, dt.date]) -> str | None:
    """Return the sentence that answers when a kernel was released; None if the query does not ask or the day is unknown."""
    found = _WHEN_RELEASED.search(text)
    version = next(filter(None, found.groups()), "").lower() if found else ""
    day = releases.get(version)
    return None if day is None else f"Linux {version} was released on {day.day} {day:%B %Y}."
