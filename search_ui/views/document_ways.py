"""Ways on from a document: the issue before and after it, and how to cite it."""

import streamlit as st

from search_ui import browsing
from search_ui.bibtex import bibtex
from search_ui.resources import OpenArchive
from search_ui.take_along import file_name
from search_ui.wording import day_of, escaped, inside
from warehouse.catalog import Card, DocumentPage


def issue_steps(archive: OpenArchive, page: DocumentPage) -> str:
    """Return links to the issue before and after in the same series and language, and to its month; empty for other documents."""
    card = page.card
    if card.kind != "issue" or card.published_at is None:
        return ""
    found = browsing.neighbours(archive, card.document_id)
    before = _step("Previous issue", "← ", found.previous)
    after = _step("Next issue", "", found.next, " →")
    if found.previous is None and found.next is None:
        before, after = "", "<span>The only one of its series here</span>"
    month = f"{card.published_at:%Y-%m}"
    middle = inside(day_of(card.published_at, "month"), "browse", of="calendar", month=month)
    return f'<nav class="steps" aria-label="Issues">{before}<span>{middle}</span>{after}</nav>'


def _step(name: str, arrow: str, card: Card | None, after: str = "") -> str:
    if card is None:
        return f"<span>{'The first of its series' if arrow else 'The last of its series'}</span>"
    return f"<span>{arrow}{inside(name, 'document', 'in', id=card.document_id)}{after}</span>"


def offer_citation(page: DocumentPage) -> None:
    """Show the BibTeX entry of a document, to copy or download."""
    entry = bibtex(page.card)
    with st.expander("Cite", key="cite"):
        copy = f'<button data-copy="{escaped(entry)}" data-copied="BibTeX copied.">Copy</button>'
        st.html(f'<pre class="bibtex">{escaped(entry)}</pre><p class="ways">{copy}</p>')
        st.download_button(
            "BibTeX", entry.encode("utf-8", "replace"), file_name=f"{file_name(page.card.document_id)}.bib", on_click="ignore",
            mime="application/x-bibtex", type="tertiary", key="take-bibtex",
        )  # fmt: skip
