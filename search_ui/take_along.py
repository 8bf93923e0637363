"""Buttons that take along what is shown: tables as CSV and JSON, charts as SVG and PNG."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from search_ui.chart_pictures import as_png, as_svg
from search_ui.tables import Rows, as_csv, as_json
from search_ui.wording import clean

_APART = re.compile(r"[^\w.-]+")
_HELP = {"CSV": "Cells that a spreadsheet would treat as formulas are prefixed with an apostrophe (')."}
_LONGEST = 60  # characters of a file name


def offer(name: str, make: Callable[[], Rows], chart: Any = None, title: str = "", *, key: str = "") -> None:
    """Show buttons that download a table, and a chart if there is one, which gets `title` above it.

    `make` is called when a table is downloaded; `name` names the files. `key`, by default the name, has to differ within a view.
    """
    place = f"take-{hashlib.sha256((key or name).encode('utf-8', 'replace')).hexdigest()[:12]}"
    files: list[tuple[str, str, str, Callable[[], bytes]]] = [
        ("CSV", "csv", "text/csv", lambda: as_csv(make())),
        ("JSON", "json", "application/json", lambda: as_json(make())),
    ]
    if chart is not None:
        files += [
            ("SVG", "svg", "image/svg+xml", lambda: as_svg(chart, title)),
            ("PNG", "png", "image/png", lambda: as_png(chart, title)),
        ]
    with st.container(horizontal=True, gap="small", key=place):
        for label, ending, mime, data in files:
            st.download_button(
                label, data, file_name=f"{file_name(name)}.{ending}", mime=mime, on_click="ignore", type="tertiary",
                key=f"{place}-{ending}", help=_HELP.get(label, f"Download as {label}"),
            )  # fmt: skip


def file_name(text: str) -> str:
    """Return a text as the name of a file without ending: letters, digits, dots, dashes and underscores."""
    return _APART.sub("-", clean(text).lower()).strip("-.")[:_LONGEST].strip("-.") or "kernel-log"
