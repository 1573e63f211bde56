"""The part of a picture that an edit shows, turned as it says: exact, pixel by pixel."""

from __future__ import annotations

from typing import Any

from PIL import Image

from gallery_events.domain.edits import Edit, Size, compose, source_box

#: What makes a stored picture upright, by the value of EXIF's orientation.
UPRIGHT = {
    1: Edit(),
    2: Edit(flip=True),
    3: Edit(rotate=180),
    4: Edit(rotate=180, flip=True),
    5: Edit(rotate=90, flip=True),
    6: Edit(rotate=90),
    7: Edit(rotate=270, flip=True),
    8: Edit(rotate=270),
}
#: A turn, clockwise, and then perhaps a flip: Pillow turns the other way round.
TURNS = {
    (0, True): Image.Transpose.FLIP_LEFT_RIGHT,
    (90, False): Image.Transpose.ROTATE_270,
    (90, True): Image.Transpose.TRANSPOSE,
    (180, False): Image.Transpose.ROTATE_180,
    (180, True): Image.Transpose.FLIP_TOP_BOTTOM,
    (270, False): Image.Transpose.ROTATE_90,
    (270, True): Image.Transpose.TRANSVERSE,
}


def of_stored(edit: Edit, *, orientation: int, size: Size) -> Edit:
    """
    Return what an edit of the upright picture does to the pixels as they are stored.

    *size* is the stored one. Raises
    :exc:`~gallery_events.domain.edits.WrongEdit` when the picture, upright,
    is not of the size that the edit was made on.
    """
    return compose(UPRIGHT[orientation], edit, size=size)


def shown(image: Any, edit: Edit) -> Any:
    """Return what an edit of stored pixels shows: cut out first, so that less is turned."""
    left, top, width, height = source_box(edit, size=image.size)
    part = image
    if (width, height) != image.size:
        part = image.crop((left, top, left + width, top + height))
    turn = TURNS.get((edit.rotate, edit.flip))
    return part if turn is None else part.transpose(turn)
