"""`klog mcp`: answer assistants by the Model Context Protocol."""

import os
import signal
import sys
from importlib.metadata import version

import click

from flows.cli.context import Context
from flows.cli.ending import end_at_once
from flows.cli.extras import require
from flows.cli.ports import check_port
from flows.cli.terminal import say
from warehouse.serving.current import CurrentArchive
from warehouse.serving.questions import Questions


@click.command("mcp")
@click.option(
    "--http", is_flag=True, help="Answer over HTTP on 127.0.0.1, at /mcp, instead of standard input and output."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8602, show_default=True, help="Port of --http.")
@click.pass_obj
def command(context: Context, http: bool, port: int) -> None:
    """Answer questions of assistants about the archive by the Model Context Protocol: search, read, timelines, SQL.

    Nothing is changed or fetched. Text of pages is marked as quoted.

    \b
    Examples:
      klog --home archive mcp
      klog --home archive mcp --http --port 8602
    """
    context.home.release()  # fails without a release, before a client waits
    if http:
        check_port(port)
    os.environ.setdefault("OTEL_SDK_DISABLED", "true")  # the package traces every call, for nobody
    require("mcp")
    current = CurrentArchive(context.settings)
    current.warm()  # beside the import, which takes a second
    from warehouse.serving.mcp_server import make_mcp_app, make_mcp_server

    server = make_mcp_server(Questions(current), version("kernel-log-archive"))
    if not http:
        if sys.stdin.isatty():
            say("klog mcp: waiting for a client on standard input; Ctrl-C ends it.", err=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, end_at_once)
        server.run("stdio")
        return
    from warehouse.serving.loopback import make_server

    say(f"Answering MCP at http://127.0.0.1:{port}/mcp; Ctrl-C stops it.", err=True)
    make_server(make_mcp_app(server), port).run()
