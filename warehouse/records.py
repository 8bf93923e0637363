"""The records that all parts of the project share.

All character ranges count Unicode code points of the document's `text` unless a field says otherwise, start inclusive, end
exclusive. All times named `*_at` are naive `datetime`s: `published_at` in the source's local time, all others in UTC.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from warehouse.html_table import Linked, html_table

Kind = Literal["issue", "mail", "commit", "lwn", "kernelnewbies", "blog", "release_note", "bug", "pdf", "page"]
KINDS: tuple[Kind, ...] = (
    "issue", "mail", "commit", "lwn", "kernelnewbies", "blog", "release_note", "bug", "pdf", "page",
)  # fmt: skip
Role = Literal["lead", "body", "kernel_status", "in_brief", "sidebar", "table"]
Precision = Literal["minute", "day", "month", "year"]
Tense = Literal["past", "present", "expected"]
EntityType = Literal["topic", "person", "kernel_release", "commit", "project"]
AddressState = Literal["due", "done", "gone", "refused", "paused", "set_aside"]

Row = dict[str, Any]  # a row of a raw table, by column name
DOCUMENT_TABLES = (
    "documents",
    "issues",
    "sections",
    "items",
    "passages",
    "links",
    "mentions",
    "events",
    "quality",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of what an address names, whatever its mirror or form.

    Two addresses of one kind name the same thing if they have the same `key` (an issue's number, a Message-ID, a commit's sha, a
    cleaned address); `number` is the part of it that the source itself uses as a name (issue, LWN and bug numbers, a sha) or None.
    `source` is the name of the source that recognises the address, empty if none was asked.
    """

    kind: Kind
    key: str
    url: str
    page: int = 1
    number: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One stored HTTP response: `body` is decompressed, `mime` is as sent, `captured_at` is in UTC.

    `url` is the original address, `memento_url` the capture's address in the web archive (None from a local file); `is_cut` if the
    compressed body was truncated.
    """

    capture_id: str
    url: str
    status: int
    mime: str
    captured_at: dt.datetime
    body: bytes
    charset: str | None = None
    memento_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A bullet of a section. Its text is also part of the section's text, at the section-relative range."""

    group_position: int
    position: int
    text: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a document in reading order; `heading` is None for text before the first heading.

    `text` holds paragraphs separated by blank lines, bullets on separate lines, and tables with one row per line and cells
    separated by tabs. `quoted` are section-relative ranges that are not the author's own words (mail quotes, code).
    """

    position: int
    heading: str | None
    role: Role
    text: str
    items: tuple[Item, ...] = ()
    quoted: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a section: `sentence` contains the anchor, `clause` is the part of the sentence that the link supports."""

    position: int
    section_position: int
    anchor: str
    clause: str
    sentence: str
    href: str
    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """Facts from the title and lead of an issue: `part` within a series, `area` as its subject, `pages` as their number."""

    series: str
    kernel_version: str | None = None
    part: int | None = None
    area: str | None = None
    lead: str | None = None
    pages: int = 1


@dataclass(frozen=True, slots=True)
class WordCount:
    """Words of a page, counted by an independent walk: `visible` = `kept` + `boilerplate` + the lost words.

    `lost` lists up to 20 lost words; `damage` holds the signatures of KERNEL_LOG-style damage, from our parser (`damage_made`) and
    from the page itself.
    """

    visible: int
    kept: int
    boilerplate: int
    lost: tuple[str, ...] = ()
    damage_made: int = 0
    damage_found: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed document: an issue (all its pages joined), a mail, a commit, an article, any page.

    `published_from` names the origin of the date (`printed`, `header`, `meta`, `url`, `capture`); `facts` holds JSON-able facts
    of this kind only (mail: `message_id`, `in_reply_to`, `list`; commit: `sha`, `author_email`, `files_changed`; ...).
    """

    kind: Kind
    key: str
    url: str
    title: str
    sections: tuple[Section, ...]
    links: tuple[Link, ...] = ()
    author: str | None = None
    published_at: dt.datetime | None = None
    utc_offset_min: int | None = None
    published_precision: Precision | None = None
    published_from: str | None = None
    language: str = "en"
    issue: IssueFacts | None = None
    words: WordCount | None = None
    aliases: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a section, cut at sentence ends; `text == document.text[char_start:char_end]`.

    `context` is the title and heading prepended to the text when it is encoded.
    """

    passage_id: str
    document_id: str
    section_id: str
    position: int
    char_start: int
    char_end: int
    text: str
    context: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a text; the range counts in that text."""

    entity_type: EntityType
    entity_id: str
    surface: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters that are applied before ranking; an empty one filters nothing. Dates compare with `published_at`, both ends inclusive.

    An author is matched by some words of the name, a site by some of its labels (`kernel.org`, `lwn`), a language by its code.
    """

    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    after: dt.date | None = None
    before: dt.date | None = None
    documents: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankerHit:
    """The rank, from 1, of a document in one ranker (`words`, `meaning`, `title`, `document`, `citations`)."""

    name: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage of a hit; `find_marks` finds the words of a text that match."""

    passage_id: str
    section_id: str
    heading: str | None
    role: str
    text: str
    score: float
    find_marks: Callable[[str], tuple[tuple[int, int], ...]] = field(repr=False, compare=False)

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """Ranges of the matching words in `text`, found on first access, because that takes longer than finding passages."""
        return self.find_marks(self.text)

    def as_values(self) -> dict[str, Any]:
        """Return the passage as values for JSON."""
        names = ("passage_id", "section_id", "heading", "role", "text", "score", "marks")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found, best passage first; `rankers` explains why.

    `is_match` is true for documents of the match set; others are only the nearest ones.
    """

    document_id: str
    kind: str
    url: str
    memento_url: str | None
    title: str
    author: str | None
    published_at: dt.datetime | None
    score: float
    passages: tuple[PassageHit, ...]
    rankers: tuple[RankerHit, ...] = ()
    topics: tuple[str, ...] = ()
    is_match: bool = True


@dataclass(frozen=True, slots=True)
class DatesAsked:
    """The days from `first` to `last`, both inclusive, that `surface`, a part of the query, names; "before 2010" has no `first`.

    With an `order`, the query asks for the `newest` or the `oldest`; the days are then those of the documents so ordered.
    """

    surface: str
    first: dt.date | None
    last: dt.date | None
    order: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `notes` are sentences for the reader (a query searched as plain words, ...); `suggestions` are spellings.

    `total` counts the match set: all documents of the archive that the question is about. Its hits come first if that was requested,
    and the nearest other documents fill up the requested number. `unknown` are the query's words that no document has. `facets`
    counts the match set by the values of `kind`, `year`, `month`, `topic`, `version`, `person`, `author`, `site` and `language`, most
    frequent first and times in order, if requested. `dates` are the days that the query names in words, if they changed the order;
    `answer` is a sentence that answers the query from a table.
    """

    query: str
    mode: str
    hits: tuple[Hit, ...]
    seconds: float
    notes: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    dates: DatesAsked | None = None
    total: int = 0
    unknown: tuple[str, ...] = ()
    facets: Mapping[str, Mapping[str, int]] | None = None
    answer: str | None = None

    def _repr_html_(self) -> str:
        """Return the hits as a table for a notebook."""
        rows = [
            (
                number,
                Linked(hit.title, hit.url),
                hit.kind,
                None if hit.published_at is None else hit.published_at.date(),
                " ".join(hit.passages[0].text.split())[:300] if hit.passages else "",
            )
            for number, hit in enumerate(self.hits, 1)
        ]
        notes = [*([self.answer] if self.answer else []), *self.notes]
        return html_table(
            f"{self.query}: {self.total} documents", ("", "title", "kind", "date", "passage"), rows, notes
        )
