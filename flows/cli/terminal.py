"""Output to the terminal: every word that a command prints goes through here.

A terminal obeys what it is sent. A title with ESC in it moves the cursor, writes to the clipboard (OSC 52), hides a link
behind another's name (OSC 8); a bidi override shows an address backwards.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

_REPLACED = "\N{REPLACEMENT CHARACTER}"
# What `shown` replaces or drops, line ends between values excepted.
_ESCAPED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Bold(str):
    """Text that is shown in bold."""

    __slots__ = ()


def shown(text: object) -> str:
    """Return the text on one line, without anything that a terminal would obey.

    White space becomes spaces; control characters and halves of a pair become U+FFFD; what is invisible or changes the
    direction of writing (categories Cf, Zl, Zp) goes.
    """
    return "".join(map(_shown, str(text)))


def say(*parts: object, err: bool = False) -> None:
    """Print one line of parts, those that are `Bold` in bold."""
    line = "".join(click.style(shown(part), bold=True) if isinstance(part, Bold) else shown(part) for part in parts)
    click.echo(line, err=err)


def say_json(value: Any) -> None:
    """Print one JSON value on one line, odd values as text."""
    say_json_text(json.dumps(value, default=str, ensure_ascii=False))


def say_json_text(text: str) -> None:
    r"""Print a JSON text, with `\u` escapes for what a terminal would obey; it means the same."""
    click.echo(_ESCAPED.sub(lambda found: json.dumps(found[0])[1:-1], text))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Print rows below their headings; columns whose indexes are in `right` are right-aligned."""
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
