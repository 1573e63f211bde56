"""Stored files are opened again: by the same rules as when they came in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import Content, taken
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.formats import KNOWN
from gallery_events.imaging.probe import Limits, Probe, broken, probe

#: What is stored was bounded when it came in; this ends a stream that never does.
LONGEST = 1024 * 1024 * 1024


@contextmanager
def reopened(file: Any, *, limits: Limits) -> Iterator[tuple[Any, Probe]]:
    """
    Give a stored *file* as a picture of Pillow's, and what it is, for the time of the block.

    The one way to pixels for thumbnails, renditions and edits: a process that
    decodes later probes again, so that what was written past an upload, or
    under wider limits, is refused there too. *file* is read from its start,
    may be a stream, and is not closed. Of *limits*, pixels and frames count:
    an image that is there stays readable when FORMATS or MAX_BYTES become less.

    Nothing is decoded yet. Of an animation the first frame that browsers show
    is current: frames are ``range(first, first + probe.frames)`` with
    ``first = image.tell()``. What is left to turn is ``probe.orientation``
    and nothing else. It may be decoded at its full size: a progressive JPEG
    that takes too much for that is refused, ``pixels``. Raises :exc:`UploadRefused` with the codes of
    :func:`~gallery_events.imaging.probe.probe`, and ``broken`` when the decoder
    refuses; what goes wrong inside the block is raised as it is.
    """
    opening = probed(file, limits=limits, whole=True)
    with opening as (content, found), decoder(content, found) as image:
        yield image, found


@contextmanager
def probed(file: Any, *, limits: Limits, whole: bool = False) -> Iterator[tuple[Content, Probe]]:
    """
    Give a stored *file* as it is, and what it is: for decoders other than Pillow's.

    *whole* as for :func:`~gallery_events.imaging.probe.probe`.
    """
    with taken(file, max_bytes=LONGEST) as content:
        known = Limits(limits.max_pixels, limits.max_frames, tuple(KNOWN))
        yield content, probe(content, limits=known, whole=whole)


@contextmanager
def decoder(content: Content, found: Probe) -> Iterator[Any]:
    """Give what was found as a picture of Pillow's, at its first frame; raises as reopened() does."""
    try:
        image = opened(content.file, name=found.format.name)
    except (UploadRefused, ImportError):
        raise
    except Exception as error:
        # Pillow's decoders meet hostile bytes with every kind of exception.
        raise broken(f"{type(error).__name__}: {error}"[:200]) from error
    with image:
        _begin(image, found)
        yield image


def _begin(image: Any, found: Probe) -> None:
    try:
        # An animated PNG may hold one more picture, which browsers do not show: it comes first.
        if getattr(image, "default_image", False):
            image.seek(1)
        lies = image.size != (found.width, found.height)
    except Exception as error:
        raise broken(f"{type(error).__name__}: {error}"[:200]) from error
    if lies:
        raise broken("it contradicts itself about its size")
