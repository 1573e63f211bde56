"""Long animations are edited frame by frame: memory does not grow with their number."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.imaging.made import saved

ROOT = Path(__file__).parents[2]
#: In megabytes, the interpreter and Pillow included.
MOST = 150

EDIT = """
import sys, tempfile
from gallery_events.domain.edits import Edit
from gallery_events.imaging.crop import write_edited
from gallery_events.imaging.probe import Limits

edit = Edit(crop=(10, 10, 500, 700), rotate=90)
with open(sys.argv[1], "rb") as file, tempfile.TemporaryFile() as into:
    write_edited(file, edit, limits=Limits(50_000_000, 1000, ()), into=into)
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


def film(number=100, size=(800, 600)):
    ground = Image.radial_gradient("L").resize(size).quantize(16).convert("RGB")
    for at in range(number):
        frame = ground.copy()
        frame.paste((250, 2 * at, 40), (5 * at, 4 * at, 5 * at + 120, 4 * at + 90))
        yield frame


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="NOT PROVEN: needs Linux")
@pytest.mark.parametrize("name", ["GIF", "PNG", "WEBP", "AVIF"])
def test_a_hundred_frames_take_no_more_memory_than_a_few(name, tmp_path):
    first, *others = film()
    options = {"AVIF": {"speed": 10}, "WEBP": {"method": 0}, "PNG": {"compress_level": 1}}
    path = tmp_path / "film"
    path.write_bytes(
        saved(
            first, name, save_all=True, append_images=others, duration=40, **options.get(name, {})
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", EDIT, path],
        check=True, capture_output=True, text=True, cwd=ROOT, timeout=300,
    )  # fmt: skip

    assert int(done.stdout) < MOST, done.stdout
