"""Decoding everything once, and the thumbnail that comes of it."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from gallery_events.exceptions import UploadRefused
from tests.imaging.made import (
    CORNERS,
    END,
    alike,
    animation,
    chunk,
    corners,
    gif,
    ingested,
    png,
    quarters,
    rows,
    saved,
    thumbnail,
)

RED, GREEN, BLUE, YELLOW = CORNERS
#: What each orientation shows in its quarters when the stored picture has them in reading order.
UPRIGHT = {
    1: [RED, GREEN, BLUE, YELLOW],
    2: [GREEN, RED, YELLOW, BLUE],
    3: [YELLOW, BLUE, GREEN, RED],
    4: [BLUE, YELLOW, RED, GREEN],
    5: [RED, BLUE, GREEN, YELLOW],
    6: [BLUE, RED, YELLOW, GREEN],
    7: [YELLOW, GREEN, BLUE, RED],
    8: [GREEN, YELLOW, RED, BLUE],
}


def exif(orientation):
    found = Image.Exif()
    found[0x0112] = orientation
    return found


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_the_thumbnail_stands_upright(name, orientation):
    found, made = ingested(saved(quarters(), name, exif=exif(orientation)))
    small = thumbnail(saved(quarters(), name, exif=exif(orientation)))
    size = (96, 64) if orientation < 5 else (64, 96)
    assert (made.width, made.height) == small.size == size
    assert (found.width, found.height) == (96, 64)
    assert all(map(alike, corners(small), UPRIGHT[orientation]))
    assert not small.getexif()


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_stands_upright_too(name):
    data = saved(quarters((1800, 1200)), name, exif=exif(6))
    small = thumbnail(data, thumbnail_size=90)
    assert small.size == (60, 90)
    assert all(map(alike, corners(small), UPRIGHT[6]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Exif\0\0",
        b"II*\0\x08\0\0\0",
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0",
        b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x01\0\x06\0\0",
    ],
)
def test_an_orientation_that_makes_no_sense_counts_as_upright(data):
    file = saved(quarters(), "WEBP", exif=data)
    assert all(map(alike, corners(thumbnail(file)), CORNERS))
    assert ingested(file)[1].width == 96


@pytest.mark.parametrize(
    "size,small",
    [
        ((400, 300), (400, 300)),
        ((401, 300), (400, 299)),
        ((30, 20), (30, 20)),
        ((3000, 1000), (400, 133)),
        ((1000, 3001), (133, 400)),
        ((5000, 3), (400, 1)),
        ((1, 5000), (1, 400)),
        ((1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize("name", ["JPEG", "PNG"])
def test_the_thumbnail_fits_and_is_never_enlarged(name, size, small):
    assert thumbnail(saved(Image.new("RGB", size), name)).size == small


@pytest.mark.parametrize("size", [(1237, 911), (2400, 1801)])
def test_a_reduced_picture_has_its_edges_where_they_were(size):
    image = Image.new("L", size, 0)
    image.paste(255, (size[0] // 2, 0, *size))
    small = thumbnail(saved(image, "PNG"), thumbnail_size=100).convert("L")
    middle = small.height // 2
    assert small.getpixel((small.width // 2 - 3, middle)) < 20
    assert small.getpixel((small.width // 2 + 2, middle)) > 235
    assert small.getpixel((small.width - 1, middle)) > 235


def test_the_last_column_counts_for_the_pixels_it_stands_for():
    image = Image.new("L", (65, 65), 0)
    image.paste(255, (64, 0, 65, 65))
    small = thumbnail(saved(image, "PNG"), thumbnail_size=4).convert("L")
    assert small.getpixel((3, 2)) < 60


def test_comments_do_not_come_along():
    assert "comment" not in thumbnail(saved(quarters(), "JPEG", comment=b"at home")).info


def test_a_picture_of_many_bands_is_put_together_in_order():
    image = Image.linear_gradient("L").resize((3000, 2000))
    small = thumbnail(saved(image, "PNG")).convert("L")
    column = [small.getpixel((200, y)) for y in range(0, small.height, 10)]
    assert column == sorted(column)
    assert column[0] < 10
    assert column[-1] > 240


@pytest.mark.parametrize("mode,name", [("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("P", "GIF")])
def test_every_mode_without_transparency_becomes_a_jpeg(mode, name):
    small = thumbnail(saved(quarters().convert(mode), name))
    assert (small.format, small.size) == ("JPEG", (96, 64))


@pytest.mark.parametrize("name,mode", [("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA")])
def test_transparency_is_kept(name, mode):
    image = quarters((1000, 800)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    small = thumbnail(saved(image.convert(mode), name))
    assert (small.format, small.mode, small.size) == ("WEBP", "RGBA", (400, 320))
    assert small.getpixel((200, 2))[3] < 10
    assert small.getpixel((200, 317))[3] > 240


def test_transparency_that_hides_nothing_is_dropped():
    assert thumbnail(saved(quarters().convert("RGBA"), "PNG")).format == "JPEG"


@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_a_transparent_palette_entry_is_kept(name):
    image = Image.new("P", (40, 40), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (0, 0, 20, 40))
    small = thumbnail(saved(image, name, transparency=0))
    assert small.convert("RGBA").getpixel((35, 20))[3] == 0
    assert small.convert("RGBA").getpixel((5, 20))[3] == 255


def test_a_transparent_colour_of_a_png_is_kept():
    small = thumbnail(saved(quarters(), "PNG", transparency=RED))
    alphas = [small.getpixel((x, 16))[3] for x in (20, 70)]
    assert alphas == [0, 255]


def test_sixteen_bits_of_grey_are_scaled_not_clipped():
    size = (64, 64)
    level = struct.pack(">H", 0x8000)
    data = zlib.compress((b"\0" + level * size[0]) * size[1])
    small = thumbnail(png(chunk(b"IDAT", data), END, size=size, depth=16))
    assert abs(small.convert("L").getpixel((9, 9)) - 128) < 3


def test_cmyk_becomes_rgb():
    small = thumbnail(saved(quarters().convert("CMYK"), "JPEG"))
    assert small.mode == "RGB"
    assert all(map(alike, corners(small), CORNERS))


def swapped_profile():
    """Return the profile of a space whose red and green are exchanged, cut from sRGB."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_the_colours_of_a_profile_are_converted_to_srgb(name):
    small = thumbnail(saved(quarters(), name, icc_profile=swapped_profile()))
    assert alike(corners(small)[0], GREEN, by=60)
    assert "icc_profile" not in small.info


def test_the_colours_of_a_profile_are_converted_beside_transparency():
    image = quarters().convert("RGBA")
    image.putalpha(128)
    small = thumbnail(saved(image, "PNG", icc_profile=swapped_profile()))
    assert small.mode == "RGBA"
    assert alike(corners(small)[0], GREEN, by=60)


@pytest.mark.parametrize("profile", [b"nonsense", swapped_profile()[:200]])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_profile_that_does_not_fit_is_ignored(mode, profile):
    small = thumbnail(saved(quarters().convert(mode), "JPEG", icc_profile=profile))
    assert small.size == (96, 64)
    assert small.mode in ("L", "RGB")


@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP"])
def test_an_animation_is_shown_by_its_first_frame(name):
    small = thumbnail(animation(name))
    assert alike(small.convert("RGB").getpixel((5, 5)), (0, 0, 200), by=12)


def test_a_picture_besides_the_animation_is_not_shown():
    small = thumbnail(animation("PNG", default_image=True))
    assert alike(small.getpixel((5, 5)), (60, 1, 200), by=12)


@pytest.mark.parametrize(
    "name,options",
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("GIF", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
@pytest.mark.parametrize("kept", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_truncated_file_is_refused(name, options, kept):
    image = Image.effect_noise((200, 150), 80).convert("RGB")
    data = saved(image, name, **options)
    refused(data[: int(len(data) * kept)])


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP"])
def test_the_last_byte_is_missed(name):
    refused(saved(quarters((95, 63)), name)[:-1])


def test_a_frame_that_cannot_be_decoded_is_refused_though_it_is_not_the_first():
    still = saved(quarters((8, 8)), "GIF")
    assert ingested(still)[0].frames == 1
    refused(still[:-1] + gif(1)[13:])


def test_frames_without_pixels_are_refused():
    refused(gif(2))


def test_a_second_size_is_refused():
    second = chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0))
    refused(png(second, rows(), END))


def refused(data):
    with pytest.raises(UploadRefused) as caught:
        ingested(data)
    assert caught.value.code == "broken"


SEEDS = {
    "jpeg": saved(quarters((40, 30)), "JPEG", exif=exif(6)),
    "progressive": saved(quarters((40, 30)), "JPEG", progressive=True),
    "png": saved(quarters((40, 30)), "PNG", exif=exif(3), icc_profile=swapped_profile()),
    "palette": saved(quarters((40, 30)).convert("P"), "PNG"),
    "gif": animation("GIF"),
    "apng": animation("PNG"),
    "webp": saved(quarters((40, 30)).convert("RGBA"), "WEBP", exif=exif(5)),
    "animated webp": animation("WEBP"),
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow warns of damaged EXIF, and goes on
@pytest.mark.parametrize("seed", SEEDS)
@given(data=st.data())
@settings(max_examples=60)
def test_a_damaged_file_gives_an_image_or_is_refused_and_never_anything_else(seed, data):
    damaged = bytearray(SEEDS[seed])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.none(), st.integers(1, len(damaged))))
    try:
        found, made = ingested(bytes(damaged[:end]), max_pixels=1_000_000)
    except UploadRefused as refusal:
        code = refusal.code
    else:
        code = ""
        assert made.width * made.height <= 1_000_000
        assert max(made.thumbnail.width, made.thumbnail.height) <= 400
        assert found.frames >= 1
    assert code in {"", "format", "broken", "pixels", "frames"}
