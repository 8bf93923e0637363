"""Named read-only queries on a release, so that the page contains no SQL.

`open_catalog` returns a reader that threads may share; every function takes it as its first argument.
"""

from warehouse.catalog.browse import (
    IndexLine,
    Neighbours,
    count_months,
    list_index,
    list_latest_issues,
    list_month,
    list_release_days,
    read_neighbours,
)
from warehouse.catalog.cited_places import (
    CitingPlace,
    NamingPlace,
    read_citing_place,
    read_citing_places,
    read_naming_places,
)
from warehouse.catalog.condition import (
    DeadLink,
    LinkStates,
    RunLine,
    count_links_by_host,
    count_links_by_year,
    count_set_aside,
    list_dead_links,
    list_runs,
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
from warehouse.catalog.entities import (
    AboutLine,
    Attention,
    EntityPage,
    EntityType,
    Named,
    Source,
    find_entity,
    read_entity,
    years_of,
)
from warehouse.catalog.introductions import Introduction
from warehouse.catalog.kernel_releases import Merged, Part, ReleaseFacts, read_release
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
from warehouse.catalog.mentions import MentionPlace
from warehouse.catalog.patches import PatchEnd, read_patches
from warehouse.catalog.reader import Catalog, open_catalog
from warehouse.catalog.schema import Column, TableSchema, describe_tables
from warehouse.catalog.threads import Thread, ThreadMail, read_thread
from warehouse.catalog.translations import Translation, read_translations
from warehouse.catalog.turning_points import TurningPoint

__all__ = [
    "AboutLine",
    "Attention",
    "CaptureCard",
    "Card",
    "Catalog",
    "Choice",
    "ChoiceOf",
    "Citation",
    "CitingPlace",
    "Column",
    "DeadLink",
    "DocumentPage",
    "EntityPage",
    "EntityType",
    "IndexLine",
    "Introduction",
    "LinkStates",
    "MentionPlace",
    "Merged",
    "Named",
    "NamingPlace",
    "Neighbours",
    "Part",
    "PatchEnd",
    "ReleaseFacts",
    "RunLine",
    "SectionText",
    "Source",
    "TableSchema",
    "Thread",
    "ThreadMail",
    "Translation",
    "TurningPoint",
    "count_kinds",
    "count_known_issues",
    "count_links_by_host",
    "count_links_by_year",
    "count_months",
    "count_set_aside",
    "count_years",
    "describe_tables",
    "find_entity",
    "list_choices",
    "list_dead_links",
    "list_index",
    "list_latest_issues",
    "list_month",
    "list_release_days",
    "list_runs",
    "list_set_aside",
    "open_catalog",
    "read_cards",
    "read_citing_place",
    "read_citing_places",
    "read_counts",
    "read_document",
    "read_entity",
    "read_naming_places",
    "read_neighbours",
    "read_patches",
    "read_quality",
    "read_release",
    "read_thread",
    "read_topics",
    "read_translations",
    "years_of",
]
