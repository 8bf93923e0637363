"""The frame of every view: the navigation bar, the browser tab's title, and scrolling to the marked passage or entry."""

from collections.abc import Mapping

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
    """Show the links to the views, the current one marked for screen readers, and a label if the archive is a sample."""
    links = "".join(
        f'<a href="{escaped(address_of(name))}"{" aria-current=page" if name == view else ""}>{title}</a>'
        for name, title in TITLES.items()
        if name in _ON_THE_BAR
    )
    sample = '<span class="sample" title="Pages written for this project about real events">sample</span>'
    st.html(
        f'<nav class="frame" aria-label="Views"><a class="brand" href="?view=search">Kernel Log archive</a>'
        f'{sample if is_sample else ""}<span class="views">{links}</span></nav>'
    )


def name_tab(view: str, about: str = "") -> None:
    """Set the browser tab's title from the content, so that tabs, history and bookmarks differ."""
    said = " ".join(clean(about).split())
    said = said if len(said) <= _TAB else f"{said[: _TAB - 1].rstrip()}…"
    st.set_page_config(page_title=f"{said or TITLES[view]} · Kernel Log archive")


def scroll_to_mark() -> None:
    """Scroll the marked passage or entry into view."""
    # A fixed script, because the text arrives after the page has loaded, so a #fragment would find nothing. It repeats for a
    # second, since content above the mark may arrive later and push it down; it stops when the reader scrolls.
    st.html(
        "<script>(() => { let looks = 0, stop = () => clearInterval(again);"
        " const again = setInterval(() => { document.querySelector('mark.here, li.here')"
        "?.scrollIntoView({block: 'center'}); if (++looks === 8) stop(); }, 150);"
        " for (const by of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(by, stop, {once: true}); })()"
        "</script>",
        unsafe_allow_javascript=True,
    )
