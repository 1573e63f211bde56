"""AVIF and HEIC: what their boxes say, and what the streams in them really are."""

import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.exif import orientation as of_exif
from gallery_events.imaging.formats import format_of
from gallery_events.imaging.header import BrokenHeader
from gallery_events.imaging.isobmff import read_avif, read_heic
from tests.imaging import isobmff as made
from tests.imaging.isobmff import av1, box, full, grid, hevc, still, tiles
from tests.imaging.made import (
    alike,
    animation,
    corners,
    ingested,
    probed,
    quarters,
    saved,
    thumbnail,
)

pillow_heif = pytest.importorskip("pillow_heif")

SIZE = (96, 64)
BOTH = ("AVIF", "HEIC")
PICTURE = quarters(SIZE)


def heic(image, **options):
    out = BytesIO()
    pillow_heif.from_pillow(image).save(out, quality=95, **options)
    return out.getvalue()


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def file(name, image=PICTURE, **options):
    return heic(image, **options) if name == "HEIC" else saved(image, "AVIF", quality=95, **options)


def refusal(data, **limits):
    with pytest.raises(UploadRefused) as caught:
        probed(data, formats=BOTH, **limits)
    return caught.value


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_picture_is_measured_and_shown(name, mode):
    data = file(name, PICTURE.convert(mode))
    found = probed(data, formats=BOTH)
    assert (found.format.name, found.width, found.height, found.frames) == (name, *SIZE, 1)
    expected = corners(PICTURE.convert(mode))
    assert all(map(alike, corners(thumbnail(data, formats=BOTH)), expected))


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_upright_once(name, orientation):
    options = (
        {"exif": turned(orientation)} if name == "AVIF" else {"exif": turned(orientation).tobytes()}
    )
    data = file(name, **options)
    expected = PICTURE.copy()
    expected.getexif()[0x0112] = orientation
    expected = ImageOps.exif_transpose(expected)
    found, ingest = ingested(data, formats=BOTH)
    assert found.upright == (ingest.width, ingest.height) == expected.size
    assert all(map(alike, corners(thumbnail(data, formats=BOTH)), corners(expected)))


@pytest.mark.parametrize("angle", range(4))
@pytest.mark.parametrize("mirror", [None, 0, 1])
def test_every_turn_and_mirror_is_what_the_decoder_says(angle, mirror):
    data = saved(PICTURE, "AVIF", exif=turned(6 if mirror is None else 5))
    for kind, value in ((b"irot", angle), (b"imir", mirror)):
        if value is not None:
            at = data.index(kind) + 4
            data = data[:at] + bytes([value]) + data[at + 1 :]
    decoded = Image.open(BytesIO(data)).info.get("exif")
    assert probed(data, formats=BOTH).orientation == of_exif(decoded)


@pytest.mark.parametrize("angle", range(4))
def test_a_sequence_is_turned_by_its_track(angle):
    data = animation("AVIF", frames=3)
    at = data.index(b"ccst")
    data = data[:at] + b"irot" + bytes([angle]) + data[at + 5 :]
    decoded = Image.open(BytesIO(data)).info.get("exif")
    assert probed(data, formats=BOTH).orientation == of_exif(decoded)


def test_the_frames_of_a_sequence_are_counted_and_bounded():
    data = animation("AVIF", frames=5)
    assert probed(data, formats=BOTH, max_frames=5).frames == 5
    assert ingested(data, formats=BOTH)[0].frames == 5
    error = refusal(data, max_frames=4)
    assert (error.code, error.limit) == ("frames", 4)


def test_a_sequence_with_transparency_has_two_tracks():
    frames = [PICTURE.convert("RGBA") for _ in range(3)]
    for number, each in enumerate(frames):
        each.putalpha(90 * number)
    data = saved(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=40)
    assert ingested(data, formats=BOTH)[0].frames == 3


def test_another_picture_of_the_same_file_is_not_looked_at():
    out = BytesIO()
    several = pillow_heif.from_pillow(PICTURE)
    several.add_from_pillow(quarters((200, 200)))
    several.save(out)
    found, made = ingested(out.getvalue(), formats=BOTH)
    assert (found.frames, made.width) == (1, 96)


def test_the_first_known_brand_tells_the_format():
    def of(*names):
        found = format_of(made.brands(*names))
        return found and found.name

    assert of(b"avif", b"mif1") == of(b"mif1", b"miaf", b"avif") == of(b"avis") == "AVIF"
    assert of(b"heic", b"mif1") == of(b"mif1", b"heix") == "HEIC"
    assert of(b"isom", b"mp42") is of(b"qt  ") is of(b"crx ") is None


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("cut", [1, 100, 1000])
def test_what_is_cut_off_is_broken(name, cut):
    data = file(name)
    assert refusal(data[: -min(cut, len(data) - 40)]).code == "broken"


def test_streams_say_their_size():
    assert read_avif(still(av1(96, 64), SIZE), max_frames=1).memory == pytest.approx(11)
    assert read_avif(still(av1(96, 64, profile=1), SIZE), max_frames=1).memory == pytest.approx(14)
    assert read_avif(still(av1(96, 64, long=True), SIZE), max_frames=1).width == 96
    for chroma, deep, memory in [(1, False, 9.5), (0, False, 9), (2, False, 10), (3, True, 14)]:
        unit = hevc(96, 64, chroma=chroma, deep=deep)
        for layers in (0, 1, 3):
            unit = hevc(96, 64, chroma=chroma, deep=deep, layers=layers)
            data = still(
                b"", SIZE, brand=b"heic", kind=b"hvc1", codec=box(b"hvcC", made.settings(unit))
            )
            assert read_heic(data, max_frames=1).memory == pytest.approx(memory)
        data = still(struct.pack(">I", len(unit)) + unit, SIZE, brand=b"heic", kind=b"hvc1")
        assert read_heic(data, max_frames=1).memory == pytest.approx(memory)


def test_what_is_cut_away_is_not_counted():
    clean = box(b"clap", struct.pack(">8I", 90, 1, 60, 1, 0, 1, 0, 1))
    codec = box(b"hvcC", made.settings(hevc(96, 64)))
    options = {"brand": b"heic", "kind": b"hvc1", "codec": codec}
    found = read_heic(still(b"", SIZE, properties=[clean], **options), max_frames=1)
    assert (found.width, found.height) == (90, 60)
    clean = box(b"clap", bytes(32))
    with pytest.raises(BrokenHeader):
        read_heic(still(b"", SIZE, properties=[clean], **options), max_frames=1)


def test_a_grid_is_as_large_as_its_tiles():
    tile = (b"av01", av1(48, 64), (48, 64))
    data = still(grid(1, 2, SIZE), SIZE, kind=b"grid", items=[tile, tile], meta=[tiles(2, 3)])
    found = read_avif(data, max_frames=1)
    assert (found.width, found.height, found.memory) == (96, 64, 11)


LIE = (16_000, 16_000)
TILE = (b"av01", av1(48, 64), (48, 64))
HEVC = box(b"hvcC", made.settings(hevc(96, 64)))


def one_on_another():
    """Return a file whose items all claim the data of all."""
    part = av1(*SIZE) + b"\x12\0" * 40
    data = still(part, SIZE, items=[(b"av01", part, SIZE)] * 2)
    start = data.index(b"mdat") + 4
    for number in range(3):
        mine = struct.pack(">II", start + number * len(part), len(part))
        data = data.replace(mine, struct.pack(">II", start, 3 * len(part)), 1)
    return data


LIARS = {
    "a stream larger than declared": still(av1(*LIE), SIZE),
    "a second size in the stream": still(av1(*SIZE) + av1(*LIE), SIZE),
    "transparency larger than the picture": still(
        av1(*SIZE), SIZE, items=[(b"av01", av1(*LIE), SIZE)]
    ),
    "a tile larger than declared": still(
        grid(1, 2, SIZE), SIZE, kind=b"grid", meta=[tiles(2, 3)],
        items=[TILE, (b"av01", av1(*LIE), (48, 64))],
    ),
    "a grid larger than declared": still(
        grid(1, 2, LIE), SIZE, kind=b"grid", items=[TILE, TILE], meta=[tiles(2, 3)]
    ),
    "a grid without some tiles": still(
        grid(2, 2, SIZE), SIZE, kind=b"grid", items=[TILE, TILE], meta=[tiles(2, 3)]
    ),
    "a grid of another codec": still(
        grid(1, 1, SIZE), SIZE, kind=b"grid", items=[(b"j2k1", b"", SIZE)], meta=[tiles(2)]
    ),
    "a grid of nothing": still(grid(1, 1, SIZE), SIZE, kind=b"grid"),
    "a picture of another codec": still(b"", SIZE, kind=b"j2k1"),
    "a stream without a size": still(b"", SIZE),
    "a stream cut off": still(av1(*SIZE)[:-3], SIZE),
    "a stream of too many units": still(av1(*SIZE) + b"\x12\0" * 200, SIZE),
    "a unit whose length never ends": still(b"\x12" + b"\xff" * 20, SIZE),
    "parts one on another": one_on_another(),
    "no size": still(av1(*SIZE), SIZE).replace(b"ispe", b"free"),
    "no picture": made.brands(b"avif"),
    "no frames": made.brands(b"avis"),
    "no place": still(av1(*SIZE), SIZE).replace(b"iloc", b"free"),
    "a box past the end": made.brands(b"avif") + struct.pack(">I4s", 100, b"meta"),
    "a box shorter than its head": made.brands(b"avif") + struct.pack(">I4s", 4, b"meta"),
    "a long box past the end": made.brands(b"avif") + struct.pack(">I4sQ", 1, b"meta", 1 << 60),
    "a million boxes": made.brands(b"avif") + box(b"free") * 1_000_000,
    "a million boxes inside": made.brands(b"avif") + full(b"meta", box(b"free") * 1_000_000),
    "a HEIC larger than declared": still(
        b"", SIZE, brand=b"heic", kind=b"hvc1", codec=box(b"hvcC", made.settings(hevc(*LIE)))
    ),
    "a HEIC with another size in its stream": still(
        struct.pack(">I", len(hevc(*LIE))) + hevc(*LIE), SIZE, brand=b"heic", kind=b"hvc1", codec=HEVC
    ),
    "a HEIC without parameters": still(b"", SIZE, brand=b"heic", kind=b"hvc1"),
    "a HEIC of too many units": still(
        b"\0\0\0\1\0" * 300, SIZE, brand=b"heic", kind=b"hvc1", codec=HEVC
    ),
    "a HEIC whose unit is cut off": still(
        b"\0\0\1\0\0", SIZE, brand=b"heic", kind=b"hvc1", codec=HEVC
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIARS)
def test_a_file_that_contradicts_itself_is_refused_before_it_is_decoded(name):
    assert refusal(LIARS[name]).code == "broken"


def test_pixels_are_bounded_by_what_is_declared_and_what_is_encoded():
    assert probed(still(av1(4000, 4000), (4000, 4000)), formats=BOTH).width == 4000
    assert refusal(still(av1(5000, 5000), (5000, 5000))).code == "pixels"
    # Many large items beside a small picture: transparency, thumbnails, whatever they say they are.
    other = (b"av01", av1(4000, 4000), (4000, 4000))
    assert refusal(still(av1(*SIZE), SIZE, items=[other] * 6)).code == "pixels"


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_changed_byte_never_raises_anything_but_a_refusal(data):
    name = data.draw(st.sampled_from([*BOTH, "anim"]))
    content = bytearray(FILES[name])
    for _ in range(2):
        content[data.draw(st.integers(0, min(len(content), 600) - 1))] = data.draw(
            st.integers(0, 255)
        )
    try:
        found, _ = ingested(bytes(content), formats=BOTH)
    except UploadRefused:
        return
    assert found.format.name in BOTH


FILES = {"AVIF": file("AVIF"), "HEIC": file("HEIC"), "anim": animation("AVIF")}
