"""Entries: chosen statements with their citation."""

from warehouse.timeline.records import Entry, FurtherSource
from warehouse.timeline.topic_choice import Chosen


def as_entry(
    chosen: Chosen,
    outcome_of: str | None = None,
    *,
    context: str | None = None,
    sources: tuple[FurtherSource, ...] = (),
) -> Entry:
    """Return a chosen statement with its citation."""
    statement, source = chosen.statement, chosen.source
    return Entry(
        event_id=statement.event_id,
        date=statement.date,
        date_end=statement.date_end,
        precision=statement.precision,
        tense=statement.tense,
        text=statement.text,
        document_id=statement.document_id,
        passage_id=statement.passage_id,
        char_start=statement.char_start,
        char_end=statement.char_end,
        title=source.title,
        kind=source.kind,
        url=source.url,
        memento_url=source.memento_url,
        published_at=source.published_at,
        score=chosen.score,
        outcome_of=outcome_of,
        context=context,
        sources=sources,
        reported=not statement.explicit,
    )
