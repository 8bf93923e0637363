"""`klog schedule`: the build at the times of a cron line, until it is stopped."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from pydantic import ValidationError

from flows.cli.answering import wait_for_answer
from flows.cli.build import prepare_prefect
from flows.cli.context import Context
from warehouse.errors import KlogError, UsageError

START_S = 180  # a first start makes the server's tables: 8 s on a quiet machine
STOP_S = 20


@click.command("schedule")
@click.option("--cron", default="0 4 * * *", show_default=True, help="When to build, as a cron line (UTC).")
@click.pass_obj
def command(context: Context, cron: str) -> None:
    """Serve the flow to Prefect and run it at the times of --cron; Ctrl-C ends it.

    Without PREFECT_API_URL it starts a Prefect server of its own, on this machine only, with its files in the home; with
    it, the server named there keeps the times. How each run went: klog status.

    \b
    Example:
      klog --home /srv/klog schedule --cron "30 3 * * 1"
    """
    prepare_prefect(context)
    with _server(context):
        from flows.pipeline import serve_archive  # Prefect reads its settings when it is first imported

        click.echo(f"Building {context.home.root} at {cron!r}; Ctrl-C ends it.")
        try:
            serve_archive(context.home.root.resolve(), cron)
        except ValidationError as error:  # Prefect reads the line before it does anything
            raise UsageError(
                f"--cron {cron!r} is no cron line; five fields were expected, as in '30 3 * * 1'."
            ) from error


@contextmanager
def _server(context: Context) -> Iterator[None]:
    """Prefect's server, whose address stands in PREFECT_API_URL: the one inside a process keeps no times."""
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    port = _free_port()
    log = context.home.root / "prefect" / "server.log"
    command = [
        sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui",
    ]  # fmt: skip
    with log.open("ab") as output:
        # A session of its own: Ctrl-C is for us, and the server ends after what it serves.
        server = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        if not wait_for_answer(f"http://127.0.0.1:{port}/api/health", START_S, lambda: server.poll() is None):
            raise KlogError(f"Prefect's server did not start within {START_S} s; its log: {log}")
        yield
    finally:
        server.terminate()
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
