"""Fetch: store a capture for every due address that an origin can give."""

import datetime as dt
from collections.abc import Sequence

import duckdb

from flows.policies import asking_task
from flows.steps.run import Run, batches
from flows.web.origin import Fetched, Origin
from warehouse.captures import CaptureWriter, Stored
from warehouse.connection import open_warehouse
from warehouse.errors import FetchFailed, Gone, Refused, Wait
from warehouse.home import now
from warehouse.ledger import Due, Outcome, due_addresses, known_captures, record_outcomes
from warehouse.ledger_report import ledger_report
from warehouse.records import Identity
from warehouse.recovery import recover


def fetch(run: Run) -> None:
    """Work through what is due, a batch at a time; each batch is on disk before the ledger says so."""
    with open_warehouse(run.home) as connection:
        known = known_captures(connection)
        known += take_up_lost_captures(connection, run, known)
        due = due_addresses(connection, now())
        run.begin("fetch", len(due))
        done = 0
        by_digest = {stored.digest: stored for stored in known}
        with CaptureWriter(run.home.captures, max_bytes=run.settings.warc_bytes, known=by_digest) as writer:
            for batch in batches(due, run.settings.batch_documents):
                fetched = fetch_batch(connection, writer, run.origins, batch)
                run.counts["fetched"] = run.counts.get("fetched", 0) + fetched
                done += len(batch)
                run.ledger = ledger_report(connection)
                run.advance("fetch", len(batch), done, len(due))


def take_up_lost_captures(connection: duckdb.DuckDBPyConnection, run: Run, known: Sequence[Stored]) -> list[Stored]:
    """Mend the capture files after a kill, and enter what they have and the ledger has not."""
    lost = list(recover(run.home.captures, known))
    if lost:
        identities = {
            url: Identity(kind, key, url, page)
            for url, kind, key, page in connection.execute("SELECT url, kind, key, page FROM raw.fetches").fetchall()
        }
        lost = [one for one in lost if one.url in identities]
        record_outcomes(connection, [(identities[one.url], Outcome(one.url, "done", one)) for one in lost], now())
    return lost


@asking_task("fetch a batch")
def fetch_batch(
    connection: duckdb.DuckDBPyConnection,
    writer: CaptureWriter,
    origins: Sequence[Origin],
    batch: Sequence[Due],
) -> int:
    """Ask the origins in order for each address of a batch; how many came comes back."""
    left = {one.url: one for one in batch}
    outcomes: list[tuple[Identity, Outcome]] = []
    for origin in origins:
        for fetched in origin.fetch(list(left.values())):
            due = left.pop(fetched.url)
            identity = Identity(due.kind, due.key, due.url, due.page)
            outcomes.append((identity, _outcome(fetched, writer)))
    writer.flush()
    record_outcomes(connection, outcomes, now())
    return sum(outcome.state == "done" for _, outcome in outcomes)


def _outcome(fetched: Fetched, writer: CaptureWriter) -> Outcome:
    if fetched.response is not None:
        return Outcome(fetched.url, "done", writer.append(fetched.response))
    error = fetched.error
    match error:
        case Wait():
            return Outcome(
                fetched.url,
                "paused",
                error=str(error),
                retry_at=now() + dt.timedelta(seconds=error.retry_after_s),
            )
        case Gone():
            return Outcome(fetched.url, "gone", reason=error.reason, error=str(error))
        case Refused():
            return Outcome(fetched.url, "refused", reason=error.reason, error=str(error))
        case FetchFailed():
            return Outcome(fetched.url, "set_aside", reason=error.reason, error=str(error))
        case _:
            return Outcome(fetched.url, "set_aside", reason=getattr(error, "reason", "error"), error=str(error))
