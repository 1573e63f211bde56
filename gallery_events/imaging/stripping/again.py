"""What cannot be cut is encoded again: its pixels into a new file, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from gallery_events.imaging.content import Content
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.exif import only_orientation
from gallery_events.imaging.formats import AVIF, JPEG, TIFF, Format
from gallery_events.imaging.probe import Probe, broken

#: Nearly as good as it came, in a second for the pictures of a phone.
GOOD = {"quality": 90, "speed": 9}


def encoded_again(content: Content, *, found: Probe) -> tuple[Content, Probe]:
    """
    Return a file that shows the same, made of the decoded pixels, and what it is.

    Pages of a TIFF stay as they are, a JPEG is encoded with its own tables, an
    AVIF is encoded well. So is a HEIC, as AVIF: encoding HEIC would take
    minutes. Profile and orientation stay. Raises :exc:`UploadRefused` with
    the code ``broken`` for other formats, which only damage keeps from being
    cut; what decoders raise comes through.
    """
    if found.format.name not in AGAIN:
        raise broken("its parts contradict each other")
    save, kind = AGAIN[found.format.name]
    out = BytesIO()
    with opened(content.file, name=found.format.name) as image:
        save(image, out, found)
    made = content.remade([out.getvalue()])
    header = kind.read_header(made.data, max_frames=found.frames)
    says = (header.width, header.height, header.frames, header.orientation)
    return made, Probe(kind, *says)


def _jpeg(image: Any, out: BytesIO, found: Probe) -> None:
    image.load()
    profile = image.info.get("icc_profile")
    image.info = {}
    exif = b"Exif\0\0" + only_orientation(found.orientation) if found.orientation != 1 else b""
    image.save(out, "JPEG", quality="keep", icc_profile=profile, exif=exif)


def _tiff(image: Any, out: BytesIO, found: Probe) -> None:
    pages = _Frames(image, found)
    first = next(iter(pages))
    first.save(
        out,
        "TIFF",
        compression="tiff_adobe_deflate",
        icc_profile=first.info.get("icc_profile"),
        save_all=found.frames > 1,
        append_images=pages.others(),
    )


def _avif(image: Any, out: BytesIO, found: Probe) -> None:
    frames = _Frames(image, found)
    first = next(iter(frames))
    options: dict[str, Any] = dict(GOOD)
    if found.orientation != 1:
        options["exif"] = only_orientation(found.orientation)
    if found.frames > 1:
        options |= {"save_all": True, "append_images": frames.others()}
        options["duration"] = frames.durations()
    first.save(out, "AVIF", icc_profile=first.info.get("icc_profile"), **options)


class _Frames:
    """The frames of a picture, each by itself, without what the file says of them."""

    def __init__(self, image: Any, found: Probe) -> None:
        self.image, self.number = image, found.frames

    def __iter__(self) -> Iterator[Any]:
        for at in range(self.number):
            yield self._frame(at)

    def others(self) -> Iterator[Any]:
        """Give all but the first."""
        for at in range(1, self.number):
            yield self._frame(at)

    def durations(self) -> list[int]:
        """Return how long each is shown, in milliseconds."""
        found = []
        for at in range(self.number):
            self.image.seek(at)
            self.image.load()
            found.append(int(self.image.info.get("duration") or 0))
        return found

    def _frame(self, at: int) -> Any:
        if self.number > 1:
            self.image.seek(at)
        self.image.load()
        frame = self.image.copy()
        frame.info = {
            key: value
            for key, value in frame.info.items()
            if key in ("icc_profile", "transparency")
        }
        return frame


#: How each format is encoded, and as which.
AGAIN: dict[str, tuple[Callable[[Any, BytesIO, Probe], None], Format]] = {
    "JPEG": (_jpeg, JPEG),
    "TIFF": (_tiff, TIFF),
    "AVIF": (_avif, AVIF),
    "HEIC": (_avif, AVIF),
}
