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

    `identify` returns the identity of a cleaned address, or None if the address is not one of this source. `parse` reads
    the captures of one thing (all pages of a feature in order, otherwise one capture), and raises `PageSetAside` if they
    cannot be read. Its third argument identifies the links of the page, as `registry.link_identifier` does.
    """

    name: str
    kind: Kind
    identify: Recognise
    parse: Parse
