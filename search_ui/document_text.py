"""A document as HTML: its sections, with the sources they cite beside them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search_ui.cards import meta
from search_ui.lists import VIEW_OF
from search_ui.wording import STATUS_NAMES, address_of, day_of, escaped, inside, is_web_address, outside, plural
from warehouse.catalog import Citation, DocumentPage, MentionPlace, SectionText

Range = tuple[int, int]
SHOWN = 150  # characters of a source's text shown at first; the rest unfolds
ELSEWHERE = (
    5  # links shown at first of those without a document here, per section: a table of links must not bury the text
)


@dataclass(frozen=True, slots=True)
class _Anchor:
    start: int
    end: int
    citation: Citation | MentionPlace


def document_text(page: DocumentPage, highlight: Range | None = None) -> str:
    """Return all sections in order, as HTML; `highlight` is a range of the document's text to mark."""
    cited: dict[str, list[Citation]] = {}
    for citation in page.citations:
        cited.setdefault(citation.section_id, []).append(citation)
    keeps_lines = " lines" if page.card.kind in ("mail", "commit", "bug", "release_note") else ""
    parts = [_section(page, section, cited.get(section.section_id, []), highlight) for section in page.sections]
    return f'<div class="article{keeps_lines}" lang="{escaped(page.language)}">{"".join(parts)}</div>'


def _section(page: DocumentPage, section: SectionText, citations: Sequence[Citation], highlight: Range | None) -> str:
    heading = f"<h2>{escaped(section.heading)}</h2>" if section.heading else ""
    mark = None if highlight is None else (highlight[0] - section.char_start, highlight[1] - section.char_start)
    anchors = with_names(_find_anchors(section.text, citations), page.named, section)
    blocks = "".join(_blocks(section, anchors, mark))
    aside = f'<aside class="sources">{_sources(citations)}</aside>' if citations else ""
    return f'<section class="role-{escaped(section.role)}">{aside}<div class="text">{heading}{blocks}</div></section>'


def _find_anchors(text: str, citations: Iterable[Citation]) -> list[_Anchor]:
    """Return the position of each link: after the previous one, inside its sentence, and not part of a longer word."""
    found: list[_Anchor] = []
    at = 0
    for citation in citations:
        if not citation.anchor:
            continue
        begin = text.find(citation.sentence, max(0, at - len(citation.sentence)))
        start = max(at, begin if begin >= 0 else at)
        match = re.compile(rf"(?<![\w.]){re.escape(citation.anchor)}(?![\w]|\.\w)").search(text, start)
        if match:
            found.append(_Anchor(*match.span(), citation))
            at = match.end()
    return found


def with_names(anchors: Sequence[_Anchor], places: Iterable[MentionPlace], section: SectionText) -> list[_Anchor]:
    """Return the links of a section and, where there is none, the names of things with a page, in order."""
    found = [*anchors]
    for place in places:
        start, end = place.char_start - section.char_start, place.char_end - section.char_start
        if 0 <= start < end <= len(section.text) and not any(one.start < end and start < one.end for one in anchors):
            found.append(_Anchor(start, end, place))
    return sorted(found, key=lambda one: one.start)


def _blocks(section: SectionText, anchors: Sequence[_Anchor], mark: Range | None) -> Iterator[str]:
    bullets = {start: (group, end) for group, start, end in section.bullets}
    at = 0
    for found in re.finditer(r"[^\n](?:[^\n]|\n(?!\s*\n))*", section.text):
        start, end = found.span()
        if start < at:
            continue
        inner = [one for one in bullets if start <= one < end]
        if inner:
            yield from _lists(section.text, start, end, bullets, anchors, mark)
        elif "\t" in found[0] and all("\t" in line for line in found[0].strip("\n").split("\n")):
            yield _table(section.text, start, end, anchors, mark)
        elif found[0].strip():
            yield f"<p>{_inline(section.text, start, end, anchors, mark)}</p>"


def _lists(
    text: str,
    start: int,
    end: int,
    bullets: Mapping[int, tuple[int, int]],
    anchors: Sequence[_Anchor],
    mark: Range | None,
) -> Iterator[str]:
    """Yield the paragraphs and lists of a block; bullets of one group form one list."""
    items: list[str] = []
    last_group: int | None = None
    for line_start, line_end in _lines(text, start, end, bullets):
        group = bullets[line_start][0] if line_start in bullets else None
        if items and group != last_group:
            yield f"<ul>{''.join(items)}</ul>"
            items = []
        last_group = group
        content = _inline(text, line_start, line_end, anchors, mark)
        if group is not None:
            items.append(f"<li>{content}</li>")
        elif content.strip():
            yield f"<p>{content}</p>"
    if items:
        yield f"<ul>{''.join(items)}</ul>"


def _lines(text: str, start: int, end: int, bullets: Mapping[int, tuple[int, int]]) -> Iterator[Range]:
    at = start
    while at < end:
        if at in bullets:
            stop = min(max(bullets[at][1], at + 1), end)
        else:
            following = min((one for one in bullets if one > at), default=end)
            stop = min(following, end)
        yield at, stop
        at = stop
        while at < end and text[at] == "\n":
            at += 1


def _table(text: str, start: int, end: int, anchors: Sequence[_Anchor], mark: Range | None) -> str:
    rows, at = [], start
    for line in text[start:end].split("\n"):
        cells, cell_at = [], at
        for cell in line.split("\t"):
            cells.append(_inline(text, cell_at, cell_at + len(cell), anchors, mark))
            cell_at += len(cell) + 1
        if line.strip():
            rows.append(cells)
        at += len(line) + 1
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:])
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _inline(text: str, start: int, end: int, anchors: Sequence[_Anchor], mark: Range | None) -> str:
    """Return the text from start to end as HTML, with its links and the marked range."""
    cuts = {start, end}
    for anchor in anchors:
        cuts.update(cut for cut in (anchor.start, anchor.end) if start < cut < end)
    if mark:
        cuts.update(cut for cut in mark if start < cut < end)
    pieces = []
    for left, right in pairwise(sorted(cuts)):
        piece = escaped(text[left:right])
        if mark and mark[0] <= left and right <= mark[1]:
            piece = f'<mark class="here">{piece}</mark>'
        link = next((anchor for anchor in anchors if anchor.start <= left and right <= anchor.end), None)
        pieces.append(_linked(piece, link.citation) if link else piece)
    return "".join(pieces)


def _linked(piece: str, citation: Citation | MentionPlace) -> str:
    if isinstance(citation, MentionPlace):
        href = escaped(address_of(VIEW_OF[citation.entity_type], id=citation.entity_id))
        return f'<a class="named" href="{href}" title="{escaped(citation.name)}">{piece}</a>'
    if citation.target:
        href = escaped(address_of("document", id=citation.target.document_id))
        return f'<a class="cite" href="{href}" title="{escaped(citation.target.title)}">{piece}</a>'
    state = escaped(STATUS_NAMES.get(citation.status, citation.status))
    if is_web_address(citation.href):
        return (
            f'<a class="cite {escaped(citation.status)}" href="{escaped(citation.href)}" title="{state}" '
            f'target="_blank" rel="noopener noreferrer">{piece}</a>'
        )
    return f'<span class="cite {escaped(citation.status)}" title="{state}">{piece}</span>'


def _sources(citations: Sequence[Citation]) -> str:
    """Return the sources in order; links without a document here, beyond the first few, are folded at the end."""
    folded = [citation for citation in citations if citation.target is None][ELSEWHERE:]
    shown = "".join(_source(citation) for citation in citations if citation not in folded)
    if not folded:
        return shown
    more = plural(
        len(folded), "more link to a document outside this archive", "more links to documents outside this archive"
    )
    return f"{shown}<details><summary>{more}</summary>{''.join(map(_source, folded))}</details>"


def _source(citation: Citation) -> str:
    state = (
        f'<span class="state {escaped(citation.status)}">'
        f"{escaped(STATUS_NAMES.get(citation.status, citation.status))}</span>"
    )
    label = f'<span class="ref">{escaped(citation.anchor)}</span>'
    if citation.target is None:
        return (
            f'<div class="source"><p class="head">{label}{state}</p>'
            f'<p class="address">{outside(citation.href, citation.href)}</p></div>'
        )
    card = citation.target
    opening, rest = _opening(citation.excerpt)
    more = f"<details><summary>Show more</summary><p>{escaped(rest)}</p></details>" if rest else ""
    return f"""<div class="source"><p class="head">{label}{state}{outside(citation.href, "Original")}</p>
{meta(card.kind, day_of(card.published_at, card.published_precision), card.author)}
<p class="name">{inside(card.title, "document", id=card.document_id)}</p>
<p class="said">{escaped(opening)}</p>{more}</div>"""


def _opening(text: str) -> tuple[str, str]:
    if len(text) <= SHOWN:
        return text, ""
    cut = text.rfind(" ", SHOWN // 2, SHOWN)
    cut = cut if cut > 0 else SHOWN
    return text[:cut] + "\u00a0…", text[cut:].strip()
