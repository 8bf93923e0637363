"""Search over a release: `build_search_files` writes what it needs, `open_search` reads it."""

from warehouse.search.engine import MODES, Search, open_search
from warehouse.search.index_writer import build_search_files

__all__ = ["MODES", "Search", "build_search_files", "open_search"]
