"""The grammar of kernel version numbers: what may be one, and what it is called when written in full."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Family = Literal["sure", "low", "old", "new"]

# Atomic groups: without them `2.6.299x` would be read as `2.6.29`. Dots before are refused (10.2.6.27), two are a git range.
_NUMBER = re.compile(
    r"(?:(?<![\w.])|(?<=\.\.)|(?<=[^\W\d]_))v?(?P<base>(?>\d{1,2}(?:\.\d{1,3}){1,3}))"
    r"(?P<pre>(?:[- ]?[rR][cC]|-pre|-test)-?\d{1,2})?"
    r"(?P<tree>(?:-(?:mm|ac|git|bk|rt|ck|dj|aa|mjb)\d{1,3})*)"
    r"(?!\w|\.\d|\.[xyXY]\b)"
)
_TAIL = re.compile(
    r"(?:\s*[,/&]\s*(?:and\s+|or\s+)?|\s+(?:and|or|to|through|und|oder|bis)\s+)"
    r"(?:(?P<dot>\.\d{1,3})|(?P<rc>-rc\d{1,2}))(?![\w]|\.\d)|/(?P<slashed>\d\d)(?![\w/]|\.\d)"
)
_ALONE = re.compile(r"(?<=[\s(])\.(?P<patch>[1-3]\d)(?P<pre>-rc\d{1,2})?(?![\w]|\.\d)")
_CANDIDATE_ALONE = re.compile(r"(?<![\w.-])rc\d{1,2}(?![\w-]|\.\d|\s+of\b)")
_LEADING_ZERO = re.compile(r"\.0\d")
_OLD_LAST = {0: 40, 1: 132, 2: 27, 3: 99, 4: 37, 5: 75}  # the last 2.N.x that there was, by N
_NEW_LAST = {3: 19, 4: 20, 5: 19, 6: 30, 7: 30}  # the last X.N that there was (6 and 7: with room), by X
_LOW_LAST = 10  # drivers and programs have such versions too (xf86-video-intel 2.6.3, Python 2.6.5)
_MAINLINE = re.compile(r"2\.6\.\d+|[3-9]\.\d+")
_FASTEST_CYCLE_DAYS = 56
_ANNOUNCED_AHEAD = 6  # releases that are spoken of a year before they come
_LAST_26 = 40  # announced, then released as 3.0
_STABLE_LAST = 400  # stable updates of a release, 4.9.337 so far


@dataclass(frozen=True, slots=True)
class Version:
    """A number that may be a kernel's: `start` and `end` without a leading v, `name` as kernel.org would write it.

    `family` says how much it needs to be believed: `sure` 2.6.11 and up, `low` 2.6.0 to 2.6.10, `old` 1.x to 2.5.x, `new` 3 and up.
    """

    start: int
    end: int
    name: str
    base: str
    is_pre: bool
    family: Family


def find_versions(text: str) -> Iterator[Version]:
    """Yield every number that can be a kernel version, in order."""
    for match in _NUMBER.finditer(text):
        family = _family(match["base"])
        if family is not None:
            pre = (match["pre"] or "").lower().replace("-", "").strip()
            tree = match["tree"]
            name = match["base"] + (f"-{pre}" if pre else "") + tree
            start = match.start("base")
            yield Version(start, match.end(), name, match["base"], bool(pre or tree), family)


def find_tails(text: str, version: Version) -> Iterator[Version]:
    """Yield what goes on a list in short: the `.30` of `2.6.29 and .30`, the 30 of `2.6.29/30`, the `-rc8` of `2.6.29-rc7 and -rc8`."""
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
    """Whether the number behind the slash is that of the next 2.6 release, rather than of a month or a share."""
    head, _, last = base.rpartition(".")
    return head == "2.6" and int(following) == int(last) + 1


def find_candidates(text: str) -> Iterator[tuple[int, int]]:
    """Yield ranges of `rc2` that stand alone: for texts that have named the release they lead to."""
    for match in _CANDIDATE_ALONE.finditer(text):
        yield match.span()


def find_short(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield ranges of `.33` and `.33-rc1` that stand alone, and 2.6.33 in full: for texts that speak of 2.6 kernels."""
    for match in _ALONE.finditer(text):
        yield match.start(), match.end(), f"2.6{match[0]}"


def release_place(base: str) -> int | None:
    """The place of a mainline release among all since 2.6.0, and of a stable update's; None for what came before."""
    parts = [int(part) for part in base.split(".")]
    if parts[:2] == [2, 6] and len(parts) > 2:
        return parts[2]
    if parts[0] not in _NEW_LAST:
        return None
    return _LAST_26 + sum(last + 1 for major, last in _NEW_LAST.items() if major < parts[0]) + parts[1]


def last_place(releases: Mapping[str, dt.date], day: dt.date) -> int | None:
    """The place of the last release that a text of that day can name: some beyond those out by then; None if unknown.

    `releases` need not reach to the day; what came after them came no faster than every eight weeks.
    """
    known = [(place, on) for name, on in releases.items() if on <= day and (place := _mainline_place(name)) is not None]
    if not known:
        return None
    place, on = max(known)
    return place + (day - on).days // _FASTEST_CYCLE_DAYS + _ANNOUNCED_AHEAD


def _mainline_place(name: str) -> int | None:
    return release_place(name) if _MAINLINE.fullmatch(name) else None


def _family(base: str) -> Family | None:
    if _LEADING_ZERO.search(base):
        return None
    parts = [int(part) for part in base.split(".")]
    major, minor, patch = parts[0], parts[1], parts[2] if len(parts) > 2 else None
    if major == 2 and minor == 6 and patch is not None:
        if patch > _LAST_26:
            return None
        return "sure" if patch > _LOW_LAST or len(parts) > 3 else "low"
    if major == 2 and patch is not None:
        return "old" if patch <= _OLD_LAST.get(minor, -1) else None
    if major == 1 and patch is not None and len(parts) == 3:
        return "old" if minor <= 3 else None
    if minor <= _NEW_LAST.get(major, -1) and len(parts) <= 3:
        return "new" if patch is None or patch <= _STABLE_LAST else None
    return None
