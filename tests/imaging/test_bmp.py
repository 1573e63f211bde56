"""BMP: its seven headers, both directions, every depth and compression."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery_events.exceptions import UploadRefused
from tests.imaging.made import CORNERS, alike, corners, ingested, probed, quarters, saved, thumbnail

SIZE = (96, 64)
PICTURE = quarters(SIZE)
COLOURS = dict(zip(CORNERS, range(4), strict=True))
PALETTE = b"".join(bytes([blue, green, red, 0]) for red, green, blue in CORNERS)


def bmp(rows, size=SIZE, *, header=40, depth=24, compression=0, palette=b"", masks=b"", up=True):
    """Return a BMP of rows as they are stored; *up* tells whether the lowest comes first."""
    width, height = size
    if header == 12:
        fields = struct.pack("<IHHHH", 12, width, height, 1, depth)
        palette = b"".join(palette[at : at + 3] for at in range(0, len(palette), 4))
    else:
        fields = struct.pack(
            "<IiiHHI", header, width, height if up else -height, 1, depth, compression
        )
        fields += struct.pack("<IiiII", len(rows), 0, 0, len(palette) // 4, 0)
        fields += masks if header > 40 else b""
        fields = fields.ljust(header, b"\0")
        fields += masks if header == 40 else b""
    start = 14 + len(fields) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + fields + palette + rows


def stored(pack, *, up=True):
    """Return the rows of the picture, each filled to four bytes, by a packing of its pixels."""
    lines = [[PICTURE.getpixel((x, y)) for x in range(SIZE[0])] for y in range(SIZE[1])]
    rows = [pack(line) for line in (reversed(lines) if up else lines)]
    return b"".join(row + bytes(-len(row) % 4) for row in rows)


def eight(line):
    return bytes(COLOURS[each] for each in line)


def four(line):
    return bytes(COLOURS[a] << 4 | COLOURS[b] for a, b in zip(line[::2], line[1::2], strict=True))


def twenty_four(line):
    return b"".join(bytes(reversed(each)) for each in line)


def thirty_two(line):
    return b"".join(bytes([*reversed(each), 255]) for each in line)


def sixteen(line):
    return struct.pack(f"<{len(line)}H", *(r >> 3 << 11 | g >> 2 << 5 | b >> 3 for r, g, b in line))


RGB565 = struct.pack("<IIII", 0xF800, 0x7E0, 0x1F, 0)
BGRA = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
RUNS8 = b"".join(
    bytes([48, left, 48, right, 0, 0])
    for left, right in [(2, 3)] * 32 + [(0, 1)] * 32
) + b"\0\1"  # fmt: skip
RUNS4 = b"".join(
    bytes([48, left * 17, 48, right * 17, 0, 0])
    for left, right in [(2, 3)] * 32 + [(0, 1)] * 32
) + b"\0\1"  # fmt: skip
GOOD = {
    **{
        f"header of {n}": bmp(stored(twenty_four), header=n) for n in (12, 40, 52, 56, 64, 108, 124)
    },
    "from above": bmp(stored(twenty_four, up=False), up=False),
    "eight bits": bmp(stored(eight), depth=8, palette=PALETTE),
    "eight bits of OS/2": bmp(stored(eight), depth=8, palette=PALETTE + bytes(1008), header=12),
    "four bits": bmp(stored(four), depth=4, palette=PALETTE),
    "thirty-two bits": bmp(stored(thirty_two), depth=32),
    "thirty-two bits by masks": bmp(
        stored(thirty_two), depth=32, compression=3, masks=BGRA, header=124
    ),
    "sixteen bits by masks": bmp(stored(sixteen), depth=16, compression=3, masks=RGB565[:12]),
    "runs of eight bits": bmp(RUNS8, depth=8, compression=1, palette=PALETTE),
    "runs of four bits": bmp(RUNS4, depth=4, compression=2, palette=PALETTE),
}


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_is_measured_and_shown(name):
    found = probed(GOOD[name], formats=("BMP",))
    assert (found.format.content_type, found.width, found.height) == ("image/bmp", *SIZE)
    assert all(map(alike, corners(thumbnail(GOOD[name], formats=("BMP",))), CORNERS))


def test_two_colours_are_enough():
    data = saved(PICTURE.convert("1", dither=0), "BMP")
    assert all(
        map(
            alike,
            corners(thumbnail(data, formats=("BMP",))),
            corners(PICTURE.convert("1", dither=0)),
        )
    )


FLAT = stored(twenty_four)
BROKEN = {
    "an unknown header": bmp(FLAT, header=44),
    "a JPEG inside": bmp(FLAT, depth=0, compression=4),
    "a PNG inside": bmp(FLAT, compression=5),
    "an unknown depth": bmp(FLAT, depth=2),
    "runs of another depth": bmp(RUNS8, depth=4, compression=1, palette=PALETTE),
    "nothing wide": bmp(FLAT, (0, 64)),
    "less than nothing wide": bmp(FLAT, (-96, 64)),
    "nothing high": bmp(FLAT, (96, 0)),
    "no palette of sense": bmp(stored(eight)[:-1], depth=8, palette=b""),
    "cut off": bmp(FLAT)[:-1],
    "cut off in the header": bmp(FLAT)[:30],
    "masks that nobody writes": bmp(stored(thirty_two), depth=32, compression=3, masks=b"\7" * 16),
    "runs that end at once": bmp(b"\0\1", depth=8, compression=1, palette=PALETTE),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_stored_in_no_known_way_is_refused(name):
    with pytest.raises(UploadRefused) as caught:
        ingested(BROKEN[name], formats=("BMP",))
    assert caught.value.code == "broken"


@pytest.mark.parametrize(
    "depth,compression,most", [(24, 0, 50_000_000), (8, 0, 50_000_000), (8, 1, 4_000_000)]
)
def test_pixels_are_bounded_and_runs_more_than_others(depth, compression, most):
    width = most // 1000
    rows = b"\0\1" if compression else bytes(-(-width * depth // 32) * 4 * 1000)
    data = bmp(rows, (width, 1000), depth=depth, compression=compression)
    assert probed(data, formats=("BMP",), max_bytes=10**9).width == width
    rows += bytes(1000 * 4)
    data = bmp(rows, (width + 1, 1000), depth=depth, compression=compression)
    with pytest.raises(UploadRefused) as caught:
        probed(data, formats=("BMP",), max_bytes=10**9)
    assert (caught.value.code, caught.value.limit) == ("pixels", most)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4),
    st.sampled_from(sorted(GOOD)),
)
def test_a_changed_byte_never_raises_anything_but_a_refusal(changes, name):
    content = bytearray(GOOD[name])
    for at, byte in changes:
        content[at] = byte
    try:
        found, _ = ingested(bytes(content), formats=("BMP",))
    except UploadRefused:
        return
    assert found.format.name == "BMP"
