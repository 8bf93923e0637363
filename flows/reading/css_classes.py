"""Elements by class or id, including inline ones, by which pages mark their title, author and date."""

import re
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

Named = Mapping[str, Sequence[etree._Element]]
_NAMED = etree.XPath("//*[@class or @id]")


def elements_by_class(root: etree._Element) -> Named:
    """Return the elements of each class and id, in document order; the names are in lower case."""
    named: dict[str, list[etree._Element]] = {}
    for element in _NAMED(root):
        for name in f"{element.get('class') or ''} {element.get('id') or ''}".lower().split():
            named.setdefault(name, []).append(element)
    return named


def classes_of(element: etree._Element) -> frozenset[str]:
    """Return the classes of an element, in lower case."""
    return frozenset((element.get("class") or "").lower().split())


def words_of(named: Named, classes: Sequence[str], *, outside: re.Pattern[str]) -> Iterator[str]:
    """Yield the text of elements with these classes, class by class, except inside a class that matches `outside`."""
    for name in classes:
        for element in named.get(name, ()):
            words = " ".join("".join(element.itertext()).split())
            if words and not any(
                outside.search((above.get("class") or "").lower()) for above in element.iterancestors()
            ):
                yield words
