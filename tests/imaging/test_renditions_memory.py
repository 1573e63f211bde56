"""The renditions of the largest pictures: bounded memory, and the same pixels as all at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from gallery_events.imaging.thumbnail import reduced

ROOT = Path(__file__).parents[2]
#: In megabytes: the picture is 190 of them, what is made of it and its encoder some more.
MOST = 400

MAKE = """
import struct, sys, zlib
from io import BytesIO
from gallery_events.domain.ladder import Rung
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.renditions import renditions
from tests.imaging.made import END, chunk

side, passes = 7000, ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
packed, content = zlib.compressobj(1), b""
for left, top, across, down in passes:
    row = bytes(1 + -(-(side - left) // across) * 8)
    for _ in range(-(-(side - top) // down)):
        content += packed.compress(row)
head = struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 1)
file = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", content + packed.flush()) + END
wanted = [Rung(f"w{width}", width, width, "WEBP", 80, 1, "a.webp") for width in (640, 1280, 2560)]
made = renditions(BytesIO(file), wanted, limits=Limits(50_000_000, 1000, ()), engine=sys.argv[1])
assert len(made) == 3
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="NOT PROVEN: needs Linux")
@pytest.mark.parametrize("engine", ["pillow", "auto"])
def test_a_large_interlaced_picture_that_shows_through_is_held_once(engine):
    done = subprocess.run(
        [sys.executable, "-c", MAKE, engine],
        check=True, capture_output=True, text=True, cwd=ROOT, timeout=300,
    )  # fmt: skip

    assert int(done.stdout) < MOST, done.stdout


@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L"])
@pytest.mark.parametrize("wanted", [(1100, 1300), (2399, 2900), (700, 800), (300, 350)])
def test_made_in_bands_it_is_what_it_is_at_once(mode, wanted):
    size = (2400, 2901)
    red, green, blue, alpha = (Image.effect_noise(size, 20) for _ in range(4))
    alpha = alpha.point(lambda value: 200 + value // 8)
    picture = Image.merge("RGBA", (red, green, blue, alpha)).convert(mode)
    at_once = picture.resize(wanted, Image.Resampling.LANCZOS)
    if min(size) // (2 * min(wanted)) > 1:
        across, down = (each // (2 * want) for each, want in zip(size, wanted, strict=True))
        small = picture.reduce((across, down))
        box = (0, 0, size[0] / across, size[1] / down)
        at_once = small.resize(wanted, Image.Resampling.LANCZOS, box=box)

    difference = ImageChops.difference(reduced(picture, wanted), at_once)
    # Which way is averaged first, and so what is rounded, depends on the size of a band.
    assert max(band.getextrema()[1] for band in difference.split()) <= 4
