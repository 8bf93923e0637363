"""The page as a server: the script in `app` behind the host guard that all our servers use."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from warehouse.host_guard import HostGuard

app = App("app.py", middleware=[Middleware(HostGuard)])
