"""An in-memory index for timelines: documents, topics, kernel releases, and how much of each text is on each topic."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import duckdb

from warehouse.errors import UsageError
from warehouse.kernel_versions import find_versions
from warehouse.mentions import Taxonomy, taxonomy_from_rows
from warehouse.mentions.names import find_names
from warehouse.timeline.records import Citations, CitedDocument, KernelRelease
from warehouse.topic_tree import MEMBERS

_DOCUMENTS = """
SELECT document_id, kind, title, url, memento_url, published_at, language, published_precision FROM documents
"""
_TOPICS = f"""
WITH RECURSIVE {MEMBERS}
SELECT topics.topic_id, name, aliases, list(member_id ORDER BY member_id <> topics.topic_id, member_id)
FROM topics JOIN members USING (topic_id) GROUP BY ALL ORDER BY topics.topic_id
"""
_RELEASES = """
SELECT version, released_on FROM kernel_releases
WHERE mainline AND released_on IS NOT NULL AND NOT contains(version, '-') ORDER BY released_on, version
"""
_RELEASE_DAYS = "SELECT version, released_on, source FROM kernel_releases WHERE released_on IS NOT NULL"
_LINKS = """
SELECT DISTINCT document_id, target_document_id FROM links
WHERE target_document_id IS NOT NULL AND target_document_id <> document_id ORDER BY ALL
"""
_AREAS = re.compile(r"(?:\[[^\]]*\]\s*)?(?:Re:\s*)?[a-z0-9_/, -]+(?=:)")  # the area in a patch's subject
_PROCESS = "development"  # the parent topic of everything about how the kernel is made
_WITH_RELEASE_DAYS = 3  # texts about a release appear on the same day, or after the weekend
_WORDS = "SELECT document_id, sum(words) FROM passages GROUP BY document_id"
# As in the mart topic_months: a passage's words are split evenly over the leaf topics it names; a parent has those of its
# children.
_ON_TOPIC = f"""
WITH RECURSIVE {MEMBERS},
named AS (
    SELECT DISTINCT mentions.passage_id, topics.topic_id
    FROM mentions JOIN topics ON mentions.entity_type = 'topic' AND mentions.entity_id = topics.topic_id
    WHERE topics.parent_id IS NOT NULL
),
parts AS (
    SELECT named.*, passages.document_id, passages.words / count(*) OVER (PARTITION BY named.passage_id) AS words
    FROM named JOIN passages USING (passage_id)
)
SELECT members.topic_id, document_id, count(DISTINCT passage_id), sum(words)
FROM parts JOIN members ON members.member_id = parts.topic_id GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; `members` are itself and the topics below it."""

    topic_id: str
    name: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnTopic:
    """How much of a document is on a topic; `about` is the share of its words, 0 to 1."""

    document_id: str
    passages: int
    words: float
    about: float


class ArchiveIndex:
    """The parts of a release that every timeline needs, each read on first access."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._topics_of_title = lru_cache(maxsize=20_000)(self._find_in_title)
        self._citations = lru_cache(maxsize=4)(self._find_citations)

    @cached_property
    def _documents(self) -> Mapping[str, tuple[CitedDocument, str | None]]:
        return {row[0]: (CitedDocument(*row[:-1]), row[-1]) for row in self._rows(_DOCUMENTS)}

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        """Topics by id (`topic_id`)."""
        rows = self._rows(_TOPICS)
        return {row[0]: Topic(row[0], row[1], tuple(row[2]), tuple(row[3])) for row in rows}

    @cached_property
    def kernel_releases(self) -> tuple[KernelRelease, ...]:
        """Mainline releases with a known day, oldest first, without release candidates."""
        return tuple(KernelRelease(*row) for row in self._rows(_RELEASES))

    @cached_property
    def kernel_release_days(self) -> Mapping[str, tuple[dt.date, str]]:
        """The day of each release with a known day, and its source; includes candidates and stable updates."""
        return {version: (day, source) for version, day, source in self._rows(_RELEASE_DAYS)}

    @cached_property
    def of_kernel_releases(self) -> frozenset[str]:
        """Documents published with a mainline release and named after it: they report what was released that day."""
        near = {mark.version: mark.released_on for mark in self.kernel_releases}
        return frozenset(
            name
            for name, (source, _) in self._documents.items()
            for version in find_versions(source.title)
            if version.name in near
            and source.day is not None
            and abs((source.day - near[version.name]).days) <= _WITH_RELEASE_DAYS
        )

    @cached_property
    def words(self) -> Mapping[str, float]:
        """Words in the passages of each document."""
        return {row[0]: float(row[1]) for row in self._rows(_WORDS)}

    @cached_property
    def on_topic(self) -> Mapping[str, Sequence[OnTopic]]:
        """The documents with a passage on each topic."""
        found: dict[str, list[OnTopic]] = {}
        for topic_id, document_id, passages, words in self._rows(_ON_TOPIC):
            about = words / max(self.words[document_id], 1.0)
            found.setdefault(topic_id, []).append(OnTopic(document_id, passages, float(words), about))
        return found

    @cached_property
    def days(self) -> Mapping[str, dt.date]:
        """The day each document was published, without undated documents."""
        return {name: source.day for name, (source, _) in self._documents.items() if source.day is not None}

    @property
    def first_and_last_day(self) -> tuple[dt.date, dt.date]:
        """The days of the oldest and the newest document; the same fixed day if no document is dated."""
        return min(self.days.values(), default=dt.date.min), max(self.days.values(), default=dt.date.min)

    def citations(self, until: dt.date | None) -> Citations:
        """Return the citations between documents; with `until`, only those published until that day."""
        return self._citations(until)

    def _find_citations(self, until: dt.date | None) -> Citations:
        cites: dict[str, list[str]] = {}
        cited_by: dict[str, list[str]] = {}
        for one, other in self._links:
            if until is None or max(self.days.get(one, dt.date.max), self.days.get(other, dt.date.max)) <= until:
                cites.setdefault(one, []).append(other)
                cited_by.setdefault(other, []).append(one)
        return Citations(cites, cited_by)

    @cached_property
    def _links(self) -> Sequence[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._rows(_LINKS)]

    def topic(self, topic_id: str) -> Topic:
        """Return a topic by its id, or by a name that it alone has.

        Raises:
            UsageError: no topic has that id, and none or several that name.
        """
        found = self.topics.get(topic_id) or self.topic_named(topic_id)
        if found is None:
            near = sorted(name for name in self.topics if topic_id.lower()[:3] in name)[:5]
            hint = f" Did you mean {', '.join(near)}?" if near else ""
            raise UsageError(
                f"There is no topic {topic_id!r}.{hint} All of them: klog sql 'SELECT topic_id, name FROM topics', "
                "or `topics` over HTTP and MCP."
            )
        return found

    def topic_named(self, text: str) -> Topic | None:
        """Return the topic that has the text as one of its names, in any case; None for none or several."""
        spelling = " ".join(text.casefold().split())
        found = [
            one for one in self.topics.values() if spelling in {name.casefold() for name in (one.name, *one.aliases)}
        ]
        return found[0] if len(found) == 1 else None

    def topics_in(self, text: str) -> list[str]:
        """Return the topics that a text names, by the same rule as tagging."""
        return self._known(text, self._taxonomy)

    def topics_of_title(self, title: str) -> Sequence[str]:
        """Return the topics that a title names.

        Patch subjects are lower case (`drm/radeon/kms: ...`), so names in them match without capitals.
        """
        return self._topics_of_title(title)

    def _find_in_title(self, title: str) -> Sequence[str]:
        found = self.topics_in(title)
        areas = _AREAS.match(title)
        small = title if title.islower() else areas[0].replace("/", " ") if areas else ""
        return list(dict.fromkeys([*found, *self._known(small, self._without_capitals)]))

    def _known(self, text: str, taxonomy: Taxonomy) -> list[str]:
        found = {mention.entity_id for mention in find_names(text, taxonomy)}
        return [topic_id for topic_id in self.topics if topic_id in found]

    def say(self, names: Iterable[str]) -> str:
        """Return the names of the topics, joined for a sentence."""
        return ", ".join(self.topics[name].name for name in sorted(names) if name in self.topics)

    def is_process(self, name: str) -> bool:
        """Return whether a name is about how the kernel is made: reports on any subject name merge windows and stable series."""
        return name in self.topics[_PROCESS].members if _PROCESS in self.topics else False

    @cached_property
    def _taxonomy(self) -> Taxonomy:
        return taxonomy_from_rows(topics=self._aliases(str))

    @cached_property
    def _without_capitals(self) -> Taxonomy:
        return taxonomy_from_rows(topics=self._aliases(str.lower))

    def _aliases(self, spell: Callable[[str], str]) -> list[dict[str, str]]:
        topics = self.topics.values()
        return [{"topic_id": one.topic_id, "aliases": "|".join(map(spell, one.aliases))} for one in topics]

    def source(self, document_id: str) -> CitedDocument:
        """Return the document with that id."""
        return self._documents[document_id][0]

    def has_document(self, document_id: str) -> bool:
        """Return whether a document with that id exists."""
        return document_id in self._documents

    def day(self, document_id: str, *, in_months: bool = True) -> dt.date | None:
        """Return the day a document was published; None if unknown, or with `in_months` if only the year is known."""
        source, precision = self._documents[document_id]
        return None if in_months and precision == "year" else source.day

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self._connection.cursor().execute(statement).fetchall()
