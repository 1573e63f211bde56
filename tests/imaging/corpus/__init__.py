"""Some hundred files, good, odd and hostile, each with what must become of it."""

from collections.abc import Iterator

from tests.imaging.corpus import broken, drawings, lies, photographs, scans, shapes
from tests.imaging.corpus.case import Case, points

__all__ = ["Case", "cases", "points"]

MAKERS = [
    *(photographs.jpeg, photographs.webp, photographs.avif, photographs.heic),
    *(drawings.pngs, drawings.gifs, drawings.bmp, scans.tiff),
    *(shapes.turned, shapes.sizes),
    *(broken.foreign, broken.truncated, lies.lying, lies.appended, lies.nested),
]


def cases() -> Iterator[Case]:
    """Yield all of them; each name once."""
    for make in MAKERS:
        yield from make()
