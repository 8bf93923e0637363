"""PDF files (slides and papers), identified by address."""

import re
from collections.abc import Sequence

from flows.reading.language import language_of
from flows.reading.links import Identify, make_links
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.plain_text import find_addresses, read_plain
from flows.reading.urls import Address, page_key
from flows.sources.document import make_document, one_line
from flows.sources.page import modified
from flows.sources.pdf_text import read_pdf
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity, Section

_FILE_PARAMETERS = ("target", "file", "filename")
_IMPRINT_CHARS = 700  # of the first page, in which the date of a talk or paper is printed
_NO_TITLE = re.compile(
    r"^(?:untitled|microsoft \w+ - .*|.*\.(?:dvi|docx?|pptx?|odp|odt|tex|ps|pdf|indd|fm)|slide 1|title|powerpoint presentation)$",
    re.IGNORECASE,
)
_PDF_DATE = re.compile(
    r"(?:D:)?(?P<date>(?:19|20)\d{6})(?:(?P<clock>\d{4})(?:\d{2})?(?:(?P<zone>[Z+-])(?:(?P<hours>\d{2})'?(?P<minutes>\d{2})?)?)?)?"
)


def identify(address: Address) -> Identity | None:
    """Return the PDF file at an address whose path or file parameter (a wiki's attachment) ends in `.pdf`, or None."""
    names = (address.path, *(address.query.get(name, "") for name in _FILE_PARAMETERS))
    if not any(name.lower().endswith(".pdf") for name in names):
        return None
    return Identity("pdf", page_key(address), address.url)


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the document of the file with a section for each page that has text; `facts` contain `pages`, their total.

    Raises:
        PageSetAside: the file is not a PDF, or is too large, scanned, encrypted or broken.
    """
    capture = captures[0]
    pdf = read_pdf(capture.body)
    texts = [(number, read_plain(page).text) for number, page in enumerate(pdf.pages, start=1)]
    kept = [(number, text) for number, text in texts if any(map(str.isalnum, text))]
    sections = [Section(n, f"Page {number}", "body", text) for n, (number, text) in enumerate(kept)]
    start = kept[0][1][:_IMPRINT_CHARS] if kept else ""
    return make_document(
        identity,
        capture,
        title=_title(pdf.title, start),
        sections=sections,
        links=make_links([(n, text, find_addresses(text)) for n, (_, text) in enumerate(kept)], identify_link),
        author=pdf.author,
        moments=[read_moment(start), _created(pdf.created), read_moment(start, coarse=True), modified(capture)],
        language=language_of("\n".join(text for _, text in kept)),
        facts={"pages": pdf.total_pages},
    )


def _title(given: str | None, start: str) -> str:
    """Return the title in the file's metadata if it is meaningful, else the first line with letters."""
    title = one_line(given)
    if title and not _NO_TITLE.search(title):
        return title
    return next((line.strip() for line in start.split("\n") if sum(map(str.isalpha, line)) > 2), title)


def _created(text: str | None) -> PublishedMoment | None:
    """Return the moment of a PDF date such as `D:20090304173120-08'00'`. Source: ISO 32000-1:2008, 7.9.4."""
    match = _PDF_DATE.match(text or "")
    if not match:
        return None
    day, clock, zone = match["date"], match["clock"], match["zone"]
    written = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    if clock:
        written += f" {clock[:2]}:{clock[2:]}" + (
            f" {zone}{match['hours']}{match['minutes'] or '00'}" if match["hours"] else zone or ""
        )
    return read_moment(written, origin="meta")


SOURCE = Source("pdf", "pdf", identify, parse)
