"""What a file really is, found out before any of its pixels is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from gallery_events.domain.shapes import Aspect, has_aspect, told
from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import Content
from gallery_events.imaging.formats import Format, format_of
from gallery_events.imaging.header import NOWHERE, BrokenHeader, Data, Header, Place, Unfit

#: No format but PNG knows longer sides, and no browser shows them.
MAX_SIDE = 65_535
#: What decoding may take in bytes, and the pixels of all frames together: with what a process
#: needs anyway, nothing takes more than 300 MB or five seconds.
MEMORY, MEMORY_PER_PIXEL = 200_000_000, 4
ALL_FRAMES, FRAMES_PER_PIXEL = 150_000_000, 3


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What is accepted: formats by name, pixels of a picture, frames of an animation.

    *min_size* and *aspect* are of the upright picture; None where any will do.
    """

    max_pixels: int
    max_frames: int
    formats: tuple[str, ...]
    min_size: tuple[int, int] | None = None
    aspect: Aspect | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """
    What a file is by its content.

    *width* and *height* are those of the decoded picture, before *orientation*
    is applied, which is EXIF's number for what is left to turn: always 1 for
    TIFF and HEIC, whose decoders turn by themselves. *exif* is where the camera
    tells of itself.
    """

    format: Format
    width: int
    height: int
    frames: int
    orientation: int = 1
    exif: Place = NOWHERE

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as browsers show it."""
        if self.orientation >= 5:
            return self.height, self.width
        return self.width, self.height


def probe(content: Content, *, limits: Limits, whole: bool = False) -> Probe:
    """
    Find the type by content and read the header, within *limits*.

    Neither name nor declared type is asked, and nothing is decoded. *whole*
    tells that it will not be decoded to a smaller size than its own. Raises
    :exc:`UploadRefused` with the code ``format``, ``broken``, ``pixels``,
    ``frames``, ``too_small`` or ``aspect``. What passes can be decoded in bounded memory and time, but may
    still prove broken then.
    """
    found = recognised(content.data, limits)
    header = _header(found, content.data, limits)
    if whole:
        header = replace(header, memory=max(header.memory, header.whole))
    _check_pixels(found, header, limits)
    _check_frames(found, header, limits)
    size = (header.width, header.height)
    probed = Probe(found, *size, header.frames, header.orientation, header.exif)
    refuse_shape(*probed.upright, limits)
    return probed


def recognised(data: Data, limits: Limits) -> Format:
    """Return the format of a file by how it begins; raise UploadRefused for what is not taken."""
    found = format_of(data)
    if found is None or found.name not in limits.formats:
        message = (
            f"This is not a {_listed(limits.formats)} image, whatever its name says: "
            "save it as one and upload that."
        )
        raise UploadRefused(message, code="format", limit=limits.formats)
    return found


def broken(why: str) -> UploadRefused:
    """Return the refusal of a file that is damaged; *why* says where."""
    message = f"This file is damaged or incomplete ({why}): export or download it again."
    return UploadRefused(message, code="broken")


def _header(found: Format, data: Data, limits: Limits) -> Header:
    try:
        header = found.read_header(data, max_frames=limits.max_frames)
    except BrokenHeader as error:
        raise broken(str(error)) from error
    except Unfit as error:
        message = f"This is {error}, not a picture: export it as one and upload that."
        raise UploadRefused(message, code="format", limit=limits.formats) from error
    except (IndexError, struct.error) as error:
        raise broken("its end is missing") from error
    if not header.width or not header.height:
        raise broken("it has no size")
    return header


def _check_pixels(found: Format, header: Header, limits: Limits) -> None:
    # Who raises MAX_PIXELS has the memory, and the time, for larger pictures.
    memory = max(MEMORY, MEMORY_PER_PIXEL * limits.max_pixels)
    most = min(limits.max_pixels, int(memory / header.memory))
    if max(header.width * header.height, header.largest) > most:
        kind = f" in this kind of {found.name}" if most < limits.max_pixels else ""
        message = (
            f"This picture has too many pixels ({header.width}x{header.height}): at most "
            f"{most:,} are accepted{kind}. Make it smaller."
        )
        raise UploadRefused(message, code="pixels", limit=most)
    if max(header.width, header.height) > MAX_SIDE:
        message = f"This picture is too long: no side may have more than {MAX_SIDE:,} pixels."
        raise UploadRefused(message, code="pixels", limit=MAX_SIDE)


def _check_frames(found: Format, header: Header, limits: Limits) -> None:
    pixels = max(ALL_FRAMES, FRAMES_PER_PIXEL * limits.max_pixels)
    each = header.total // header.frames or header.width * header.height
    most = min(limits.max_frames, pixels // each)
    if header.frames > most:
        many = (
            "file has too many pages" if found.name == "TIFF" else "animation has too many frames"
        )
        message = (
            f"This {many}: at most {most:,} are accepted "
            f"at {header.width}x{header.height} pixels. Shorten it or make it smaller."
        )
        raise UploadRefused(message, code="frames", limit=most)


def refuse_shape(width: int, height: int, limits: Limits) -> None:
    """Refuse an upright picture that is too small, or of another shape."""
    if limits.min_size is not None:
        across, down = limits.min_size
        if width < across or height < down:
            message = (
                f"This picture is too small ({width}x{height} pixels): at least {across}x{down} "
                "are needed. Take it from a larger original."
            )
            raise UploadRefused(message, code="too_small", limit=limits.min_size)
    if limits.aspect is not None and not has_aspect(width, height, limits.aspect):
        shapes = " to ".join(dict.fromkeys(told(limits.aspect)))
        message = (
            f"This picture has another shape ({width}x{height} pixels): width to height must be "
            f"{shapes}. Crop it."
        )
        raise UploadRefused(message, code="aspect", limit=limits.aspect)


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else "".join(names)
