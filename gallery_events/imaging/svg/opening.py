"""An SVG as an image file of Pillow's: drawn when its pixels are asked for, as large as they are."""

from __future__ import annotations

from typing import Any

from PIL import Image, ImageFile

from gallery_events.imaging.svg.drawing import fitted, raster
from gallery_events.imaging.svg.scanning import read_header


class SvgImage(ImageFile.ImageFile):
    """A cleaned SVG. It has the size that it says it has; a draft is drawn smaller."""

    format = "SVG"
    format_description = "Scalable Vector Graphics"

    def _open(self) -> None:
        self._svg = self.fp.read() if self.fp else b""
        header = read_header(self._svg, max_frames=1)
        self._full = self._size = (header.width, header.height)
        self._mode = "RGBA"

    def draft(self, mode: str | None, size: tuple[int, int] | None) -> None:
        """Have it drawn smaller, but no smaller than *size*."""
        if size is not None and self._svg:
            least = max(size[0] / self._full[0], size[1] / self._full[1])
            self._size = fitted(self._full, max(1, round(max(self._full) * least)))

    def load(self) -> Any:
        """
        Draw it, once.

        Raises :exc:`~gallery_events.exceptions.UploadRefused` as
        :func:`~gallery_events.imaging.svg.raster` does.
        """
        if self._svg:
            drawn = raster(self._svg, size=self._full, longest=max(self._size))
            drawn.load()
            self.im, self._size, self._svg = drawn.im, drawn.size, b""
        return Image.Image.load(self)
