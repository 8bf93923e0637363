"""About: what this release holds, from when, made by what, and what could not be read."""

from collections.abc import Iterable, Mapping

import streamlit as st

from search_ui import charts, resources
from search_ui.resources import Archive
from search_ui.wording import KIND_NAMES, escaped, inside, outside, plural


def show(archive: Archive) -> None:
    """The whole view."""
    st.html(_release(archive))
    st.html("<h2>Documents by year and kind</h2>")
    coverage = resources.read_coverage(archive)
    st.altair_chart(
        charts.coverage_chart(coverage.years, list(coverage.kinds)), alt="Documents a year, by kind", key="coverage"
    )
    undated = sum(number for year, _, number in coverage.years if year is None)
    kinds = _rows(
        (
            f'<span class="swatch swatch-{place}"></span>{inside(KIND_NAMES.get(kind, kind), "search", kind=kind)}',
            f"{number:,}",
        )
        for place, (kind, number) in enumerate(coverage.kinds.items())
    )
    note = f'<p class="hint">{plural(undated, "document")} without a date.</p>' if undated else ""
    st.html(f'{note}<div class="scroll"><table class="numbers"><tbody>{kinds}</tbody></table></div>')
    _set_aside(coverage)
    st.html(_quality(coverage) + _versions(archive))


def _release(archive: Archive) -> str:
    manifest, counts = archive.manifest, resources.read_counts(archive)
    what = (
        "a sample: pages written for this project, on real events, on hosts under <code>.example</code>"
        if archive.is_sample
        else "the column and its sources, from web archives"
    )
    figures = "".join(
        f"<div><b>{counts[name]:,}</b><span>{label}</span></div>"
        for name, label in (
            ("documents", "documents"), ("issues", "issues"), ("passages", "passages"), ("events", "dated statements"),
            ("links", "links"), ("links_here", "links whose source is here"),
        )
    )  # fmt: skip
    return f"""<div class="about"><h1>About this archive</h1>
<p>From 2008 to 2013 the Kernel Log on The H told what happened to the Linux kernel and linked every claim to its source.
This archive holds {what}. Nothing here is generated: every snippet and every entry stands in a document.</p>
<p class="hint">Release <code>{escaped(manifest.release_id)}</code>, published {escaped(manifest.published_at[:16])} UTC.
Encoder: <code>{escaped(manifest.model)}</code>.</p><div class="figures">{figures}</div></div>"""


def _set_aside(coverage: resources.Coverage) -> None:
    st.html("<h2>Pages set aside</h2>")
    if not coverage.set_aside:
        st.html('<p class="hint">None: every page that was had could be read.</p>')
        return
    rows = _rows(
        (escaped(row["reason"]), escaped(row["step"]), escaped(row["detail"]), outside(row["url"], row["url"]))
        for row in coverage.set_aside
    )
    st.html(
        '<div class="scroll"><table><thead><tr><th>Reason</th><th>Step</th><th>What was found</th><th>Address</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _quality(coverage: resources.Coverage) -> str:
    rows = _rows(
        (
            escaped(str(row["check_name"]).replace("_", " ")),
            f"{row['found']:,}",
            f"{row['looked_at']:,}",
            f"{row['allowed']:,}",
            "yes" if row["is_met"] else "no",
        )
        for row in coverage.checks
    )
    return (
        '<h2>How well it was read</h2><div class="scroll"><table class="numbers"><thead><tr><th>Check</th><th>Found</th>'
        f"<th>Looked at</th><th>Allowed</th><th>Met</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _versions(archive: Archive) -> str:
    rows = _versions_rows(archive.manifest.versions)
    return f'<h2>Made with</h2><div class="scroll"><table><tbody>{rows}</tbody></table></div>'


def _versions_rows(versions: Mapping[str, str]) -> str:
    return _rows((escaped(name), escaped(number)) for name, number in versions.items())


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
