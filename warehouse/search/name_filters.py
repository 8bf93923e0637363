"""Resolves names in filters: "Linus Torvalds", Tytso or ext4 become ids of people and topics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from warehouse.accents import folded
from warehouse.records import Filters
from warehouse.search.index_reader import SearchIndex

MOST_NAMED = 8  # of the people who share a name


class NameReader:
    """Resolves the names of one release."""

    def __init__(self, tables: SearchIndex) -> None:
        self._tables = tables

    def read(self, filters: Filters) -> Filters:
        """Return the filters with ids in place of names; an unknown name is kept and matches nothing."""
        return replace(
            filters,
            topics=_each(filters.topics, self._topics),
            people=tuple(id_ for one in filters.people for id_ in self._people_called(one)),
            versions=tuple(_version(one, self._tables.named["versions"]) for one in filters.versions),
        )

    def notes(self, filters: Filters) -> tuple[str, ...]:
        """Return a sentence for each topic that is asked for by another of its names, and for a name of several people."""
        topics, people = self._tables.names["topics"], self._tables.names["people"]
        names = dict(zip(topics["topic_id"], topics["name"], strict=True))
        found = {one: self._topics.get(folded(one), ()) for one in filters.topics}
        other_names = [
            f"{one!r} is one of the names of the topic {' and of '.join(names[id_] for id_ in ids)}."
            for one, ids in found.items()
            if ids and folded(one) not in {folded(name) for id_ in ids for name in (id_, names[id_])}
        ]
        full = dict(zip(people["person_id"], people["name"], strict=True))
        called = {one: self._people_called(one) for one in filters.people}
        shared_names = [
            f"{one!r} is any of {len(ids)} people: {_listed([full[id_] for id_ in ids])}."
            for one, ids in called.items()
            if len(ids) > 1
        ]
        return (*other_names, *shared_names)

    def _people_called(self, name: str) -> Sequence[str]:
        """Return the people with that id, name or alias, or else those whose names contain all the words."""
        if found := self._people.get(folded(name)):
            return found
        words = set(folded(name).split())
        columns = self._tables.names["people"]
        having = [
            id_
            for id_, full in zip(columns["person_id"], columns["name"], strict=True)
            if words <= set(folded(full).split())
        ]
        return having or (name,)

    @cached_property
    def _topics(self) -> Mapping[str, tuple[str, ...]]:
        columns = self._tables.names["topics"]
        return _called(columns["topic_id"], columns["name"], columns["aliases"])

    @cached_property
    def _people(self) -> Mapping[str, tuple[str, ...]]:
        columns = self._tables.names["people"]
        return _called(columns["person_id"], columns["name"], columns["aliases"])


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _called(ids: Iterable[str], names: Iterable[str], aliases: Iterable[Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return the ids that each name means: an id means itself; ids take precedence over names, names over aliases."""
    rows = list(zip(ids, names, aliases, strict=True))
    found: dict[str, tuple[str, ...]] = {}
    for spelling, id_ in (*((alias, id_) for id_, _, others in rows for alias in others or ()),):
        found[folded(spelling)] = (*found.get(folded(spelling), ()), id_)
    found |= {folded(name): (id_,) for id_, name, _ in rows}
    found |= {folded(id_): (id_,) for id_, _, _ in rows}
    return {spelling: tuple(dict.fromkeys(ids)) for spelling, ids in found.items()}


def _each(names: Iterable[str], called: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(id_ for one in names for id_ in called.get(folded(one), (one,)))


def _version(name: str, known: Mapping[str, object]) -> str:
    """Return the version as the archive writes it: `v2.6.30` and `Linux 2.6.30` become 2.6.30."""
    if name in known:
        return name
    bare = name.lower().removeprefix("linux").strip().removeprefix("v")
    return bare if bare in known else name
