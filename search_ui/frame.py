"""The frame of every view: the navigation bar, the browser tab's title, and what the page does in the browser."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

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
    """Show the links to the views, and install the page's script."""
    st.html(frame_html(view, is_sample=is_sample))
    st.html(_script(), unsafe_allow_javascript=True)


def frame_html(view: str, *, is_sample: bool) -> str:
    """Return the links to the views, the current one marked for screen readers, and a label if the archive is a sample."""
    links = "".join(
        f'<a href="{escaped(address_of(name))}"{" aria-current=page" if name == view else ""}>{title}</a>'
        for name, title in TITLES.items()
        if name in _ON_THE_BAR
    )
    sample = '<span class="sample" title="Pages written for this project about real events">sample</span>'
    return (
        f'<nav class="frame" aria-label="Views"><a class="brand" href="?view=search">Kernel Log archive</a>'
        f'{sample if is_sample else ""}<span class="views">{links}'
        '<button data-help aria-label="Keys and operators" title="Keys and operators">?</button></span></nav>'
    )


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
