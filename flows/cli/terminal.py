"""Output to the terminal: all text that a command prints passes through this module.

A terminal executes control sequences in its input. ESC in a title can move the cursor, write to the clipboard (OSC 52) or
disguise a link (OSC 8); a bidi override shows an address backwards.
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from warehouse.json_values import plain

_REPLACED = "\N{REPLACEMENT CHARACTER}"
# The characters that `shown` replaces or drops, except for line feeds, which may separate JSON values.
_ESCAPED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Bold(str):
    """Text to print in bold."""

    __slots__ = ()


def shown(text: object) -> str:
    """Return the text on one line, without control sequences.

    White space becomes spaces. Control characters and lone surrogates become U+FFFD. Invisible characters and those that
    change the direction of writing (categories Cf, Zl, Zp) are removed.
    """
    return "".join(map(_shown, str(text)))


def say(*parts: object, err: bool = False) -> None:
    """Print parts on one line, with `Bold` ones in bold."""
    line = "".join(click.style(shown(part), bold=True) if isinstance(part, Bold) else shown(part) for part in parts)
    click.echo(line, err=err)


def say_json(value: Any) -> None:
    """Print a JSON value on one line; values of other types become strings, dates as in ISO 8601."""
    say_json_text(json.dumps(value, default=plain, ensure_ascii=False))


def say_json_text(text: str) -> None:
    r"""Print a JSON text with control and invisible characters as `\u` escapes, which does not change its value."""
    click.echo(_ESCAPED.sub(lambda found: json.dumps(found[0])[1:-1], text))


def say_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print CSV (RFC 4180) with a line of names; line feeds stay, control and invisible characters do not."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow("" if value is None else _csv_value(value) for value in row)
    click.echo("\n".join(map(shown, lines.getvalue().split("\n"))), nl=False)


def _csv_value(value: object) -> str:
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, default=plain, ensure_ascii=False)
    return value if isinstance(value, str) else plain(value)


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Print a table with headings; columns whose indexes are in `right` are right-aligned."""
    from rich.console import Console  # takes time that a server or a search need not spend
    from rich.table import Table

    table = Table(*map(shown, columns), show_edge=False, header_style="bold")
    for place in right:
        table.columns[place].justify = "right"
    for row in rows:
        table.add_row(*("" if value is None else shown(value) for value in row))
    Console(markup=False, highlight=False, emoji=False).print(table)


def _shown(sign: str) -> str:
    if " " <= sign <= "~":
        return sign
    if sign in "\t\n\r\v\f":
        return " "
    match unicodedata.category(sign):
        case "Cc" | "Cs":
            return _REPLACED
        case "Cf" | "Zl" | "Zp":
            return ""
    return sign
