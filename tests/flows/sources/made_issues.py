"""Pages of an issue made for tests, and the results of reading them."""

import datetime as dt

from flows.sources import registry
from warehouse.records import Capture, Document

URL = "http://www.h-online.com/open/news/item/Kernel-Log-A-title-740203.html"
FEATURE = "http://www.h-online.com/open/features/What-s-new-746759.html"
TEXT = "The kernel developers have agreed on how the new interface shall look and what it is to be called."


def capture(html: str | bytes, url: str = URL) -> Capture:
    body = html.encode() if isinstance(html, str) else html
    return Capture("c", url, 200, "text/html", dt.datetime(2013, 6, 1), body)


def read(*captures: Capture) -> Document:
    return registry.parse(registry.identify(captures[0].url), captures)


def article(body: str, *, top: str = "<p>23 February 2009, 10:46</p><h1>Kernel Log: A title</h1>") -> str:
    return f"<html><head><title>Kernel Log: A title - The H</title></head><body><div>{top}{body}</div></body></html>"


def outline(document: Document) -> list[tuple[str, str | None]]:
    return [(section.role, section.heading) for section in document.sections]
