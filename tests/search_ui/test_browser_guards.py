"""The page as a server answers its own origin only, and forbids other sites to frame it."""

import http.client
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.command import klog
from tests.search_ui.watched import Watched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


def status(served: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    """What the page answers to a request with these headers."""
    connection = http.client.HTTPConnection(urlsplit(served).netloc, timeout=60)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def test_its_own_origin_is_answered_and_framing_forbidden(served: str) -> None:
    found, headers = status(served, "/", Origin=served)
    assert found == 200
    assert headers["content-security-policy"] == "frame-ancestors 'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert status(served, "/_stcore/stream", **UPGRADE, Origin=served)[0] == 101


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/_stcore/host-config", "/_stcore/stream"])
def test_a_rebound_name_and_a_foreign_origin_are_refused(served: str, path: str) -> None:
    upgrade = UPGRADE if path.endswith("stream") else {}
    port = urlsplit(served).port
    assert status(served, path, **upgrade, Host=f"rebound.example:{port}")[0] == 403
    assert status(served, path, **upgrade, Origin="http://attacker.example")[0] == 403
    assert status(served, path, **upgrade, Origin="null")[0] == 403


def test_a_frame_of_another_site_is_refused(served: str) -> None:
    framed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    assert status(served, "/?view=sql&sql=SELECT+1", **framed)[0] == 403


def test_a_port_in_use_is_said(served: str, sample_home: Path) -> None:
    done = klog(sample_home, "ui", "--headless", "--port", str(urlsplit(served).port), check=False)
    assert done.returncode == 1
    assert "Address already in use" in done.stderr


@pytest.mark.browser
def test_a_page_of_an_attacker_neither_frames_nor_opens_it(browser: Any, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    attack = f"""<iframe src="{served}/?view=sql&sql=SELECT+1"></iframe><script>
        window.opened = 'waiting';
        const socket = new WebSocket("{served.replace("http", "ws")}/_stcore/stream", ["streamlit"]);
        socket.onopen = () => window.opened = 'open';
        socket.onerror = () => window.opened = 'refused';</script>"""
    page.route("http://attacker.example/*", lambda route: route.fulfill(body=attack, content_type="text/html"))
    page.goto("http://attacker.example/")
    page.wait_for_function("window.opened !== 'waiting'")
    assert page.evaluate("window.opened") == "refused"
    assert not [frame for frame in page.frames[1:] if frame.locator("nav.frame").count()]
    context.close()


@pytest.mark.browser
def test_a_link_of_another_site_shows_a_statement_that_waits_for_run(watched: Watched) -> None:
    page = watched.open("?view=sql&sql=SELECT+42+AS+answer")
    page.get_by_text("press Run").wait_for()
    assert page.locator("[data-testid=stDataFrame]").count() == 0
    page.get_by_role("button", name="Run").click()
    page.locator("[data-testid=stDataFrame]").wait_for()
