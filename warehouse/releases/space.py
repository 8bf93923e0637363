"""The disk of a home: what the next release needs, and a warning before there is no room for it."""

import shutil

from warehouse.errors import GateFailed
from warehouse.home import Home

LOW_BYTES = 1_000_000_000  # a capture file of the default size, and as much for dbt and temporary files
_BUILDS_AHEAD = 3  # warned of while there is still room for some builds


def needed_bytes(home: Home) -> int:
    """Return what a build may need: twice the size of the warehouse."""
    return 2 * home.warehouse.stat().st_size if home.warehouse.is_file() else 0


def check_space(home: Home) -> None:
    """Raise GateFailed unless twice the size of the warehouse is free on the disk."""
    needed, free = needed_bytes(home), shutil.disk_usage(home.root).free
    if free < needed:
        raise GateFailed(
            f"{free / 1e6:,.0f} MB are free at {home.root}, {needed / 1e6:,.0f} MB are needed (twice the warehouse). "
            f"Make room (klog --home {home.root} release prune removes old releases), then run the same command again."
        )


def warn_of_space(home: Home) -> str | None:
    """Return a sentence if the disk will soon be full, else None."""
    free, needed = shutil.disk_usage(home.root).free, needed_bytes(home)
    if free >= max(_BUILDS_AHEAD * needed, LOW_BYTES):
        return None
    return (
        f"only {free / 1e9:,.1f} GB are free at {home.root}, and a build needs up to {needed / 1e9:,.1f} GB; "
        f"see what can go: klog --home {home.root} release prune --dry-run"
    )
