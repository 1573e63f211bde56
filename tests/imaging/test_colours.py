"""Colours of every mode and depth are those that browsers show."""

import pytest
from PIL import Image, ImageCms

from gallery_events.imaging.colours import in_srgb, levels, plain
from tests.imaging.made import alike

SIZE = (20, 10)
ORANGE = (240, 120, 30)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def shown(image, profile=None):
    return in_srgb(plain(image), profile)


@pytest.mark.parametrize("mode", ["RGB", "RGBX", "YCbCr", "CMYK", "HSV", "P", "RGBA", "RGBa"])
def test_a_colour_is_the_same_in_every_mode(mode):
    if mode == "P":
        image = Image.new("RGB", SIZE, ORANGE).quantize(4)
    elif mode == "RGBa":
        image = Image.new("RGBA", SIZE, ORANGE).convert("RGBa")
    else:
        image = Image.new("RGB", SIZE, ORANGE).convert(mode)
    assert alike(shown(image).convert("RGB").getpixel((3, 3)), ORANGE, by=4)


@pytest.mark.parametrize(
    "mode,value,grey",
    [("1", 1, 255), ("1", 0, 0), ("L", 77, 77), ("LA", (77, 255), 77)]
    + [(f"I;16{order}", value, value >> 8) for order in ("", "B") for value in (0, 32_931, 65_535)],
)
def test_a_grey_is_as_bright_as_its_depth_says(mode, value, grey):
    if mode.startswith("I;16"):
        order = "big" if mode.endswith("B") else "little"
        image = Image.frombytes(mode, SIZE, value.to_bytes(2, order) * (SIZE[0] * SIZE[1]))
    else:
        image = Image.new(mode, SIZE, value)
    assert alike(shown(image).convert("RGB").getpixel((3, 3)), (grey,) * 3, by=1)


def test_bands_of_a_picture_without_a_range_are_stretched_alike():
    image = Image.new("F", SIZE, -2.0)
    image.paste(6.0, (0, 5, 20, 10))
    scale = levels(image)
    upper, lower = (plain(image.crop(box), scale=scale) for box in ((0, 0, 20, 5), (0, 5, 20, 10)))
    assert scale == (-2.0, 6.0)
    assert (upper.getpixel((0, 0)), lower.getpixel((0, 0))) == (0, 255)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "CMYK"])
def test_eight_bits_have_their_range(mode):
    assert levels(Image.new(mode, SIZE)) is None


def test_colours_of_a_palette_keep_what_shows_through():
    image = Image.new("P", SIZE, 1)
    image.putpalette([0, 0, 0, *ORANGE])
    image.info["transparency"] = bytes([255, 100])
    assert shown(image).getpixel((3, 3)) == (*ORANGE, 100)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_profile_that_is_srgb_changes_nothing(mode):
    image = Image.new("RGB", SIZE, ORANGE).convert(mode)
    assert alike(shown(image, SRGB).convert("RGB").getpixel((3, 3)), ORANGE, by=1)


def test_a_wide_gamut_is_narrowed_by_its_profile():
    wide = SRGB.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    red, green, _ = shown(Image.new("RGB", SIZE, (250, 10, 10)), wide).getpixel((3, 3))
    assert green > red


@pytest.mark.parametrize("profile", [b"", b"nonsense", SRGB[:300], bytes(9 * 1024 * 1024)])
def test_a_profile_that_says_nothing_is_ignored(profile):
    assert shown(Image.new("RGB", SIZE, ORANGE), profile).getpixel((3, 3)) == ORANGE


def test_a_profile_for_other_colours_is_ignored():
    assert shown(Image.new("CMYK", SIZE, (0, 128, 255, 0)), SRGB).mode == "RGB"
