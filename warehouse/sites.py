"""The site of an address, and the host that serves it."""

from urllib.parse import urlsplit


def site_of(url: str) -> str:
    """Return the site of an address: its host in small letters without `www.`; empty where it has none."""
    return without_www((urlsplit(url).hostname or "").rstrip("."))


def without_www(host: str) -> str:
    """Return a host, with what may follow it, as people call it."""
    return host.removeprefix("www.")


HOST_ASKED = "regexp_extract(url, '^[a-z]+://([^/?#]+)', 1)"
"""In SQL: the host that is asked for `url`, limited and paused under this name; with its port where that is not the usual one."""
