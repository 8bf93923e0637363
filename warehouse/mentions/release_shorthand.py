"""Short forms of kernel versions beside a full one: the `.30` of `2.6.29 and .30`, `rc2` alone."""

import re
from collections.abc import Iterator

from warehouse.kernel_versions import Version

_TAIL = re.compile(
    r"(?:\s*[,/&]\s*(?:and\s+|or\s+)?|\s+(?:and|or|to|through|und|oder|bis)\s+)"
    r"(?:(?P<dot>\.\d{1,3})|(?P<rc>-rc\d{1,2}))(?![\w]|\.\d)|/(?P<slashed>\d\d)(?![\w/]|\.\d)"
)
_ALONE = re.compile(r"(?<=[\s(])\.(?P<patch>[1-3]\d)(?P<pre>-rc\d{1,2})?(?![\w]|\.\d)")
_CANDIDATE_ALONE = re.compile(r"(?<![\w.-])rc\d{1,2}(?![\w-]|\.\d|\s+of\b)")


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


def find_short(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the ranges of `.33` and `.33-rc1` on their own, and the full name 2.6.33, for texts about 2.6 kernels."""
    for match in _ALONE.finditer(text):
        yield match.start(), match.end(), f"2.6{match[0]}"
