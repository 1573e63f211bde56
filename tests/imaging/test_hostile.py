"""Whatever comes, a picture or a refusal comes of it, within five seconds and 300 megabytes."""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.imaging import isobmff
from tests.imaging.heavy import HEAVY
from tests.imaging.made import END, animation, chunk, gif, png, quarters, rows, saved, webp
from tests.imaging.test_bmp import bmp
from tests.imaging.test_isobmff import LIARS
from tests.imaging.test_tiff import BROKEN, sparse
from tests.imaging.tiffs import LONG, SHORT, Writer

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 5, 300
REFUSED = {"empty", "bytes", "format", "broken", "pixels", "frames"}

JPEG, PNG, GIF = (saved(quarters(), name) for name in ("JPEG", "PNG", "GIF"))
AVIF, BMP = saved(quarters(), "AVIF"), saved(quarters(), "BMP")
TIFF, WEBP = saved(quarters(), "TIFF"), saved(quarters(), "WEBP")
HTML = b"<html><body onload=alert(1)><script>alert(document.cookie)</script>"
PHP = b"<?php system($_GET['c']); ?>"
ZIP = b"PK\3\4" + bytes(26) + b"PK\5\6" + bytes(18)


def ramp(width, height):
    grey = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (grey, grey.rotate(180), grey))


def comment(content):
    """Return a JPEG with a comment right after its start."""
    return JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(content) + 2) + content + JPEG[2:]


def exif(content):
    return (
        JPEG[:2]
        + b"\xff\xe1"
        + struct.pack(">H", len(content) + 8)
        + b"Exif\0\0"
        + content
        + JPEG[2:]
    )


def endless_pages(number):
    writer = Writer()
    at = writer.put(bytes(64))
    for _ in range(number):
        writer.page(
            {
                256: (LONG, [8]),
                257: (LONG, [8]),
                258: (SHORT, [8]),
                273: (LONG, [at]),
                279: (LONG, [64]),
            }
        )
    return bytes(writer.data)


def bomb(size, *, depth=8, colour=2):
    deflate = zlib.compressobj(9)
    line = bytes(1 + size[0] * {2: 3, 0: 1}[colour] * depth // 8)
    content = b"".join([deflate.compress(line) for _ in range(size[1])]) + deflate.flush()
    return png(chunk(b"IDAT", content), END, size=size, depth=depth, colour=colour)


#: What each is, and what it must become: a picture of a format, or a refusal.
PICTURES = {
    "a GIF with a JPEG after it": (GIF + JPEG, "GIF"),
    "a GIF that is a JAR too": (GIF + ZIP, "GIF"),
    "a JPEG with HTML after it": (JPEG + HTML, "JPEG"),
    "a JPEG with PHP in its comment": (comment(PHP), "JPEG"),
    "a JPEG with a PDF in its comment": (comment(b"%PDF-1.4\n1 0 obj\n" + HTML), "JPEG"),
    "a JPEG with a ZIP after it": (JPEG + ZIP, "JPEG"),
    "a JPEG after a JPEG": (JPEG + JPEG, "JPEG"),
    "a phone's JPEG with another": (
        saved(quarters(), "MPO", save_all=True, append_images=[quarters((20, 20))]), "JPEG",
    ),
    "a PNG with a ZIP after it": (PNG + ZIP, "PNG"),
    "a PNG with HTML in its text": (PNG[:33] + chunk(b"tEXt", b"a\0" + HTML) + PNG[33:], "PNG"),
    "a BMP with JavaScript after it": (BMP + b"*/=1;alert(1)", "BMP"),
    "a TIFF with a PDF after it": (TIFF + b"%PDF-1.4", "TIFF"),
    "EXIF that points to itself": (exif(b"II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\0\0\0\0"), "JPEG"),
    "a hundred colour profiles in one": (
        saved(quarters(), "JPEG", icc_profile=bytes(128) + b"\xff" * 60_000), "JPEG",
    ),
    "a large PNG": (bomb((7000, 7000)), "PNG"),
    "a large TIFF": (saved(ramp(5800, 5800), "TIFF", compression="tiff_adobe_deflate"), "TIFF"),
    "a large TIFF to be turned": (
        saved(ramp(4600, 4600), "TIFF", compression="tiff_adobe_deflate", tiffinfo={274: 6}), "TIFF",
    ),
    "a large fax": (saved(Image.new("1", (7000, 7000)), "TIFF", compression="group4"), "TIFF"),
    "a large AVIF": (saved(ramp(4200, 4200), "AVIF", speed=10), "AVIF"),
    "a large WebP": (saved(ramp(3500, 3500), "WEBP", method=0), "WEBP"),
    "a large JPEG": (saved(ramp(7000, 7000), "JPEG"), "JPEG"),
    "a large BMP of runs": (
        bmp(b"\1\0\0\0" * 1000 + b"\0\1", (4000, 1000), depth=8, compression=1, palette=bytes(1024)), "BMP",
    ),
    "many large frames": (animation("GIF", frames=37, size=(2000, 2000)), "GIF"),
    "a thousand pages": (endless_pages(1000), "TIFF"),
}  # fmt: skip
REFUSALS = {
    **{f"an AVIF or HEIC: {name}": data for name, data in LIARS.items()},
    **{f"a TIFF: {name}": data for name, data in BROKEN.items()},
    **HEAVY,
    "nothing": b"",
    "a PDF with a JPEG in it": b"%PDF-1.4\nstream\n" + JPEG,
    "HTML with a GIF after it": HTML + GIF,
    "a ZIP with a PNG after it": ZIP + PNG,
    "a TIFF in a BMP": b"BM" + TIFF,
    "a JPEG in an AVIF": isobmff.brands(b"avif") + isobmff.box(b"mdat", JPEG),
    "an AVIF in an AVIF": isobmff.brands(b"avif") + isobmff.box(b"meta", AVIF),
    "a WebP of half its bytes": WEBP[: len(WEBP) // 2],
    "an AVIF of half its bytes": AVIF[: len(AVIF) // 2],
    "a TIFF of half its bytes": TIFF[: len(TIFF) // 2],
    "a JPEG that claims to be larger": JPEG.replace(struct.pack(">HH", 64, 96), struct.pack(">HH", 9999, 9999)),
    "a bomb of a PNG": bomb((16_000, 16_000), colour=0),
    "a bomb of a TIFF": sparse((60_000, 60_000)),
    "a second page as large as a bomb": sparse((20_000, 20_000)),
    "a bomb of frames": gif(3000, size=(2000, 2000)),
    "a bomb of pages": endless_pages(1001),
    "a progressive JPEG that cannot be held": saved(ramp(7000, 7000), "JPEG", progressive=True),
    "a million markers": b"\xff\xd8" + b"\xff\xfe\0\2" * 1_000_000 + b"\xff\xd9",
    "a million chunks": png(chunk(b"teSt") * 1_000_000, rows(), END),
    "a million chunks of a WebP": webp(b"VP8L\5\0\0\0\x2f\0\0\0\0\0" + b"ABCD\0\0\0\0" * 1_000_000),
    "a million blocks": gif(1, trailer=b"!\xfe" + b"\1a" * 1_000_000 + b"\0;"),
    "a million nested boxes": isobmff.brands(b"avif") + b"".join(
        struct.pack(">I4s", 8 * (1_000_000 - at), b"meta") for at in range(1_000_000)
    ),
    "a text that unpacks to a gigabyte": PNG[:33]
    + chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**8)))
    + PNG[33:],
    "random bytes": bytes(range(256)) * 1000,
}  # fmt: skip


@pytest.fixture(scope="module")
def became(tmp_path_factory):
    """Return what became of each file, its seconds and megabytes, measured in its own process."""
    folder = tmp_path_factory.mktemp("hostile")
    names = {}
    for number, (name, data) in enumerate(
        {**{n: d for n, (d, _) in PICTURES.items()}, **REFUSALS}.items()
    ):
        path = folder / f"{number}"
        path.write_bytes(data)
        names[path.name] = name
    done = subprocess.run(
        [sys.executable, "-m", "tests.imaging.bounded", *(folder / each for each in names)],
        check=True, capture_output=True, text=True, cwd=ROOT, timeout=500,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {names[name]: (what, seconds, peak) for name, what, seconds, peak in lines}


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="NOT PROVEN: needs Linux"
)


@pytest.mark.parametrize("name", PICTURES)
def test_a_well_formed_picture_is_one_whatever_else_it_is(name, became):
    what, seconds, peak = became[name]
    assert what == PICTURES[name][1]
    assert (seconds < SECONDS, peak < MEGABYTES) == (True, True), (seconds, peak)


@pytest.mark.parametrize("name", REFUSALS)
def test_everything_else_is_refused(name, became):
    what, seconds, peak = became[name]
    assert what in REFUSED
    assert (seconds < SECONDS, peak < MEGABYTES) == (True, True), (seconds, peak)
