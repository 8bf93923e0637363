"""Find the pages of one feature from the page navigation and the links on a page."""

from collections.abc import Mapping

from flows.reading.html import HtmlPage, read_page
from flows.reading.pager import read_pager
from flows.reading.sections import resolve
from flows.reading.urls import read_address
from flows.sources.the_h.addresses import article_number
from warehouse.errors import UsageError
from warehouse.records import Capture
from warehouse.sites import site_of

MOST_PAGES = 100  # of one feature; no real one has twenty


def page_group(capture: Capture) -> tuple[str, ...]:
    """Return the addresses of all pages of the feature that this page belongs to, in order; empty if it has only one page.

    From a page that links only to its neighbours, these and the page itself are returned.

    Raises:
        PageSetAside: the capture is not HTML.
    """
    page = read_page(capture)
    here = read_address(capture.url).url
    own = _number_and_page(here)
    if own is None:
        return ()
    pager = read_pager(page.visible.blocks, here)
    numbered = {n: url for n, href in pager.numbered.items() if (url := _sibling(here, href))}
    if len(numbered) < len(pager.numbered):
        numbered = {}
    numbered = numbered or _same_article(page, here, own)
    if numbered:
        shown = pager.shown or next((n for n in range(1, len(numbered) + 2) if n not in numbered), own[1])
        numbered.setdefault(shown, here)
        return _unique(numbered)
    chain = [_sibling(here, href) if href else None for href in (pager.previous, pager.next)]
    if not any(chain):
        return ()
    return tuple(url for url in (chain[0], here, chain[1]) if url)


def _same_article(page: HtmlPage, here: str, own: tuple[str, int]) -> dict[int, str]:
    """Return the pages of the article that the page links to, by number; pages between them are filled in."""
    found: dict[int, str] = {}
    for block in page.visible.blocks:
        for anchor in block.anchors:
            url = _sibling(here, resolve(here, anchor.href))
            other = _number_and_page(url) if url else None
            if url and other and other[0] == own[0] and other != own:
                found.setdefault(other[1], url)
    if not found or max(found) > MOST_PAGES:
        return {}
    found.setdefault(own[1], here)
    example = next((url for number, url in found.items() if f"page={number}" in url), None)
    for number in range(2, max(found)):
        if number not in found and example is not None:
            found[number] = f"{example.partition('?')[0]}?page={number}"
    return found


def _sibling(here: str, href: str) -> str | None:
    """Return the cleaned address of a link to an article on the same site, else None."""
    try:
        address = read_address(href)
    except UsageError:
        return None
    return (
        address.url
        if site_of(address.url) == site_of(here) and article_number(address) and "view=" not in address.url
        else None
    )


def _number_and_page(url: str) -> tuple[str, int] | None:
    return article_number(read_address(url))


def _unique(numbered: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for _, url in sorted(numbered.items())))
