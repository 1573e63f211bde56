"""libvips behind the same function: the same sizes and colours as Pillow, and nothing that it should not read."""

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from gallery_events.conf import RenditionSettings
from gallery_events.domain.ladder import Source, ladder
from gallery_events.imaging import renditions as making
from gallery_events.imaging import scaling, vips
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.reading import decoder, probed
from gallery_events.imaging.renditions import renditions
from tests.imaging.made import CORNERS, END, alike, chunk, png, quarters, saved

pyvips = pytest.importorskip("pyvips")

LIMITS = Limits(50_000_000, 1000, ())
SIZES = [(200, 150), (100, 75), (30, 22)]


def seen(picture):
    """Return a picture as it is seen on grey: what hardly shows has hardly a colour."""
    picture = picture.convert("RGBA")
    shown = Image.alpha_composite(Image.new("RGBA", picture.size, "grey"), picture)
    shown.putalpha(picture.getchannel("A"))
    return shown


def noticed(picture):
    """Return the colours of the corners and the centre, and how much shows through."""
    picture = seen(picture)
    across, down = (sorted({side // 8, side // 2, side - 1 - side // 8}) for side in picture.size)
    return [picture.getpixel((x, y)) for x in across for y in down]


def scaled(data, sizes=SIZES):
    with probed(BytesIO(data), limits=LIMITS) as (content, found):
        return vips.scaled(content, found, list(sizes))


def both(data, size, **source):
    """Return what both engines make of a file, by key."""
    width, height = size
    wanted = ladder(Source(width, height, plain=False, **source), RenditionSettings())
    wanted += ladder(Source(width, height, **source), RenditionSettings(WIDTHS=(30, 50, 100)))
    made = {
        engine: renditions(BytesIO(data), wanted, limits=LIMITS, engine=engine)
        for engine in ("pillow", "vips")
    }
    return [
        (Image.open(BytesIO(each.data)), Image.open(BytesIO(made["vips"][key].data)))
        for key, each in made["pillow"].items()
    ]


def before_encoding(data, sizes):
    """Return what both engines make of a file at each of the sizes, as pixels: ours, theirs."""
    with probed(BytesIO(data), limits=LIMITS) as (content, found):
        theirs = vips.scaled(content, found, sizes)
        with decoder(content, found) as image:
            return dict(scaling.scaled(image, found, sizes)), theirs


def patches(size, mode="RGB"):
    """Return a picture that has one colour in each corner, and another in between."""
    image = Image.new("RGBA", size, (90, 130, 170, 255))
    across, down = -(-size[0] // 4), -(-size[1] // 4)
    for index, colour in enumerate(CORNERS):
        left = index % 2 * (size[0] - across)
        top = index // 2 * (size[1] - down)
        alpha = 60 * (index + 1) if mode.endswith("A") else 255
        image.paste((*colour, alpha), (left, top, left + across, top + down))
    return image.convert("RGBA" if mode == "P" else mode)


def assert_same_colours(ours, theirs):
    assert all(alike(*pair, by=12) for pair in zip(noticed(ours), noticed(theirs), strict=True))


def photograph(size, mode="RGB"):
    bands = [Image.linear_gradient("L").rotate(turn).resize(size) for turn in (0, 90, 180)]
    image = Image.merge("RGB", bands)
    if mode.endswith("A"):
        image = image.convert("RGBA")
        image.putalpha(Image.radial_gradient("L").resize(size))
    return image.convert(mode)


@settings(max_examples=40)
@example("JPEG", "RGB", (261, 150), 1)
@example("JPEG", "RGB", (482, 151), 1)
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP"]),
    st.sampled_from(["L", "RGB", "RGBA", "LA", "P"]),
    st.tuples(st.integers(150, 700), st.integers(150, 700)),
    st.integers(1, 8),
)
def test_sizes_are_the_same_and_colours_as_near_as_people_see(name, mode, size, orientation):
    if name == "JPEG" and mode not in ("L", "RGB"):
        mode = "RGB"
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(patches(size, mode), name, exif=exif, quality=95)
    upright = size if orientation < 5 else size[::-1]
    encoded = both(data, upright)
    for ours, theirs in encoded:
        assert ours.size == theirs.size
        assert ours.format == theirs.format
        # In a smaller one a corner has so few pixels that its encoder mixes them with their
        # neighbours, and makes more of small differences: there the pixels themselves count.
        if min(ours.size) >= 64:
            assert_same_colours(ours, theirs)
    sizes = [ours.size for ours, _ in encoded]
    ours, theirs = before_encoding(data, sizes)
    for each in sizes:
        assert_same_colours(ours[each], theirs[each])


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1), (2, 3), (31, 16), (3000, 7)])
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_odd_sizes_are_the_same_too(name, size):
    pairs = both(saved(Image.new("RGB", size, (90, 130, 170)), name), size)
    for ours, theirs in pairs:
        assert ours.size == theirs.size
        assert_same_colours(ours, theirs)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_before_they_are_encoded_the_pictures_are_the_same_point_by_point(mode):
    sizes = [(640, 457), (320, 229), (100, 71), (50, 36)]
    ours, theirs = before_encoding(saved(photograph((700, 500), mode), "PNG"), sizes)
    for size in sizes:
        pair = (seen(each[size]) for each in (ours, theirs))
        assert max(most for _, most in ImageChops.difference(*pair).getextrema()) <= 4


def test_sixteen_bits_are_the_same():
    data = saved(Image.new("I;16", (300, 200), 32931), "PNG")
    for ours, theirs in both(data, (300, 200)):
        assert all(alike(*pair, by=2) for pair in zip(noticed(ours), noticed(theirs), strict=True))


def test_colours_of_a_profile_are_the_same(tmp_path):
    wide = wide_gamut()
    data = saved(photograph((400, 300)), "JPEG", icc_profile=wide, quality=95)
    plain = saved(photograph((400, 300)), "JPEG", quality=95)
    for (ours, theirs), (without, _) in zip(
        both(data, (400, 300)), both(plain, (400, 300)), strict=True
    ):
        assert all(alike(*pair, by=12) for pair in zip(noticed(ours), noticed(theirs), strict=True))
        assert not all(
            alike(*pair, by=12) for pair in zip(noticed(ours), noticed(without), strict=True)
        ), "the profile counts"


def wide_gamut():
    """Return sRGB's profile with red and blue exchanged: who ignores it is seen at once."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ", 128), profile.index(b"bXYZ", 128)
    places = slice(red + 4, red + 12), slice(blue + 4, blue + 12)
    profile[places[0]], profile[places[1]] = profile[places[1]], profile[places[0]]
    return bytes(profile)


# What it is not asked for.


@pytest.mark.parametrize("name", ["GIF", "AVIF", "BMP", "TIFF"])
def test_other_formats_are_left_to_pillow(name):
    assert scaled(saved(quarters((400, 300)), name)) is None


def test_so_are_animations_and_cmyk():
    frames = [quarters((400, 300)), quarters((400, 300)).convert("L").convert("RGB")]
    moving = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:])
    assert scaled(moving) is None
    assert scaled(saved(Image.new("CMYK", (400, 300)), "JPEG")) is None


def test_what_it_cannot_read_pillow_judges():
    data = png(chunk(b"IDAT", b"nothing that was packed"), END, size=(400, 300))
    assert scaled(data) is None


def test_it_is_set_up_for_a_server_and_refuses_what_is_not_trusted():
    """In a process of its own: it is set up once."""
    program = (
        "import os; os.environ.pop('VIPS_CONCURRENCY', None)\n"
        "from gallery_events.imaging import vips\n"
        "pyvips = vips.library()\n"
        "assert os.environ['VIPS_CONCURRENCY'] == '1'\n"
        "assert pyvips.cache_get_max() == 0\n"
        'svg = b\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\'\n'
        "try: pyvips.Image.new_from_buffer(svg, '').avg()\n"
        "except pyvips.Error as error: print('refused', error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=PLAIN
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused")


PLAIN = {
    **os.environ,
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "DJANGO_SETTINGS_MODULE": "tests.project.settings",
}


def test_without_it_pillow_does_the_work():
    program = (
        "import sys; sys.modules['pyvips'] = None\n"
        "from io import BytesIO\n"
        "from tests.imaging.test_renditions import made, quarters, rungs, saved\n"
        "from gallery_events.imaging import vips\n"
        "assert vips.library() is None\n"
        "found = made(saved(quarters((600, 400)), 'JPEG'), rungs(600, 400), engine='auto')\n"
        "assert found['w80'].size == (80, 53)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=PLAIN
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("engine,asked", [("auto", 1), ("vips", 1), ("pillow", 0)])
def test_the_setting_says_who_is_asked(engine, asked, monkeypatch):
    calls = []

    def noted(*args):
        calls.append(args)
        return vips.scaled(*args)

    class Noted:
        scaled = staticmethod(noted)

    monkeypatch.setattr(making, "vips", Noted)
    wanted = ladder(Source(400, 300), RenditionSettings())
    renditions(BytesIO(saved(quarters((400, 300)), "JPEG")), wanted, limits=LIMITS, engine=engine)
    assert len(calls) == asked
