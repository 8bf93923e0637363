"""Numbers of mails at gmane: their Message-IDs come from a map file, and from a news server if a setting names one."""

import asyncio
import datetime as dt
import math
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import closing
from itertools import islice

from flows.mail_archives.gmane_map import BadLine, Numbered, read_map
from flows.policies import step_task
from flows.retries import DEAD_AFTER
from flows.steps.run import Run
from flows.web.limiter import Limiter
from flows.web.nntp import place_of, resolve_numbers
from flows.web.origin import part_of_file
from warehouse.connection import Connection
from warehouse.errors import FetchFailed, Wait
from warehouse.frontier.ledger import forget_broken, listed_parts, pause_mails, remember_part
from warehouse.frontier.message_ids import ask_again, keep_message_ids, numbers_to_resolve
from warehouse.home import now
from warehouse.load import insert
from warehouse.settings import Settings

LINES_AT_ONCE = 20_000  # lines are small; a batch of them is one transaction


def take_in_map(run: Run, connection: Connection) -> None:
    """Store the Message-IDs of the run's map file, unless this file was read before; set its bad lines aside.

    Raises:
        UsageError: the file cannot be read or is not text.
    """
    path = run.gmane_map
    if path is None or (part := part_of_file(path)) in listed_parts(connection):
        return
    forget_broken(connection, path.name)
    entries = read_map(path)
    while lines := list(islice(entries, LINES_AT_ONCE)):
        enter_lines(connection, lines, path.name)
        run.counts["numbers_read"] = run.counts.get("numbers_read", 0) + sum(isinstance(one, Numbered) for one in lines)
    remember_part(connection, part, now())


@step_task("take in a map of numbers")
def enter_lines(connection: Connection, lines: Sequence[Numbered | BadLine], where: str) -> None:
    """Store a batch of lines: Message-IDs, and the lines that are none as set aside."""
    found = {one.key: one.message_id for one in lines if isinstance(one, Numbered)}
    keep_message_ids(connection, found, "map", where, now())
    bad = [
        {"url": one.place, "step": "discover", "reason": one.error.reason, "detail": str(one.error)}
        for one in lines
        if isinstance(one, BadLine)
    ]
    insert(connection, "raw.set_aside", bad, replace=True)


def ask_news_server(run: Run, connection: Connection) -> None:
    """Ask the news server for the numbers that were not resolved; with `recheck`, also for those that it did not have.

    While the server is paused, the mails wait for it, unless it was paused too often in a row. What else fails is set aside
    with its reason, and asked again by the next run.
    """
    if not run.settings.nntp_server or "numbers_failed" in run.counts:
        return
    if run.recheck and "numbers_found" not in run.counts:
        ask_again(connection)
    keys = numbers_to_resolve(connection, now())
    if not keys:
        return
    place = f"nntp://{place_of(run.settings.nntp_server).name}"
    connection.execute("DELETE FROM raw.set_aside WHERE step = 'fetch' AND url = ?", [place])
    run.counts.setdefault("numbers_found", 0)
    with closing(Limiter(run.settings.limiter)) as limiter:
        answers = _answers(run.settings, limiter, _by_group(keys))
        try:
            while answer := ask_once(connection, answers, place):
                run.counts["numbers_found"] += sum(name is not None for name in answer.values())
        except Wait as error:
            if limiter.strikes(error.host) < DEAD_AFTER:
                until = now() + dt.timedelta(seconds=math.ceil(error.retry_after_s) + 1)
                pause_mails(connection, numbers_to_resolve(connection, now()), str(error), until, now())
        except FetchFailed as error:
            run.counts["numbers_failed"] = error.reason
            row = {"url": place, "step": "fetch", "reason": error.reason, "detail": str(error)}
            insert(connection, "raw.set_aside", [row], replace=True)


@step_task("ask the news server")
def ask_once(connection: Connection, answers: Iterator[dict[str, str | None]], place: str) -> dict[str, str | None]:
    """Store the next answer of the server and return it; it is empty at the end."""
    answer = next(answers, {})
    keep_message_ids(connection, answer, "nntp", place, now())
    return answer


def _answers(settings: Settings, limiter: Limiter, wanted: dict[str, list[int]]) -> Iterator[dict[str, str | None]]:
    with asyncio.Runner() as runner:
        found = resolve_numbers(settings, limiter, wanted)
        try:
            while (answer := runner.run(_next(found))) is not None:
                yield answer
        finally:
            runner.run(found.aclose())


async def _next(found: AsyncGenerator[dict[str, str | None], None]) -> dict[str, str | None] | None:
    return await anext(found, None)


def _by_group(keys: Sequence[str]) -> dict[str, list[int]]:
    wanted: dict[str, list[int]] = {}
    for key in keys:
        group, _, number = key.rpartition("/")
        wanted.setdefault(group, []).append(int(number))
    return wanted
