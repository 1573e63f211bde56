"""TIFF and BigTIFF: every kind that scanners, cameras and programs write, and those of attackers."""

import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.reading import reopened
from tests.imaging.made import CORNERS, alike, corners, ingested, probed, quarters, saved, thumbnail
from tests.imaging.tiffs import LONG, SHORT, Writer, tiff

SIZE = (96, 64)
PICTURE = quarters(SIZE)
GREY = PICTURE.convert("L")
GREYS = [
    (each,) * 3
    for each in (GREY.getpixel((24 + 48 * (n % 2), 16 + 32 * (n // 2))) for n in range(4))
]
WAYS = {
    "one strip": {},
    "strips": {"rows": 7},
    "tiles": {"tile": (32, 16)},
    "large tiles": {"tile": (128, 128)},
    "planes": {"planar": True},
    "deflate": {"deflate": True},
    "tiles and deflate": {"tile": (48, 32), "deflate": True},
    "planes, strips and deflate": {"planar": True, "rows": 10, "deflate": True},
}
SIXTEEN = {"bits": 16, "samples": 3, "photometric": 2}


def shown(data):
    return corners(thumbnail(data, formats=("TIFF",)))


def refusal(data, **limits):
    with pytest.raises(UploadRefused) as caught:
        probed(data, formats=("TIFF",), **limits)
    return caught.value


def numbers(image, kind, order, factor=1):
    values = [
        each
        for pixel in image.get_flattened_data()
        for each in (pixel if isinstance(pixel, tuple) else [pixel])
    ]
    return struct.pack(f"{order}{len(values)}{kind}", *(each * factor for each in values))


@pytest.mark.parametrize("big", [False, True], ids=["classic", "big"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big-endian"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_storing_pixels_is_read(order, big, way):
    kind = {"order": order, "big": big, **WAYS[way]}
    eight = tiff(PICTURE.tobytes(), SIZE, samples=3, photometric=2, **kind)
    sixteen = tiff(numbers(PICTURE, "H", order, 257), SIZE, **SIXTEEN, **kind)
    for data in (eight, sixteen):
        found = probed(data, formats=("TIFF",))
        assert (found.width, found.height, found.frames) == (*SIZE, 1)
        assert all(map(alike, shown(data), CORNERS))


@pytest.mark.parametrize("order", ["<", ">"])
def test_grey_of_sixteen_bits_is_not_clipped_to_white(order):
    data = tiff(numbers(GREY, "H", order, 257), SIZE, bits=16, order=order)
    assert all(alike(*each, by=3) for each in zip(shown(data), GREYS, strict=True))


def test_where_white_is_zero_black_is_not():
    data = tiff(numbers(ImageOps.invert(GREY), "H", "<", 257), SIZE, bits=16, photometric=0)
    assert all(alike(*each, by=3) for each in zip(shown(data), GREYS, strict=True))


@pytest.mark.parametrize("kind,more", [("f", 3), ("i", 2), ("I", 1)])
def test_numbers_without_a_range_are_stretched_from_the_lowest_to_the_highest(kind, more):
    values = [100 if kind == "I" else -50] * 3072 + [400] * 3072
    data = tiff(struct.pack(f"<6144{kind}", *values), SIZE, bits=32, more={339: (SHORT, [more])})
    black, _, white, _ = shown(data)
    assert alike(black, (0, 0, 0), by=3)
    assert alike(white, (255, 255, 255), by=3)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -3e38])
def test_fractions_that_cannot_be_stretched_are_some_picture_all_the_same(value):
    data = tiff(struct.pack("<6144f", *[value] * 6144), SIZE, bits=32, more={339: (SHORT, [3])})
    assert len(shown(data)) == 4


def test_twelve_bits_are_as_bright_as_sixteen():
    assert alike(shown(tiff(b"\x80\x08\x00" * 48 * 64, SIZE, bits=12))[0], (128,) * 3, by=5)


@pytest.mark.parametrize("compression", ["tiff_ccitt", "group3", "group4"])
def test_the_compressions_of_fax_machines_are_read(compression):
    data = saved(PICTURE.convert("1", dither=0), "TIFF", compression=compression)
    assert all(map(alike, shown(data), corners(PICTURE.convert("1", dither=0))))


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate", "jpeg"])
@pytest.mark.parametrize("mode", ["RGB", "CMYK", "YCbCr", "RGBA"])
def test_colours_of_every_kind_are_read(compression, mode):
    if (compression, mode) == ("jpeg", "RGBA"):
        pytest.skip("libtiff writes no transparency into a JPEG")
    data = saved(PICTURE.convert(mode), "TIFF", compression=compression)
    assert all(map(alike, shown(data), CORNERS))


def test_uncompressed_chroma_that_is_subsampled_is_read():
    block = bytes([76, 76, 76, 76, 85, 255])  # four pixels of red
    data = tiff(
        block * (48 * 32), SIZE, samples=3, photometric=6,
        more={530: (SHORT, [2, 2]), 279: (LONG, [len(block) * 48 * 32])},
    )  # fmt: skip
    assert alike(shown(data)[3], (254, 0, 0))


def test_lab_is_converted():
    profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(PICTURE, *profiles, outputMode="LAB")
    assert all(alike(*each, by=25) for each in zip(shown(saved(lab, "TIFF")), CORNERS, strict=True))


@pytest.mark.parametrize("kind", ["<", ">"])
def test_premultiplied_transparency_is_undone(kind):
    pixels = numbers(Image.new("RGB", SIZE, (100, 50, 0)), "B", "<")
    pixels = b"".join(pixels[at : at + 3] + b"\x80" for at in range(0, len(pixels), 3))
    data = tiff(pixels, SIZE, samples=4, photometric=2, order=kind, more={338: (SHORT, [1])})
    image = thumbnail(data, formats=("TIFF",))
    assert image.mode == "RGBA"
    assert alike(image.getpixel((9, 9)), (199, 99, 0, 128), by=6)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("options", [{}, {"compression": "tiff_lzw"}], ids=["raw", "lzw"])
def test_it_is_turned_upright_once(orientation, options):
    data = saved(PICTURE, "TIFF", tiffinfo={274: orientation}, **options)
    expected = PICTURE.copy()
    expected.getexif()[0x0112] = orientation
    expected = ImageOps.exif_transpose(expected)
    found, made = ingested(data, formats=("TIFF",))
    assert (found.upright, found.orientation, (made.width, made.height)) == (
        expected.size, 1, expected.size,
    )  # fmt: skip
    assert all(map(alike, shown(data), corners(expected)))
    with reopened(BytesIO(data), limits=Limits(10**6, 9, ())) as (image, found):
        image.load()
        assert (image.size, found.upright) == (expected.size, expected.size)


def test_pages_are_frames():
    data = saved(PICTURE, "TIFF", save_all=True, append_images=[quarters((50, 40))] * 3)
    assert probed(data, formats=("TIFF",)).frames == 4
    assert ingested(data, formats=("TIFF",))[1].width == 96


def pages(number, **options):
    return tiff(PICTURE.tobytes(), SIZE, samples=3, photometric=2, pages=number, **options)


def test_pages_are_bounded_to_the_last_one():
    assert probed(pages(5), formats=("TIFF",), max_frames=5).frames == 5
    error = refusal(pages(6), max_frames=5)
    assert (error.code, error.limit) == ("frames", 5)
    assert "too many pages: at most 5 are accepted" in str(error)


def sparse(size, *, first=(8, 8), compression=5):
    """Return a small TIFF whose second page declares a size."""
    writer = Writer()
    at = writer.put(bytes(64))
    for width, height in (first, size):
        writer.page(
            {256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, [8]), 278: (LONG, [1 << 20]),
             259: (SHORT, [compression]), 262: (SHORT, [1]), 273: (LONG, [at]), 279: (LONG, [64])}
        )  # fmt: skip
    return bytes(writer.data)


def test_a_later_page_is_bounded_as_the_first():
    assert probed(sparse((5000, 5000)), formats=("TIFF",), max_pixels=25_000_000).width == 8
    assert refusal(sparse((5000, 5000)), max_pixels=24_999_999).code == "pixels"
    assert refusal(sparse((5000, 5000), compression=1)).code == "broken"


def test_all_pages_together_are_bounded():
    data = tiff(bytes(10**6), (1000, 1000), pages=160)
    assert probed(data, formats=("TIFF",), max_bytes=10**9, max_pixels=60_000_000).frames == 160
    assert refusal(data, max_bytes=10**9).code == "frames"


def broken_page(**changes):
    tags = {
        256: (LONG, [8]), 257: (LONG, [8]), 258: (SHORT, [8]), 259: (SHORT, [1]), 262: (SHORT, [1]),
        273: (LONG, [8]), 277: (SHORT, [1]), 278: (LONG, [8]), 279: (LONG, [64]),
    }  # fmt: skip
    for tag, value in changes.items():
        tags[int(tag[1:])] = value
    writer = Writer()
    writer.put(bytes(64))
    writer.page({tag: value for tag, value in tags.items() if value})
    return bytes(writer.data)


def circle():
    writer = Writer()
    writer.put(bytes(64))
    tags = {256: (LONG, [8]), 257: (LONG, [8]), 273: (LONG, [8]), 279: (LONG, [8])}
    first = writer.page({**tags, 258: (SHORT, [1])})
    writer.page({**tags, 258: (SHORT, [1])})
    writer.point(first)
    return bytes(writer.data)


BROKEN = {
    "no directory": b"II*\0" + bytes(4),
    "a directory outside": b"II*\0\xff\xff\xff\x7f",
    "a directory of a big one outside": b"II+\0\x08\0\0\0" + b"\xff" * 8,
    "a directory that leads to itself": circle(),
    "no width": broken_page(t256=None),
    "no height": broken_page(t257=(LONG, [0])),
    "no strips": broken_page(t273=None),
    "strips outside": broken_page(t273=(LONG, [10_000])),
    "lengths outside": broken_page(t279=(LONG, [10_000])),
    "too few strips": broken_page(t278=(LONG, [1])),
    "rows of nothing": broken_page(t278=(LONG, [0])),
    "pixels that are not there": broken_page(t256=(LONG, [5000]), t257=(LONG, [5000])),
    "too many colours": broken_page(t277=(SHORT, [9])),
    "colours of no known depth": broken_page(t258=(SHORT, [65])),
    "an old JPEG": broken_page(t259=(SHORT, [6])),
    "LZMA": broken_page(t259=(SHORT, [34925])),
    "tiles larger than the picture": broken_page(
        t322=(LONG, [60_000]), t323=(LONG, [60_000]), t324=(LONG, [8]), t325=(LONG, [8])
    ),
    "tiles of no size": broken_page(t322=(LONG, [0]), t323=(LONG, [16]), t324=(LONG, [8])),
    "strips one on another": broken_page(
        t278=(LONG, [1]), t273=(LONG, [8] * 8), t279=(LONG, [64] * 8), t259=(SHORT, [5])
    ),
    "a JPEG of many scans": tiff(b"\xff\xda" * 32, (8, 8), more={259: (SHORT, [7])}),
    "a list longer than the file": b"II*\0\x08\0\0\0\x01\0\x00\x01\x04\0\xff\xff\xff\xff\0\0\0\0"
    + bytes(8),
    "sixty thousand entries": b"II*\0\x08\0\0\0\x60\xea" + bytes(60_000 * 12 + 4),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_directory_that_says_what_cannot_be_is_refused(name):
    assert refusal(BROKEN[name], max_bytes=10**8).code == "broken"


def test_a_picture_cut_into_too_many_pieces_is_refused():
    data = tiff(bytes(70_000), (2, 35_000), pages=8, rows=1)
    assert refusal(data, max_bytes=10**9).code == "broken"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_never_raises_anything_but_a_refusal(data):
    content = bytearray(pages(2, rows=16, order=data.draw(st.sampled_from("<>"))))
    for _ in range(3):
        at = data.draw(st.integers(0, 400)) * -1 % len(content)
        content[at] = data.draw(st.integers(0, 255))
    try:
        found, _ = ingested(bytes(content), formats=("TIFF",))
    except UploadRefused:
        return
    assert found.format.name == "TIFF"


@pytest.mark.parametrize("tags", [{50706: bytes([1, 4, 0, 0])}, {254: 1}], ids=["DNG", "preview"])
def test_raw_data_of_a_camera_is_refused_before_all_but_its_preview_is_lost(tags):
    with pytest.raises(UploadRefused) as refused:
        probed(saved(PICTURE, "TIFF", tiffinfo=tags), formats=("TIFF",))

    assert refused.value.code == "format"
    assert "raw data" in str(refused.value)
    assert probed(saved(PICTURE, "TIFF", tiffinfo={254: 2}), formats=("TIFF",)).width == SIZE[0]
