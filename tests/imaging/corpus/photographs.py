"""Good files of the formats that cameras and browsers know best."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from PIL import Image, ImageCms

from tests.imaging.corpus.case import Case, as_heic, first, flag, good
from tests.imaging.made import animation


def profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


def jpeg() -> Iterator[Case]:
    yield good("jpeg of full colour", "JPEG", quality=95, subsampling=0)
    for subsampling, progressive in product((0, 1, 2), (False, True)):
        yield good(
            f"jpeg, subsampling {subsampling}, progressive {progressive}",
            "JPEG",
            quality=92,
            subsampling=subsampling,
            progressive=progressive,
        )
    for quality in (50, 75, 100):
        yield good(f"jpeg of quality {quality}", "JPEG", quality=quality)
    yield good("jpeg, grey", "JPEG", flag().convert("L"), quality=95)
    yield good("jpeg, grey, progressive", "JPEG", flag().convert("L"), progressive=True)
    yield good("jpeg, cmyk", "JPEG", flag().convert("CMYK"), quality=95)
    yield good("jpeg with a profile", "JPEG", icc_profile=profile("sRGB"), quality=95)
    yield good("jpeg with a comment", "JPEG", comment=b"taken at home", quality=95)
    yield good("jpeg with resolution", "JPEG", dpi=(300, 300), quality=95)
    yield good("jpeg with restarts", "JPEG", restart_marker_blocks=2, quality=95)
    yield good("jpeg, optimised", "JPEG", optimize=True, quality=95)
    yield good("jpeg with a broken profile", "JPEG", icc_profile=b"no profile at all", quality=95)
    yield good("jpeg with EXIF that is noise", "JPEG", exif=b"Exif\0\0" + bytes(range(64)))


def webp() -> Iterator[Case]:
    for lossless, method in product((False, True), (0, 4, 6)):
        yield good(
            f"webp, lossless {lossless}, method {method}",
            "WEBP",
            quality=95,
            lossless=lossless,
            method=method,
        )
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("webp, rgba, opaque", "WEBP", opaque, lossless=True)
    yield good("webp with a profile", "WEBP", icc_profile=profile("sRGB"), lossless=True)
    yield good("webp with xmp", "WEBP", xmp=b"<x/>", lossless=True)
    for frames, loop in product((2, 7), (0, 4)):
        yield Case(
            f"webp of {frames} frames, loop {loop}",
            lambda n=frames, o=loop: animation("WEBP", frames=n, loop=o, lossless=True),
            first,
        )


def avif() -> Iterator[Case]:
    for subsampling, speed in product(("4:2:0", "4:4:4", "4:2:2"), (8, 10)):
        yield good(
            f"avif {subsampling} of speed {speed}",
            "AVIF",
            quality=92,
            subsampling=subsampling,
            speed=speed,
        )
    opaque = flag().copy()
    opaque.putalpha(255)
    yield good("avif, rgba, opaque", "AVIF", opaque, quality=92)
    yield good("avif, grey", "AVIF", flag().convert("L"), quality=92)
    yield good("avif with a profile", "AVIF", icc_profile=profile("sRGB"), quality=92)
    yield Case(
        "avif of three frames", lambda: animation("AVIF", size=(64, 48), quality=95), first_of_64
    )


def heic() -> Iterator[Case]:
    for quality in (80, 95):
        yield Case(f"heic of quality {quality}", lambda q=quality: as_heic(flag(), q), flag)
    yield Case("heic of odd size", lambda: as_heic(flag((97, 65)), 95), lambda: flag((97, 65)))
    yield Case("heic of two pictures", lambda: as_heic(flag(), 95, more=[first()]), flag)


def first_of_64() -> Image.Image:
    return first((64, 48))
