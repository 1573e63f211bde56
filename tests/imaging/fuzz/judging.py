"""What becomes of one file, and whether that is as it must be."""

import binascii
import hashlib
import os
import re
import resource
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import fromstring

from gallery_events.conf import RenditionSettings
from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import taken
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.formats import KNOWN
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.probe import Limits, probe
from tests.imaging.fuzz.seeds import SECRET

LIMITS = Limits(50_000_000, 1000, tuple(KNOWN))
RENDITIONS = RenditionSettings()
MAX_BYTES = 25 * 1024 * 1024
SECONDS, MEMORY = 5.0, 300 * 1024 * 1024
#: What neither runs nor fetches: said here once more, in another way than the filter says it.
ADDRESS = re.compile(r"#|data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$")


class Finding(Exception):
    """Something that must not be; its text begins with its kind and a colon."""


def judged(data: bytes, *, secrets: bool) -> str:
    """
    Return "accepted" or "refused" with its code; raise :class:`Finding` for anything else.

    With *secrets* none may be left in what is stored.
    """
    with taken(BytesIO(data), max_bytes=MAX_BYTES) as content:
        try:
            found = probe(content, limits=LIMITS)
            made = ingest(
                content, found=found, thumbnail_size=400, strip=True, renditions=RENDITIONS
            )
        except UploadRefused as refused:
            _check_costs()
            if not str(refused).endswith((".", ":")) or not refused.code:
                raise Finding(f"words: {refused!r}") from refused
            return f"refused {refused.code}"
        _check_costs()
        stored = made.stored.data[:]
        if (made.width, made.height) != _size(stored):
            raise Finding(f"size: {made.width}x{made.height}, stored is {_size(stored)}")
        if made.treatment == "kept" and stored != data:
            raise Finding("kept: other bytes are stored")
        if made.treatment == "cut":
            _check_pixels(data, stored, found)
        left = sum(each.count(SECRET) for each in (stored, *_embedded(stored)))
        if secrets and left > (left and _painted(stored, found)):
            raise Finding(f"secret: it is left in {found.format.name}, {made.treatment}")
        if found.format.name == "SVG":
            _check_drawing(stored)
        return f"accepted {found.format.name} {made.treatment}"


def _painted(stored: bytes, found) -> int:
    """Return how often the secret is pixels: where these begin may have been changed as well."""
    if found.format.name == "SVG":
        return 0
    with opened(BytesIO(stored), name=found.format.name) as image:
        if found.format.name == "BMP" and image.tile[0].codec_name == "raw":
            return _rows(stored, image).count(SECRET)
        painted = 0
        for frame in range(found.frames):
            image.seek(frame)
            painted += image.tobytes().count(SECRET)
        return painted


def _rows(stored: bytes, image) -> bytes:
    """Return what Pillow reads as the rows of a BMP: from below, blue first, each filled up."""
    (tile,) = image.tile
    _, stride, _ = tile.args
    return stored[tile.offset : tile.offset + stride * image.height]


def _check_costs() -> None:
    time = sum(os.times()[:4])
    if time > SECONDS:
        raise Finding(f"time: {time:.1f} s")
    # On Linux it is counted in kilobytes; of an own process that draws, the larger one counts.
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    memory = max(resource.getrusage(kind).ru_maxrss * 1024 for kind in kinds)
    if memory > MEMORY:
        raise Finding(f"memory: {memory / 1024 / 1024:.0f} MB")


def _size(stored: bytes) -> tuple[int, int]:
    with taken(BytesIO(stored), max_bytes=MAX_BYTES) as content:
        try:
            return probe(content, limits=LIMITS).upright
        except UploadRefused as refused:
            raise Finding(f"stored: what is stored is refused: {refused}") from refused


def _check_pixels(data: bytes, stored: bytes, found) -> None:
    try:
        before = _frames(data, found)
    except Exception:  # noqa: BLE001 - metadata can be so wrong that only without it there is a picture
        return
    if before != _frames(stored, found):
        raise Finding(f"pixels: stripping changed them in {found.format.name}")


def _frames(data: bytes, found) -> list[str]:
    with opened(BytesIO(data), name=found.format.name) as image:
        digests = []
        ahead = int(getattr(image, "default_image", False))
        for frame in range(ahead, ahead + found.frames):
            image.seek(frame)
            digests.append(hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest())
        return digests


def _embedded(stored: bytes) -> Iterator[bytes]:
    """Yield the pictures that lie in an SVG."""
    for found in re.findall(rb"base64,([A-Za-z0-9+/=]+)", stored):
        with suppress(binascii.Error):
            yield b64decode(found)


def _check_drawing(stored: bytes) -> None:
    for element in fromstring(stored).iter():
        local = element.tag.rpartition("}")[2].lower()
        if local in ("script", "foreignobject", "iframe", "handler"):
            raise Finding(f"svg: {local} is left")
        for name, value in element.items():
            attribute = name.rpartition("}")[2].lower()
            if attribute.startswith("on") or (attribute == "href" and not ADDRESS.match(value)):
                raise Finding(f"svg: {attribute}={value[:60]!r} is left")
            _check_style(value)
        if local == "style":
            _check_style(element.text or "")


def _check_style(value: str) -> None:
    for address in re.findall(r"url\s*\(([^)]*)", value, re.IGNORECASE):
        if not re.fullmatch(r"#[\w.:-]+", address):
            raise Finding(f"svg: url({address[:60]!r} is left")
    if re.search(r"@import|\\|javascript:", value, re.IGNORECASE):
        raise Finding(f"svg: {value[:60]!r} is left")


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        print(path, judged(path.read_bytes(), secrets=True))
