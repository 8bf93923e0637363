"""Timelines: of up to six topics on one axis, of a question, and what happened after something."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from search_ui import charts, dots, resources, state
from search_ui.cards import document_card
from search_ui.entries import entry_list
from search_ui.frame import name_tab, scroll_to_mark
from search_ui.resources import Archive
from search_ui.wording import clean, day_of, escaped, inside, nothing, plural
from warehouse.catalog import Choice
from warehouse.timeline import MOST_COMPARED, Bar, Timeline, Zoom

ZOOMS: Mapping[Zoom, str] = {"month": "Months", "release": "Kernel releases", "year": "Years"}
BY: Mapping[str, str] = {"topics": "Topics", "question": "A question"}
EXAMPLES: tuple[tuple[str, ...], ...] = (("xen", "kvm"), ("ext4", "btrfs"), ("android", "autogroup"))
QUESTIONS = ("Xen Dom0 support", "when did the Big Kernel Lock go away?")
ENTRIES = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """All that the address says of a timeline; `next` is what something followed on, `entry` the one looked at."""

    by: str = "topics"
    topic: tuple[str, ...] = ()
    q: str = ""
    next: str = ""
    zoom: Zoom = "month"
    after: dt.date | None = None
    before: dt.date | None = None
    entries: int = ENTRIES
    bar: str = ""
    entry: str = ""

    def values(self, **changed: object) -> dict[str, Any]:
        """What goes into the address: all that is not as it is by default."""
        usual = asdict(Asked())
        return {name: value for name, value in (asdict(self) | changed).items() if value != usual[name]}


def show(archive: Archive) -> None:
    """The whole view."""
    topics = resources.choices(archive, "topic")
    asked = _read(topics)
    if asked.next:
        _following(archive, asked)
        return
    wanted = _ask(asked, topics)
    if wanted != asked:
        state.go("timeline", replace(wanted, bar="", entry="").values())
    if asked.by == "question":
        _of_question(archive, asked)
    else:
        _of_topics(archive, asked, topics)


def _read(topics: Mapping[str, Choice]) -> Asked:
    question = state.read("q")
    return Asked(
        by=state.choose("by", BY, "topics"),
        topic=state.read_all("topic", topics, most=MOST_COMPARED),
        q=question,
        next=state.read("next"),
        zoom=state.choose("zoom", ZOOMS, "month"),
        after=state.read_day("after"),
        before=state.read_day("before"),
        entries=state.read_number("entries", 1, 100, ENTRIES),
        bar=state.read("bar"),
        entry=state.read("entry"),
    )


def _ask(asked: Asked, topics: Mapping[str, Choice]) -> Asked:
    by = st.segmented_control(
        "Timeline of", list(BY), required=True, format_func=lambda one: BY[one],
        key=state.follow("by", asked.by), label_visibility="collapsed",
    )  # fmt: skip
    if asked.by == "question":
        q = st.text_input(
            "Question", max_chars=state.LONGEST, key=state.follow("question", asked.q), type="search",
            placeholder="What happened to …", label_visibility="collapsed",
        )  # fmt: skip
        topic = asked.topic
        zoom: Zoom | None = asked.zoom
    else:
        q = asked.q
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        picked = left.multiselect(
            "Topics (up to six)",
            list(topics),
            max_selections=MOST_COMPARED,
            key=state.follow("topics", asked.topic),
            format_func=lambda one: f"{topics[one].name} ({topics[one].documents})",
            placeholder="Choose topics",
        )
        topic = tuple(picked)
        zoom = right.segmented_control(
            "Bars", list(ZOOMS), required=True, format_func=lambda one: ZOOMS[one],
            key=state.follow("zoom", asked.zoom),
        )  # fmt: skip
    with st.expander("Time and entries", key="span"):
        first, second, third = st.columns(3)
        with first:
            after = state.ask_day("From", asked.after, "tafter")
        with second:
            before = state.ask_day("To", asked.before, "tbefore")
        entries = third.number_input("Entries", 1, 100, key=state.follow("entries", asked.entries))
    return replace(
        asked, by=by or "topics", q=q or "", topic=topic, zoom=zoom or asked.zoom, after=after, before=before,
        entries=int(entries),
    )  # fmt: skip


def _of_topics(archive: Archive, asked: Asked, topics: Mapping[str, Choice]) -> None:
    if not asked.topic:
        _welcome(topics)
        return
    timelines = resources.topic_timelines(
        archive, asked.topic, zoom=asked.zoom, start=asked.after, end=asked.before, entries=asked.entries
    )
    names = [topics[topic].name for topic in asked.topic]
    name_tab("timeline", ", ".join(names))
    if not any(one.bars or one.entries for one in timelines):
        st.html(nothing("No dated text of this archive is on that, in that time."))
        return
    _draw(asked, timelines, names)
    _behind_bar(archive, asked, timelines, names)
    for timeline, name in zip(timelines, names, strict=True):
        _entries(timeline, name)


def _draw(asked: Asked, timelines: Sequence[Timeline], names: Sequence[str]) -> None:
    chosen = charts.read_bar(asked.bar)
    event = st.altair_chart(
        charts.timeline_chart(timelines, names, chosen),
        key=f"chart:{asked.values()}",
        on_select="rerun",
        selection_mode=charts.BAR,
        alt=f"Share of the text on {clean(', '.join(names))} over time, with kernel releases",
    )
    st.html(
        '<p class="hint">The height of a bar is the share of that time’s text on the topic; dashed lines are kernel '
        "releases. A click on a bar lists its documents.</p>"
    )
    clicked = charts.clicked_bar(event)
    if clicked and clicked != chosen:
        state.go("timeline", asked.values(bar=f"{clicked[0]}@{clicked[1].isoformat()}"))
    with st.expander("The bars as a list", key="bars"):
        st.html("".join(_bar_list(asked, one, name) for one, name in zip(timelines, names, strict=True)))


def _bar_list(asked: Asked, timeline: Timeline, name: str) -> str:
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


def _behind_bar(archive: Archive, asked: Asked, timelines: Sequence[Timeline], names: Sequence[str]) -> None:
    chosen = charts.read_bar(asked.bar)
    for timeline, name in zip(timelines, names, strict=True):
        for bar in timeline.bars:
            if (timeline.topic_id, bar.start) == chosen:
                close = inside("all entries", "timeline", "chip", **asked.values(bar=""))
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
        st.html(f"<h2>{escaped(name)}</h2>{notes}{nothing('No dated statement of this archive is on that.')}")
        return
    st.html(f"<h2>{escaped(name)}</h2>{notes}{entry_list(timeline.entries, chosen)}")


def _of_question(archive: Archive, asked: Asked) -> None:
    if not asked.q.strip():
        examples = "".join(f"<li>{inside(one, 'timeline', by='question', q=one)}</li>" for one in QUESTIONS)
        st.html(f'<div class="welcome"><p>Ask, and read what the archive dates.</p><ul>{examples}</ul></div>')
        return
    name_tab("timeline", asked.q)
    with st.spinner("Reading"):
        timeline = resources.question_timeline(
            archive, asked.q, start=asked.after, end=asked.before, entries=asked.entries
        )
    if timeline.bars:  # the question is a topic's name
        _draw(asked, [timeline], [timeline.title])
        _behind_bar(archive, asked, [timeline], [timeline.title])
        _entries(timeline, asked.q)
    else:
        _draw_entries(asked, timeline)
        _entries(timeline, asked.q, asked.entry)


def _following(archive: Archive, asked: Asked) -> None:
    timeline = resources.what_happened_next(archive, asked.next, limit=20)
    name_tab("timeline", f"After {timeline.title}")
    st.html(f'<p class="hint">What happened next</p><h1 class="followed">{escaped(timeline.title)}</h1>')
    if timeline.entries:
        _draw_entries(asked, timeline)
        st.html(entry_list(timeline.entries, asked.entry))
    else:
        notes = [f"<p>{escaped(note)}</p>" for note in timeline.notes]
        st.html(nothing("Nothing later in this archive is on the same matter.", *notes))


def _draw_entries(asked: Asked, timeline: Timeline) -> None:
    if not timeline.entries:
        return
    event = st.altair_chart(
        dots.entry_chart(timeline.entries, timeline.releases, asked.entry),
        key=f"dots:{asked.values()}",
        on_select="rerun",
        selection_mode=dots.DOT,
        alt=f"Where the entries on {clean(timeline.title)} lie in time, with kernel releases",
    )
    st.html(
        '<p class="hint">A dot is an entry, a ring what was expected then; dashed lines are kernel releases. '
        "A click on a dot shows its entry.</p>"
    )
    clicked = dots.clicked_dot(event)
    if clicked and clicked != asked.entry:
        state.go("timeline", asked.values(entry=clicked))
    if any(entry.event_id == asked.entry for entry in timeline.entries):
        scroll_to_mark()


def _welcome(topics: Mapping[str, Choice]) -> None:
    offered = [pair for pair in EXAMPLES if all(one in topics for one in pair)]
    most = sorted((one for one in topics.values() if one.parent_id), key=lambda one: -one.documents)[:12]
    pairs = "".join(
        f"<li>{inside(' and '.join(topics[one].name for one in pair), 'timeline', topic=pair)}</li>" for pair in offered
    )
    chips = "".join(inside(f"{one.name} {one.documents}", "timeline", "chip", topic=one.choice_id) for one in most)
    st.html(
        f'<div class="welcome"><p>Choose up to six topics: how much of the text each took, month by month, and the dated '
        f'statements on it.</p><ul>{pairs}</ul><p class="chips">{chips}</p></div>'
    )
