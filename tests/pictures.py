"""Small real pictures, made in memory."""

from io import BytesIO
from itertools import count
from pathlib import PurePath

from django.core.files.base import ContentFile
from PIL import Image

FORMATS = {
    ".jpg": "JPEG",
    ".png": "PNG",
    ".gif": "GIF",
    ".webp": "WEBP",
    ".avif": "AVIF",
    ".bmp": "BMP",
    ".tif": "TIFF",
}
_turns = count()


def picture(name="picture.jpg", *, size=(64, 48), mode="RGB", frames=1, **options):
    """
    Return a picture in the format that its name says.

    No two are alike, so no two have one hash; the top left quarter is of
    another colour, so that a turned or cropped one shows it. *options* go to
    Pillow's save(): exif, quality, icc_profile and the like.
    """
    first, *others = (_frame(size).convert(mode) for _ in range(frames))
    if others:
        options |= {"save_all": True, "append_images": others, "duration": 100}
    out = BytesIO()
    first.save(out, FORMATS[PurePath(name).suffix.lower()], **options)
    return ContentFile(out.getvalue(), name)


def _frame(size):
    turn = next(_turns)
    frame = Image.new("RGB", size, (turn * 37 % 256, turn // 256 % 256, 128))
    frame.paste((255 - turn % 256, 255, 0), (0, 0, size[0] // 2, size[1] // 2))
    return frame
