"""Counts and lists of what the archive holds: filter choices, coverage, pages set aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from warehouse.catalog.reader import Catalog
from warehouse.kernel_versions import version_order
from warehouse.topic_tree import MEMBERS

ChoiceOf = Literal["topic", "kernel_release", "person"]

_ITSELF = "SELECT choice_id, choice_id FROM named"


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter value and the number of documents with it; `members` are the value itself and, for a topic, those below it."""

    choice_id: str
    name: str
    documents: int
    parent_id: str | None = None
    members: tuple[str, ...] = ()


def list_choices(reader: Catalog, what: ChoiceOf) -> tuple[Choice, ...]:
    """Return topics and people by name, or releases newest first.

    Only values named in some document are returned. The count of a topic includes the topics below it. `what` is not bound: see
    `Catalog.rows`.
    """
    named, members = {
        "topic": ("SELECT topic_id AS choice_id, name, parent_id FROM topics", "SELECT * FROM members"),
        "kernel_release": (
            "SELECT version AS choice_id, version AS name, NULL AS parent_id FROM kernel_releases",
            _ITSELF,
        ),
        "person": ("SELECT person_id AS choice_id, name, NULL AS parent_id FROM people", _ITSELF),
    }[what]
    rows = reader.rows(
        f"""
        WITH RECURSIVE {MEMBERS}, named AS ({named}), stands_for(choice_id, member_id) AS ({members})
        SELECT n.choice_id, n.name, count(DISTINCT m.document_id) AS documents, n.parent_id,
            list(DISTINCT s.member_id ORDER BY s.member_id) AS members
        FROM named n JOIN stands_for s USING (choice_id)
        LEFT JOIN mentions m ON m.entity_type = '{what}' AND m.entity_id = s.member_id
        GROUP BY ALL HAVING documents > 0
        """
    )
    found = (Choice(**row | {"members": tuple(row["members"])}) for row in rows)
    choices = sorted(found, key=lambda choice: (choice.name.casefold(), choice.choice_id))
    if what == "kernel_release":
        choices.sort(key=lambda choice: version_order(choice.name), reverse=True)
    return tuple(choices)


def read_topics(reader: Catalog) -> Mapping[str, str]:
    """Return every topic's name by its id."""
    return {row["topic_id"]: row["name"] for row in reader.rows("SELECT topic_id, name FROM topics ORDER BY name")}


def count_kinds(reader: Catalog) -> Mapping[str, int]:
    """Return the number of documents by kind, largest first."""
    rows = reader.rows("SELECT kind, count(*) AS n FROM documents GROUP BY kind ORDER BY n DESC, kind")
    return {row["kind"]: row["n"] for row in rows}


def count_years(reader: Catalog) -> tuple[tuple[int | None, str, int], ...]:
    """Return (year, kind, documents) in order; the year is None for undated documents."""
    rows = reader.rows(
        "SELECT year(published_at) AS year, kind, count(*) AS n FROM documents GROUP BY ALL ORDER BY 1 NULLS LAST, 2"
    )
    return tuple((row["year"], row["kind"], row["n"]) for row in rows)


def count_known_issues(reader: Catalog) -> Mapping[str, int]:
    """Return how many issues of the column are known, found, gone and due; empty if none was asked for.

    The sample, an archive of files only, and a release of an older version asked for none.
    """
    if not reader.has_table("known_issues"):
        return {}
    row = reader.rows(
        """
        SELECT count(*) AS known, count(*) FILTER (state = 'found') AS found, count(*) FILTER (state = 'gone') AS gone,
            count(*) FILTER (state IN ('due', 'not_asked')) AS due
        FROM known_issues
        WHERE EXISTS (SELECT 1 FROM fetches WHERE found_how = 'known')
        """
    )[0]
    return row if row["known"] else {}


def read_counts(reader: Catalog) -> Mapping[str, int]:
    """Return the numbers of documents, issues, passages and so on."""
    row = reader.rows(
        """
        SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM issues) AS issues,
            (SELECT count(*) FROM passages) AS passages, (SELECT count(*) FROM links) AS links,
            (SELECT count(*) FROM links WHERE target_document_id IS NOT NULL) AS links_here,
            (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM captures) AS captures,
            (SELECT count(*) FROM set_aside) AS set_aside
        """
    )[0]
    return {name: int(number) for name, number in row.items()}


def list_set_aside(reader: Catalog, limit: int = 500) -> tuple[Mapping[str, Any], ...]:
    """Return the pages that could not be found, fetched or read: url, step, reason and detail, ordered by reason."""
    return tuple(
        reader.rows(f"SELECT url, step, reason, detail FROM set_aside ORDER BY reason, url, step LIMIT {int(limit)}")
    )


def read_quality(reader: Catalog) -> tuple[Mapping[str, Any], ...]:
    """Return the quality checks of the release, one row each, as computed by dbt."""
    return tuple(reader.rows("SELECT * FROM quality_checks ORDER BY 1"))
