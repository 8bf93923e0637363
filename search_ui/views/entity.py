"""The page of a topic, a person, a project or a kernel release."""

from collections.abc import Sequence

import streamlit as st

from search_ui import browsing, state
from search_ui.attention_chart import attention_chart
from search_ui.entries import tense_mark
from search_ui.frame import name_tab
from search_ui.lists import (
    INDEX_NAMES,
    MOST_LINES,
    REASONS,
    VIEW_OF,
    chips,
    document_lines,
    documents_table,
    entity_link,
    several,
    tidy,
)
from search_ui.resources import OpenArchive
from search_ui.tables import Table
from search_ui.take_along import offer
from search_ui.views.browse import LISTS
from search_ui.views.kernel_release import release_facts, release_head
from search_ui.wording import (
    KIND_NAMES,
    STATUS_NAMES,
    day_of,
    escaped,
    inside,
    it_or_them,
    nothing,
    outside,
    span_of,
)
from warehouse.catalog import (
    Attention,
    Card,
    EntityPage,
    EntityType,
    Introduction,
    Named,
    Source,
    TurningPoint,
    years_of,
)

TYPE_NAMES = {"topic": "Topic", "person": "Person", "project": "Project", "kernel_release": "Kernel release"}
_FILTERS = {"topic": "topic", "person": "person", "kernel_release": "version"}  # of a search


def show_topic(archive: OpenArchive) -> None:
    """Show a topic."""
    _show(archive, "topic")


def show_person(archive: OpenArchive) -> None:
    """Show a person."""
    _show(archive, "person")


def show_project(archive: OpenArchive) -> None:
    """Show a project."""
    _show(archive, "project")


def show_release(archive: OpenArchive) -> None:
    """Show a kernel release."""
    _show(archive, "kernel_release")


def _show(archive: OpenArchive, entity_type: EntityType) -> None:
    page = browsing.entity(archive, entity_type, state.read("id"))
    if page is None:
        of = next(name for name, one in LISTS.items() if one == entity_type)
        every = inside(f"All {INDEX_NAMES[entity_type].lower()}", "browse", of=of)
        st.html(f"<h1>{TYPE_NAMES[entity_type]} not found</h1>")
        st.html(
            nothing(
                "This archive knows none with that id.", f"<p>{every} · {inside('Search the archive', 'search')}</p>"
            )
        )
        return
    name_tab(VIEW_OF[entity_type], page.name)
    facts = browsing.release_facts(archive, page.entity_id) if entity_type == "kernel_release" else None
    st.html(_head(page) + (release_head(facts) if facts else ""))
    _attention(archive, page)
    told = (release_facts(facts) if facts else "") + _points(page)
    if told:  # Streamlit refuses an empty text
        st.html(told)
    if page.points:
        offer(f"{page.name} turning points", lambda: _points_table(page.points))
    _documents(page)
    if beside := _beside(page):
        st.html(beside)
    if page.sources:
        offer(f"{page.name} sources", lambda: _sources_table(page.sources))


def _head(page: EntityPage) -> str:
    of = next(name for name, one in LISTS.items() if one == page.entity_type)
    kicker = inside(INDEX_NAMES[page.entity_type], "browse", of=of)
    if page.parent:
        kicker += f" › {entity_link('topic', page.parent.entity_id, page.parent.name)}"
    aliases = [one for one in page.aliases if one.casefold() != page.name.casefold()][:8]
    also = f'<p class="hint">Also: {escaped(", ".join(aliases))}</p>' if aliases else ""
    below = f'<div class="below"><h2>Topics in it</h2>{chips(page.children)}</div>' if page.children else ""
    return (
        f'<header class="entity"><p class="kicker">{kicker}</p><h1>{escaped(page.name)}</h1>'
        f"{_introduction(page.introduction)}{_counts(page)}{also}{_ways(page)}{below}</header>"
    )


def _introduction(found: Introduction | None) -> str:
    if found is None:
        return ""
    source = inside(found.title, "document", id=found.document_id, passage=found.passage_id)
    day = escaped(day_of(found.published_at, found.published_precision))
    return f'<p class="quoted">{escaped(found.text)}</p><p class="hint from">{source}, {day}</p>'


def _counts(page: EntityPage) -> str:
    parts = []
    if page.written:
        parts.append(f"<b>{several(len(page.written), 'document')}</b> by this person")
    if page.about:
        parts.append(f"<b>{several(len(page.about), 'document')}</b> about {it_or_them(page.entity_type)}")
    if page.naming or not parts:
        number = several(len(page.naming), "more document" if parts else "document")
        names = "names" if len(page.naming) == 1 else "name"
        parts.append(f"<b>{number}</b> that {names} {it_or_them(page.entity_type)}")
    days = [card.published_at for card in _all_cards(page) if card.published_at]
    span = f" · first {escaped(day_of(min(days)))}, last {escaped(day_of(max(days)))}" if days else ""
    return f'<p class="counts">{", ".join(parts)}{span}</p>'


def _all_cards(page: EntityPage) -> list[Card]:
    return [*(line.card for line in page.about), *page.naming, *page.written]


def _ways(page: EntityPage) -> str:
    links = []
    if page.entity_type in _FILTERS:
        links.append(inside("Search in these documents", "search", **{_FILTERS[page.entity_type]: page.entity_id}))
    else:
        links.append(inside("Search for it", "search", q=f'"{page.name}"'))
    if page.entity_type == "topic":
        links.append(inside("Timeline", "timeline", topic=page.entity_id))
    else:
        links.append(inside("Timeline", "timeline", by="question", q=page.name))
    return f'<p class="ways">{"".join(links)}</p>'


def _attention(archive: OpenArchive, page: EntityPage) -> None:
    years = years_of(page.attention)
    if not years:
        st.html(nothing(f"No dated document of this archive names {it_or_them(page.entity_type)}."))
        return
    st.html("<h2>Attention over time</h2>")
    chart = attention_chart(page.attention, browsing.release_days(archive), it_or_them(page.entity_type))
    title = f"{page.name}: documents about {it_or_them(page.entity_type)} and naming {it_or_them(page.entity_type)}"
    if chart is not None:
        st.altair_chart(
            chart,
            alt=f"Documents about {tidy(page.name)} and naming {it_or_them(page.entity_type)} over time",
            key="attention",
        )
        st.html('<p class="hint">Each bar counts documents; dashed lines are kernel releases.</p>')
    with st.expander("The years as a table", key="years"):
        st.html(years_table(page, years))
    offer(f"{page.name} by year", lambda: _years_as_table(years), chart, title)


def years_table(page: EntityPage, years: Sequence[Attention]) -> str:
    """Return the years as HTML: documents about it, naming it, all of that year, and the share that names it."""
    it = it_or_them(page.entity_type)
    rows = "".join(
        f"<tr><td>{one.year}</td><td>{one.about:,}</td><td>{_of_year(page, one)}</td><td>{one.documents:,}</td>"
        f"<td>{one.naming / one.documents if one.documents else 0:.1%}</td></tr>"
        for one in years
    )
    return (
        f'<div class="scroll" tabindex="0"><table class="numbers"><thead><tr><th>Year</th><th>About {it}</th><th>Naming {it}</th>'
        f"<th>All documents</th><th>Share naming {it}</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _of_year(page: EntityPage, one: Attention) -> str:
    if page.entity_type not in _FILTERS or not one.naming:
        return f"{one.naming:,}"
    cut = {_FILTERS[page.entity_type]: page.entity_id, "after": f"{one.year}-01-01", "before": f"{one.year}-12-31"}
    return inside(f"{one.naming:,}", "search", **cut)


def _years_as_table(years: Sequence[Attention]) -> Table:
    return Table(
        ("year", "about", "naming", "documents"),
        tuple((one.year, one.about, one.naming, one.documents) for one in years),
    )


def _points(page: EntityPage) -> str:
    if not page.points:
        return ""
    more = f'<p class="hint">{inside("The whole timeline", "timeline", topic=page.entity_id)}</p>'
    entries = "".join(_point(one) for one in page.points)
    return f'<h2>Turning points</h2><ol class="entries">{entries}</ol>{more if page.entity_type == "topic" else ""}'


def _point(one: TurningPoint) -> str:
    source = inside(one.title, "document", id=one.document_id, passage=one.passage_id)
    mark = tense_mark(one)
    return (
        f'<li><p class="when">{escaped(span_of(one.date, one.date_end, one.precision))}{mark}</p><div class="what">'
        f'<p class="sentence">{escaped(one.sentence)}</p><p class="cited"><span class="kind">'
        f"{escaped(KIND_NAMES.get(one.kind, one.kind))}</span>{source} <span>{escaped(day_of(one.published_at))}</span></p></div></li>"
    )


def _points_table(points: Sequence[TurningPoint]) -> Table:
    columns = (
        "date",
        "date_end",
        "precision",
        "tense",
        "sentence",
        "document_id",
        "passage_id",
        "title",
        "kind",
        "published_at",
        "reported",
    )
    return Table(columns, tuple(tuple(getattr(one, name) for name in columns) for one in points))


def _documents(page: EntityPage) -> None:
    """Show what a person wrote, what is about it, and what only names it, each with its number."""
    reasons = {line.card.document_id: REASONS[line.reason] for line in page.about}
    about = [line.card for line in page.about]
    if page.entity_type == "person":
        _listed(page, "Written by", "written", page.written, {})
    _listed(page, f"Documents about {it_or_them(page.entity_type)}", "about", about, reasons)
    if page.naming:
        _listed(page, "Named in", "naming", page.naming, {})
    if not page.written and not about and not page.naming:
        st.html(
            nothing(
                f"No document of this archive names {it_or_them(page.entity_type)}.",
                f"<p>{inside('Search the archive', 'search')}</p>",
            )
        )


def _listed(page: EntityPage, heading: str, name: str, cards: Sequence[Card], notes: dict[str, str]) -> None:
    if not cards:
        return
    cut = len(cards) > MOST_LINES and state.read("all") != name
    every = inside(f"Show all {len(cards):,}", VIEW_OF[page.entity_type], id=page.entity_id, all=name)
    more = f'<p class="hint">The newest {MOST_LINES:,} are listed. {every}</p>' if cut else ""
    st.html(f"<h2>{heading} <span>{len(cards):,}</span></h2>{document_lines(cards, notes, more)}")
    offer(f"{page.name} {name}", lambda: documents_table(cards, notes or None))


def _beside(page: EntityPage) -> str:
    groups = "".join(
        f"<div><h3>{name}</h3>{chips(found)}</div>"
        for entity_type, name in INDEX_NAMES.items()
        if (found := _of_type(page.companions, entity_type))
    )
    together = f'<h2>Named together</h2><div class="together">{groups}</div>' if groups else ""
    sources = "".join(_source(one) for one in page.sources)
    return together + (f'<h2>Linked sources</h2><ol class="lines linked">{sources}</ol>' if sources else "")


def _of_type(things: Sequence[Named], entity_type: str) -> list[Named]:
    return [one for one in things if one.entity_type == entity_type]


def _source(one: Source) -> str:
    state_of = f'<span class="state {escaped(one.status)}">{escaped(STATUS_NAMES.get(one.status, one.status))}</span>'
    name = (
        inside(one.title, "document", id=one.document_id)
        if one.document_id and one.title
        else outside(one.href, one.href)
    )
    kind = f'<span class="kind">{escaped(KIND_NAMES.get(one.kind, one.kind))}</span>'
    return f'<li><span class="day">{several(one.citing, "time")}</span><span class="what">{name} {kind} {state_of}</span></li>'


def _sources_table(sources: Sequence[Source]) -> Table:
    columns = ("href", "kind", "status", "citing", "document_id", "title")
    return Table(columns, tuple(tuple(getattr(one, name) for name in columns) for one in sources))
