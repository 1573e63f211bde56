"""What cannot be cut is encoded again: its pixels into a new file, and nothing else of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from typing import IO, Any

from PIL.TiffImagePlugin import AppendingTiffWriter

from gallery_events.imaging.content import CHUNK, Content
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.exif import only_orientation
from gallery_events.imaging.formats import AVIF, JPEG, TIFF, Format
from gallery_events.imaging.probe import Probe, broken
from gallery_events.imaging.stripping import cut

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
    with tempfile.TemporaryFile() as out:
        with opened(content.file, name=found.format.name) as image:
            save(image, out, found)
        out.seek(0)
        made = content.remade(iter(partial(out.read, CHUNK), b""))
    header = kind.read_header(made.data, max_frames=found.frames)
    probe = Probe(kind, header.width, header.height, header.frames, header.orientation)
    # Encoders take along what they find in the picture that they are given.
    return cut(made, found=probe), probe


def _jpeg(image: Any, out: IO[bytes], found: Probe) -> None:
    image.load()
    profile = image.info.get("icc_profile")
    image.info = {}
    image.save(out, "JPEG", quality="keep", icc_profile=profile, exif=_exif(found))


def _tiff(image: Any, out: IO[bytes], found: Probe) -> None:
    with AppendingTiffWriter(out) as pages:
        for at in range(found.frames):
            image.seek(at)
            image.load()  # else Pillow would make a copy of it to save
            _forget_tags(image)
            image.save(pages, "TIFF", compression="tiff_adobe_deflate")
            pages.newFrame()


def _forget_tags(image: Any) -> None:
    """
    Have Pillow write no tag of the page but those that the pixels need.

    It hands all others to libtiff as they came, which crashes where one holds
    a number in the place of a text.
    """
    for directory in (image.tag_v2, image.tag):
        for tag in list(directory):
            directory.pop(tag, None)


def _avif(image: Any, out: IO[bytes], found: Probe) -> None:
    if found.frames > 1 and found.orientation != 1:
        # Pillow's encoder crashes when frames are to be turned.
        raise broken("its frames lie on a side")
    # What Pillow has read of a HEIC is upright already, whatever its EXIF says.
    frames = {"save_all": True, "duration": _durations(image, found)} if found.frames > 1 else {}
    image.load()
    profile = image.info.get("icc_profile")
    image.save(out, "AVIF", icc_profile=profile, exif=_exif(found), **GOOD, **frames)


def _exif(found: Probe) -> bytes:
    return b"" if found.orientation == 1 else b"Exif\0\0" + only_orientation(found.orientation)


def _durations(image: Any, found: Probe) -> list[int]:
    """Return how long each frame is shown, in milliseconds."""
    durations = []
    for at in range(found.frames):
        image.seek(at)
        image.load()
        durations.append(int(image.info.get("duration") or 0))
    image.seek(0)
    return durations


#: How each format is encoded, and as which.
AGAIN: dict[str, tuple[Callable[[Any, IO[bytes], Probe], None], Format]] = {
    "JPEG": (_jpeg, JPEG),
    "TIFF": (_tiff, TIFF),
    "AVIF": (_avif, AVIF),
    "HEIC": (_avif, AVIF),
}
