"""Parts of the archive view: link rot, the last runs, pages that failed, and the quality checks in words."""

from collections.abc import Mapping, Sequence

import streamlit as st

from search_ui import browsing
from search_ui.failure_reasons import STEPS, check_in_words, reason_in_words
from search_ui.link_chart import STATE_NAMES, link_chart
from search_ui.lists import several
from search_ui.resources import Coverage, OpenArchive
from search_ui.tables import Table
from search_ui.take_along import offer
from search_ui.wording import day_of, duration, escaped, inside, nothing, outside
from warehouse.catalog import DeadLink, LinkStates, RunLine

_MOST_HOSTS = 25
_COUNTED = {"fetched": "fetched", "parsed": "read", "vectors_new": "encoded"}  # of a run
_OUTCOMES = {"done": "done", "failed": "failed", "paused": "paused", "running": "made this release"}


def show_links(archive: OpenArchive) -> None:
    """Show what became of the links, by year and by host, and links that are gone."""
    years = browsing.links_by_year(archive)
    st.html('<h2 id="links">What became of the links</h2>')
    if not years:
        st.html(nothing("No document of this archive links to anything."))
        return
    st.html(_summary(years))
    chart = link_chart(years)
    st.altair_chart(chart, alt="Links by year and state", key="links")
    with st.expander("The years as a table", key="link-years"):
        st.html(_states_table("Year", {"undated" if year is None else str(year): one for year, one in years.items()}))
    offer(
        "links by year",
        lambda: _states("year", years),
        chart,
        "What became of the links, by year of the citing document",
    )
    hosts = browsing.links_by_host(archive)
    shown = dict(list(hosts.items())[:_MOST_HOSTS])
    more = f'<p class="hint">{len(hosts) - len(shown):,} more are in the file.</p>' if len(hosts) > len(shown) else ""
    st.html(f"<h3>By host</h3>{_states_table('Host', shown)}{more}")
    offer("links by host", lambda: _states("host", hosts))
    dead = browsing.dead_links(archive)
    if dead:
        st.html(_dead(archive, dead))


def _summary(years: Mapping[int | None, LinkStates]) -> str:
    total = sum(one.links for one in years.values())
    parts = [
        f"<b>{number:,}</b> {said}"
        for name, said in STATE_NAMES.items()
        if (number := sum(getattr(one, name) for one in years.values()))
    ]
    asked = total - sum(one.not_tried for one in years.values())
    gone = sum(one.dead for one in years.values())
    return f"<p>Of {total:,} links: {', '.join(parts)}. {rot_in_words(asked, gone)}</p>"


def rot_in_words(checked: int, gone: int) -> str:
    """Return how many of the links whose page was fetched or checked are gone, as a sentence."""
    if not checked:
        return "None was checked."
    if checked == 1:
        return f"The one that was fetched or checked is {'gone' if gone else 'not known to be gone'}."
    if gone in (0, checked):
        return f"{'All' if gone else 'None'} of the {checked:,} that were fetched or checked {'are' if gone else 'is known to be'} gone."
    share = gone / checked
    said = "less than 1%" if share < 0.01 else "more than 99%" if share > 0.99 else f"{share:.0%}"
    return f"{gone:,} of the {checked:,} that were fetched or checked {'is' if gone == 1 else 'are'} gone ({said})."


def _states_table(name: str, found: Mapping[str, LinkStates]) -> str:
    heads = "".join(f"<th>{said}</th>" for said in ("All", *STATE_NAMES.values()))
    rows = "".join(
        f"<tr><td>{escaped(one)}</td><td>{states.links:,}</td>"
        + "".join(f"<td>{getattr(states, column):,}</td>" for column in STATE_NAMES)
        + "</tr>"
        for one, states in found.items()
    )
    return f'<div class="scroll" tabindex="0"><table class="numbers"><thead><tr><th>{name}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _states(name: str, found: Mapping[int | None, LinkStates] | Mapping[str, LinkStates]) -> Table:
    return Table(
        (name, "links", *STATE_NAMES),
        tuple(
            (one, states.links, *(getattr(states, column) for column in STATE_NAMES)) for one, states in found.items()
        ),
    )


def _dead(archive: OpenArchive, links: Sequence[DeadLink]) -> str:
    base = archive.settings.wayback_base.rstrip("/")
    items = "".join(
        f'<li><span class="day">{escaped(day_of(one.published_at))}</span><span class="what">{outside(one.href, one.href)} '
        f"<span>cited in {inside(one.title, 'document', id=one.document_id)}</span> {_nearest(base, one)}</span></li>"
        for one in links
    )
    return f'<h3>Gone</h3><ol class="lines">{items}</ol>'


def _nearest(base: str, link: DeadLink) -> str:
    """Return a link to the web archive's capture nearest to the day of the citing document."""
    if link.published_at is None:
        return outside(f"{base}/web/{link.href}", "look in the web archive")
    return outside(
        f"{base}/web/{link.published_at:%Y%m%d}/{link.href}", f"capture nearest to {day_of(link.published_at)}"
    )


def runs_table(runs: Sequence[RunLine]) -> str:
    """Return the last runs as HTML: when, how long, what they did and how they ended."""
    rows = "".join(
        f"<tr><td>{escaped(f'{run.started_at:%Y-%m-%d %H:%M}')}</td><td>{escaped(_OUTCOMES.get(run.outcome, run.outcome))}</td>"
        f"<td>{escaped(duration(run.seconds))}</td><td>{escaped(_done(run))}</td><td>{escaped(run.message or '')}</td></tr>"
        for run in runs
    )
    return (
        '<h2>Last runs</h2><div class="scroll" tabindex="0"><table><thead><tr><th>Began (UTC)</th><th>Ended</th><th>Took</th><th>Did</th><th>Message</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _done(run: RunLine) -> str:
    parts = [f"{run.counts[name]:,} {said}" for name, said in _COUNTED.items() if run.counts.get(name)]
    return ", ".join(parts) or "nothing new"


def failed_pages(archive: OpenArchive, coverage: Coverage, total: int) -> str:
    """Return the pages that failed, counted by reason, and each with its address and detail."""
    if not total:
        return '<h2>Pages that failed</h2><p class="hint">None: every page was fetched and read.</p>'
    counted = "".join(
        f"<li><b>{escaped(reason_in_words(reason))}</b> <span>{several(number, 'page')}, while {escaped(STEPS.get(step, step))}</span></li>"
        for (step, reason), number in browsing.set_aside_by_reason(archive).items()
    )
    rows = "".join(
        f"<li><b>{escaped(row['reason'])}</b> <span>{escaped(row['step'])}: {escaped(row['detail'])}</span>"
        f"<p>{outside(row['url'], row['url'])}</p></li>"
        for row in coverage.set_aside
    )
    shown = several(total, "page")
    if len(coverage.set_aside) < total:
        shown = f"The first {len(coverage.set_aside):,} of {shown}"
    every = inside("list all in SQL", "sql", sql="SELECT * FROM set_aside")
    return (
        f'<h2>Pages that failed</h2><ul class="reasons">{counted}</ul><details><summary>{shown}, each with its address and detail</summary>'
        f'<p class="hint">{every}</p><ul class="asides">{rows}</ul></details>'
    )


def quality(coverage: Coverage) -> str:
    """Return the quality checks as sentences, with whether each passed."""
    items = "".join(
        f'<li class="{"met" if row["is_met"] else "missed"}"><b>{"Passed" if row["is_met"] else "Failed"}</b> '
        f"{escaped(check_in_words(row['check_name'], row['found'], row['looked_at'], row['allowed'], row['meaning']))}</li>"
        for row in coverage.checks
    )
    return f'<h2>Quality checks</h2><p class="hint">A release that fails one is not published.</p><ul class="checks">{items}</ul>'
