"""Renditions of one decode: as large as planned, upright, in sRGB, moving where the file moves."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from gallery_events.conf import RenditionSettings
from gallery_events.domain.ladder import Source, ladder
from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.renditions import renditions
from tests.imaging.made import CORNERS, alike, corners, quarters, saved

LIMITS = Limits(50_000_000, 1000, ())
USUAL = RenditionSettings(WIDTHS=(40, 80, 160), FALLBACK_WIDTH=120)


def rungs(width, height, settings=USUAL, **source):
    return ladder(Source(width, height, **{"plain": False, **source}), settings)


def made(data, wanted, *, limits=LIMITS, engine="pillow"):
    found = renditions(BytesIO(data), wanted, limits=limits, engine=engine)
    return {key: Image.open(BytesIO(each.data)) for key, each in found.items()}


def turned(orientation):
    found = Image.Exif()
    found[0x0112] = orientation
    return found


@pytest.mark.parametrize("engine", ["pillow", "vips", "auto"])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"])
def test_all_of_them_are_as_large_as_planned_and_show_the_picture(name, engine):
    wanted = rungs(600, 400)
    found = made(saved(quarters((600, 400)), name), wanted, engine=engine)
    assert {key: each.size for key, each in found.items()} == {
        "w40": (40, 27),
        "w80": (80, 53),
        "w160": (160, 107),
        "fallback": (120, 80),
    }
    assert {each.format for key, each in found.items() if key != "fallback"} == {"WEBP"}
    assert found["fallback"].format == "JPEG"
    for picture in found.values():
        assert all(alike(*pair, by=12) for pair in zip(corners(picture), CORNERS, strict=True))


@pytest.mark.parametrize("engine", ["pillow", "vips"])
def test_an_avif_is_made_where_the_recipe_says_so(engine):
    wanted = rungs(600, 400, RenditionSettings(WIDTHS=(80,), ENCODING="AVIF"))
    found = made(saved(quarters((600, 400)), "JPEG"), wanted, engine=engine)
    assert {key: each.format for key, each in found.items()} == {"w80": "AVIF", "fallback": "JPEG"}
    assert all(alike(*pair, by=12) for pair in zip(corners(found["w80"]), CORNERS, strict=True))


@pytest.mark.parametrize("engine", ["pillow", "vips"])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "orientation,quarter", [(3, [3, 2, 1, 0]), (5, [0, 2, 1, 3]), (6, [2, 0, 3, 1])]
)
def test_they_stand_upright(name, orientation, quarter, engine):
    size = (300, 200) if orientation < 5 else (200, 300)
    data = saved(quarters((300, 200)), name, exif=turned(orientation))
    for picture in made(data, rungs(*size), engine=engine).values():
        assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.03)
        expected = [CORNERS[index] for index in quarter]
        assert all(alike(*pair, by=12) for pair in zip(corners(picture), expected, strict=True))


@pytest.mark.parametrize("engine", ["pillow", "vips"])
def test_nothing_of_the_metadata_comes_along(engine):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(
        quarters((300, 200)), "JPEG", exif=turned(1), comment=b"at home", icc_profile=profile
    )
    for picture in made(data, rungs(300, 200, transparent=True), engine=engine).values():
        assert not picture.getexif()
        assert {"icc_profile", "comment", "exif", "xmp"}.isdisjoint(picture.info)


@pytest.mark.parametrize("engine", ["pillow", "vips"])
@pytest.mark.parametrize("name", ["PNG", "WEBP"])
def test_transparency_is_kept_and_falls_back_to_a_png(name, engine):
    image = quarters((600, 400)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    found = made(saved(image, name), rungs(600, 400, transparent=True), engine=engine)
    assert found["fallback"].format == "PNG"
    for picture in found.values():
        alphas = picture.convert("RGBA").getchannel("A")
        assert alphas.getpixel((5, 1)) < 20
        assert alphas.getpixel((5, picture.height - 2)) > 235


@pytest.mark.parametrize("engine", ["pillow", "vips"])
def test_transparency_that_hides_nothing_is_dropped(engine):
    data = saved(quarters((300, 200)).convert("RGBA"), "PNG")
    assert {each.mode for each in made(data, rungs(300, 200), engine=engine).values()} == {"RGB"}


def test_what_shows_through_a_jpeg_is_white():
    data = saved(Image.new("RGBA", (300, 200), (255, 0, 0, 0)), "PNG")
    fallback = made(data, rungs(300, 200))["fallback"]
    assert alike(fallback.getpixel((50, 50)), (255, 255, 255), by=3)


@pytest.mark.parametrize("engine", ["pillow", "vips"])
@pytest.mark.parametrize("name", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_are_not_clipped(name, engine):
    data = saved(Image.new("I;16", (300, 200), 32931), name)
    for picture in made(data, rungs(300, 200), engine=engine).values():
        assert alike(picture.convert("RGB").getpixel((10, 10)), (128, 128, 128), by=2)


@pytest.mark.parametrize("engine", ["pillow", "vips"])
@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk_becomes_what_people_see(name, engine):
    data = saved(Image.new("CMYK", (300, 200), (0, 200, 200, 0)), name)
    for picture in made(data, rungs(300, 200), engine=engine).values():
        assert alike(picture.convert("RGB").getpixel((10, 10)), (255, 55, 55), by=12)


# Animations.


TURNS = (
    None,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.ROTATE_180,
    Image.Transpose.FLIP_TOP_BOTTOM,
)


def moving(name, *, size=(300, 200), **options):
    """Return an animation whose frames differ, each seen for a time of its own."""
    pictures = [
        quarters(size) if turn is None else quarters(size).transpose(turn) for turn in TURNS
    ]
    durations = [50, 80, 110, 140]
    options = {"duration": durations, "save_all": True, "append_images": pictures[1:], **options}
    return saved(pictures[0], name, **options), durations


def times(picture):
    found = []
    for at in range(picture.n_frames):
        picture.seek(at)
        picture.load()
        found.append(picture.info["duration"])
    return found


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_moves_in_every_width_and_its_fallback_stands_still(name):
    data, durations = moving(name)
    found = made(data, rungs(300, 200, frames=4))
    fallback = found.pop("fallback")
    assert (fallback.format, getattr(fallback, "n_frames", 1)) == ("JPEG", 1)
    assert all(alike(*pair, by=12) for pair in zip(corners(fallback), CORNERS, strict=True))
    for picture in found.values():
        assert (picture.format, picture.n_frames) == ("WEBP", 4)
        assert times(picture) == pytest.approx(durations, abs=1)
        picture.seek(0)
        assert all(alike(*pair, by=12) for pair in zip(corners(picture), CORNERS, strict=True))


@pytest.mark.parametrize(
    "name,options,plays",
    [
        ("GIF", {"loop": 0}, 0),
        ("GIF", {}, 1),
        ("GIF", {"loop": 2}, 3),
        ("WEBP", {"loop": 2}, 2),
        ("PNG", {"loop": 2}, 2),
        ("PNG", {"loop": 0}, 0),
        ("AVIF", {}, 0),
    ],
)
def test_it_plays_as_often_as_the_file_does(name, options, plays):
    data, _ = moving(name, **options)
    found = made(data, rungs(300, 200, frames=4))["w80"]
    found.load()
    assert found.info["loop"] == plays


def test_frames_that_are_over_at_once_are_shown_as_long_as_browsers_show_them():
    data, _ = moving("GIF", duration=[0, 10, 20, 30])
    assert times(made(data, rungs(300, 200, frames=4))["w40"]) == [100, 100, 20, 30]


def test_the_picture_that_an_animated_png_hides_from_browsers_is_in_none():
    hidden = Image.new("RGB", (300, 200), "black")
    frames = [quarters((300, 200)), Image.new("RGB", (300, 200), "white")]
    data = saved(hidden, "PNG", save_all=True, append_images=frames, default_image=True)
    found = made(data, rungs(300, 200, frames=2))
    for picture in found.values():
        assert all(alike(*pair, by=12) for pair in zip(corners(picture), CORNERS, strict=True))
    assert found["w80"].n_frames == 2


def test_an_animation_keeps_what_shows_through():
    frames = [Image.new("RGBA", (300, 200), (255, 0, 0, alpha)) for alpha in (0, 255)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=80)
    found = made(data, rungs(300, 200, frames=2, transparent=True))["w80"]
    assert found.convert("RGBA").getpixel((9, 9))[3] == 0
    found.seek(1)
    assert found.convert("RGBA").getpixel((9, 9)) == pytest.approx((255, 0, 0, 255), abs=4)


def test_pages_are_no_frames():
    pages = [Image.new("RGB", (300, 200), colour) for colour in ("red", "blue")]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    found = made(data, rungs(300, 200, shown=False))
    assert {getattr(each, "n_frames", 1) for each in found.values()} == {1}
    assert alike(found["w80"].getpixel((9, 9)), (255, 0, 0), by=12)


# Refused, whatever the row said.


@pytest.mark.parametrize("engine", ["pillow", "vips"])
@pytest.mark.parametrize("limit,refused", [(60_000, False), (59_999, True)])
def test_the_limits_hold_where_files_are_decoded_later(engine, limit, refused):
    data, limits = saved(quarters((300, 200)), "PNG"), Limits(limit, 1, ())
    if not refused:
        assert made(data, rungs(300, 200), limits=limits, engine=engine)
        return
    with pytest.raises(UploadRefused) as caught:
        made(data, rungs(300, 200), limits=limits, engine=engine)
    assert caught.value.code == "pixels"


@pytest.mark.parametrize("engine", ["pillow", "vips"])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_file_that_was_cut_off_since_is_broken(name, engine):
    data = saved(Image.effect_noise((300, 200), 90).convert("RGB"), name)
    with pytest.raises(UploadRefused) as caught:
        made(data[: len(data) // 2], rungs(300, 200), engine=engine)
    assert caught.value.code == "broken"


def test_a_file_that_is_smaller_than_its_row_says_is_not_enlarged():
    with pytest.raises(UploadRefused) as caught:
        made(saved(quarters((100, 80)), "PNG"), rungs(300, 200))
    assert caught.value.code == "broken"
