"""Data tables, as opposed to tables used for layout."""

from collections.abc import Iterator

from lxml import etree

_LAYOUT = frozenset(
    ["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "form", "table", "pre", "blockquote", "hr", "center"]
)
_CELL_LIMIT = 240
"""Characters. A cell of a data table is a phrase; a longer one is a paragraph in a layout."""


_WORK = 200_000
"""Elements and pieces of text examined on one page; beyond that, tables are taken for layout."""


def data_tables(root: etree._Element) -> frozenset[etree._Element]:
    """Return the data tables: those with at least two rows of two short cells, and without elements of a layout."""
    work = iter(range(_WORK))
    return frozenset(table for table in root.iter("table") if _holds_figures(table, work))


def _holds_figures(table: etree._Element, work: Iterator[int]) -> bool:
    rows = 0
    cells = 0
    for element in table.iterdescendants():
        if element.tag in _LAYOUT or next(work, None) is None:
            return False
        if element.tag == "tr":
            rows += cells >= 2
            cells = 0
        elif element.tag in {"td", "th"}:
            cells += 1
            if _is_long(element, work):
                return False
    return rows + (cells >= 2) >= 2


def _is_long(cell: etree._Element, work: Iterator[int]) -> bool:
    length = 0
    for text in cell.itertext():
        length += len(text)
        if length > _CELL_LIMIT or next(work, None) is None:
            return True
    return False
