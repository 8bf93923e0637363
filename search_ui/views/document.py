"""The document view: its text with each link's source beside it, what cites it and what happened next."""

import streamlit as st

from search_ui import resources, state
from search_ui.cards import document_card, meta, topic_chips
from search_ui.document_text import document_text
from search_ui.entries import entry_list
from search_ui.frame import name_tab, scroll_to_mark
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
    document_id, passage_id = state.read("id"), state.read("passage")
    page = resources.document(archive, document_id, passage_id) if document_id else None
    if page is None:
        st.html(nothing("Document not found", "<p>This archive has no document with that id.</p>", _back()))
        st.stop()
    name_tab("document", page.card.title)
    st.html(issue_steps(archive, page) + _head(archive, page) + document_text(page, page.passages.get(passage_id)))
    if passage_id in page.passages:
        scroll_to_mark()
    if page.card.kind == "mail" and (thread := resources.thread(archive, document_id)):
        st.html(_thread(thread, document_id))
    _citing(archive, page)
    _following(archive, passage_id if passage_id in page.passages else document_id)
    _similar(archive, document_id)
    st.html(_captures(page))
    offer_citation(page)


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
<p class="ways">{outside(card.url, card.site or "Original")}{own}<span>{plural(card.words, "word")}</span>{_language(page)}</p>
{topic_chips(card.topics, resources.topic_names(archive))}{sample}{lost}{shown}</header>"""


def _language(page: DocumentPage) -> str:
    """Return the language if it is not English, and the same issue in the other language."""
    name = "" if page.language == "en" else f"<span>{escaped(LANGUAGE_NAMES.get(page.language, page.language))}</span>"
    other = page.translation
    return name + (inside(other.name, "document", id=other.document_id) if other else "")


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
    st.html("<h2>Cited by</h2>")
    if not page.cited_by:
        st.html(nothing("No document in this archive links here."))
        return
    topics = resources.topic_names(archive)
    st.html("".join(document_card(card, topics, sentence) for card, sentence in page.cited_by))


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
    st.html(entry_list(following.entries))


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
