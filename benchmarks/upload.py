"""A photograph that comes in: stored, hashed and with its thumbnail, beside others' thumbnails."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from shutil import copyfile

from django.conf import settings
from django.core.files import File
from PIL import Image

from benchmarks import apart, measure
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from gallery_events.flows import upload

AIM = 0.100
#: What one upload may take in MB over what the process had before.
MOST_MEMORY = 300
THUMBNAIL = (400, 400)
SORL = "sorl-thumbnail, cold"
BARE = "bare Pillow, thumbnail by draft"
OURS = "ours: stored, hashed, thumbnail"


def rows(sizes: Sizes) -> Iterator[Row]:
    path = settings.FOLDER / "photograph.jpg"
    photograph(sizes.picture).save(path, "JPEG", quality=92)
    width, height = sizes.picture
    what = f"JPEG of {width * height / 1e6:.3g} megapixels, {path.stat().st_size / 1e6:.2g} MB"
    took = _took(path, sizes.few_rounds)
    if SORL not in took:
        yield Row(f"{what}: sorl-thumbnail", "(it is not installed)")
    for name, seconds in took.items():
        row = Row(f"{what}: {name}", f"{seconds * 1000:.1f} ms", seconds / took[BARE])
        reached = seconds <= AIM
        yield row.aiming(f"<= {AIM * 1000:.0f} ms", reached) if name == OURS else row
    with measure.memory() as grown, path.open("rb") as file:
        upload.receive(File(file))
    yield Row(f"{what}: memory of one upload", f"+{grown():.0f} MB").aiming(
        f"<= {MOST_MEMORY} MB", grown() <= MOST_MEMORY
    )


def _took(path: Path, rounds: int) -> dict[str, float]:
    sides: dict[str, Callable[[], Callable[[], object]]] = {BARE: lambda: lambda: _bare(path)}
    with path.open("rb") as file:
        sides[OURS] = lambda: lambda: upload.receive(File(file))
        if find_spec("sorl") is None:
            return measure.interleaved(rounds, sides)
        # Its app is installed in a process of its own, and so is its table.
        with apart.process("sorl.thumbnail") as ask:
            sides[SORL] = lambda: lambda: ask(_sorl, path)
            return measure.interleaved(rounds, sides)


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


def _sorl(path: Path) -> None:
    """Store the file and have its thumbnail made, as a page does the first time it shows it."""
    from sorl.thumbnail import get_thumbnail  # noqa: PLC0415 - installed in this process alone

    folder = Path(settings.MEDIA_ROOT) / "sorl"
    folder.mkdir(parents=True, exist_ok=True)
    number = sum(1 for _ in folder.iterdir())
    copyfile(path, folder / f"{number}.jpg")
    get_thumbnail(f"sorl/{number}.jpg", f"{THUMBNAIL[0]}x{THUMBNAIL[1]}")
