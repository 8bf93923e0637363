"""Search: a question, filters, and documents with the reason why each is there."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from search_ui import resources, state
from search_ui.cards import document_card, hit_card
from search_ui.resources import Archive
from search_ui.wording import KIND_NAMES, duration, escaped, inside, nothing, plural
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

    def values(self, **changed: object) -> dict[str, Any]:
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
    choices = Choices(
        resources.choices(archive, "topic"), resources.choices(archive, "release"), resources.choices(archive, "person")
    )
    asked = _read(choices)
    wanted = _ask(asked, choices)
    if wanted != asked:
        state.go("search", replace(wanted, page=1).values())
    st.html(_chosen(asked, choices) or "<span></span>")
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
        max_chars=state.LONGEST,
        key=state.follow("q", asked.q),
        type="search",
        placeholder="A question, a name, an identifier, a commit",
        label_visibility="collapsed",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        mode = st.segmented_control(
            "Search by",
            list(MODES),
            required=True,
            format_func=lambda one: MODES[one],
            key=state.follow("mode", asked.mode),
            label_visibility="collapsed",
        )
        order = st.segmented_control(
            "Order",
            list(ORDERS),
            required=True,
            format_func=lambda one: ORDERS[one],
            key=state.follow("order", asked.order),
            label_visibility="collapsed",
        )
    chosen = sum(map(bool, (asked.kind, asked.topic, asked.version, asked.person, asked.after, asked.before)))
    with st.expander(f"Filters ({chosen})" if chosen else "Filters", key="filters"):
        filtered = _filter(asked, choices)
    return replace(filtered, q=q or "", mode=mode or "hybrid", order=order or "relevance")


def _filter(asked: Asked, choices: Choices) -> Asked:
    first, second, third = st.columns(3)
    with first:
        kind = _pick("Kind", {kind: Choice(kind, KIND_NAMES[kind], 0) for kind in KINDS}, asked.kind, "kind")
        after = state.ask_day("From", asked.after, "after")
    with second:
        topic = _pick("Topic", choices.topic, asked.topic, "topic")
        before = state.ask_day("To", asked.before, "before")
    with third:
        version = _pick("Kernel release", choices.release, asked.version, "version")
        person = _pick("Person", choices.person, asked.person, "person")
    with st.container(horizontal=True):
        syntax = st.toggle(
            "Operators",
            key=state.follow("syntax", asked.syntax),
            help='"two words", -word, kern*, title:word, kind:, topic:, version:, person:, before:, after:',
        )
        alone = st.toggle(
            "Without what others say of it",
            key=state.follow("alone", asked.alone),
            help="Leave out what documents say where they cite one.",
        )
    return replace(
        asked,
        kind=kind, topic=topic, version=version, person=person,
        after=after, before=before, syntax=syntax, alone=alone,
    )  # fmt: skip


def _pick(label: str, choices: Mapping[str, Choice], chosen: tuple[str, ...], name: str) -> tuple[str, ...]:
    def named(one: str) -> str:
        choice = choices[one]
        return f"{choice.name} ({choice.documents})" if choice.documents else choice.name

    return tuple(
        st.multiselect(label, list(choices), format_func=named, key=state.follow(name, chosen), placeholder="Any")
    )


def _chosen(asked: Asked, choices: Choices) -> str:
    """The filters that are set, each a link to the same search without it."""
    named = {
        "kind": KIND_NAMES,
        "topic": {one: choice.name for one, choice in choices.topic.items()},
        "version": {},
        "person": {one: choice.name for one, choice in choices.person.items()},
    }
    chips = [
        inside(
            f"{names.get(one, one)} ×", "search", "chip", **asked.values(**{name: _without(asked, name, one)}, page=1)
        )
        for name, names in named.items()
        for one in getattr(asked, name)
    ]
    for name, said in (("after", "from"), ("before", "to")):
        day = getattr(asked, name)
        if day:
            chips.append(inside(f"{said} {day} ×", "search", "chip", **asked.values(**{name: None}, page=1)))
    return f'<p class="chips chosen">{"".join(chips)}</p>' if chips else ""


def _without(asked: Asked, name: str, one: str) -> tuple[str, ...]:
    return tuple(other for other in getattr(asked, name) if other != one)


def _results(archive: Archive, asked: Asked) -> None:
    with st.spinner("Searching", show_time=False):
        result = resources.search(
            archive, asked.q, mode=asked.mode, k=MOST, filters=asked.filters, syntax=asked.syntax,
            citations=not asked.alone,
        )  # fmt: skip
    hits = _ordered(result.hits, asked.order)
    notes = "".join(f"<p>{escaped(note)}</p>" for note in result.notes)
    if not hits:
        meant = "".join(inside(one, "search", "chip", **asked.values(q=one, page=1)) for one in result.suggestions)
        st.html(nothing("Nothing was found.", notes, f'<p class="chips">Did you mean {meant}</p>' if meant else ""))
        return
    topics = resources.topic_names(archive)
    first = (asked.page - 1) * PAGE
    number = f"The best {MOST} documents" if len(hits) >= MOST else plural(len(hits), "document")
    count = f'<div class="count"><p>{number} in {duration(result.seconds)}</p>{notes}</div>'
    cards = "".join(hit_card(hit, topics) for hit in hits[first : first + PAGE])
    st.html(
        f'<div class="results"><div>{count}{cards}{_pages(asked, len(hits))}</div>'
        f'<aside class="facets">{_facets(asked, hits, topics)}</aside></div>'
    )


def _facets(asked: Asked, hits: Sequence[Hit], topics: Mapping[str, str]) -> str:
    """What the found documents are, counted; a click narrows the search to it."""
    kinds = Counter(hit.kind for hit in hits)
    years = Counter(hit.published_at.year for hit in hits if hit.published_at)
    named = Counter(topic for hit in hits for topic in hit.topics if topic not in asked.topic)
    lists = (
        ("Kind", [(KIND_NAMES.get(one, one), n, {"kind": (one,)}) for one, n in kinds.most_common()]),
        ("Topic", [(topics.get(one, one), n, {"topic": (*asked.topic, one)}) for one, n in named.most_common(8)]),
        (
            "Year",
            [
                (str(one), n, {"after": dt.date(one, 1, 1), "before": dt.date(one, 12, 31)})
                for one, n in sorted(years.items())
            ],
        ),
    )
    return "".join(
        f"<h4>{title}</h4><ul>"
        + "".join(
            f"<li>{inside(name, 'search', **asked.values(**cut, page=1))} <span>{n}</span></li>"
            for name, n, cut in rows
        )
        + "</ul>"
        for title, rows in lists
        if len(rows) > 1
    )


def _ordered(hits: tuple[Hit, ...], order: str) -> tuple[Hit, ...]:
    if order == "relevance":
        return hits
    dated = [(hit.published_at, -place, hit) for place, hit in enumerate(hits) if hit.published_at]
    dated.sort(key=lambda one: one[:2], reverse=order == "newest")
    return (*(hit for _, _, hit in dated), *(hit for hit in hits if not hit.published_at))


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
