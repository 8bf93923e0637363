"""Both servers, answering from the sample's archive."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from tests.search_ui.conftest import hostile_home  # noqa: F401
from warehouse.archive import Archive
from warehouse.host_guard import App
from warehouse.serving.current import CurrentArchive
from warehouse.serving.http_api import make_http_app
from warehouse.serving.loopback import make_server
from warehouse.serving.mcp_server import make_mcp_app, make_mcp_server
from warehouse.serving.questions import Questions
from warehouse.settings import Settings

VERSION = "0.0.test"


@pytest.fixture(scope="module")
def questions(sample_home: Path) -> Iterator[Questions]:
    current = CurrentArchive(Settings(home=sample_home, sql_seconds=5))
    yield Questions(current)
    current.close()


@pytest.fixture(scope="module")
def archive(sample_home: Path) -> Iterator[Archive]:
    from warehouse import open_archive

    with open_archive(sample_home) as opened:
        yield opened


@pytest.fixture(scope="module")
def http(questions: Questions) -> Iterator[httpx.Client]:
    """A client of the HTTP API."""
    with listening(make_http_app(questions, VERSION)) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def mcp_address(questions: Questions) -> Iterator[str]:
    """The address at which MCP is answered over HTTP."""
    with listening(make_mcp_app(make_mcp_server(questions, VERSION))) as address:
        yield f"{address}/mcp"


@contextmanager
def listening(app: App) -> Iterator[str]:
    """Serve an application in a thread; give its address."""
    server = make_server(app, 0)
    with running(server):
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"


@contextmanager
def running(server: uvicorn.Server) -> Iterator[None]:
    """Run a server in a thread."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive()
    yield
    server.should_exit = True
    thread.join()
