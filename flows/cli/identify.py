"""`klog identify`: print the kind, key and page of an address, according to the registry."""

from pathlib import Path
from typing import Any

import click

from flows import sample
from flows.cli.context import Context
from flows.cli.terminal import say, say_json
from flows.cli.text_files import read_text
from flows.reading.title import read_title
from flows.sources.registry import identify
from flows.web.addressfile import lines_with_an_address
from warehouse.errors import UsageError


@click.command("identify")
@click.argument("addresses", nargs=-1)
@click.option(
    "--file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with one address per line, as build --addresses takes it.",
)
@click.option("--title", help="The title of an issue; adds series, version, part and area.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
@click.pass_obj
def command(context: Context, addresses: tuple[str, ...], file: Path | None, title: str | None, as_json: bool) -> None:
    """Print the kind, key and page of each ADDRESS; two addresses that share these refer to the same page.

    `key` is the number, hash or similar id in the address; links are matched by `matched_by`.

    \b
    Example:
      klog identify http://www.h-online.com/open/news/item/Kernel-Log-x-740715.html
    """
    asked = [*addresses, *(_addresses_in(file) if file else ())]
    if not asked and file:
        raise UsageError(f"{file} has no address; expected one per line.")
    if not asked:
        raise UsageError("expected an ADDRESS or --file FILE, e.g. klog identify https://lwn.net/Articles/322151/")
    aliases = {**sample.HOST_ALIASES, **context.settings.host_aliases}
    for address in asked:
        found = _describe(address, title, aliases)
        if as_json:
            say_json(found)
        else:
            say("  ".join(f"{name} {value}" for name, value in found.items() if value is not None))


def _addresses_in(file: Path) -> list[str]:
    return [words[0].decode("utf-8") for _, words in lines_with_an_address(read_text(file).encode("utf-8"))]


def _describe(address: str, title: str | None, aliases: dict[str, str]) -> dict[str, Any]:
    try:
        identity = identify(address, aliases=aliases)
    except UsageError as error:
        return {"url": address, "kind": None, "key": None, "page": None, "error": str(error)}
    found: dict[str, Any] = {
        "url": address,
        "kind": identity.kind,
        "key": identity.number,
        "page": identity.page,
        "matched_by": identity.key,
    }
    if title is not None:
        facts = read_title(title)
        found |= {
            "series": facts.series,
            "version": facts.kernel_version,
            "part": facts.part,
            "area": facts.area,
        }
    return found
