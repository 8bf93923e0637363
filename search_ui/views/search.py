"""Search: a question, filters, and documents with the reason why each is there."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import streamlit as st

from search_ui import resources, state
from search_ui.cards import document_card, hit_card
from search_ui.resources import Archive
from search_ui.wording import KIND_NAMES, escaped, inside, nothing, plural
from warehouse.catalog import Choice
from warehouse.records import KINDS, Filters, Hit

PAGE = 10  # results on a page
MOST = 100  # results of a query: who looks further asks more narrowly
MODES: Mapping[str, str] = {"hybrid": "Words and meaning", "keyword": "Words", "meaning": "Meaning"}
ORDERS: Mapping[str, str] = {"relevance": "Best first", "newest": "Newest first", "oldest": "Oldest first"}
EXAMPLES = (
    "why was Xen slow to get into the kernel?",
    "which file system is right for an SSD",
    "what came of the Big Kernel Lock",
    "CONFIG_KSM",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """All that the address says of a search."""

    q: str = ""
    mode: str = "hybrid"
    order: str = "relevance"
    kind: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    after: dt.date | None = None
    before: dt.date | None = None
    syntax: bool = False
    alone: bool = False
    page: int = 1

    @property
    def filters(self) -> Filters:
        """The same as search takes them."""
        return Filters(self.kind, self.topic, self.version, self.person, self.after, self.before)

    def values(self, **changed: object) -> dict[str, object]:
        """What goes into the address: all that is not as it is by default."""
        usual = asdict(Asked())
        written = {name: value for name, value in (asdict(self) | changed).items() if value != usual[name]}
        return {name: "1" if value is True else value for name, value in written.items()}


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters offer, by id."""

    topic: Mapping[str, Choice]
    release: Mapping[str, Choice]
    person: Mapping[str, Choice]


def show(archive: Archive) -> None:
    """The whole view."""
    choices = Choices(*(resources.choices(archive, what) for what in ("topic", "release", "person")))
    asked = _read(choices)
    wanted = _ask(asked, choices)
    if wanted != asked:
        state.go("search", replace(wanted, page=1).values())
    if asked.q.strip():
        _results(archive, asked)
    elif asked.filters != Filters():
        _browse(archive, asked)
    else:
        _welcome(archive)


def _read(choices: Choices) -> Asked:
    return Asked(
        q=state.read("q"),
        mode=state.choose("mode", MODES, "hybrid"),
        order=state.choose("order", ORDERS, "relevance"),
        kind=state.read_all("kind", KINDS),
        topic=state.read_all("topic", choices.topic),
        version=state.read_all("version", choices.release),
        person=state.read_all("person", choices.person),
        after=state.read_day("after"),
        before=state.read_day("before"),
        syntax=state.read("syntax") == "1",
        alone=state.read("alone") == "1",
        page=state.read_number("page", 1, 10_000, 1),
    )


def _ask(asked: Asked, choices: Choices) -> Asked:
    q = st.text_input(
        "Search the archive",
        asked.q,
        max_chars=state.LONGEST,
        key=f"q:{asked.q}",
        type="search",
        placeholder="A question, a name, an identifier, a commit",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        mode = st.segmented_control(
            "Search by",
            list(MODES),
            default=asked.mode,
            required=True,
            format_func=lambda one: MODES[one],
            key=f"mode:{asked.mode}",
            label_visibility="collapsed",
        )
        order = st.segmented_control(
            "Order",
            list(ORDERS),
            default=asked.order,
            required=True,
            format_func=lambda one: ORDERS[one],
            key=f"order:{asked.order}",
            label_visibility="collapsed",
        )
    chosen = sum(map(bool, (asked.kind, asked.topic, asked.version, asked.person, asked.after, asked.before)))
    with st.expander(f"Filters ({chosen})" if chosen else "Filters", expanded=bool(chosen), key="filters"):
        filtered = _filter(asked, choices)
    return replace(filtered, q=q or "", mode=mode or "hybrid", order=order or "relevance")


def _filter(asked: Asked, choices: Choices) -> Asked:
    first, second, third = st.columns(3)
    with first:
        kind = _pick("Kind", {kind: Choice(kind, KIND_NAMES[kind], 0) for kind in KINDS}, asked.kind, "kind")
        after = st.date_input("From", asked.after, key=f"after:{asked.after}", format="YYYY-MM-DD", **_DAYS)
    with second:
        topic = _pick("Topic", choices.topic, asked.topic, "topic")
        before = st.date_input("To", asked.before, key=f"before:{asked.before}", format="YYYY-MM-DD", **_DAYS)
    with third:
        version = _pick("Kernel release", choices.release, asked.version, "version")
        person = _pick("Person", choices.person, asked.person, "person")
    with st.container(horizontal=True):
        syntax = st.toggle(
            "Operators",
            asked.syntax,
            key=f"syntax:{asked.syntax}",
            help='"two words", -word, kern*, title:word, kind:, topic:, version:, person:, before:, after:',
        )
        alone = st.toggle(
            "Without what others say of it",
            asked.alone,
            key=f"alone:{asked.alone}",
            help="Leave out what documents say where they cite one.",
        )
    return replace(
        asked,
        kind=kind, topic=topic, version=version, person=person,
        after=after, before=before, syntax=syntax, alone=alone,
    )  # fmt: skip


# The column ran from 2008 to 2013; archives of other years are not kept out.
_DAYS = {"min_value": dt.date(1991, 1, 1), "max_value": dt.date(2100, 1, 1)}


def _pick(label: str, choices: Mapping[str, Choice], chosen: tuple[str, ...], name: str) -> tuple[str, ...]:
    def named(one: str) -> str:
        choice = choices[one]
        return f"{choice.name} ({choice.documents})" if choice.documents else choice.name

    return tuple(
        st.multiselect(label, list(choices), list(chosen), format_func=named, key=f"{name}:{chosen}", placeholder="Any")
    )


def _results(archive: Archive, asked: Asked) -> None:
    with st.spinner("Searching", show_time=False):
        result = resources.search(
            archive, asked.q, mode=asked.mode, k=MOST, filters=asked.filters, syntax=asked.syntax,
            citations=not asked.alone,
        )  # fmt: skip
    hits = _ordered(result.hits, asked.order)
    number = f"{MOST} or more documents" if len(hits) >= MOST else plural(len(hits), "document")
    first = (asked.page - 1) * PAGE
    notes = "".join(f"<p>{escaped(note)}</p>" for note in result.notes)
    if not hits:
        meant = "".join(inside(one, "search", "chip", **asked.values(q=one, page=1)) for one in result.suggestions)
        st.html(nothing("Nothing was found.", notes, f'<p class="chips">Did you mean {meant}</p>' if meant else ""))
        return
    st.html(f'<div class="count"><p>{number} · {result.seconds * 1000:.0f} ms</p>{notes}</div>')
    topics = resources.topic_names(archive)
    st.html("".join(hit_card(hit, topics) for hit in hits[first : first + PAGE]) + _pages(asked, len(hits)))


def _ordered(hits: tuple[Hit, ...], order: str) -> tuple[Hit, ...]:
    if order == "relevance":
        return hits
    dated = sorted(
        (hit for hit in hits if hit.published_at), key=lambda hit: hit.published_at, reverse=order == "newest"
    )
    return (*dated, *(hit for hit in hits if not hit.published_at))


def _browse(archive: Archive, asked: Asked) -> None:
    first = (asked.page - 1) * PAGE
    cards, total = resources.browse(
        archive, asked.filters, newest_first=asked.order != "oldest", limit=PAGE, offset=first
    )
    if not total:
        st.html(nothing("No document passes the filters."))
        return
    topics = resources.topic_names(archive)
    st.html(f'<div class="count"><p>{plural(total, "document")} by date</p></div>')
    st.html("".join(document_card(card, topics) for card in cards) + _pages(asked, total))


def _pages(asked: Asked, total: int) -> str:
    last = -(-total // PAGE)
    if last < 2:
        return ""
    shown = [page for page in range(1, last + 1) if page in (1, last) or abs(page - asked.page) < 3]
    links = [
        f'<span class="here">{page}</span>'
        if page == asked.page
        else inside(str(page), "search", **asked.values(page=page))
        for page in shown
    ]
    return f'<p class="pages">Page {"".join(links)}</p>'


def _welcome(archive: Archive) -> None:
    counts = resources.read_counts(archive)
    examples = "".join(f"<li>{inside(one, 'search', q=one)}</li>" for one in EXAMPLES)
    kinds = "".join(
        inside(f"{KIND_NAMES[kind]} {number:,}", "search", "chip", kind=kind)
        for kind, number in sorted(archive.manifest.kinds.items(), key=lambda pair: -pair[1])
        if kind in KIND_NAMES
    )
    st.html(
        f"""<div class="welcome"><p>{plural(counts["documents"], "document")}, {plural(counts["passages"], "passage")}
and {plural(counts["links"], "link")} from the Kernel Log and its sources. Ask in your own words, or type a name, an
identifier or a commit.</p><ul>{examples}</ul><p class="chips">{kinds}</p></div>"""
    )
