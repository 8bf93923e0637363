"""Lists as HTML: documents a line each, things with a page of their own, and sparklines."""

from collections.abc import Iterable, Mapping, Sequence

from search_ui.tables import Table
from search_ui.wording import KIND_NAMES, clean, day_of, escaped, inside, it_or_them, plural
from warehouse.catalog import Card, EntityType, Named

VIEW_OF: Mapping[str, str] = {"topic": "topic", "person": "person", "project": "project", "kernel_release": "release"}
"""The view of each type of thing that has a page."""
INDEX_NAMES: Mapping[EntityType, str] = {
    "topic": "Topics", "person": "People", "project": "Projects", "kernel_release": "Kernel releases",
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "title": "in its title", "heading": "in a heading", "lead": "in its lead", "share": "throughout",
}  # fmt: skip
MOST_LINES = 100
_HEIGHTS = 8  # levels of a sparkline, as classes in style.css


def entity_link(entity_type: str, entity_id: str, name: str, css: str = "in") -> str:
    """Return a link to the page of a topic, person, project or kernel release."""
    return inside(name, VIEW_OF[entity_type], css, id=entity_id)


def chips(things: Iterable[Named]) -> str:
    """Return links to the pages of things, each with its number of documents."""
    links = "".join(
        f"<li>{entity_link(one.entity_type, one.entity_id, one.name)} <span>{one.documents:,}</span></li>"
        for one in things
    )
    return f'<ul class="named">{links}</ul>' if links else ""


def document_lines(cards: Sequence[Card], notes: Mapping[str, str] | None = None, more: str = "") -> str:
    """Return documents as lines: day, kind, title, author and a note by document id; `more` is trusted HTML below a cut list."""
    shown = cards if not more else cards[:MOST_LINES]
    lines = "".join(_line(card, (notes or {}).get(card.document_id, "")) for card in shown)
    return f'<ol class="lines">{lines}</ol>{more}'


def _line(card: Card, note: str) -> str:
    by = f'<span class="by">{escaped(card.author)}</span>' if card.author else ""
    said = f"<span>{escaped(note)}</span>" if note else ""
    kind = f'<span class="kind kind-{escaped(card.kind)}">{escaped(KIND_NAMES.get(card.kind, card.kind))}</span>'
    return (
        f'<li><span class="day">{escaped(day_of(card.published_at, card.published_precision))}</span>'
        f'<span class="what">{inside(card.title, "document", id=card.document_id)} {kind}{by}{said}</span></li>'
    )


def documents_table(cards: Iterable[Card], notes: Mapping[str, str] | None = None) -> Table:
    """Return documents as a table to take along, with the address of each."""
    columns = ("document_id", "kind", "published_at", "precision", "title", "author", "site", "url", "capture", "why")
    rows = tuple(
        (
            card.document_id, card.kind, card.published_at, card.published_precision, card.title, card.author, card.site,
            card.url, card.memento_url, (notes or {}).get(card.document_id),
        )
        for card in cards
    )  # fmt: skip
    return Table(columns, rows) if notes is not None else Table(columns[:-1], tuple(row[:-1] for row in rows))


def spark(counts: Mapping[int, int], first: int, last: int) -> str:
    """Return counts by year as a row of bars, from the first to the last year; its label says the numbers."""
    years = range(first, last + 1)
    most = max((counts.get(year, 0) for year in years), default=0) or 1
    bars = "".join(f'<span class="h{-(-counts.get(year, 0) * _HEIGHTS // most)}"></span>' for year in years)
    said = ", ".join(f"{year}: {counts[year]}" for year in years if counts.get(year))
    return (
        f'<span class="spark" role="img" aria-label="{escaped(said or "none")}" title="{escaped(said)}">{bars}</span>'
    )


def entity_hint(found: Named | None) -> str:
    """Return a line that leads to the page of what was asked for by name; empty for nothing."""
    if found is None:
        return ""
    link = entity_link(found.entity_type, found.entity_id, found.name)
    said = "who they are" if found.entity_type == "person" else "what it is"
    return f'<p class="hint hinted">{link}: {said}, attention over time, and the documents about {it_or_them(found.entity_type)}.</p>'


def several(number: int, one: str, many: str | None = None) -> str:
    """Return a number of things in words for a heading, escaped."""
    return escaped(plural(number, one, many))


def tidy(text: str) -> str:
    """Return a sentence on one line."""
    return " ".join(clean(text).split())
