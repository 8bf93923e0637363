"""Search over a release: `build_search_files` writes its files, `open_search` reads them."""

from warehouse.search.engine import Search, open_search
from warehouse.search.golden_questions import answered, read_golden_questions
from warehouse.search.index_writer import build_search_files, search_files_in_writing
from warehouse.search.request import MODES, ORDERS
from warehouse.search.similarity_floor import write_floor

__all__ = [
    "MODES",
    "ORDERS",
    "Search",
    "answered",
    "build_search_files",
    "open_search",
    "read_golden_questions",
    "search_files_in_writing",
    "write_floor",
]
