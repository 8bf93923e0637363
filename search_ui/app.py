"""The page: finds the archive, draws the frame, shows the view that the address names.

All views live at one path, told apart by `view=` in the address. With a path each, Streamlit's front end asks for files
below that path when a page is loaded there, and the browser's console fills with errors.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from search_ui import resources, state, wording
from search_ui.resources import Archive
from search_ui.views import about, document, search, sql, timeline
from warehouse.errors import KlogError

HERE = Path(__file__).parent
VIEWS: Mapping[str, Callable[[Archive], None]] = {
    "search": search.show,
    "document": document.show,
    "timeline": timeline.show,
    "sql": sql.show,
    "about": about.show,
}
TITLES: Mapping[str, str] = {
    "search": "Search",
    "document": "Document",
    "timeline": "Timeline",
    "sql": "SQL",
    "about": "About",
}


def main() -> None:
    """One rerun of the page."""
    view = state.choose("view", VIEWS, "search")
    st.set_page_config(
        page_title=f"{TITLES[view]} · Kernel Log archive", page_icon=str(HERE / "icon.svg"), layout="wide"
    )
    st.html(HERE / "style.css")
    try:
        archive = resources.open_archive()
        _frame(view, archive)
        resources.warm_up(archive)
        VIEWS[view](archive)
    except KlogError as error:
        st.html(wording.failure(str(error)))
        st.stop()


def _frame(view: str, archive: Archive) -> None:
    links = "".join(
        f'<a href="{wording.escaped(wording.address_of(name))}"{" aria-current=page" if name == view else ""}>{title}</a>'
        for name, title in TITLES.items()
        if name != "document"
    )
    sample = '<span class="sample" title="Pages written for this project, on real events">sample</span>'
    st.html(
        f'<nav class="frame"><a class="brand" href="?view=search">Kernel Log archive</a>'
        f'{sample if archive.is_sample else ""}<span class="views">{links}</span></nav>'
    )


if __name__ == "__main__":
    main()
