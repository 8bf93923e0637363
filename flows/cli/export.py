"""`klog export`: the tables of the current release as files, or the captures of a selection as WARC."""

from pathlib import Path

import click

from flows.cli.context import Context
from flows.cli.terminal import say
from warehouse.archive import Archive
from warehouse.errors import UsageError
from warehouse.exports.tables import FORMATS, Export, Format, export_release, list_captures

_MOST_DOCUMENTS = 10_000


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "written", type=click.Choice(FORMATS), help="Of the tables.  [default: parquet]")
@click.option("--tables", metavar="NAMES", help="Only these tables, separated by commas.")
@click.option(
    "--where",
    metavar="CONDITION",
    help="Only documents that meet this SQL condition, and what belongs to them; tables without documents stay whole.",
)
@click.option("--with-addresses", is_flag=True, help="Keep mail addresses of people.")
@click.option(
    "--warc", "query", metavar="QUERY", help="Write the captures of the documents that a search finds, as WARC."
)
@click.pass_obj
def command(
    context: Context,
    target: Path,
    written: Format | None,
    tables: str | None,
    where: str | None,
    with_addresses: bool,
    query: str | None,
) -> None:
    """Write the tables of the current release into the new folder TARGET, or with --warc captures into the new file TARGET.

    Beside the tables stand datapackage.json (Frictionless), croissant.json and a README. Mail addresses of people are replaced by
    asterisks. QUERY has the operators of klog search.

    \b
    Examples:
      klog export --format csv exported
      klog export --tables documents,links --where "kind = 'mail'" mails
      klog export --warc "kind:mail xen" xen.warc.gz
    """
    with context.archive() as archive:
        if query is not None:
            if written or tables or where or with_addresses:
                raise UsageError("--warc goes without --format, --tables, --where and --with-addresses.")
            _export_warc(context, archive, query, target)
            return
        asked = Export(
            written or "parquet",
            tuple(name.strip() for name in tables.split(",")) if tables else (),
            where,
            with_addresses,
        )
        made = export_release(archive.release, archive.manifest(), target, asked)
    rows = sum(one.rows for one in made)
    say(f"{target}: {len(made)} tables, {rows:,} rows, {sum(one.bytes for one in made) / 1e6:,.1f} MB.")


def _export_warc(context: Context, archive: Archive, query: str, target: Path) -> None:
    from warehouse.captures.files import Stored
    from warehouse.captures.selection import write_selection

    found = archive.search(query, k=_MOST_DOCUMENTS, syntax=True)
    for note in found.notes:
        say(note, err=True)
    documents = [hit.document_id for hit in found.hits if hit.is_match]
    if not documents:
        raise UsageError(f"No document answers {query[:200]!r}; nothing was exported.")
    with archive.connect() as connection:
        rows = list_captures(connection, documents)
        selected = [Stored(**{name: row[name] for name in Stored.__slots__}) for row in rows]
    copied = write_selection(context.home.captures, selected, target, store=context.store)
    say(
        f"{target}: {copied.captures:,} captures of {len(documents):,} documents, {target.stat().st_size / 1e6:,.1f} MB."
    )
    for place in copied.lost:
        say(f"{place}: the record is lost or damaged; klog build --recheck fetches its page again.", err=True)
