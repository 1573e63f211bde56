"""The frames of an animation, drawn one at a time while they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops

from gallery_events.domain.edits import Edit
from gallery_events.imaging.turning import shown


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole picture, in RGB or RGBA, and for how many milliseconds it is seen."""

    image: Any
    duration: float


class Frames(Image.Image):
    """
    An animation as Pillow's encoders ask for it: frame by frame, none of them kept.

    *durations* grows with the frames that were drawn; encoders ask for each
    after they have drawn it.
    """

    def __init__(self, source: Any, edit: Edit, *, number: int) -> None:
        super().__init__()
        self.source = source
        self.edit = edit
        self.n_frames = number
        self.is_animated = number > 1
        self.durations: list[float] = []
        self.at = -1
        #: Which frame of the source is the first that is shown.
        self.first = source.tell()
        self.seek(0)
        #: What the source says of itself; what is written says only what is chosen of it.
        self.told = dict(source.info)

    def seek(self, frame: int) -> None:
        """Draw a frame; raise EOFError past the last one."""
        if frame == self.at:
            return
        if not 0 <= frame < self.n_frames:
            raise EOFError
        self.source.seek(self.first + frame)
        # Some formats tell the duration only now.
        self.source.load()
        mode = "RGBA" if self.source.has_transparency_data else "RGB"
        drawn = shown(self.source.convert(mode), self.edit)
        self.im, self._mode, self._size = drawn.im, drawn.mode, drawn.size
        self.at = frame
        if frame == len(self.durations):
            self.durations.append(self.source.info.get("duration") or 0)

    def tell(self) -> int:
        """Return which frame is drawn."""
        return self.at

    def __iter__(self) -> Iterator[Frame]:
        """Yield every frame, each a picture of its own."""
        for number in range(self.n_frames):
            self.seek(number)
            yield Frame(self.copy(), self.durations[number])


def changed(before: Any, after: Any) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) outside of which two pictures are the same."""
    box = ImageChops.difference(before.convert("RGBA"), after.convert("RGBA")).getbbox(
        alpha_only=False
    )
    # A frame has at least one pixel, whether or not anything changes.
    return box or (0, 0, 1, 1)
