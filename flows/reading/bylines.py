"""The author in a line printed beside an article."""

import re

_NAME = r"(?P<name>[\w.'’-]{1,30}(?: [\w.'’-]{1,30}){0,3}?)"
_AFTER = r"(?=\s+(?:at|on|in|under|wrote)\b|\s*(?:$|[|,;:(\n•·@]))"
_FORMS = (
    re.compile(
        r"(?:\b(?:posted|submitted|reported)\b.{0,60}?\bby:?|\bwritten by|\bauthor:|^\s*by"
        rf"|\d{{4}}(?:[ ,]+(?:at )?[\d:]+(?:\s*[ap]m)?)?\s+by)\s+{_NAME}{_AFTER}",
        re.IGNORECASE,
    ),
    re.compile(rf"\d{{1,2}}:\d\d(?:\s*[ap]m)?\s+[—–-]+\s+{_NAME}\s*(?:\n|$)", re.IGNORECASE),
)


def posted_by(text: str) -> str | None:
    """Return the author in a line like `Posted by NAME on DATE` or `DATE by NAME`, or None."""
    match = next(filter(None, (form.search(text) for form in _FORMS)), None)
    return " ".join(match["name"].split()) if match else None
