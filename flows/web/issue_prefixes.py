"""Where the column's issues were: the prefixes that an index is asked for to list all issues and little else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

ENGLISH = ("h-online.com", "heise-online.co.uk")
GERMAN = ("heise.de",)
# What the slugs of the column's articles say in all series, and of plain kernel news; pages with a slug of their own
# (`Audio-and-Video-746919`) are found by the page navigation of the first.
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
    """A prefix whose addresses are listed; `everything` says that all of them are articles of the column's sites."""

    url: str
    everything: bool


def issue_prefixes(aliases: Mapping[str, str]) -> list[Prefix]:
    """Return what to ask for, the English site first; also on hosts that stand for the real ones."""
    found = []
    for domain in ENGLISH:
        found += [Prefix(f"{host}/open/", everything=False) for host in _hosts(domain, aliases)]
    for domain in GERMAN:
        for host in _hosts(domain, aliases):
            found += [Prefix(f"{host}/{path}", everything=not path.endswith("/Linux-")) for path in _GERMAN_PREFIXES]
    return found


def _hosts(domain: str, aliases: Mapping[str, str]) -> list[str]:
    return [domain, *sorted(alias for alias, real in aliases.items() if real == domain)]
