"""The address forms of mailing-list archives: a mail by its Message-ID, else by archive, list, date and number."""

import re
from collections.abc import Callable, Iterator

from flows.reading.keys import Address

_MESSAGE_ID = re.compile(r"<?(?P<id>[^\s<>/@\"]+(?:/[^\s<>/@\"]+)*@[^\s<>/@\"]+)>?\Z")
_BRACKETED_ID = re.compile(r"<(?P<id>[^\s<>@]+@[^\s<>@]+)>")
_ID_IN_PATH = re.compile(r"/(?:permalink|msgid|message-id|mid|msgid-search|id|r|msg-id)/(?P<id>[^/\s]+@[^/\s]+)")
_ID_PARAMETERS = (
    "i",
    "mid",
    "message_id",
    "message-id",
    "messageid",
    "msgid",
    "msg_name",
    "thread_name",
    "msg-id",
)

_INBOX_HOSTS = (
    "lore.kernel.org",
    "lkml.kernel.org",
    "public-inbox.org",
    "yhbt.net",
    "inbox.dpdk.org",
    "inbox.sourceware.org",
)
_ID_HOSTS = ("mid.gmane.org", "mid.mail-archive.com", "lists.debian.org", "msgid.link", "patch.msgid.link")

_MONTH = (
    r"(?P<month>\d{4}-?(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec|q[1-4])|(?:Week-of-Mon-)?\d{6,8}|\d{4}[-/m]?\d{0,2})"
)
_PIPERMAIL = re.compile(
    rf"/(?:pipermail|archives?|private)/(?P<list>[\w.+@-]+)/{_MONTH}/(?P<number>\d{{4,7}})(?:\.html?)?\Z",
    re.IGNORECASE,
)
_MHONARC = re.compile(
    rf"/(?P<list>[\w.+@-]+)/(?:{_MONTH}/)?(?:msg|bin)(?P<number>\d{{4,8}})(?:\.html?|\.php)?\Z", re.IGNORECASE
)
_HYPERMAIL = re.compile(
    r"/(?:hypermail|lists|archive)/(?P<list>[\w./+-]+?)/(?P<month>\d{4}(?:\.\d|-?\d\d)?)/(?P<number>\d{4,6})\.html?\Z"
)
_IU_HYPERMAIL = re.compile(r"/hypermail/(?P<list>[\w-]+/[\w-]+)/(?P<week>\d{4}\.\d)/(?P<number>\d{3,6})(?:\.html?)?\Z")
_LKML = re.compile(
    r"/lkml/(?:(?:fancy|headers|mbox|raw|diff|last100)/)?(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<n>\d{1,5})(?:/.*)?\Z"
)
_OPENWALL = re.compile(
    r"/(?:lists/)?(?P<list>[\w.-]+)/(?P<y>\d{4})/(?P<m>\d{2})/(?P<d>\d{2})/(?P<n>\d{1,4})(?:/\d+)?/?\Z"
)
_SPINICS = re.compile(r"/lists/(?P<list>[\w./+-]+?)/msg(?P<number>\d{3,8})\.html?\Z")
_DEBIAN = re.compile(
    r"/(?P<list>[\w.+-]+)/(?P<y>\d{4})/(?:debian-[\w-]+-\d{6}/)?(?P<m>\d{2}|)/?msg(?P<number>\d{4,6})\.html\Z"
)
_GMANE = re.compile(r"/+(?P<group>gmane\.[\w.+-]+)/(?:(?:match|thread|focus)=)?(?P<number>\d{1,8})(?:/(?P<rest>.*))?\Z")
_GMANE_FOCUS = re.compile(r"focus=(?P<number>\d+)")
_MAIL_ARCHIVE = re.compile(r"/(?P<list>[^/]+)/(?:msg(?P<number>\d{3,7})\.html?|(?P<hash>[\w-]{20,}=*)\.html)\Z")
_KERNELTRAP = re.compile(
    r"/(?:index\.php\?q=)?mailarchive/(?P<list>[\w.-]+)/(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<n>\d{1,9})(?:/.*)?\Z"
)
_GOOGLE = re.compile(
    r"/(?:group|g|a/[\w.-]+/(?:group|g))/(?P<list>[\w.+-]+)/(?:msg|browse_thread/thread|browse_frm/thread|c|m|tree/browse_frm/thread)/(?P<id>[\w-]+)"
)
_GOOGLE_TOPIC = re.compile(r"!(?:topic|msg)/(?P<list>[\w.+-]+)/(?P<id>[\w-]+)")
_LURKER = re.compile(r"/(?:lurker/)?message/(?P<id>\d{8}\.\d{6}\.[0-9a-f]{8})(?:\.\w+)?(?:\.html?)?\Z")
_GOSSAMER = re.compile(r"/lists/(?P<list>[\w-]+/[\w-]+)/(?P<number>\d{4,8})")
_SOURCEFORGE = re.compile(r"/p/(?P<list>[\w.-]+)/mailman/(?:[\w.-]+/)?message/(?P<number>\d+)")
_PATCHWORK = re.compile(r"/(?:project/(?P<project>[\w.-]+)/)?patch/(?P<id>[^/\s]+?)(?:/(?:mbox|raw|\?.*)?)?/?\Z")
_NABBLE = re.compile(r"-(?:td|tp|ts|to)(?P<number>\d{4,9})(?:(?:p|ef|i)\d+)*\.html\Z")
_SIGN_OF_ARCHIVE = re.compile(r"pipermail|archive|private|hypermail|/lists/|message|patch|msg\d|bin\d", re.IGNORECASE)
_OLD_GMANE = re.compile(r"gmane(?P<group>(?:/[\w+-]+)+)/(?P<number>\d+)-\d+\.bin\Z")


def mail_key(address: Address) -> str | None:
    """What names the mail: its Message-ID without brackets, or archive/list/date/number; None if this is no mail."""
    identifier = _message_id(address)
    if identifier is not None:
        return identifier
    for rule in _rules(address):
        key = rule(address)
        if key is not None:
            return key
    return None


def _message_id(address: Address) -> str | None:
    if "@" not in address.path and not any("@" in value for value in address.query.values()):
        return None
    for text in (address.path, *address.query.values()):
        bracketed = _BRACKETED_ID.search(text)
        if bracketed:
            return bracketed["id"]
    for name in _ID_PARAMETERS:
        match = _MESSAGE_ID.match(address.query.get(name, ""))
        if match:
            return match["id"]
    if address.query.get("l") == "mid" and (match := _MESSAGE_ID.match(address.query.get("q", ""))):
        return match["id"]
    if address.on(*_INBOX_HOSTS):
        return next((part for part in address.path.split("/") if _MESSAGE_ID.match(part)), None)
    match = _ID_IN_PATH.search(address.path)
    if match is None and address.on(*_ID_HOSTS):
        match = _MESSAGE_ID.match(address.path.strip("/"))
    return match["id"].strip("<>") if match else None


def _rules(address: Address) -> Iterator[Callable[[Address], str | None]]:
    """The rule of the archive's host, then those of the programs that write archives anywhere."""
    labels = address.host.split(".")
    for start in range(len(labels) - 1):
        rule = _BY_HOST.get(".".join(labels[start:]))
        if rule is not None:
            yield rule
            break
    if _SIGN_OF_ARCHIVE.search(address.path):
        yield from (_pipermail, _hypermail, _lurker, _patchwork, _mhonarc)


def _lkml(address: Address) -> str | None:
    return _dated("lkml", _LKML.match(address.path))


def _openwall(address: Address) -> str | None:
    match = _OPENWALL.match(address.path)
    return _dated(f"openwall/{match['list']}", match) if match else None


def _kerneltrap(address: Address) -> str | None:
    match = _KERNELTRAP.search(address.path) or _KERNELTRAP.search("/" + address.query.get("q", ""))
    return _dated(f"kerneltrap/{match['list']}", match) if match else None


def _dated(archive: str, match: re.Match[str] | None) -> str | None:
    return f"{archive}/{match['y']}/{int(match['m'])}/{int(match['d'])}/{int(match['n'])}" if match else None


def _marc(address: Address) -> str | None:
    number = address.query.get("m", "")
    return f"marc/{number}" if number.isascii() and number.isdigit() else None


def _gmane(address: Address) -> str | None:
    old = _OLD_GMANE.search(address.path)
    if old:
        return f"gmane{old['group'].replace('/', '.')}/{old['number']}"
    match = _GMANE.match(address.path)
    if match is None:
        return None
    focus = _GMANE_FOCUS.search(f"{match['rest'] or ''} {address.url}")
    return f"{match['group']}/{(focus or match)['number']}"


def _spinics(address: Address) -> str | None:
    match = _SPINICS.search(address.path)
    return f"spinics/{match['list']}/{int(match['number'])}" if match else None


def _debian(address: Address) -> str | None:
    match = _DEBIAN.match(address.path)
    return f"debian/{match['list']}/{match['y']}/{match['m']}/{match['number']}" if match else None


def _mail_archive(address: Address) -> str | None:
    match = _MAIL_ARCHIVE.match(address.path)
    return (
        f"mail-archive/{match['list']}/{int(match['number']) if match['number'] else match['hash']}" if match else None
    )


def _iu(address: Address) -> str | None:
    match = _IU_HYPERMAIL.search(address.path)
    return f"hypermail/{match['list']}/{match['week']}/{match['number']}" if match else None


def _google(address: Address) -> str | None:
    match = _GOOGLE.match(address.path) or _GOOGLE_TOPIC.search(address.fragment)
    return f"google/{match['list']}/{match['id']}" if match else None


def _gossamer(address: Address) -> str | None:
    match = _GOSSAMER.match(address.path)
    return f"gossamer/{match['list']}/{match['number']}" if match else None


def _sourceforge(address: Address) -> str | None:
    match = _SOURCEFORGE.match(address.path)
    number = match["number"] if match else address.query.get("msg_id")
    return f"sourceforge/{number}" if number and number.isdigit() else None


def _nabble(address: Address) -> str | None:
    match = _NABBLE.search(address.path)
    return f"nabble/{match['number']}" if match else None


def _pipermail(address: Address) -> str | None:
    match = _PIPERMAIL.search(address.path)
    if match is None:
        return None
    # lists.x.org and lists.freedesktop.org are two names of one archive.
    archive = "freedesktop" if address.on("lists.freedesktop.org", "lists.x.org") else address.host
    return f"{archive}/{match['list']}/{match['month']}/{match['number']}"


def _hypermail(address: Address) -> str | None:
    match = _HYPERMAIL.search(address.path)
    return f"{address.host}/{match['list']}/{match['month']}/{match['number']}" if match else None


def _lurker(address: Address) -> str | None:
    match = _LURKER.search(address.path)
    return f"lurker/{match['id']}" if match else None


def _patchwork(address: Address) -> str | None:
    if not address.host.startswith("patchwork."):
        return None
    match = _PATCHWORK.match(address.path)
    if match is None:
        return None
    return match["id"] if "@" in match["id"] else f"{address.host}/{match['id']}"


def _mhonarc(address: Address) -> str | None:
    match = _MHONARC.search(address.path)
    if match is None:
        return None
    month = f"/{match['month']}" if match["month"] else ""
    return f"{address.host}/{match['list']}{month}/{match['number']}"


_BY_HOST: dict[str, Callable[[Address], str | None]] = {
    "lkml.org": _lkml,
    "openwall.net": _openwall,
    "openwall.com": _openwall,
    "marc.info": _marc,
    "marc.theaimsgroup.com": _marc,
    "marc.10east.com": _marc,
    "gmane.org": _gmane,
    "gmane.io": _gmane,
    "spinics.net": _spinics,
    "lists.debian.org": _debian,
    "mail-archive.com": _mail_archive,
    "iu.edu": _iu,
    "indiana.edu": _iu,
    "kerneltrap.org": _kerneltrap,
    "groups.google.com": _google,
    "groups.google.de": _google,
    "groups.google.co.uk": _google,
    "gossamer-threads.com": _gossamer,
    "sourceforge.net": _sourceforge,
    "nabble.com": _nabble,
}
