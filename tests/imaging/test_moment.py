"""When a picture was taken: what cameras write is read, what strangers write does no harm."""

import struct
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from gallery_events.imaging.header import NOWHERE
from gallery_events.imaging.moment import LONGEST, MAX_ENTRIES, moment_taken
from tests.imaging.made import FORMATS, animation, ingested, quarters, saved

SETTINGS = 0x8769
ORIGINAL, OFFSET, PARTS = 0x9003, 0x9011, 0x9291
DIGITIZED, DIGITIZED_OFFSET = 0x9004, 0x9012
SHOWN = datetime.fromisoformat("2026-07-14 09:08:07")
SUMMER = timezone(timedelta(hours=2))
MODERN = (*FORMATS, "AVIF", "TIFF", "HEIC", "BMP")


def exif(texts):
    """Return EXIF with these texts among the camera's settings."""
    found = Image.Exif()
    found[0x010F] = "Camera"
    found.get_ifd(SETTINGS).update(texts)
    return found


def written(name, texts):
    """Return a file of a format with this EXIF, as Pillow or libheif writes it."""
    if name == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[SETTINGS] = texts
        return saved(quarters(), name, tiffinfo=tags)
    if name == "HEIC":
        pillow_heif = pytest.importorskip("pillow_heif")
        out = BytesIO()
        pillow_heif.from_pillow(quarters()).save(out, exif=exif(texts).tobytes())
        return out.getvalue()
    return saved(quarters(), name, exif=exif(texts))


def taken(data):
    return ingested(data, formats=MODERN)[1].taken_at


def moment(texts):
    data = exif(texts).tobytes().removeprefix(b"Exif\0\0")
    return moment_taken(data, (0, len(data)))


def directories(*entries, order="<", kind=2, count=None):
    """Return EXIF by hand: (tag, text) each, or (tag, text, its count)."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}IHHHIII", 8, 1, SETTINGS, 4, 1, 26, 0)
    number = len(entries) if count is None else count
    first = 26 + 2 + 12 * len(entries)
    table, texts = struct.pack(f"{order}H", number), b""
    for tag, text, *told in entries:
        table += struct.pack(f"{order}HHII", tag, kind, *(told or [len(text)]), first + len(texts))
        texts += text
    return head + table + texts


def read(data):
    return moment_taken(data, (0, len(data)))


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIC"])
def test_each_format_tells_when_its_picture_was_taken(name):
    data = written(name, {ORIGINAL: "2026:07:14 09:08:07", OFFSET: "+02:00", PARTS: "25"})
    found = taken(data)
    assert found == SHOWN.replace(microsecond=250_000, tzinfo=SUMMER)
    assert found.utcoffset() == timedelta(hours=2)


def test_an_animated_png_tells_too():
    data = animation("PNG", exif=exif({ORIGINAL: "2026:07:14 09:08:07"}))
    assert taken(data) == SHOWN


@pytest.mark.parametrize(
    "data", [animation("GIF"), saved(quarters(), "BMP"), saved(quarters(), "JPEG")]
)
def test_of_what_has_no_exif_nobody_knows_when_it_was_taken(data):
    found, made = ingested(data, formats=MODERN)
    assert (found.exif, made.taken_at) == (NOWHERE, None)


def test_a_camera_that_does_not_say_where_it_is_gives_what_its_clock_showed():
    assert moment({ORIGINAL: "2026:07:14 09:08:07"}) == SHOWN
    assert moment({ORIGINAL: "2026:07:14 09:08:07"}).tzinfo is None


@pytest.mark.parametrize(
    "told, offset",
    [("+02:00", 2), ("-11:00", -11), ("+05:45", 5.75), ("+14:00", 14), ("+00:00", 0), ("Z", 0)],
)
def test_an_offset_counts(told, offset):
    found = moment({ORIGINAL: "2026:07:14 09:08:07", OFFSET: told})
    assert found.utcoffset() == timedelta(hours=offset)
    assert found.replace(tzinfo=None) == SHOWN


@pytest.mark.parametrize("told", ["", "   :  ", "+15:00", "+02:60", "02:00", "CEST", "+2:00"])
def test_an_offset_that_is_none_counts_as_missing(told):
    assert moment({ORIGINAL: "2026:07:14 09:08:07", OFFSET: told}) == SHOWN


@pytest.mark.parametrize(
    "told, micro", [("5", 500_000), ("05", 50_000), ("123456789", 123_456), ("", 0), ("x", 0)]
)
def test_parts_of_a_second_are_its_first_digits(told, micro):
    found = moment({ORIGINAL: "2026:07:14 09:08:07", PARTS: told})
    assert found == SHOWN.replace(microsecond=micro)


def test_where_nobody_says_when_it_was_taken_it_counts_when_it_was_scanned():
    scanned = {DIGITIZED: "2026:07:14 09:08:07", DIGITIZED_OFFSET: "+00:00"}
    assert moment(scanned) == SHOWN.replace(tzinfo=UTC)
    both = {ORIGINAL: "1912:06:01 12:00:00", **scanned}
    assert moment(both) == datetime.fromisoformat("1912-06-01 12:00:00")
    assert moment({ORIGINAL: "    :  :     :  :  ", **scanned}) == SHOWN.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "told", ["2026-07-14T09:08:07", "2026/07/14 09:08:07", "2026:07:14 09:08:07 "]
)
def test_what_scanners_write_in_their_own_way_is_read_too(told):
    assert moment({ORIGINAL: told}) == SHOWN


@pytest.mark.parametrize(
    "told",
    [
        "0000:00:00 00:00:00",
        "0000:07:14 09:08:07",
        "0001:01:01 00:00:00",
        "1825:12:31 23:59:59",
        "9999:12:31 23:59:59",
        "2026:13:14 09:08:07",
        "2026:02:30 09:08:07",
        "2026:07:14 24:08:07",
        "2026:07:14 09:60:07",
        "2026:07:14 09:08:61",
        "2026:07:14",
        "-026:07:14 09:08:07",
        "yesterday at noon",
        "\u0662026:07:14 09:08:07",
        "",
    ],
)
def test_what_is_no_moment_is_none(told):
    assert read(directories((ORIGINAL, told.encode()))) is None


@pytest.mark.parametrize("told", ["1826:01:01 00:00:00", "9998:12:31 23:59:59"])
@pytest.mark.parametrize("offset", ["+14:59", "-14:59"])
def test_every_moment_that_is_given_can_be_told_in_any_zone(told, offset):
    found = moment({ORIGINAL: told, OFFSET: offset})
    assert found.astimezone(UTC).astimezone(timezone(timedelta(hours=14)))


@pytest.mark.parametrize("order", ["<", ">"])
def test_either_byte_order_is_read(order):
    assert read(directories((ORIGINAL, b"2026:07:14 09:08:07\0"), order=order)) == SHOWN


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"XX*\0\x08\0\0\0",
        directories((ORIGINAL, b"2026:07:14 09:08:07"), kind=3),
        directories((ORIGINAL, b"2026:07:14 09:08:07", 3)),
        directories((ORIGINAL, b"2026:07:14 09:08:07"), count=2)[:-19],
        directories((0x9999, b"2026:07:14 09:08:07")),
        directories((ORIGINAL, b"2026:07:14 09:0")),
        directories(*[(0x9000, b"")] * (MAX_ENTRIES + 1), (ORIGINAL, b"2026:07:14 09:08:07")),
    ],
)
def test_damaged_exif_tells_nothing_and_harms_nobody(data):
    assert read(data) is None


def test_a_text_that_says_to_be_endless_is_read_in_its_beginning_only():
    data = directories((ORIGINAL, b"2026:07:14 09:08:07", 2**32 - 1)) + b"x" * 10_000
    assert read(data) == SHOWN
    assert LONGEST < 100


def test_nothing_behind_the_end_of_exif_is_read():
    data = directories((ORIGINAL, b"2026:07:14 09:08:07"))
    assert read(data) == SHOWN
    assert moment_taken(data, (0, len(data) - 1)) is None
    assert moment_taken(b"1234" + data, (4, 4 + len(data))) == SHOWN


@given(data=st.binary(max_size=200), cut=st.integers(0, 90), at=st.integers(0, 90))
def test_whatever_comes_it_is_a_moment_or_none(data, cut, at):
    good = bytearray(directories((ORIGINAL, b"2026:07:14 09:08:07"), (OFFSET, b"+02:00\0")))
    good[at : at + len(data)] = data
    for each in (data, b"II*\0" + data, bytes(good), bytes(good[:cut])):
        found = read(each)
        assert found is None or 1826 <= found.year <= 9998
