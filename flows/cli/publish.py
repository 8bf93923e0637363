"""`klog publish`: write a release to a DuckLake."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say, say_json
from warehouse.errors import ArchiveMissing
from warehouse.exports.lake import publish_to_lake
from warehouse.releases.history import find_release


@click.command("publish")
@click.argument("release", default="current")
@click.option(
    "--lake", metavar="ADDRESS", required=True, help="ducklake:postgres:dbname=NAME host=HOST, or ducklake:FILE."
)
@click.option(
    "--data", metavar="PLACE", help="Where the Parquet files of a new lake lie: a folder or s3://bucket/folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, release: str, lake: str, data: str | None, as_json: bool) -> None:
    """Write the marts of RELEASE (the current one) to a DuckLake as one snapshot, with the id of the release as its message.

    Only rows that differ from the lake's newest snapshot are written. One process writes to a lake at a time; any number read it.
    A password belongs into PGPASSWORD or ~/.pgpass.

    \b
    Example:
      klog publish --lake "ducklake:postgres:dbname=lake host=db" --data s3://bucket/lake
    """
    found = find_release(context.home, release)
    if found.manifest is None:
        raise ArchiveMissing(f"{found.folder / 'release.json'} cannot be read. Build it again with: klog build")
    snapshot = publish_to_lake(found.folder, found.manifest, lake, data)
    if as_json:
        said = {"release_id": found.release_id, "snapshot": snapshot.number, "is_new": snapshot.is_new}
        say_json({**said, "came": snapshot.came, "went": snapshot.went})
        return
    if not snapshot.is_new:
        say(f"{found.release_id} is in the lake: snapshot {snapshot.number}.")
        return
    came, went = sum(snapshot.came.values()), sum(snapshot.went.values())
    say(f"{found.release_id} is snapshot {snapshot.number} of the lake: {came:,} rows came, {went:,} went.")
