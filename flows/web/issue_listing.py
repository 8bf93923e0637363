"""The URL prefixes of the column's issues: an index queried for them lists all issues and little else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.issue_hosts import ENGLISH, GERMAN

# Matches the slugs of the articles of all series, and of other kernel news. Inner pages with other slugs
# (`Audio-and-Video-746919`) are found by the page navigation of the first page.
SLUG = re.compile(r".*(?:kernel|coming-in-|what-s-new-in-linux|linux-[23]-[0-9]|neuerungen-von-linux).*", re.IGNORECASE)
_GERMAN_PREFIXES = (
    "open/Kernel-Log-",
    "open/artikel/Kernel-Log-",
    "open/artikel/Die-Neuerungen-von-Linux-",
    "ct/artikel/Kernel-Log-",
    "ct/artikel/Die-Neuerungen-von-Linux-",
    "ct/artikel/Die-wichtigsten-Neuerungen-von-Linux-",
    "hintergrund/Kernel-Log-",
    "hintergrund/Die-Neuerungen-von-Linux-",
    "news/Kernel-Log-",
    "news/Linux-",
    "newsticker/meldung/Kernel-Log-",
    "newsticker/meldung/Linux-",
)


@dataclass(frozen=True, slots=True)
class Prefix:
    """A URL prefix to list; with `everything`, every address below it is listed, without a filter by slug in the query."""

    url: str
    everything: bool


def prefixes_to_list(aliases: Mapping[str, str]) -> list[Prefix]:
    """Return the prefixes to list, the English site first; aliases of the real hosts are included."""
    found = []
    for domain in ENGLISH:
        found += [Prefix(f"{host}/open/", everything=False) for host in _hosts(domain, aliases)]
    for domain in GERMAN:
        for host in _hosts(domain, aliases):
            found += [Prefix(f"{host}/{path}", everything=not path.endswith("/Linux-")) for path in _GERMAN_PREFIXES]
    return found


def _hosts(domain: str, aliases: Mapping[str, str]) -> list[str]:
    return [domain, *sorted(alias for alias, real in aliases.items() if real == domain)]
