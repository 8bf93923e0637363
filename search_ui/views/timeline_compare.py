"""Topics, people, kernel releases, words and questions side by side over time: each a search, counted by month or year."""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from search_ui import resources
from search_ui.frame import name_tab
from search_ui.histogram import Period, histogram, named, periods
from search_ui.resources import OpenArchive
from search_ui.state import FIRST_DAY
from search_ui.views.timeline_export import offer_compared, share_of
from search_ui.views.timeline_form import COMPARED, TimelineRequest
from search_ui.wording import address_of, enumerated, escaped, inside, plural
from warehouse.records import Filters
from warehouse.timeline import MOST_COMPARED

EXAMPLES = (
    ("topic:Xen", "topic:KVM"),
    ('"big kernel lock"', "suspend blockers"),
    ("topic:Btrfs", "topic:ext4", "version:2.6.33"),
)


def show_compared(archive: OpenArchive, asked: TimelineRequest) -> None:
    """Show how many documents of each month or year each search finds."""
    if not asked.of:
        _welcome()
        return
    name_tab("timeline", ", ".join(map(_said, asked.of)))
    every = _months(archive, "", asked)
    with st.spinner("Counting", show_time=False):
        found = {query: _months(archive, query, asked) for query in asked.of}
    within = [month for months in found.values() for month in months]
    if not within:
        ways = "".join(f"<li>{inside(query, 'search', q=query)}</li>" for query in asked.of)
        st.html(
            f'<h1>{escaped(", ".join(asked.of))}</h1><div class="empty"><p>No dated document of this time has any of them. '
            f"Search all of the archive:</p><ul>{ways}</ul></div>"
        )
        return
    lanes = {
        query: periods(months, asked.after, asked.before, within=within, by_year=asked.zoom == "year")
        for query, months in found.items()
    }
    all_of = periods({month: every.get(month, 0) for month in every}, within=within, by_year=asked.zoom == "year")
    totals = {(period.first.year, period.first.month): period.documents for period in all_of}
    st.html(_lanes(archive, asked, lanes, totals) + _table(asked, lanes, totals))
    offer_compared({_said(query): shown for query, shown in lanes.items()}, totals, is_share=asked.share)


def _said(query: str) -> str:
    """Return a search as it is said: the name alone if it is one operator with a name."""
    found = re.fullmatch(r'(topic|person|version):"?([^":]+)"?', query)
    if not found:
        return query
    return f"Linux {found[2]}" if found[1] == "version" else found[2]


def _months(archive: OpenArchive, query: str, asked: TimelineRequest) -> Mapping[str, int]:
    """Return how many documents a search finds in each month of the period."""
    filters = Filters(after=asked.after or FIRST_DAY, before=asked.before)
    found = resources.search(
        archive, query, mode="hybrid", k=1, offset=0, order="relevance", filters=filters, plain=False, citations=False
    )
    return (found.facets or {}).get("month", {})


def _lanes(
    archive: OpenArchive,
    asked: TimelineRequest,
    lanes: Mapping[str, Sequence[Period]],
    totals: Mapping[tuple[int, int], int],
) -> str:
    """Return one row of bars for each search; all rows have the same scale."""
    releases = resources.kernel_releases(archive)

    def size(period: Period) -> float:
        return share_of(period, totals) if asked.share else float(period.documents)

    most = max((size(period) for shown in lanes.values() for period in shown), default=0.0) or 1.0
    brushed = address_of("timeline", **asked.values(after=None, before=None))
    parts = []
    for query, shown in lanes.items():
        number = sum(period.documents for period in shown)
        bars = histogram(shown, releases, {"q": query}, heights=[size(one) / most for one in shown], brushed=brushed)
        link = inside(plural(number, "document"), "search", q=query, after=asked.after, before=asked.before)
        parts.append(f'<div class="lane"><h2>{escaped(_said(query))} <span class="hint">{link}</span></h2>{bars}</div>')
    what = "the share of all documents of that time" if asked.share else "documents, not words"
    change = inside(
        "Show numbers of documents" if asked.share else "Show shares", "timeline", **asked.values(share=not asked.share)
    )
    wide = (
        inside("Show all of the time", "timeline", **asked.values(after=None, before=None))
        if asked.after or asked.before
        else ""
    )
    return (
        f"<h1>{escaped(enumerated([*map(_said, lanes)]))} over time</h1>"
        f'<p class="hint">Counted are {what}; all lanes have one scale. A click on a bar searches its time, a drag chooses the time '
        f"shown. {change} {wide}</p>{''.join(parts)}"
    )


def _table(asked: TimelineRequest, lanes: Mapping[str, Sequence[Period]], totals: Mapping[tuple[int, int], int]) -> str:
    """Return the same numbers as a table, with links to the documents."""
    head = "".join(f'<th scope="col">{escaped(_said(query))}</th>' for query in lanes)
    rows = []
    for at, period in enumerate(next(iter(lanes.values()))):
        cells = ""
        for query, shown in lanes.items():
            here = shown[at]
            said = f"{here.documents:,}" + (f" ({share_of(here, totals):.0%})" if here.documents else "")
            link = inside(said, "search", q=query, after=here.first, before=here.last) if here.documents else said
            cells += f"<td>{link}</td>"
        if asked.zoom == "year" or any(shown[at].documents for shown in lanes.values()):
            rows.append(f'<tr><th scope="row">{named(period)}</th>{cells}</tr>')
    return (
        '<details class="facts" open><summary>The numbers as a table: documents, and their share of all of that time</summary>'
        f'<div class="scroll" tabindex="0"><table class="numbers"><thead><tr><th scope="col">Time</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )


def _welcome() -> None:
    examples = "".join(
        f"<li>{inside(enumerated([*map(_said, one)]), 'timeline', by=COMPARED, of=one, zoom='year')}</li>"
        for one in EXAMPLES
    )
    st.html(
        f'<div class="welcome"><h1>Compare over time</h1><p>Choose up to {MOST_COMPARED} topics, people and kernel releases, or type '
        f"words, a phrase in quotes or a question: see how many documents of each month or year each of them finds.</p>"
        f"<ul>{examples}</ul></div>"
    )
