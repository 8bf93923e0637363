"""The page as a server: the script in `app` and the feeds, behind the host guard that all our servers use."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from search_ui.feeds import ROUTES
from warehouse.host_guard import HostGuard

app = App("app.py", routes=ROUTES, middleware=[Middleware(HostGuard)])
