"""Short forms of kernel versions: the `.30` of `2.6.29 and .30` or of `release .30`, `rc2` alone, `RC6 of 2.6.38`."""

import re
from collections.abc import Iterator
from dataclasses import replace

from warehouse.kernel_versions import Version

_TAIL = re.compile(
    r"(?:\s*[,/&]\s*(?:and\s+|or\s+)?|\s+(?:and|or|to|through|und|oder|bis)\s+)"
    r"(?:(?P<dot>\.\d{1,3})|(?P<rc>-rc\d{1,2}))(?![\w]|\.\d)|/(?P<slashed>\d\d)(?![\w/]|\.\d)"
)
_ALONE = re.compile(r"(?<=[\s(])\.(?P<patch>[1-3]\d)(?P<pre>-rc\d{1,2})?(?![\w]|\.\d)")
_CANDIDATE_ALONE = re.compile(r"(?<![\w.-])(?:rc|RC)\d{1,2}(?![\w-]|\.\d|\s+of\b)")
_CANDIDATE_OF = re.compile(r"(?<![\w.-])(?:rc|RC)(?P<number>\d{1,2})\s+of\s+(?:(?:the|Linux|kernel|version)\s+){0,3}$")
_LONGEST_OF = 40
_CALLED_ONE = re.compile(r"\b(?:release|version|kernel|Linux)[ \n]$", re.IGNORECASE)


def find_tails(text: str, version: Version) -> Iterator[Version]:
    """Yield short forms that continue a list: the `.30` of `2.6.29 and .30`, the 30 of `2.6.29/30`, the `-rc8` of `2.6.29-rc7 and -rc8`."""
    end = version.end
    while match := _TAIL.match(text, end):
        base, group = version.base, match.lastgroup or ""
        if group == "slashed" and not _is_next(base, match[group]):
            return
        if group != "rc":
            base = f"{base.rpartition('.')[0]}.{match[group].lstrip('.')}"
        name = base + (match["rc"] or "")
        yield Version(match.start(group), match.end(group), name, base, bool(match["rc"]), version.family)
        end = match.end()


def _is_next(base: str, following: str) -> bool:
    """Return whether the number after the slash is that of the next 2.6 release, rather than a month or a fraction."""
    head, _, last = base.rpartition(".")
    return head == "2.6" and int(following) == int(last) + 1


def find_candidates(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of `rc2` on its own, for texts that named its release before."""
    for match in _CANDIDATE_ALONE.finditer(text):
        yield match.span()


def candidate_of(text: str, version: Version) -> Version:
    """Return the release candidate that `RC6 of` before a version makes of it, else the version."""
    before = _CANDIDATE_OF.search(text, max(0, version.start - _LONGEST_OF), version.start)
    if before is None or version.is_pre:
        return version
    return replace(version, start=before.start(), name=f"{version.name}-rc{before['number']}", is_pre=True)


def is_called_a_release(text: str, start: int) -> bool:
    """Return whether the word before a short form says what it is: `release .39`."""
    return _CALLED_ONE.search(text, max(0, start - 9), start) is not None


def find_short(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the ranges of `.33` and `.33-rc1` on their own, and the full name 2.6.33, for texts about 2.6 kernels."""
    for match in _ALONE.finditer(text):
        yield match.start(), match.end(), f"2.6{match[0]}"
