"""Link: point every link at the document it leads to, and make due what issues cite and nobody has asked for."""

from flows.policies import step_task
from flows.sources.registry import identify
from flows.steps.run import Run
from warehouse.connection import Connection, open_warehouse
from warehouse.errors import UsageError
from warehouse.frontier.duplicates import find_mirrors
from warehouse.frontier.ledger import FoundAddress, add_addresses
from warehouse.frontier.links import cited_addresses, resolve_links
from warehouse.home import now


def link(run: Run) -> int:
    """Resolve links; return how many cited addresses became due."""
    run.begin("link", None)
    with open_warehouse(run.home) as connection:
        run.counts["links_changed"] = run.counts.get("links_changed", 0) + resolve(connection)
        return enter_cited(connection, run.settings.host_aliases)


@step_task("resolve links")
def resolve(connection: Connection) -> int:
    """Find documents that are one thing, and point links at documents; return how many links changed."""
    find_mirrors(connection)
    return resolve_links(connection)


@step_task("enter cited addresses")
def enter_cited(connection: Connection, aliases: dict[str, str]) -> int:
    """Put what issues cite into the ledger, wanted near the day of the issue."""
    found = []
    for cited in cited_addresses(connection):
        try:
            identity = identify(cited.href, aliases=aliases)
        except UsageError:
            continue  # mailto:, news: and the like cannot be fetched and stay `not_tried`
        found.append(FoundAddress(identity, "link", cited.document_id, cited.target_at))
    return add_addresses(connection, found, now())
