"""The page as a server: the script in `app` and the feeds, behind the host guard that all our servers use."""

import threading
from importlib import import_module

from starlette.middleware import Middleware
from streamlit.starlette import App

from search_ui.feeds import ROUTES
from warehouse.host_guard import HostGuard


def _prepare() -> None:
    """Import what the first page needs and read the release, while the browser loads Streamlit's own scripts."""
    import_module("search_ui.views.search")
    import_module("search_ui.resources").read_ahead()


app = App("app.py", routes=ROUTES, middleware=[Middleware(HostGuard)])
threading.Thread(target=_prepare, daemon=True).start()
