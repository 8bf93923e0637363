"""`klog pull`: copy a release from the store to a machine that only reads it."""

import click

from flows.cli.context import Context
from flows.cli.terminal import say, say_json
from warehouse.errors import UsageError
from warehouse.releases.history import releases_to_remove, remove_leftovers, remove_releases
from warehouse.releases.stored import pull_release


@click.command("pull")
@click.argument("release", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, release: str | None, as_json: bool) -> None:
    """Copy the newest release of the store (KLOG_CAPTURE_STORE), or RELEASE, to the home and make it current.

    Each file is compared with the hash that it was published with. Releases that were pulled before are kept or removed by
    KLOG_KEEP_RELEASES and KLOG_KEEP_DAYS, as a build does. A home with a warehouse makes its own releases and pulls none.

    \b
    Example:
      klog --home copy pull && klog --home copy ui
    """
    home, settings = context.home, context.settings
    if context.store is None:
        raise UsageError(
            "KLOG_CAPTURE_STORE is not set; expected the address that a build puts its releases to. Set it and run again: "
            "KLOG_CAPTURE_STORE=s3://bucket/folder klog pull"
        )
    if home.warehouse.is_file():
        raise UsageError(f"{home.root} has a warehouse and makes its own releases. Name another: klog --home DIR pull")
    with home.hold():
        pulled = pull_release(home, context.store, release)
        remove_leftovers(home)
        remove_releases(releases_to_remove(home, newest=settings.keep_releases, days=settings.keep_days))
    if as_json:
        say_json({"home": str(home.root), "release_id": pulled, "store": context.store.address})
        return
    say(f"{pulled} is current.")
    say(f"Next: klog --home {home.root} ui")
