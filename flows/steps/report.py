"""Report: the results of a run, as rows to print and as Prefect artifacts."""

from collections.abc import Mapping, Sequence
from typing import Any

from flows.steps.run import Run
from warehouse.connection import Connection, open_warehouse
from warehouse.frontier.link_targets import link_counts
from warehouse.frontier.report import ledger_report
from warehouse.home import now

_NO_COPIES = "ANTI JOIN raw.mirrors USING (document_id)"  # the release leaves copies out too


def report(run: Run) -> list[dict[str, Any]]:
    """Count what is in the archive now and return rows with `what`, `count` and `detail`.

    Prefect gets them as a table, a report in Markdown, and a link to the archive's page.
    """
    # Here, because an up-to-date home is reported without Prefect.
    from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

    from flows.prefect_runs import name_of_home

    with open_warehouse(run.home) as connection:
        rows = summarise(connection, run)
        ledger = ledger_report(connection, run.settings)
    key, about = f"klog-{name_of_home(run.home.root)}", f"Run {run.run_id} of {run.home.root}"
    create_table_artifact(key=f"{key}-counts", table=rows, description=about)
    create_markdown_artifact(key=f"{key}-report", markdown=write_report(run, rows, ledger), description=about)
    create_link_artifact(
        key=f"{key}-page",
        link=f"http://127.0.0.1:{run.settings.port}/",
        link_text="The archive's page",
        description=f"Open it first on the machine of the worker: klog --home {run.home.root} ui",
    )
    return rows


def write_report(run: Run, rows: Sequence[Mapping[str, Any]], ledger: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return the report of a run in Markdown: its counts, steps, pauses, and what was set aside."""
    steps = [{"step": name, **metrics} for name, metrics in run.steps.items()]
    parts = [f"# {run.home.root}", f"Run `{run.run_id}`, begun {run.started_at} UTC."]
    for title, table in {
        "Archive": rows,
        "Steps": steps,
        "Paused hosts": ledger["paused"],
        "Set aside": ledger["set_aside_by_reason"],
    }.items():
        parts += [f"## {title}", _markdown(table)] if table else []
    parts.append(f"All failures: `klog --home {run.home.root} status`")
    return "\n\n".join(parts)


def _markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as a table; text of pages and hosts is shown as it is, never read as Markdown or HTML."""
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([_cell(row.get(name)) for name in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int | float) else " ".join(str("" if value is None else value).split())
    return "".join(f"&#{ord(sign)};" if sign in "|<>&*_`[]\\" else sign for sign in text)


def summarise(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """Return the rows of the report, in the order of the steps."""
    documents = _pairs(
        connection,
        "SELECT kind, count(*) FROM raw.documents ANTI JOIN raw.mirrors USING (document_id) GROUP BY 1 ORDER BY 1",
    )
    copies = _number(connection, "raw.mirrors")
    states = _pairs(connection, "SELECT state, count(*) FROM raw.fetches GROUP BY 1 ORDER BY 1")
    aside = _pairs(connection, "SELECT step || ': ' || reason, count(*) FROM raw.set_aside GROUP BY 1 ORDER BY 1")
    links = link_counts(connection)
    by_status: dict[str, int] = {}
    for found in links.values():
        for status, number in found.items():
            by_status[status] = by_status.get(status, 0) + number
    rows = [
        _row("addresses", states, f"{run.counts.get('addresses_new', 0)} new"),
        _row("pages fetched", {"in this run": run.counts.get("fetched", 0)}),
        _row("documents", documents, f"{run.counts.get('parsed', 0)} read in this run; {copies} are copies of others"),
        _row("set aside", aside, "each with its reason: klog status" if aside else ""),
        _row("links", by_status, "; ".join(f"{kind} {sum(found.values())}" for kind, found in links.items())),
        *_numbered(connection, run),
        *_checked(connection),
        _row("passages", {"": _number(connection, f"raw.passages {_NO_COPIES}")}),
        _row(
            "dated statements",
            {"": _number(connection, f"raw.events {_NO_COPIES} WHERE explicit")},
            "with an explicit date",
        ),
        _row("vectors", {"": _number(connection, "raw.vectors")}, f"{run.counts.get('vectors_new', 0)} new"),
    ]
    rows.append(
        {
            "what": "release",
            "count": run.counts.get("published", 0),
            "detail": f"{run.release_id or 'none'}{'' if run.counts.get('published') else ' (unchanged)'}",
        }
    )
    return rows


def _numbered(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """Return a row for the numbers of mails at gmane that were resolved, none if there are none."""
    ways = (
        "CASE WHEN message_id IS NULL THEN 'without an article' WHEN found_how = 'map' THEN 'from a map' "
        "ELSE 'from a news server' END"
    )
    names = _pairs(connection, f"SELECT {ways}, count(*) FROM raw.message_ids GROUP BY 1 ORDER BY 1")
    read = run.counts.get("numbers_read", 0) + run.counts.get("numbers_found", 0)
    return [_row("gmane numbers", names, f"{read:,} read in this run")] if names else []


def _checked(connection: Connection) -> list[dict[str, Any]]:
    """Return a row for the last checks of cited addresses, none if there were none."""
    states = _pairs(
        connection,
        "SELECT last, count(*) FROM (SELECT max_by(state, checked_at) AS last FROM raw.link_checks GROUP BY url) GROUP BY 1 ORDER BY 1",
    )
    return [_row("links checked", states, "on the live web, when last asked")] if states else []


def waits_for_all(run: Run) -> bool:
    """Return whether there are no documents yet and hosts are paused, so that the next run may find some."""
    with open_warehouse(run.home) as connection:
        return not _number(connection, "raw.documents") and bool(ledger_report(connection)["paused"])


def record_run(run: Run, outcome: str, message: str | None = None) -> list[dict[str, Any]]:
    """Write the run's row and its last status; return the paused hosts.

    A completed run is recorded as `paused` if hosts are paused.
    """
    try:
        with open_warehouse(run.home) as connection:
            run.ledger = ledger_report(connection, run.settings)
            if outcome == "done" and run.ledger["paused"]:
                outcome = "paused"
            run.write_row(connection, outcome, message)
    finally:
        run.report(None, outcome=outcome, message=message, finished_at=now().isoformat(), release_id=run.release_id)
    paused: list[dict[str, Any]] = run.ledger["paused"]
    return paused


def _row(what: str, counts: dict[str, int], more: str = "") -> dict[str, Any]:
    parts = ", ".join(f"{name} {number:,}" for name, number in counts.items() if name)
    return {
        "what": what,
        "count": sum(counts.values()),
        "detail": "; ".join(part for part in (parts, more) if part),
    }


def _pairs(connection: Connection, query: str) -> dict[str, int]:
    rows: Sequence[tuple[str, int]] = connection.execute(query).fetchall()
    return dict(rows)


def _number(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
