"""The frame of every view: the navigation bar, the browser tab's title, and what the page does in the browser."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from search_ui.wording import address_of, clean, escaped

TITLES: Mapping[str, str] = {
    "search": "Search",
    "document": "Document",
    "browse": "Browse",
    "timeline": "Timeline",
    "sql": "SQL",
    "about": "Archive",
    "topic": "Topic",
    "person": "Person",
    "project": "Project",
    "release": "Kernel release",
}
_ON_THE_BAR = ("search", "browse", "timeline", "sql", "about")
_TAB = 60  # characters of a tab's title; browsers show no more


def show_frame(view: str, *, is_sample: bool) -> None:
    """Show the links to the views, say which address is drawn, and install the page's script."""
    st.html(frame_html(view, is_sample=is_sample, drawn=_address()))
    st.html(_script(), unsafe_allow_javascript=True)


def frame_html(view: str, *, is_sample: bool, drawn: str | None = None) -> str:
    """Return the links to the views, the current one marked for screen readers, and a label if the archive is a sample.

    `drawn` are the parameters of the address that the page is drawn for.
    """
    links = "".join(
        f'<a href="{escaped(address_of(name))}"{" aria-current=page" if name == view else ""}>{title}</a>'
        for name, title in TITLES.items()
        if name in _ON_THE_BAR
    )
    sample = '<span class="sample" title="Pages written for this project about real events">sample</span>'
    drawn_for = "" if drawn is None else f' data-drawn="{escaped(drawn)}"'
    return (
        f'<nav class="frame" aria-label="Views"{drawn_for}><a class="brand" href="?view=search">Kernel Log archive</a>'
        f'{sample if is_sample else ""}<span class="views">{links}'
        '<button data-help aria-label="Keys and operators" title="Keys and operators">?</button></span></nav>'
    )


def _address() -> str:
    asked = st.query_params
    return urlencode([(name, value) for name in asked for value in asked.get_all(name)])


@cache
def _script() -> str:
    """Return the files of `browser/` as one script, which is installed once and holds nothing of an archive."""
    parts = [path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "browser").glob("*.js"))]
    return (
        "<script>(() => { if (window.klogPage) return; window.klogPage = true;\n" + "\n".join(parts) + "})()</script>"
    )


def name_tab(view: str, about: str = "") -> None:
    """Set the browser tab's title from the content, so that tabs, history and bookmarks differ."""
    said = " ".join(clean(about).split())
    said = said if len(said) <= _TAB else f"{said[: _TAB - 1].rstrip()}…"
    st.set_page_config(page_title=f"{said or TITLES[view]} · Kernel Log archive")
