"""Files made by hand, byte by byte, and the whole way of one through imaging."""

import struct
import zlib
from io import BytesIO

from PIL import Image

from gallery_events.imaging.content import taken
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.probe import Limits, probe

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
#: The corners of a picture, in reading order.
CORNERS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]


def probed(data, *, max_bytes=10**7, max_pixels=50_000_000, max_frames=1000, formats=FORMATS):
    with taken(BytesIO(data), max_bytes=max_bytes) as content:
        return probe(content, limits=Limits(max_pixels, max_frames, formats))


def ingested(data, *, thumbnail_size=400, max_pixels=50_000_000, formats=FORMATS):
    limits = Limits(max_pixels, 1000, formats)
    with taken(BytesIO(data), max_bytes=10**8) as content:
        found = probe(content, limits=limits)
        return found, ingest(content, found=found, thumbnail_size=thumbnail_size)


def thumbnail(data, **options):
    _, made = ingested(data, **options)
    return Image.open(BytesIO(made.thumbnail.data))


def saved(image, name, **options):
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def animation(name, *, frames=3, size=(40, 30), **options):
    first, *others = (Image.new("RGB", size, (60 * n % 256, n % 256, 200)) for n in range(frames))
    return saved(first, name, save_all=True, append_images=others, duration=50, **options)


def quarters(size=(96, 64)):
    """Return a picture with another colour in each quarter."""
    image = Image.new("RGB", size)
    width, height = size[0] // 2, size[1] // 2
    for index, colour in enumerate(CORNERS):
        left, top = index % 2 * width, index // 2 * height
        image.paste(colour, (left, top, left + width, top + height))
    return image


def corners(image):
    """Return the colours of the quarters of a picture."""
    image = image.convert("RGB")
    width, height = image.size
    points = [(x, y) for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]
    return [image.getpixel(point) for point in points]


def alike(colour, other, *, by=40):
    return all(abs(one - two) <= by for one, two in zip(colour, other, strict=True))


def chunk(kind, data=b"", *, crc=None):
    sum_ = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum_)


def png(*chunks, size=(8, 8), depth=8, colour=0):
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks)


def rows(size=(8, 8)):
    return chunk(b"IDAT", zlib.compress(bytes((size[0] + 1) * size[1])))


END = chunk(b"IEND")


def gif(frames, *, size=(8, 8), trailer=b";"):
    """Return a GIF that declares frames and holds next to nothing."""
    frame = b"," + struct.pack("<HHHHB", 0, 0, *size, 0) + b"\x02\x01\x44\x00"
    return b"GIF89a" + struct.pack("<HHBBB", *size, 0, 0, 0) + frame * frames + trailer


def webp(chunks):
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks
