"""The URL prefixes of the column's issues: an index queried for them lists all issues and little else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flows.issue_hosts import GERMAN

# Matches the slugs of the articles of all series, and of other kernel news. Inner pages with other slugs
# (`Audio-and-Video-746919`) are found by the page navigation of the first page.
SLUG = re.compile(r".*(?:kernel|coming-in-|what-s-new-in-linux|linux-[23]-[0-9]|neuerungen-von-linux).*", re.IGNORECASE)
_ENGLISH_PREFIXES = (
    "h-online.com/open/features/Kernel-Log-",
    "h-online.com/open/features/What-s-new-in-Linux-",
    "h-online.com/open/news/item/Kernel-Log-",
    "h-online.com/open/Kernel-Log-",
    "heise-online.co.uk/open/Kernel-Log-",
)
"""Below these stand all known issues in English."""
_WIDE = (
    "h-online.com/open/",
    "heise-online.co.uk/open/",
    "h-online.com/news/item/",
    "h-online.com/security/news/item/",
)
"""Below these stands other kernel news, among much else."""
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
    """Return the prefixes to list, the English site first and the wide ones last; aliases of the real hosts are included.

    So an index that fails at a wide pattern has been asked for the issues before.
    """
    german = [f"{domain}/{path}" for domain in GERMAN for path in _GERMAN_PREFIXES]
    narrow = [
        Prefix(place, everything=not place.endswith("/Linux-"))
        for prefix in (*_ENGLISH_PREFIXES, *german)
        for place in _places(prefix, aliases)
    ]
    return narrow + [Prefix(place, everything=False) for prefix in _WIDE for place in _places(prefix, aliases)]


def _places(prefix: str, aliases: Mapping[str, str]) -> list[str]:
    """Return the prefix on its own host and on those that stand for it."""
    domain, _, path = prefix.partition("/")
    return [f"{host}/{path}" for host in _hosts(domain, aliases)]


def _hosts(domain: str, aliases: Mapping[str, str]) -> list[str]:
    return [domain, *sorted(alias for alias, real in aliases.items() if real == domain)]
