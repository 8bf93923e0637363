"""The page as a server: the script of `app` behind the check of all our servers."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from warehouse.host_guard import HostGuard

app = App("app.py", middleware=[Middleware(HostGuard)])
