"""The document view: its text with each link's source beside it, what cites it and what happened next."""

from dataclasses import dataclass

import streamlit as st

from search_ui import resources, state
from search_ui.cards import document_card, meta, topic_chips
from search_ui.document_text import Range, document_text
from search_ui.entries import entry_list, those_that_tell
from search_ui.frame import name_tab
from search_ui.resources import OpenArchive
from search_ui.views.document_ways import issue_steps, offer_citation
from search_ui.wording import LANGUAGE_NAMES, day_of, escaped, inside, nothing, outside, plural
from warehouse.catalog import CaptureCard, DocumentPage, Thread, ThreadMail
from warehouse.errors import KlogError

FACTS = {
    "list": "List",
    "message_id": "Message-ID",
    "in_reply_to": "In reply to",
    "sha": "Commit",
    "committer": "Committer",
    "committed_at": "Committed",
    "files": "Files",
    "insertions": "Lines added",
    "deletions": "Lines removed",
    "product": "Product",
    "component": "Component",
    "severity": "Severity",
    "status": "Status",
    "resolution": "Resolution",
    "pages": "Pages",
}

DEEPEST = 6  # level of a thread up to which mails are indented, so that a narrow screen shows them


def show(archive: OpenArchive) -> None:
    """Show the view."""
    document_id, place = state.read("id"), _Place(state.read("passage"), state.read("section"), state.read("link"))
    page = resources.document(archive, document_id, place.passage_id) if document_id else None
    if page is None:
        st.html(
            "<h1>Document not found</h1>"
            + nothing("Document not found", "<p>This archive has no document with that id.</p>", _back())
        )
        st.stop()
    name_tab("document", page.card.title)
    marked, note = _marked(archive, page, place)
    st.html(
        issue_steps(archive, page)
        + _head(archive, page)
        + note
        + document_text(page, marked, place.section_id)
        + _without_text(page)
    )
    if page.card.kind == "mail" and (thread := resources.thread(archive, document_id)):
        st.html(_thread(thread, document_id))
    _citing(archive, page)
    _following(archive, place.passage_id if place.passage_id in page.passages else document_id)
    _similar(archive, document_id)
    st.html(_captures(page))
    offer_citation(page)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the address names in a document: a passage, a section, or the place of a link.

    With `from=` another document, the link is that document's, and the place is what it cites.
    """

    passage_id: str
    section_id: str
    link: str


def _marked(archive: OpenArchive, page: DocumentPage, place: _Place) -> tuple[Range | None, str]:
    """Return the range of the text to mark, and a line that leads back or says that the address names no place here."""
    if place.link:
        return _place_of_link(archive, page, place.link)
    if place.passage_id and place.passage_id not in page.passages:
        return None, _NO_PLACE
    if place.section_id and place.section_id not in {section.section_id for section in page.sections}:
        return None, _NO_PLACE
    return page.passages.get(place.passage_id), ""


_FOLLOWING = 8  # statements on what happened next; the others are on the timeline
_NO_PLACE = (
    '<p class="note" role="alert">The place that this address names is not in the document, or has moved; '
    "the document is shown from its beginning.</p>"
)


def _place_of_link(archive: OpenArchive, page: DocumentPage, link: str) -> tuple[Range | None, str]:
    """Return the range and the line back of a link: of this document's sentence, or of what another's sentence cites here."""
    here, source = page.card.document_id, state.read("from")
    position = int(link) if link.isascii() and link.isdigit() and len(link) < 7 else -1
    cited = resources.citing_place(archive, source or here, position)
    if cited is None or (source and cited.target_document_id != here):
        return None, _NO_PLACE
    if not source:
        back = inside(cited.target_title or "", "document", id=cited.target_document_id)
        note = f'<p class="note back">Marked is where this document cites {back}.</p>' if cited.target_title else ""
        found = None if cited.char_start is None or cited.char_end is None else (cited.char_start, cited.char_end)
        return found, note
    back = inside(cited.title, "document", id=source, link=link)
    note = f'<p class="note back">Cited in {back}: “{escaped(cited.sentence)}”</p>'
    return page.passages.get(resources.cited_passage(archive, cited)), note


def _without_text(page: DocumentPage) -> str:
    if any(section.text.strip() for section in page.sections):
        return ""
    return nothing("This document has no text of its own in the archive.")


def _back() -> str:
    return f"<p>{inside('Search the archive', 'search')}</p>"


def _head(archive: OpenArchive, page: DocumentPage) -> str:
    card = page.card
    sample = (
        '<p class="note">A sample page, written for this project about real events; its host is under '
        "<code>.example</code>.</p>"
        if archive.is_sample
        else ""
    )
    own = outside(card.memento_url, "Capture") if card.memento_url else ""
    facts = "".join(
        f"<dt>{label}</dt><dd>{escaped(_plain(page.facts[name]))}</dd>"
        for name, label in FACTS.items()
        if page.facts.get(name) not in (None, "", [])
    )
    shown = f'<details class="facts"><summary>Details</summary><dl>{facts}</dl></details>' if facts else ""
    lost = (
        f'<p class="note">Words on the page that are missing here: {escaped(", ".join(page.words_lost))}</p>'
        if page.words_lost
        else ""
    )
    return f"""<header class="document">{meta(card.kind, day_of(card.published_at, card.published_precision), card.author)}
<h1>{escaped(card.title)}</h1>
<p class="ways">{outside(card.url, card.site or "Original")}{own}<span>{plural(card.words, "word")}</span>{_language(page)}{_landed(archive, page)}{_patches(page)}</p>
{topic_chips(card.topics, resources.topic_names(archive))}{sample}{_pages(page)}{lost}{shown}</header>"""


def _pages(page: DocumentPage) -> str:
    """Return which pages of an original of several pages are joined here, and which the archive lacks."""
    kept = sorted({capture.page for capture in page.captures})
    if not kept or kept[-1] < 2:
        return ""
    lacking = [str(number) for number in range(1, kept[-1]) if number not in kept]
    said = f" Not in this archive: page {escaped(', '.join(lacking))}." if lacking else ""
    captures = inside("their captures", "document", id=page.card.document_id, show="capture")
    return f'<p class="note">Pages {escaped(", ".join(map(str, kept)))} of the original are joined here ({captures}).{said}</p>'


def _language(page: DocumentPage) -> str:
    """Return the language if it is not English, and the same issue in the other language."""
    name = "" if page.language == "en" else f"<span>{escaped(LANGUAGE_NAMES.get(page.language, page.language))}</span>"
    other = page.translation
    return name + (inside(other.name, "document", id=other.document_id) if other else "")


def _landed(archive: OpenArchive, page: DocumentPage) -> str:
    """Return the kernel release that a commit landed in, and the first tag that contains it."""
    version, tag = page.facts.get("kernel_release"), page.facts.get("first_tag")
    if not version or not tag:
        return ""
    name = f"Linux {version}"
    release = inside(name, "release", id=version) if version in resources.kernel_releases(archive) else escaped(name)
    return f"<span>Landed in {release} ({escaped(str(tag))})</span>"


def _patches(page: DocumentPage) -> str:
    """Return links to the commits that a mail became, or to the mails that a commit was."""
    return "".join(inside(one.name, "document", id=one.document_id) for one in page.patches)


def _plain(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _thread(thread: Thread, document_id: str) -> str:
    mails = "".join(_thread_mail(mail, is_here=mail.document_id == document_id) for mail in thread.mails)
    left = thread.size - len(thread.mails)
    more = f'<p class="hint">{plural(left, "more mail")} of this thread in the archive.</p>' if left else ""
    return f'<h2>Thread</h2><ol class="thread">{mails}</ol>{more}'


def _thread_mail(mail: ThreadMail, *, is_here: bool) -> str:
    author = mail.author or "unknown"
    name = f"<b>{escaped(author)}</b>" if is_here else inside(author, "document", id=mail.document_id)
    day = escaped(day_of(mail.published_at, mail.published_precision))
    title = f" <span>{escaped(mail.title)}</span>" if mail.has_own_title else ""
    here = ' aria-current="true"' if is_here else ""
    return f'<li class="level-{min(mail.level, DEEPEST)}"{here}>{name} <span>{day}</span>{title}</li>'


def _citing(archive: OpenArchive, page: DocumentPage) -> None:
    number = f" {len(page.cited_by)}" if page.cited_by else ""
    st.html(f"<h2>Cited by{number}</h2>")
    if not page.cited_by:
        st.html(nothing("No document in this archive links here."))
        return
    topics, places = resources.topic_names(archive), resources.citing_places(archive, page.card.document_id)
    st.html(
        "".join(
            document_card(card, topics, sentence, link=str(places[card.document_id].position))
            for card, sentence in page.cited_by
        )
    )


def _following(archive: OpenArchive, anchor_id: str) -> None:
    st.html("<h2>What happened next</h2>")
    try:
        following = resources.what_happened_next(archive, anchor_id)
    except KlogError as error:
        st.html(nothing(str(error)))
        return
    if not following.entries:
        st.html(nothing(following.notes[0], *_notes(following.notes[1:])))
        return
    told = those_that_tell(following.entries, _FOLLOWING)
    more = f'<p class="ways">{inside("All of it on a timeline", "timeline", next=anchor_id)}</p>'
    st.html(
        f"{entry_list(told)}{more}" if told else nothing("No later statement on this topic stands by itself.", more)
    )


def _similar(archive: OpenArchive, document_id: str) -> None:
    try:
        found = resources.more_like(archive, document_id)
    except KlogError:
        return  # an archive without vectors cannot compare documents
    links = "".join(
        f"<li>{inside(hit.title, 'document', id=hit.document_id)} <span>{escaped(day_of(hit.published_at))}</span></li>"
        for hit in found.hits
        if hit.document_id != document_id
    )
    if links:
        st.html(f'<h2>More like this</h2><ul class="similar">{links}</ul>')


def _notes(notes: tuple[str, ...]) -> list[str]:
    return [f"<p>{escaped(note)}</p>" for note in notes]


def _captures(page: DocumentPage) -> str:
    rows = "".join(_capture(capture) for capture in page.captures)
    opened = " open" if state.read("show") == "capture" else ""
    return f'<details class="captures" id="capture"{opened}><summary>Captures</summary>{rows}</details>' if rows else ""


def _capture(capture: CaptureCard) -> str:
    kept = outside(capture.memento_url, "view in the web archive") if capture.memento_url else "from a local file"
    page = f"page {capture.page}, " if capture.page > 1 else ""
    return (
        f"<p>{page}captured {day_of(capture.captured_at)} ({escaped(capture.origin)}), {kept}; stored in "
        f"<code>captures/{escaped(capture.warc)}</code> at byte {capture.offset:,}, "
        f"<code>{escaped(capture.digest)}</code><br>{outside(capture.url, capture.url)}</p>"
    )
