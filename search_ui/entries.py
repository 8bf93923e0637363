"""Timeline entries as HTML: a date, a sentence quoted from a document, and its citation."""

from collections.abc import Sequence

from search_ui.wording import KIND_NAMES, day_of, escaped, inside, outside, plural, span_of
from warehouse.catalog import TurningPoint
from warehouse.timeline import Answer, Entry, said_of_day
from warehouse.timeline.standalone import standing
from warehouse.timeline.telling import read_telling

# Of 30 lists over the LWN archive hardly a sentence below these told anything; log odds, but for the first.
_STANDS, _HAPPENED, _UNDERSTOOD = 0.5, -1.0, 0.0


def entry_list(entries: Sequence[Entry], chosen: str = "") -> str:
    """Return the entries as a list, in the given order, with the entry of the event `chosen` highlighted."""
    by_event = {entry.event_id: entry for entry in entries}
    return f'<ol class="entries">{"".join(_entry(entry, by_event, chosen) for entry in entries)}</ol>'


def those_that_tell(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return at most `most` of the entries, in order: outcomes, and the best of those that tell something to who reads them alone."""
    told = [one for one in entries if one.outcome_of or _tells(one)]
    best = sorted(told, key=lambda one: (one.outcome_of is None, -one.score))[:most]
    return [one for one in told if one in best]


def _tells(entry: Entry) -> bool:
    telling = read_telling(entry.text)
    return (
        standing(entry.text, entry.title) >= _STANDS
        and telling.happened >= _HAPPENED
        and telling.self_contained >= _UNDERSTOOD
    )


def tense_mark(entry: Entry | TurningPoint) -> str:
    """Return what stands below the day of a sentence: whose day it is, or that the event was expected; empty for most."""
    return _mark(said_of_day(reported=entry.reported, published_at=entry.published_at, tense=entry.tense))


def _mark(said: str) -> str:
    return f'<span class="tense">{said}</span>' if said else ""


def answer_card(answer: Answer) -> str:
    """Return the answer to a question about when: days, kernel release, sentence and source."""
    release = f", Linux {answer.kernel_release}" if answer.kernel_release else ""
    when = escaped(span_of(answer.date, answer.date_end, answer.precision) + release) + _mark(answer.whose_day)
    if answer.entry is None:
        return f'<div class="answer"><p class="when">{when}</p><p class="cited">{escaped(answer.source)}</p></div>'
    entry = answer.entry
    source = inside(entry.title, "document", id=entry.document_id, passage=entry.passage_id)
    return f"""<div class="answer"><p class="when">{when}</p><p class="sentence">{escaped(entry.text)}</p>
<p class="cited">{source} <span>{escaped(day_of(entry.published_at))}</span> {outside(entry.url, "Original")}</p></div>"""


def _entry(entry: Entry, by_event: dict[str, Entry], chosen: str) -> str:
    here = ' class="here"' if entry.event_id == chosen else ""
    mark = tense_mark(entry)
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
    return f"""<li{here}><p class="when">{escaped(span_of(entry.date, entry.date_end, entry.precision))}{mark}</p>
<div class="what"><p class="sentence">{context}{escaped(entry.text)}</p>{outcome}
<p class="cited"><span class="kind">{escaped(KIND_NAMES.get(entry.kind, entry.kind))}</span>{source}
<span>{escaped(day_of(entry.published_at))}</span></p>{also}
<p class="ways">{outside(entry.url, "Original")}{outside(entry.memento_url, "Capture") if entry.memento_url else ""}
{inside("What happened next", "timeline", next=entry.event_id)}</p></div></li>"""
