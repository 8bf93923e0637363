"""WARC files damaged in every way and packed in every way: what can be read is read, what cannot is named."""

import datetime as dt
import gzip
import io
import random
import re
import zlib
from collections.abc import Callable

import pytest

from flows.web import warctext
from flows.web.warcpages import BrokenRecord, RecordPage
from flows.web.warcrecords import read_warc
from tests.work import grows_evenly
from warehouse.captures import warc

MOMENT = dt.datetime(2009, 3, 9, 4, 12)
LIMIT = 1_000_000
PAGES = 6


def page(number: int, *, digests: bool = True) -> bytes:
    words = random.Random(number).choices(["kernel", "log", "xen", "kvm", str(number)], k=80)
    http = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html")])
    body = f"<p>page {number} {' '.join(words)}</p>".encode()
    record = gzip.decompress(warc.response(f"http://lwn.net/{number}", MOMENT, http, body, ())[1])
    return record if digests else re.sub(rb"WARC-(?:Block|Payload)-Digest: .*\r\n", b"", record)


def request(number: int) -> bytes:
    about = [("User-Agent", "test")]
    return gzip.decompress(warc.request(f"http://lwn.net/{number}", MOMENT, about, concurrent_to="<urn:uuid:1>"))


def records(*, digests: bool = True) -> list[bytes]:
    return [one for number in range(PAGES) for one in (page(number, digests=digests), request(number))]


def pack(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


def grouped(every: list[bytes], size: int) -> list[bytes]:
    return [b"".join(every[at : at + size]) for at in range(0, len(every), size)]


FORMS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "plain": lambda every: every,
    "a member a record": lambda every: [pack(one) for one in every],
    "a member for four": lambda every: [pack(one) for one in grouped(every, 4)],
    "one member": lambda every: [pack(b"".join(every))],
}
PACKED = [name for name in FORMS if name != "plain"]


def read(data: bytes) -> tuple[dict[str, bytes], list[BrokenRecord]]:
    found = list(read_warc(io.BytesIO(data), LIMIT))
    return {one.url: one.body for one in found if isinstance(one, RecordPage)}, [
        one for one in found if isinstance(one, BrokenRecord)
    ]


GOOD = read(b"".join(records()))[0]
URLS = list(GOOD)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("digests", [True, False])
def test_every_form_is_read_whole(form: str, digests: bool) -> None:
    assert len(GOOD) == PAGES
    assert read(b"".join(FORMS[form](records(digests=digests)))) == (GOOD, [])


@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_byte_anywhere_costs_what_it_lies_in_and_is_named(form: str) -> None:
    pieces = FORMS[form](records())
    data = b"".join(pieces)
    per_piece = PAGES // len(pieces) if len(pieces) < PAGES else 1
    for at in range(0, len(data), max(len(data) // 300, 1)):
        damaged = bytearray(data)
        damaged[at] ^= 0x55
        good, broken = read(bytes(damaged))
        lost = [url for url in URLS if good.get(url) != GOOD[url]]
        assert len(lost) <= per_piece, at
        if form != "plain":  # in plain text a wrong letter of an address is an address
            assert bool(broken) >= bool(lost), at
            assert all(abs(one.offset - at) < 3 * len(max(pieces, key=len)) for one in broken)


@pytest.mark.parametrize("digests", [True, False])
def test_of_one_member_all_before_the_damage_is_read_and_the_rest_said_to_be_lost(digests: bool) -> None:
    every = records(digests=digests)
    packer = zlib.compressobj(wbits=31)
    before = packer.compress(b"".join(every[:7])) + packer.flush(zlib.Z_SYNC_FLUSH)
    after = packer.compress(b"".join(every[7:])) + packer.flush()
    good, broken = read(before + b"\xff" + after[1:])  # 7: a kind of deflate block that there is not
    assert list(good) == (URLS[:4] if digests else URLS[:3])  # nothing proves the one that touches the damage
    assert broken[-1].offset == len(before)
    assert "the compressed data is corrupt" in broken[-1].why
    assert "the rest of the gzip member that begins at byte 0 cannot be decompressed" in broken[-1].why


@pytest.mark.parametrize("form", PACKED)
def test_a_sum_that_differs_at_the_end_of_a_member_is_named(form: str) -> None:
    pieces = FORMS[form](records())
    pieces[0] = pieces[0][:-8] + b"\0\0\0\0" + pieces[0][-4:]
    good, broken = read(b"".join(pieces))
    assert URLS[1:] == [url for url in good if url != URLS[0]]
    assert any("incorrect data check" in one.why for one in broken)


@pytest.mark.parametrize("form", [name for name in FORMS if name != "one member"])
@pytest.mark.parametrize("digests", [True, False])
def test_what_lies_between_records_hides_none_and_is_named(form: str, digests: bool) -> None:
    for noise in (
        b"\0" * 70_000,
        b"junk\r\n\r\n",
        b"\x1f\x8b\x08\0\0\0",
        b"\x1f\x8b\x08 no gzip",
        pack(b"not a record"),
    ):
        pieces = FORMS[form](records(digests=digests))
        place = len(pieces[0]) + len(pieces[1])
        good, broken = read(b"".join([*pieces[:2], noise, *pieces[2:]]))
        assert good == GOOD, noise[:20]
        assert [place <= one.offset <= place + len(noise) + 64 for one in broken] == [True] * len(broken) != []


@pytest.mark.parametrize("form", [name for name in FORMS if name != "one member"])
@pytest.mark.parametrize("digests", [True, False])
@pytest.mark.parametrize("cut", [1, 9, 40])
def test_a_piece_cut_out_of_the_middle_costs_that_piece(form: str, digests: bool, cut: int) -> None:
    pieces = FORMS[form](records(digests=digests))
    number = len(pieces) // 2 - len(pieces) // 2 % 2 if len(pieces) > PAGES else 1
    url = URLS[number // 2 if len(pieces) > PAGES else 2]
    pieces[number] = pieces[number][: -8 - cut]
    good, broken = read(b"".join(pieces))
    assert broken
    lost = [one for one in URLS if good.get(one) != GOOD[one]]
    assert len(lost) <= (1 if len(pieces) > PAGES else 2)
    assert not lost or url in lost
    if digests or form != "plain":
        assert all(body == GOOD[name] for name, body in good.items())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("digests", [True, False])
@pytest.mark.parametrize("more", [-100, 100, 5000, 10**9])
def test_a_wrong_length_costs_one_page(form: str, digests: bool, more: int) -> None:
    every = records(digests=digests)
    head, _, rest = every[4].partition(b"\r\n\r\n")
    length = int(re.search(rb"Content-Length: (\d+)", head)[1])
    every[4] = (
        head.replace(b"Content-Length: %d" % length, b"Content-Length: %d" % (length + more)) + b"\r\n\r\n" + rest
    )
    good, broken = read(b"".join(FORMS[form](every)))
    assert good == {url: body for url, body in GOOD.items() if url != URLS[2]}
    assert broken


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lines", [b"", b"\r\n", b"\n\n", b"\r\n" * 5])
def test_empty_lines_may_be_missing_or_too_many(form: str, lines: bytes) -> None:
    every = records()
    every[4] = every[4].removesuffix(b"\r\n\r\n") + lines
    good, _ = read(b"".join(FORMS[form](every)))
    assert good == GOOD


@pytest.mark.parametrize("form", FORMS)
def test_a_broken_beginning_is_named(form: str) -> None:
    data = b"".join(FORMS[form](records()))
    good, broken = read(b"\0\0\0" + data[3:])
    assert broken[0].offset == 0
    assert list(good) == {"plain": URLS[1:], "a member a record": URLS[1:], "a member for four": URLS[2:]}.get(form, [])


def test_zeros_at_the_end_are_no_damage_to_a_packed_file() -> None:
    assert read(b"".join(FORMS["a member a record"](records())) + b"\0" * 10_000) == (GOOD, [])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", [bytes.lower, bytes.upper, bytes.title], ids=["lower", "upper", "title"])
@pytest.mark.parametrize("numbers", [range(2 * PAGES), range(3, 5)], ids=["all", "some"])
def test_names_of_headers_may_be_in_any_case(form: str, case: Callable[[bytes], bytes], numbers: range) -> None:
    every = records()
    for number in numbers:
        head, end, block = every[number].partition(b"\r\n\r\n")
        every[number] = re.sub(rb"(?m)^[\w-]+:", lambda name: case(name[0]), head) + end + block
    assert read(b"".join(FORMS[form](every))) == (GOOD, [])


@pytest.mark.parametrize("form", FORMS)
def test_a_header_whose_name_is_not_text_is_passed_over(form: str) -> None:
    every = records()
    every[2] = every[2].replace(b"WARC-Type:", b"WARC-\xff\xfe: x\r\nWARC-Type:", 1)
    assert read(b"".join(FORMS[form](every))) == (GOOD, [])


def test_broken_records_of_one_member_have_places_of_their_own() -> None:
    every = records(digests=False)
    for number in (2, 6):
        every[number] = every[number].replace(b"WARC-Type: response", b"WARC-Type: respunse")
    _, broken = read(pack(b"".join(every)))
    starts = [sum(map(len, every[:number])) for number in (2, 6)]
    assert [one.place for one in broken] == [f"#byte=0,unpacked={start}" for start in starts]


def test_the_cost_of_broken_records_in_one_large_member_grows_evenly() -> None:
    http = b"HTTP/1.1 200 OK\r\n\r\n" + b"large " * 40_000
    head = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://lwn.net/x\r\nWARC-Date: 2009-03-09T04:12:00Z\r\n"
    )
    broken_one = head + b"Content-Length: 5\r\n\r\n" + http + b"\r\n\r\n"
    packed = {number: pack(broken_one * number + page(2)) for number in (30, 150)}  # 7 and 36 MB of text

    def read_all(number: int) -> None:
        good, broken = read(packed[number])
        assert list(good) == ["http://lwn.net/2"]
        assert len(broken) >= number

    assert grows_evenly(read_all, 30, 150)  # each bad record reads on from the last mark, not from the beginning


def test_places_to_go_back_to_in_a_long_member_stay_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warctext, "_MARK_EVERY", 1000)
    text = random.Random(1).randbytes(1_000_000)
    stream = warctext.PackedStream(io.BytesIO(pack(text)))
    while stream.read(500):
        pass
    assert len(stream._marks) <= 66
    for at in (999_000, 500_000, 5_000, 1, 0):
        stream.seek(at)
        assert (found := stream.read(10))
        assert text.startswith(found, at)
