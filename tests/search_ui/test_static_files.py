"""Streamlit's scripts are answered as Streamlit answers them, and nothing else is."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.file_util import get_static_dir
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_assets_routes

from search_ui.first_answer import needed
from search_ui.static_files import StaticFiles

OURS = TestClient(
    Starlette(
        routes=[Route("/{path:path}", lambda _: PlainTextResponse("passed on"), methods=["GET", "HEAD", "POST"])],
        middleware=[Middleware(StaticFiles)],
    )
)
THEIRS = TestClient(Starlette(routes=create_streamlit_static_assets_routes(None)))
SCRIPT = f"/static/js/{needed()[0]}"


@pytest.mark.parametrize("pattern", ["js/index.*.js", "css/*.css", "media/SourceSans*.woff2"])
def test_a_file_is_answered_as_streamlit_answers_it(pattern: str) -> None:
    root = Path(get_static_dir())
    for file in (root / "static").glob(pattern):
        ours, theirs = (client.get(f"/{file.relative_to(root).as_posix()}") for client in (OURS, THEIRS))
        assert ours.content == theirs.content == file.read_bytes()
        for name in ("content-type", "content-length", "cache-control"):
            assert ours.headers[name] == theirs.headers[name]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/index.html", {}),
        ("GET", "/static/js/no-such-file.js", {}),
        ("GET", "/static/%2e%2e/index.html", {}),
        ("GET", SCRIPT, {"Range": "bytes=0-9"}),
        ("HEAD", SCRIPT, {}),
        ("POST", SCRIPT, {}),
    ],
)
def test_all_other_requests_are_passed_on(method: str, path: str, headers: dict[str, str]) -> None:
    answer = OURS.request(method, path, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == ("" if method == "HEAD" else "passed on")
