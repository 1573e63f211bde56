"""An edit of a stored file: the bytes of the picture that it shows, in every frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from gallery_events.domain.edits import Edit, WrongEdit
from gallery_events.imaging import animations, stills
from gallery_events.imaging.avif_plays import plays_of
from gallery_events.imaging.frames import Frames
from gallery_events.imaging.probe import Limits, Probe, broken
from gallery_events.imaging.reading import reopened
from gallery_events.imaging.turning import of_stored, shown
from gallery_events.imaging.webp import is_lossless


def write_edited(file: Any, edit: Edit, *, limits: Limits, into: IO[bytes]) -> None:
    """
    Write the picture that *edit* makes of a stored *file* into another one, from its start.

    JPEG, PNG, GIF, WebP and AVIF stay what they are: animations keep every
    frame with its duration, their loop and their transparency, and a PNG the
    16 bits of its greys. TIFF, HEIC, BMP and SVG become a PNG when they hold
    transparency, few colours or 16 bits of grey, and otherwise a JPEG; of
    several pages the first is taken. The colour profile stays, all other
    metadata does not.

    Raises :exc:`UploadRefused` with the codes of
    :func:`~gallery_events.imaging.reading.reopened`, and ``broken`` when the
    upright picture is not of ``edit.size``; ImportError where a decoder is not installed.
    """
    with reopened(file, limits=limits) as (source, found):
        try:
            _write(source, _of_stored(edit, found), found=found, into=into)
        except WrongEdit as error:
            raise broken("it is not of the size that it had") from error
        except ImportError:
            raise
        except Exception as error:
            # Pillow's decoders meet hostile bytes with every kind of exception.
            raise broken(f"{type(error).__name__}: {error}"[:200]) from error


def _of_stored(edit: Edit, found: Probe) -> Edit:
    return of_stored(edit, orientation=found.orientation, size=(found.width, found.height))


def _write(source: Any, edit: Edit, *, found: Probe, into: IO[bytes]) -> None:
    name = found.format.name
    lossless = name == "WEBP" and is_lossless(source.fp)
    if found.frames > 1 and name in ANIMATED:
        plays = plays_of(_bytes(source)) if name == "AVIF" else 0
        frames = Frames(source, edit, number=found.frames)
        ANIMATED[name](frames, into, info=frames.told, lossless=lossless, plays=plays)
        return
    source.load()
    info = dict(source.info)
    sampling = stills.FULL
    if name == "JPEG":
        sampling = stills.sampling_of(source, turned=edit.rotate in (90, 270))
    image = shown(source, edit)
    if image is source:
        image = source.copy()
    # Two pictures are held at most.
    source.close()
    # Whatever else the file said is not written again.
    image.info = {}
    write: Callable[..., None] = STILL.get(name, stills.write_for_browsers)
    write(image, into, info=info, sampling=sampling, lossless=lossless)


def _bytes(source: Any) -> bytes:
    source.fp.seek(0)
    return bytes(source.fp.read())


STILL: dict[str, Callable[..., None]] = {
    "JPEG": stills.write_jpeg,
    "PNG": stills.write_png,
    "GIF": stills.write_gif,
    "WEBP": stills.write_webp,
    "AVIF": stills.write_avif,
}
ANIMATED: dict[str, Callable[..., None]] = {
    "PNG": animations.write_png,
    "GIF": animations.write_gif,
    "WEBP": animations.write_webp,
    "AVIF": animations.write_avif,
}
