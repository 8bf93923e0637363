import contextlib
import gzip
import random
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from warehouse.captures.unpack import measure, unpack, unpack_what_is_whole
from warehouse.errors import KlogError, PageSetAside, TooLarge


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": [gzip.compress, lambda body: gzip.compress(body[:7]) + gzip.compress(body[7:])],
    "deflate": [zlib.compress, raw_deflate],
    "br": [brotli.compress],
    "zstd": [zstandard.compress, lambda body: zstandard.compress(body[:7]) + zstandard.compress(body[7:])],
}
EVERY = [(name, pack) for name, packers in PACKERS.items() for pack in packers]
NAMES = [f"{name}-{number}" for name, packers in PACKERS.items() for number in range(len(packers))]
SIZES = [0, 1, 65_535, 65_536, 65_537, 300_001]


@pytest.mark.parametrize(("name", "pack"), EVERY, ids=NAMES)
@pytest.mark.parametrize("size", SIZES)
def test_what_was_packed_is_unpacked_whole(name: str, pack, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert unpack(pack(body), name, limit=size + 1) == body
    assert measure(pack(body), name, limit=size + 1) == size


@given(st.binary(max_size=500), st.lists(st.sampled_from(EVERY), min_size=1, max_size=3))
def test_layers_are_undone_last_first(body: bytes, layers) -> None:
    packed = body
    for _, pack in layers:
        packed = pack(packed)
    assert unpack(packed, ", ".join(name.upper() for name, _ in layers), limit=10_000) == body


@pytest.mark.parametrize(("name", "pack"), EVERY, ids=NAMES)
def test_more_than_the_limit_is_too_large(name: str, pack) -> None:
    with pytest.raises(TooLarge, match="KLOG_MAX_BODY_BYTES"):
        unpack(pack(b"\0" * 1_000_000), name, limit=999_999)


@pytest.mark.parametrize(("name", "pack"), EVERY, ids=NAMES)
@given(body=st.binary(min_size=20, max_size=500), cut=st.integers(1))
def test_of_a_packed_body_that_breaks_off_the_beginning_is_kept(name: str, pack, body: bytes, cut: int) -> None:
    packed = pack(body)
    cut = 1 + cut % (len(packed) - 1)
    if pack is not PACKERS[name][0] and cut == len(PACKERS[name][0](body[:7])):
        return  # the first of two members is whole
    try:
        found = unpack_what_is_whole(packed[:cut], name, limit=100_000)
    except PageSetAside as error:
        assert error.reason == "truncated"
    else:
        assert found.is_cut or found.body in (body, packed[:cut])  # so little may be text as well
        assert body.startswith(found.body) or found.body == packed[:cut]


@pytest.mark.parametrize("name", PACKERS)
def test_of_a_large_packed_body_that_breaks_off_nearly_all_is_kept(name: str) -> None:
    body = random.Random(1).randbytes(200_000)
    found = unpack_what_is_whole(PACKERS[name][0](body)[:-9], name, limit=1_000_000)
    assert found.is_cut and body.startswith(found.body) and len(found.body) >= 65_536
    assert measure(PACKERS[name][0](body)[:-9], name, limit=1_000_000) == len(found.body)


@pytest.mark.parametrize("name", PACKERS)
def test_no_body_is_none_whatever_its_header_names(name: str) -> None:
    assert unpack(b"", name, limit=1) == b""


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "zstd", None, "", "identity", "none", "identity, gzip"])
def test_a_body_that_is_not_packed_is_given_as_it_is(name: str | None) -> None:
    assert unpack(b"<html>plain</html>", name, limit=100) == b"<html>plain</html>"


@pytest.mark.parametrize("name", ["compress", "aws-chunked", "iso-8859-1", "br", "deflate"])
def test_text_is_text_whatever_its_header_names(name: str) -> None:
    assert unpack(b"<html>plain</html>", name, limit=100) == b"<html>plain</html>"


@pytest.mark.parametrize("name", [None, "", "identity", "compress"])
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_what_is_packed_is_unpacked_though_no_header_says_so(name: str | None, pack) -> None:
    assert unpack(pack(pack(b"words and more")), name, limit=100) == b"words and more"
    with pytest.raises(TooLarge):
        unpack(pack(b"\0" * 1_000_000), name, limit=999_999)


@given(st.binary(max_size=300), st.sampled_from([*PACKERS, "gzip, br", "nonsense"]))
def test_any_body_is_unpacked_or_refused_with_our_errors(body: bytes, name: str) -> None:
    with contextlib.suppress(KlogError):
        assert len(unpack(body, name, limit=10_000)) <= 10_000
