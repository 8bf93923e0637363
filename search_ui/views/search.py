"""The search view: a question, filters, and the documents found with the reason for each."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

import streamlit as st

from search_ui import browsing, resources
from search_ui.cards import document_card, hit_card
from search_ui.frame import name_tab
from search_ui.lists import entity_hint
from search_ui.resources import OpenArchive
from search_ui.views.front import front_html
from search_ui.views.search_export import offer_results
from search_ui.views.search_facets import facet_lists, over_time
from search_ui.views.search_form import (
    Choices,
    SearchRequest,
    ask,
    chosen_filters,
    count_filters,
    dates_asked,
    orders,
    read,
)
from search_ui.wording import KIND_NAMES, duration, escaped, inside, nothing, plural
from warehouse.catalog import Card
from warehouse.records import Filters, Hit, SearchResult

PAGE = 10  # results per page
NEAREST = {"hybrid": "Nearest in meaning", "meaning": "Nearest in meaning", "keyword": "Matching some of the words"}
MOST_NAMES = 400  # names of a kind that the search box proposes


def show(archive: OpenArchive) -> None:
    """Draw the whole view."""
    choices = Choices(archive)
    asked = read(choices)
    ask(asked, choices)
    with st.container():  # also when empty, so that the elements below keep their position
        chips = chosen_filters(asked, choices)
        if chips:
            st.html(chips)
    st.html(names(archive))
    topics = frozenset(member for one in asked.topic for member in choices.topic[one].members)
    if asked.like:
        _like(archive, asked)
    elif asked.q.strip() or asked.filters != Filters():
        if asked.q.strip():
            name_tab("search", asked.q)
        with st.container():
            if hint := entity_hint(browsing.find_entity(archive, asked.q)):
                st.html(hint)
        _results(archive, asked, topics)
    else:
        st.html(front_html(archive))


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
        near = f'<h2 class="nearest">{NEAREST[result.mode]}</h2>{near}'
    if not result.total:
        said = f"No results for “{asked.q}”." if asked.q.strip() else "No results."
        return f'<h1 data-announce>{escaped(said)}</h1><div class="empty">{notes}{_ways_on(asked)}</div>{near}'
    page = _page(asked, result.total)
    if asked.q.strip():
        listed = "".join(hit_card(hit, card_of[hit.document_id], topics, asked_topics) for hit in matches)
        after = f" · {duration(result.seconds)}"
    else:
        listed = _documents(archive, asked, [card_of[hit.document_id] for hit in matches], asked_topics)
        after = f", {'oldest' if asked.order == 'oldest' else 'newest'} first"
    notes += dates_asked(asked, result.dates)
    of = plural(result.total, "document")
    order = orders(asked) if asked.q.strip() and result.total > 1 else ""
    place = f'<h1 data-announce>{_place(page, result.total, of)}<span class="after">{after}</span></h1>'
    counts = result.facets or {}
    lists = facet_lists(archive, asked, counts)
    chosen = count_filters(asked)
    drawer = f"<button data-drawer>Narrow{f' ({chosen})' if chosen else ''}</button>" if lists or chosen else ""
    return (
        f'<div class="results"><div class="count">{place}<div class="row">{order}{drawer}</div>{notes}'
        f"{over_time(archive, asked, counts)}</div>"
        f'<aside class="facets" aria-label="Narrow the search"><h2 class="unseen">Narrow the search</h2>{lists}</aside>'
        f'<div class="found"><h2 class="unseen">Documents</h2>{listed}{_pages(asked, page, result.total)}{near}</div></div>'
    )


def _ways_on(asked: SearchRequest) -> str:
    """Return links to wider searches: without the filters, or without each word."""
    ways = []
    if asked.filters != Filters():
        ways.append(inside("Search without filters", "search", q=asked.q))
    words = asked.q.split()[:6]
    if len(words) > 1:
        ways += [
            inside(f"Without “{word}”", "search", **asked.values(q=" ".join(words[:at] + words[at + 1 :]), page=1))
            for at, word in enumerate(words)
        ]
    ways.append(inside("See all documents", "search", after="1991-01-01"))
    return f'<p class="ways">{"".join(ways)}</p>'


def _documents(archive: OpenArchive, asked: SearchRequest, cards: Sequence[Card], topics: Collection[str]) -> str:
    """Return the cards of a list without a question, each with the sentence that names what was chosen."""
    names = resources.topic_names(archive)
    chosen = (*topics, *asked.version, *asked.person)
    said = resources.naming(archive, tuple(card.document_id for card in cards), tuple(chosen)) if chosen else {}
    return "".join(
        document_card(card, names, said[card.document_id].sentence, topics, passage=said[card.document_id].passage_id)
        if card.document_id in said
        else document_card(card, names, asked=topics)
        for card in cards
    )


def _like(archive: OpenArchive, asked: SearchRequest) -> None:
    """Show the documents most similar to one."""
    page = resources.document(archive, asked.like)
    if page is None:
        st.html(f"<h1>Document not found</h1>{nothing('This archive has no document with that id.')}")
        return
    name_tab("search", f"Like {page.card.title}")
    found = resources.more_like(archive, asked.like, PAGE)
    cards, topics = _cards(archive, found.hits), resources.topic_names(archive)
    listed = "".join(hit_card(hit, cards[hit.document_id], topics) for hit in found.hits)
    of = inside(page.card.title, "document", id=asked.like)
    st.html(f'<h1 class="like" data-announce>More like {of}</h1><h2 class="unseen">Documents</h2>{listed}')


_OPERATORS = (
    "kind:",
    "topic:",
    "version:",
    "person:",
    "author:",
    "site:",
    "title:",
    "lang:",
    "in:",
    "before:",
    "after:",
)


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={OpenArchive: attrgetter("release")})
def names(archive: OpenArchive) -> str:
    """Return what the search box proposes: topics, people, kernel releases and operators.

    It is one hidden text, pairs in JSON: as elements they would be half of those that the browser checks and draws at first.
    """
    known = [("operator", one) for one in _OPERATORS] + [("kind", one) for one in KIND_NAMES]
    for kind, what in resources.NAMED_BY:
        choices = sorted(resources.choices(archive, what).values(), key=lambda one: -one.documents)[:MOST_NAMES]
        known += [(kind, choice.name) for choice in choices]
    return f'<div class="names" hidden>{escaped(json.dumps(known, ensure_ascii=False))}</div>'


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
