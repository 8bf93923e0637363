"""The page: finds the archive, draws the frame, shows the view that the address names.

All views live at one path; `view=` in the address distinguishes them. With a path each, Streamlit's front end asks for files
below that path when a page is loaded there, and the browser's console fills with errors.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from search_ui import resources, state, wording
from search_ui.frame import name_tab, show_frame
from search_ui.resources import OpenArchive
from search_ui.views import about, document, search, sql, timeline
from warehouse.errors import KlogError

HERE = Path(__file__).parent
VIEWS: Mapping[str, Callable[[OpenArchive], None]] = {
    "search": search.show,
    "document": document.show,
    "timeline": timeline.show,
    "sql": sql.show,
    "about": about.show,
}


def main() -> None:
    """Draw the page once; Streamlit calls this at every rerun."""
    view = state.choose("view", VIEWS, "search")
    st.set_page_config(page_icon=str(HERE / "icon.svg"), layout="wide")
    name_tab(view)
    st.html(HERE / "style.css")
    try:
        archive = resources.open_archive()
        show_frame(view, is_sample=archive.is_sample)
        resources.warm_up(archive)
        VIEWS[view](archive)
    except KlogError as error:
        st.html(wording.failure(str(error)))
        st.stop()


if __name__ == "__main__":
    main()
