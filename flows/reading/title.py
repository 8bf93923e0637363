"""Parse the title of an issue: series, kernel version, part and area."""

import html
import re
from itertools import chain

from warehouse.kernel_versions import VERSION, base_of, family_of, is_version
from warehouse.records import IssueFacts

KERNEL_LOG = "Kernel Log"
COMING_IN = "Coming in"
WHATS_NEW = "What's new"
NEWS = "news"

_QUOTES = str.maketrans("’‘´`–—−‑\u00a0", "''''---- ")
_DECORATION = re.compile(
    r"\s*[(\[](?:(?:last )?page\b[^)\]]*|(?:letzte )?seite\b[^)\]]*|repost|excerpt|auszug|update\b[^)\]]*)\s*\d*[)\]]\s*\Z|"
    r"\s*\[[\w-]+\.(?:com|net|org|de|co\.uk)\]\s*\Z|"
    r"\s+[-|]\s+(?:page|seite)\s+\d{1,2}\s*\Z|"
    r"\s+(?:[-|]|::)\s+(?:The H\b.*|heise\s+(?:online|open)\b.*|c't\b.*|LXer\b.*|LWN\b.*|Slashdot|Hacker News|Linux Today"
    r"|Tux Machines|OSNews\b.*|reddit\b.*)\Z",
    re.IGNORECASE,
)
_TITLE_CHARS = 500
_DECORATIONS = 4
_LOG = re.compile(
    r"\s*(?:\[\w{1,12}\]\s*)?[\"']?(?:The )?Kernel[ -]?Log\b\s*[:-]?\s*|"
    r"[^:|]{2,40}(?:[:|]| -) (?:The )?Kernel[ -]Log(?::| -)\s+",  # `LXer: Kernel Log: ...`, `heise open - 12.10.10 - ...`
    re.IGNORECASE,
)
_LINUX = r"(?:(?:the\s+)?(?:Linux|Linux[- ]?Kernels?|Kernels?)(?:[- ]Version)?\s+)?"
_SERIES = (
    (COMING_IN, re.compile(rf"(?:what'?s |what is )?coming (?:up )?(?:in|with) {_LINUX}(?P<v>{VERSION})", re.IGNORECASE)),
    (COMING_IN, re.compile(rf"was kommt (?:in|mit) {_LINUX}(?P<v>{VERSION})", re.IGNORECASE)),
    (COMING_IN, re.compile(rf"was {_LINUX}(?P<v>{VERSION}) bring(?:t|en wird)", re.IGNORECASE)),
    (WHATS_NEW, re.compile(rf"(?:what'?s|what is) new in {_LINUX}(?P<v>{VERSION})", re.IGNORECASE)),
    (WHATS_NEW, re.compile(rf"(?:die )?(?:\w+ )?Neuerungen (?:von|in|im|des) {_LINUX}(?P<v>{VERSION})", re.IGNORECASE)),
    (WHATS_NEW, re.compile(rf"{_LINUX}(?P<v>{VERSION})\s*[:-]\s*(?:what'?s new|die neuerungen)\b", re.IGNORECASE)),
)  # fmt: skip
_PART = re.compile(
    r"\s*[-,:]?\s*(?:\(\s*(?:(?:part|teil|pt\.?)\s*)?(?P<a>\d{1,2}|[ivx]{1,4})(?:\s?(?:/|of|von)\s?\d{1,2})?\s*\)|"
    r"(?:part|teil|pt\.?)\s*(?P<b>\d{1,2}|[ivx]{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\b)",
    re.IGNORECASE,
)
_AREA = re.compile(r"\s*[-:,]\s*(?P<area>\S.*)\Z", re.DOTALL)
_AREA_AFTER_PART = re.compile(r"[\s:,/-]*(?P<area>\S.*)\Z", re.DOTALL)
_NAMED_VERSION = re.compile(
    rf"\b(?:Linux(?:[- ]?Kernel)?|Kernel)s?(?:[- ](?:version|series))?[- ](?P<v>{VERSION})(?![\w.]*\d)",
    re.IGNORECASE,
)
_BARE_VERSION = re.compile(rf"(?<![\w.-])(?<!libdrm )(?<!driver )(?<!intel )(?P<v>{VERSION})(?![\d.]*\d)")
_AFTER_IN = re.compile(rf"\b(?:in|for|of|für|von|mit|zu) (?P<v>{VERSION})(?![\d.]*\d)")
_OF_THE_TIME = (
    "2.4.3"  # other kernel versions of the column's years begin like this; lower ones are versions of programs
)
_WORDS = {
    word: n
    for n, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1)
}
_ROMAN = {word: n for n, word in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], start=1)}


def read_title(title: str) -> IssueFacts:
    """Return the series, version, part and area in the title of an issue, English or German; missing ones are None.

    `series` is one of "Kernel Log", "Coming in", "What's new" and "news" (any other article). `area` is the text after
    version and part; only articles of a mini-series have one.
    """
    plain = _plain(title)
    log = _LOG.match(plain)
    rest = plain[log.end() :] if log else plain
    for series, pattern in _SERIES:
        match = pattern.search(rest)
        if match:
            part, area = _part_and_area(rest[match.end() :])
            return IssueFacts(series, match["v"] if is_version(match["v"]) else None, part, area)
    named = (match["v"] for match in _NAMED_VERSION.finditer(rest) if is_version(match["v"]))
    bare = (match["v"] for match in _BARE_VERSION.finditer(rest) if _needs_no_word(match["v"]))
    after_in = (match["v"] for match in _AFTER_IN.finditer(rest) if log and family_of(base_of(match["v"])) == "new")
    return IssueFacts(KERNEL_LOG if log else NEWS, next(chain(named, bare, after_in), None))


def plain_title(title: str) -> str:
    """Return the title without the site's name and page number at its end; quotes and dashes stay as printed."""
    title = " ".join(title[:_TITLE_CHARS].split())
    for _ in range(_DECORATIONS):
        match = _DECORATION.search(title.translate(_QUOTES))
        if match is None:
            break
        title = title[: match.start()].rstrip()
    return title


def _needs_no_word(version: str) -> bool:
    """Return whether a version is a kernel's even without the word "Linux" or "kernel" before it."""
    return family_of(base_of(version)) == "sure" or (is_version(version) and version.startswith(_OF_THE_TIME))


def _plain(title: str) -> str:
    return plain_title(html.unescape(title)).translate(_QUOTES)


def _part_and_area(rest: str) -> tuple[int | None, str | None]:
    part = None
    match = _PART.match(rest)
    if match:
        part = _count(match["a"] or match["b"])
        rest = rest[match.end() :]
    area = (_AREA if match is None else _AREA_AFTER_PART).match(rest)
    if area is None:
        return part, None
    subject = area["area"].partition(" | ")[0]
    if part is None and (match := _PART.search(subject)) and match.end() == len(subject):
        part, subject = _count(match["a"] or match["b"]), subject[: match.start()]
    return part, subject.strip(" -:,.") or None


def _count(text: str) -> int | None:
    word = text.lower()
    return int(word) if word.isdigit() else _WORDS.get(word) or _ROMAN.get(word)
