"""Commits: by their id, in gitweb, cgit, GitHub and whatever else shows one."""

import re
from collections.abc import Sequence

from flows.reading.keys import SHA, Address
from flows.reading.links import Identify
from flows.sources.source import Source
from warehouse.errors import PageSetAside
from warehouse.records import Capture, Document, Identity

_ACTIONS = re.compile(r"(?:commit|commitdiff|commitdiff_plain|patch|patches|object|changeset)\Z")
_IN_PATH = re.compile(
    r"/(?:commit|commits|commitdiff|commitdiff_plain|patch|c|linus|rev|changeset|raw-rev|\+)/"
    r"(?P<sha>[0-9a-f]{7,40})(?:\.(?:patch|diff|html))?(?:[/:^~].*)?\Z",
    re.IGNORECASE,
)
_SHOWN_BY_ID = re.compile(r"/(?:commit|patch|diff|rawdiff)(?:/|\Z)")


def identify(address: Address) -> Identity | None:
    """The commit an address names. A short id stays short: whoever matches compares the beginning."""
    sha = _in_query(address) or _in_path(address)
    return Identity("commit", sha, address.url, number=sha) if sha else None


def _in_query(address: Address) -> str | None:
    query = address.query
    action = query.get("a") or query.get("cmd")
    if action is not None and _ACTIONS.match(action):
        return _sha(query.get("h") or query.get("node") or query.get("id"))
    if action is None and query.get("p", "").endswith(".git"):
        return _sha(query.get("h"))
    if _SHOWN_BY_ID.search(address.path):
        return _sha(query.get("id"))
    return None


def _in_path(address: Address) -> str | None:
    match = _IN_PATH.search(address.path)
    return _sha(match["sha"]) if match else None


def _sha(text: str | None) -> str | None:
    """A commit id in small letters; a word such as `defaced` needs a figure to count as one."""
    sha = (text or "").strip().lower()
    return sha if SHA.match(sha) and any(character.isdigit() for character in sha) else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Not read yet."""
    raise PageSetAside("commit pages are not read yet", reason="unread")


SOURCE = Source("commit", identify, parse)
