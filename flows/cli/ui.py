"""`klog ui`: serve the page on this machine only."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from flows.cli.context import Context


@click.command("ui")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (KLOG_PORT).")
@click.option("--headless", is_flag=True, help="Do not open a browser window.")
@click.pass_obj
def command(context: Context, port: int | None, headless: bool) -> None:
    """Serve the page for this home on this machine only and open it in a browser; Ctrl-C stops it.

    \b
    Example:
      klog --home archive ui --port 8600
    """
    context.home.release()  # fails without a release, before an address is printed
    if find_spec("streamlit") is None:
        raise ModuleNotFoundError(name="streamlit")
    page = find_spec("search_ui")
    assert page is not None and page.origin is not None
    app = Path(page.origin).with_name("guarded_app.py")
    environment = {**os.environ, "KLOG_HOME": str(context.home.root.resolve())}
    options = {
        "server.port": port or context.settings.port,
        "server.address": "127.0.0.1",
        "server.headless": "true",  # otherwise Streamlit asks for an e-mail address and advertises on the page
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",  # errors are printed to the terminal; the page shows sentences
        "theme.base": str(app.with_name("theme.toml")),
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    # Streamlit's own check, in addition to ours (`search_ui.guarded_app`); it covers WebSockets only.
    arguments += [f"--server.allowedHosts={host}" for host in ("127.0.0.1", "localhost")]
    if not headless:
        address = f"http://127.0.0.1:{options['server.port']}"
        subprocess.Popen([sys.executable, "-m", "flows.cli.answering", address])
    # Replaces this process, so that ending `klog ui` ends the page.
    os.execve(sys.executable, [sys.executable, "-m", "streamlit", "run", str(app), *arguments], environment)  # noqa: S606
