"""The retry policy: which failures are retried, how often and after which delay. See flows/README.md.

A host that asks to wait (429, 503) or refuses connections is paused for all runs, longer each time. A temporary failure
(`PASSING`) is retried once at once, then in later runs. Every other failure is final.
"""

import datetime as dt

from warehouse.errors import FetchFailed, KlogError

PASSING = frozenset(
    {"reset", "truncated", "timeout", "http_500", "http_502", "http_504", "protocol", "robots_unreachable"}
)
"""Reasons of temporary failures, which may succeed on a later try."""

REQUESTS = 2  # for one address in a row: a temporary failure is retried once
LIST_PAGE_TRIES = (
    4  # of a page of a list of addresses, each with `REQUESTS` requests, because a missing page ends the list
)
ADDRESS_RUNS = 3  # with a temporary failure of an address before it is set aside
FIRST_DELAY = dt.timedelta(
    minutes=15
)  # between the first and the second of these runs; four times as long for the next
IDLE_ROUNDS = 3  # rounds of fetching in a row that stored nothing before a run ends
# Of a build. Without a limit, a server that answers only its health check would be waited for forever.
PREFECT_STARTS = 5

FIRST_PAUSE_S = 60.0  # for a host that asks to wait without a time; doubled each time
NOT_CONNECTED_PAUSE_S = 300.0  # longer, because firewalls refuse connections for longer than servers ask to wait
LONGEST_PAUSE_S = 6 * 3600.0  # unless the host gave a time
LONGEST_BELIEVED_S = 7 * 86400.0  # a later time is a mistake of the host, or our clock was wrong when it was stored
DEAD_AFTER = 4  # pauses in a row (5, 10, 20, 40 minutes) after which a live host is given up, but never an archive


def may_pass(error: KlogError) -> bool:
    """Return whether a failure is temporary, so that a retry is worthwhile."""
    return isinstance(error, FetchFailed) and error.reason in PASSING


def delay_until_next_run(error: KlogError, attempts: int) -> dt.timedelta | None:
    """Return the delay before an address that failed in `attempts` earlier runs is retried, or None to give up."""
    return FIRST_DELAY * 4**attempts if may_pass(error) and attempts + 1 < ADDRESS_RUNS else None


def pause_s(asked_s: float | None, strikes: int, first_s: float) -> float:
    """Return how many seconds to pause a host: the delay it asked for, or one that doubles with each consecutive strike.

    Both are bounded.
    """
    if asked_s is None:
        return min(first_s * 2.0 ** min(max(strikes - 1, 0), 16), LONGEST_PAUSE_S)
    return min(max(asked_s, 1.0), LONGEST_BELIEVED_S)
