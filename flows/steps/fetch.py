"""Fetch: store a capture for every due address that an origin has."""

import datetime as dt
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain

from flows.mail_archives.messages import address_of
from flows.mail_archives.origin import MAIL
from flows.policies import step_task
from flows.retries import IDLE_ROUNDS, delay_until_next_run
from flows.sources.registry import identify
from flows.steps.mails import take_in_all, take_in_threads
from flows.steps.numbers import ask_news_server
from flows.steps.put import put_captures
from flows.steps.run import Run
from flows.web.origin import Fetched, Origin
from warehouse.captures.files import CaptureWriter, Stored
from warehouse.captures.places import stored_sizes
from warehouse.captures.recovery import recover
from warehouse.connection import Connection, open_warehouse
from warehouse.errors import FetchFailed, Gone, KlogError, Refused, UsageError, Wait
from warehouse.frontier.ledger import (
    Due,
    FoundAddress,
    LedgerCaptures,
    Outcome,
    add_addresses,
    due_addresses,
    lost_of_kind,
    recheck_lost,
    record_outcomes,
    resumes_at,
)
from warehouse.frontier.report import ledger_report
from warehouse.home import now
from warehouse.records import Identity, Kind

RECORDED_AT_ONCE = 100  # results are recorded in batches of this size,
RECORDED_AFTER_S = 3.0  # or after this time, so that `klog status` stays current

LOOKED_FOR: dict[str, Kind] = {"mail": "mail", "git": "commit"}
"""Kinds that an origin on this machine may have, although earlier runs lost them."""


def fetch(run: Run, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Fetch due addresses; wait out short pauses of hosts and leave hosts with longer ones to the next run."""
    with open_warehouse(run.home) as connection:
        take_up_lost_captures(connection, run)
        put_captures(run)  # those of a run that was killed
        if (run.recheck or run.recheck_before) and "rechecked" not in run.counts:
            lost = LedgerCaptures(connection, run.home.captures, run.store).lost() if run.recheck else ()
            last_tried = None if run.recheck else run.recheck_before
            run.counts["rechecked"] = recheck_lost(connection, now(), lost, before=last_tried)
        known, taken = LedgerCaptures(connection, run.home.captures, run.store), stored_sizes(run.store)
        with CaptureWriter(run.home.captures, max_bytes=run.settings.warc_bytes, known=known, taken=taken) as writer:
            recorder = OutcomeRecorder(
                connection, writer, partial(run.log_failure, "fetch"), recorded=partial(put_captures, run, writer)
            )
            ask_news_server(run, connection)
            for name, kind in LOOKED_FOR.items():
                if f"{kind}_found" not in run.counts:
                    run.counts[f"{kind}_found"] = look_for_lost(run, recorder, name, kind)
            idle = 0
            while idle < IDLE_ROUNDS:
                before = recorder.stored
                ask_news_server(run, connection)
                work_through(run, recorder, due_addresses(connection, now()))
                idle = 0 if recorder.stored > before else idle + 1
                resume = resumes_at(connection, now() + dt.timedelta(seconds=run.settings.patience_s))
                if resume is None:
                    break
                sleep(max((resume - now()).total_seconds(), 0) + 1)
            take_in_threads(run, connection, writer)
            run.counts["fetched"] = run.counts.get("fetched", 0) + recorder.stored
        put_captures(run)
    if run.all_mail:
        take_in_all(run)


def take_up_lost_captures(connection: Connection, run: Run) -> None:
    """Repair the capture files after a kill, and add the captures that are missing from the ledger."""
    lost = list(recover(run.home.captures, LedgerCaptures(connection, run.home.captures, run.store), store=run.store))
    enter_captures(connection, lost, run.settings.host_aliases)


def enter_captures(connection: Connection, lost: Sequence[Stored], aliases: Mapping[str, str]) -> int:
    """Add captures that the ledger has lost, with their addresses; return how many have one."""
    if not lost:
        return 0
    enter_recovered(connection, lost, aliases)
    rows = connection.execute(
        "SELECT url, kind, key, page FROM raw.fetches WHERE url IN (SELECT unnest(?))", [[one.url for one in lost]]
    ).fetchall()
    identities = {url: Identity(kind, key, url, page) for url, kind, key, page in rows}
    entered = [one for one in lost if one.url in identities]
    record_outcomes(connection, [(identities[one.url], Outcome(one.url, "done", one)) for one in entered], now())
    return len(entered)


def enter_recovered(connection: Connection, found: Sequence[Stored], aliases: Mapping[str, str]) -> None:
    """Add the addresses of captures to a ledger that has lost them."""
    addresses = []
    for one in found:
        with suppress(UsageError):
            identity = identify(one.url, aliases=aliases)
            how = "mail" if one.origin == MAIL and one.url == address_of(identity.key) else "captures"
            addresses.append(FoundAddress(identity, how, one.warc, one.captured_at))
    add_addresses(connection, addresses, now())


class OutcomeRecorder:
    """A recorder of the results of origins: responses go to the captures at once, outcomes to the ledger in batches."""

    def __init__(
        self,
        connection: Connection,
        writer: CaptureWriter,
        log_failure: Callable[..., None],
        recorded: Callable[[], None] = lambda: None,
    ) -> None:
        self.connection = connection
        self._recorded = recorded
        self._log_failure = log_failure
        self.stored = 0
        self._writer = writer
        self._waiting: dict[str, Due] = {}
        self._gone: dict[str, Fetched] = {}
        self._answers: Iterator[Fetched] = iter(())

    def begin(self, origin: Origin, due: Sequence[Due], *, is_last: bool = True) -> None:
        """Start fetching addresses from an origin; `Gone` is final only after the last origin."""
        self._waiting = {one.url: one for one in due}
        self._answers = chain(origin.fetch(due), self._still_gone()) if is_last else self._keep_gone(origin.fetch(due))

    def _keep_gone(self, answers: Iterator[Fetched]) -> Iterator[Fetched]:
        for fetched in answers:
            if isinstance(fetched.error, Gone):
                self._gone[fetched.url] = fetched
            else:
                yield fetched

    def _still_gone(self) -> Iterator[Fetched]:
        yield from [self._gone[url] for url in self._waiting if url in self._gone]

    @property
    def left(self) -> list[Due]:
        """The addresses without a result."""
        return list(self._waiting.values())

    def take(self) -> int:
        """Record the next batch of results; return their number, 0 at the end."""
        outcomes: list[tuple[Identity, Outcome]] = []
        began = time.monotonic()
        for fetched in self._answers:
            due = self._waiting.pop(fetched.url, None)
            if due is None:
                continue
            identity = Identity(due.kind, due.key, due.url, due.page)
            outcomes.append((identity, self._outcome(fetched, due)))
            if len(outcomes) >= RECORDED_AT_ONCE or time.monotonic() - began > RECORDED_AFTER_S:
                break
        self._writer.flush()
        record_outcomes(self.connection, outcomes, now())
        self._recorded()
        self.stored += sum(outcome.state == "done" for _, outcome in outcomes)
        return len(outcomes)

    def _outcome(self, fetched: Fetched, due: Due) -> Outcome:
        if fetched.response is not None:
            return Outcome(fetched.url, "done", self._writer.append(fetched.response))
        assert fetched.error is not None
        outcome = outcome_of(fetched.error, due)
        self._log_failure(f"{outcome.state} ({outcome.reason}): {fetched.error}", url=fetched.url)
        return outcome


@step_task("fetch a batch")
def fetch_batch(recorder: OutcomeRecorder) -> int:
    """Record the next batch of results; return their number, 0 at the end."""
    return recorder.take()


def work_through(run: Run, recorder: OutcomeRecorder, due: Sequence[Due]) -> None:
    """Fetch each address from the origins in order; addresses that no origin has stay due."""
    total = len(due)
    run.begin("fetch", total)
    done = 0
    for origin in run.origins:
        recorder.begin(origin, due, is_last=origin is run.origins[-1])
        while taken := fetch_batch(recorder):
            done += taken
            run.ledger = ledger_report(recorder.connection, run.settings)
            run.advance("fetch", taken, done, total)
        due = recorder.left


def look_for_lost(run: Run, recorder: OutcomeRecorder, name: str, kind: Kind) -> int:
    """Look in local archives for what earlier runs could not fetch; return how many were found."""
    found = 0
    for origin in run.origins:
        if origin.name == name:
            recorder.begin(origin, lost_of_kind(recorder.connection, kind))
            while taken := fetch_batch(recorder):
                found += taken
    return found


def outcome_of(error: KlogError, due: Due) -> Outcome:
    """Return the outcome for an address whose fetch failed."""
    match error:
        case Wait():
            until = now() + dt.timedelta(
                seconds=math.ceil(error.retry_after_s) + 1
            )  # times in the ledger are whole seconds
            return Outcome(due.url, "paused", reason="host", error=str(error), retry_at=until)
        case Gone():
            return Outcome(due.url, "gone", reason=error.reason, error=str(error))
        case Refused():
            return Outcome(due.url, "refused", reason=error.reason, error=str(error))
        case FetchFailed() if (delay := delay_until_next_run(error, due.attempts)) is not None:
            return Outcome(due.url, "paused", reason=error.reason, error=str(error), retry_at=now() + delay)
    return Outcome(due.url, "set_aside", reason=getattr(error, "reason", "error"), error=str(error))
