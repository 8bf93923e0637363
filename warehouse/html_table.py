"""Results as HTML for notebooks; every text is escaped, because pages are hostile."""

from collections.abc import Iterable, Sequence
from html import escape

# Schemes that a link may have; an address of a page with another scheme (javascript:) is shown as text.
_FOLLOWED = ("http://", "https://")


class Linked(str):
    """Text of a cell that leads to `url`."""

    __slots__ = ("url",)
    url: str

    def __new__(cls, text: str, url: str) -> "Linked":
        """Return the text with its address."""
        made = super().__new__(cls, text)
        made.url = url
        return made


def html_table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]], notes: Iterable[str] = ()
) -> str:
    """Return a table with a caption, and the notes above it."""
    above = "".join(f"<p>{escape(note)}</p>" for note in notes)
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f"{above}<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    if isinstance(value, Linked) and value.url.startswith(_FOLLOWED):
        return f'<td><a href="{escape(value.url)}" rel="noopener noreferrer">{escape(value)}</a></td>'
    return f"<td>{'' if value is None else escape(str(value))}</td>"
