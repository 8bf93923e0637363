"""Check links: ask politely whether cited addresses still answer on the live web, and record it with the day."""

from collections.abc import Iterator
from itertools import islice

from flows.policies import step_task
from flows.steps.run import Run
from flows.web.client import Client
from flows.web.fetch_scheduler import FetchScheduler
from flows.web.limiter import Limiter
from flows.web.link_check import LinkCheck as Stage
from flows.web.origin import Fetched
from warehouse.connection import Connection, open_warehouse
from warehouse.errors import Gone, Refused, UsageError, Wait
from warehouse.frontier.link_checks import LinkCheck, links_to_check, record_checks
from warehouse.home import now

RECORDED_AT_ONCE = 50


def check_links(run: Run) -> None:
    """Check the cited addresses that were last checked before `run.check_links_before`.

    Addresses of a host that asks to wait are left to the next run.

    Raises:
        UsageError: the run names no time.
    """
    if run.check_links_before is None:
        raise UsageError("Name when addresses were last checked: klog build --check-links DAYS")
    with open_warehouse(run.home) as connection:
        due = links_to_check(connection, run.check_links_before)
        run.begin("check_links", len(due))
        answers = FetchScheduler(Client(run.settings, Limiter(run.settings.limiter)), [Stage(run.settings)]).run(due)
        done = 0
        run.counts |= {"links_checked": 0, "links_waiting": 0}
        while taken := check_batch(run, connection, answers):
            done += taken
            run.advance("check_links", taken, done, len(due))


@step_task("check a batch of links")
def check_batch(run: Run, connection: Connection, answers: Iterator[Fetched]) -> int:
    """Record the next batch of checks; return how many addresses were asked for, 0 at the end."""
    taken = list(islice(answers, RECORDED_AT_ONCE))
    checks = [check_of(one) for one in taken if not isinstance(one.error, Wait)]
    record_checks(connection, checks)
    run.counts["links_checked"] += len(checks)
    run.counts["links_waiting"] += len(taken) - len(checks)
    return len(taken)


def check_of(fetched: Fetched) -> LinkCheck:
    """Return the row of a result."""
    if (answer := fetched.response) is not None:
        return LinkCheck(fetched.url, now(), "live", moved_to=answer.url if answer.url != answer.asked else None)
    match fetched.error:
        case Gone(reason=reason):
            return LinkCheck(fetched.url, now(), "gone", reason)
        case Refused(reason=reason):
            return LinkCheck(fetched.url, now(), "refused", reason)
    return LinkCheck(fetched.url, now(), "failed", getattr(fetched.error, "reason", "error"))
