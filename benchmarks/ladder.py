"""The whole ladder of a photograph, by Pillow and by libvips: same sizes, same encoder."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image

from benchmarks import measure
from benchmarks.sizes import Sizes
from benchmarks.table import Row
from benchmarks.upload import photograph
from gallery_events.conf import RenditionSettings
from gallery_events.domain.ladder import Rung, Source, ladder
from gallery_events.imaging import vips
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.reading import decoder, probed
from gallery_events.imaging.renditions import renditions
from gallery_events.imaging.scaling import scaled

LIMITS = Limits(50_000_000, 1000, ())
BARE, PILLOW, VIPS = "bare Pillow, one by one", "ours with Pillow", "ours with libvips"
#: What one ladder may take in MB over what the process had before.
MOST_MEMORY = 300


def rows(sizes: Sizes) -> Iterator[Row]:
    path = settings.FOLDER / "photograph.jpg"
    photograph(sizes.picture).save(path, "JPEG", quality=92)
    width, height = sizes.picture
    usual = RenditionSettings()
    if vips.library() is None:
        yield Row("the ladder with libvips", "(pyvips is not installed)")
    for encoding in ("WEBP", "AVIF"):
        rungs = ladder(Source(width, height), replace(usual, ENCODING=encoding))
        yield from _compared(f"{len(rungs)} renditions, {encoding}", path, rungs, sizes)
    yield from _compared(
        "the narrowest alone", path, ladder(Source(width, height), usual)[:1], sizes
    )
    yield from _scaling(path, ladder(Source(width, height), usual), sizes)
    with measure.memory() as grown:
        _ours(path, ladder(Source(width, height), usual), "pillow")
    yield Row("the ladder: memory with Pillow", f"+{grown():.0f} MB").aiming(
        f"<= {MOST_MEMORY} MB", grown() <= MOST_MEMORY
    )


def _compared(what: str, path: Path, rungs: tuple[Rung, ...], sizes: Sizes) -> Iterator[Row]:
    sides: dict[str, Callable[[], Callable[[], object]]] = {
        BARE: lambda: partial(_bare, path, rungs),
        PILLOW: lambda: partial(_ours, path, rungs, "pillow"),
    }
    if vips.library() is not None:
        sides[VIPS] = lambda: partial(_ours, path, rungs, "vips")
    took = measure.interleaved(max(3, sizes.few_rounds // 6), sides)
    for name, seconds in took.items():
        yield Row(f"{what}: {name}", f"{seconds * 1000:.1f} ms", seconds / took[BARE])


def _scaling(path: Path, rungs: tuple[Rung, ...], sizes: Sizes) -> Iterator[Row]:
    """Yield what decoding and scaling take by themselves: all encoding is Pillow's."""
    wanted = [(rung.width, rung.height) for rung in rungs]
    sides: dict[str, Callable[[], Callable[[], object]]] = {
        PILLOW: lambda: partial(_by_pillow, path, wanted)
    }
    if vips.library() is not None:
        sides[VIPS] = lambda: partial(_by_vips, path, wanted)
    took = measure.interleaved(max(3, sizes.few_rounds // 6), sides)
    for name, seconds in took.items():
        yield Row(
            f"decoding and scaling: {name}", f"{seconds * 1000:.1f} ms", seconds / took[PILLOW]
        )


def _ours(path: Path, rungs: tuple[Rung, ...], engine: str) -> None:
    with path.open("rb") as file:
        renditions(file, rungs, limits=LIMITS, engine=engine)


def _by_pillow(path: Path, wanted: list[tuple[int, int]]) -> None:
    with (
        path.open("rb") as file,
        probed(file, limits=LIMITS) as (content, found),
        decoder(content, found) as image,
    ):
        list(scaled(image, found, wanted))


def _by_vips(path: Path, wanted: list[tuple[int, int]]) -> None:
    with path.open("rb") as file, probed(file, limits=LIMITS) as (content, found):
        vips.scaled(content, found, wanted)


def _bare(path: Path, rungs: tuple[Rung, ...]) -> None:
    for rung in rungs:
        with Image.open(path) as image:
            image.draft(None, (2 * rung.width, 2 * rung.height))
            small = image.resize((rung.width, rung.height), Image.Resampling.LANCZOS)
            options = {"method": 4} if rung.encoding == "WEBP" else {}
            options |= {"speed": 8} if rung.encoding == "AVIF" else {}
            small.save(BytesIO(), rung.encoding, quality=rung.quality, **options)
