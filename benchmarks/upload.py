"""A photograph that comes in: stored, hashed and with its thumbnail, beside bare Pillow."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files import File
from PIL import Image

from benchmarks import measure
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows import upload

AIM = 0.100
THUMBNAIL = (400, 400)


def rows(sizes: Sizes) -> Iterator[Row]:
    path = settings.FOLDER / "photograph.jpg"
    photograph(sizes.picture).save(path, "JPEG", quality=92)
    with path.open("rb") as file:
        took = measure.interleaved(
            sizes.few_rounds,
            {
                "bare Pillow, thumbnail by draft": lambda: lambda: _bare(path),
                "ours: stored, hashed, thumbnail": lambda: lambda: upload.receive(File(file)),
            },
        )
    bare, ours = took
    width, height = sizes.picture
    what = f"{width * height / 1e6:.3g} megapixels, {path.stat().st_size / 1e6:.2g} MB"
    yield Row(f"JPEG of {what}: {bare}", f"{took[bare] * 1000:.1f} ms", 1.0)
    yield Row(
        f"JPEG of {what}: {ours}", f"{took[ours] * 1000:.1f} ms", took[ours] / took[bare]
    ).aiming(f"<= {AIM * 1000:.0f} ms", took[ours] <= AIM)


def photograph(size: tuple[int, int]) -> Image.Image:
    """Return a picture that compresses as a photograph does: soft shapes under a little noise."""
    bands = [
        Image.blend(
            Image.linear_gradient("L").rotate(turn).resize(size),
            Image.effect_noise(size, 24),
            0.35,
        )
        for turn in (0, 90, 180)
    ]
    return Image.merge("RGB", bands)


def _bare(path: Path) -> None:
    with Image.open(path) as image:
        image.draft(None, (2 * THUMBNAIL[0], 2 * THUMBNAIL[1]))
        image.thumbnail(THUMBNAIL)
        image.save(BytesIO(), "JPEG", quality=82)
