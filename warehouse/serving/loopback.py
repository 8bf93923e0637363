"""A server that answers this machine only."""

import uvicorn

from warehouse.host_guard import App

_AT_ONCE = 100  # connections; more get 503 at once
_IDLE_S = 30
_MOST_HEAD_BYTES = 64 << 10  # of a request line and its headers; the longest statement takes a third


def make_server(app: App, port: int) -> uvicorn.Server:
    """Return a server for 127.0.0.1; port 0 takes a free one."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_keep_alive=_IDLE_S,
            h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
            http="h11",
            ws="none",
        )
    )
