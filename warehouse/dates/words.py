"""The words and patterns of English dates, shared by the rules that read them."""

import re

from warehouse.months import ENGLISH, SHORT, any_of, month_numbers

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MONTHS = month_numbers("en")
_FULL, _SHORT = (any_of(map(str.capitalize, names)) for names in (ENGLISH, SHORT))
MONTH = rf"(?:{_FULL}|(?:{_SHORT})\.?)(?![A-Za-z])"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
ANY_WEEKDAY = rf"(?:{WEEKDAY}|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?)"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?![\w%]|[.:,]\d)"
YEAR = r"(?:19|20)\d\d(?![\w%]|[.:,]\d|-\w)"
UNIT = r"(?:day|week|month|year|decade)"

_COUNTS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "couple": 2, "few": 3, "some": 3,
    "several": 4, "half": 0.5, "dozen": 12,
}  # fmt: skip
# Longest first, so that "a couple of" is not read as "a".
COUNT = (
    r"(?:(?:a\s+|the\s+)?couple(?:\s+of)?|(?:a\s+)?(?:very\s+)?few|several|some|half\s+an?|half\s+a\s+dozen|a\s+dozen|"
    r"(?:\d{1,3}(?:\.5)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    r"sixteen|seventeen|eighteen|nineteen|twenty|thirty|an?)"
    r"(?:[\s-]+and[\s-]+a[\s-]+half)?)"
)
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
ORDINAL = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"


def month_number(name: str) -> int:
    """Return 1 to 12 for a month's name or abbreviation."""
    return _MONTHS[name.lower().rstrip(".")]


def weekday_number(name: str) -> int:
    """Return 0 (Monday) to 6 for a weekday's name or abbreviation."""
    return WEEKDAYS.index(name[:3].lower())


def day_number(text: str) -> int:
    """Return the number in `5`, `05` or `5th`."""
    return int(re.sub(r"\D", "", text))


def ordinal_number(text: str) -> int:
    """Return 1 to 4 for `first` to `4th`."""
    return _ORDINALS[text.lower()]


def count_of(text: str) -> float:
    """Return the number that a `COUNT` means: 2 for `a couple of`, 3 for `a few`, 1.5 for `one and a half`."""
    words = re.split(r"[\s-]+", text.lower())
    if "dozen" in words:
        return 6 if "half" in words else 12
    if words[0] == "half":
        return 0.5
    more = 0.5 if words[-1] == "half" else 0.0
    for word in words:
        if word[0].isdigit():
            return float(word) + more
        if word in _COUNTS and not (word in ("a", "an") and len(words) > 1 and words[1] in _COUNTS):
            return _COUNTS[word] + more
    return 1.0
