"""Rules for the addresses that may be requested: http and https on public hosts, without disguised spellings of others.

Source: https://url.spec.whatwg.org/#concept-ipv4-parser (which spellings of an IPv4 address browsers understand),
https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry
(2026-01).
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import httpx

from warehouse.errors import Refused

Place = tuple[str, int]
"""Host as written in a checked address, and port."""

MOST_CHARACTERS = 4096  # of an address; servers limit the request line to 8 KiB, and archives prepend their own address

# Ranges missing from Python's own list: protocol assignments (including Oracle's metadata service), 6to4 relays, sinks
# of name servers (AS112), multicast relays (AMT), documentation, and the one metadata service in a public range (Azure).
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24", "168.63.129.16/32",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
_UNICAST = ipaddress.ip_network("2000::/3")  # all other IPv6 is local, used for transition, reserved or unassigned
_PRIVATE_NAMES = (
    "localhost",
    "local",
    "localdomain",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "home.arpa",
    "onion",
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z", re.IGNORECASE)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")


def check_address(url: str, allowed: Iterable[Place] = ()) -> httpx.URL:
    """Return the normalised address if it may be requested.

    Only the spelling is checked here; `CheckedBackend` checks the IP addresses of the host. `allowed` are hosts and ports
    from the settings (such as an archive on this machine).

    Raises:
        Refused: reason `address` (not http or https, malformed, with a user name or password) or `private`.
    """
    if len(url) > MOST_CHARACTERS or not url.isprintable() or "\\" in url or url != url.strip():
        raise _refused(url, "address", "it is malformed")
    try:
        parts = urlsplit(url)
        authority = parts.netloc
    except ValueError as error:
        raise _refused(url, "address", "it is malformed") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise _refused(url, "address", "expected http or https")
    if "@" in authority:
        raise _refused(url, "address", "it contains a user name or password")
    try:
        written = unicodedata.normalize("NFKC", authority)
        read = httpx.URL(url.replace(authority, written, 1))
        port = _port(read)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(url, "address", "it is malformed") from error
    host = read.raw_host.decode("ascii").lower()
    if "@" in written or "/" in written or "%" in host or not 0 < port < 65536:
        raise _refused(url, "address", "it is malformed")
    if (host, port) not in set(allowed):
        _check_host(url, host)
    return read


def join_address(base: str, location: str) -> str:
    """Return the absolute address of a redirect target.

    Raises:
        Refused: reason `address`, the target is malformed.
    """
    try:
        return urljoin(base, location.strip())
    except ValueError as error:
        raise _refused(location, "address", "it is malformed") from error


def place_of(url: str) -> Place:
    """Return the host and port of an address from a setting, in the form that `check_address` compares."""
    read = httpx.URL(url)
    return read.raw_host.decode("ascii").lower(), _port(read)


def is_public(answer: str) -> bool:
    """Return whether an IP address from a resolver is public."""
    try:
        address = ipaddress.ip_address(answer)
    except ValueError:
        return False  # not an IP address
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)))
        if address not in _UNICAST:
            return False
    listed = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not (listed or address.is_multicast or address.is_reserved)


def _port(address: httpx.URL) -> int:
    if address.port is not None:
        return address.port
    return 443 if address.scheme == "https" else 80


def _check_host(url: str, host: str) -> None:
    if ":" in host:
        if not is_public(host):
            raise _refused(url, "private", f"{host} is not a public IP address")
        return
    labels = host.removesuffix(".").split(".")
    if _NUMBER.match(labels[-1]):
        _check_numbers(url, host, labels)
        return
    if not all(_LABEL.match(label) for label in labels) or len(host) > 253:
        raise _refused(url, "address", f"{host!r} is not a valid host name")
    if len(labels) == 1 or any(host.removesuffix(".").endswith("." + name) for name in _PRIVATE_NAMES):
        raise _refused(url, "private", f"{host} is a local network name")


def _check_numbers(url: str, host: str, labels: list[str]) -> None:
    """Refuse an IPv4 address unless it is public and written as four plain decimal numbers."""
    plain = len(labels) == 4 and all(label.isdigit() and label == str(int(label)) for label in labels)
    if not plain or host.endswith("."):
        raise _refused(url, "address", f"{host} is a non-standard spelling of an IP address")
    if not is_public(host):
        raise _refused(url, "private", f"{host} is not a public IP address")


def _refused(url: str, reason: str, why: str) -> Refused:
    shown = url if len(url) <= 200 else url[:197] + "..."
    return Refused(f"refused to fetch {shown!r}: {why}.", reason=reason)
