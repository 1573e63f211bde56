"""Which smaller copies an image should have: never enlarged, and called by what they are made of."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gallery_events.conf import RenditionSettings
from gallery_events.domain.ladder import ALL_FRAMES, LONGEST, Source, ladder

USUAL = RenditionSettings()
PHOTOGRAPH = Source(4000, 3000)

sides = st.integers(1, 20_000)
sources = st.builds(
    Source,
    width=sides,
    height=sides,
    frames=st.integers(1, 1000),
    transparent=st.booleans(),
    shown=st.booleans(),
    plain=st.booleans(),
).map(lambda source: replace(source, plain=source.plain and source.shown))
settings = st.builds(
    RenditionSettings,
    WIDTHS=st.sets(st.integers(1, 16_384), max_size=6).map(lambda found: tuple(sorted(found))),
    ENCODING=st.sampled_from(["WEBP", "AVIF"]),
    FALLBACK_WIDTH=st.integers(1, 16_384),
)


def keys(source, given=USUAL):
    return [rung.key for rung in ladder(source, given)]


def test_a_photograph_gets_every_width_and_a_fallback():
    widths = ["w320", "w640", "w960", "w1280", "w1920", "w2560"]
    assert keys(PHOTOGRAPH) == [*widths, "fallback"]
    (*_, fallback) = ladder(PHOTOGRAPH, USUAL)
    assert (fallback.width, fallback.height, fallback.encoding) == (1280, 960, "JPEG")


def test_the_own_width_of_an_image_is_offered_by_its_file():
    assert keys(Source(640, 480)) == ["w320"]
    assert keys(Source(641, 480)) == ["w320", "w640"]


def test_a_file_that_browsers_do_not_show_gets_a_rendition_as_wide_as_itself():
    tiff = Source(1000, 800, shown=False, plain=False)
    assert keys(tiff) == ["w320", "w640", "w960", "w1000", "fallback"]
    assert keys(replace(tiff, width=100)) == ["w100", "fallback"]
    assert keys(replace(tiff, width=9000))[-2:] == ["w2560", "fallback"]


def test_a_file_that_every_program_shows_is_its_own_fallback_while_it_is_narrow():
    assert "fallback" not in keys(Source(1280, 960))
    assert "fallback" in keys(Source(1281, 960))
    assert "fallback" in keys(Source(1280, 960, plain=False))


def test_what_shows_through_falls_back_to_a_png():
    (*_, fallback) = ladder(replace(PHOTOGRAPH, transparent=True), USUAL)
    assert (fallback.encoding, fallback.quality, fallback.name[-4:]) == ("PNG", None, ".png")


def test_an_animation_is_an_animated_webp_whatever_the_encoding_and_falls_back_to_a_still():
    moving = Source(700, 400, frames=12, plain=False)
    *widths, fallback = ladder(moving, replace(USUAL, ENCODING="AVIF"))
    assert {(rung.encoding, rung.frames) for rung in widths} == {("WEBP", 12)}
    assert (fallback.encoding, fallback.frames) == ("JPEG", 1)


def test_the_work_for_an_animation_is_bounded():
    most = ALL_FRAMES // (320 * 240)
    assert keys(Source(640, 480, frames=most)) == ["w320"]
    assert keys(Source(640, 480, frames=most + 1)) == []


def test_an_image_that_nobody_measured_has_none():
    assert keys(Source(0, 0)) == []
    assert keys(Source(0, 600)) == []


def test_a_project_may_want_no_widths_at_all():
    none = replace(USUAL, WIDTHS=())
    assert keys(PHOTOGRAPH, none) == ["fallback"]
    assert keys(Source(900, 600, shown=False, plain=False), none) == ["fallback"]


@pytest.mark.parametrize(
    "other",
    [
        replace(USUAL, ENCODING="AVIF"),
        replace(USUAL, QUALITY={**USUAL.QUALITY, "WEBP": 70, "JPEG": 70}),
    ],
)
def test_another_recipe_gives_another_name_and_the_same_one_the_same(other):
    names = {rung.name for rung in ladder(PHOTOGRAPH, USUAL)[:-1]}
    assert names == {rung.name for rung in ladder(PHOTOGRAPH, replace(USUAL))[:-1]}
    assert names.isdisjoint(rung.name for rung in ladder(PHOTOGRAPH, other))


def test_a_name_tells_what_is_in_the_file():
    first = ladder(PHOTOGRAPH, USUAL)[0]
    assert first.name.startswith("w320-")
    assert first.name.endswith(".webp")
    assert first.name == f"{first.stem}.webp"
    assert first.content_type == "image/webp"


@given(sources, settings)
def test_nothing_is_ever_enlarged_or_longer_than_browsers_show(source, given):
    for rung in ladder(source, given):
        assert 1 <= rung.width <= source.width
        assert 1 <= rung.height <= min(source.height, LONGEST)


@given(sources, settings)
def test_every_rendition_has_the_shape_of_its_image(source, given):
    for rung in ladder(source, given):
        exact = source.height * rung.width / source.width
        # A fallback that would be too long is as wide as its length allows, in whole pixels.
        slack = 0.5 if rung.height < LONGEST - source.height // source.width - 1 else exact
        assert rung.height == 1 or abs(rung.height - exact) <= slack


@given(sources, settings)
def test_keys_and_names_are_unique_and_the_order_is_by_width(source, given):
    rungs = ladder(source, given)
    assert len({rung.key for rung in rungs}) == len({rung.name for rung in rungs}) == len(rungs)
    widths = [rung.width for rung in rungs if rung.key != "fallback"]
    assert widths == sorted(widths)
    assert all(rung.key == f"w{rung.width}" for rung in rungs if rung.key != "fallback")


@given(sources, settings)
def test_whatever_browsers_do_not_show_has_something_that_they_do(source, given):
    assert source.shown or any(rung.key == "fallback" for rung in ladder(source, given))


@given(sources, settings)
def test_an_animated_rendition_is_bounded_in_all_its_frames(source, given):
    for rung in ladder(source, given):
        assert rung.frames in (1, source.frames)
        assert rung.frames == 1 or rung.frames * rung.width * rung.height <= ALL_FRAMES
