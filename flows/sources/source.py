"""A source: its name, the kind of its pages, the rule for its addresses, and the parser of its captures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.reading.links import Identify
from flows.reading.urls import Address
from warehouse.records import Capture, Document, Identity, Kind

Recognise = Callable[[Address], Identity | None]
Parse = Callable[[Identity, Sequence[Capture], Identify], Document]


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the registry; several sources may have pages of one kind.

    `identify` gives what a cleaned address names, or None if it is no address of this source. `parse` reads the
    captures of one thing (all pages of a feature in order, one capture elsewhere) and raises `PageSetAside` for
    what cannot be read; its third argument is the registry's `identify`, for the links of the page.
    """

    name: str
    kind: Kind
    identify: Recognise
    parse: Parse
