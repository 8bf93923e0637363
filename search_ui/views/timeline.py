"""The timeline view: up to six topics on one axis, a question, or what happened after a passage, event or document."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from search_ui import bar_charts, entry_charts, resources, state
from search_ui.cards import document_card
from search_ui.entries import answer_card, entry_list
from search_ui.frame import name_tab
from search_ui.resources import OpenArchive
from search_ui.views.timeline_compare import show_compared
from search_ui.views.timeline_export import offer_bars, offer_entries
from search_ui.views.timeline_form import COMPARED, TimelineRequest, ask, read
from search_ui.wording import clean, day_of, enumerated, escaped, inside, nothing, plural
from warehouse.catalog import Choice
from warehouse.timeline import Bar, Timeline

EXAMPLES: tuple[tuple[str, ...], ...] = (("xen", "kvm"), ("ext4", "btrfs"), ("android", "autogroup"))
QUESTIONS = ("Xen Dom0 support", "when did the Big Kernel Lock go away?")


def show(archive: OpenArchive) -> None:
    """Draw the whole view."""
    topics = resources.choices(archive, "topic")
    asked = read(topics)
    if asked.next:
        _following(archive, asked)
        return
    ask(asked, topics, _offered(archive) if asked.by == COMPARED else ())
    if asked.by == COMPARED:
        show_compared(archive, asked)
    elif asked.by == "question":
        _of_question(archive, asked)
    else:
        _of_topics(archive, asked, topics)


def _offered(archive: OpenArchive) -> list[str]:
    """Return searches for topics, people and kernel releases, most documents first."""
    found = [
        (choice.documents, f'{operator}:"{choice.name}"' if " " in choice.name else f"{operator}:{choice.name}")
        for operator, what in resources.NAMED_BY
        for choice in resources.choices(archive, what).values()
    ]
    return [query for _, query in sorted(found, key=lambda one: -one[0])[:_MOST_OFFERED]]


_MOST_OFFERED = 600


def _of_topics(archive: OpenArchive, asked: TimelineRequest, topics: Mapping[str, Choice]) -> None:
    if not asked.topic:
        _welcome(topics)
        return
    timelines = resources.topic_timelines(
        archive, asked.topic, zoom=asked.zoom, start=asked.after, end=asked.before, entries=asked.entries
    )
    names = [topics[topic].name for topic in asked.topic]
    name_tab("timeline", ", ".join(names))
    st.html(f"<h1>{escaped(enumerated(names))} over time</h1>")
    if not any(one.bars or one.entries for one in timelines):
        st.html(nothing("No dated text on these topics in this period.", _ways_on(asked, topic=asked.topic)))
        return
    _draw(asked, timelines, names)
    _behind_bar(archive, asked, timelines, names)
    for timeline, name in zip(timelines, names, strict=True):
        _entries(timeline, name)


def _draw(asked: TimelineRequest, timelines: Sequence[Timeline], names: Sequence[str]) -> None:
    chosen = bar_charts.read_bar(asked.bar)
    chart = bar_charts.timeline_chart(timelines, names, chosen)
    event = _chart(
        asked,
        chart,
        bar_charts.BAR,
        f"Share of the text on {clean(', '.join(names))} over time, with kernel releases",
        "A bar shows the topic’s share of the text in that period. Dashed lines are kernel releases. Click a bar to list its "
        "documents.",
    )
    clicked = bar_charts.clicked_bar(event)
    if clicked and clicked != chosen:
        state.go("timeline", asked.values(bar=f"{clicked[0]}@{clicked[1].isoformat()}"))
    offer_bars(timelines, names, chart)
    with st.expander("Show the bars as a list", key="bars"):
        st.html("".join(_bar_list(asked, one, name) for one, name in zip(timelines, names, strict=True)))


def _chart(asked: TimelineRequest, chart: Any, selection: str, alt: str, hint: str) -> Any:
    """Draw a chart and return what was clicked in it. A new address draws a new chart, without a selection."""
    event = st.altair_chart(
        chart, key=f"{selection}:{asked.values()}", on_select="rerun", selection_mode=selection, alt=alt
    )
    st.html(f'<p class="hint">{hint}</p>')
    return event


def _bar_list(asked: TimelineRequest, timeline: Timeline, name: str) -> str:
    rows = "".join(
        f"<li>{inside(_span(bar), 'timeline', **asked.values(bar=f'{timeline.topic_id}@{bar.start.isoformat()}'))} "
        f"<span>{bar.share:.1%} · {plural(len(bar.documents), 'document')}</span></li>"
        for bar in timeline.bars
        if bar.documents
    )
    return f'<h3>{escaped(name)}</h3><ul class="bars">{rows}</ul>'


def _span(bar: Bar) -> str:
    if (bar.start.year, bar.start.month) == (bar.end.year, bar.end.month):
        return day_of(bar.start, "month")
    if (bar.start.month, bar.start.day, bar.end.month, bar.end.day) == (1, 1, 12, 31):
        return str(bar.start.year)
    return f"{day_of(bar.start)} to {day_of(bar.end)}"


def _behind_bar(
    archive: OpenArchive, asked: TimelineRequest, timelines: Sequence[Timeline], names: Sequence[str]
) -> None:
    chosen = bar_charts.read_bar(asked.bar)
    for timeline, name in zip(timelines, names, strict=True):
        for bar in timeline.bars:
            if (timeline.topic_id, bar.start) == chosen:
                close = inside("hide these documents", "timeline", "chip", **asked.values(bar=""))
                st.html(
                    f'<h2>{escaped(name)}, {escaped(_span(bar))}</h2><p class="hint">{bar.share:.1%} of the text · '
                    f"{plural(bar.passages, 'passage')} {close}</p>"
                )
                cards = resources.cards(archive, bar.documents)
                topics = resources.topic_names(archive)
                asked_topic = (timeline.topic_id or "",)
                st.html("".join(document_card(card, topics, asked=asked_topic) for card in cards))


def _entries(timeline: Timeline, name: str, chosen: str = "") -> None:
    notes = "".join(f'<p class="hint">{escaped(note)}</p>' for note in timeline.notes)
    if not timeline.entries:
        st.html(f"<h2>{escaped(name)}</h2>{notes}{nothing('No dated statements found.')}")
        return
    st.html(f"<h2>{escaped(name)}</h2>{notes}{entry_list(timeline.entries, chosen)}")
    offer_entries(timeline, name)


def _of_question(archive: OpenArchive, asked: TimelineRequest) -> None:
    if not asked.q.strip():
        examples = "".join(f"<li>{inside(one, 'timeline', by='question', q=one)}</li>" for one in QUESTIONS)
        st.html(
            f'<div class="welcome"><h1>Ask what happened when</h1><p>Ask a question to see the dated statements that answer it.</p><ul>{examples}</ul></div>'
        )
        return
    name_tab("timeline", asked.q)
    with st.spinner("Searching"):
        timeline = resources.question_timeline(
            archive, asked.q, start=asked.after, end=asked.before, entries=asked.entries
        )
    meant = "".join(inside(one, "timeline", "chip", **asked.values(q=one)) for one in timeline.suggestions)
    meant = f'<p class="chips">Did you mean: {meant}?</p>' if meant else ""
    st.html(f"<h1>{escaped(asked.q)}</h1>{meant}")
    if timeline.answer is not None:
        st.html(answer_card(timeline.answer))
    if timeline.bars:  # the question is a topic's name
        _draw(asked, [timeline], [timeline.title])
        _behind_bar(archive, asked, [timeline], [timeline.title])
        _entries(timeline, "What was said")
    else:
        _draw_entries(asked, timeline)
        _entries(timeline, "What was said", asked.entry)
    if not timeline.entries:
        st.html(_ways_on(asked, q=asked.q))


def _following(archive: OpenArchive, asked: TimelineRequest) -> None:
    timeline = resources.what_happened_next(archive, asked.next)
    name_tab("timeline", f"After {timeline.title}")
    st.html(f'<p class="hint">What happened next</p><h1 class="followed">{escaped(timeline.title)}</h1>')
    if timeline.entries:
        _draw_entries(asked, timeline)
        st.html(entry_list(timeline.entries, asked.entry))
        offer_entries(timeline, f"After {timeline.title}")
    else:
        st.html(nothing(timeline.notes[0], *(f"<p>{escaped(note)}</p>" for note in timeline.notes[1:])))
    st.html(_ways_on(asked, q=timeline.title))


def _ways_on(asked: TimelineRequest, **search: Any) -> str:
    """Return links out of a timeline that has come to its end: all of the time, and a search."""
    wide = (
        inside("All of the time", "timeline", **asked.values(after=None, before=None))
        if asked.after or asked.before
        else ""
    )
    return f'<p class="ways">{wide}{inside("Search for it", "search", **search)}</p>'


def _draw_entries(asked: TimelineRequest, timeline: Timeline) -> None:
    if not timeline.entries:
        return
    event = _chart(
        asked,
        entry_charts.entry_chart(timeline.entries, timeline.kernel_releases, asked.entry),
        entry_charts.DOT,
        f"Entries on {clean(timeline.title)} over time, with kernel releases",
        "A dot is an entry; a ring is an event that was still expected, a diamond what came of an expectation. Dashed lines are kernel "
        "releases. Click a dot to show its entry.",
    )
    clicked = entry_charts.clicked_dot(event)
    if clicked and clicked != asked.entry:
        state.go("timeline", asked.values(entry=clicked))


def _welcome(topics: Mapping[str, Choice]) -> None:
    offered = [pair for pair in EXAMPLES if all(one in topics for one in pair)]
    most = sorted((one for one in topics.values() if one.parent_id), key=lambda one: -one.documents)[:12]
    pairs = "".join(
        f"<li>{inside(' and '.join(topics[one].name for one in pair), 'timeline', topic=pair)}</li>" for pair in offered
    )
    chips = "".join(inside(f"{one.name} {one.documents}", "timeline", "chip", topic=one.choice_id) for one in most)
    st.html(
        f'<div class="welcome"><h1>Timelines of topics</h1><p>Choose up to six topics to see each one’s share of the text by month and the dated '
        f'statements about it.</p><ul>{pairs}</ul><p class="chips">{chips}</p></div>'
    )
