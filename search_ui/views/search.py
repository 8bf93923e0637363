"""The search view: a question, filters, and the documents found with the reason for each."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from search_ui import browsing, resources, state
from search_ui.cards import document_card, hit_card
from search_ui.frame import name_tab
from search_ui.lists import entity_hint
from search_ui.resources import OpenArchive
from search_ui.views.front import show_front
from search_ui.views.search_export import offer_results
from search_ui.views.search_form import Choices, SearchRequest, ask, chosen_filters, dates_asked, read
from search_ui.wording import KIND_NAMES, LANGUAGE_NAMES, duration, escaped, inside, nothing, plural
from warehouse.catalog import Card
from warehouse.records import Filters, Hit, SearchResult

PAGE = 10  # results per page
NEAREST = {"hybrid": "Nearest in meaning", "meaning": "Nearest in meaning", "keyword": "Matching some of the words"}
MOST_VALUES = 8  # values listed per facet


def show(archive: OpenArchive) -> None:
    """Draw the whole view."""
    choices = Choices(
        resources.choices(archive, "topic"),
        resources.choices(archive, "kernel_release"),
        resources.choices(archive, "person"),
    )
    asked = read(choices)
    request = ask(asked, choices)
    if request != asked:
        state.go("search", replace(request, page=1).values())
    with st.container():  # also when empty, so that the elements below keep their position
        chips = chosen_filters(asked, choices)
        if chips:
            st.html(chips)
    topics = frozenset(member for one in asked.topic for member in choices.topic[one].members)
    if asked.q.strip() or asked.filters != Filters():
        if asked.q.strip():
            name_tab("search", asked.q)
        with st.container():
            if hint := entity_hint(browsing.find_entity(archive, asked.q)):
                st.html(hint)
        _results(archive, asked, topics)
    else:
        show_front(archive)


def _results(archive: OpenArchive, asked: SearchRequest, topics: Collection[str]) -> None:
    shown = st.empty()
    if asked.q.strip() and asked.mode == "hybrid" and resources.is_warming_up(archive):
        by_words = replace(asked, mode="keyword")
        shown.html(
            _listed(
                archive,
                asked,
                _found(archive, by_words),
                topics,
                "Results by words only; search by meaning is still loading.",
            )
        )
    with st.spinner("Searching", show_time=False):
        result = _found(archive, asked)
    shown.html(_listed(archive, asked, result, topics))
    offer_results(archive, asked, result)


def _found(archive: OpenArchive, asked: SearchRequest) -> SearchResult:
    """Return the requested page of hits, or the last page if the request is past the end."""
    result = _search(archive, asked, asked.page)
    if asked.page > 1 and not any(hit.is_match for hit in result.hits):
        result = _search(archive, asked, -(-result.total // PAGE) or 1)
    return result


def _listed(
    archive: OpenArchive, asked: SearchRequest, result: SearchResult, asked_topics: Collection[str], *more: str
) -> str:
    """Return the hits as HTML; `more` are notes shown in addition to those of the result."""
    notes = f'<p class="answer">{escaped(result.answer)}</p>' if result.answer else ""
    notes += "".join(f"<p>{escaped(note)}</p>" for note in (*more, *result.notes))
    meant = "".join(inside(one, "search", "chip", **asked.values(q=one, page=1)) for one in result.suggestions)
    if meant:
        notes += f'<p class="chips">Did you mean: {meant}?</p>'
    topics = resources.topic_names(archive)
    matches = [hit for hit in result.hits if hit.is_match]
    others = [hit for hit in result.hits if not hit.is_match] if result.total < PAGE else []
    card_of = _cards(archive, [*matches, *others])
    near = "".join(hit_card(hit, card_of[hit.document_id], topics, asked_topics) for hit in others)
    if near:
        near = f'<h3 class="nearest">{NEAREST[result.mode]}</h3>{near}'
    if not result.total:
        return nothing("No results.", notes) + near
    page = _page(asked, result.total)
    if asked.q.strip():
        listed = "".join(hit_card(hit, card_of[hit.document_id], topics, asked_topics) for hit in matches)
        after = f" · {duration(result.seconds)}"
    else:
        listed = "".join(document_card(card_of[hit.document_id], topics, asked=asked_topics) for hit in matches)
        after = f", {'oldest' if asked.order == 'oldest' else 'newest'} first"
    notes += dates_asked(asked, result.dates)
    of = plural(result.total, "document")
    count = f'<div class="count"><p>{_place(page, result.total, of)}{after}</p>{notes}</div>'
    facets = _facets(archive, asked, result.facets or {})
    return (
        f'<div class="results"><div>{count}{listed}{_pages(asked, page, result.total)}{near}</div>'
        f'<aside class="facets" aria-label="Narrow the search">{facets}</aside></div>'
    )


def _search(archive: OpenArchive, asked: SearchRequest, page: int) -> SearchResult:
    return resources.search(
        archive, asked.q, mode=asked.mode, k=PAGE, offset=(page - 1) * PAGE, order=asked.order, filters=asked.filters,
        plain=asked.plain, citations=asked.cited, dates=not asked.undated,
    )  # fmt: skip


def _cards(archive: OpenArchive, hits: Sequence[Hit]) -> Mapping[str, Card]:
    """Return the document of each hit by id; topics of the passage shown come before others."""
    cards = resources.cards(
        archive,
        tuple(hit.document_id for hit in hits),
        tuple(passage.passage_id for hit in hits for passage in hit.passages[:1]),
    )
    return {card.document_id: card for card in cards}


def _facets(archive: OpenArchive, asked: SearchRequest, facets: Mapping[str, Mapping[str, int]]) -> str:
    """Return the counts of all matches by kind, topic, year and so on, as links that narrow the search."""
    topics = resources.topic_names(archive)
    people = {one: choice.name for one, choice in resources.choices(archive, "person").items()}

    def rows(name: str, names: Mapping[str, str]) -> list[tuple[str, int, dict[str, Any]]]:
        if getattr(asked, {"language": "lang"}.get(name, name)):  # a second value would not narrow it
            return []
        counts = list(facets.get(name, {}).items())[:MOST_VALUES]
        return [(names.get(one, one), count, {name: (one,)}) for one, count in counts]

    first, last = asked.after or dt.date.min, asked.before or dt.date.max
    years = [
        (one, n, {"after": max(first, dt.date(int(one), 1, 1)), "before": min(last, dt.date(int(one), 12, 31))})
        for one, n in facets.get("year", {}).items()
    ]
    lists = (
        ("Kind", rows("kind", KIND_NAMES)),
        ("Topic", rows("topic", topics)),
        ("Year", years),
        ("Kernel release", rows("version", {})),
        ("Person", rows("person", people)),
        ("Author", rows("author", {})),
        ("Site", rows("site", {})),
        ("Language", [(one, n, {"lang": cut["language"]}) for one, n, cut in rows("language", LANGUAGE_NAMES)]),
    )
    return "".join(
        f"<h4>{title}</h4><ul>"
        + "".join(
            f"<li>{inside(name, 'search', **asked.values(**cut, page=1))} <span>{n:,}</span></li>"
            for name, n, cut in found
        )
        + "</ul>"
        for title, found in lists
        if len(found) > 1
    )


def _page(asked: SearchRequest, total: int) -> range:
    """Return the range of hits on the requested page; a number past the end means the last page."""
    first = min(asked.page - 1, (total - 1) // PAGE) * PAGE
    return range(first, min(first + PAGE, total))


def _place(page: range, total: int, of: str) -> str:
    return of if total <= PAGE else f"{page.start + 1:,} to {page.stop:,} of {of}"


def _pages(asked: SearchRequest, page: range, total: int) -> str:
    """Return links to the first, the last and the neighbouring pages, so that every document can be reached."""
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
