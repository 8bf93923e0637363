"""The archive view: what this release contains, what became of its links, its runs, the pages that failed and its software."""

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from search_ui import bar_charts, browsing, resources
from search_ui.feeds import feed_names
from search_ui.resources import OpenArchive
from search_ui.tables import Table
from search_ui.take_along import offer
from search_ui.views.archive_condition import failed_pages, quality, runs_table, show_links
from search_ui.wording import KIND_NAMES, escaped, inside, plural


def show(archive: OpenArchive) -> None:
    """Show the view."""
    st.html(_release(archive))
    coverage = resources.read_coverage(archive)
    st.html("<h2>Documents by year and kind</h2>")
    left, kinds = st.columns([4, 1], gap="medium", vertical_alignment="center")
    chart = bar_charts.coverage_chart(coverage.years, list(coverage.kinds))
    left.altair_chart(
        chart,
        alt="Documents per year, by kind",
        key="coverage",
    )
    kinds.html(_kinds(coverage))
    offer(
        "documents by year and kind",
        lambda: Table(("year", "kind", "documents"), coverage.years),
        chart,
        "Documents by year and kind",
    )
    show_links(archive)
    st.html(
        runs_table(browsing.runs(archive))
        + failed_pages(archive, coverage, resources.read_counts(archive)["set_aside"])
    )
    st.html(quality(coverage) + _feeds(archive) + _versions(archive))


def _release(archive: OpenArchive) -> str:
    manifest, counts = archive.manifest, resources.read_counts(archive)
    what = "pages from web archives and files"
    if archive.is_sample:
        what = "a sample: pages written for this project about real events, on hosts under <code>.example</code>"
    elif counts["issues"]:
        what = "the column and its sources, from web archives and files"
    figures = "".join(
        f"<div><b>{counts[name]:,}</b><span>{label}</span></div>"
        for name, label in (
            ("documents", "documents"), ("issues", "issues"), ("passages", "passages"), ("events", "dated statements"),
            ("links", "links"), ("links_here", "links to documents in this archive"),
        )
        if counts[name]
    )  # fmt: skip
    return f"""<div class="about"><h1>About this archive</h1>
<p>From 2008 to 2013 the Kernel Log on The H reported on the development of the Linux kernel and linked every claim to its
source. This archive holds {what}. Nothing here is generated: every snippet and entry is quoted from a document.</p>
<p class="hint">Release <code>{escaped(manifest.release_id)}</code>, published
{escaped(manifest.published_at[:16].replace("T", " "))} UTC. Encoder: <code>{escaped(manifest.model)}</code>.</p>
<div class="figures">{figures}</div>{_known_issues(archive)}</div>"""


def _known_issues(archive: OpenArchive) -> str:
    """Return how complete the column is here, or nothing in an archive that was not built from web archives."""
    counts = resources.count_known_issues(archive)
    if not counts:
        return ""
    numbers = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    every = inside("list them in SQL", "sql", sql="SELECT * FROM known_issues ORDER BY state, published_at")
    return f'<p class="hint">Issues of the column: {numbers}; {every}.</p>'


def _kinds(coverage: resources.Coverage) -> str:
    """Return the kinds, each with its colour in the chart and its number of documents."""
    rows = "".join(
        f'<li><span class="swatch swatch-{place}"></span>{inside(KIND_NAMES.get(kind, kind), "search", kind=kind)} '
        f"<span>{number:,}</span></li>"
        for place, (kind, number) in enumerate(coverage.kinds.items())
    )
    undated = sum(number for year, _, number in coverage.years if year is None)
    note = f'<p class="hint">{plural(undated, "undated document")}.</p>' if undated else ""
    return f'<ul class="kinds">{rows}</ul>{note}'


def _feeds(archive: OpenArchive) -> str:
    names = feed_names(Path(archive.release))
    links = "".join(f'<li><a class="in" href="feeds/{name}.xml">{name}</a></li>' for name in names)
    how = "Queries in <code>feeds.toml</code> of the home become feeds with the next build."
    return f'<h2>Feeds</h2><p class="hint">{how}</p>' + (f'<ul class="named">{links}</ul>' if links else "")


def _versions(archive: OpenArchive) -> str:
    rows = _rows((escaped(name), escaped(number)) for name, number in archive.manifest.versions.items())
    return f'<h2>Made with</h2><div class="scroll" tabindex="0"><table><tbody>{rows}</tbody></table></div>'


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
