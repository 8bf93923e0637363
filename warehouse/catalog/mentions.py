"""The first mention of each topic, person, project and kernel release in a document."""

from dataclasses import dataclass

from warehouse.catalog.reader import Catalog


@dataclass(frozen=True, slots=True)
class MentionPlace:
    """The first mention of a thing in a document, as a range of its text."""

    entity_type: str
    entity_id: str
    name: str
    char_start: int
    char_end: int


def read_first_mentions(reader: Catalog, document_id: str) -> tuple[MentionPlace, ...]:
    """Return the first mention of each topic, person, project and kernel release, in order; of two that overlap, the first.

    A topic goes before a project of the same name. A release that is older than the view `named` has none.
    """
    if not reader.has_table("named"):
        return ()
    rows = reader.rows(
        """
        SELECT * FROM (
            SELECT m.entity_type, m.entity_id, n.name, min(m.char_start) AS char_start, min_by(m.char_end, m.char_start) AS char_end
            FROM mentions m JOIN named n USING (entity_type, entity_id) WHERE m.document_id = $id GROUP BY ALL
        ) ORDER BY char_start, char_end DESC, entity_type <> 'topic', entity_type, entity_id
        """,
        {"id": document_id},
    )
    places: list[MentionPlace] = []
    for row in rows:
        place = MentionPlace(**row)
        if not places or place.char_start >= places[-1].char_end:
            places.append(place)
    return tuple(places)
