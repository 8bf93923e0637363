"""What the page of a kernel release shows besides: its day, its neighbours, the articles on it, and what was merged by area."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from search_ui.lists import entity_link
from search_ui.wording import LANGUAGE_NAMES, day_of, escaped, inside, outside
from warehouse.catalog import Merged, Part, ReleaseFacts


def release_head(facts: ReleaseFacts) -> str:
    """Return the day of a release, its candidates and updates, and the releases before and after it."""
    day = (
        f"Released {escaped(day_of(facts.released_on))}" if facts.released_on else "The day of its release is not known"
    )
    source = f" ({outside(facts.source, 'source')})" if facts.released_on and facts.source else ""
    base = f" · of {_link(facts.base)}" if facts.base else ""
    around = [
        inside(f"{name}: {version}", "release", id=version)
        for name, version in (("Previous", facts.previous), ("Next", facts.next))
        if version
    ]
    steps = f'<nav class="pages" aria-label="Kernel releases">{"".join(around)}</nav>' if around else ""
    return (
        f'<div class="release"><p>{day}{source}{base}</p>{_derived("Candidates", facts.candidates)}'
        f"{_derived('Stable updates', facts.updates)}{steps}</div>"
    )


def release_facts(facts: ReleaseFacts) -> str:
    """Return the articles on what is coming and what is new, in order, and what was merged by area."""
    parts = "".join(_part(one) for one in facts.parts)
    missing = [f"Part {number}" for number in facts.missing]
    gaps = f'<p class="note">Not in this archive: {escaped(", ".join(missing))} of “Coming in”.</p>' if missing else ""
    articles = f"<h2>Coming in and what’s new</h2>{parts}{gaps}" if parts else ""
    merged = "".join(_area(area, [*found]) for area, found in groupby(facts.merged, lambda one: one.area))
    return articles + (f'<h2>Merged, by area</h2><div class="areas">{merged}</div>' if merged else "")


def _link(version: str) -> str:
    return entity_link("kernel_release", version, version)


def _derived(name: str, versions: Sequence[tuple[str, dt.date | None]]) -> str:
    links = ", ".join(_link(version) + (f" ({escaped(day_of(day))})" if day else "") for version, day in versions)
    return f'<p class="hint">{name}: {links}</p>' if links else ""


def _part(one: Part) -> str:
    language = (
        "" if one.language == "en" else f" <span>{escaped(LANGUAGE_NAMES.get(one.language, one.language))}</span>"
    )
    sections = "".join(
        f"<li>{inside(heading, 'document', id=one.document_id, passage=passage)} <span>{escaped(first)}</span></li>"
        for heading, first, passage in one.sections
    )
    number = f"Part {one.part}: " if one.part else ""
    return (
        f'<div class="part"><h3>{number}{inside(one.title, "document", id=one.document_id)}</h3>'
        f'<p class="hint">{escaped(one.series)}, {escaped(day_of(one.published_at))}{language}</p><ul>{sections}</ul></div>'
    )


def _area(area: str, merged: Sequence[Merged]) -> str:
    lines = "".join(
        f"<li>{escaped(one.sentence)} <span>{inside(one.title, 'document', id=one.document_id, passage=one.passage_id)}, "
        f"{escaped(day_of(one.published_at))}</span></li>"
        for one in merged
    )
    return f"<div><h3>{escaped(area)}</h3><ul>{lines}</ul></div>"
