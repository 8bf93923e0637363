"""The names the archive knows, as a table that finds them in a text by their first word."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from warehouse.errors import SettingError
from warehouse.records import EntityType

WORD = re.compile(r"\w+")
_HYPHENED = re.compile(r"\w+(?:-\w+)+")
_KERNEL_NAMES = {"linux", "kernel", "linux-next", "next"}  # their version numbers are the kernel's
_FEW_LETTERS = 4  # a plural s on shorter names would make other words (arms, mirs)


@dataclass(frozen=True, slots=True)
class Alias:
    """One spelling of a name; a spelling with a capital letter matches only exactly as written."""

    entity_type: EntityType
    entity_id: str
    spelling: str


@dataclass(frozen=True)
class AliasGroup:
    """The aliases of one type with the same first word, longest first, as one pattern.

    `pattern` is matched `offset` characters before that word; group n of it is `aliases[n - 1]`.
    """

    entity_type: EntityType
    offset: int
    aliases: tuple[Alias, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, compiled when a text has the first word: all of them together take most of a second."""
        return re.compile("|".join(f"({_alias_pattern(alias)})" for alias in self.aliases))


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Names by the lower-case first word of their spelling; `programs` are the last words of the projects, in lower case."""

    entries: Mapping[str, tuple[AliasGroup, ...]]
    programs: frozenset[str]


def load_taxonomy(folder: Path) -> Taxonomy:
    """Return the taxonomy of a folder of seeds (`seed_topics.csv`, `seed_people.csv`, `seed_projects.csv`).

    Raises:
        SettingError: a file or one of its columns is missing.
    """
    return taxonomy_from_rows(
        topics=_read_rows(folder / "seed_topics.csv"),
        people=_read_rows(folder / "seed_people.csv"),
        projects=_read_rows(folder / "seed_projects.csv"),
    )


def taxonomy_from_rows(
    *,
    topics: Iterable[Mapping[str, str]] = (),
    people: Iterable[Mapping[str, str]] = (),
    projects: Iterable[Mapping[str, str]] = (),
) -> Taxonomy:
    """Return the taxonomy of the seeds' rows; the `aliases` of a row are separated by `|`.

    The `name` of a person or a project is an alias too; the name of a topic is a heading and is not.

    Raises:
        SettingError: a row lacks a column.
    """
    try:
        aliases = [
            *(alias for row in topics for alias in _spellings("topic", row["topic_id"], row["aliases"])),
            *(a for row in people for a in _spellings("person", row["person_id"], row["name"], row["aliases"])),
            *(a for row in projects for a in _spellings("project", row["project_id"], row["name"], row["aliases"])),
        ]
    except KeyError as missing:
        raise SettingError(f"a taxonomy seed has no column {missing}; expected *_id, name and aliases") from missing
    programs = {a.spelling.split()[-1].lower() for a in aliases if a.entity_type == "project"}
    return Taxonomy(_entries(aliases), frozenset(programs - _KERNEL_NAMES))


def _read_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except FileNotFoundError as missing:
        raise SettingError(f"the taxonomy seed {path} is missing; expected it beside the other seeds") from missing


def _spellings(entity_type: EntityType, entity_id: str, *fields: str) -> Iterator[Alias]:
    seen = set()
    for spelling in (part.strip() for text in fields for part in text.split("|")):
        if spelling not in seen and WORD.search(spelling):
            seen.add(spelling)
            yield Alias(entity_type, entity_id, spelling)


def _entries(aliases: Iterable[Alias]) -> dict[str, tuple[AliasGroup, ...]]:
    grouped: dict[str, dict[tuple[EntityType, int], list[Alias]]] = defaultdict(lambda: defaultdict(list))
    for alias in aliases:
        first = WORD.search(alias.spelling)
        assert first is not None
        starts = {first[0].lower()}
        if _has_plural(alias):
            starts.add(first[0].lower() + "s")
        if hyphened := _HYPHENED.match(alias.spelling, first.start()):
            starts.add(hyphened[0].lower().replace("-", "_"))
        for word in starts:
            grouped[word][alias.entity_type, first.start()].append(alias)
    return {
        word: tuple(_entry(entity_type, offset, group) for (entity_type, offset), group in groups.items())
        for word, groups in grouped.items()
    }


def _entry(entity_type: EntityType, offset: int, group: list[Alias]) -> AliasGroup:
    return AliasGroup(entity_type, offset, tuple(sorted(group, key=lambda alias: -len(alias.spelling))))


def _alias_pattern(alias: Alias) -> str:
    """Return a pattern for an alias: spaces and hyphens match each other and line ends, an apostrophe matches any other.

    A hyphen also matches an underscore, as in the names of modules (vhost-net, vhost_net).
    """
    spelling = alias.spelling
    parts = re.split(r"(\s+|(?<=\w)-(?=\w))", spelling)
    words = [re.escape(word).replace("'", "['’`´]") for word in parts[::2]]
    gaps = [r"(?:\s{1,3}|-\s?|_)" if gap == "-" else r"(?:\s{1,3}|-\s?)" for gap in parts[1::2]]
    start = r"(?<!\w)(?<!\w\.)" if re.match(r"\w", spelling) else r"(?<!\w)"
    end = r"(?!\w|\.\w)" if re.search(r"\w$", spelling) else ""
    body = words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=True))
    body += "s?" if _has_plural(alias) else ""
    return start + (f"(?i:{body})" if spelling == spelling.lower() else body) + end


def _has_plural(alias: Alias) -> bool:
    spelling = alias.spelling
    return (
        alias.entity_type == "topic"
        and len(spelling) >= _FEW_LETTERS
        and spelling == spelling.lower()
        and spelling[-1].isalpha()
        and spelling[-1] != "s"
    )
