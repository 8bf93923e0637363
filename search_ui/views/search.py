"""Search: a question, filters, and documents with the reason why each is there."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from search_ui import resources, state
from search_ui.cards import document_card, hit_card
from search_ui.frame import name_tab
from search_ui.resources import OpenArchive
from search_ui.views.search_form import Choices, SearchRequest, ask, chosen_filters, dates_asked, read
from search_ui.wording import KIND_NAMES, duration, escaped, inside, nothing, plural
from warehouse.records import Filters, Hit

PAGE = 10  # results on a page
MOST = 100  # results of a query: who looks further asks more narrowly
EXAMPLES = (
    "why was Xen slow to get into the kernel?",
    "which file system is right for an SSD",
    "what came of the Big Kernel Lock",
    "CONFIG_BKL",
)


def show(archive: OpenArchive) -> None:
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
    topics = frozenset(member for one in asked.topic for member in choices.topic[one].members)
    if asked.q.strip():
        name_tab("search", asked.q)
        _results(archive, asked, topics)
    elif asked.filters != Filters():
        _browse(archive, asked, topics)
    else:
        _welcome(archive)


def _results(archive: OpenArchive, asked: SearchRequest, asked_topics: Collection[str]) -> None:
    with st.spinner("Searching", show_time=False):
        result = resources.search(
            archive, asked.q, mode=asked.mode, k=MOST, filters=asked.filters, syntax=asked.syntax,
            citations=asked.cited, dates=not asked.undated,
        )  # fmt: skip
    hits = _ordered(result.hits, asked.order)
    notes = "".join(f"<p>{escaped(note)}</p>" for note in result.notes)
    if not hits:
        meant = "".join(inside(one, "search", "chip", **asked.values(q=one, page=1)) for one in result.suggestions)
        st.html(nothing("Nothing was found.", notes, f'<p class="chips">Did you mean {meant}</p>' if meant else ""))
        return
    topics = resources.topic_names(archive)
    page = _page(asked, len(hits))
    shown = hits[page.start : page.stop]
    cards = resources.cards(
        archive,
        tuple(hit.document_id for hit in shown),
        tuple(passage.passage_id for hit in shown for passage in hit.passages[:1]),
    )
    card_of = {card.document_id: card for card in cards}
    listed = "".join(hit_card(hit, card_of[hit.document_id], topics, asked_topics) for hit in shown)
    of = f"the {MOST} best documents" if len(hits) >= MOST else plural(len(hits), "document")
    notes += dates_asked(asked, result.dates)
    count = f'<div class="count"><p>{_place(page, len(hits), of)} · {duration(result.seconds)}</p>{notes}</div>'
    st.html(
        f'<div class="results"><div>{count}{listed}{_pages(asked, page, len(hits))}</div>'
        f'<aside class="facets" aria-label="Narrow the search">{_facets(asked, hits, topics)}</aside></div>'
    )


def _facets(asked: SearchRequest, hits: Sequence[Hit], topics: Mapping[str, str]) -> str:
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


def _browse(archive: OpenArchive, asked: SearchRequest, asked_topics: Collection[str]) -> None:
    newest_first = asked.order != "oldest"
    total = resources.browse(archive, asked.filters, newest_first=newest_first, limit=0, offset=0)[1]
    if not total:
        st.html(nothing("No document passes the filters."))
        return
    page = _page(asked, total)
    cards, _ = resources.browse(archive, asked.filters, newest_first=newest_first, limit=PAGE, offset=page.start)
    topics = resources.topic_names(archive)
    order = "newest first" if newest_first else "oldest first"
    st.html(f'<div class="count"><p>{_place(page, total, plural(total, "document"))}, {order}</p></div>')
    listed = "".join(document_card(card, topics, asked=asked_topics) for card in cards)
    st.html(listed + _pages(asked, page, total))


def _page(asked: SearchRequest, total: int) -> range:
    """The places that the page asked for shows; a page behind the last is the last."""
    first = min(asked.page - 1, (total - 1) // PAGE) * PAGE
    return range(first, min(first + PAGE, total))


def _place(page: range, total: int, of: str) -> str:
    return of if total <= PAGE else f"{page.start + 1:,} to {page.stop:,} of {of}"


def _pages(asked: SearchRequest, page: range, total: int) -> str:
    """Links to the pages around this one, the first and the last, so that every document can be reached."""
    here, last = page.start // PAGE + 1, -(-total // PAGE)
    if last < 2:
        return ""

    def link(label: str, number: int) -> str:
        return inside(label, "search", **asked.values(page=number))

    shown = [one for one in range(1, last + 1) if one in (1, last) or abs(one - here) < 3]
    numbers = [
        ("<span>…</span>" if one - before > 1 else "")
        + (f'<span class="here" aria-current="page">{one}</span>' if one == here else link(str(one), one))
        for before, one in zip([0, *shown], shown, strict=False)
    ]
    back = link("Previous", here - 1) if here > 1 else ""
    on = link("Next", here + 1) if here < last else ""
    return f'<nav class="pages" aria-label="Pages of results">{back}{"".join(numbers)}{on}</nav>'


def _welcome(archive: OpenArchive) -> None:
    counts = resources.read_counts(archive)
    of = " from the Kernel Log and its sources" if counts["issues"] else ""
    examples = "".join(f"<li>{inside(one, 'search', q=one)}</li>" for one in EXAMPLES)
    kinds = "".join(
        inside(f"{KIND_NAMES[kind]} {number:,}", "search", "chip", kind=kind)
        for kind, number in sorted(archive.manifest.kinds.items(), key=lambda pair: -pair[1])
        if kind in KIND_NAMES
    )
    st.html(
        f"""<div class="welcome"><p>{plural(counts["documents"], "document")}, {plural(counts["passages"], "passage")}
and {plural(counts["links"], "link")}{of}. Ask in your own words, or type a name, an
identifier or a commit.</p><ul>{examples}</ul><p class="chips">{kinds}</p></div>"""
    )
