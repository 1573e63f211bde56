"""What a file tells is cut out of it; what it shows stays, to the last pixel."""

import hashlib
import struct
import subprocess
import sys
import time
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import taken
from gallery_events.imaging.probe import Limits, probe
from gallery_events.imaging.stripping.again import encoded_again
from tests.imaging import planted
from tests.imaging.made import animation, quarters, saved
from tests.imaging.planted import PROFILE, SECRET, seen, stored
from tests.system.pages import ROOT

pytest.importorskip("pillow_heif")


def grey16(size=(40, 30)):
    return (
        Image.linear_gradient("L")
        .resize(size)
        .convert("I")
        .point(lambda v: v * 257 + 0)
        .convert("I;16")
    )


def translucent():
    image = quarters((40, 30)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def compressed(image, compression):
    return saved(image, "TIFF", compression=compression)


PAGES = [quarters((30, 20)), quarters((20, 30)).convert("L")]
FILES = {
    "JPEG": planted.jpeg,
    "JPEG progressive": lambda: planted.jpeg(progressive=True),
    "JPEG grey": lambda: planted.jpeg(image=quarters().convert("L")),
    "JPEG CMYK": lambda: planted.jpeg(image=quarters().convert("CMYK")),
    "JPEG restarts": lambda: planted.jpeg(restart_marker_blocks=1),
    "PNG": planted.png,
    "PNG palette": lambda: planted.png(image=quarters().quantize(4)),
    "PNG transparent": lambda: planted.png(image=translucent()),
    "PNG 16": lambda: planted.png(image=grey16()),
    "PNG animated": lambda: planted.png(
        save_all=True, append_images=[quarters().rotate(90)], duration=[70, 90], loop=2
    ),
    "WEBP": planted.webp,
    "WEBP lossless": lambda: planted.webp(image=translucent(), lossless=True),
    "WEBP animated": lambda: planted.webp(
        save_all=True, append_images=[quarters().rotate(90)], duration=[70, 90], loop=2
    ),
    "GIF": planted.gif,
    "GIF still": lambda: planted.gif(saved(quarters(), "GIF")),
    "TIFF": planted.tiff,
    "TIFF pages": lambda: planted.tiff(images=[each.copy() for each in PAGES]),
    "TIFF deflate": lambda: planted.told(compressed(quarters(), "tiff_adobe_deflate")),
    "TIFF lzw": lambda: planted.told(compressed(translucent(), "tiff_lzw"), orientation=6),
    "TIFF jpeg": lambda: planted.told(compressed(quarters(), "jpeg")),
    "TIFF 16": lambda: planted.tiff(images=[grey16()]),
    "TIFF float": lambda: planted.tiff(images=[grey16().convert("I").convert("F")]),
    "TIFF CMYK": lambda: planted.tiff(images=[quarters().convert("CMYK")]),
    "TIFF bits": lambda: planted.told(compressed(quarters().convert("1"), "group4")),
    "TIFF big": lambda: planted.tiff(big_tiff=True),
    "AVIF": planted.avif,
    "AVIF transparent": lambda: planted.avif(image=translucent()),
    "AVIF animated": lambda: planted.avif(
        save_all=True, append_images=[quarters().rotate(90)], duration=[70, 90]
    ),
    "HEIC": planted.heic,
    "HEIC transparent": lambda: planted.heic(image=translucent()),
}


@pytest.fixture(params=FILES)
def file(request):
    """A planted file, and the name of its format."""
    return FILES[request.param](), request.param.split()[0]


def test_it_shows_the_same_and_tells_nothing(file):
    data, name = file
    assert SECRET in data
    kept, made, found = stored(data)
    assert made.treatment == "cut"
    assert SECRET not in kept
    assert seen(kept, name) == seen(data, name)
    assert (found.format.name, made.format) == (name, found.format)
    assert len(kept) <= len(data)


def test_it_is_hashed_as_it_came_and_as_it_is_stored(file):
    data, _ = file
    kept, made, _ = stored(data)
    assert made.upload_sha256 == hashlib.sha256(data).hexdigest()
    assert made.stored.sha256 == hashlib.sha256(kept).hexdigest() != made.upload_sha256
    assert made.stored.size == len(kept)


def test_what_was_cut_once_is_kept_as_it_is(file):
    data, _ = file
    once, _, _ = stored(data)
    twice, made, _ = stored(once)
    assert (twice, made.treatment) == (once, "kept")


def test_nothing_is_touched_where_metadata_may_stay(file):
    data, _ = file
    kept, made, _ = stored(data, strip=False)
    assert (kept, made.treatment) == (data, "kept")
    assert made.stored.sha256 == made.upload_sha256


def test_readers_of_metadata_find_none(file):
    data, name = file
    kept, _, _ = stored(data)
    with planted.opened(BytesIO(kept), name=name) as image:
        image.load()
        assert not {key for key in image.info if key.lower() in TELLING and image.info[key]}
        assert set(image.getexif()) <= SHOWN
        assert not image.getexif().get_ifd(0x8825)


#: What Pillow calls what it finds.
TELLING = {"comment", "xmp", "photoshop", "author", "later", "xml:com.adobe.xmp", "mpoffset", "mp"}
#: The tags of a TIFF that show: Pillow gives them as EXIF.
SHOWN = {
    *range(254, 260),
    262,
    266,
    273,
    *range(277, 285),
    274,
    296,
    297,
    317,
    320,
    *range(322, 326),
}
SHOWN |= {338, 339, 347, 530, 532, 34675, 292, 293}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"])
def test_another_reader_finds_nothing_either_and_the_profile_is_there(name):
    kept, _, _ = stored(FILES[name]())
    if name == "HEIC":
        import pillow_heif

        found = pillow_heif.open_heif(BytesIO(kept))
        assert not found.info["exif"]
        assert not found.info.get("xmp")
        assert not found.info["metadata"]
        assert found.info["icc_profile"] == PROFILE
        return
    pyvips = pytest.importorskip("pyvips")
    found = pyvips.Image.new_from_buffer(kept, "")
    fields = set(found.get_fields())
    assert not {each for each in fields if each.startswith(("exif", "xmp", "iptc", "png-comment"))}
    assert not {"photoshop-data", "image-description"} & fields
    assert found.get("icc-profile-data") == PROFILE
    assert found.avg() == pyvips.Image.new_from_buffer(FILES[name](), "").avg()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"])
def test_the_orientation_stays_and_only_where_there_is_one(name, orientation):
    data = getattr(planted, name.lower())(orientation)
    kept, made, found = stored(data)
    again, as_it_is, found_again = stored(kept)
    assert SECRET not in kept
    assert (again, as_it_is.treatment) == (kept, "kept")
    # Where a camera's notes lay is where nothing, or the orientation alone, lies now.
    assert replace(found_again, exif=found.exif) == found
    assert found.orientation == (1 if name in ("TIFF", "HEIC") else orientation)
    assert (made.width, made.height) == ((96, 64) if orientation < 5 else (64, 96))
    assert seen(kept, name) == seen(data, name)
    if name in ("JPEG", "PNG", "WEBP"):
        assert (b"II*\0\x08\0\0\0\x01\0\x12\x01" in kept) is (orientation != 1)


# The pitfalls that were found before, one by one.


def test_the_comment_of_a_jpeg_does_not_survive():
    data = saved(quarters(), "JPEG", comment=SECRET)
    kept, made, _ = stored(data)
    assert made.treatment == "cut"
    assert kept == saved(quarters(), "JPEG")


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_profile_is_not_dropped(name):
    kept, _, _ = stored(FILES[name]())
    with planted.opened(BytesIO(kept), name=name) as image:
        assert image.info["icc_profile"] == PROFILE


def test_exif_of_a_tiff_is_nowhere_left():
    data = planted.tiff()
    kept, _, _ = stored(data)
    with planted.opened(BytesIO(data), name="TIFF") as image:
        place = image.tag_v2[0x8825]
        assert 0x8769 in image.tag_v2
    assert data[place : place + 2] != b"\0\0" == kept[place : place + 2]


@pytest.mark.parametrize("name", ["GIF", "WEBP animated", "PNG animated"])
def test_an_animation_plays_as_often_as_before(name):
    data = FILES[name]()
    kept, _, _ = stored(data)
    assert seen(kept, name.split()[0])[0] == seen(data, name.split()[0])[0] in (2, 3)


def test_a_second_picture_behind_the_first_goes():
    two = saved(quarters(), "MPO", save_all=True, append_images=[quarters((40, 30))])
    kept, made, _ = stored(two)
    assert made.treatment == "cut"
    assert kept.count(b"\xff\xd9") == 1
    assert b"MPF" not in kept


def test_comments_between_the_scans_of_a_progressive_jpeg_go():
    plain = saved(quarters(), "JPEG", progressive=True)
    second = plain.index(b"\xff\xda", plain.index(b"\xff\xda") + 2)
    table = plain.rindex(b"\xff\xc4", 0, second)
    for at in {second, table}:
        kept, made, _ = stored(plain[:at] + planted.segment(0xFE, SECRET) + plain[at:])
        assert (kept, made.treatment) == (plain, "cut")


def test_what_decoders_do_not_reach_is_not_brought_to_their_reach():
    plain = saved(Image.effect_noise((64, 64), 90), "JPEG", quality=95)
    middle = plain.index(b"\xff\xda") + 900
    data = plain[:middle] + planted.segment(0xFE, SECRET) + plain[middle:]
    kept, made, _ = stored(data)
    assert SECRET not in kept
    assert made.treatment == "encoded"


def test_a_bmp_is_all_picture_but_what_lies_behind_it_goes():
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        plain = saved(quarters((31, 17)).convert(mode), "BMP")
        kept, made, _ = stored(plain)
        assert (kept, made.treatment) == (plain, "kept")
        kept, made, _ = stored(plain + SECRET)
        assert (kept, made.treatment) == (plain, "cut")


def test_a_thumbnail_of_a_heic_goes_with_its_pixels():
    import pillow_heif

    out = BytesIO()
    image = Image.effect_noise((512, 384), 90).convert("RGB")
    pillow_heif.from_pillow(image).save(out, quality=50, thumbnails=[128])
    kept, made, _ = stored(out.getvalue())
    assert made.treatment == "cut"
    before = pillow_heif.open_heif(BytesIO(out.getvalue()))
    after = pillow_heif.open_heif(BytesIO(kept))
    assert (before.info["thumbnails"], after.info["thumbnails"]) == ([128], [])
    assert after.to_pillow().tobytes() == before.to_pillow().tobytes()


def test_other_pictures_of_a_heic_go():
    import pillow_heif

    out = BytesIO()
    both = pillow_heif.from_pillow(quarters())
    both.add_from_pillow(Image.effect_noise((64, 64), 90).convert("RGB"))
    both.save(out, quality=50, primary_index=0)
    kept, _, _ = stored(out.getvalue())
    after = pillow_heif.open_heif(BytesIO(kept))
    assert len(after) == 1
    assert (
        after[0].to_pillow().tobytes()
        == pillow_heif.open_heif(BytesIO(out.getvalue()))[0].to_pillow().tobytes()
    )


def test_an_animation_that_plays_once_does_so_still():
    frames = [quarters(), quarters().rotate(90)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert b"NETSCAPE" not in data
    kept, made, _ = stored(planted.gif(data))
    assert made.treatment == "cut"
    assert b"NETSCAPE" not in kept
    assert seen(kept, "GIF")[2] == seen(data, "GIF")[2]


def jpeg_in_tiff(strip=lambda jpeg: jpeg):
    """Return a TIFF that holds a JPEG, the strip of which was changed."""
    plain = compressed(quarters(), "jpeg")
    with planted.opened(BytesIO(plain), name="TIFF") as image:
        (at,), (length,) = image.tag_v2[273], image.tag_v2[279]
    new = strip(plain[at : at + length])
    return pointing(pointing(plain + new, 273, len(plain)), 279, len(new))


def pointing(data, tag, value, kind=b"\4\0\1\0\0\0"):
    """Return a TIFF in which a tag has another number, or another place."""
    at = data.index(tag.to_bytes(2, "little") + kind) + 8
    return data[:at] + value.to_bytes(4, "little") + data[at + 4 :]


def test_comments_inside_of_the_jpegs_of_a_tiff_go():
    data = jpeg_in_tiff(lambda jpeg: jpeg[:2] + planted.segment(0xFE, SECRET) + jpeg[2:])
    kept, made, _ = stored(data)
    assert made.treatment == "cut"
    assert SECRET not in kept
    assert seen(kept, "TIFF") == seen(data, "TIFF")
    assert stored(kept)[1].treatment == "kept"


def with_tables(tables):
    """Return a TIFF that holds a JPEG, and has other tables for it."""
    plain = jpeg_in_tiff()
    at = plain.index(b"\x5b\1\7\0")
    count, place = (int.from_bytes(plain[at + n : at + n + 4], "little") for n in (4, 8))
    new = tables(plain[place : place + count])
    counted = plain[: at + 4] + len(new).to_bytes(4, "little") + plain[at + 8 :]
    return pointing(counted + new, 347, len(plain), b"\7\0" + len(new).to_bytes(4, "little"))


@pytest.mark.parametrize("made", [jpeg_in_tiff, with_tables])
def test_what_follows_the_end_of_a_jpeg_in_its_piece_of_a_tiff_goes(made):
    data = made(lambda jpeg: jpeg + SECRET + jpeg)
    kept, treated, _ = stored(data)
    assert treated.treatment == "cut"
    assert SECRET not in kept
    # Its length stays that of the piece, which may not end outside.
    assert len(kept) == len(data)
    assert seen(kept, "TIFF") == seen(data, "TIFF")
    assert stored(kept)[1].treatment == "kept"


def test_what_follows_a_jpeg_in_its_piece_stays_where_another_needs_it():
    plain = with_tables(lambda tables: tables)
    (place,) = struct.unpack_from("<I", plain, plain.index(b"\x11\1\4\0") + 8)
    # The strip is said to reach over all that comes behind it: its JPEG's tables too.
    data = pointing(plain, 279, len(plain) - place)
    kept, made, _ = stored(data + SECRET)
    assert made.treatment == "cut"
    assert SECRET not in kept
    assert seen(kept, "TIFF") == seen(plain, "TIFF")


# Files that cannot be cut.


@pytest.mark.parametrize("times", [1, 3])
def test_compressed_data_that_decoders_read_in_two_ways_are_encoded_again(times):
    plain = saved(Image.effect_noise((96, 96), 90), "JPEG", comment=SECRET)
    at = plain.index(b"\xff\0", plain.index(b"\xff\xda") + 500)
    # Enough behind the end for libjpeg-turbo to take its other way.
    data = plain[:at] + b"\xff" * times + plain[at:] + bytes(5000)
    kept, made, _ = stored(data)
    assert made.treatment == "encoded"
    assert SECRET not in kept
    assert stored(plain)[1].treatment == stored(plain + bytes(5000))[1].treatment == "cut"


@pytest.mark.parametrize(
    "strip",
    [
        lambda jpeg: jpeg[:-2] + SECRET,
        lambda jpeg: jpeg[:2] + b"\0" + planted.segment(0xFE, SECRET) + jpeg[2:],
        lambda jpeg: jpeg[:-2] + planted.segment(0x42, SECRET) + b"\xff\xd9",
    ],
    ids=["no end", "a stray byte", "an unknown segment"],
)
def test_a_jpeg_of_a_tiff_whose_end_is_not_seen_is_encoded_again(strip):
    data = jpeg_in_tiff(strip)
    kept, made, _ = stored(data)
    assert made.treatment == "encoded"
    assert SECRET not in kept
    assert seen(kept, "TIFF")[2] == seen(data, "TIFF")[2]


def test_a_tiff_that_does_not_say_how_long_its_pixels_are_is_encoded_again():
    data = saved(quarters(), "TIFF", description=SECRET.decode())
    at = data.index(b"\x17\x01\x04\0\x01\0\0\0")
    data = data[:at] + b"\x18\x01" + data[at + 2 :]
    kept, made, _ = stored(data)
    assert made.treatment == "encoded"
    assert SECRET not in kept
    assert seen(kept, "TIFF")[2] == seen(data, "TIFF")[2]


def with_words(tag, kind):
    """Return a TIFF that has a text where its pages have a number."""
    data = saved(quarters(), "TIFF", description=SECRET.decode())
    at = data.index(b"\x0e\x01\x02\0")
    return data[:at] + tag.to_bytes(2, "little") + bytes([kind, 0]) + data[at + 4 :]


@pytest.mark.filterwarnings("ignore")  # Pillow says that it expected a number, and goes on
@pytest.mark.parametrize("kind", [1, 2, 7])
@pytest.mark.parametrize("tag", [282, 529])
def test_a_tiff_that_says_words_where_a_number_belongs_is_encoded_again(tag, kind):
    data = with_words(tag, kind)
    kept, made, _ = stored(data)
    assert made.treatment == "encoded"
    assert SECRET not in kept
    assert seen(kept, "TIFF")[2] == seen(data, "TIFF")[2]


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.filterwarnings("ignore")
def test_a_number_in_the_place_of_a_text_does_not_crash_the_one_who_encodes_again(pages):
    """Run apart: it was the end of the process."""
    more = [quarters()] * (pages - 1)
    data = saved(quarters(), "TIFF", save_all=True, append_images=more)
    # The lengths of the strips become the name of a document.
    data = data.replace(b"\x17\x01\4\0\1\0\0\0", b"\x0d\x01\4\0\1\0\0\0")
    code = (
        "import sys; from tests.imaging.planted import stored; "
        "print(stored(sys.stdin.buffer.read())[1].treatment)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, input=data, capture_output=True, check=False
    )
    assert done.stdout.strip() == b"encoded", (done.returncode, done.stderr)


def test_frames_that_lie_on_a_side_are_refused_before_the_encoder_crashes():
    limits = Limits(10**6, 10, ("AVIF",))
    with taken(BytesIO(animation("AVIF", size=(64, 48))), max_bytes=10**6) as content:
        found = replace(probe(content, limits=limits), orientation=6)
        with pytest.raises(UploadRefused) as refused:
            encoded_again(content, found=found)
    assert refused.value.code == "broken"


@pytest.mark.filterwarnings("ignore:Tag data larger than file")  # Pillow says so, and goes on
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "I;16", "F", "CMYK", "1"])
def test_pages_are_encoded_again_without_loss(mode):
    page = grey16() if mode == "I;16" else quarters((40, 30)).convert(mode)
    data = planted.tiff(images=[page, page.transpose(Image.Transpose.ROTATE_90)])
    # What is called 65000 lies outside of the file: decoders differ about what follows it.
    at = data.index(b"\xe8\xfd\x07\0")
    data = data[: at + 4] + b"\xff\xff\xff\x00" + data[at + 8 :]
    kept, made, found = stored(data)
    assert (made.treatment, found.frames) == ("encoded", 2)
    assert SECRET not in kept
    assert seen(kept, "TIFF")[2] == seen(data, "TIFF")[2]


def test_frames_are_encoded_again_with_their_times():
    data = FILES["AVIF animated"]().replace(b"pitm", b"pitn", 1)
    kept, made, found = stored(data)
    assert (made.treatment, found.frames) == ("encoded", 2)
    assert SECRET not in kept
    assert [each[3] for each in seen(kept, "AVIF")[2]] == [70, 90]


@pytest.mark.parametrize("name", ["AVIF", "HEIC"])
def test_an_item_in_an_unknown_place_has_the_picture_encoded_again(name):
    data = FILES[name]()
    data = data.replace(b"pitm", b"pitm", 1)
    at = data.index(b"iinf")
    protected = data[: at - 4] + planted.box(b"ipro", b"") + data[at - 4 :]
    size = int.from_bytes(protected[data.index(b"meta") - 4 : data.index(b"meta")], "big") + 8
    meta = data.index(b"meta") - 4
    protected = protected[:meta] + size.to_bytes(4, "big") + protected[meta + 4 :]
    protected = moved(protected, by=8)
    kept, made, _ = stored(protected)
    assert (made.treatment, made.format.name) == ("encoded", "AVIF")
    assert SECRET not in kept
    assert (made.width, made.height) == (96, 64)


def moved(data, *, by):
    """Add to every place that iloc names: what it is about was moved."""
    from gallery_events.imaging.boxes import boxes, child

    meta = next(each for each in boxes(data, 0, len(data)) if each.kind == b"meta")
    found = child(data, meta, b"iloc", skip=4)
    out = bytearray(data)
    at = found.start + 8
    for _ in range(int.from_bytes(data[found.start + 6 : at], "big")):
        at += 4 if data[found.start] == 0 else 6
        base = data[found.start + 5] >> 4
        at += base
        extents = int.from_bytes(data[at : at + 2], "big")
        at += 2
        for _ in range(extents):
            place = int.from_bytes(data[at : at + 4], "big") + by
            out[at : at + 4] = place.to_bytes(4, "big")
            at += 8
    return bytes(out)


def test_a_jpeg_of_a_phone_is_cut_in_milliseconds():
    image = Image.effect_noise((4000, 3000), 40).convert("RGB")
    data = planted.jpeg(image=image)
    with planted.taken(BytesIO(data), max_bytes=10**8) as content:
        found = planted.probe(content, limits=planted.Limits(50_000_000, 1, ("JPEG",)))
        began = time.perf_counter()
        made = planted.cut(content, found=found)
        taken = time.perf_counter() - began
        assert made.size < len(data)
    assert taken < 0.5
