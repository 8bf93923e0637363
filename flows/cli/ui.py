"""`klog ui`: serve the page on this machine only."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from flows.cli.context import Context
from flows.cli.extras import require
from flows.cli.ports import check_port
from flows.cli.terminal import say


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
    require("streamlit")
    page = find_spec("search_ui")
    assert page is not None and page.origin is not None
    app = Path(page.origin).with_name("guarded_app.py")
    port = port or context.settings.port
    check_port(port)
    address = f"http://127.0.0.1:{port}"
    if not headless:
        subprocess.Popen([sys.executable, "-m", "flows.cli.answering", address])
    say(f"The page is at {address}; Ctrl-C stops it.", err=True)
    environment = {**os.environ, "KLOG_HOME": str(context.home.root.resolve())}
    # Replaces this process, so that ending `klog ui` ends the page.
    os.execve(sys.executable, [sys.executable, str(app), str(port)], environment)  # noqa: S606
