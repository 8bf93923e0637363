"""A server that answers this machine only."""

import uvicorn

from warehouse.host_guard import App

_AT_ONCE = 100  # connections; more get 503 at once
_IDLE_S = 30
_PING_S = 30  # of an open WebSocket
_MOST_HEAD_BYTES = 64 << 10  # of a request line and its headers; the longest statement takes a third


def make_server(app: App, port: int, *, has_web_sockets: bool = False) -> uvicorn.Server:
    """Return a server for 127.0.0.1; port 0 takes a free one. Connections are not limited if each reader keeps one open."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=None if has_web_sockets else _AT_ONCE,
            timeout_keep_alive=_IDLE_S,
            h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
            http="h11",
            ws="websockets-sansio" if has_web_sockets else "none",
            ws_ping_interval=_PING_S,
            ws_ping_timeout=_PING_S,
            ws_per_message_deflate=False,  # nothing is far away
        )
    )
