"""Convert MoinMoin markup (`?action=raw`) to sections: headings, bullets, tables, and links with their words."""

import re
from dataclasses import dataclass, field

from warehouse.records import Item, Section

_HEADING = re.compile(r"^\s*(?P<level>={1,6})\s+(?P<text>.+?)\s+(?P=level)\s*$")
_BULLET = re.compile(r"^\s+(?:\*|\d+\.|[aAiI]\.)\s+(?P<text>.*)$")
_DIRECTIVE = re.compile(
    r"^(?:#(?:\w+\b.*|#.*|$)|<<\w+(?:\(.*\))?>>|\[\[(?:TableOfContents|BR|Navigation)\b.*\]\]|-{4,})\s*$"
)
_LINK = re.compile(
    r"\[\[(?P<target>[^\[\]|]{1,600})(?:\|(?P<words>[^\[\]|]{1,300}))?(?:\|[^\[\]]{0,300})?\]\]"
    r"|\[(?P<old>(?:https?|ftp)://[^\s\[\]]{1,600}|[\w/]{1,40}:[^\s\[\]]{1,600})(?:\s+(?P<old_words>[^\[\]]{1,300}))?\]"
    r"|\[\"(?P<quoted>[^\"\[\]]{1,300})\"\s*(?P<quoted_words>[^\[\]]{0,300})\]|(?P<bare>\b(?:https?|ftp)://[^\s<>\]|]+)"
)
_MARKS = re.compile(r"'{2,5}|`|\{\{\{|\}\}\}|~[-+]|[-+]~|__|,,|\^(?=\w+\^)")
_CELLS = re.compile(r"\|\|(?:\s*<[^>|]*>)*")

Placed = list[tuple[int, str, list[tuple[int, int, str]]]]


@dataclass(slots=True)
class _WikiSection:
    """A section being built: its text is the concatenation of `pieces`, with `length` characters so far."""

    heading: str | None = None
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    items: list[Item] = field(default_factory=list)
    anchors: list[tuple[int, int, str]] = field(default_factory=list)
    group: int = -1
    bullets: int = 0
    last: str = ""

    def add(self, line: str, kind: str) -> None:
        """Add a line of a paragraph (`text`), a `bullet` or a `row`; `text` after `text` continues the paragraph."""
        shown, anchors = _readable(line)
        if not shown:
            return
        if self.pieces:
            is_same = kind == self.last
            self._append(" " if is_same and kind == "text" else "\n" if is_same else "\n\n")
        start = self.length
        self._append(shown)
        self.anchors += [(start + first, start + last, href) for first, last, href in anchors]
        if kind == "bullet":
            if self.last != "bullet":
                self.group, self.bullets = self.group + 1, 0
            self.items.append(Item(self.group, self.bullets, shown, start, self.length))
            self.bullets += 1
        self.last = kind

    def _append(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    @property
    def text(self) -> str:
        """The section's text."""
        return "".join(self.pieces)


def read_wiki(text: str) -> tuple[tuple[Section, ...], Placed]:
    """Return the sections of a page in MoinMoin markup, and their texts and links in the form that `make_links` expects."""
    drafts = [_WikiSection()]
    for line in text.replace("\r\n", "\n").split("\n"):
        heading = _HEADING.match(line)
        bullet = _BULLET.match(line)
        if heading:
            drafts.append(_WikiSection(_readable(heading["text"])[0]))
        elif _DIRECTIVE.match(line):
            continue
        elif not line.strip():
            drafts[-1].last = "gap" if drafts[-1].pieces else ""
        elif bullet:
            drafts[-1].add(bullet["text"], "bullet")
        elif line.strip().startswith("||"):
            drafts[-1].add(
                "\t".join(cell.strip() for cell in _CELLS.split(line) if cell.strip()),
                "row",
            )
        else:
            drafts[-1].add(line.strip(), "text")
    kept = [draft for draft in drafts if draft.pieces or draft.heading]
    sections = tuple(Section(n, draft.heading, "body", draft.text, tuple(draft.items)) for n, draft in enumerate(kept))
    return sections, [(n, draft.text, draft.anchors) for n, draft in enumerate(kept)]


def _readable(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the text of a line without markup, and its web links as (start, end, href)."""
    words = ""
    anchors: list[tuple[int, int, str]] = []
    last = 0
    for match in _LINK.finditer(line):
        words += _MARKS.sub("", line[last : match.start()])
        target = match["target"] or match["old"] or match["quoted"] or match["bare"]
        shown = match["words"] or match["old_words"] or match["quoted_words"] or target
        start = len(words)
        words += _MARKS.sub("", shown).strip()
        if target.startswith(("http:", "https:")):
            anchors.append((start, len(words), target.rstrip(".,;:")))
        last = match.end()
    return words + _MARKS.sub("", line[last:]), anchors
