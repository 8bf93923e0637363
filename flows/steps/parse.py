"""Parse: read every capture that this version of the parser has not read yet, all pages of a thing together."""

from collections.abc import Sequence

from flows.document_parser import DocumentParser, parser_version
from flows.parse_pool import ParsePool
from flows.policies import step_task
from flows.steps.run import Run, batches
from warehouse.connection import Connection, open_warehouse
from warehouse.frontier.ledger import FoundAddress, add_addresses
from warehouse.frontier.parse_queue import Thing, issue_pages_to_join, join_pages, number_pages, things_to_read
from warehouse.home import now
from warehouse.load import load_documents


def parse(run: Run) -> int:
    """Join the pages of features first, then read things in batches; how many pages became due comes back."""
    shelf = DocumentParser(run.home.captures, run.settings)
    version = parser_version(run.settings)
    with open_warehouse(run.home) as connection:
        more = join_features(connection, shelf, version)
        things = things_to_read(connection, version)
        run.begin("parse", len(things))
        done = 0
        with ParsePool(shelf, len(things)) as readers:
            for batch in batches(things, run.settings.batch_documents):
                refused = read_batch(connection, readers, batch, version)
                done += len(batch)
                run.counts["parsed"] = run.counts.get("parsed", 0) + len(batch) - refused
                run.advance("parse", len(batch), done, len(things))
    return more


@step_task("join pages of features")
def join_features(connection: Connection, shelf: DocumentParser, version: str) -> int:
    """Learn from page navigation which captures are one feature; how many pages are still to be fetched comes back."""
    pages: list[tuple[str, str, int]] = []
    inner: list[tuple[str, int]] = []
    found: list[FoundAddress] = []
    for stored in issue_pages_to_join(connection, version):
        group = shelf.pages_of(stored)
        found.extend(FoundAddress(one, "pages", stored.url, stored.captured_at) for one in group)
        if len({one.key for one in group}) > 1:
            pages.extend((one.key, group[0].key, number) for number, one in enumerate(group, 1))
        else:
            inner.extend((one.url, number) for number, one in enumerate(group, 1) if one.page != number)
    join_pages(connection, pages)
    number_pages(connection, inner)
    return add_addresses(connection, found, now())


@step_task("read a batch")
def read_batch(connection: Connection, readers: ParsePool, batch: Sequence[Thing], version: str) -> int:
    """Read a batch of things and load what came of it; how many could not be read comes back."""
    found = list(readers.read(batch))
    load_documents(
        connection,
        [one.rows for one in found if one.rows],
        set_aside=[{**row, "parser_version": version} for one in found for row in one.set_aside],
        parsed=[stored.capture_id for thing in batch for _, stored in thing.captures],
        version=version,
    )
    return sum(not one.rows for one in found)
