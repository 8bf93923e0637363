"""Mails that no link names: the threads of cited mails, or all mails, are taken in from the run's mail archives."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from flows.mail_archives.origin import FoundMail, MailArchive
from flows.mail_archives.thread_search import ThreadSearch
from flows.policies import step_task
from flows.steps.put import put_captures
from flows.steps.run import Run
from warehouse.captures.files import CaptureWriter
from warehouse.captures.places import stored_sizes
from warehouse.connection import Connection, open_warehouse
from warehouse.frontier.home_record import facts_of
from warehouse.frontier.ledger import (
    FoundAddress,
    LedgerCaptures,
    Outcome,
    add_addresses,
    listed_parts,
    record_outcomes,
    remember_part,
)
from warehouse.frontier.threads import CitedMail, cited_mails, known_mails
from warehouse.home import now
from warehouse.load import insert

MAILS_AT_ONCE = 500  # mails are stored in batches of this size,
BYTES_AT_ONCE = 16 << 20  # or of this many bytes
REOPENED_AFTER = 10_000  # mails, because an open warehouse keeps what was read and written in memory
_SEARCHED = "threads_searched"


def are_threads_missing(run: Run, connection: Connection) -> bool:
    """Return whether the run's mail archives were not yet searched for the threads of all cited mails.

    What is added to an archive behind the run's own search is left to the next run.
    """
    if run.all_mail or not _archives(run):
        return False
    cited = cited_mails(connection)
    before, wanted = facts_of(connection).get(_SEARCHED, ""), _search_of(run, cited)
    if "threads_found" in run.counts:
        before, wanted = before.partition(" ")[0], wanted.partition(" ")[0]
    elif run.recheck:
        before = ""
    return bool(cited) and before != wanted


def take_in_threads(run: Run, connection: Connection, writer: CaptureWriter) -> None:
    """Read the run's mail archives for the threads of cited mails, unless that was done for the same mails before."""
    if not are_threads_missing(run, connection):
        return
    cited = cited_mails(connection)
    search, searched = ThreadSearch(cited, run.settings.thread_replies), _search_of(run, cited)
    run.begin("fetch", None)
    for archive in _archives(run):
        new = _take_in(run, connection, writer, archive.find_threads(search), "thread")
        run.counts["threads_found"] = run.counts.get("threads_found", 0) + new
    insert(connection, "raw.home", [{"name": _SEARCHED, "value": searched}], replace=True)


def take_in_all(run: Run) -> None:
    """Take in every mail of the run's mail archives, each archive once as long as its files do not change."""
    with open_warehouse(run.home) as connection:
        listed = set() if run.recheck and "mails_found" not in run.counts else listed_parts(connection)
    run.begin("fetch", None)
    run.counts.setdefault("mails_found", 0)
    for archive in _archives(run):
        parts = [f"all of {part}" for part in archive.state()]
        if all(part in listed for part in parts):
            continue
        mails = archive.read_all()
        while first := next(mails, None):
            run.counts["mails_found"] += _take_in_some(run, chain([first], islice(mails, REOPENED_AFTER - 1)))
        with open_warehouse(run.home) as connection:
            for part in parts:
                remember_part(connection, part, now())


def _take_in_some(run: Run, mails: Iterator[FoundMail]) -> int:
    folder, most = run.home.captures, run.settings.warc_bytes
    with open_warehouse(run.home) as connection:
        known, taken = LedgerCaptures(connection, folder, run.store), stored_sizes(run.store)
        with CaptureWriter(folder, max_bytes=most, known=known, is_unique=True, taken=taken) as writer:
            new = _take_in(run, connection, writer, mails, "mail")
    put_captures(run)
    return new


def _take_in(run: Run, connection: Connection, writer: CaptureWriter, mails: Iterator[FoundMail], how: str) -> int:
    """Store the mails that the archive lacks, batch by batch; return their number."""
    new = 0
    while batch := _next_batch(mails):
        stored = take_in_batch(connection, writer, batch, how)
        put_captures(run, writer)
        new += stored
        run.counts["fetched"] = run.counts.get("fetched", 0) + stored
        run.counts["mails_read"] = run.counts.get("mails_read", 0) + len(batch)
        run.advance("fetch", len(batch), run.counts["mails_read"], None)
    return new


def _next_batch(mails: Iterator[FoundMail]) -> list[FoundMail]:
    batch: list[FoundMail] = []
    size = 0
    for mail in mails:
        batch.append(mail)
        size += len(mail.response.body)
        if len(batch) >= MAILS_AT_ONCE or size >= BYTES_AT_ONCE:
            break
    return batch


@step_task("take in a batch of mails")
def take_in_batch(connection: Connection, writer: CaptureWriter, batch: Sequence[FoundMail], how: str) -> int:
    """Store the mails of a batch that the archive lacks, the first of each Message-ID; return their number."""
    first: dict[str, FoundMail] = {}
    for mail in batch:
        first.setdefault(mail.identity.key, mail)
    known = known_mails(connection, list(first))
    new = [mail for key, mail in first.items() if key not in known]
    stored = [(mail.identity, Outcome(mail.identity.url, "done", writer.append(mail.response))) for mail in new]
    writer.flush()
    add_addresses(connection, [FoundAddress(mail.identity, how, mail.cited) for mail in new], now())
    record_outcomes(connection, stored, now())
    return len(new)


def _archives(run: Run) -> list[MailArchive]:
    return [origin for origin in run.origins if isinstance(origin, MailArchive)]


def _search_of(run: Run, cited: list[CitedMail]) -> str:
    """Return digests of what a search for threads depends on: of the cited mails and the number of replies, and of the archives."""
    names = [(one.names, one.answered) for one in cited]
    archives = [part for archive in _archives(run) for part in archive.state()]
    return " ".join(
        hashlib.sha256(repr(given).encode()).hexdigest()[:16]
        for given in ((names, run.settings.thread_replies), archives)
    )
