"""Search: a question, filters, and documents with the reason why each is there."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from search_ui import resources, state
from search_ui.cards import document_card, hit_card
from search_ui.resources import Archive
from search_ui.views.search_form import Asked, Choices, ask, chosen_filters, read
from search_ui.wording import KIND_NAMES, duration, escaped, inside, nothing, plural
from warehouse.records import Filters, Hit

PAGE = 10  # results on a page
MOST = 100  # results of a query: who looks further asks more narrowly
EXAMPLES = (
    "why was Xen slow to get into the kernel?",
    "which file system is right for an SSD",
    "what came of the Big Kernel Lock",
    "CONFIG_KSM",
)


def show(archive: Archive) -> None:
    """The whole view."""
    choices = Choices(
        resources.choices(archive, "topic"), resources.choices(archive, "release"), resources.choices(archive, "person")
    )
    asked = read(choices)
    wanted = ask(asked, choices)
    if wanted != asked:
        state.go("search", replace(wanted, page=1).values())
    with st.container():  # there also when empty, so that what follows keeps its place
        chips = chosen_filters(asked, choices)
        if chips:
            st.html(chips)
    if asked.q.strip():
        _results(archive, asked)
    elif asked.filters != Filters():
        _browse(archive, asked)
    else:
        _welcome(archive)


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
