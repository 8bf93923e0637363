"""Kernel releases named as out or to come: their day is the release's own."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from warehouse.chronology.cores import Core
from warehouse.chronology.spans import day

_VERSION = re.compile(r"(?<![\w.-])v?(?P<version>\d+\.\d+(?:\.\d+){0,2}(?:-rc\d+)?)(?![\w]|[.-]\w)")
_NAMED = re.compile(
    r"\b(?:Linux|[Kk]ernels?|[Mm]ainline)(?:\s+(?:kernel|versions?|release|series))*\s+"
    r"(?:\d[\w.-]*\s*(?:,|and|or|to)\s+)*v?$"
)
# Before a kernel's number stands a word of time or place; before one of other software, that software's name.
_LEADING = re.compile(
    r"(?:^|[.!?:;(]\s+|[(\"“])$|"
    r"\b(?:in|into|with|for|since|by|of|as\s+of|until|before|after|to|from|on|and|or|when|once|version|releas(?:e|ed|ing)|"
    r"published)\s+(?:the\s+)?(?:(?:upcoming|forthcoming|next|new|recent|stable|final|mainline|version|release|announced)\s+)*"
    r"(?:of\s+)?\(?v?$",
    re.IGNORECASE,
)
# Beginnings of words that tell of a release, or of something going into or out of one.
_EVENT = re.compile(
    r"\b(?:(?:releas|appear|arriv|publish|ship|debut|merg|includ|incorporat|land|accept|adopt|integrat|introduc|add|enter|"
    r"plann|schedul|slat|expect|target|support|remov|mainlin|queue|slip|postpone|delay|announc|work|improv|chang|implement|"
    r"replac|fix|gain|drop|submit|avail|becom|became|bring|brought|come|make|find|pull|push)|"
    r"(?:due|out|came|go|goes|went|made|found|part\s+of|since|new|get|got)\b)",
    re.IGNORECASE,
)


def release_dates(text: str, releases: Mapping[str, dt.date]) -> Iterator[Core]:
    """Yield the releases in `releases` that a sentence names as out, as to come, or as where something went or goes."""
    for found in _VERSION.finditer(text):
        released = releases.get(found["version"])
        if released is None:
            continue
        before = text[max(0, found.start() - 60) : found.start()]
        is_kernel = bool(_NAMED.search(before))
        leads = found["version"].startswith("2.6.") and _LEADING.search(before)
        if (is_kernel or leads) and _EVENT.search(text):
            yield Core(found.start("version"), found.end(), span=day(released), release=found["version"])
