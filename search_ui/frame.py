"""The frame of every view: the navigation bar, the browser tab's title, and scrolling to the marked place."""

from collections.abc import Mapping

import streamlit as st

from search_ui.wording import address_of, clean, escaped

TITLES: Mapping[str, str] = {
    "search": "Search",
    "document": "Document",
    "timeline": "Timeline",
    "sql": "SQL",
    "about": "About",
}
_TAB = 60  # characters of a tab's name: as many as anybody sees


def show_frame(view: str, *, is_sample: bool) -> None:
    """Show the links to the views, and a word where the archive is a sample; the view's name for who cannot see them."""
    links = "".join(
        f'<a href="{escaped(address_of(name))}"{" aria-current=page" if name == view else ""}>{title}</a>'
        for name, title in TITLES.items()
        if name != "document"
    )
    sample = '<span class="sample" title="Pages written for this project about real events">sample</span>'
    st.html(
        f'<nav class="frame" aria-label="Views"><a class="brand" href="?view=search">Kernel Log archive</a>'
        f'{sample if is_sample else ""}<span class="views">{links}</span></nav>'
    )


def name_tab(view: str, about: str = "") -> None:
    """Name the browser tab after the content, so that tabs, history and bookmarks differ."""
    said = " ".join(clean(about).split())
    said = said if len(said) <= _TAB else f"{said[: _TAB - 1].rstrip()}…"
    st.set_page_config(page_title=f"{said or TITLES[view]} · Kernel Log archive")


def scroll_to_mark() -> None:
    """Bring the marked passage or entry into view."""
    # A fixed script of ours: the text comes after the page has loaded, so that a #fragment would find nothing. It looks
    # again for a second, since what stands above the mark may come later and push it away; who scrolls is left alone.
    st.html(
        "<script>(() => { let looks = 0, stop = () => clearInterval(again);"
        " const again = setInterval(() => { document.querySelector('mark.here, li.here')"
        "?.scrollIntoView({block: 'center'}); if (++looks === 8) stop(); }, 150);"
        " for (const by of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(by, stop, {once: true}); })()"
        "</script>",
        unsafe_allow_javascript=True,
    )
