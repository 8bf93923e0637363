"""No request leaves for anything but the public network, however it is spelt, redirected or resolved."""

import asyncio
import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.web.checked_connections import CheckedBackend
from flows.web.client import Client, HostLimits
from flows.web.limiter import Limiter
from flows.web.live import Live
from flows.web.safety import check_address, is_public, place_of
from tests.flows.web.server import Server, plain
from warehouse.errors import Gone, Refused
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

SPELLINGS = [
    # schemes and shapes
    "file:///etc/passwd", "ftp://example.com/", "gopher://127.0.0.1:70/_", "dict://127.0.0.1:11211/", "javascript:alert(1)",
    "data:text/html,hello", "//127.0.0.1/", "http:/127.0.0.1/", "http:///etc/passwd", "https://", "http://?x", "ws://127.0.0.1/",
    # names and passwords in front of the host
    "http://user@lwn.net/", "http://user:word@lwn.net/", "http://lwn.net@127.0.0.1/", "http://127.0.0.1@lwn.net/",
    "http://lwn.net%40127.0.0.1/", "http://lwn.net\\@127.0.0.1/", "http://127.0.0.1\\.lwn.net/", "http://@127.0.0.1/",
    # loopback, decimal, octal, hexadecimal, short, padded
    "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://017700000001/",
    "http://0x7f000001/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://127.0.0.1./", "http://0127.0.0.1/",
    "http://127.000.000.001/", "http://127.0.0.0x1/", "http://0/", "http://0.0.0.0/", "http://127.255.255.254/", "http://4294967295/",
    "http://0x7f.1/", "http://1.2.3.4.5/", "http://256.256.256.256/", "http://0xffffffff1/",
    # the same in other digits, dots and widths
    "http://127。0。0。1/", "http://１２７.0.0.1/", "http://①②⑦.0.0.1/", "http://%31%32%37.0.0.1/", "http://127.0.0.1%00.lwn.net/",
    # private, link-local, shared, multicast, reserved, documentation
    "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.0.1/", "http://100.64.0.1/", "http://224.0.0.1/",
    "http://239.255.255.250/", "http://240.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/", "http://198.18.0.1/",
    # metadata services
    "http://169.254.169.254/latest/meta-data/", "http://2852039166/", "http://0xa9fea9fe/", "http://0251.0376.0251.0376/",
    "http://metadata.google.internal/", "http://168.63.129.16/", "http://100.100.100.200/", "http://192.0.0.192/",
    "http://[fd00:ec2::254]/",
    # IPv6: loopback, mapped, compatible, translated, 6to4, Teredo, local, multicast, with a zone
    "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[::ffff:8.8.8.8]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b:1::1]/",
    "http://[2002:7f00:1::]/", "http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/",
    "http://[fc00::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[2001:db8::1]/", "http://[3fff::1]/", "http://[3fff:fff:ffff::1]/", "http://[5f00::1]/", "http://[100:0:0:1::1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[::1", "http://[127.0.0.1]/",
    # names of local networks, and things that are no names
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://localhost.localdomain/", "http://a.localhost/",
    "http://printer.local/", "http://router/", "http://intranet/", "http://wiki.corp/", "http://nas.home.arpa/", "http://x.onion/",
    "http://-lwn.net/", "http://lwn..net/", "http://lwn net/", "http://lwn.net:99999/", "http://lwn.net:0/", "http://lwn.net:x/",
    "http://lwn.net/\r\nHost: 127.0.0.1", " http://lwn.net/", "http://lwn.net/\x00", "http://" + "a" * 5000 + ".net/",
]  # fmt: skip


def test_there_are_enough_spellings() -> None:
    assert len(set(SPELLINGS)) >= 100


@pytest.mark.parametrize("url", SPELLINGS, ids=ascii)
def test_a_spelling_is_refused_before_any_connection(url: str) -> None:
    with pytest.raises(Refused):
        check_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://lwn.net/Articles/1/",
        "https://web.archive.org/web/20090309id_/http://127.0.0.1/",
        "http://8.8.8.8/",
        "http://bücher.example/",
        "http://[2606:4700:4700::1111]/",
        "http://who-t.blogspot.com:8080/a?b=c d",
        "http://my_host.example.org/",
    ],
)
def test_an_address_of_the_public_network_may_be_asked(url: str) -> None:
    assert check_address(url).scheme in ("http", "https")


def test_a_place_that_a_setting_names_is_allowed_with_its_port_and_no_other() -> None:
    allowed = {place_of("http://127.0.0.1:8080/collection")}
    assert check_address("http://127.0.0.1:8080/anything", allowed).port == 8080
    for other in (
        "http://127.0.0.1/",
        "http://127.0.0.1:8081/",
        "http://127.0.0.2:8080/",
        "http://user@127.0.0.1:8080/",
    ):
        with pytest.raises(Refused):
            check_address(other, allowed)


# Every range of IANA's two registries of special purposes (2026-01), public hosts or not, and the older ones.
SPECIAL = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    "::1/128", "::/128", "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23",
    "2001::/32", "2001:2::/48", "2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32",
    "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip


@pytest.mark.parametrize("network", SPECIAL)
@given(where=st.integers(0))
def test_no_address_of_a_special_range_is_public(network: str, where: int) -> None:
    inside = ipaddress.ip_network(network)
    for number in (0, inside.num_addresses - 1, where % inside.num_addresses):
        address = inside.network_address + number
        assert not is_public(str(address))
        if isinstance(address, ipaddress.IPv4Address):
            assert not is_public(f"64:ff9b::{address}")


@given(st.ip_addresses(network="2400::/12"))
def test_an_address_of_a_registry_is_public(address: ipaddress.IPv6Address) -> None:
    assert is_public(str(address))


@given(st.ip_addresses())
def test_what_is_public_is_global_and_no_carrier_of_another_address(address: ipaddress.IPv4Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not (address.is_loopback or address.is_private or address.is_link_local or address.is_multicast)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/"):
        try:
            check_address(url)
        except Refused:
            continue


ANSWERS = [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"], ["fe80::1%eth0"]]


@pytest.mark.parametrize("answers", ANSWERS, ids=str)
def test_a_dns_answer_of_a_private_address_is_refused(
    answers: list[str], settings_for: Callable[..., Settings]
) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return answers

    settings = settings_for("http://127.0.0.1:1")

    async def ask() -> None:
        client = Client(settings, Limiter(settings.limiter), resolve=resolve)
        try:
            await client.ask("http://rebinding.example.org/", HostLimits(0), client.budget())
        finally:
            await client.aclose()

    with pytest.raises(Refused, match="is not public"):
        asyncio.run(ask())


def test_the_checked_address_is_the_one_connected_to(server: Server) -> None:
    """A name that changes its address after the check gains nothing: it is looked up once."""
    asked = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.7"]

    async def connect() -> str:
        backend = CheckedBackend(frozenset({("name.example.org", server.port)}), resolve)
        stream = await backend.connect_tcp("name.example.org", server.port, timeout=30)
        address = stream.get_extra_info("server_addr")[0]
        await stream.aclose()
        return address

    assert asyncio.run(connect()) == "127.0.0.1"
    assert asked == ["name.example.org"]


def test_a_name_that_does_not_exist_is_gone(settings_for: Callable[..., Settings]) -> None:
    import socket

    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    settings = settings_for("http://127.0.0.1:1")

    async def ask() -> None:
        client = Client(settings, Limiter(settings.limiter), resolve=resolve)
        await client.ask("http://gone.example.org/", HostLimits(0), client.budget())

    with pytest.raises(Gone, match="no such host"):
        asyncio.run(ask())


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9/x", "http://[::1]/", "file:///etc/passwd", "http://2130706433/"]
)
def test_a_redirect_to_a_private_address_is_refused(
    target: str, server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    server.answers["/away"] = plain(302, b"", f"Location: {target}")
    settings = settings_for(server.base)
    url = f"{server.base}/away"

    async def ask() -> None:
        client = Client(settings, Limiter(settings.limiter))
        try:
            await Live(settings).get(client, Due(url, "page", "x", 1, None, 0))
        finally:
            await client.aclose()

    with pytest.raises(Refused):
        asyncio.run(ask())
    assert server.paths() == ["/robots.txt", "/away"]
