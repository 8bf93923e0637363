"""The browse view: the calendar of all documents, and the indexes of topics, people, projects and kernel releases."""

import datetime as dt
from collections.abc import Mapping, Sequence

import streamlit as st

from search_ui import browsing, state
from search_ui.calendar_grid import calendar_grid, month_name, neighbouring_months
from search_ui.frame import name_tab
from search_ui.lists import INDEX_NAMES, document_lines, documents_table, entity_link, several, spark
from search_ui.resources import OpenArchive
from search_ui.tables import Table
from search_ui.take_along import offer
from search_ui.wording import day_of, escaped, inside, nothing
from warehouse.catalog import EntityType, IndexLine

LISTS: Mapping[str, EntityType] = {
    "topics": "topic",
    "people": "person",
    "releases": "kernel_release",
    "projects": "project",
}
_ORDERS = {"name": "Name", "documents": "Most named", "first": "First named"}


def show(archive: OpenArchive) -> None:
    """Show the view."""
    of = state.choose("of", ("calendar", *LISTS), "calendar")
    st.html(_lists(of))
    if of == "calendar":
        _calendar(archive)
    else:
        _index(archive, LISTS[of], of)


def _lists(of: str) -> str:
    names = {"calendar": "Calendar"} | {one: INDEX_NAMES[entity_type] for one, entity_type in LISTS.items()}
    links = "".join(
        f'<span class="here" aria-current="page">{name}</span>' if one == of else inside(name, "browse", of=one)
        for one, name in names.items()
    )
    return f'<nav class="lists" aria-label="Lists">{links}</nav>'


def _calendar(archive: OpenArchive) -> None:
    has_issues = bool(browsing.months(archive, issues_only=True))
    issues_only = has_issues and state.read("kinds") != "all"
    months = browsing.months(archive, issues_only=issues_only)
    chosen = read_month(state.read("month"))
    st.html(
        f"<h1>{escaped(month_name(*chosen) if chosen else 'Calendar')}</h1>{_kinds(chosen, issues_only) if has_issues else ''}"
    )
    if chosen:
        name_tab("browse", month_name(*chosen))
        _month(archive, chosen, months, issues_only=issues_only)
    if not months:
        st.html(nothing("No document of this archive has a date.", f"<p>{inside('Search the archive', 'search')}</p>"))
        return
    st.html(("<h2>All months</h2>" if chosen else "") + calendar_grid(months, "all" if not issues_only else "", chosen))
    if not chosen:
        name = "kernel-log-calendar" if issues_only else "calendar"
        offer(name, lambda: Table(("year", "month", "documents"), tuple((*one, n) for one, n in months.items())))


def read_month(text: str) -> tuple[int, int] | None:
    """Return the (year, month) of 2011-09, None if the text is no month from 1991 to 2099."""
    try:
        day = dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return (day.year, day.month) if len(text) == 7 and state.FIRST_DAY <= day <= state.LAST_DAY else None


def _kinds(chosen: tuple[int, int] | None, issues_only: bool) -> str:
    month = f"{chosen[0]}-{chosen[1]:02}" if chosen else ""
    one = inside("Kernel Logs", "browse", "chip", of="calendar", month=month)
    every = inside("All kinds", "browse", "chip", of="calendar", month=month, kinds="all")
    shown = '<span class="chip here" aria-current="true">{}</span>'
    return f'<p class="chips">{shown.format("Kernel Logs") + every if issues_only else one + shown.format("All kinds")}</p>'


def _month(
    archive: OpenArchive, chosen: tuple[int, int], months: Mapping[tuple[int, int], int], *, issues_only: bool
) -> None:
    kinds = "" if issues_only else "all"
    cards = browsing.month(archive, *chosen, issues_only=issues_only)
    steps = neighbouring_months(chosen, months, kinds)
    if not cards:
        what = "Kernel Log" if issues_only else "document"
        every = inside(
            "Look among all kinds", "browse", of="calendar", month=f"{chosen[0]}-{chosen[1]:02}", kinds="all"
        )
        st.html(
            steps
            + nothing(f"No {what} of {month_name(*chosen)} in this archive.", f"<p>{every}</p>" if issues_only else "")
        )
        return
    st.html(f'{steps}<p class="hint">{several(len(cards), "document")}, oldest first</p>{document_lines(cards)}')
    offer(f"documents-{chosen[0]}-{chosen[1]:02}", lambda: documents_table(cards))


def _index(archive: OpenArchive, entity_type: EntityType, of: str) -> None:
    name = INDEX_NAMES[entity_type]
    name_tab("browse", name)
    lines = browsing.index(archive, entity_type)
    if not lines:
        st.html(f"<h1>{name}</h1>{nothing('No document of this archive names one.', _to_search())}")
        return
    order = state.choose("order", _ORDERS, "documents" if entity_type == "person" else "name")
    named = _orders(order, of) if entity_type != "kernel_release" else ""
    shown = [one for one in lines if entity_type != "kernel_release" or is_release(one.entity_id)]
    st.html(
        f'<h1>{name}</h1><p class="hint">{_hint(entity_type, len(shown))}</p>{named}'
        f'<div class="scroll" tabindex="0">{index_table(ordered(shown, order), entity_type, tree=order == "name")}</div>'
    )
    offer(of, lambda: _table(lines, entity_type))


def _to_search() -> str:
    return f"<p>{inside('Search the archive', 'search')}</p>"


def _orders(order: str, of: str) -> str:
    links = "".join(
        f'<span class="chip here" aria-current="true">{name}</span>' if one == order
        else inside(name, "browse", "chip", of=of, order=one)
        for one, name in _ORDERS.items()
    )  # fmt: skip
    return f'<p class="chips">{links}</p>'


def _hint(entity_type: EntityType, number: int) -> str:
    said = {
        "topic": ("topic", "topics", "A topic includes those below it."),
        "person": ("person", "people", "What somebody wrote and where others name them are counted apart."),
        "project": ("project", "projects", "Software beside the kernel."),
        "kernel_release": (
            "kernel release",
            "kernel releases",
            "Candidates and stable updates are on the page of their release, and in the file.",
        ),
    }[entity_type]
    return f"{several(number, said[0], said[1])}. {said[2]} Bars are the documents with the name, year by year."


def ordered(lines: Sequence[IndexLine], order: str) -> list[IndexLine]:
    """Return the lines of an index by name (topics below their parent), by documents or by first day."""
    if order == "documents":
        return sorted(lines, key=lambda one: (-one.naming - one.written, one.name.casefold()))
    if order == "first":
        return sorted(lines, key=lambda one: (one.first_on or dt.date.max, one.name.casefold()))
    below: dict[str | None, list[IndexLine]] = {}
    ids = {one.entity_id for one in lines}
    for one in lines:
        below.setdefault(one.parent_id if one.parent_id in ids else None, []).append(one)
    return [line for top in below.get(None, []) for line in (top, *below.get(top.entity_id, []))]


def index_table(lines: Sequence[IndexLine], entity_type: EntityType, *, tree: bool = False) -> str:
    """Return the lines of an index as a table."""
    years = [year for line in lines for year in line.years]
    first, last = min(years, default=0), max(years, default=0)
    rows = "".join(
        f"<tr{' class=below' if tree and line.parent_id else ''}>"
        f"<td>{entity_link(entity_type, line.entity_id, line.name)}</td>"
        + (f"<td>{escaped(day_of(line.released_on))}</td>" if entity_type == "kernel_release" else "")
        + (f"<td>{line.written:,}</td>" if entity_type == "person" else "")
        + f"<td>{line.about:,}</td><td>{line.naming:,}</td><td>{spark(line.years, first, last)}</td></tr>"
        for line in lines
    )
    heads = {"kernel_release": "<th>Released</th>", "person": "<th>Written</th>"}.get(entity_type, "")
    span = f"{first} to {last}" if years else ""
    return (
        f'<table class="index {entity_type}"><thead><tr><th>Name</th>{heads}<th>About</th><th>Naming</th><th>{span}</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _level(line: IndexLine, entity_type: EntityType, *, tree: bool) -> str:
    return "" if not tree or entity_type != "topic" else " class=below" if line.parent_id else " class=top"


def is_release(version: str) -> bool:
    """Return whether a version is a release of the main line, not a candidate or a stable update."""
    return "-" not in version and version.count(".") < (3 if version.startswith("2.") else 2)


def _table(lines: Sequence[IndexLine], entity_type: EntityType) -> Table:
    columns = ("id", "name", "parent_id", "released_on", "written", "about", "naming", "first_on", "last_on")
    return Table(
        columns,
        tuple(
            (one.entity_id, one.name, one.parent_id, one.released_on, one.written if entity_type == "person" else None,
             one.about, one.naming, one.first_on, one.last_on)
            for one in lines
        ),
    )  # fmt: skip
