"""The search form: reads a request from the address and shows the widgets that change it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from search_ui import resources, state
from search_ui.resources import OpenArchive
from search_ui.wording import KIND_NAMES, address_of, day_of, escaped, inside
from warehouse.catalog import Choice
from warehouse.records import KINDS, DatesAsked, Filters
from warehouse.search.query_syntax import list_operators

MODES: Mapping[str, str] = {"hybrid": "Words and meaning", "keyword": "Words", "meaning": "Meaning"}
BOX, PLACEHOLDER = "Search the archive", "A question, a name, an identifier, a commit"
ORDERS: Mapping[str, str] = {"relevance": "Relevance", "newest": "Newest first", "oldest": "Oldest first"}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search request as read from the address."""

    q: str = ""
    mode: str = "hybrid"
    order: str = "relevance"
    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    site: tuple[str, ...] = ()
    lang: tuple[str, ...] = ()
    after: dt.date | None = None
    before: dt.date | None = None
    plain: bool = False
    cited: bool = False
    undated: bool = False
    like: str = ""
    page: int = 1

    @property
    def filters(self) -> Filters:
        """The filters as the search takes them."""
        return Filters(
            self.kind, self.topic, self.version, self.person, self.after, self.before,
            authors=self.author, sites=self.site, languages=self.lang,
        )  # fmt: skip

    def values(self, **changed: object) -> dict[str, Any]:
        """Return the parameters for the address: every value that differs from its default."""
        usual = asdict(SearchRequest())
        written = {name: value for name, value in (asdict(self) | changed).items() if value != usual[name]}
        return {name: "1" if value is True else value for name, value in written.items()}


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that the filters offer, by id; a list is read when it is first needed."""

    archive: OpenArchive

    @property
    def topic(self) -> Mapping[str, Choice]:
        """Topics."""
        return resources.choices(self.archive, "topic")

    @property
    def kernel_release(self) -> Mapping[str, Choice]:
        """Kernel releases, newest first."""
        return resources.choices(self.archive, "kernel_release")

    @property
    def person(self) -> Mapping[str, Choice]:
        """People."""
        return resources.choices(self.archive, "person")


def read(choices: Choices) -> SearchRequest:
    """Return the request in the address, without unknown topics, releases and people."""
    return SearchRequest(
        q=state.read("q"),
        mode=state.choose("mode", MODES, "hybrid"),
        order=state.choose("order", ORDERS, "relevance"),
        kind=state.read_all("kind", KINDS),
        topic=state.read_all("topic", choices.topic),
        version=state.read_all("version", choices.kernel_release),
        person=state.read_all("person", choices.person),
        author=state.read_any("author"),
        site=state.read_any("site"),
        lang=state.read_any("lang"),
        after=state.read_day("after"),
        before=state.read_day("before"),
        plain=state.read("plain") == "1",
        cited=state.read("cited") == "1",
        undated=state.read("undated") == "1",
        like=state.read("like"),
        page=state.read_number("page", 1, 10_000, 1),
    )


def count_filters(asked: SearchRequest) -> int:
    """Return how many filters are set."""
    return sum(bool(getattr(asked, name)) for name in (*_PICKED, "author", "site", "lang", "after", "before"))


def ask(asked: SearchRequest, choices: Choices) -> None:
    """Show the widgets. A change writes the address before the script runs, so that the results are drawn once."""
    submit = partial(_submit, asked)
    st.text_input(
        BOX,
        max_chars=state.LONGEST,
        key=state.follow("q", asked.q),
        type="search",
        placeholder=PLACEHOLDER,
        label_visibility="collapsed",
        on_change=submit,
    )
    chosen = count_filters(asked)
    shown = st.expander(f"Filters ({chosen})" if chosen else "Filters", key="filters", on_change="rerun")
    if shown.open:  # drawn when opened: lists of thousands of people would be sent and drawn at every search
        with shown:
            _filter(asked, choices, submit)


_PICKED = ("kind", "topic", "version", "person")
_WIDGETS = ("q", "mode", "plain", "cited", "after", "before", *_PICKED)


def _submit(asked: SearchRequest) -> None:
    """Write the request that the widgets describe to the address."""
    drawn = _WIDGETS if st.session_state.get("filters") else ("q",)
    changed = {name: st.session_state[name] for name in drawn if name in st.session_state}
    changed |= {name: tuple(changed[name]) for name in _PICKED if name in changed}
    changed["mode"] = changed.get("mode") or asked.mode
    state.write("search", replace(asked, **changed, like="", page=1).values())


def _filter(asked: SearchRequest, choices: Choices, submit: state.Submit) -> None:
    first, second, third = st.columns(3)
    with first:
        _pick("Kind", {kind: Choice(kind, KIND_NAMES[kind], 0) for kind in KINDS}, asked.kind, "kind", submit)
        state.ask_day("From", asked.after, "after", submit)
    with second:
        _pick("Topic", choices.topic, asked.topic, "topic", submit)
        state.ask_day("To", asked.before, "before", submit)
    with third:
        _pick("Kernel release", choices.kernel_release, asked.version, "version", submit)
        _pick("Person", choices.person, asked.person, "person", submit)
    with st.container(horizontal=True, vertical_alignment="center"):
        state.ask_one("Search by", MODES, asked.mode, "mode", submit)
        st.toggle(
            "Ignore operators",
            key=state.follow("plain", asked.plain),
            on_change=submit,
            help='When off, you can use: "two words", -word, xen OR kvm, kern*, title:word, kind:mail, topic:ext4, '
            'version:2.6.30, person:"Linus Torvalds", author:corbet, site:lwn.net, lang:en, before:2009, after:2009-03, in:2009.',
        )
        st.toggle(
            "Search citing text too",
            key=state.follow("cited", asked.cited),
            on_change=submit,
            help="Also match a document by the words other documents use to cite it.",
        )


def _pick(label: str, choices: Mapping[str, Choice], chosen: tuple[str, ...], name: str, submit: state.Submit) -> None:
    def named(one: str) -> str:
        choice = choices[one]
        return f"{choice.name} ({choice.documents})" if choice.documents else choice.name

    st.multiselect(
        label, list(choices), format_func=named, key=state.follow(name, chosen), placeholder="Any", on_change=submit
    )


def chosen_filters(asked: SearchRequest, choices: Choices) -> str:
    """Return the active filters as links, each to the same search without it; operators typed in the query too."""
    chips = [
        _chip(_name_of(name, one, choices), asked.values(**{name: _without(asked, name, one)}, page=1))
        for name in (*_PICKED, "author", "site", "lang")
        for one in getattr(asked, name)
    ]
    chips += [_chip(said, asked.values(**dict.fromkeys(names), page=1)) for said, names in _days(asked)]
    if not asked.plain:
        chips += [_chip(typed, asked.values(q=rest, page=1)) for typed, rest in list_operators(asked.q)]
    return f'<p class="chips chosen">{"".join(chips)}</p>' if chips else ""


def _days(asked: SearchRequest) -> list[tuple[str, tuple[str, ...]]]:
    """Return the days chosen as they are said, with the parameters that hold them: a whole year or month is one choice."""
    first, last = asked.after, asked.before
    if first and last and first.day == 1 and (last + dt.timedelta(1)).day == 1:
        if (first.month, last) == (1, dt.date(first.year, 12, 31)):
            return [(str(first.year), ("after", "before"))]
        if (first.year, first.month) == (last.year, last.month):
            return [(day_of(first, "month"), ("after", "before"))]
    ends = (("after", "from", first), ("before", "to", last))
    return [(f"{said} {day}", (name,)) for name, said, day in ends if day]


def _chip(said: str, address: Mapping[str, Any]) -> str:
    href = escaped(address_of("search", **address))
    return f'<a class="chip" href="{href}" aria-label="Remove {escaped(said)}">{escaped(said)} ×</a>'


def _name_of(name: str, one: str, choices: Choices) -> str:
    if name == "kind":
        return KIND_NAMES.get(one, one)
    if name in ("topic", "person"):
        known = choices.topic if name == "topic" else choices.person
        return known[one].name if one in known else one
    return one


def orders(asked: SearchRequest) -> str:
    """Return the orders as links, the current one as text."""
    links = (
        f'<span aria-current="true">{said}</span>'
        if order == asked.order
        else inside(said, "search", **asked.values(order=order, page=1))
        for order, said in ORDERS.items()
    )
    return f'<nav class="orders" aria-label="Order">{"".join(links)}</nav>'


def dates_asked(asked: SearchRequest, dates: DatesAsked | None) -> str:
    """Return the dates found in the query as links: to ignore them, to turn them into a filter, or to use them again."""
    if asked.undated:
        again = "Use the dates in the query for ranking"
        return f'<p class="chips">{inside(again, "search", "chip", **asked.values(undated=False))}</p>'
    if dates is None:
        return ""
    first = ORDERS[dates.order].lower() if dates.order else f"{dates.surface} first"
    off = inside(f"{first} ×", "search", "chip", **asked.values(undated=True, page=1))
    if dates.order:
        every = inside(
            f"all, {ORDERS[dates.order].lower()}", "search", "chip", **asked.values(order=dates.order, page=1)
        )
        return f'<p class="chips">{off}{every}</p>'
    cut = asked.values(after=dates.first, before=dates.last, page=1)
    only = "" if asked.after or asked.before else inside(f"only {dates.surface}", "search", "chip", **cut)
    return f'<p class="chips">{off}{only}</p>'


def _without(asked: SearchRequest, name: str, one: str) -> tuple[str, ...]:
    return tuple(other for other in getattr(asked, name) if other != one)
