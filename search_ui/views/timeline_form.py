"""The timeline form: reads a request from the address and shows the widgets that change it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from search_ui import state
from warehouse.catalog import Choice
from warehouse.timeline import MOST_COMPARED, Zoom

ZOOMS: Mapping[Zoom, str] = {"month": "Months", "release": "Kernel releases", "year": "Years"}
COMPARED = "anything"
BY: Mapping[str, str] = {"topics": "Topics", COMPARED: "Anything", "question": "Question"}
ENTRIES = 10


@dataclass(frozen=True, slots=True)
class TimelineRequest:
    """A timeline request as read from the address.

    `of` are searches to compare, by `share` or number of documents; `next` is the starting point of "what happened next"; `bar` and `entry` are the bar and the entry that were clicked.
    """

    by: str = "topics"
    topic: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    share: bool = False
    q: str = ""
    next: str = ""
    zoom: Zoom = "month"
    after: dt.date | None = None
    before: dt.date | None = None
    entries: int = ENTRIES
    bar: str = ""
    entry: str = ""

    def values(self, **changed: object) -> dict[str, Any]:
        """Return the parameters for the address: every value that differs from its default."""
        usual = asdict(TimelineRequest())
        written = {name: value for name, value in (asdict(self) | changed).items() if value != usual[name]}
        return {name: "1" if value is True else value for name, value in written.items()}


def read(topics: Mapping[str, Choice]) -> TimelineRequest:
    """Return the request in the address, without topics that are not in the archive."""
    question = state.read("q")
    return TimelineRequest(
        by=state.choose("by", BY, "topics"),
        topic=state.read_all("topic", topics, most=MOST_COMPARED),
        of=state.read_any("of", most=MOST_COMPARED),
        share=state.read("share") == "1",
        q=question,
        next=state.read("next"),
        zoom=state.choose("zoom", ZOOMS, "month"),
        after=state.read_day("after"),
        before=state.read_day("before"),
        entries=state.read_number("entries", 1, 100, ENTRIES),
        bar=state.read("bar"),
        entry=state.read("entry"),
    )


def ask(asked: TimelineRequest, topics: Mapping[str, Choice], offered: Sequence[str] = ()) -> None:
    """Show the widgets. A change writes the address before the script runs, so that the timeline is drawn once.

    `offered` are searches to choose from where anything can be compared; others can be typed.
    """
    submit = partial(_submit, asked)
    state.ask_one("Timeline of", BY, asked.by, "by", submit)
    if asked.by == "question":
        st.text_input(
            "Question", max_chars=state.LONGEST, key=state.follow("question", asked.q), type="search",
            placeholder="What happened to …", label_visibility="collapsed", on_change=submit,
        )  # fmt: skip
    elif asked.by == COMPARED:
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        left.multiselect(
            "Topics, people, kernel releases, words or questions (up to six)",
            list(dict.fromkeys((*asked.of, *offered))),
            max_selections=MOST_COMPARED,
            key=state.follow("of", asked.of),
            placeholder="Choose or type",
            accept_new_options=True,
            on_change=submit,
        )
        with right:
            state.ask_one(
                "Bars",
                {"month": "Months", "year": "Years"},
                "year" if asked.zoom == "year" else "month",
                "zoom",
                submit,
                labelled=True,
            )
    else:
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        left.multiselect(
            "Topics (up to six)",
            list(topics),
            max_selections=MOST_COMPARED,
            key=state.follow("topics", asked.topic),
            format_func=lambda one: f"{topics[one].name} ({topics[one].documents})",
            placeholder="Choose topics",
            on_change=submit,
        )
        with right:
            state.ask_one("Bars", ZOOMS, asked.zoom, "zoom", submit, labelled=True)
    with st.expander("Period and number of entries", key="span"):
        first, second, third = st.columns(3)
        with first:
            state.ask_day("From", asked.after, "tafter", submit)
        with second:
            state.ask_day("To", asked.before, "tbefore", submit)
        third.number_input("Entries", 1, 100, key=state.follow("entries", asked.entries), on_change=submit)


_FIELDS = {
    "by": "by",
    "question": "q",
    "topics": "topic",
    "zoom": "zoom",
    "tafter": "after",
    "tbefore": "before",
    "entries": "entries",
}


def _submit(asked: TimelineRequest) -> None:
    """Write the request that the widgets describe to the address."""
    changed = {field: st.session_state[name] for name, field in _FIELDS.items() if name in st.session_state}
    for name in ("topic", "of"):
        if name in changed:
            changed[name] = tuple(changed[name])
    kept = {name: value for name, value in changed.items() if value is not None or name in ("after", "before")}
    state.write("timeline", replace(asked, **kept, bar="", entry="").values())
