"""Commits, identified by their id, on gitweb, cgit, GitHub and other repository browsers."""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from flows.reading.decoding import decode
from flows.reading.html import read_page
from flows.reading.links import Identify, make_links
from flows.reading.plain_text import read_plain
from flows.reading.urls import SHA, Address
from flows.sources.commit_page import read_commit_page
from flows.sources.document import make_document
from flows.sources.parsed_commit import ParsedCommit
from flows.sources.raw_commit import is_raw_commit, read_raw_commit
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity, Section

_ACTIONS = re.compile(r"(?:commit|commitdiff|commitdiff_plain|patch|patches|object|changeset)\Z")
_IN_PATH = re.compile(
    r"/(?:commit|commits|commitdiff|commitdiff_plain|patch|c|linus|tip|rev|changeset|raw-rev|\+)/"
    r"(?P<sha>[0-9a-f]{7,40})(?:\.(?:patch|diff|html))?(?:[/:^~].*)?\Z",
    re.IGNORECASE,
)
_CODE_REVIEW = re.compile(r"-review\.|\Areview\.")  # Gerrit has the number of a review where others have a commit id
# The tip tree wrote `LKML-Reference: <id>` from 2009 to 2011, then the address of the mail, as most maintainers do now.
_PATCH_MAIL = re.compile(
    r"^[ \t]*(?:Link|LKML-Reference|Message-I[Dd]):[ \t]*(?:<|https?://[^\s<>?]+/)?(?P<id>[^\s<>/]{1,200}@[^\s<>/]{1,200})[/>]?[ \t]*$",
    re.MULTILINE,
)
_MOST_PATCH_MAILS = 20
_SNIFFED = 200
_SHOWN_BY_ID = re.compile(r"/(?:commit|patch|diff|rawdiff)(?:/|\Z)")


def identify(address: Address) -> Identity | None:
    """Return the commit at an address, or None. A short id stays short; it is matched by prefix."""
    sha = _in_query(address) or _in_path(address)
    return Identity("commit", sha, address.url, number=sha) if sha else None


def _in_query(address: Address) -> str | None:
    query = address.query
    action = query.get("a") or query.get("cmd")
    if action is not None and _ACTIONS.match(action):
        return _sha(query.get("h") or query.get("node") or query.get("id") or query.get("hb"))
    if action is None and query.get("p", "").endswith(".git"):
        return _sha(query.get("h"))
    if _SHOWN_BY_ID.search(address.path):
        return _sha(query.get("id"))
    return None


def _in_path(address: Address) -> str | None:
    match = None if _CODE_REVIEW.search(address.host) else _IN_PATH.search(address.path)
    return _sha(match["sha"]) if match else None


def _sha(text: str | None) -> str | None:
    """Return a commit id in lower case; it must contain a digit, so that a word such as `defaced` is not taken for one."""
    sha = (text or "").strip().lower()
    return sha if SHA.match(sha) and any(character.isdigit() for character in sha) else None


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the commit with its subject as the title and its message as the text; the diff is counted but not kept.

    `facts` contain `sha`, `author_email`, `committer`, `committed_at`, `files`, `files_changed`, `insertions`,
    `deletions`, and `patch_mails`, the Message-IDs that its trailers name; from a clone also `first_tag`, the oldest tag that contains it, and that tag's `kernel_release`, and `patch_id`.

    Raises:
        PageSetAside: the capture does not show a commit.
    """
    capture = captures[0]
    commit, facts = _read(capture)
    sha = commit.sha if commit.sha and commit.sha.startswith(identity.key[:7]) else identity.key
    plain = read_plain(commit.message.strip() or commit.subject)
    return make_document(
        identity,
        capture,
        title=commit.subject,
        sections=[Section(0, None, "body", plain.text, (), plain.quoted)],
        links=make_links([(0, plain.text, plain.addresses)], identify_link),
        author=commit.author,
        moments=[commit.authored, commit.committed],
        aliases=[sha],
        facts={
            "sha": sha,
            "author_email": commit.author_address,
            "committer": commit.committer,
            "committed_at": commit.committed.iso() if commit.committed else None,
            "files": list(commit.files),
            "files_changed": commit.files_changed,
            "insertions": commit.insertions,
            "deletions": commit.deletions,
            "patch_mails": _patch_mails(commit.message),
            "patch_id": commit.patch_id,
            **_landing(commit.first_tag),
            **facts,
        },
    )


def _read(capture: Capture) -> tuple[ParsedCommit, dict[str, object]]:
    decoded = decode(capture.body, capture.charset)
    if is_raw_commit(decoded.text[:_SNIFFED]):
        return read_raw_commit(decoded.text), dict(decoded.facts)
    page = read_page(capture)
    return read_commit_page(page), dict(page.decoded.facts)


def _patch_mails(message: str) -> list[str] | None:
    """Return the Message-IDs of the mails that a commit names, in which it was sent; None if it names none."""
    found = dict.fromkeys(unquote(match["id"]) for match in _PATCH_MAIL.finditer(message))
    return list(found)[:_MOST_PATCH_MAILS] or None


def _landing(tag: str | None) -> dict[str, object]:
    return {"first_tag": tag, "kernel_release": tag.removeprefix("v").partition("-rc")[0]} if tag else {}


SOURCE = Source("commit", "commit", identify, parse)
