"""Text and HTML for the page. Everything from an archive or an address passes through here and is shown as plain text."""

import datetime as dt
import html
import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode, urlsplit

KIND_NAMES: Mapping[str, str] = {
    "issue": "Kernel Log",
    "mail": "Mail",
    "commit": "Commit",
    "lwn": "LWN",
    "kernelnewbies": "Kernelnewbies",
    "blog": "Blog",
    "release_note": "Release note",
    "bug": "Bug",
    "pdf": "PDF",
    "page": "Page",
}
STATUS_NAMES: Mapping[str, str] = {
    "archived": "in the archive",
    "live": "in the archive, from the live web",
    "dead": "dead",
    "blocked": "fetching not allowed",
    "not_tried": "not in the archive",
}
LANGUAGE_NAMES: Mapping[str, str] = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff0-\uffff\ud800-\udfff]")
_COMMAND = re.compile(r"`(klog [^`]+)`|(?<=: )(klog .+)$")
_BACKTICKED = re.compile(r"`([^`]+)`")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def clean(value: object) -> str:
    """Return the text without invisible and direction-changing characters; control characters become their visible symbols."""
    text = str(value).replace("\r\n", "\n").replace("\x85", "\n")
    text = _CONTROL.sub(lambda found: chr(0x2400 + min(ord(found[0]), 0x21)), text)
    return _INVISIBLE.sub("", text)


def escaped(value: object) -> str:
    """Return the text escaped for HTML, safe in attributes too."""
    return html.escape(clean(value), quote=True)


def coded(text: str) -> str:
    """Return the text as HTML, with text in backticks as code."""
    return _BACKTICKED.sub(r"<code>\1</code>", escaped(text))


def is_web_address(address: str) -> bool:
    """Return whether an address is safe to link to: well-formed, and http or https."""
    if _CONTROL.search(address) or _INVISIBLE.search(address) or any(character.isspace() for character in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


_NOWHERE = frozenset(
    {"example", "test", "invalid", "localhost"}
)  # Source: RFC 2606, https://www.rfc-editor.org/rfc/rfc2606


def leads_nowhere(address: str) -> bool:
    """Return whether an address is on a host that is reserved for examples, as those of the sample are."""
    return is_web_address(address) and (urlsplit(address).hostname or "").rpartition(".")[2] in _NOWHERE


def outside(address: str | None, label: str, css: str = "out") -> str:
    """Return a link that opens in a new tab, or only the label if the address is not a web address or leads nowhere."""
    if address is not None and leads_nowhere(address):
        return f'<span class="{css} nowhere" title="{escaped(address)}">{escaped(label)}</span>'
    if address is None or not is_web_address(address):
        return f'<span class="{css}" title="{escaped(address or "")}">{escaped(label)}</span>'
    return (
        f'<a class="{css}" href="{html.escape(address, quote=True)}" title="{escaped(address)}" '
        f'target="_blank" rel="noopener noreferrer">{escaped(label)}</a>'
    )


def address_of(view: str, **values: object) -> str:
    """Return the address of a view with the given parameters; empty values are left out."""
    kept = {name: value for name, value in values.items() if value not in (None, "", (), False)}
    return "?" + urlencode({"view": view, **kept}, doseq=True)


def inside(label: str, view: str, css: str = "in", **values: object) -> str:
    """Return a link to a view of this page."""
    return f'<a class="{css}" href="{html.escape(address_of(view, **values), quote=True)}">{escaped(label)}</a>'


def copy_button(address: str, what: str) -> str:
    """Return a button that copies the whole address of a view of this page; `what` is the place it names."""
    return (
        f'<button class="copy" data-copy="{html.escape(address, quote=True)}" data-copied="Link copied." '
        f'title="Copy link" aria-label="Copy link to this {escaped(what)}"></button>'
    )


def day_of(moment: dt.date | dt.datetime | None, precision: str | None = "day") -> str:
    """Return a date at its precision: 23 February 2009, February 2009, or 2009; `undated` for None."""
    if moment is None:
        return "undated"
    if precision == "year":
        return str(moment.year)
    if precision == "month":
        return f"{moment:%B} {moment.year}"
    return f"{moment.day} {moment:%B} {moment.year}"


def span_of(start: dt.date, end: dt.date, precision: str) -> str:
    """Return the days of a statement at their precision, such as `week of 9 March 2009`."""
    if precision == "week":
        return f"week of {day_of(start)}"
    first, last = day_of(start, precision), day_of(end, precision)
    return first if first == last else f"{first} to {last}"


def marked(text: str, marks: Iterable[tuple[int, int]]) -> str:
    """Return the text as HTML with the ranges marked; overlapping ranges are merged."""
    pieces, at = [], 0
    for start, end in sorted(marks):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [escaped(text[at:start]), "<mark>", escaped(text[start:end]), "</mark>"]
            at = end
    pieces.append(escaped(text[at:]))
    return "".join(pieces)


def snippet(text: str, marks: Sequence[tuple[int, int]], width: int = 360) -> str:
    """Return the `width` characters of a text with the most marks, cut at words, as HTML with the marks."""
    start = _best_start(marks, width) if len(text) > width else 0
    if start:
        start = max(0, min(start - 40, len(text) - width))
        start = text.find(" ", start) + 1 if start else 0
    end = len(text) if start + width >= len(text) else max(text.rfind(" ", start, start + width), start + width // 2)
    inner = [(max(one, start) - start, min(two, end) - start) for one, two in marks if one < end and two > start]
    return f"{'… ' if start else ''}{marked(text[start:end], inner)}{' …' if end < len(text) else ''}"


def _best_start(marks: Sequence[tuple[int, int]], width: int) -> int:
    starts = sorted(start for start, _ in marks)
    return max(starts, key=lambda one: sum(one <= start < one + width - 60 for start in starts), default=0)


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return `1 document`, `1,200 documents`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def it_or_them(entity_type: str) -> str:
    """Return the pronoun for a thing of the archive: "them" for a person."""
    return "them" if entity_type == "person" else "it"


def enumerated(names: Sequence[str]) -> str:
    """Return `Xen`, `Xen and KVM`, `Xen, KVM and ext4`."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def duration(seconds: float) -> str:
    """Return `12 ms`, `1.4 s`."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def failure(message: str) -> str:
    """Return an error as HTML: its message, and the command to run next as a separate block."""
    message, _, place = message.partition("\n\nLINE ")
    found = _COMMAND.search(message)
    typed = f"<pre>{escaped(found[1] or found[2])}</pre>" if found else ""
    where = f"<pre>LINE {escaped(place)}</pre>" if place else ""
    said = message[: found.start()].strip() if found and found[2] else message.replace("`", "")
    return f'<div class="empty" role="alert"><p>{escaped(said)}</p>{where}{typed}</div>'


def nothing(message: str, *more: str) -> str:
    """Return a message for an empty result as HTML; `more` is trusted HTML."""
    return f'<div class="empty"><p>{escaped(message)}</p>{"".join(more)}</div>'
