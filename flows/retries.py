"""The retry policy: what is tried again, how often and how far apart. See flows/README.md.

A host that asks to wait (429, 503) or takes no connection is paused, for everybody and ever longer. A fault that may be over
the next time (`PASSING`) is met by asking once more at once, then in later runs. Everything else is final.
"""

import datetime as dt

from warehouse.errors import FetchFailed, KlogError

PASSING = frozenset(
    {"reset", "truncated", "timeout", "http_500", "http_502", "http_504", "protocol", "robots_unreachable"}
)
"""Reasons of failures that may be over the next time."""

REQUESTS = 2  # one after the other, where the first meets a passing fault
LIST_PAGE_TRIES = 4  # at a page of a list of addresses, each of as many requests: what it lacks ends the list
ADDRESS_RUNS = 3  # in which an address meets a passing fault before it is set aside
FIRST_DELAY = dt.timedelta(minutes=15)  # until the second of these runs; four times as long until the next
IDLE_ROUNDS = 3  # pauses waited out in a row that brought nothing
PREFECT_STARTS = (
    5  # of a build: a server that answers its health check and nothing else would be waited for without end
)

FIRST_PAUSE_S = 60.0  # of a host that says "too many" without a time; doubled each time it says so again
NOT_CONNECTED_PAUSE_S = 300.0  # a refused connection is how firewalls ask for a longer pause than an answer would
LONGEST_PAUSE_S = 6 * 3600.0  # where no time was said
LONGEST_BELIEVED_S = 7 * 86400.0  # a time further off is a mistake of theirs, or our clock was wrong when it was stored
DEAD_AFTER = 4  # such pauses in a row (5, 10, 20, 40 minutes): a live host is given up, an archive never


def may_pass(error: KlogError) -> bool:
    """Return whether a failure may pass, so that a retry is worthwhile."""
    return isinstance(error, FetchFailed) and error.reason in PASSING


def delay_until_next_run(error: KlogError, attempts: int) -> dt.timedelta | None:
    """Return the delay before an address is retried that failed in `attempts` earlier runs; None to give up."""
    return FIRST_DELAY * 4**attempts if may_pass(error) and attempts + 1 < ADDRESS_RUNS else None


def pause_s(asked_s: float | None, strikes: int, first_s: float) -> float:
    """Return the seconds to pause a host: as many as it asked for, else growing with its strikes in a row."""
    if asked_s is None:
        return min(first_s * 2.0 ** min(max(strikes - 1, 0), 16), LONGEST_PAUSE_S)
    return min(max(asked_s, 1.0), LONGEST_BELIEVED_S)
