"""The hosts that asked a run to wait, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_NAMED = 5


def name_paused(paused: Sequence[Mapping[str, Any]]) -> str:
    """Return the first paused hosts and until when they are left alone."""
    hosts = "; ".join(f"{one['host']} until {one['until']} UTC" for one in paused[:MOST_NAMED])
    more = len(paused) - MOST_NAMED
    return hosts + (f"; and {more} more, see klog status" if more > 0 else "")
