"""The forms of the addresses of mails, by the host and by the program of the archive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from flows.reading.urls import Address
from warehouse.months import ENGLISH, SHORT, any_of


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of address: a pattern for one part of it, and the template of the key that its groups fill.

    The part `?` is the query with its parameters sorted by name.
    """

    key: str
    pattern: re.Pattern[str]
    part: Literal["path", "?", "#"] = "path"


def _form(key: str, pattern: str, part: Literal["path", "?", "#"] = "path") -> _Form:
    return _Form(key, re.compile(pattern), part)


_DAY = r"(?P<y>\d{4})/0?(?P<m>\d{1,2})/0?(?P<d>\d{1,2})/0*(?P<n>\d{1,9})"
_KERNELTRAP = (
    "kerneltrap/{list}/{y}/{m}/{d}/{n}",
    rf"/?(?:.*[?&/]q=)?/?mailarchive/(?P<list>[\w.-]+)/{_DAY}(?:[/&].*)?\Z",
)
_GROUP = r"(?:group/)?(?P<group>gmane\.[\w.+-]+)"
_OPENWALL = (_form("openwall/{list}/{y}/{m}/{d}/{n}", rf"/(?:lists/)?(?P<list>[\w.-]+)/{_DAY}(?:/\d+)?/?\Z"),)
_HYPERMAIL_OF_IU = (
    _form(
        "hypermail/{list}/{week}/{n}",
        r".*/hypermail/(?P<list>[\w-]+/[\w-]+)/(?P<week>\d{4}\.\d)/(?P<n>\d{3,6})(?:\.html?)?\Z",
    ),
)
_GOOGLE = (
    _form(
        "google/{list}/{id}",
        r"/(?:group|g|a/[\w.-]+/(?:group|g))/(?P<list>[\w.+-]+)/"
        r"(?:msg|browse_thread/thread|browse_frm/thread|c|m|tree/browse_frm/thread)/(?P<id>[\w-]+)",
    ),
    _form("google/{list}/{id}", r"/d/(?:msg|topic)/(?P<list>[\w.+-]+)/(?:[\w-]+/)?(?P<id>[\w-]+)"),
    _form("google/{list}/{id}", r".*!(?:topic|msg)/(?P<list>[\w.+-]+)/(?:[\w-]+/)?(?P<id>[\w-]+)", "#"),
)
_MARC = (_form("marc/{n}", r"(?:.*&)?m=(?P<n>[0-9]+)(?:&|\Z)", "?"),)

_BY_HOST: dict[str, tuple[_Form, ...]] = {
    "lkml.org": (_form("lkml/{y}/{m}/{d}/{n}", rf"/lkml/(?:(?:fancy|headers|mbox|raw|diff)/)?{_DAY}(?:/.*)?\Z"),),
    "openwall.net": _OPENWALL,
    "openwall.com": _OPENWALL,
    "marc.info": _MARC,
    "marc.theaimsgroup.com": _MARC,
    "marc.10east.com": _MARC,
    "gmane.org": (
        _form("{group}/{n}", rf"/{_GROUP}/(?:thread=)?(?P<thread>\d{{1,8}})/(?:.*/)?focus=(?P<n>\d{{1,8}})"),
        _form("{group}/{n}", rf"/{_GROUP}/(?:(?:match|thread|focus)=)?(?P<n>\d{{1,8}})(?:/|\Z)"),
        _form("gmane.linux.kernel/{n}", r".*/gmane/linux/kernel/(?P<n>\d+)-\d+\.bin\Z"),
        _form("{group}/{n}", rf"(?:.*&)?article=(?P<n>\d{{1,8}})&(?:.*&)?group={_GROUP}", "?"),
    ),
    "spinics.net": (_form("spinics/{list}/{n}", r".*/lists/(?P<list>[\w./+-]+?)/msg0*(?P<n>\d{1,8})\.html?\Z"),),
    "lists.debian.org": (
        _form(
            "debian/{list}/{y}/{m}/{n}",
            r"/(?P<list>[\w.+-]+)/(?P<y>\d{4})/(?:debian-[\w-]+-\d{6}/)?(?P<m>\d{2}|)/?msg(?P<n>\d{4,6})\.html\Z",
        ),
    ),
    "mail-archive.com": (
        _form("mail-archive/{list}/{n}", r"/(?P<list>[^/]+)/msg0*(?P<n>\d{1,7})\.html?\Z"),
        _form("mail-archive/{list}/{hash}", r"/(?P<list>[^/]+)/(?P<hash>[\w-]{20,}=*)\.html\Z"),
    ),
    "iu.edu": _HYPERMAIL_OF_IU,
    "indiana.edu": _HYPERMAIL_OF_IU,
    "kerneltrap.org": (_form(*_KERNELTRAP), _form(*_KERNELTRAP, "?")),
    "groups.google.com": _GOOGLE,
    "groups.google.de": _GOOGLE,
    "groups.google.co.uk": _GOOGLE,
    "derkeiler.com": (
        _form(
            "{archive}/{list}/{month}/{n}",
            r"/Mailing-Lists/(?P<list>(?:[\w-]+/)?[\w.-]+)/(?P<month>\d{4}-\d\d)/(?:msg)?0*(?P<n>\d{1,6})\.html\Z",
        ),
    ),
    "gossamer-threads.com": (_form("gossamer/{list}/{n}", r"/lists/(?P<list>[\w-]+/[\w-]+)/(?P<n>\d{4,8})"),),
    "sourceforge.net": (
        _form("sourceforge/{n}", r"/p/[\w.-]+/mailman/(?:[\w.-]+/)?message/(?P<n>\d+)"),
        _form("sourceforge/{n}", r"(?:.*&)?msg_id=(?P<n>\d+)(?:&|\Z)", "?"),
    ),
    "nabble.com": (_form("nabble/{n}", r".*-(?:td|tp|ts|to|p)(?P<n>\d{4,9})(?:(?:p|ef|i)\d+)*\.html\Z"),),
    "markmail.org": (_form("markmail/{id}", r"/message/(?P<id>[0-9a-z]{16})(?:/|\Z)"),),
    "opensubscriber.com": (_form("opensubscriber/{list}/{n}", r"/message/(?P<list>[^/@]+)@[^/]+/(?P<n>\d+)\.html\Z"),),
    "seclists.org": (
        _form(
            "seclists/{list}/{y}/{part}/{n}",
            r"/(?P<list>[\w-]+)/(?P<y>\d{4})/(?P<part>[A-Z][a-z]{2}|q[1-4])/(?P<n>\d{1,5})(?:/|\Z)",
        ),
    ),
}
_BY_HOST["gmane.io"] = _BY_HOST["gmane.org"]

_MONTH = (
    rf"(?P<month>\d{{4}}-?(?:{any_of(map(str.capitalize, (*ENGLISH, *SHORT)))}|q[1-4])|(?:Week-of-Mon-)?\d{{6,8}}"
    r"|\d{4}[-/m]?\d{0,2})"
)
_LIST = r"(?P<list>(?!(?:archives?|current|html)/)[\w.+@-]+)(?:/(?:archives?|current|html))*"
"""The folder of the list, optionally followed by one with a generic name (`netdev/archive/2000-06/`)."""
_PROGRAMS = (
    _form(
        "{archive}/{list}/{month}/{n}",
        rf"(?i:.*/(?:pipermail|archives?|private)/(?P<list>[\w.+@-]+)/{_MONTH}/(?P<n>\d{{4,7}})(?:\.html?)?\Z)",
    ),
    _form("hyperkitty/{hash}", r".*/list/[^/@]+@[^/]+/(?:message|thread)/(?P<hash>[A-Z2-7]{32})(?:/|\Z)"),
    _form(
        "{archive}/{list}/{month}/{n}",
        r".*?/(?:hypermail|lists|archive)/(?P<list>[\w./+-]+?)/(?P<month>\d{4}(?:\.\d|-?\d\d)?)/(?P<n>\d{4,6})\.html?\Z",
    ),
    _form(
        "{archive}/{list}/{n}",
        r".*/(?:l/\d+|lists?|g|group|neo/groups)/(?P<list>[\w.+@-]+)/(?:raw|messages?)/(?P<n>\d{1,9})/?\Z",
    ),
    _form("lurker/{id}", r".*/message/(?P<id>\d{8}\.\d{6}\.[0-9a-f]{8})(?:\.\w+)?(?:\.html?)?\Z"),
    _form(
        "{archive}/{list}/{month}/{n}",
        rf"(?i:.*/{_LIST}/{_MONTH}/(?:msg|bin)(?P<n>\d{{4,8}})(?:\.html?|\.php)?\Z)",
    ),
    _form("{archive}/{list}/{n}", rf"(?i:.*/{_LIST}/(?:msg|bin)(?P<n>\d{{4,8}})(?:\.html?|\.php)?\Z)"),
)
_SIGN_OF_ARCHIVE = re.compile(
    r"pipermail|archive|private|hypermail|/lists?/|/raw/|message|patch|cover|msg\d|bin\d", re.IGNORECASE
)
_PATCHWORK = re.compile(r"(?:/patchwork)?/(?:project/[\w.-]+/)?(?:patch|cover)/(?P<id>[^/\s]+?)(?:/(?:mbox|raw)?)?/?\Z")
_SAME_ARCHIVE = {
    "lists.x.org": "freedesktop",
    "lists.freedesktop.org": "freedesktop",
    "lists.linuxfoundation.org": "lists.linux-foundation.org",
    "ozlabs.org": "lists.ozlabs.org",
    "lists.xen.org": "lists.xensource.com",
    "lists.xenproject.org": "lists.xensource.com",
}
"""Hosts that are, or were later, other names of one archive."""


def archive_key(address: Address) -> str | None:
    """Return the key of the mail at an address, made of archive, list, date and number, or None if there is none."""
    for form in _forms(address):
        match = form.pattern.match(_part(address, form.part))
        if match:
            archive = _SAME_ARCHIVE.get(address.host, address.host)
            return form.key.format(archive=archive, **_in_thread(match.groupdict()))
    return _patchwork_key(address)


def _in_thread(groups: dict[str, str]) -> dict[str, str]:
    """Return the groups with the thread's own number if the mail's is smaller, because no reply is older than its thread.

    Such a number (gmane's `focus`) counts the mails of another list.
    """
    thread = groups.get("thread")
    return groups | {"n": thread} if thread and int(groups["n"]) < int(thread) else groups


def _part(address: Address, part: Literal["path", "?", "#"]) -> str:
    if part == "path":
        return address.path
    return address.fragment if part == "#" else "&".join(f"{n}={value}" for n, value in sorted(address.query.items()))


def _forms(address: Address) -> Iterator[_Form]:
    """Yield the forms of the archive's host, then those of archiving programs, which any host may use."""
    labels = address.host.split(".")
    for start in range(len(labels) - 1):
        forms = _BY_HOST.get(".".join(labels[start:]))
        if forms is not None:
            yield from forms
            break
    if _SIGN_OF_ARCHIVE.search(address.path):
        yield from _PROGRAMS


def _patchwork_key(address: Address) -> str | None:
    if not address.host.startswith("patchwork.") and not address.path.startswith("/patchwork/"):
        return None
    match = _PATCHWORK.match(address.path)
    if match is None:
        return None
    return match["id"] if "@" in match["id"] else f"{address.host}/{match['id']}"
