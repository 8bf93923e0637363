"""Documents of a list as HTML: hits, documents that cite another, documents behind a bar."""

from collections.abc import Collection, Iterable, Mapping

from search_ui.wording import (
    KIND_NAMES,
    RANKER_NAMES,
    address_of,
    day_of,
    escaped,
    inside,
    ordinal,
    outside,
    snippet,
)
from warehouse.catalog import Card
from warehouse.records import Hit, PassageHit

MOST_CHIPS = 5


def hit_card(hit: Hit, card: Card, topics: Mapping[str, str], asked: Collection[str] = ()) -> str:
    """Return a hit as HTML: title, date, kind, the passage found, why it was found, and links.

    `asked` is passed to `topic_chips`.
    """
    best = hit.passages[0] if hit.passages else None
    passage = best.passage_id if best else ""
    title = inside(hit.title, "document", "title", id=hit.document_id, passage=passage)
    return f"""<article class="card">
{meta(hit.kind, day_of(hit.published_at, card.published_precision), hit.author)}
<h3>{title}</h3>
{_found(best) if best else ""}
{topic_chips(card.topics, topics, asked)}
{ways(hit.document_id, hit.url, hit.memento_url, passage)}
{_why(hit)}
</article>"""


def document_card(
    card: Card, topics: Mapping[str, str], sentence: str | None = None, asked: Collection[str] = ()
) -> str:
    """Return a document that is not a hit as HTML: title, date, kind, an optional sentence, and links.

    `asked` is passed to `topic_chips`.
    """
    said = f'<p class="snippet">{escaped(sentence)}</p>' if sentence else ""
    return f"""<article class="card">
{meta(card.kind, day_of(card.published_at, card.published_precision), card.author)}
<h3>{inside(card.title, "document", "title", id=card.document_id)}</h3>
{said}
{topic_chips(card.topics, topics, asked)}
{ways(card.document_id, card.url, card.memento_url)}
</article>"""


def meta(kind: str, day: str, author: str | None = None) -> str:
    """Return the line above a title as HTML: kind, day and author."""
    by = f'<span class="by">{escaped(author)}</span>' if author else ""
    return (
        f'<p class="meta"><span class="kind kind-{escaped(kind)}">{escaped(KIND_NAMES.get(kind, kind))}</span>'
        f"<span>{escaped(day)}</span>{by}</p>"
    )


def topic_chips(ids: Iterable[str], topics: Mapping[str, str], asked: Collection[str] = ()) -> str:
    """Return the first few topics as links to their pages; topics in `asked` come first."""
    first = sorted(ids, key=lambda one: one not in asked)[:MOST_CHIPS]
    chips = [inside(topics.get(one, one), "topic", "chip", id=one) for one in first]
    return f'<p class="chips">{"".join(chips)}</p>' if chips else ""


def ways(document_id: str, url: str, memento_url: str | None, passage: str = "") -> str:
    """Return the links of a document: its page here, the original, the capture."""
    capture = (
        outside(memento_url, "Capture")
        if memento_url
        else f'<a class="in" href="{escaped(address_of("document", id=document_id, show="capture"))}">Capture</a>'
    )
    following = inside("What happened next", "timeline", next=passage or document_id)
    read = inside("Read it here", "document", id=document_id, passage=passage)
    return f'<p class="ways">{read}{outside(url, "Original")}{capture}{following}</p>'


def _found(passage: PassageHit) -> str:
    place = f'<p class="place">{escaped(passage.heading)}</p>' if passage.heading else ""
    return f'{place}<p class="snippet">{snippet(passage.text, passage.marks)}</p>'


def _why(hit: Hit) -> str:
    rankers = "".join(
        f"<li>Ranked {ordinal(ranker.rank)} by {escaped(RANKER_NAMES.get(ranker.name, ranker.name))}</li>"
        for ranker in sorted(hit.rankers, key=lambda ranker: ranker.rank)
    )
    matching = _matching(hit.passages)
    words = f"<p>Matching words: {escaped(', '.join(matching))}</p>" if matching else ""
    more = "".join(_further(hit.document_id, passage) for passage in hit.passages[1:])
    if not rankers and not words and not more:
        return ""
    return (
        f'<details class="why"><summary>Why this result</summary><ul class="rankers">{rankers}</ul>{words}'
        f"{'<p>Also in this document:</p>' if more else ''}{more}</details>"
    )


def _further(document_id: str, passage: PassageHit) -> str:
    place = inside(passage.heading or "Passage", "document", id=document_id, passage=passage.passage_id)
    return f'<p class="place">{place}</p><p class="snippet">{snippet(passage.text, passage.marks, 220)}</p>'


def _matching(passages: Iterable[PassageHit]) -> list[str]:
    found: dict[str, str] = {}
    for passage in passages:
        for start, end in passage.marks:
            found.setdefault(passage.text[start:end].casefold(), passage.text[start:end])
    return list(found.values())[:12]
