"""Link: set the target document of every link, put mails into threads, and make cited addresses due that are not in the ledger."""

from flows.policies import step_task
from flows.sources.registry import identify
from flows.steps.mails import are_threads_missing
from flows.steps.run import Run
from warehouse.connection import Connection, open_warehouse
from warehouse.errors import UsageError
from warehouse.frontier.copies import find_copies
from warehouse.frontier.ledger import FoundAddress, add_addresses
from warehouse.frontier.link_targets import addresses_to_fetch, resolve_links
from warehouse.frontier.threads import find_threads
from warehouse.home import now


def link(run: Run) -> int:
    """Resolve links and threads; return how many cited addresses became due, with the threads of cited mails as one of them."""
    run.begin("link", None)
    with open_warehouse(run.home) as connection:
        run.counts["links_changed"] = run.counts.get("links_changed", 0) + resolve(connection)
        return make_cited_due(connection, run.settings.host_aliases) + are_threads_missing(run, connection)


@step_task("resolve links")
def resolve(connection: Connection) -> int:
    """Find copies of documents, put mails into threads and set the target of every link; return how many links changed."""
    find_copies(connection)
    find_threads(connection)
    return resolve_links(connection)


@step_task("add cited addresses")
def make_cited_due(connection: Connection, aliases: dict[str, str]) -> int:
    """Add the addresses that issues cite to the ledger, with the day of the issue as the target day."""
    found = []
    for cited in addresses_to_fetch(connection):
        try:
            identity = identify(cited.href, aliases=aliases)
        except UsageError:
            continue  # mailto:, news: and similar links cannot be fetched and stay `not_tried`
        found.append(FoundAddress(identity, "link", cited.document_id, cited.target_at))
    return add_addresses(connection, found, now())
