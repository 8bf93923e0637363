"""The records of a timeline."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from warehouse.records import Tense

Zoom = Literal["release", "month", "year"]
ZOOMS: tuple[Zoom, ...] = get_args(Zoom)


@dataclass(frozen=True, slots=True)
class Statement:
    """A dated statement as the `events` mart has it: a sentence and one time it speaks of.

    `explicit` is false where the sentence names no time, so that its day is the document's own; `topics` counts those that
    it names; `names_topic` is true where it names the one asked for.
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
    """The document of a statement: what a citation needs. `published_at` is None where unknown."""

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
    """A stretch of time (both days included) and how much of its text is on the topic.

    `share` is the topic's words of all words of the documents published then, 0 to 1; a passage on three topics gives
    each a third of its words. `documents` are those behind it, issues first, then those with most words.
    """

    start: dt.date
    end: dt.date
    share: float
    words: float
    passages: int
    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FurtherSource:
    """A document that reports an event, beside the one quoted."""

    document_id: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence that stands in a document at `char_start` to `char_end`, and the days it reports.

    `context` is the heading or title, where the sentence does not say itself what it is about. `sources` are
    further documents that report the same event. `outcome_of` is the event whose expectation it answers, where the text
    supports that.
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


@dataclass(frozen=True, slots=True)
class KernelRelease:
    """A mainline release of the kernel and its day."""

    version: str
    released_on: dt.date


@dataclass(frozen=True, slots=True)
class Answer:
    """When something happened: the days, the kernel release it came with, and where that stands.

    `entry` is the sentence that says so, None where the table of kernel releases does; `source` is an address or a name.
    """

    date: dt.date
    date_end: dt.date
    precision: str
    kernel_release: str | None
    source: str
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries in order of date, over the bars of a topic; a question's has no bars. Nothing found gives no entries.

    `kernel_releases` are those between the first and the last day shown; `notes` are sentences for the reader. `answer` is that of
    a question about when something happened, None where it is no such question or the archive does not say.
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


@dataclass(frozen=True, slots=True)
class Citations:
    """Who cites whom: for each document those it cites, and those that cite it."""

    cites: Mapping[str, Sequence[str]]
    cited_by: Mapping[str, Sequence[str]]

    def neighbours(self, document_id: str) -> list[str]:
        """Return the documents it has a link with, in either direction, each once."""
        return list(dict.fromkeys([*self.cites.get(document_id, ()), *self.cited_by.get(document_id, ())]))
