"""Cached lists and pages of things: the calendar, the indexes, and what is known of a topic, person, project or release."""

import datetime as dt
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import streamlit as st

from search_ui.resources import OpenArchive
from warehouse import catalog

_BY_RELEASE: dict[str | type[Any], Callable[[Any], Any]] = {OpenArchive: attrgetter("release")}


@st.cache_data(max_entries=400, show_spinner=False, hash_funcs=_BY_RELEASE)
def entity(archive: OpenArchive, entity_type: catalog.EntityType, entity_id: str) -> catalog.EntityPage | None:
    """Return the page of a topic, person, project or kernel release, None if it does not exist."""
    return catalog.read_entity(archive.reader, entity_type, entity_id)


@st.cache_data(max_entries=400, show_spinner=False, hash_funcs=_BY_RELEASE)
def find_entity(archive: OpenArchive, text: str) -> catalog.Named | None:
    """Return the thing with this id, name or other spelling."""
    return catalog.find_entity(archive.reader, text)


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs=_BY_RELEASE)
def release_facts(archive: OpenArchive, version: str) -> catalog.ReleaseFacts | None:
    """Return the facts of a kernel release, None if it does not exist."""
    return catalog.read_release(archive.reader, version)


@st.cache_data(max_entries=12, show_spinner=False, hash_funcs=_BY_RELEASE)
def index(archive: OpenArchive, entity_type: catalog.EntityType) -> tuple[catalog.IndexLine, ...]:
    """Return the topics, people, projects or kernel releases of the archive."""
    return catalog.list_index(archive.reader, entity_type)


@st.cache_data(max_entries=8, show_spinner=False, hash_funcs=_BY_RELEASE)
def months(archive: OpenArchive, *, issues_only: bool) -> Mapping[tuple[int, int], int]:
    """Return the number of documents by year and month."""
    return catalog.count_months(archive.reader, issues_only=issues_only)


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs=_BY_RELEASE)
def month(archive: OpenArchive, year: int, month: int, *, issues_only: bool) -> tuple[catalog.Card, ...]:
    """Return the documents of a month."""
    return catalog.list_month(archive.reader, year, month, issues_only=issues_only)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def latest(archive: OpenArchive) -> tuple[catalog.Card, ...]:
    """Return the latest issues."""
    return catalog.list_latest_issues(archive.reader)


@st.cache_data(max_entries=400, show_spinner=False, hash_funcs=_BY_RELEASE)
def neighbours(archive: OpenArchive, document_id: str) -> catalog.Neighbours:
    """Return the issues before and after one."""
    return catalog.read_neighbours(archive.reader, document_id)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def release_days(archive: OpenArchive) -> tuple[tuple[str, dt.date], ...]:
    """Return the mainline releases and their days, in order."""
    return catalog.list_release_days(archive.reader)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def links_by_year(archive: OpenArchive) -> Mapping[int | None, catalog.LinkStates]:
    """Return the states of links by year of the citing document."""
    return catalog.count_links_by_year(archive.reader)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def links_by_host(archive: OpenArchive) -> Mapping[str, catalog.LinkStates]:
    """Return the states of links by host."""
    return catalog.count_links_by_host(archive.reader)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def dead_links(archive: OpenArchive) -> tuple[catalog.DeadLink, ...]:
    """Return links whose target is gone."""
    return catalog.list_dead_links(archive.reader)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def runs(archive: OpenArchive) -> tuple[catalog.RunLine, ...]:
    """Return the last runs."""
    return catalog.list_runs(archive.reader)


@st.cache_data(max_entries=4, show_spinner=False, hash_funcs=_BY_RELEASE)
def set_aside_by_reason(archive: OpenArchive) -> Mapping[tuple[str, str], int]:
    """Return the number of pages that failed, by step and reason."""
    return catalog.count_set_aside(archive.reader)
