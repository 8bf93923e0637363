"""What a server of ours answers: its own pages, programs and followed links, nobody else."""

import asyncio
from typing import Any

import pytest

from warehouse.host_guard import LOOPBACK, HostGuard, host_name, refusal

OURS = {"host": "127.0.0.1:8501"}
FOLLOWED = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


def refused(headers: dict[str, str], method: str = "GET") -> str | None:
    given = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return refusal(given, hosts=LOOPBACK, method=method)


@pytest.mark.parametrize(
    "headers",
    [
        OURS,
        {"host": "localhost"},
        {"host": "LOCALHOST:8501", "origin": "http://localhost:8501"},
        {"host": "[::1]:8501"},
        {**OURS, "origin": "http://127.0.0.1:8501", "sec-fetch-site": "same-origin"},
        {**OURS, "sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {**OURS, **FOLLOWED},
    ],
)
def test_own_pages_programs_and_followed_links_are_answered(headers: dict[str, str]) -> None:
    assert refused(headers) is None


@pytest.mark.parametrize(
    "host",
    ["rebound.example:8501", "127.0.0.1.nip.example", "localhost.example", "example@localhost", "localhost/x", "", " localhost",
     "localhost:8501x", "localhost:99999999", "[::1", "0.0.0.0", "127.1", "localhost#", "localhost,rebound.example", "local\thost"],
)  # fmt: skip
def test_a_foreign_or_odd_host_is_refused(host: str) -> None:
    assert "Host" in (refused({"host": host}) or "")


def test_no_host_and_two_hosts_are_refused() -> None:
    assert refused({})
    assert refusal([(b"host", b"localhost"), (b"host", b"localhost")], hosts=LOOPBACK, method="GET")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "WEBSOCKET"])
@pytest.mark.parametrize(
    "origin",
    ["http://attacker.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1", "http://localhost:8501", "file://",
     "http://127.0.0.1:8501.attacker.example", "http://127.0.0.1:8501@attacker.example", "chrome-extension://127.0.0.1:8501", ""],
)  # fmt: skip
def test_a_foreign_origin_is_refused(origin: str, method: str) -> None:
    assert "origin" in (refused({**OURS, "origin": origin}, method) or "")


@pytest.mark.parametrize(
    ("changed", "method"),
    [
        ({"sec-fetch-dest": "iframe"}, "GET"),
        ({"sec-fetch-dest": "embed"}, "GET"),
        ({"sec-fetch-dest": "object"}, "GET"),
        ({"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors"}, "GET"),
        ({"sec-fetch-dest": "script", "sec-fetch-mode": "no-cors"}, "GET"),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, "GET"),
        ({}, "POST"),
        ({"sec-fetch-mode": "websocket", "sec-fetch-dest": "websocket"}, "WEBSOCKET"),
    ],
)
def test_another_site_neither_frames_embeds_nor_posts(changed: dict[str, str], method: str) -> None:
    assert "site" in (refused({**OURS, **FOLLOWED, **changed}, method) or "")


def test_a_host_is_read_without_its_port() -> None:
    assert host_name("Example.ORG:80") == "example.org"
    assert host_name("[::1]:80") == "::1"
    assert host_name("a b") not in LOOPBACK


def ask(scope: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    """What is sent for a scope, and which scopes reached the application behind the guard."""
    reached: list[str] = []
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
            await send({"type": "http.response.body", "body": b"page"})

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(HostGuard(app)(scope, receive, send))
    return sent, reached


def test_answers_forbid_framing_by_another_origin() -> None:
    sent, reached = ask({"type": "http", "method": "GET", "headers": [(b"host", b"localhost")]})
    assert reached == ["http"]
    headers = dict(sent[0]["headers"])
    assert headers[b"content-security-policy"] == b"frame-ancestors 'self'"
    assert headers[b"x-frame-options"] == b"SAMEORIGIN"
    assert headers[b"content-type"] == b"text/html"


def test_a_refused_request_never_reaches_the_application() -> None:
    sent, reached = ask({"type": "http", "method": "GET", "headers": [(b"host", b"rebound.example")]})
    assert (sent[0]["status"], reached) == (403, [])
    assert b"access-control-allow-origin" not in dict(sent[0]["headers"])
    foreign = [(b"host", b"localhost"), (b"origin", b"http://attacker.example")]
    sent, reached = ask({"type": "websocket", "headers": foreign})
    assert ([(one["type"], one["code"]) for one in sent], reached) == ([("websocket.close", 1008)], [])


def test_life_span_events_pass() -> None:
    assert ask({"type": "lifespan"}) == ([], ["lifespan"])
