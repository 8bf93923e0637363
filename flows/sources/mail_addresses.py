"""The key of a mail at an address of a mailing-list archive: its Message-ID, else archive, list, date and number."""

import re

from flows.reading.urls import Address
from flows.sources.mail_address_forms import archive_key

_MESSAGE_ID = re.compile(r"<?(?P<id>[^\s<>/@\"]+(?:/[^\s<>/@\"]+)*@[^\s<>/@\"]+)>?\Z")
_BRACKETED_ID = re.compile(r"<(?P<id>[^\s<>@]+@[^\s<>@]+)>")
_ID_IN_PATH = re.compile(
    r"/(?:permalink|msgid|message-id|mid|msgid-search|id|r|msg-id)/(?P<id>[^/\s]+@[^/\s]+)|"
    r"/ml/[\w.-]+/(?P<slashed>[^\s@]+@[^/\s]+)"
)
_ID_IN_INBOX = re.compile(r"/(?:lore/)?[\w.-]+/(?P<id>[^\s@]+@[^/\s]+)")
"""A base64 Message-ID may contain slashes, so its beginning is recognised by the path before it."""
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
_ID_HOSTS = ("gmane.org", "mid.mail-archive.com", "lists.debian.org", "msgid.link", "patch.msgid.link")


def mail_key(address: Address) -> str | None:
    """Return the key of a mail: its Message-ID without brackets, else archive/list/date/number; None if it is not a mail."""
    return _message_id(address) or archive_key(address)


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
        match = _ID_IN_INBOX.match(address.path)
        return match["id"].strip("<>") if match else None
    match = _ID_IN_PATH.search(address.path)
    if match is None and address.on(*_ID_HOSTS):
        match = _MESSAGE_ID.match(address.path.strip("/"))
    return match[match.lastgroup or 0].strip("<>") if match else None
