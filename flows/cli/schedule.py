"""`klog schedule`: the build at the times of a cron line, until it is stopped."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say
from flows.prefect_server import own_server, prefect_environment


@click.command("schedule")
@click.option("--cron", default="0 4 * * *", show_default=True, help="When to build, as a cron line (UTC).")
@click.pass_obj
def command(context: Context, cron: str) -> None:
    """Serve the flow to Prefect and run it at the times of --cron; Ctrl-C or SIGTERM ends it, a run first.

    Without PREFECT_API_URL it starts a Prefect server of its own, which answers this command alone (a random password a
    start), with its files in the home; with it, the server named there keeps the times. How each run went: klog status.

    \b
    Example:
      klog --home /srv/klog schedule --cron "30 3 * * 1"
    """
    home = context.home.root
    with prefect_environment(home), own_server(home, cron=cron):
        from flows.pipeline import serve_archive  # Prefect reads its settings when it is first imported

        say(f"Building {home} at {cron!r}; Ctrl-C ends it.")
        serve_archive(home.resolve(), cron)
    say(f"Stopped; resume with: klog --home {home} schedule --cron {cron!r}")
