"""The page's script: opens the archive, draws the frame and shows the view named in the address.

All views share one path; `view=` in the address tells them apart. If each view had its own path, Streamlit's front end would
request files below it when a page is loaded there, and the browser's console would fill with errors.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from search_ui import resources, state, wording
from search_ui.frame import name_tab, show_frame
from search_ui.resources import OpenArchive
from search_ui.views import about, browse, document, entity, search, sql, timeline
from warehouse.errors import KlogError

HERE = Path(__file__).parent
VIEWS: Mapping[str, Callable[[OpenArchive], None]] = {
    "search": search.show,
    "document": document.show,
    "timeline": timeline.show,
    "sql": sql.show,
    "about": about.show,
    "browse": browse.show,
    "topic": entity.show_topic,
    "person": entity.show_person,
    "project": entity.show_project,
    "release": entity.show_release,
}


def main() -> None:
    """Draw the page once. Streamlit calls this at every rerun."""
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
