"""Timeline entries as HTML: a date, a sentence quoted from a document, and its citation."""

from collections.abc import Sequence

from search_ui.wording import KIND_NAMES, day_of, escaped, inside, outside, plural, span_of
from warehouse.timeline import Answer, Entry

TENSES = {"expected": "expected at the time"}


def entry_list(entries: Sequence[Entry], chosen: str = "") -> str:
    """Return the entries as a list, in the given order, with the entry of the event `chosen` highlighted."""
    by_event = {entry.event_id: entry for entry in entries}
    return f'<ol class="entries">{"".join(_entry(entry, by_event, chosen) for entry in entries)}</ol>'


def answer_card(answer: Answer) -> str:
    """Return the answer to a question about when: days, kernel release, sentence and source."""
    release = f", Linux {answer.kernel_release}" if answer.kernel_release else ""
    when = escaped(span_of(answer.date, answer.date_end, answer.precision) + release)
    if answer.entry is None:
        return f'<div class="answer"><p class="when">{when}</p><p class="cited">{escaped(answer.source)}</p></div>'
    entry = answer.entry
    source = inside(entry.title, "document", id=entry.document_id, passage=entry.passage_id)
    return f"""<div class="answer"><p class="when">{when}</p><p class="sentence">{escaped(entry.text)}</p>
<p class="cited">{source} <span>{escaped(day_of(entry.published_at))}</span> {outside(entry.url, "Original")}</p></div>"""


def _entry(entry: Entry, by_event: dict[str, Entry], chosen: str) -> str:
    here = ' class="here"' if entry.event_id == chosen else ""
    expected = f'<span class="tense">{TENSES[entry.tense]}</span>' if entry.tense in TENSES else ""
    outcome = ""
    if entry.outcome_of:
        asked = by_event.get(entry.outcome_of)
        of = f": “{escaped(asked.text)}”" if asked else ""
        outcome = f'<p class="outcome">The outcome of what was expected{of}</p>'
    context = f'<span class="context">{escaped(entry.context)}</span> ' if entry.context else ""
    also = "".join(f"<li>{inside(source.title, 'document', id=source.document_id)}</li>" for source in entry.sources)
    if also:
        more = plural(len(entry.sources), "more source")
        also = f'<details class="also"><summary>{more}</summary><ul>{also}</ul></details>'
    source = inside(entry.title, "document", id=entry.document_id, passage=entry.passage_id)
    return f"""<li{here}><p class="when">{escaped(span_of(entry.date, entry.date_end, entry.precision))}{expected}</p>
<div class="what"><p class="sentence">{context}{escaped(entry.text)}</p>{outcome}
<p class="cited"><span class="kind">{escaped(KIND_NAMES.get(entry.kind, entry.kind))}</span>{source}
<span>{escaped(day_of(entry.published_at))}</span></p>{also}
<p class="ways">{outside(entry.url, "Original")}{outside(entry.memento_url, "Capture") if entry.memento_url else ""}
{inside("What happened next", "timeline", next=entry.event_id)}</p></div></li>"""
