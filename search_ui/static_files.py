"""Streamlit's own scripts, styles and fonts, answered for a sixth of the processor time: a first page asks for eighty of them.

Streamlit hands each of them to threads several times, and its pages wait for all. Their names hold a hash of what they hold.
"""

from mimetypes import guess_type
from pathlib import Path

from streamlit.file_util import get_static_dir

from warehouse.host_guard import App, Message, Receive, Send

_ROOT = Path(get_static_dir())
_YEAR_S = 365 * 24 * 60 * 60


class StaticFiles:
    """An ASGI application that answers requests for Streamlit's files; all others reach the wrapped application."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._files = {
            f"/{path.relative_to(_ROOT).as_posix()}": path for path in (_ROOT / "static").rglob("*") if path.is_file()
        }

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request, WebSocket or lifespan event."""
        path = self._files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if path is None or any(name == b"range" for name, _ in scope["headers"]):
            await self._app(scope, receive, send)
            return
        body = path.read_bytes()  # from the system's cache: faster than a thread
        kind = guess_type(path.name)[0] or "application/octet-stream"
        headers = [
            (b"content-type", f"{kind}; charset=utf-8".encode() if kind.startswith("text/") else kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", f"public, immutable, max-age={_YEAR_S}".encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
