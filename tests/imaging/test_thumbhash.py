"""Placeholders: small, near enough, and never an error."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gallery_events.imaging.thumbhash import (
    aspect_ratio,
    average,
    cells,
    has_alpha,
    placeholder,
)
from tests.imaging.made import ingested, quarters, saved

#: From the page that explains the format: a sunset over water.
SUNSET = "1QcSHQRnh493V4dIh4eXh1h4kJUI"
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
SIZES = st.tuples(st.integers(1, 60), st.integers(1, 60))


def channels(colour):
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def off(colour, other):
    return max(abs(one - two) for one, two in zip(colour, other, strict=True))


@given(colour=COLOURS, size=SIZES)
def test_one_colour_comes_back_within_six(colour, size):
    made = placeholder(Image.new("RGB", size, colour))
    found = [average(made), *cells(made, columns=3, rows=2)]
    assert all(off(channels(each), colour) <= 6 for each in found)
    assert not has_alpha(made)


@given(colours=st.lists(COLOURS, min_size=4, max_size=4), size=SIZES)
def test_the_average_of_the_cells_is_near_that_of_the_picture(colours, size):
    image = Image.new("RGB", (2, 2))
    image.putdata(colours)
    image = image.resize(size, Image.Resampling.BILINEAR)
    mean = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    made = placeholder(image)
    assert off(channels(average(made)), mean) <= 12


@given(size=SIZES, mode=st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"]))
def test_every_picture_becomes_text_of_at_most_36_characters(size, mode):
    image = Image.effect_noise(size, 100).convert("RGB").convert(mode)
    made = placeholder(image)
    assert 0 < len(made) <= 36
    assert len(cells(made, columns=5, rows=4)) == 20
    told = aspect_ratio(made)
    assert min(told, 1 / told) == pytest.approx(min(size) / max(size), abs=0.14)
    assert told == 1 or (told > 1) is (size[0] > size[1])


def test_cells_are_row_by_row_and_show_where_the_colours_are():
    found = [channels(each) for each in cells(placeholder(quarters()), columns=2, rows=2)]
    red, green, blue, yellow = found
    assert red[0] > max(red[1:]) + 60
    assert green[1] > max(green[0], green[2]) + 60
    assert blue[2] > max(blue[:2]) + 60
    assert min(yellow[:2]) > yellow[2] + 60


@pytest.mark.parametrize("opacity,seen_through", [(254, True), (255, False)])
def test_what_can_be_seen_through_says_so(opacity, seen_through):
    image = quarters((24, 24)).convert("RGBA")
    image.putpixel((3, 3), (255, 0, 0, opacity))
    assert has_alpha(placeholder(image)) is seen_through


def test_what_is_seen_through_has_no_part_in_the_colours():
    image = Image.new("RGBA", (24, 24), (255, 255, 255, 0))
    image.paste((200, 30, 30, 255), (0, 0, 12, 24))
    made = placeholder(image)
    assert off(channels(average(made)), (200, 30, 30)) <= 6


def test_nothing_at_all_to_be_seen_is_no_error():
    made = placeholder(Image.new("RGBA", (9, 9)))
    assert has_alpha(made)
    assert cells(made, columns=1, rows=1)


def test_placeholders_that_others_made_are_read():
    top, *_, bottom = cells(SUNSET, columns=1, rows=8)
    assert max(channels(bottom)) < 60 < max(channels(top))
    assert aspect_ratio(SUNSET) == pytest.approx(5 / 7)
    assert not has_alpha(SUNSET)


@pytest.mark.parametrize(
    "text", ["", "x", "AAAA", "é", SUNSET[:-4], SUNSET[:-1], "<svg>", "=" * 64]
)
def test_what_is_no_placeholder_gives_an_empty_answer(text):
    assert cells(text, columns=2, rows=2) == []
    assert average(text) == ""
    assert has_alpha(text) is False
    assert aspect_ratio(text) == 0


@given(text=st.one_of(st.text(max_size=64), st.binary(max_size=48).map(lambda b: b.hex())))
def test_no_text_is_an_error(text):
    assert len(cells(text, columns=3, rows=3)) in (0, 9)
    assert len(average(text)) in (0, 7)


def test_it_is_made_of_the_upright_picture_when_a_file_comes_in():
    exif = Image.Exif()
    exif[0x0112] = 6
    _, upright = ingested(saved(quarters((96, 64)), "PNG", exif=exif))
    assert aspect_ratio(upright.placeholder) < 1
    blue, red, yellow, green = map(channels, cells(upright.placeholder, columns=2, rows=2))
    assert blue[2] > max(blue[:2])
    assert red[0] > max(red[1:])
    assert min(yellow[:2]) > yellow[2]
    assert green[1] > max(green[0], green[2])


def test_it_costs_milliseconds():
    picture = Image.effect_noise((400, 300), 80).convert("RGB")
    placeholder(picture)
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        placeholder(picture)
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.02
