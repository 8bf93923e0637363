"""Tables of figures, told from tables that only lay a page out."""

from lxml import etree

_LAYOUT = frozenset(
    ["h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "form", "table", "pre", "blockquote", "hr", "center"]
)
_CELL_LIMIT = 240
"""Characters: a cell of figures is a phrase; longer ones are paragraphs of a layout."""


def data_tables(root: etree._Element) -> frozenset[etree._Element]:
    """The tables whose rows are rows: at least two rows of two short cells, and nothing laid out inside."""
    return frozenset(table for table in root.iter("table") if _holds_figures(table))


def _holds_figures(table: etree._Element) -> bool:
    rows = 0
    cells = 0
    for element in table.iterdescendants():
        if element.tag in _LAYOUT:
            return False
        if element.tag == "tr":
            rows += cells >= 2
            cells = 0
        elif element.tag in {"td", "th"}:
            cells += 1
            if sum(map(len, element.itertext())) > _CELL_LIMIT:
                return False
    return rows + (cells >= 2) >= 2
