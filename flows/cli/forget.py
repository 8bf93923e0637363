"""`klog forget`: remove a document from the next release and exclude it from later ones."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say
from flows.sources.registry import identify
from flows.start import settings_of
from warehouse.connection import open_warehouse
from warehouse.errors import UsageError
from warehouse.frontier.forget import forget_thing
from warehouse.frontier.home_record import keep_record
from warehouse.home import now


@click.command("forget")
@click.argument("address")
@click.pass_obj
def command(context: Context, address: str) -> None:
    """Remove the document at ADDRESS from the next release and never fetch it again; its capture stays in the WARC files.

    \b
    Example:
      klog forget https://lwn.net/Articles/322151/
    """
    home = context.home
    if not home.warehouse.is_file():
        raise UsageError(f"There is no warehouse at {home.root}. Name another home: klog --home DIR forget ADDRESS")
    with home.hold(), open_warehouse(home) as connection:
        kind = dict(connection.execute("SELECT name, value FROM raw.home").fetchall()).get("home_kind")
        identity = identify(address, aliases=settings_of(kind, context.settings).host_aliases)
        count = forget_thing(connection, identity, now())
        keep_record(connection, home)
    if count:
        forgotten = "1 document" if count == 1 else f"{count:,} documents"
        say(f"Forgot {forgotten}. To remove from the release, run: klog --home {home.root} build")
    else:
        say(f"No document has the address {address}. It will not be fetched from now on.")
