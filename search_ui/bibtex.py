"""A document as a BibTeX entry: what the archive knows of it, and nothing invented."""

import re

from warehouse.catalog import Card

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_NOT_IN_A_KEY = re.compile(r"[^A-Za-z0-9:.-]+")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_TYPES = {"issue": "article", "lwn": "article"}  # of others, BibTeX has no type


def bibtex(card: Card) -> str:
    """Return the entry of a document; fields that the archive does not know are left out, letters beyond ASCII stay."""
    fields = {"title": f"{{{_text(card.title)}}}"}
    if card.author:
        fields["author"] = f"{{{_text(card.author)}}}"  # a second pair of braces keeps a name in one piece
    if card.site:
        fields["howpublished" if card.kind not in _TYPES else "journal"] = _text(card.site)
    if card.published_at is not None:
        fields["year"] = str(card.published_at.year)
        if card.published_precision != "year":
            fields["month"] = str(card.published_at.month)
        if card.published_precision not in ("year", "month"):
            fields["date"] = card.published_at.date().isoformat()
    fields["url"] = _address(card.url)
    if card.memento_url:
        fields["note"] = f"Archived at \\url{{{_address(card.memento_url)}}}"
    written = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{_TYPES.get(card.kind, 'misc')}{{{_NOT_IN_A_KEY.sub('-', card.document_id)},\n{written}\n}}\n"


def _text(text: str) -> str:
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], " ".join(_INVISIBLE.sub(" ", text).split()))


def _address(url: str) -> str:
    """Return an address that ends no entry early: what BibTeX would read as its own is percent-encoded."""
    return re.sub(r"[\s{}\\\"<>^`|%#&_~$]", _encoded, _INVISIBLE.sub("", url))


def _encoded(found: re.Match[str]) -> str:
    character = found[0]
    if character in "%#&_~$":
        return f"\\{character}" if character != "~" else r"\textasciitilde{}"
    return "".join(f"\\%{byte:02X}" for byte in character.encode())
