"""Parse: read every capture that the current version of its parser has not read, all pages of a thing together."""

import logging
from collections.abc import Iterator, Sequence

from flows.document_parser import Parsed
from flows.parse_pool import ParsePool
from flows.parser_versions import identifying_version, reading_version, tagging_version
from flows.policies import step_task
from flows.sources import registry
from flows.steps.put import put_captures
from flows.steps.run import Run, batches
from warehouse.connection import Connection, open_warehouse
from warehouse.frontier.home_record import facts_of
from warehouse.frontier.ledger import FoundAddress, add_addresses
from warehouse.frontier.parse_queue import (
    Thing,
    captures_read,
    count_things,
    documents_to_tag,
    issue_pages_to_join,
    join_pages,
    number_pages,
    read_again,
    read_all_again,
    stored_rows,
    things_to_read,
)
from warehouse.home import now
from warehouse.load import insert, load_documents, load_tags
from warehouse.records import KINDS
from warehouse.settings import Settings

REOPENED_AFTER = 2_000  # things, because an open warehouse keeps what was read and written in memory


def parse(run: Run) -> int:
    """Join the pages of features, parse things in batches, and retag documents that another version tagged.

    Return how many pages became due.
    """
    put_captures(run)  # workers on other machines see those of the store alone
    versions = present_versions(run.settings)
    again = "tried_again" not in run.counts
    more = done = total = 0
    last: Thing | None = None
    is_done = False
    while not is_done:
        with open_warehouse(run.home) as connection:
            if last is None:
                hand_over(connection, run.settings)
                if run.reread and "reread" not in run.counts:
                    run.counts["reread"] = read_all_again(connection)
                more = join_features(connection, run.readers, versions)
                total, tried = count_things(connection, versions, again=again)
                run.counts.setdefault("tried_again", tried)
                run.begin("parse", total)
            things = things_to_read(connection, versions, again=again, behind=last, limit=REOPENED_AFTER)
            for batch, results in run.readers.read_batches(batches(things, run.settings.batch_documents)):
                refused = read_batch(connection, run, batch, results)
                done += len(batch)
                run.counts["parsed"] = run.counts.get("parsed", 0) + len(batch) - refused
                run.advance("parse", len(batch), done, total)
            is_done = len(things) < REOPENED_AFTER
            last = things[-1] if things else None
            if is_done:
                tag_again(run, connection)
    return more


def present_versions(settings: Settings) -> list[str]:
    """Return `kind version`, separated by a space, for every parser of every kind."""
    return [
        f"{kind} {reading_version(source, settings)}" for kind in KINDS for source in registry.sources_of_kind(kind)
    ]


def hand_over(connection: Connection, settings: Settings) -> None:
    """Mark captures whose address now belongs to another source to be parsed again; checked only if the rules changed."""
    version = identifying_version(registry.SOURCES)
    if facts_of(connection).get("sources_known_by") == version:
        return
    shared = [kind for kind in KINDS if sum(source.kind == kind for source in registry.SOURCES) > 1]
    other = []
    for capture_id, kind, key, url, read_with in captures_read(connection, shared):
        identity = registry.stored_as(kind, key, url, aliases=settings.host_aliases)
        if read_with not in {reading_version(source, settings) for source in registry.readers_of(identity)}:
            other.append(capture_id)
    read_again(connection, other)
    insert(connection, "raw.home", [{"name": "sources_known_by", "value": version}], replace=True)


def tag_again(run: Run, connection: Connection) -> None:
    """Retag documents that another version tagged, without parsing their pages."""
    names = documents_to_tag(connection, tagging_version())
    run.counts["tagged"] = run.counts.get("tagged", 0) + len(names)
    for batch in batches(names, run.settings.batch_documents):
        tag_batch(connection, run.readers, batch)


@step_task("join pages of features")
def join_features(connection: Connection, readers: ParsePool, versions: Sequence[str]) -> int:
    """Join captures into features by their page navigation; return how many pages became due."""
    pages: list[tuple[str, str, int]] = []
    inner: list[tuple[str, int]] = []
    found: list[FoundAddress] = []
    captures = issue_pages_to_join(connection, versions)
    for stored, group in zip(captures, readers.pages_of(captures), strict=True):
        found.extend(FoundAddress(one, "pages", stored.url, stored.captured_at) for one in group)
        if len({one.key for one in group}) > 1:
            pages.extend((one.key, group[0].key, number) for number, one in enumerate(group, 1))
        else:
            inner.extend((one.url, number) for number, one in enumerate(group, 1) if one.page != number)
    join_pages(connection, pages)
    number_pages(connection, inner)
    return add_addresses(connection, found, now())


@step_task("read a batch")
def read_batch(connection: Connection, run: Run, batch: Sequence[Thing], results: Iterator[Parsed]) -> int:
    """Parse a batch of things, which `results` does, and load what it gives; return how many could not be read."""
    found = list(results)
    load_documents(
        connection,
        [one.rows for one in found if one.rows],
        set_aside=[{**row, "parser_version": one.version} for one in found for row in one.set_aside],
        parsed={
            stored.capture_id: one.version
            for thing, one in zip(batch, found, strict=True)
            for _, stored in thing.captures
        },
    )
    for one in found:
        for row in one.set_aside:
            run.log_failure("parse", f"set aside ({row['reason']}): {row['detail']}", url=row["url"])
        for document in one.rows.get("documents", ()):
            run.log("read", level=logging.DEBUG, step="parse", document_id=document["document_id"], url=document["url"])
    return sum(not one.rows for one in found)


@step_task("tag a batch")
def tag_batch(connection: Connection, readers: ParsePool, names: Sequence[str]) -> None:
    """Tag a batch of documents and load the results."""
    found = list(readers.tag(stored_rows(connection, names)))
    load_tags(connection, [rows for rows, _ in found], [refused for _, refused in found if refused is not None])
