"""Named read-only queries on a release, so that the page contains no SQL.

`open_catalog` returns a reader that threads may share; every function takes it as its first argument.
"""

from warehouse.catalog.cited_places import (
    CitingPlace,
    NamingPlace,
    Neighbour,
    read_citing_place,
    read_citing_places,
    read_naming_places,
    read_neighbours,
)
from warehouse.catalog.documents import (
    CaptureCard,
    Card,
    Citation,
    DocumentPage,
    SectionText,
    read_cards,
    read_document,
)
from warehouse.catalog.listings import (
    Choice,
    ChoiceOf,
    count_kinds,
    count_known_issues,
    count_years,
    list_choices,
    list_set_aside,
    read_counts,
    read_quality,
    read_topics,
)
from warehouse.catalog.patches import PatchEnd, read_patches
from warehouse.catalog.reader import Catalog, open_catalog
from warehouse.catalog.schema import Column, TableSchema, describe_tables
from warehouse.catalog.threads import Thread, ThreadMail, read_thread
from warehouse.catalog.translations import Translation, read_translations

__all__ = [
    "CaptureCard",
    "Card",
    "Catalog",
    "Choice",
    "ChoiceOf",
    "Citation",
    "CitingPlace",
    "Column",
    "DocumentPage",
    "NamingPlace",
    "Neighbour",
    "PatchEnd",
    "SectionText",
    "TableSchema",
    "Thread",
    "ThreadMail",
    "Translation",
    "count_kinds",
    "count_known_issues",
    "count_years",
    "describe_tables",
    "list_choices",
    "list_set_aside",
    "open_catalog",
    "read_cards",
    "read_citing_place",
    "read_citing_places",
    "read_counts",
    "read_document",
    "read_naming_places",
    "read_neighbours",
    "read_patches",
    "read_quality",
    "read_thread",
    "read_topics",
    "read_translations",
]
