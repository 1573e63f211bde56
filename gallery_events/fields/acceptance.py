"""What a gallery accepts of a picture, within what the settings accept of any."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from gallery_events.conf import GallerySettings
from gallery_events.domain.shapes import Aspect, has_aspect, is_aspect, is_size, narrower
from gallery_events.imaging.formats import KNOWN
from gallery_events.imaging.probe import Limits

SHAPES = (
    "Give (width, height), like (4, 3), or the narrowest and the widest shape, like "
    "((3, 4), (16, 9))."
)
WHOLE = "Give a whole number, at least 1, or leave it out."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """
    The limits of one gallery; None for those of the settings alone.

    A gallery only narrows: of *formats* those count that FORMATS names too,
    and of *max_bytes* and *max_pixels* the smaller of both. *min_size* is
    (width, height) of the upright picture, *aspect* its shape.
    """

    formats: tuple[str, ...] | None = None
    max_bytes: int | None = None
    max_pixels: int | None = None
    min_size: tuple[int, int] | None = None
    aspect: Aspect | None = None

    def given(self) -> dict[str, Any]:
        """Return the limits that are set, by name."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def problems(self) -> Iterator[tuple[str, str]]:
        """Say of each limit that cannot be meant what it is, and what to give."""
        wrong = {
            "formats": (not _are_known(self.formats), f"Give some of {', '.join(KNOWN)}."),
            "max_bytes": (not _is_whole(self.max_bytes), WHOLE),
            "max_pixels": (not _is_whole(self.max_pixels), WHOLE),
            "min_size": (not is_size(self.min_size), "Give (width, height) in pixels."),
            "aspect": (
                not is_aspect(self.aspect),
                SHAPES,
            ),
        }
        for name, value in self.given().items():
            is_wrong, hint = wrong[name]
            if is_wrong:
                yield f"{name} is {value!r}.", hint

    def taken_formats(self, settings: GallerySettings) -> tuple[str, ...]:
        """Return the formats that are taken, in the order of the gallery."""
        wanted = settings.FORMATS if self.formats is None else self.formats
        return tuple(each for each in wanted if each in settings.FORMATS)

    def most_bytes(self, settings: GallerySettings) -> int:
        """Return the size of the largest file that is taken."""
        return min(settings.MAX_BYTES, self.max_bytes or settings.MAX_BYTES)

    def limits(self, settings: GallerySettings) -> Limits:
        """Return the limits as imaging wants them, all but those of bytes."""
        return Limits(
            min(settings.MAX_PIXELS, self.max_pixels or settings.MAX_PIXELS),
            settings.MAX_FRAMES,
            self.taken_formats(settings),
            min_size=self.min_size,
            aspect=self.aspect,
        )

    def unfit(self, image: Any) -> str | None:
        """
        Return the code of what an image that is there already lacks for this gallery.

        Only the gallery's own limits count, not those of the settings, which
        may have been others then. What was encoded anew is not measured by its
        bytes, which are not its sender's doing; what was edited is of the
        format of its original too.
        """
        width, height = image.width, image.height
        if not self._is_of_a_taken_format(image):
            return "format"
        is_large = self.max_bytes is not None and image.size > self.max_bytes
        if is_large and image.treatment != "encoded":
            return "bytes"
        if not width or not height:
            return None
        if self.max_pixels is not None and width * height > self.max_pixels:
            return "pixels"
        if self.min_size is not None and (width < self.min_size[0] or height < self.min_size[1]):
            return "too_small"
        if self.aspect is not None and not has_aspect(width, height, self.aspect):
            return "aspect"
        return None

    def _is_of_a_taken_format(self, image: Any) -> bool:
        if self.formats is None:
            return True
        types = {KNOWN[each].content_type for each in self.formats}
        if image.content_type in types:
            return True
        if image.original_id is not None:
            return image.original.content_type in types
        # A HEIC that cannot be cut is encoded as this.
        became = (image.treatment, image.content_type) == ("encoded", KNOWN["AVIF"].content_type)
        return became and "HEIC" in self.formats

    def within(self, other: Acceptance) -> Acceptance:
        """Return what both accept."""
        mine, theirs = self.given(), other.given()
        both = {**mine, **theirs}
        for name in mine.keys() & theirs.keys():
            both[name] = BOTH[name](mine[name], theirs[name])
        return Acceptance(**both)


def acceptance(
    formats: Any = None, min_size: Any = None, aspect: Any = None, **others: Any
) -> Acceptance:
    """Return limits as they are written, lists as tuples; whether they can be meant is not asked."""
    return Acceptance(
        _tuples(formats), min_size=_tuples(min_size), aspect=_tuples(aspect), **others
    )


def narrowed(gallery: Any, limits: Acceptance) -> Any:
    """Return a gallery that accepts what *limits* accept too: itself, where there are none."""
    if not limits.given():
        return gallery
    found = copy.copy(gallery)
    found.acceptance = gallery.acceptance.within(limits)
    return found


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, (list, tuple)) else value


def _are_known(formats: object) -> bool:
    known = list(KNOWN)
    return isinstance(formats, tuple) and bool(formats) and all(each in known for each in formats)


def _is_whole(value: object) -> bool:
    return type(value) is int and value >= 1


def _both_formats(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in theirs if each in mine)


def _larger(mine: tuple[int, int], theirs: tuple[int, int]) -> tuple[int, int]:
    return max(mine[0], theirs[0]), max(mine[1], theirs[1])


#: How two limits of a name are made one.
BOTH: dict[str, Any] = {
    "formats": _both_formats,
    "max_bytes": min,
    "max_pixels": min,
    "min_size": _larger,
    "aspect": narrower,
}
