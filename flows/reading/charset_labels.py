"""Labels of charsets, and the Python codecs that read them as browsers and mailers of the time did.

Source: WHATWG Encoding Standard, "Names and labels", https://encoding.spec.whatwg.org/#names-and-labels (2024), the table
in webencodings. Python's codec of a name often covers less than the standard's index; then a wider codec is used.
"""

import codecs
import re

import webencodings

_WIDER = {
    "shift_jis": "cp932",
    "euc-kr": "cp949",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso-8859-8-i": "iso-8859-8",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "windows-874": "cp874",
    "iso-2022-jp": "iso2022_jp_ext",
    "koi8-u": "koi8-u",
}
_NO_CHARSET = frozenset({"replacement", "x-user-defined"})
_OF_MAIL = re.compile(
    r"utf_?7|utf-7|hz|iso2022_\w+|gb18030|cp\d{3,5}|iso8859-\d+|mac-\w+|koi8-\w|big5\w*|euc_\w+|tis-620|johab|ptcp154|viscii"
)
_NAMES_OF_MAIL = {"utf-7": "utf-7", "unicode-1-1-utf-7": "utf-7", "x-utf-7": "utf-7", "hz-gb-2312": "hz", "hz": "hz", "x-gbk": "gb18030",
                  "iso-2022-cn": "iso2022_cn", "iso-2022-kr": "iso2022_kr", "csiso2022kr": "iso2022_kr", "x-unknown": ""}  # fmt: skip
SEVEN_BIT = frozenset({"utf-7", "hz", "iso2022_kr", "iso2022_jp_ext"})
"""Charsets that use only ASCII bytes, so they must be tried before UTF-8."""


def codec_of_page_label(label: str) -> str | None:
    """Return the codec for a label on a page, or None for a label that browsers do not know."""
    found = webencodings.lookup(label.strip().strip("\"'"))
    if found is None or found.name in _NO_CHARSET:
        return None
    return _codec(_WIDER.get(found.name, found.name))


def codec_of_mail_label(label: str) -> str | None:
    """Return the codec for a label in a mail, which may be one that only mailers know (RFC 1642, 1557, 1843), or None."""
    label = label.strip().strip("\"'").lower()
    if label in _NAMES_OF_MAIL:
        return _codec(_NAMES_OF_MAIL[label])
    known = codec_of_page_label(label)
    if known is not None:
        return known
    name = _codec(label)
    return name if name is not None and _OF_MAIL.fullmatch(name) else None


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None
