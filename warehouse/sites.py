"""The site of an address, the host that serves it, and what the forms of an address have in common."""

from urllib.parse import urlsplit


def site_of(url: str) -> str:
    """Return the site of an address: its host in lower case without `www.`; empty if it has no host."""
    return without_www((urlsplit(url).hostname or "").rstrip("."))


def without_www(host: str) -> str:
    """Return a host, and any text after it, without `www.`."""
    return host.removeprefix("www.")


def bare_address(url: str) -> str:
    """Return what the forms of an address have in common: without scheme, `www.`, fragment and last slash."""
    rest = url.removeprefix("https://").removeprefix("http://")
    return without_www(rest.partition("#")[0]).rstrip("/")


def forms_of(url: str) -> list[str]:
    """Return the forms in which the archive may have an address."""
    bare = bare_address(url)
    return [
        f"{scheme}://{www}{bare}{slash}" for scheme in ("https", "http") for www in ("", "www.") for slash in ("/", "")
    ]


HOST_ASKED = "regexp_extract(url, '^[a-z]+://([^/?#]+)', 1)"
"""SQL for the host requested for `url`, under which it is limited and paused; includes a non-default port."""
