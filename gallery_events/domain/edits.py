"""
Edits: pictures turned, mirrored and cut out; two edits made one.

A turn and a mirroring together are an element of D4, the eight symmetries of
a square: every chain of them is one rotation, and then perhaps one flip. What
is cut out is a rectangle, which they map to a rectangle. So any chain of
edits is a single one, and no picture is ever made of an edited one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Size = tuple[int, int]
#: Left, top, width, height.
Box = tuple[int, int, int, int]

QUARTERS = (0, 90, 180, 270)


class WrongEdit(ValueError):
    """An edit that cannot be meant; *code* says what of it: crop, rotate, flip, size or edit."""

    def __init__(self, message: str, *, code: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Edit:
    """
    What is done to an upright picture: first turned, then mirrored, then cut out.

    *rotate* is clockwise, in degrees: 0, 90, 180 or 270. *flip* exchanges left
    and right. *crop* is (left, top, width, height) in whole pixels of the
    picture as it is after both, in its natural size. *size* is that of the
    upright picture on which the numbers were taken, before any of it: who
    gives it is refused when the picture is another one.

    Raises :exc:`WrongEdit` for what no picture can be cut to, TypeError for
    what is not of these types; a float is none, be it whole.
    """

    crop: Box | None = None
    rotate: int = 0
    flip: bool = False
    size: Size | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant; lists become tuples."""
        if not _is_whole(self.rotate):
            raise _mistyped("rotate", self.rotate, "give 0, 90, 180 or 270")
        if self.rotate not in QUARTERS:
            message = f"rotate={self.rotate} is no quarter turn: give 0, 90, 180 or 270, clockwise."
            raise WrongEdit(message, code="rotate")
        if not isinstance(self.flip, bool):
            raise _mistyped("flip", self.flip, "give True or False")
        if self.crop is not None:
            crop = _whole_numbers("crop", self.crop, ("left", "top", "width", "height"))
            object.__setattr__(self, "crop", crop)
            _refuse_impossible(crop)
        if self.size is not None:
            size = _whole_numbers("size", self.size, ("width", "height"))
            object.__setattr__(self, "size", size)
            if min(size) < 1:
                message = f"size={size} is of no picture: both must be at least 1."
                raise WrongEdit(message, code="size")


def fitted(edit: Edit, *, size: Size) -> Edit:
    """
    Return an edit as it applies to an upright picture of *size*, which it names then.

    A crop that leaves all in is left out. Raises :exc:`WrongEdit` with the
    code ``size`` when the numbers were taken on a picture of another size,
    ``crop`` when they reach out of it.
    """
    if edit.size is not None and edit.size != size:
        message = (
            f"The picture is {_across(size)} pixels, but the edit was made on one of "
            f"{_across(edit.size)}. Load it again, and repeat the edit on what you see."
        )
        raise WrongEdit(message, code="size")
    turned = turned_size(edit, size=size)
    if edit.crop is not None:
        left, top, width, height = edit.crop
        if left + width > turned[0] or top + height > turned[1]:
            message = (
                f"The crop {edit.crop} reaches out of the picture, which is {_across(turned)} pixels "
                "after turning: choose a part that lies inside."
            )
            raise WrongEdit(message, code="crop")
    whole = edit.crop == (0, 0, *turned)
    return replace(edit, crop=None if whole else edit.crop, size=size)


def changes_nothing(edit: Edit) -> bool:
    """Tell whether a fitted edit leaves a picture as it is."""
    return edit.crop is None and not edit.rotate and not edit.flip


def turned_size(edit: Edit, *, size: Size) -> Size:
    """Return what size a picture has once it is turned, before anything is cut off."""
    width, height = size
    return (height, width) if edit.rotate in (90, 270) else (width, height)


def result_size(edit: Edit, *, size: Size) -> Size:
    """Return the size of what an edit makes of an upright picture of *size*."""
    crop = fitted(edit, size=size).crop
    return turned_size(edit, size=size) if crop is None else crop[2:]


def compose(first: Edit, second: Edit, *, size: Size) -> Edit:
    """
    Return the one edit that does both, one after the other, to a picture of *size*.

    Raises :exc:`WrongEdit` when the first does not fit the picture, or the
    second what the first makes of it.
    """
    first = fitted(first, size=size)
    second = fitted(second, size=result_size(first, size=size))
    # A flip turns the sense of what comes after it: F R(q) = R(-q) F.
    turn = -second.rotate if first.flip else second.rotate
    both = Edit(rotate=(first.rotate + turn) % 360, flip=first.flip != second.flip, size=size)
    middle = turned_size(first, size=size)
    left, top, width, height = _mapped(first.crop or (0, 0, *middle), second, size=middle)
    if second.crop is not None:
        left, top = left + second.crop[0], top + second.crop[1]
        width, height = second.crop[2:]
    return fitted(replace(both, crop=(left, top, width, height)), size=size)


def source_box(edit: Edit, *, size: Size) -> Box:
    """Return which rectangle of a picture of *size* is seen in what an edit makes of it."""
    edit = fitted(edit, size=size)
    turned = turned_size(edit, size=size)
    box = edit.crop or (0, 0, *turned)
    if edit.flip:
        box = _mirrored(box, turned)
    # On to a full turn: that brings the picture back to where it was.
    return _mapped(box, Edit(rotate=-edit.rotate % 360), size=turned)


def as_json(edit: Edit) -> dict[str, Any]:
    """Return an edit as JSON holds it: what it does, and nothing that it does not."""
    told: dict[str, Any] = {}
    if edit.rotate:
        told["rotate"] = edit.rotate
    if edit.flip:
        told["flip"] = True
    if edit.crop is not None:
        told["crop"] = list(edit.crop)
    if edit.size is not None:
        told["size"] = list(edit.size)
    return told


def from_json(told: Any) -> Edit:
    """Return the edit that JSON holds; raise :exc:`WrongEdit` when it holds none."""
    if not isinstance(told, Mapping) or not told.keys() <= {"rotate", "flip", "crop", "size"}:
        message = f"{told!r} is no edit: give an object with rotate, flip, crop and size."
        raise WrongEdit(message, code="edit")
    try:
        return Edit(**told)
    except TypeError as error:
        raise WrongEdit(str(error), code="edit") from error


def _mapped(box: Box, edit: Edit, *, size: Size) -> Box:
    """Return where a rectangle of a picture of *size* is after a turn and a flip."""
    left, top, width, height = box
    across, down = size
    for _ in range(edit.rotate // 90):
        left, top, width, height = down - top - height, left, height, width
        across, down = down, across
    turned = (left, top, width, height)
    return _mirrored(turned, (across, down)) if edit.flip else turned


def _mirrored(box: Box, size: Size) -> Box:
    left, top, width, height = box
    return size[0] - left - width, top, width, height


def _refuse_impossible(crop: Box) -> None:
    left, top, width, height = crop
    if left < 0 or top < 0:
        message = f"crop={crop} begins outside of the picture: left and top must be at least 0."
        raise WrongEdit(message, code="crop")
    if width < 1 or height < 1:
        message = f"crop={crop} leaves nothing: width and height must be at least 1."
        raise WrongEdit(message, code="crop")


def _whole_numbers(name: str, value: Any, parts: tuple[str, ...]) -> Any:
    cure = f"give ({', '.join(parts)}) in whole pixels"
    if not isinstance(value, (tuple, list)):
        raise _mistyped(name, value, cure)
    if len(value) != len(parts) or not all(_is_whole(each) for each in value):
        raise _mistyped(name, value, cure)
    return tuple(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _mistyped(name: str, value: object, cure: str) -> TypeError:
    return TypeError(f"{name}={value!r} cannot be meant: {cure}.")


def _across(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
