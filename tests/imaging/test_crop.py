"""Edited files: every corner where it belongs, and everything kept that is seen."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps, PngImagePlugin, features

from gallery_events.domain.edits import Edit
from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.avif_plays import plays_of, with_plays
from gallery_events.imaging.probe import Limits
from tests.domain.test_edits import applied, chains
from tests.domain.test_edits import picture as pixels_of
from tests.imaging.edited import STORED, TURNS, apart, edited, frames, opened, same, seen
from tests.imaging.made import alike, corners, quarters, saved

#: What comes out of what comes in, of a picture in four colours.
OUT = {
    "JPEG": "JPEG",
    "PNG": "PNG",
    "GIF": "GIF",
    "WEBP": "WEBP",
    "AVIF": "AVIF",
    "BMP": "PNG",
    "TIFF": "PNG",
}
TURNED = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif_of(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "A camera"
    return exif


def noise(size=(64, 48), mode="RGB"):
    return Image.effect_noise(size, 80).convert(mode)


# Every corner.


def all_turns(data, picture, *, out):
    for rotate, flip in TURNS:
        size = picture.size if rotate in (0, 180) else picture.size[::-1]
        across, down = size[0] // 2, size[1] // 2
        for crop in (None, (across, 0, across, down), (3, 1, size[0] - 5, size[1] - 2)):
            edit = Edit(crop, rotate, flip, picture.size)
            with opened(edited(data, edit)) as made:
                wanted = seen(picture, edit)
                assert (made.format, made.size) == (out, wanted.size), edit
                assert all(map(alike, corners(made), corners(wanted))), edit


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", TURNED)
def test_each_corner_has_its_colour_however_it_was_stored_and_is_turned(name, orientation):
    picture = quarters((48, 32))
    data = saved(STORED[orientation](picture), name, exif=exif_of(orientation))

    with opened(data) as found:
        # The test itself: upright it is the picture.
        assert all(map(alike, corners(ImageOps.exif_transpose(found)), corners(picture)))
    all_turns(data, picture, out=OUT[name])


@pytest.mark.parametrize("name", ["GIF", "BMP"])
def test_each_corner_has_its_colour_in_formats_without_orientation(name):
    picture = quarters((48, 32))

    all_turns(saved(picture, name), picture, out=OUT[name])


@pytest.mark.parametrize("orientation", STORED)
def test_each_corner_has_its_colour_of_a_heic(orientation):
    heif = pytest.importorskip("pillow_heif")
    picture = quarters((96, 64))
    out = BytesIO()
    heif.from_pillow(STORED[orientation](picture)).save(out, exif=exif_of(orientation).tobytes())

    all_turns(out.getvalue(), picture, out="PNG")


def test_what_is_not_turned_says_so_no_more():
    data = saved(STORED[6](quarters()), "JPEG", exif=exif_of(6))

    with opened(edited(data, Edit(rotate=90))) as made:
        assert dict(made.getexif()) == {}


def as_bytes(pixels):
    """Return pixels, each of which is its place, as colours."""
    return bytes(value for row in pixels for x, y in row for value in (20 * x, 20 * y, 0))


@given(chains(1), st.sampled_from(sorted(STORED)))
def test_every_pixel_is_where_the_edit_says(drawn, orientation):
    size, [edit] = drawn
    upright = Image.frombytes("RGB", size, as_bytes(pixels_of(size)))
    data = saved(STORED[orientation](upright), "PNG", exif=exif_of(orientation))

    with opened(edited(data, edit)) as made:
        wanted = applied(edit, pixels_of(size))
        assert made.size == (len(wanted[0]), len(wanted))
        assert made.tobytes() == as_bytes(wanted)


# What each format keeps.


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_a_jpeg_keeps_how_finely_its_colours_are_stored(subsampling):
    data = saved(noise(), "JPEG", subsampling=subsampling)

    def sampling(edit):
        with opened(edited(data, edit)) as made:
            return {(4, 4): 0, (2, 1): 1, (2, 2): 2}.get(made.layer[0][1:3], 0)

    assert sampling(Edit(flip=True)) == subsampling
    # Half across has no counterpart down: then nothing is left out.
    assert sampling(Edit(rotate=90)) == (subsampling if subsampling == 2 else 0)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_a_jpeg_keeps_its_mode(mode):
    picture = quarters().convert(mode)

    with opened(edited(saved(picture, "JPEG"), Edit(rotate=180))) as made:
        assert made.mode == mode
        assert all(map(alike, corners(made), corners(picture.rotate(180))))


def test_a_jpeg_loses_its_comment_and_everything_else_that_was_said():
    data = saved(quarters(), "JPEG", comment=b"at home", exif=exif_of(1), xmp=b"<x/>", dpi=(72, 72))
    made = edited(data, Edit(flip=True))

    assert b"at home" in data
    for said in (b"at home", b"A camera", b"<x/>", b"Exif"):
        assert said not in made


def test_a_png_loses_its_text():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "somebody")
    data = saved(quarters(), "PNG", pnginfo=told, exif=exif_of(1))

    assert b"somebody" in data
    made = edited(data, Edit(flip=True))
    assert b"somebody" not in made
    assert b"eXIf" not in made


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_colour_profile_is_kept(name):
    for picture in (quarters(), noise()):
        data = saved(picture, name, icc_profile=SRGB)
        with opened(edited(data, Edit(rotate=90))) as made:
            assert made.info["icc_profile"] == SRGB


def test_a_file_without_profile_gets_none():
    with opened(edited(saved(noise(), "TIFF"), Edit(rotate=90))) as made:
        assert "icc_profile" not in made.info


def test_a_png_keeps_gamma_and_primaries():
    primaries = (0.31269, 0.32899, 0.63999, 0.33001, 0.3, 0.6, 0.15, 0.05999)
    told = PngImagePlugin.PngInfo()
    told.add(b"gAMA", struct.pack(">I", 100_000))
    told.add(b"cHRM", struct.pack(">8I", *(round(each * 100_000) for each in primaries)))
    data = saved(quarters(), "PNG", pnginfo=told)

    with opened(edited(data, Edit(rotate=90))) as made:
        assert made.info["gamma"] == 1.0
        assert made.info["chromaticity"] == primaries


@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_are_kept_and_not_clipped(name):
    deep = Image.new("I;16", (8, 6), 32931)
    deep.putpixel((0, 0), 65_535)

    with opened(edited(saved(deep, name), Edit(rotate=90, crop=(1, 0, 5, 8)))) as made:
        assert (made.format, made.mode, made.size) == ("PNG", "I;16", (5, 8))
        assert made.getpixel((4, 0)) == 65_535
        assert made.getpixel((0, 7)) == 32_931


def test_the_other_byte_order_of_sixteen_bits_is_not_clipped_either():
    deep = Image.frombytes("I;16B", (3, 2), struct.pack(">6H", 0, 1000, 32931, 40000, 50000, 65535))
    data = saved(deep, "TIFF")

    with opened(data) as found, opened(edited(data, Edit(flip=True))) as made:
        assert found.mode == "I;16B"
        assert [made.getpixel((x, y)) for y in (0, 1) for x in (2, 1, 0)] == [
            *(0, 1000, 32931),
            *(40000, 50000, 65535),
        ]


@pytest.mark.parametrize("transparency", [3, bytes([255, 0, 128, 255])], ids=["one", "several"])
@pytest.mark.parametrize("name", ["PNG", "GIF"])
def test_a_palette_and_its_transparency_are_kept(name, transparency):
    if name == "GIF" and isinstance(transparency, bytes):
        pytest.skip("A GIF has one transparent colour.")
    picture = quarters().quantize(4)
    data = saved(picture, name, transparency=transparency)

    with opened(data) as source, opened(edited(data, Edit(rotate=90))) as made:
        assert made.mode == "P"
        assert same(made.convert("RGBA"), source.convert("RGBA").rotate(270, expand=True))


def test_a_transparent_colour_of_a_png_is_kept():
    data = saved(quarters(), "PNG", transparency=(255, 0, 0))

    with opened(edited(data, Edit(flip=True))) as made:
        assert made.convert("RGBA").getpixel((95, 0))[3] == 0
        assert made.convert("RGBA").getpixel((0, 0))[3] == 255


@pytest.mark.parametrize("name", ["PNG", "WEBP", "AVIF"])
def test_half_transparent_pixels_are_kept(name):
    picture = quarters().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    data = saved(picture, name, lossless=True) if name == "WEBP" else saved(picture, name)

    with opened(edited(data, Edit(rotate=270))) as made:
        wanted = picture.rotate(90, expand=True)
        assert same(made, wanted) or (name == "AVIF" and apart(made, wanted)[0] < 4)


def test_a_webp_without_loss_stays_without():
    picture = noise()
    exact = saved(picture, "WEBP", lossless=True)
    lossy = saved(picture, "WEBP", quality=80)

    assert b"VP8L" in edited(exact, Edit(flip=True))[:40]
    assert b"VP8 " in edited(lossy, Edit(flip=True))[:40]
    with opened(edited(exact, Edit(flip=True))) as made:
        assert same(made.convert("RGBA"), ImageOps.mirror(picture).convert("RGBA"))


# Formats of which no edited file is made.


@pytest.mark.parametrize("name", ["TIFF", "BMP"])
def test_a_photograph_becomes_a_jpeg_and_a_drawing_a_png(name):
    with opened(edited(saved(noise(), name), Edit(flip=True))) as made:
        assert made.format == "PNG", "256 greys at most are few colours"
    photograph = Image.merge("RGB", [noise(mode="L") for _ in range(3)])
    with opened(edited(saved(photograph, name), Edit(flip=True))) as made:
        assert (made.format, made.mode) == ("JPEG", "RGB")
        assert apart(made, ImageOps.mirror(photograph))[0] < 4
    with opened(edited(saved(quarters().convert("1"), name), Edit(flip=True))) as made:
        assert made.format == "PNG"


def test_transparency_of_a_tiff_makes_a_png():
    picture = Image.merge("RGBA", [noise(mode="L") for _ in range(4)])

    with opened(edited(saved(picture, "TIFF"), Edit(rotate=90))) as made:
        assert (made.format, made.mode) == ("PNG", "RGBA")
        assert same(made, picture.rotate(270, expand=True))


def test_transparency_that_nobody_sees_does_not():
    picture = Image.merge("RGB", [noise(mode="L") for _ in range(3)]).convert("RGBA")

    with opened(edited(saved(picture, "TIFF"), Edit(rotate=90))) as made:
        assert (made.format, made.mode) == ("JPEG", "RGB")


def test_a_tiff_in_cmyk_becomes_a_jpeg_in_cmyk_with_its_colours():
    picture = quarters().convert("CMYK")

    with opened(edited(saved(picture, "TIFF"), Edit(rotate=180))) as made:
        assert (made.format, made.mode) == ("JPEG", "CMYK")
        assert all(map(alike, corners(made), corners(quarters().rotate(180))))


def test_of_several_pages_the_first_is_taken():
    second = Image.new("RGB", (20, 10), "white")
    data = saved(quarters(), "TIFF", save_all=True, append_images=[second])

    with opened(edited(data, Edit(rotate=90))) as made:
        assert (made.size, made.n_frames if hasattr(made, "n_frames") else 1) == ((64, 96), 1)
        assert all(map(alike, corners(made), corners(quarters().rotate(270, expand=True))))


def test_a_drawing_is_edited_as_it_is_drawn():
    pytest.importorskip("pyvips")
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="64">'
        b'<rect width="48" height="32" fill="#f00"/><rect x="48" width="48" height="32" fill="#0f0"/>'
        b'<rect y="32" width="48" height="32" fill="#00f"/></svg>'
    )

    with opened(edited(drawing, Edit(rotate=90))) as made:
        assert (made.format, made.mode, made.size) == ("PNG", "RGBA", (64, 96))
        assert made.getpixel((48, 24)) == (255, 0, 0, 255)
        assert made.getpixel((16, 24)) == (0, 0, 255, 255)
        assert made.getpixel((16, 72))[3] == 0


# Animations.

DURATIONS = [40, 50, 70, 100, 110, 130]


def moving(*, transparent, size=(40, 30)):
    """Return frames in which something moves, on a ground that is there or is not."""
    made = []
    for number in range(len(DURATIONS)):
        ground = (0, 0, 0, 0) if transparent else (20, 120, 40, 255)
        frame = Image.new("RGBA", size, ground)
        frame.paste((250, 30 * number, 10, 255), (2 + 5 * number, 4, 10 + 5 * number, 14))
        frame.paste((10, 10, 200, 255), (0, 26 - number, 40, 30))
        made.append(frame)
    return made


def animated(name, images, **options):
    first, *others = images
    return saved(first, name, save_all=True, append_images=others, duration=DURATIONS, **options)


def assert_same_film(data, made, edit, *, lossy=False):
    before, after = frames(data), frames(made)
    assert [duration for _, duration in after] == [duration for _, duration in before]
    for (was, _), (now, _) in zip(before, after, strict=True):
        assert same(now, seen(was, edit)) or (lossy and apart(now, seen(was, edit))[0] < 6)


EDITS = [Edit((3, 2, 20, 21), 90, flip=True), Edit(rotate=180), Edit((0, 0, 25, 29))]


@pytest.mark.parametrize("loop", [None, 0, 3])
@pytest.mark.parametrize("disposal", [0, 1, 2, 3])
@pytest.mark.parametrize("transparent", [False, True], ids=["opaque", "transparent"])
def test_a_gif_keeps_every_frame_as_it_looks(transparent, disposal, loop):
    options = {} if loop is None else {"loop": loop}
    data = animated("GIF", moving(transparent=transparent), disposal=disposal, **options)

    for edit in EDITS:
        made = edited(data, edit)
        assert_same_film(data, made, edit)
        with opened(made) as found:
            assert found.format == "GIF"
            assert found.info.get("loop") == loop


@pytest.mark.parametrize("loop", [0, 3])
@pytest.mark.parametrize("disposal", [0, 1, 2])
@pytest.mark.parametrize("blend", [0, 1])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_an_animated_png_keeps_every_frame_as_it_looks(mode, blend, disposal, loop):
    images = [each.convert(mode) for each in moving(transparent=mode == "RGBA")]
    data = animated("PNG", images, disposal=disposal, blend=blend, loop=loop)

    for edit in EDITS:
        made = edited(data, edit)
        assert_same_film(data, made, edit)
        with opened(made) as found:
            assert (found.format, found.info["loop"]) == ("PNG", loop)


def test_the_picture_ahead_of_an_animated_png_is_not_shown_and_is_left_out():
    ahead = Image.new("RGBA", (40, 30), "white")
    data = animated("PNG", [ahead, *moving(transparent=True)], default_image=True)

    made = edited(data, EDITS[0])
    assert_same_film(data, made, EDITS[0])
    with opened(made) as found:
        assert found.n_frames == len(DURATIONS)


@pytest.mark.parametrize("loop", [0, 3])
@pytest.mark.parametrize("transparent", [False, True], ids=["opaque", "transparent"])
@pytest.mark.parametrize("lossless", [False, True], ids=["lossy", "lossless"])
def test_an_animated_webp_keeps_every_frame_as_it_looks(lossless, transparent, loop):
    images = moving(transparent=transparent)
    data = animated("WEBP", images, lossless=lossless, quality=90, loop=loop)

    for edit in EDITS:
        made = edited(data, edit)
        assert_same_film(data, made, edit, lossy=not lossless)
        with opened(made) as found:
            assert (found.format, found.info["loop"]) == ("WEBP", loop)


@pytest.mark.parametrize("transparent", [False, True], ids=["opaque", "transparent"])
def test_an_animated_avif_keeps_every_frame_as_it_looks(transparent):
    data = animated("AVIF", moving(transparent=transparent), quality=90)

    for edit in EDITS:
        assert_same_film(data, edited(data, edit), edit, lossy=True)


@pytest.mark.parametrize("plays", [0, 1, 2, 7])
@pytest.mark.parametrize("transparent", [False, True], ids=["opaque", "transparent"])
def test_an_animated_avif_keeps_how_often_it_plays(transparent, plays):
    endless = animated("AVIF", moving(transparent=transparent))
    data = with_plays(endless, plays)

    assert (plays_of(endless), plays_of(data)) == (0, plays)
    made = edited(data, EDITS[0])
    assert plays_of(made) == plays
    assert len(frames(made)) == len(DURATIONS)


@pytest.mark.parametrize(
    "name,orientation",
    # No AVIF: Pillow's own writer dies of a moving one that is turned.
    [("GIF", 1), ("AVIF", 1), *((name, way) for name in ("PNG", "WEBP") for way in STORED)],
)
def test_an_animation_is_upright_in_every_frame(name, orientation):
    picture = quarters((48, 32))
    images = [STORED[orientation](each) for each in (picture, picture.rotate(180))]
    options = {"exif": exif_of(orientation)} if orientation > 1 else {}
    data = saved(images[0], name, save_all=True, append_images=images[1:], duration=80, **options)

    first, second = frames(edited(data, Edit(rotate=90, size=(48, 32))))
    turned = picture.rotate(270, expand=True)
    assert all(map(alike, corners(first[0]), corners(turned)))
    assert all(map(alike, corners(second[0]), corners(turned.rotate(180))))


@pytest.mark.parametrize("name", ["GIF", "PNG"])
def test_a_region_that_never_changes_keeps_frames_and_durations(name):
    data = animated(name, moving(transparent=False), loop=3)
    made = edited(data, Edit((36, 0, 4, 3)))

    assert [duration for _, duration in frames(made)] == DURATIONS
    with opened(made) as found:
        assert found.info["loop"] == 3


def test_a_region_of_a_webp_that_never_changes_becomes_a_still():
    data = animated("WEBP", moving(transparent=False), lossless=True)

    [(only, _)] = frames(edited(data, Edit((36, 0, 4, 3))))
    assert same(only, Image.new("RGBA", (4, 3), (20, 120, 40, 255)))


def test_a_region_of_a_webp_that_rests_for_a_while_is_seen_as_long():
    images = [each for each in moving(transparent=False) for _ in (0, 1)][: len(DURATIONS)]
    data = animated("WEBP", images, lossless=True)
    made = frames(edited(data, EDITS[0]))

    assert sum(duration for _, duration in made) == sum(DURATIONS)
    assert len(made) == len(frames(data)) == 3


@pytest.mark.parametrize("delays", [[(1, 30)] * 3, [(65_535, 1)] * 3, [(0, 1)] * 3], ids=str)
def test_durations_of_an_animated_png_are_kept_as_exactly_as_it_holds_them(delays):
    images = moving(transparent=False)[:3]
    data = bytearray(saved(images[0], "PNG", save_all=True, append_images=images[1:], duration=1))
    at = -1
    for numerator, denominator in delays:
        at = data.index(b"fcTL", at + 1)
        struct.pack_into(">HH", data, at + 24, numerator, denominator)
        struct.pack_into(">I", data, at + 30, zlib.crc32(bytes(data[at : at + 30])))
    made = frames(edited(bytes(data), EDITS[1]))

    assert [duration for _, duration in made] == [duration for _, duration in frames(bytes(data))]


def test_a_gif_of_many_colours_stays_near_to_them():
    images = [Image.merge("RGB", [Image.linear_gradient("L").resize((60, 60)).rotate(turn + 90 * n)
              for n in range(3)]) for turn in (0, 5)]  # fmt: skip
    data = saved(images[0], "GIF", save_all=True, append_images=images[1:], duration=50)
    edit = Edit(rotate=90)

    for (was, _), (now, _) in zip(frames(data), frames(edited(data, edit)), strict=True):
        mean, most = apart(now, seen(was, edit))
        assert (mean < 2, most <= 12) == (True, True), (mean, most)


# What is refused.


def test_a_picture_of_another_size_than_was_seen_is_refused():
    with pytest.raises(UploadRefused) as caught:
        edited(saved(quarters(), "PNG"), Edit(rotate=90, size=(64, 96)))
    assert caught.value.code == "broken"


@pytest.mark.parametrize("limits,code", [(Limits(6143, 9, ()), "pixels"), (Limits(9999, 1, ()), "frames")])  # fmt: skip
def test_the_limits_hold_where_the_edit_is_made(limits, code):
    data = saved(quarters(), "GIF", save_all=True, append_images=[noise((96, 64))])

    assert edited(data, Edit(flip=True), limits=Limits(6144, 2, ()))
    with pytest.raises(UploadRefused) as caught:
        edited(data, Edit(flip=True), limits=limits)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF"])
def test_what_cannot_be_decoded_is_refused(name):
    data = saved(noise((200, 150)), name)
    spoilt = data[: len(data) // 2] + bytes(len(data) - len(data) // 2)

    with pytest.raises(UploadRefused) as caught:
        edited(spoilt, Edit(rotate=90))
    assert caught.value.code == "broken"


def test_avif_can_be_tried_here():
    assert features.check("avif")
