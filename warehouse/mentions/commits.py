"""Commit ids in a text: hexadecimal words that an adjacent word calls a commit."""

import re
from collections.abc import Iterator

from warehouse.records import Mention

# The look-behind excludes parts of longer names, UUIDs and 0x constants; the look-aheads require a letter and a digit.
_SHA = re.compile(r"(?<![\w.-])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}(?![\w-])(?!\.\w)", re.IGNORECASE)
_CALLED_SO = re.compile(
    r"(?:\bcommits?|\bchangesets?|\bgit|\bsha-?1?|\brevert(?:s|ed|ing)?|\brevisions?|\bcherry[ -]picked from|\bfixes:"
    r"|\bupstream|\bHEAD|\bobject|\btag|\bsince|[?;&](?:id|h|hb)=|/commits?/)"
    r"(?:\s+(?:id|ID|number|hash|show|bisect|log|is|was|at|in|of|to|from|commit|the|and|with))*[\s:=(\[\"'`]*$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"[\s,]*(?:and|or|,|\.\.\.?|und)\s*$")
_SUBJECT = re.compile(r"\s?\(\s?[\"“'`]")
_UNMISTAKABLE = 12  # the kernel's own tools accept an abbreviated id of this many digits without a word beside it
_CONTEXT = 48


def find_commits(text: str) -> Iterator[Mention]:
    """Yield commit ids in order, with `entity_id` in lower case and as long as written."""
    last_end = -1
    for match in _SHA.finditer(text):
        if _is_commit(text, match, last_end):
            last_end = match.end()
            yield Mention("commit", match[0].lower(), match[0], match.start(), match.end())


def _is_commit(text: str, match: re.Match[str], last_end: int) -> bool:
    if len(match[0]) >= _UNMISTAKABLE and not match[0].isupper():
        return True
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    if _CALLED_SO.search(before) or _SUBJECT.match(text, match.end()):
        return True
    return 0 <= match.start() - last_end <= len(", and ") and bool(_ANOTHER.match(text[last_end : match.start()]))
