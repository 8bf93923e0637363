"""Kernel version numbers: how they are written, which can exist, and their order."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Family = Literal["sure", "low", "old", "new"]

NUMBER = r"\d{1,2}(?:\.\d{1,3}){1,3}"
"""Regex fragment for the numbers of a version: `2.6.29.4`, `3.0`."""

VERSION = rf"(?:{NUMBER})(?:-rc\d{{1,2}})?"
"""Regex fragment for a version or release candidate in its plain form: `2.6.29`, `2.6.29-rc7`."""

# Atomic groups: without them `2.6.299x` would be read as `2.6.29`. A dot before is refused (10.2.6.27), two are a git range.
_WRITTEN = re.compile(
    rf"(?:(?<![\w.])|(?<=\.\.)|(?<=[^\W\d]_))v?(?P<base>(?>{NUMBER}))"
    r"(?P<pre>(?:[- ]?[rR][cC]|-pre|-test)-?\d{1,2})?"
    r"(?P<tree>(?:-(?:mm|ac|git|bk|rt|ck|dj|aa|mjb)\d{1,3})*)"
    r"(?!\w|\.\d|\.[xyXY]\b)"
)
_LEADING_ZERO = re.compile(r"\.0\d")
_SUFFIX = re.compile(r"(?P<name>[a-z]*)-?(?P<number>\d*)")
_BEFORE_IT_IS_OUT = ("rc", "pre", "test")
_OLD_LAST = {0: 40, 1: 132, 2: 27, 3: 99, 4: 37, 5: 75}  # the last 2.N.x that exists, by N
_NEW_LAST = {3: 19, 4: 20, 5: 19, 6: 19}  # the last X.N that exists, by X
_NEWEST_MAJORS, _LAST_OF_NEWEST = range(7, 10), 30  # future majors: the next one begins at about X.20
_LOW_LAST = 10  # drivers and programs have such versions too (xf86-video-intel 2.6.3, Python 2.6.5)
_LAST_26 = 40  # announced, then released as 3.0
_STABLE_LAST = 400  # stable updates of a release, 4.9.337 so far
_FASTEST_CYCLE_DAYS = 56
_ANNOUNCED_AHEAD = 6  # releases that are mentioned up to a year ahead


@dataclass(frozen=True, slots=True)
class Version:
    """A number that may be a kernel version: `start` and `end` exclude a leading v, `name` is kernel.org's spelling.

    `family` says how much evidence it needs: `sure` is 2.6.11 and up, `low` 2.6.0 to 2.6.10, `old` 1.x to 2.5.x, `new` 3 and up.
    """

    start: int
    end: int
    name: str
    base: str
    is_pre: bool
    family: Family


def find_versions(text: str) -> Iterator[Version]:
    """Yield every number that can be a kernel version, in order."""
    for match in _WRITTEN.finditer(text):
        family = family_of(match["base"])
        if family is not None:
            is_pre = bool(match["pre"] or match["tree"])
            base = _as_released(match["base"]) if family == "new" else match["base"]
            name = base + _name(match).removeprefix(match["base"])
            yield Version(match.start("base"), match.end(), name, base, is_pre, family)


def find_numbers(text: str) -> list[str]:
    """Return every version number in a text, a kernel's or another program's, in kernel.org's spelling."""
    return [_name(match) for match in _WRITTEN.finditer(text)]


def family_of(base: str) -> Family | None:
    """Return the family of a version's numbers, None if no kernel has them."""
    if _LEADING_ZERO.search(base):
        return None
    parts = _numbers(base)
    major, minor, patch = parts[0], parts[1], parts[2] if len(parts) > 2 else None
    if major == 2 and minor == 6 and patch is not None:
        if patch > _LAST_26:
            return None
        return "sure" if patch > _LOW_LAST or len(parts) > 3 else "low"
    if major == 2 and patch is not None:
        return "old" if patch <= _OLD_LAST.get(minor, -1) else None
    if major == 1 and patch is not None and len(parts) == 3:
        return "old" if minor <= 3 else None
    if minor <= _last_minor(major) and len(parts) <= 3:
        return "new" if patch is None or patch <= _STABLE_LAST else None
    return None


def is_version(name: str) -> bool:
    """Return whether a name in its plain form (`2.6.29-rc7`) is one that a kernel can have."""
    return re.fullmatch(VERSION, name) is not None and family_of(base_of(name)) is not None


def is_mainline(name: str) -> bool:
    """Return whether a version is a mainline release or a candidate for one, rather than a stable update.

    Stable updates have a fourth number up to 2.6, and a third number since 3.0.
    """
    parts = _numbers(base_of(name))
    return len(parts) <= (2 if parts[0] >= 3 else 3)


def version_order(name: str) -> tuple[tuple[int, ...], int, int, str]:
    """Return a sort key for versions: candidates before their release, then trees based on it, then stable updates."""
    base, _, suffix = name.partition("-")
    match = _SUFFIX.match(suffix)
    assert match is not None
    rank = 0 if not suffix else -1 if match["name"] in _BEFORE_IT_IS_OUT else 1
    return _numbers(base), rank, int(match["number"] or 0), suffix


def base_of(name: str) -> str:
    """Return the numbers of a version, without the suffix of a candidate or a tree."""
    return name.partition("-")[0]


def mainline_place(base: str) -> int | None:
    """Return the index of a mainline release since 2.6.0; a stable update has that of its release.

    None for older versions.
    """
    parts = _numbers(base)
    if parts[:2] == (2, 6) and len(parts) > 2:
        return parts[2]
    if _last_minor(parts[0]) < 0:
        return None
    return _LAST_26 + sum(_last_minor(major) + 1 for major in range(3, parts[0])) + parts[1]


def last_place(releases: Mapping[str, dt.date], day: dt.date) -> int | None:
    """Return the index of the last release that a text of that day can name, some ahead of those released; None if unknown.

    `releases` may end before the day; later releases are assumed to follow every eight weeks, the fastest cycle.
    """
    known = [(place, on) for name, on in releases.items() if on <= day and (place := _mainline_place(name)) is not None]
    if not known:
        return None
    place, on = max(known)
    return place + (day - on).days // _FASTEST_CYCLE_DAYS + _ANNOUNCED_AHEAD


def _mainline_place(name: str) -> int | None:
    return mainline_place(name) if name == base_of(name) and is_mainline(name) else None


def _as_released(base: str) -> str:
    """Return the release that a kernel of its series calls itself with a third number: 3.0 for 3.0.0."""
    return base.removesuffix(".0") if base.count(".") == 2 else base


def _last_minor(major: int) -> int:
    """Return the last X.N that exists or may exist, -1 for majors without such numbers."""
    return _LAST_OF_NEWEST if major in _NEWEST_MAJORS else _NEW_LAST.get(major, -1)


def _name(match: re.Match[str]) -> str:
    pre = (match["pre"] or "").lower().replace("-", "").strip()
    return match["base"] + (f"-{pre}" if pre else "") + match["tree"]


def _numbers(base: str) -> tuple[int, ...]:
    return tuple(map(int, base.split(".")))
