"""`klog schedule`: the build at the times of a cron line, until it is stopped."""

import click
from pydantic import ValidationError

from flows.cli.build import prepare_prefect
from flows.cli.context import Context
from warehouse.errors import UsageError


@click.command("schedule")
@click.option("--cron", default="0 4 * * *", show_default=True, help="When to build, as a cron line (UTC).")
@click.pass_obj
def command(context: Context, cron: str) -> None:
    r"""Serve the flow to Prefect and run it at the times of --cron; Ctrl-C ends it.

    Without PREFECT_API_URL it talks to a small server of its own; with it, to the Prefect server named there.

    \b
    Example:
      klog --home /srv/klog schedule --cron "30 3 * * 1"
    """
    prepare_prefect(context)
    from flows.pipeline import build_archive  # Prefect reads its settings when it is first imported

    click.echo(f"Building {context.home.root} at {cron!r}; Ctrl-C ends it.")
    home = str(context.home.root.resolve())
    try:
        build_archive.serve(name="kernel-log", cron=cron, parameters={"home": home}, limit=1)
    except ValidationError as error:  # Prefect reads the line before it does anything
        raise UsageError(f"--cron {cron!r} is no cron line; five fields were expected, as in '30 3 * * 1'.") from error
