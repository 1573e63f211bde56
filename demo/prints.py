"""Prints: what the members make of the photographs at hand, by cropping and toning them."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from PIL import Image as Picture
from PIL import ImageOps

#: Left, top, right and bottom, as shares of the whole: a stand-in may have any size.
Box = tuple[float, float, float, float]
WHOLE: Box = (0, 0, 1, 1)


@dataclass(frozen=True)
class Print:
    """A picture of an album: which photograph, which part of it, in which tone, in words."""

    photograph: str
    alt: str
    caption: str = ""
    box: Box = WHOLE
    grey: bool = False

    @property
    def is_the_photograph(self) -> bool:
        """Tell whether it is the photograph as it was taken, and no print of its own."""
        return self.box == WHOLE and not self.grey

    def develop(self, path: Path) -> ContentFile:
        """Make the print, as a file to upload."""
        with Picture.open(path) as opened:
            picture = opened.convert("RGB")
        sides = (picture.width, picture.height) * 2
        picture = picture.crop([round(at * side) for at, side in zip(self.box, sides, strict=True)])
        if self.grey:
            picture = ImageOps.autocontrast(ImageOps.grayscale(picture), cutoff=0.5)
        out = BytesIO()
        picture.save(out, "JPEG", quality=90)
        return ContentFile(out.getvalue(), f"{self.alt}.jpg")
