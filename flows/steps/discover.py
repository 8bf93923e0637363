"""Discover: enter every address that the run's origins can tell of into the ledger."""

from collections.abc import Mapping, Sequence

import duckdb

from flows.policies import asking_task
from flows.sources.registry import identify
from flows.steps.run import Run, batches
from flows.web.origin import Listed, Origin
from warehouse.connection import open_warehouse
from warehouse.home import now
from warehouse.ledger import Found, add_addresses
from warehouse.load import insert

ADDRESSES_AT_ONCE = 2_000  # addresses are small; a batch of them is one transaction


def discover(run: Run) -> None:
    """Ask each origin in turn; parts that cannot be read are listed as set aside."""
    run.begin("discover", None)
    found = 0
    with open_warehouse(run.home) as connection:
        for origin in run.origins:
            for batch in batches(list_addresses(origin), ADDRESSES_AT_ONCE):
                new = enter_addresses(connection, batch, run.settings.host_aliases)
                found += sum(one.error is None for one in batch)
                run.counts["addresses_new"] = run.counts.get("addresses_new", 0) + new
                run.advance("discover", len(batch), found, None)
    run.counts["pages_found"] = found


@asking_task("list addresses")
def list_addresses(origin: Origin) -> list[Listed]:
    """Everything an origin has."""
    return list(origin.discover())


def enter_addresses(connection: duckdb.DuckDBPyConnection, listed: Sequence[Listed], aliases: Mapping[str, str]) -> int:
    """Put a batch into the ledger; how many addresses are new comes back."""
    found = []
    broken = []
    for one in listed:
        if one.error is None:
            found.append(Found(identify(one.url, aliases=aliases), one.how, one.where, one.captured_at))
        else:
            reason = getattr(one.error, "reason", "error")
            broken.append({"url": one.url, "step": "discover", "reason": reason, "detail": str(one.error)})
    insert(connection, "raw.set_aside", broken, replace=True)
    return add_addresses(connection, found, now())
