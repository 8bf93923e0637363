"""A document as HTML: its sections, with the sources they cite beside them."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search_ui.cards import meta
from search_ui.lists import VIEW_OF
from search_ui.wording import (
    STATUS_NAMES,
    address_of,
    copy_button,
    day_of,
    escaped,
    is_web_address,
    leads_nowhere,
    outside,
    plural,
)
from warehouse.catalog import Citation, DocumentPage, MentionPlace, SectionText

Range = tuple[int, int]
CopyAt = Callable[
    [int], str
]  # the button that copies a link to the passage that begins at an offset of a section, or nothing
SHOWN = 150  # characters of a source's text shown at first; the rest unfolds
ELSEWHERE = (
    5  # links shown at first of those without a document here, per section: a table of links must not bury the text
)


@dataclass(frozen=True, slots=True)
class _Anchor:
    start: int
    end: int
    citation: Citation | MentionPlace
    document_id: str = ""


def document_text(page: DocumentPage, highlight: Range | None = None, section_id: str = "") -> str:
    """Return all sections in order, as HTML; `highlight` is a range of the text to mark, `section_id` a heading."""
    cited: dict[str, list[Citation]] = {}
    for citation in page.citations:
        cited.setdefault(citation.section_id, []).append(citation)
    keeps_lines = " lines" if page.card.kind in ("mail", "commit", "bug", "release_note") else ""
    given: set[str] = set()  # passages that have their button
    parts = [
        _section(page, section, cited.get(section.section_id, []), highlight, section.section_id == section_id, given)
        for section in page.sections
    ]
    return f'<div class="article{keeps_lines}" lang="{escaped(page.language)}">{"".join(parts)}</div>'


def _section(
    page: DocumentPage,
    section: SectionText,
    citations: Sequence[Citation],
    highlight: Range | None,
    is_named: bool,
    given: set[str],
) -> str:
    heading = escaped(section.heading or "")
    if heading:
        place = copy_button(address_of("document", id=page.card.document_id, section=section.section_id), "section")
        heading = f'<mark class="here">{heading}</mark>' if is_named else heading
        heading = f'<h2 id="{escaped(section.section_id)}">{heading}{place}</h2>'
    mark = None if highlight is None else (highlight[0] - section.char_start, highlight[1] - section.char_start)
    anchors = with_names(_find_anchors(section.text, citations, page.card.document_id), page.named, section)
    blocks = "".join(_blocks(section, anchors, mark, _copy_buttons(page, section, given)))
    aside = f'<aside class="sources">{_sources(page, citations)}</aside>' if citations else ""
    return f'<section class="role-{escaped(section.role)}">{aside}<div class="text">{heading}{blocks}</div></section>'


def _copy_buttons(page: DocumentPage, section: SectionText, given: set[str]) -> CopyAt:
    """Return a function that gives each passage a button, at the first block that begins within it."""
    passages = sorted((start, end, name) for name, (start, end) in page.passages.items())
    starts = [start for start, _, _ in passages]

    def button(offset: int) -> str:
        at = section.char_start + offset
        place = bisect_right(starts, at) - 1
        if place < 0 or at >= passages[place][1] or passages[place][2] in given:
            return ""
        passage_id = passages[place][2]
        given.add(passage_id)
        return copy_button(address_of("document", id=page.card.document_id, passage=passage_id), "passage")

    return button


def _find_anchors(text: str, citations: Iterable[Citation], document_id: str = "") -> list[_Anchor]:
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
            found.append(_Anchor(*match.span(), citation, document_id))
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


def _no_button(_: int) -> str:
    return ""


def _blocks(
    section: SectionText, anchors: Sequence[_Anchor], mark: Range | None, copy_at: CopyAt = _no_button
) -> Iterator[str]:
    bullets = {start: (group, end) for group, start, end in section.bullets}
    at = 0
    for found in re.finditer(r"[^\n](?:[^\n]|\n(?!\s*\n))*", section.text):
        start, end = found.span()
        if start < at:
            continue
        inner = [one for one in bullets if start <= one < end]
        if inner:
            yield from _lists(section.text, start, end, bullets, anchors, mark, copy_at)
        elif "\t" in found[0] and all("\t" in line for line in found[0].strip("\n").split("\n")):
            yield _table(section.text, start, end, anchors, mark)
        elif found[0].strip():
            yield f"<p>{copy_at(start)}{_inline(section.text, start, end, anchors, mark)}</p>"


def _lists(
    text: str,
    start: int,
    end: int,
    bullets: Mapping[int, tuple[int, int]],
    anchors: Sequence[_Anchor],
    mark: Range | None,
    copy_at: CopyAt,
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
            items.append(f"<li>{copy_at(line_start)}{content}</li>")
        elif content.strip():
            yield f"<p>{copy_at(line_start)}{content}</p>"
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
    return f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


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
        pieces.append(_linked(piece, link.citation, link.document_id) if link else piece)
    return "".join(pieces)


def cited_address(citation: Citation, document_id: str) -> str:
    """Return the address of a citation's source at the place it is cited for; the source leads back to the citing document."""
    target = citation.target.document_id if citation.target else ""
    return address_of("document", id=target, **{"from": document_id}, link=str(citation.position))


def _linked(piece: str, citation: Citation | MentionPlace, document_id: str) -> str:
    if isinstance(citation, MentionPlace):
        href = escaped(address_of(VIEW_OF[citation.entity_type], id=citation.entity_id))
        return f'<a class="named" href="{href}" title="{escaped(citation.name)}">{piece}</a>'
    if citation.target:
        href = escaped(cited_address(citation, document_id))
        return f'<a class="cite" href="{href}" title="{escaped(citation.target.title)}">{piece}</a>'
    state = escaped(STATUS_NAMES.get(citation.status, citation.status))
    if is_web_address(citation.href) and not leads_nowhere(citation.href):
        return (
            f'<a class="cite {escaped(citation.status)}" href="{escaped(citation.href)}" title="{state}" '
            f'target="_blank" rel="noopener noreferrer">{piece}</a>'
        )
    return f'<span class="cite {escaped(citation.status)}" title="{state}">{piece}</span>'


def _sources(page: DocumentPage, citations: Sequence[Citation]) -> str:
    """Return the sources in order; links without a document here, beyond the first few, are folded at the end."""
    folded = [citation for citation in citations if citation.target is None][ELSEWHERE:]
    shown = "".join(_source(page, citation) for citation in citations if citation not in folded)
    if not folded:
        return shown
    more = plural(
        len(folded), "more link to a document outside this archive", "more links to documents outside this archive"
    )
    rest = "".join(_source(page, citation) for citation in folded)
    return f"{shown}<details><summary>{more}</summary>{rest}</details>"


def _source(page: DocumentPage, citation: Citation) -> str:
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
    name = f'<a class="in" href="{escaped(cited_address(citation, page.card.document_id))}">{escaped(card.title)}</a>'
    return f"""<div class="source"><p class="head">{label}{state}{outside(citation.href, "Original")}</p>
{meta(card.kind, day_of(card.published_at, card.published_precision), card.author)}
<p class="name">{name}</p>
<p class="said">{escaped(opening)}</p>{more}</div>"""


def _opening(text: str) -> tuple[str, str]:
    if len(text) <= SHOWN:
        return text, ""
    cut = text.rfind(" ", SHOWN // 2, SHOWN)
    cut = cut if cut > 0 else SHOWN
    return text[:cut] + "\u00a0…", text[cut:].strip()
