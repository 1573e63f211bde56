"""SVGs written by hand, and the whole way of one through imaging."""

import base64
import os
from io import BytesIO

import pytest

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.content import taken
from gallery_events.imaging.decoding import opened
from gallery_events.imaging.ingest import ingest
from gallery_events.imaging.probe import Limits, probe
from gallery_events.imaging.svg.cleaning import cleaned
from tests.imaging.made import quarters, saved

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
LIMITS = Limits(50_000_000, 1000, ("PNG", "SVG"))
#: No hostile file may take longer, whatever it is, by the clock of the processor: a machine on
#: which much else runs says nothing about the code.
SECONDS = 5


def svg(inside="", root='width="40" height="30"', head=""):
    """Return an SVG with *inside* in it."""
    return f'{head}<svg xmlns="{SVG}" xmlns:xlink="{XLINK}" {root}>{inside}</svg>'.encode()


def data_url(picture=None, kind="png"):
    """Return the address of a picture that lies in the file."""
    picture = saved(quarters(), "PNG") if picture is None else picture
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def ingested(data, **options):
    """Return what is made of an SVG that comes in, or raise its refusal: within the time."""
    begun = sum(os.times()[:4])
    try:
        with taken(BytesIO(data), max_bytes=10**8) as content:
            found = probe(content, limits=LIMITS)
            return found, ingest(content, found=found, thumbnail_size=400, **options)
    finally:
        assert sum(os.times()[:4]) - begun < SECONDS


def stored(data, *, strip=True):
    """Return the text of an SVG as it is stored; it is not drawn."""
    with taken(BytesIO(data), max_bytes=10**8) as content:
        found = probe(content, limits=LIMITS)
        return cleaned(content, size=found.upright, strip=strip).data.decode()


def drawn(data):
    """Return the picture that a stored SVG is drawn as."""
    with opened(BytesIO(stored(data).encode()), name="SVG") as image:
        image.load()
        return image


def refusal(data):
    with pytest.raises(UploadRefused) as caught:
        ingested(data)
    return caught.value
