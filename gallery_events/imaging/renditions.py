"""The renditions of a stored file: one or many, of one decode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from PIL import Image

from gallery_events.domain.ladder import Rung
from gallery_events.exceptions import UploadRefused
from gallery_events.imaging import vips
from gallery_events.imaging.content import Content
from gallery_events.imaging.encoding import Rendition, encoded
from gallery_events.imaging.moving import animated
from gallery_events.imaging.probe import Limits, Probe, broken
from gallery_events.imaging.reading import decoder, probed
from gallery_events.imaging.scaling import Size, scaled, without_idle_alpha


def renditions(
    file: Any, rungs: Iterable[Rung], *, limits: Limits, engine: str = "auto"
) -> dict[str, Rendition]:
    """
    Make renditions of a stored *file*, which is read from its start, by the keys of their rungs.

    Upright, in sRGB, eight bits deep, without metadata; transparency is kept
    where the encoding can. *engine* is "pillow", "vips", or "auto" for
    whichever is faster; what libvips cannot read as Pillow does, Pillow reads.

    Raises :exc:`UploadRefused` as an upload does: the *limits* hold here too.
    """
    wanted = list(rungs)
    with probed(file, limits=limits) as (content, found):
        _refuse_enlarging(wanted, found)
        moving = [rung for rung in wanted if rung.frames > 1 and found.frames > 1]
        stills = [rung for rung in wanted if rung not in moving]
        try:
            made = dict(_stills(content, found, stills, engine=engine))
            made.update(_moving(content, found, moving))
        except UploadRefused:
            raise
        except Exception as error:
            # Decoders meet hostile bytes with every kind of exception.
            raise broken(f"{type(error).__name__}: {error}"[:200]) from error
    return made


def still(picture: Any, rung: Rung) -> Rendition:
    """Encode a picture that has the size of its *rung* already."""
    options = {} if rung.quality is None else {"quality": rung.quality}
    picture = without_idle_alpha(picture)
    if rung.encoding == "JPEG" and picture.mode == "RGBA":
        under = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(under, picture).convert("RGB")
    return encoded(picture, rung.encoding, **options)


def _stills(
    content: Content, found: Probe, rungs: list[Rung], *, engine: str
) -> Iterator[tuple[str, Rendition]]:
    by_size: dict[Size, list[Rung]] = {}
    for rung in rungs:
        by_size.setdefault((rung.width, rung.height), []).append(rung)
    for size, picture in _pictures(content, found, list(by_size), engine=engine):
        for rung in by_size[size]:
            yield rung.key, still(picture, rung)


def _pictures(
    content: Content, found: Probe, sizes: list[Size], *, engine: str
) -> Iterator[tuple[Size, Any]]:
    if sizes and engine != "pillow" and (by_vips := vips.scaled(content, found, sizes)) is not None:
        yield from by_vips.items()
    elif sizes:
        with decoder(content, found) as image:
            yield from scaled(image, found, sizes)


def _moving(content: Content, found: Probe, rungs: list[Rung]) -> Iterator[tuple[str, Rendition]]:
    if not rungs:
        return
    with decoder(content, found) as image:
        first = image.tell()
        for rung in rungs:
            image.seek(first)
            size = (rung.width, rung.height)
            yield rung.key, animated(image, found, size, quality=rung.quality)


def _refuse_enlarging(rungs: list[Rung], found: Probe) -> None:
    """Refuse a file that is smaller than its row says: what was planned would enlarge it."""
    width, height = found.upright
    if any(rung.width > width or rung.height > height for rung in rungs):
        raise broken(f"it has {width}x{height} pixels, which is not what its row says")
