"""The guard of our HTTP servers: it allows only their own Host, no foreign origin, and no framing by other sites.

Any web page that the user opens can reach a server on loopback: through another host name that resolves to it (DNS rebinding),
by a cross-origin request, by a WebSocket, to which the same-origin policy does not apply, or in a frame.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
_RawHeaders = Iterable[tuple[bytes, bytes]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_POLICY_VIOLATION = 1008  # https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
_KEPT_APART = (
    (b"content-security-policy", b"frame-ancestors 'self'"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


class HostGuard:
    """An ASGI application that accepts only requests from its own pages, from programs and from links that a user follows.

    A refused request gets 403 and never reaches the wrapped application; every response forbids other origins to frame or
    embed it. A program that sends neither Origin nor Sec-Fetch-Site is accepted if its Host is right.

    Args:
        hosts: names and addresses of this server, without port; IPv6 without brackets.
        answers_links: accept links that a user follows from another site; false for a server without pages.
    """

    def __init__(self, app: App, hosts: Collection[str] = LOOPBACK, *, answers_links: bool = True) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._answers_links = answers_links

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request, WebSocket or lifespan event."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        method = scope.get("method", "WEBSOCKET")
        reason = refusal(scope["headers"], hosts=self._hosts, method=method, answers_links=self._answers_links)
        if reason is None:
            await self._app(scope, receive, _send_apart(send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
        else:
            await _refuse(send, reason)


def refusal(headers: _RawHeaders, *, hosts: Collection[str], method: str, answers_links: bool = True) -> str | None:
    """Return why a request is refused, None if it is accepted.

    Args:
        headers: as in ASGI, names in lower case.
        hosts: this server's names, in lower case.
        method: the HTTP method; any other word means a WebSocket.
        answers_links: accept links that a user follows from another site.
    """
    found: dict[bytes, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value.decode("latin-1"))
    host = found.get(b"host", [])
    if len(host) != 1 or host_name(host[0]) not in hosts:
        return "This server does not accept requests for that Host."
    if any(not _is_same(origin, host[0]) for origin in found.get(b"origin", [])):
        return "This server does not accept requests from another origin."
    if not (answers_links and _is_followed(found, method)) and set(found.get(b"sec-fetch-site", [])) - {
        "same-origin",
        "none",
    }:
        return "This server does not accept requests from another site."
    return None


def host_name(authority: str) -> str | None:
    """Return the name in a Host header in lower case, without port and brackets; None if the header is malformed."""
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port
    except ValueError:
        return None
    # Anything but a name and a port (a user, a path, white space) is not a valid Host.
    if parts.netloc != authority or "@" in authority or authority != authority.strip():
        return None
    return parts.hostname


def _is_same(origin: str, host: str) -> bool:
    scheme, _, authority = origin.partition("://")
    return scheme in ("http", "https") and authority.lower() == host.lower()


def _is_followed(found: dict[bytes, list[str]], method: str) -> bool:
    """Return whether a person followed a link from another site to this server, in a window and not in a frame."""
    return (
        method in ("GET", "HEAD")
        and found.get(b"sec-fetch-mode") == ["navigate"]
        and found.get(b"sec-fetch-dest") == ["document"]
    )


def _send_apart(send: Send) -> Send:
    async def send_apart(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *_KEPT_APART]}
        await send(message)

    return send_apart


async def _refuse(send: Send, reason: str) -> None:
    body = reason.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": [*headers, *_KEPT_APART]})
    await send({"type": "http.response.body", "body": body})
