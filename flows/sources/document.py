"""Make the document of a source: refuse a page without words, and date it no later than its capture."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from flows.reading.moments import PublishedMoment, first_not_after
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity, Link, Section

_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_TITLE_WORDS = 14  # of the text, as the title of a document without one


def make_document(
    identity: Identity,
    capture: Capture,
    *,
    title: str | None,
    sections: Sequence[Section],
    links: Sequence[Link] = (),
    author: str | None = None,
    moments: Iterable[PublishedMoment | None] = (),
    language: str | None = None,
    aliases: Iterable[str] = (),
    facts: Mapping[str, object] | None = None,
) -> Document:
    """Return the document of a source, dated by the first of `moments` (best evidence first) that is not after the capture.

    Without such a moment `published_at` is None and `published_from` is `capture`.

    Raises:
        PageSetAside: no section contains a word (`no_text`).
    """
    kept = tuple(sections)
    first = next((section.text for section in kept if any(map(str.isalnum, section.text))), None)
    if first is None:
        raise PageSetAside(f"{capture.url} has no words; expected a {identity.kind}", reason="no_text")
    moment = first_not_after(moments, capture.captured_at)
    return Document(
        kind=identity.kind,
        key=identity.key,
        url=identity.url,
        title=one_line(title) or " ".join(first.split()[:_TITLE_WORDS]),
        sections=kept,
        links=tuple(links),
        author=one_line(author) or None,
        published_at=moment.at if moment else None,
        utc_offset_min=moment.offset_min if moment else None,
        published_precision=moment.precision if moment else None,
        published_from=moment.origin if moment else "capture",
        language=language or "en",
        aliases=tuple(dict.fromkeys(alias for alias in aliases if alias and alias != identity.key)),
        facts={name: value for name, value in (facts or {}).items() if value not in (None, "", [], ())},
    )


def unquoted(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections with nothing marked as quoted, because an article's quotations and code belong to its text."""
    return tuple(replace(section, quoted=()) for section in sections)


def one_line(text: str | None) -> str:
    """Return the text with white space collapsed, without soft hyphens and zero-width characters; empty for None."""
    return " ".join(_UNSEEN.sub("", text or "").split())
