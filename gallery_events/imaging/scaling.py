"""One picture at several sizes, upright and in sRGB, of one decode: Pillow's way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from PIL import Image

from gallery_events.imaging.colours import in_srgb
from gallery_events.imaging.probe import Probe
from gallery_events.imaging.thumbnail import draft, reduced, upright

Size = tuple[int, int]
#: A picture so many times as large, already scaled, is as good a beginning as the file itself.
LARGE_ENOUGH = 2


def scaled(image: Any, found: Probe, sizes: Iterable[Size]) -> Iterator[tuple[Size, Any]]:
    """
    Yield the current frame of *image* at each of the upright *sizes*, the largest first.

    As L, RGB, or RGBA where something shows through. None may be larger than
    what was *found*. Whatever the decoder raises comes through.
    """
    ordered = largest_first(sizes)
    if not ordered:
        return
    draft(image, longest=max(ordered[0]))
    image.load()
    done: list[Any] = []
    for size in ordered:
        parent = next((each for each in reversed(done) if is_large_enough(each.size, size)), None)
        if parent is None:
            done.append(at_size(image, found, size))
        else:
            done.append(parent.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
        yield size, without_idle_alpha(done[-1])


def at_size(image: Any, found: Probe, size: Size) -> Any:
    """Return the current frame of *image*, which is decoded already, at one upright *size*."""
    small = reduced(image, size[::-1] if found.orientation >= 5 else size)
    return upright(in_srgb(small, image.info.get("icc_profile")), found.orientation)


def largest_first(sizes: Iterable[Size]) -> list[Size]:
    """Return each size once, the one with the most pixels first."""
    return sorted(set(sizes), key=lambda size: (size[0] * size[1], size), reverse=True)


def is_large_enough(size: Size, wanted: Size) -> bool:
    """Tell whether a picture of one *size* may be scaled on to another without harm."""
    return all(
        have >= LARGE_ENOUGH * want or have == want == 1
        for have, want in zip(size, wanted, strict=True)
    )


def without_idle_alpha(picture: Any) -> Any:
    """Drop an alpha channel that lets nothing show through, and whatever else came along."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    plain = picture.copy() if picture.info else picture
    plain.info = {}
    return plain
