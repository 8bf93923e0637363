"""Discover: add every address that the run's origins list to the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from flows.git.commits import release_days
from flows.git.origin import GitClone
from flows.parser_versions import address_version
from flows.policies import step_task
from flows.sources.registry import identify, link_identifier
from flows.steps.numbers import take_in_map
from flows.steps.run import Run
from flows.web.feeds import ASKED_AGAIN_AFTER, Feeds
from flows.web.known_issues import list_known_issues
from flows.web.network import Web
from flows.web.origin import Listed, Origin
from warehouse.connection import Connection, open_warehouse
from warehouse.errors import FetchFailed, KlogError, UsageError, Wait
from warehouse.frontier.identities import identify_again
from warehouse.frontier.ledger import (
    FoundAddress,
    add_addresses,
    forget_broken,
    forget_parts,
    listed_parts,
    make_due_again,
    remember_part,
)
from warehouse.frontier.release_tags import keep_release_days
from warehouse.frontier.report import ledger_report
from warehouse.home import now
from warehouse.load import insert
from warehouse.settings import Settings

ADDRESSES_AT_ONCE = 2_000  # addresses are small; a batch of them is one transaction


def discover(run: Run) -> None:
    """List every part of an origin that has not been listed completely; parts that cannot be read are set aside.

    Before that, identify stored addresses again if the rules for addresses have changed, and add the known issues if an
    archive is asked for issues.
    """
    run.begin("discover", None)
    with open_warehouse(run.home) as connection:
        run.counts["renamed"] = rename_addresses(connection, run.settings)
        take_in_map(run, connection)
        if any(web.parts() for web in _networks(run)):
            new = enter_addresses(connection, list(list_known_issues()), run.settings.host_aliases)
            run.counts["addresses_new"] = run.counts.get("addresses_new", 0) + new
        if run.relist_before is not None:
            forget_parts(connection, [part for web in _networks(run) for part in web.parts()], run.relist_before)
        for origin in run.origins:
            if isinstance(origin, GitClone):
                take_in_tags(run, connection, origin)
        listed = set() if run.recheck else listed_parts(connection)
        due = due_feeds(connection, run.origins)
        for origin in run.origins:
            for part in origin.parts():
                if part not in listed or part in due:
                    discover_part(run, connection, origin, part)


def due_feeds(connection: Connection, origins: Sequence[Origin]) -> set[str]:
    """Return the feeds that were not read for some hours; new entries are found only by reading them again."""
    feeds = {part for origin in origins if isinstance(origin, Feeds) for part in origin.parts()}
    return feeds - listed_parts(connection, since=now() - ASKED_AGAIN_AFTER) if feeds else feeds


def _networks(run: Run) -> list[Web]:
    return [origin for origin in run.origins if isinstance(origin, Web)]


def discover_part(run: Run, connection: Connection, origin: Origin, part: str) -> None:
    """Add the addresses of a part batch by batch; a part whose list ends early is listed again by the next run."""
    listing = Listing(origin.discover(part))
    forget_broken(connection, origin.name)
    while True:
        batch = list_batch(listing)
        new = enter_addresses(connection, batch, run.settings.host_aliases, is_index=isinstance(origin, Web))
        run.counts["addresses_new"] = run.counts.get("addresses_new", 0) + new
        run.counts["pages_found"] = run.counts.get("pages_found", 0) + sum(one.error is None for one in batch)
        run.ledger = ledger_report(connection, run.settings)
        run.advance("discover", len(batch), run.counts["pages_found"], None)
        if listing.error is not None:
            break
        if len(batch) < ADDRESSES_AT_ONCE:
            remember_part(connection, part, now())
            return
    reason = getattr(listing.error, "reason", "paused")
    row = {"url": part, "step": "discover", "reason": reason, "detail": str(listing.error)}
    insert(connection, "raw.set_aside", [row], replace=True)


@step_task("identify addresses again")
def rename_addresses(connection: Connection, settings: Settings) -> int:
    """Identify stored addresses again if the rules have changed; return how many addresses changed."""
    return identify_again(connection, link_identifier(settings.host_aliases), address_version(settings))


@step_task("take in the days of tags")
def take_in_tags(run: Run, connection: Connection, clone: GitClone) -> None:
    """Store the days of the kernel releases that a clone has tags of."""
    until = now().date()  # a tag can have any day
    days = {tag: day for tag, day in release_days(clone.path).items() if day <= until}
    run.counts["tags_found"] = run.counts.get("tags_found", 0) + keep_release_days(connection, days)


class Listing:
    """The addresses that an origin lists, and the error that ended the list early, if any."""

    def __init__(self, listed: Iterator[Listed]) -> None:
        self._listed = listed
        self.error: Wait | FetchFailed | None = None

    def __iter__(self) -> Iterator[Listed]:
        return self

    def __next__(self) -> Listed:
        try:
            return next(self._listed)
        except (Wait, FetchFailed) as error:
            self.error = error
            raise StopIteration from error


@step_task("list addresses")
def list_batch(listing: Listing) -> list[Listed]:
    """Return the next batch of addresses; the last one is shorter than `ADDRESSES_AT_ONCE`."""
    return list(islice(listing, ADDRESSES_AT_ONCE))


def enter_addresses(
    connection: Connection, listed: Sequence[Listed], aliases: Mapping[str, str], *, is_index: bool = False
) -> int:
    """Add a batch of addresses to the ledger; return how many are new.

    An index lists what it has: what was gone when it was asked for is due again, and counts as new.
    """
    found = []
    broken = []
    for one in listed:
        try:
            if one.error is not None:
                raise one.error
            found.append(FoundAddress(identify(one.url, aliases=aliases), one.how, one.where, one.captured_at))
        except UsageError as error:
            broken.append({"url": one.url, "step": "discover", "reason": "address", "detail": str(error)})
        except KlogError as error:
            reason = getattr(error, "reason", "error")
            broken.append({"url": one.url, "step": "discover", "reason": reason, "detail": str(error)})
    insert(connection, "raw.set_aside", list({row["url"]: row for row in broken}.values()), replace=True)
    back = make_due_again(connection, [one.identity.url for one in found], now()) if is_index else 0
    return add_addresses(connection, found, now()) + back
