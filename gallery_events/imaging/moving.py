"""Animations made smaller: every frame, as long as it was shown, as often as it was played."""

from __future__ import annotations

from typing import Any

from PIL import Image

from gallery_events.imaging.encoding import Rendition, encoded
from gallery_events.imaging.probe import Probe
from gallery_events.imaging.scaling import Size, at_size

#: Shorter frames are shown by browsers for so many milliseconds.
SHORTEST, INSTEAD = 11, 100


def animated(image: Any, found: Probe, size: Size, *, quality: int | None) -> Rendition:
    """
    Return an animation as an animated WebP of another *size*.

    One frame is held at a time, so the file is decoded once for each size.
    Whatever the decoder raises comes through.
    """
    reel = Reel(image, found, size)
    plays = _plays(image, found)
    return encoded(
        reel,
        "WEBP",
        save_all=True,
        duration=reel.durations,
        loop=plays,
        quality=quality,
        method=2,
        background=(0, 0, 0, 0),
    )


class Reel(Image.Image):
    """
    An animation whose frames are made smaller when they come round.

    Pillow would take a list of frames, and hold them all. It asks for the
    *durations* one by one, after it has sought the frame.
    """

    def __init__(self, image: Any, found: Probe, size: Size) -> None:
        super().__init__()
        self._image, self._found, self._wanted = image, found, size
        self._first, self._at = image.tell(), 0
        self.n_frames = found.frames
        self.durations: list[float] = []
        self.seek(0)

    def seek(self, frame: int) -> None:
        """Make a frame the current one."""
        image = self._image
        image.seek(self._first + frame)
        image.load()
        small = at_size(image, self._found, self._wanted)
        self.im, self._mode, self._size, self._at = small.im, small.mode, small.size, frame
        if frame == len(self.durations):
            self.durations.append(_shown_for(image))

    def tell(self) -> int:
        """Return the number of the current frame."""
        return self._at


def _shown_for(image: Any) -> float:
    duration = float(image.info.get("duration") or 0)
    return duration if duration >= SHORTEST else float(INSTEAD)


def _plays(image: Any, found: Probe) -> int:
    """Return how often an animation is played; 0 stands for ever, and for what nobody knows."""
    loop = image.info.get("loop")
    if found.format.name != "GIF":
        return int(loop or 0)
    # A GIF counts repetitions, and without a count is played once; 0 is for ever there too.
    return 1 if loop is None else loop and loop + 1
