"""The front page, which the search view shows before a question: latest issues, calendar, topics, people, kernel releases."""

from collections.abc import Sequence
from operator import attrgetter

import streamlit as st

from search_ui import browsing, resources
from search_ui.calendar_grid import calendar_grid
from search_ui.lists import INDEX_NAMES, document_lines
from search_ui.resources import OpenArchive
from search_ui.views.browse import LISTS, index_table, is_release
from search_ui.wording import KIND_NAMES, inside, plural
from warehouse.catalog import EntityType, IndexLine

EXAMPLES = (
    "why was Xen slow to get into the kernel?",
    "which file system is right for an SSD",
    "what happened to the Big Kernel Lock",
    "CONFIG_BKL",
)
_YEARS = 6  # of the calendar; the whole of it is one click away
_MOST: dict[EntityType, int] = {"topic": 10, "person": 10, "kernel_release": 10}


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={OpenArchive: attrgetter("release")})
def front_html(archive: OpenArchive) -> str:
    """Return the front page below the search box."""
    counts = resources.read_counts(archive)
    of = " from the Kernel Log and its sources" if counts["issues"] else ""
    examples = "".join(inside(one, "search", "chip", q=one) for one in EXAMPLES)
    kinds = "".join(
        inside(f"{KIND_NAMES[kind]} {number:,}", "search", "chip", kind=kind)
        for kind, number in sorted(archive.manifest.kinds.items(), key=lambda pair: -pair[1])
        if kind in KIND_NAMES
    )
    months = browsing.months(archive, issues_only=bool(counts["issues"]))
    latest = document_lines(browsing.latest(archive))
    every = "" if counts["issues"] else "all"
    what = "Latest issues" if counts["issues"] else "Latest documents"
    name = "Kernel Logs by month" if counts["issues"] else "Documents by month"
    lists = "".join(_some(archive, entity_type) for entity_type in _MOST)
    return f"""<div class="welcome" data-awaits-box><h1>Search the Kernel Log archive</h1><p>{plural(counts["documents"], "document")}, {plural(counts["passages"], "passage")}
and {plural(counts["links"], "link")}{of}. Ask in your own words, or type a name, an identifier or a commit.</p>
<p class="chips examples">{examples}</p></div>
<div class="front"><section><h2>{what}</h2>{latest}<p class="hint">{inside("All months", "browse", of="calendar", kinds=every)}</p></section>
<section><h2>{name}</h2>{calendar_grid(months, every, most_years=_YEARS)}
<p class="hint">{inside("All kinds", "browse", of="calendar", kinds="all")}</p><p class="chips">{kinds}</p></section></div>
<div class="front three">{lists}</div>"""


def _some(archive: OpenArchive, entity_type: EntityType) -> str:
    lines = browsing.index(archive, entity_type)
    of = next(name for name, one in LISTS.items() if one == entity_type)
    name = INDEX_NAMES[entity_type]
    table = index_table(_first(lines, entity_type), entity_type)
    shown = f'<div class="scroll" tabindex="0">{table}</div>' if lines else '<p class="hint">None is named.</p>'
    return (
        f'<section><h2>{name}</h2>{shown}<p class="hint">{inside(f"All {name.lower()}", "browse", of=of)}</p></section>'
    )


def _first(lines: Sequence[IndexLine], entity_type: EntityType) -> Sequence[IndexLine]:
    """Return the most named topics (not the groups above them) and people, or the newest releases, without those only thought of."""
    most = _MOST[entity_type]
    if entity_type == "kernel_release":
        return [one for one in lines if is_release(one.entity_id) and (one.released_on or one.about)][:most]
    groups = {one.parent_id for one in lines}
    named = [one for one in lines if one.entity_id not in groups]
    return sorted(named, key=lambda one: (-one.naming - one.written, one.name.casefold()))[:most]
