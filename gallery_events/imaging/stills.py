"""One edited picture becomes the bytes of a file, in its own format or in one for browsers."""

from __future__ import annotations

from typing import IO, Any

from PIL import JpegImagePlugin

from gallery_events.imaging.colours import plain
from gallery_events.imaging.keeping import colours_of, profile_of

#: No loss that anybody sees, at a size that is not absurd.
QUALITY = 92
#: No JPEG has a longer side.
LONGEST_JPEG = 65_500
#: Colour at half the resolution across only: its counterpart after a quarter turn has no name.
HALF_ACROSS, FULL = 1, 0
#: A picture of fewer colours was drawn, not photographed.
FEW = 256
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")


def write_jpeg(
    image: Any, into: IO[bytes], *, info: dict[Any, Any], sampling: int, **_: Any
) -> None:
    """Write a JPEG; *sampling* is Pillow's number for the resolution of its colours."""
    image.save(into, "JPEG", quality=QUALITY, subsampling=sampling, **profile_of(info))


def sampling_of(source: Any, *, turned: bool) -> int:
    """Return at which resolution a JPEG keeps its colours, so that an edit keeps it too."""
    found = JpegImagePlugin.get_sampling(source)
    return FULL if found < 0 or (turned and found == HALF_ACROSS) else int(found)


def write_png(image: Any, into: IO[bytes], *, info: dict[Any, Any], **_: Any) -> None:
    """Write a PNG in the mode of the picture, 16 bits and palettes included."""
    options = colours_of(info)
    if "transparency" in info:
        options["transparency"] = info["transparency"]
    image.save(into, "PNG", **options)


def write_gif(image: Any, into: IO[bytes], *, info: dict[Any, Any], **_: Any) -> None:
    """Write a GIF of one frame: palette and transparency stay as they are."""
    kept = {name: info[name] for name in ("transparency",) if name in info}
    image.save(into, "GIF", optimize=False, **kept)


def write_webp(
    image: Any, into: IO[bytes], *, info: dict[Any, Any], lossless: bool, **_: Any
) -> None:
    """Write a WebP, without loss where the source had none."""
    image.save(into, "WEBP", **webp_options(lossless=lossless), **profile_of(info))


def webp_options(*, lossless: bool, moving: bool = False) -> dict[str, Any]:
    """Return how Pillow is to encode a WebP; with many frames, time counts more than size."""
    method = 2 if moving else 4
    return {"method": method, **({"lossless": True} if lossless else {"quality": QUALITY})}


def write_avif(image: Any, into: IO[bytes], *, info: dict[Any, Any], **_: Any) -> None:
    """Write an AVIF."""
    image.save(into, "AVIF", **avif_options(), **profile_of(info))


def avif_options() -> dict[str, Any]:
    """Return how Pillow is to encode an AVIF."""
    return {"speed": 8, "quality": QUALITY}


def write_for_browsers(image: Any, into: IO[bytes], *, info: dict[Any, Any], **_: Any) -> None:
    """
    Write what came in a format of which no edited file is made: TIFF, HEIC, BMP, SVG.

    PNG where JPEG would lose what is seen: transparency, 16 bits of grey, few
    colours; JPEG otherwise, which every program opens.
    """
    if image.mode in SIXTEEN_BITS:
        # Pillow would clip one byte order to 8 bits on the way to the other.
        deep = image if image.mode == "I;16" else image.convert("I").convert("I;16")
        write_png(deep, into, info=profile_only(info))
        return
    image = plain(image)
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:
        image = image.convert("RGB")
    drawn = image.mode != "CMYK" and image.getcolors(FEW) is not None
    if image.mode == "RGBA" or drawn or max(image.size) > LONGEST_JPEG:
        image = image.convert("RGB") if image.mode == "CMYK" else image
        write_png(image, into, info=profile_only(info))
    else:
        write_jpeg(image, into, info=info, sampling=FULL)


def profile_only(info: dict[Any, Any]) -> dict[Any, Any]:
    """Return of what a decoder says only the profile: the rest has other meanings elsewhere."""
    return {name: info[name] for name in ("icc_profile",) if name in info}
