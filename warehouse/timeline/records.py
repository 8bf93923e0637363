"""The records of a timeline."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from warehouse.html_table import Linked, html_table
from warehouse.records import Tense

Zoom = Literal["release", "month", "year"]
ZOOMS: tuple[Zoom, ...] = get_args(Zoom)


@dataclass(frozen=True, slots=True)
class Statement:
    """A dated statement from the `events` mart: a sentence and one time it refers to.

    `explicit` is false if the sentence names no time, so that its day is the document's; `topics` counts the topics it names;
    `names_topic` is true if it names the requested one.
    """

    event_id: str
    passage_id: str
    document_id: str
    date: dt.date
    date_end: dt.date
    precision: str
    tense: Tense
    explicit: bool
    text: str
    char_start: int
    char_end: int
    topics: int = 0
    names_topic: bool = True


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """The document of a statement, with the facts for a citation. `published_at` is None if unknown."""

    document_id: str
    kind: str
    title: str
    url: str
    memento_url: str | None
    published_at: dt.datetime | None
    language: str

    @property
    def day(self) -> dt.date | None:
        """The day it was published."""
        return None if self.published_at is None else self.published_at.date()


@dataclass(frozen=True, slots=True)
class Bar:
    """A period (both days included) and the share of its text on the topic.

    `share` is the topic's words divided by all words of the documents published in the period, 0 to 1; a passage on three topics
    gives each a third of its words. `documents` are those with the topic, issues first, then by number of words.
    """

    start: dt.date
    end: dt.date
    share: float
    words: float
    passages: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FurtherSource:
    """Another document that reports the event, besides the one quoted."""

    document_id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence quoted from a document, at `char_start` to `char_end`, and the days it reports.

    `context` is the heading or title, if the sentence does not itself name its subject. `sources` are further documents that report
    the same event. `outcome_of` is the event whose expectation it answers, if the text supports that. `reported` is true if the sentence names no time,
    so that the days are those of its document, which may recall something earlier.
    """

    event_id: str
    date: dt.date
    date_end: dt.date
    precision: str
    tense: Tense
    text: str
    document_id: str
    passage_id: str
    char_start: int
    char_end: int
    title: str
    kind: str
    url: str
    memento_url: str | None
    published_at: dt.datetime | None
    score: float
    outcome_of: str | None = None
    context: str | None = None
    sources: tuple["FurtherSource", ...] = ()
    reported: bool = False


@dataclass(frozen=True, slots=True)
class KernelRelease:
    """A mainline release of the kernel and its day."""

    version: str
    released_on: dt.date


def whose_day(*, reported: bool, published_at: dt.datetime | None) -> str:
    """Return whose day a sentence has that names none; empty for one that does."""
    return ("day of the report" if published_at else "day of the capture") if reported else ""


def said_of_day(*, reported: bool, published_at: dt.datetime | None, tense: str) -> str:
    """Return whose day a sentence has, or that its event was only expected; empty for most."""
    return whose_day(reported=reported, published_at=published_at) or (
        "expected at the time" if tense == "expected" else ""
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """When something happened: the days, the kernel release it came with, and the source.

    `entry` is the sentence that says so, None if the answer is from the table of kernel releases; `source` is an address or a name.
    """

    date: dt.date
    date_end: dt.date
    precision: str
    kernel_release: str | None
    source: str
    entry: Entry | None

    @property
    def reported(self) -> bool:
        """Whether the days are those of the report, because the sentence names none."""
        return self.entry is not None and self.entry.reported and self.date == self.entry.date

    @property
    def whose_day(self) -> str:
        """Whose day it is, if the sentence names none; empty otherwise."""
        return whose_day(reported=self.reported, published_at=self.entry.published_at if self.entry else None)

    def _repr_html_(self) -> str:
        """Return the answer as a table for a notebook."""
        text = self.source if self.entry is None else Linked(self.entry.text, self.entry.url)
        row = (self.date, self.date_end, self.kernel_release, text)
        return html_table("", ("from", "to", "kernel release", "source"), [row])


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries in order of date, over the bars of a topic; a question's timeline has no bars. Entries are empty if nothing is found.

    `kernel_releases` are those between the first and the last day shown; `notes` are sentences for the reader. `answer` is set for
    a question about when something happened, if the archive has the answer; `suggestions` are other spellings of a question.
    """

    title: str
    topic_id: str | None = None
    query: str | None = None
    zoom: Zoom | None = None
    bars: tuple[Bar, ...] = ()
    entries: tuple[Entry, ...] = ()
    kernel_releases: tuple[KernelRelease, ...] = ()
    notes: tuple[str, ...] = ()
    answer: Answer | None = None
    suggestions: tuple[str, ...] = ()

    def _repr_html_(self) -> str:
        """Return the entries as a table for a notebook."""
        rows = [
            (one.date, one.date_end, one.tense, Linked(one.text, one.url), one.title, one.kind) for one in self.entries
        ]
        answer = "" if self.answer is None else self.answer._repr_html_()
        return answer + html_table(
            self.title, ("from", "to", "tense", "statement", "document", "kind"), rows, self.notes
        )


@dataclass(frozen=True, slots=True)
class Citations:
    """The documents that each document cites, and those that cite it."""

    cites: Mapping[str, Sequence[str]]
    cited_by: Mapping[str, Sequence[str]]

    def neighbours(self, document_id: str) -> list[str]:
        """Return the documents it links to or that link to it, each once."""
        return list(dict.fromkeys([*self.cites.get(document_id, ()), *self.cited_by.get(document_id, ())]))
