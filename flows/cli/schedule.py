"""`klog schedule`: run the build on a cron schedule until it is stopped."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say
from flows.prefect_server import own_server, prefect_environment


@click.command("schedule")
@click.option("--cron", default="0 4 * * *", show_default=True, help="When to build, as a cron line (UTC).")
@click.pass_obj
def command(context: Context, cron: str) -> None:
    """Serve the flow to Prefect and run it at the times of --cron; on Ctrl-C or SIGTERM, end a current run and exit.

    Without PREFECT_API_URL, a Prefect server is started that serves only this command (with a new random password) and
    keeps its files in the home. With it, the server at that address schedules the runs. To see the last run: klog status.

    \b
    Example:
      klog --home /srv/klog schedule --cron "30 3 * * 1"
    """
    home = context.home.root
    with prefect_environment(home), own_server(home, cron=cron):
        from flows.pipeline import serve_archive  # here, because Prefect reads its settings when first imported

        say(f"Building {home} at {cron!r}; press Ctrl-C to stop.")
        serve_archive(home.resolve(), cron)
    say(f"Stopped; resume with: klog --home {home} schedule --cron {cron!r}")
