"""The site of an address, and the host that serves it."""

from urllib.parse import urlsplit


def site_of(url: str) -> str:
    """Return the site of an address: its host in lower case without `www.`; empty if it has no host."""
    return without_www((urlsplit(url).hostname or "").rstrip("."))


def without_www(host: str) -> str:
    """Return a host, and any text after it, without `www.`."""
    return host.removeprefix("www.")


HOST_ASKED = "regexp_extract(url, '^[a-z]+://([^/?#]+)', 1)"
"""SQL for the host requested for `url`, under which it is limited and paused; includes a non-default port."""
