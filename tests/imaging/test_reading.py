"""Stored files are opened again by the rules of an upload."""

from io import BytesIO

import pytest
from PIL import Image

from gallery_events.exceptions import UploadRefused
from gallery_events.imaging.probe import Limits
from gallery_events.imaging.reading import reopened
from tests.imaging.made import animation, quarters, saved

LIMITS = Limits(50_000_000, 1000, ("PNG",))
TURNED = Image.Exif()
TURNED[0x0112] = 6


def opened(data, limits=LIMITS):
    return reopened(BytesIO(data), limits=limits)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF"])
def test_whatever_is_stored_can_be_read_although_formats_are_taken_no_more(name):
    with opened(saved(quarters(), name)) as (image, found):
        assert (image.size, found.format.name) == ((96, 64), name)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_what_is_left_to_turn_is_said(name):
    with opened(saved(quarters(), name, exif=TURNED)) as (image, found):
        assert (image.size, found.orientation, found.upright) == ((96, 64), 6, (64, 96))


def test_the_first_frame_that_browsers_show_is_current():
    with opened(animation("PNG", frames=4, default_image=True)) as (image, found):
        assert (image.tell(), found.frames) == (1, 3)
        image.seek(image.tell() + found.frames - 1)
        image.load()


@pytest.mark.parametrize(
    "limits,code", [(Limits(6143, 9, ()), "pixels"), (Limits(9999, 1, ()), "frames")]
)
def test_pixels_and_frames_are_bounded_again(limits, code):
    data = animation("GIF", frames=2, size=(96, 64))
    with pytest.raises(UploadRefused) as caught, opened(data, limits):
        pass
    assert caught.value.code == code


def test_what_no_decoder_opens_is_broken():
    data = saved(quarters(), "WEBP")
    with pytest.raises(UploadRefused) as caught, opened(data[:21] + bytes(len(data) - 21)):
        pass
    assert caught.value.code == "broken"


def test_an_error_inside_the_block_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError), opened(saved(quarters(), "PNG")):
        raise ZeroDivisionError
