"""`klog serve`: answer programs over HTTP on this machine."""

from importlib.metadata import version

import click

from flows.cli.context import Context
from flows.cli.extras import require
from flows.cli.ports import check_port
from flows.cli.terminal import say
from warehouse.serving.current import CurrentArchive
from warehouse.serving.questions import Questions


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=8601, show_default=True, help="Port on 127.0.0.1.")
@click.pass_obj
def command(context: Context, port: int) -> None:
    """Answer questions about the archive over HTTP as JSON, read-only and on this machine only; Ctrl-C stops it.

    The questions are /search, /document, /timeline, /when, /follow-ups, /topics, /sql and /state; / and /openapi.json describe them.

    \b
    Example:
      klog --home archive serve --port 8601
    """
    context.home.release()  # fails without a release, before an address is printed
    check_port(port)
    require("fastapi", "uvicorn")
    current = CurrentArchive(context.settings)
    current.warm()  # beside the imports
    from warehouse.serving.http_api import make_http_app
    from warehouse.serving.loopback import make_server

    app = make_http_app(Questions(current), version("kernel-log-archive"))
    say(f"Answering at http://127.0.0.1:{port}; Ctrl-C stops it.", err=True)
    make_server(app, port).run()
