"""Issues of the Kernel Log and the other articles of The H and heise online."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from flows.reading.audit import shown_text
from flows.reading.language import language_of
from flows.reading.links import Identify
from flows.reading.moments import PublishedMoment, first_not_after, read_moment
from flows.reading.sections import assemble
from flows.reading.title import plain_title, read_title
from flows.reading.urls import Address
from flows.reading.visible import Block
from flows.reading.word_counts import count_words
from flows.sources.source import Source
from flows.sources.the_h.addresses import issue_identity
from flows.sources.the_h.article_blocks import IssuePage, read_article_blocks
from flows.sources.the_h.pages_of_article import page_group
from flows.sources.the_h.sections import issue_parts
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity, Section
from warehouse.sentences import split_sentences

__all__ = ["SOURCE", "identify", "page_group", "parse"]

_LEAD_SENTENCES = 5
_LEAD_WORDS = 140
_SAME_SHARE = 0.8
"""The share of a page's paragraphs that, if seen before, makes it a copy (a print view of pages already read)."""
_SHORT_ADDRESS = re.compile(r"https?://[\w.-]+/-\d{4,8}\b")
_SAMPLED_CHARS = 1000
"""Enough to distinguish English from German at little cost."""


def identify(address: Address) -> Identity | None:
    """Return the article at an address of The H or heise online, with the number of its page, or None."""
    return issue_identity(address)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the issue made of these pages; title, date and author may be on any of them.

    Raises:
        PageSetAside: a page is not HTML, or none has the text of an article.
    """
    pages = _without_copies(_in_order([read_article_blocks(capture, n) for n, capture in enumerate(captures, start=1)]))
    if not any(page.content for page in pages):
        raise PageSetAside(f"{identity.url} has no text; expected an article", reason="no_text")
    head = next((page for page in pages if page.published_at), next((page for page in pages if page.title), pages[0]))
    title = head.title or plain_title(head.page.title) or identity.url
    author = next((page.author for page in pages if page.author), None)
    sections, links = assemble(issue_parts(pages), base=identity.url, identify=identify_link)
    moment = _published(head, captures)
    return Document(
        kind=identity.kind,
        key=identity.key,
        url=identity.url,
        title=title,
        sections=sections,
        links=links,
        author=author,
        published_at=moment.at if moment else None,
        utc_offset_min=moment.offset_min if moment else None,
        published_precision=moment.precision if moment else None,
        published_from=moment.origin if moment else None,
        language=language_of(
            " ".join(section.text for section in sections)[:_SAMPLED_CHARS],
            "de" if identity.key.startswith("de:") else None,
        ),
        issue=replace(read_title(title), lead=_standfirst(head.content) if author else None, pages=len(pages)),
        words=count_words(
            (shown_text(page.page.decoded.text) for page in pages),
            kept=(*_texts(sections), *(words for page in pages for words in page.printed)),
            boilerplate=(words for page in pages for words in page.boilerplate),
        ),
        aliases=_aliases(identity, captures, pages, identify_link),
        facts=_facts(pages),
    )


def _in_order(pages: list[IssuePage]) -> list[IssuePage]:
    """Return the pages sorted by the number in their navigation, or in the given order if one has none."""
    if all(page.pager.shown for page in pages):
        return sorted(pages, key=lambda page: page.pager.shown or 0)
    return pages


def _without_copies(pages: Sequence[IssuePage]) -> list[IssuePage]:
    seen: set[str] = set()
    kept: list[IssuePage] = []
    for page in pages:
        texts = [block.text for block in page.content if len(block.text) > 80]
        if kept and texts and sum(text in seen for text in texts) > len(texts) * _SAME_SHARE:
            continue
        seen.update(texts)
        kept.append(page)
    return kept


def _published(head: IssuePage, captures: Sequence[Capture]) -> PublishedMoment | None:
    """Return the printed date in the site's local time, else the date in the page's metadata."""
    printed = PublishedMoment(head.published_at, "minute") if head.published_at else None
    said = None if printed else head.page.meta("date", "dc.date", "dcterms.date", "article:published_time")
    latest = max(capture.captured_at for capture in captures)
    return first_not_after([printed, read_moment(said, origin="meta") if said else None], latest)


def _standfirst(content: Sequence[Block]) -> str | None:
    """Return the first block if it is a lead of at most five sentences, else None."""
    first = content[0] if content else None
    if first is None or first.item is not None or first.table is not None:
        return None
    text = first.text.replace("\n", " ")
    is_lead = len(text.split()) <= _LEAD_WORDS and text.endswith((".", "!", "?", '"', "”", ")", "…"))
    return text if is_lead and len(split_sentences(text)) <= _LEAD_SENTENCES else None


def _texts(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        if section.heading:
            yield section.heading
        yield section.text


def _aliases(
    identity: Identity, captures: Sequence[Capture], pages: Sequence[IssuePage], identify_link: Identify
) -> tuple[str, ...]:
    """Return other keys of this issue: those of its pages, and that of the permanent link printed below the text."""
    urls = [capture.url for capture in captures]
    urls += [url for page in pages for words in page.boilerplate for url in _SHORT_ADDRESS.findall(words)]
    found = [identify_link(url) for url in urls]
    keys = dict.fromkeys(other.key for other in found if other is not None and other.kind == "issue")
    return tuple(key for key in keys if key != identity.key)


def _facts(pages: Sequence[IssuePage]) -> Mapping[str, object]:
    facts: dict[str, object] = {}
    for page in pages:
        facts.update(page.page.decoded.facts)
    return facts


SOURCE = Source("the_h", "issue", identify, parse)
