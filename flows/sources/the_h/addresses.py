"""The address forms of The H, heise online UK and heise online: an article has a number; the slug does not matter."""

import re

from flows.issue_hosts import ENGLISH, GERMAN
from flows.reading.urls import Address, whole_number
from warehouse.records import Identity

_NUMBER_LAST = re.compile(r"[-/](?P<number>\d{5,8})\.html?/?\Z")  # four digits are a topic's: kernel-log-3007.html
_NUMBER_AFTER = re.compile(
    r"/(?:news|features|artikel|meldung|newsticker|hintergrund|result|item|bericht)"
    r"(?:/(?:print|druck|meldung|item|drucken))*(?:/[^/]*--)?/(?P<number>\d{4,8})(?:/0)?(?:/(?P<page>\d{1,2}))?(?:/(?:print|druck))?/?\Z"
)
_PRINT_BEFORE = re.compile(r"/(?:print|druck)/(?P<number>\d{4,8})(?:/(?P<page>\d{1,2}))?/?\Z")
_SHORT = re.compile(r"/-(?P<number>\d{4,8})/?\Z")
_NO_ARTICLE = re.compile(
    r"/(?:foren?|forums?|imgs?|bilder|icons|stil|scale|preisvergleich|download|software|kiosk|shop)(?:/|\Z)"
)
_FROM_FEED = re.compile(r"/from/\w+/?\Z")
_PAGE_PARAMETERS = ("page", "seite", "artikelseite")


def issue_identity(address: Address) -> Identity | None:
    """Return the article at an address of The H or heise online, with the number of its page, or None.

    The key of a German article begins with `de:`, because until 2009 both sites used the same range of numbers for
    different articles (such as 110975).
    """
    german = address.on(*GERMAN)
    found = article_number(address) if german or address.on(*ENGLISH) else None
    if found is None:
        return None
    number, page = found
    return Identity("issue", f"de:{number}" if german else number, address.url, page=page, number=number)


def article_number(address: Address) -> tuple[str, int] | None:
    """Return the article and page number in an address of these forms on any host, or None if it has no number."""
    if _NO_ARTICLE.match(address.path):
        return None
    shown = address.query.get("url", "") if address.path.endswith("/result.xhtml") else address.path
    path = _FROM_FEED.sub("", shown)
    match = _SHORT.match(path) or _NUMBER_LAST.search(path) or _NUMBER_AFTER.search(path) or _PRINT_BEFORE.search(path)
    if match is None:
        return None
    return match["number"], whole_number(match.groupdict().get("page") or _page_parameter(address))


def _page_parameter(address: Address) -> str | None:
    return next((address.query[name].partition("#")[0] for name in _PAGE_PARAMETERS if name in address.query), None)
