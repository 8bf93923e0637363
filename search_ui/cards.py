"""Documents of a list as HTML: hits, documents that cite another, documents behind a bar."""

from collections.abc import Collection, Iterable, Mapping

from search_ui.reasons import reasons
from search_ui.wording import (
    KIND_NAMES,
    day_of,
    escaped,
    inside,
    outside,
    snippet,
)
from warehouse.catalog import Card
from warehouse.records import Hit, PassageHit

MOST_CHIPS = 5


def hit_card(hit: Hit, card: Card, topics: Mapping[str, str], asked: Collection[str] = ()) -> str:
    """Return a hit as HTML: title, source, the passage found, what it is about, and why it was found.

    `asked` is passed to `topic_chips`.
    """
    best = hit.passages[0] if hit.passages else None
    title = inside(hit.title, "document", "title", id=hit.document_id, passage=best.passage_id if best else "")
    return f"""<article class="card">
<h3>{title}</h3>
{meta(hit.kind, day_of(hit.published_at, card.published_precision), hit.author, card)}
{_found(best) if best else ""}
{topic_chips(card.topics, topics, asked)}
{_why(hit)}
</article>"""


def document_card(
    card: Card, topics: Mapping[str, str], sentence: str | None = None, asked: Collection[str] = (), **place: str
) -> str:
    """Return a document that is not a hit as HTML: title, source, an optional sentence, and what it is about.

    `asked` is passed to `topic_chips`; `place` names where in the document the title leads.
    """
    said = f'<p class="snippet">{escaped(sentence)}</p>' if sentence else ""
    return f"""<article class="card">
<h3>{inside(card.title, "document", "title", id=card.document_id, **place)}</h3>
{meta(card.kind, day_of(card.published_at, card.published_precision), card.author, card)}
{said}
{topic_chips(card.topics, topics, asked)}
</article>"""


def meta(kind: str, day: str, author: str | None = None, card: Card | None = None) -> str:
    """Return the line of a document's source as HTML: kind, day, author and, of a card, the site with a link to the original."""
    by = f'<span class="by">{escaped(author)}</span>' if author else ""
    site = outside(card.url, card.site or "Original", "out site") if card else ""
    return (
        f'<p class="meta"><span class="kind kind-{escaped(kind)}">{escaped(KIND_NAMES.get(kind, kind))}</span>'
        f"<span>{escaped(day)}</span>{by}{site}</p>"
    )


def topic_chips(ids: Iterable[str], topics: Mapping[str, str], asked: Collection[str] = ()) -> str:
    """Return the first few topics as links to their pages; topics in `asked` come first."""
    first = sorted(ids, key=lambda one: one not in asked)[:MOST_CHIPS]
    chips = [inside(topics.get(one, one), "topic", "chip", id=one) for one in first]
    return f'<p class="chips">{"".join(chips)}</p>' if chips else ""


def _found(passage: PassageHit) -> str:
    place = f'<p class="place">{escaped(passage.heading)}</p>' if passage.heading else ""
    return f'{place}<p class="snippet">{snippet(passage.text, passage.marks)}</p>'


def _why(hit: Hit) -> str:
    more = "".join(_further(hit.document_id, passage) for passage in hit.passages[1:])
    like = inside("More like this", "search", like=hit.document_id)
    following = inside(
        "What happened next", "timeline", next=hit.passages[0].passage_id if hit.passages else hit.document_id
    )
    return (
        f'<details class="why"><summary>Why this result, and more like it</summary><ul class="reasons">{reasons(hit)}</ul>'
        f'{"<p>Also in this document:</p>" if more else ""}{more}<p class="ways">{like}{following}</p></details>'
    )


def _further(document_id: str, passage: PassageHit) -> str:
    place = inside(passage.heading or "Passage", "document", id=document_id, passage=passage.passage_id)
    return f'<p class="place">{place}</p><p class="snippet">{snippet(passage.text, passage.marks, 220)}</p>'
