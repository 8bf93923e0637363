"""The page as a server: the script in `app`, its first answer and the feeds, behind the host guard that all our servers use."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from streamlit.starlette import App

from search_ui import feeds, first_answer
from warehouse.errors import KlogError
from warehouse.host_guard import HostGuard

_MOST_S = 10.0  # that nobody gets an answer, if the archive is large and the disk slow


def _prepare() -> None:
    """Import what the front page needs and read it."""
    with suppress(KlogError):  # the page shows the error
        import_module("search_ui.first_look").first_look()


_PREPARING = threading.Thread(target=_prepare, daemon=True)


@asynccontextmanager
async def _prepared(_app: App) -> AsyncIterator[None]:
    await run_in_threadpool(_PREPARING.join, _MOST_S)
    yield


_PREPARING.start()  # beside Streamlit's own start
app = App(
    "app.py", lifespan=_prepared, routes=[*feeds.ROUTES, *first_answer.ROUTES], middleware=[Middleware(HostGuard)]
)
