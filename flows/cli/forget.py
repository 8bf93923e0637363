"""`klog forget`: remove a document from the next release and exclude it from later ones."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say, say_json
from flows.sources.registry import identify
from flows.start import settings_of
from warehouse.captures.places import place_of
from warehouse.connection import Connection, open_warehouse
from warehouse.encoding.vectors import drop_unused_vectors
from warehouse.errors import UsageError
from warehouse.frontier.forget import forget_thing
from warehouse.frontier.home_record import keep_record
from warehouse.home import now
from warehouse.records import Identity
from warehouse.releases.history import releases_with_forgotten

# What klog writes into a home, apart from captures, releases and moved warehouses, holds no text of pages.
_WITHOUT_TEXT = {
    ".lock", "captures", "current", "dbt", "feeds.toml", "golden.jsonl", "home.json", "klog-error.log", "prefect", "releases", "rollback.json",
    "status.json", "warehouse.duckdb", "warehouse.duckdb.wal",
}  # fmt: skip


@click.command("forget")
@click.argument("address")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, address: str, as_json: bool) -> None:
    """Remove the document at ADDRESS from the next release and never fetch it again.

    The next build that publishes also removes every older release that holds it, and a release that holds it is not gone back to.
    What klog does not change is named: its capture in the WARC files, and other files in the home that may hold its text, such as
    exports and damaged warehouses. Backups and copies elsewhere are not known to klog.

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
        captures = _captures(connection, identity, context)
        if context.store is not None:
            context.store.put(home.record, home.record.name)
        drop_unused_vectors(connection, ())
    releases = [one.release_id for one in releases_with_forgotten(home)]
    not_reached = sorted(str(path) for path in home.root.iterdir() if path.name not in _WITHOUT_TEXT)
    if as_json:
        say_json({"forgotten": count, "releases": releases, "captures": captures, "not_reached": not_reached})
        return
    if count:
        forgotten = "1 document" if count == 1 else f"{count:,} documents"
        say(f"Forgot {forgotten}. To remove from the release, run: klog --home {home.root} build")
    else:
        say(f"No document has the address {address}. It will not be fetched from now on.")
    if releases:
        say(
            f"Releases that hold what was forgotten, which the next build that publishes removes: {', '.join(releases)}"
        )
    if captures:
        say(f"Its capture stays in the WARC files: {', '.join(captures)}")
    if not_reached:
        say(f"klog does not change these, which may hold its text: {', '.join(not_reached)}")


def _captures(connection: Connection, identity: Identity, context: Context) -> list[str]:
    """Return where the captures of a thing are: file name, or address in the store, and byte."""
    rows = connection.execute(
        'SELECT DISTINCT warc, "offset" FROM raw.captures WHERE kind = ? AND key = ? ORDER BY ALL',
        [identity.kind, identity.key],
    ).fetchall()
    captures, store = context.home.captures, context.store
    names = {warc: warc if (captures / warc).is_file() else place_of(captures, store, warc) for warc, _ in rows}
    return [f"{names[warc] if store else warc} at byte {offset:,}" for warc, offset in rows]
