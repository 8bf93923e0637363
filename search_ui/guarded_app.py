"""The page as a server: the script in `app`, its first answer and the feeds, behind the host guard that all our servers use.

Run as a script with a port. `streamlit run` would do the same, but its socket leaves Nagle's algorithm on: small answers and messages wait
for an acknowledgement, which a browser delays by up to 40 ms.
"""

import gc
import inspect
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from starlette.middleware import Middleware
from streamlit.starlette import App
from streamlit.web.bootstrap import load_config_options

from search_ui import feeds, first_answer
from search_ui.static_files import StaticFiles
from warehouse.errors import KlogError
from warehouse.host_guard import HostGuard
from warehouse.serving.loopback import make_server

_HERE = Path(__file__).parent
_OPTIONS = {
    "server.address": "127.0.0.1",
    "server.allowedHosts": ["127.0.0.1", "localhost"],  # Streamlit's own check, in addition to ours; it covers WebSockets only
    "server.fileWatcherType": "none",
    "server.headless": True,
    "browser.gatherUsageStats": False,
    "runner.magicEnabled": False,  # our script writes nothing by standing on a line
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",  # errors are printed to the terminal; the page shows sentences
    "theme.base": str(_HERE / "theme.toml"),
}  # fmt: skip


def serve(port: int) -> None:
    """Serve the page on 127.0.0.1 until Ctrl-C."""
    load_config_options({**_OPTIONS, "server.port": port})
    threading.Thread(target=_prepare, daemon=True).start()  # beside Streamlit's own start
    app = App(
        _HERE / "app.py",
        routes=[*feeds.ROUTES, *first_answer.ROUTES],
        middleware=[Middleware(HostGuard), Middleware(StaticFiles)],
    )
    server = make_server(app, port, has_web_sockets=True)
    with suppress(KeyboardInterrupt, SystemExit):
        server.run()
    sys.exit(0 if server.started else 1)  # uvicorn's own code for a port in use means a held home here


def _prepare() -> None:
    """Import what the front page needs and read it; then, while a browser loads it, do what Streamlit's first run would do."""
    with suppress(KlogError):  # the page shows the error
        import_module("search_ui.first_look").first_look()
    import_module("PIL.Image")  # for the page's icon
    inspect.stack()  # the first element looks for its caller's file among all modules, whose files are remembered
    gc.freeze()  # a run ends with a collection, and its last elements are sent after that


if __name__ == "__main__":
    serve(int(sys.argv[1]))
