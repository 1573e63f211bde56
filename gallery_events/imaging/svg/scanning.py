"""The first look at an SVG: its size, and that it is neither a bomb nor a maze."""

from __future__ import annotations

from xml.parsers import expat

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.header import BrokenHeader, Data, Header
from gallery_events.imaging.svg.measures import measured
from gallery_events.imaging.svg.text import decoded

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 200
MAX_NAME = 200
#: These hold pictures and drawings; any other value is a few words.
LONG_VALUES = frozenset({"d", "points", "href", "http://www.w3.org/1999/xlink href"})
MAX_VALUE = 32 * 1024
#: It is drawn by another process, into memory there and here.
MEMORY = 16.0


def read_header(data: Data, *, max_frames: int) -> Header:
    """
    Read the size, within bounds on whatever a parser could stumble over.

    Raises :exc:`UploadRefused` with the code ``bytes``, ``dtd``, ``complex``
    or ``unsized``, and :exc:`BrokenHeader` when it is no well-formed XML. No
    entity is ever expanded, nothing but *data* is ever read.
    """
    if len(data) > MAX_BYTES:
        message = "This SVG is too large: at most 1 MB is accepted. Simplify it, or upload a PNG."
        raise UploadRefused(message, code="bytes", limit=MAX_BYTES)
    scan = _Scan()
    try:
        scan.read(decoded(data))
    except expat.ExpatError as error:
        raise BrokenHeader(str(error)[:100]) from error
    width, height = measured(scan.root)
    return Header(width, height, memory=MEMORY)


class _Scan:
    """Counts while a parser goes through, and keeps the attributes of the root."""

    def __init__(self) -> None:
        self.root: dict[str, str] = {}
        self.depth = self.elements = 0

    def read(self, text: bytes) -> None:
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.Parse(text, True)  # noqa: FBT003 - expat takes no keyword

    def _doctype(self, *_: object) -> None:
        message = (
            "This SVG holds a document type (<!DOCTYPE ...>), which may hide anything: take it "
            "out, or export the drawing again as plain SVG."
        )
        raise UploadRefused(message, code="dtd")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.elements == 1:
            self.root = attributes
        if self.depth > MAX_DEPTH:
            raise complicated(f"more than {MAX_DEPTH} elements within each other", MAX_DEPTH)
        if self.elements > MAX_ELEMENTS:
            raise complicated(f"more than {MAX_ELEMENTS:,} elements", MAX_ELEMENTS)
        if len(attributes) > MAX_ATTRIBUTES or len(name) > MAX_NAME:
            raise complicated(
                f"more than {MAX_ATTRIBUTES} attributes at one element", MAX_ATTRIBUTES
            )
        for key, value in attributes.items():
            if len(key) > MAX_NAME or (len(value) > MAX_VALUE and key not in LONG_VALUES):
                raise complicated(f"a value longer than {MAX_VALUE:,} characters", MAX_VALUE)

    def _end(self, name: str) -> None:
        self.depth -= 1


def complicated(why: str, limit: object = None) -> UploadRefused:
    """Return the refusal of a drawing that takes too much; *why* says of what."""
    message = f"This SVG is too complicated ({why}): simplify it, or upload a PNG of it."
    return UploadRefused(message, code="complex", limit=limit)
