"""The page's script: opens the archive, draws the frame and shows the view named in the address.

All views share one path; `view=` in the address tells them apart. If each view had its own path, Streamlit's front end would
request files below it when a page is loaded there, and the browser's console would fill with errors.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import streamlit as st

from search_ui import resources, state, wording
from search_ui.frame import name_tab, show_frame
from warehouse.errors import KlogError

HERE = Path(__file__).parent
# The module of `search_ui.views`, imported when it is first shown, and its function.
VIEWS: Mapping[str, tuple[str, str]] = {
    **{view: (view, "show") for view in ("search", "document", "timeline", "sql", "about", "browse")},
    **{view: ("entity", f"show_{view}") for view in ("topic", "person", "project", "release")},
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
        module, function = VIEWS[view]
        getattr(import_module(f"search_ui.views.{module}"), function)(archive)
        resources.warm_up(archive)  # last: loading takes the processor from drawing
    except KlogError as error:
        st.html(f"<h1>This view cannot be shown</h1>{wording.failure(str(error))}")
        st.stop()


if __name__ == "__main__":
    main()
