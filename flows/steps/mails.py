"""Mails that no link names: the threads of cited mails are taken in from the run's mail archives."""

import hashlib
from collections.abc import Iterator
from itertools import islice

from flows.mail_archives.origin import FoundMail, MailArchive
from flows.mail_archives.thread_search import ThreadSearch
from flows.policies import step_task
from flows.steps.run import Run
from warehouse.captures.files import CaptureWriter
from warehouse.connection import Connection
from warehouse.frontier.home_record import facts_of
from warehouse.frontier.ledger import FoundAddress, Outcome, add_addresses, record_outcomes
from warehouse.frontier.threads import CitedMail, cited_mails, known_mails
from warehouse.home import now
from warehouse.load import insert

MAILS_AT_ONCE = 100  # mails are stored in batches of this size
_SEARCHED = "threads_searched"


def are_threads_missing(run: Run, connection: Connection) -> bool:
    """Return whether the run's mail archives were not yet searched for the threads of all cited mails."""
    cited = cited_mails(connection) if _archives(run) else []
    return bool(cited) and facts_of(connection).get(_SEARCHED) != _search_of(run, cited)


def take_in_threads(run: Run, connection: Connection, writer: CaptureWriter) -> None:
    """Read the run's mail archives once for the threads of cited mails, unless that was done for the same mails before."""
    cited = cited_mails(connection) if _archives(run) else []
    is_again = run.recheck and "threads_found" not in run.counts
    searched = _search_of(run, cited)
    if not cited or (facts_of(connection).get(_SEARCHED) == searched and not is_again):
        return
    search = ThreadSearch(cited, run.settings.thread_replies)
    run.begin("fetch", None)
    for archive in _archives(run):
        mails = archive.find_threads(search)
        done = 0
        while taken := take_in_batch(connection, writer, mails, "thread"):
            done += taken[0]
            run.counts["threads_found"] = run.counts.get("threads_found", 0) + taken[1]
            run.advance("fetch", taken[0], done, None)
    run.counts.setdefault("threads_found", 0)
    insert(connection, "raw.home", [{"name": _SEARCHED, "value": searched}], replace=True)


@step_task("take in a batch of mails")
def take_in_batch(
    connection: Connection, writer: CaptureWriter, mails: Iterator[FoundMail], how: str
) -> tuple[int, int] | None:
    """Store the next mails that the archive lacks; return how many were read and how many are new, None at the end."""
    batch = {mail.identity.key: mail for mail in reversed(list(islice(mails, MAILS_AT_ONCE)))}
    if not batch:
        return None
    known = known_mails(connection, list(batch))
    new = [mail for key, mail in reversed(batch.items()) if key not in known]
    stored = [(mail.identity, Outcome(mail.identity.url, "done", writer.append(mail.response))) for mail in new]
    writer.flush()
    add_addresses(connection, [FoundAddress(mail.identity, how, mail.cited) for mail in new], now())
    record_outcomes(connection, stored, now())
    return len(batch), len(new)


def _archives(run: Run) -> list[MailArchive]:
    return [origin for origin in run.origins if isinstance(origin, MailArchive)]


def _search_of(run: Run, cited: list[CitedMail]) -> str:
    """Return a digest of what a search for threads depends on: the archives, the cited mails and the number of replies."""
    archives = [part for archive in _archives(run) for part in archive.state()]
    names = [(one.names, one.answered) for one in cited]
    return hashlib.sha256(repr((archives, names, run.settings.thread_replies)).encode()).hexdigest()
