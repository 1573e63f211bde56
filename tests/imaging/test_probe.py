"""What a file is, by its content and within bounds."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from gallery_events.exceptions import UploadRefused
from tests.imaging.made import END, animation, chunk, gif, png, probed, quarters, rows, saved, webp

STILL = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
}
FOREIGN = {
    "html": b"<!doctype html><script>alert(1)</script>" * 5,
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "zip": b"PK\x03\x04" + bytes(100),
    "pdf": b"%PDF-1.7\n" + bytes(100),
    "psd": b"8BPS\x00\x01" + bytes(100),
    "heic": b"\x00\x00\x00\x18ftypheic" + bytes(100),
    "wave": b"RIFF\x00\x00\x00\x00WAVEfmt " + bytes(100),
    "text": b"a",
}


def refusal(data, **limits):
    with pytest.raises(UploadRefused) as caught:
        probed(data, **limits)
    return caught.value


@pytest.mark.parametrize("name", STILL)
def test_a_still_picture_is_known_by_its_content(name):
    found = probed(saved(quarters((96, 64)), name))
    assert (found.format.name, found.format.content_type) == (name, STILL[name])
    assert (found.width, found.height, found.frames) == (96, 64, 1)


@pytest.mark.parametrize(
    "options",
    [
        {"progressive": True},
        {"subsampling": 0},
        {"comment": b"x" * 300},
        {"icc_profile": b"y" * 99},
    ],
)
def test_every_kind_of_jpeg_is_measured(options):
    found = probed(saved(quarters((97, 65)), "JPEG", **options))
    assert (found.width, found.height) == (97, 65)


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 50}, {"exif": b"Exif\0\0abc"}])
def test_every_kind_of_webp_is_measured(options):
    found = probed(saved(quarters((97, 65)), "WEBP", **options))
    assert (found.width, found.height, found.frames) == (97, 65, 1)


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_the_frames_of_an_animation_are_counted(name):
    found = probed(animation(name, frames=5))
    assert (found.format.name, found.frames) == (name, 5)


def test_a_png_with_a_picture_besides_its_animation_counts_the_animation():
    assert probed(animation("PNG", frames=4, default_image=True)).frames == 3


def test_the_jpeg_of_a_phone_with_a_second_picture_in_it_is_a_jpeg():
    data = saved(quarters(), "MPO", save_all=True, append_images=[quarters((20, 20))])
    assert Image.open(BytesIO(data)).format == "MPO"
    found = probed(data)
    assert (found.format.name, found.width, found.frames) == ("JPEG", 96, 1)


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_picture_is_refused_by_its_content(name):
    assert refusal(FOREIGN[name]).code == "format"


@pytest.mark.parametrize("name", ["TIFF", "BMP", "ICO", "PPM", "TGA", "JPEG2000", "PCX"])
def test_a_picture_in_another_format_is_refused_with_those_that_are_accepted(name):
    error = refusal(saved(quarters(), name))
    assert (error.code, error.limit) == ("format", ("JPEG", "PNG", "GIF", "WEBP"))
    assert "JPEG, PNG, GIF or WEBP" in str(error)


def test_a_format_that_the_settings_leave_out_is_refused():
    assert probed(saved(quarters(), "GIF"), formats=("GIF",)).format.name == "GIF"
    error = refusal(saved(quarters(), "PNG"), formats=("GIF",))
    assert (error.code, error.limit) == ("format", ("GIF",))


@pytest.mark.parametrize("name", STILL)
def test_pixels_are_bounded_to_the_last_one(name):
    data = saved(quarters((50, 40)), name)
    assert probed(data, max_pixels=2000).width == 50
    error = refusal(data, max_pixels=1999)
    assert (error.code, error.limit) == ("pixels", 1999)
    assert "at most 1,999 are accepted. Make it smaller." in str(error)


def test_a_bomb_is_refused_by_its_header():
    size = (50_000, 50_000)
    error = refusal(png(chunk(b"IDAT", zlib.compress(bytes(1000))), END, size=size))
    assert (error.code, error.limit) == ("pixels", 50_000_000)


def test_no_side_may_be_longer_than_browsers_show():
    assert probed(png(rows(), END, size=(65_535, 1))).width == 65_535
    assert refusal(png(rows(), END, size=(65_536, 1))).code == "pixels"


@pytest.mark.parametrize(
    "data,most",
    [
        (saved(Image.new("RGB", (5000, 2600)), "WEBP", lossless=True, method=0), 12_500_000),
        (gif(2, size=(5000, 2600)), 12_500_000),
    ],
    ids=["webp", "animation"],
)
def test_what_takes_more_memory_to_decode_gets_fewer_pixels(data, most):
    error = refusal(data)
    assert (error.code, error.limit) == ("pixels", most)
    assert probed(data, max_pixels=60_000_000).width == 5000


def sized(data, width, height):
    """Return a JPEG that declares another size."""
    at = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2")) + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


@pytest.mark.parametrize("subsampling,most", [(0, 33_333_333), (1, 50_000_000), (2, 50_000_000)])
def test_a_progressive_jpeg_is_held_whole_by_its_decoder(subsampling, most):
    data = saved(quarters(), "JPEG", progressive=True, subsampling=subsampling)
    assert probed(sized(data, 1000, most // 1000)).width == 1000
    error = refusal(sized(data, 1000, most // 1000 + 1))
    assert (error.code, error.limit) == ("pixels", most)


def test_so_is_a_jpeg_whose_colours_come_one_after_the_other():
    data = saved(quarters(), "JPEG", subsampling=0)
    at = data.find(b"\xff\xda") + 4
    assert data[at] == 3
    assert probed(sized(data, 1000, 50_000)).height == 50_000
    assert refusal(sized(data[:at] + b"\x01" + data[at + 1 :], 1000, 50_000)).limit == 33_333_333


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_frames_are_bounded_to_the_last_one(name):
    data = animation(name, frames=5)
    assert probed(data, max_frames=5).frames == 5
    error = refusal(data, max_frames=4)
    assert (error.code, error.limit) == ("frames", 4)


def test_a_small_file_that_declares_thousands_of_large_frames_is_refused():
    data = gif(3000, size=(2000, 2000))
    assert len(data) < 70_000
    assert refusal(data).code == "frames"
    assert refusal(data, max_frames=5000).limit == 37


def test_all_frames_together_are_bounded_too():
    assert probed(gif(37, size=(2000, 2000))).frames == 37
    assert refusal(gif(38, size=(2000, 2000))).code == "frames"


def test_a_png_that_declares_a_million_frames_is_refused():
    data = png(chunk(b"acTL", struct.pack(">II", 1_000_000, 0)), rows(), END)
    assert refusal(data).code == "frames"


JPEG = saved(quarters(), "JPEG")
BROKEN = {
    "jpeg without a picture": b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9",
    "jpeg of segments only": b"\xff\xd8" + b"\xff\xfe\x00\x02" * 5000,
    "jpeg of stray bytes": b"\xff\xd8\xff" + bytes(100_000),
    "jpeg of fill bytes": b"\xff\xd8" + b"\xff" * 100_000,
    "jpeg without an end": JPEG[:-2],
    "jpeg of a thousand scans": JPEG[:-2] + b"\xff\xda\x00\x02" * 1000 + JPEG[-2:],
    "jpeg without colours": b"\xff\xd8\xff\xc0\x00\x08\x08\x00\x08\x00\x08\x00\xff\xda\x00\x02\xff\xd9",
    "jpeg whose colours take no room": b"\xff\xd8\xff\xc0\x00\x0e\x08\x00\x08\x00\x08\x02"
    b"\x01\x10\x00\x02\x01\x00\xff\xda\x00\x02\x01\xff\xd9",
    "png without a size": b"\x89PNG\r\n\x1a\n" + rows() + END,
    "png without pixels": png(END),
    "png without an end": png(rows()),
    "png of nothing wide": png(rows(), END, size=(0, 8)),
    "png with a wrong checksum": png(chunk(b"IDAT", b"abc", crc=1), END),
    "png of too many chunks": png(chunk(b"teSt") * 100_001, rows(), END),
    "png that declares no frame": png(chunk(b"acTL", bytes(8)), rows(), END),
    "png that declares its frames twice": png(chunk(b"acTL", b"\0\0\0\1" * 2) * 2, rows(), END),
    "png with fewer frames than it says": png(chunk(b"acTL", b"\0\0\0\2" * 2), rows(), END),
    "gif without a frame": gif(0),
    "gif without a trailer": gif(2, trailer=b""),
    "gif with an unknown block": gif(1, trailer=b"\x99;"),
    "gif of empty blocks": gif(1, trailer=b"!\xfe" + b"\x01a" * 20_000 + b"\0;"),
    "webp cut off": saved(quarters(), "WEBP")[:-3],
    "webp without a picture": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(10),
    "webp of too many chunks": webp(b"VP8L\x05\0\0\0\x2f\0\0\0\0\0" + b"ABCD\0\0\0\0" * 2001),
    "webp whose chunk is too long": webp(b"VP8L\x09\0\0\0\x2f\0\0\0\0\0"),
    "webp of an unknown kind": b"RIFF\x0c\0\0\0WEBPABCD" + bytes(4),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_header_that_contradicts_itself_is_refused_as_broken(name):
    error = refusal(BROKEN[name])
    assert error.code == "broken"
    assert "again" in str(error)


def test_a_later_frame_may_not_be_larger_than_the_canvas():
    small, large = gif(1, trailer=b""), gif(1, size=(9, 8))
    assert refusal(small + large[13:]).code == "broken"
    assert probed(b"GIF89a" + struct.pack("<HHBBB", 0, 0, 0, 0, 0) + large[13:]).width == 9


def test_bytes_after_the_end_do_not_matter():
    for name in STILL:
        assert probed(saved(quarters(), name) + b"<script>").width == 96
