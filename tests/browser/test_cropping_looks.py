"""The dialog fits its window in every light, language and place, and everything in it can be touched."""

import pytest
from django.urls import reverse

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.cropping import Cropping
from tests.browser.people import superuser, uploaded
from tests.browser.strictness import too_wide
from tests.factories import make_album

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"]),
]

#: What of the dialog is too small to be pressed (WCAG 2.2, 2.5.8), and what of it lies outside.
SMALL = """dialog => [...dialog.querySelectorAll("button, select, input")]
  .filter(each => each.checkVisibility())
  .map(each => [each.ariaLabel || each.textContent || each.id, each.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < 24)
  .map(([name]) => name)"""
OUTSIDE = """dialog => [...dialog.querySelectorAll("*")]
  .filter(each => each.checkVisibility() && !each.closest(".gallery-cropping-cut, .gallery-cropping-seen"))
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1 || each.getBoundingClientRect().left < -1)
  .map(each => each.className)"""


@pytest.fixture
def carla():
    return superuser()


@pytest.fixture
def images(carla):
    return uploaded(carla, "one.png", "two.png")


@pytest.fixture
def album(images):
    return make_album([each.pk for each in images])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("place", ["edit-album", "admin:project_album_change"])
def test_it_fits_the_window_in_every_light(
    visit, carla, album, images, sound, *, place, size, scheme
):
    page = visit(carla, size=size, color_scheme=scheme)
    page.goto(reverse(place, args=[album.pk]))
    gallery = Cropping(page).wait().open(images[0].pk)
    for _ in range(2):
        sound(page)
        assert gallery.dialog.evaluate(SMALL) == []
        assert gallery.dialog.evaluate(OUTSIDE) == []
        # And what is disabled at first, when it is not.
        gallery.press("Turn left")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_where_writing_runs_to_the_left_the_picture_does_not(
    visit, carla, album, images, sound, *, size
):
    page = visit(carla, language="he", size=size)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait()
    gallery.pencil(images[0].pk).click()
    gallery.ready()
    sound(page)
    assert gallery.dialog.evaluate(OUTSIDE) == []
    gallery.type(left=0, top=0, width=100, height=50)
    gallery.part.focus()
    page.keyboard.press("ArrowRight")

    assert gallery.box == [6, 0, 100, 50]
    picture = gallery.dialog.locator(".gallery-cropping-picture").bounding_box()
    assert gallery.part.bounding_box()["x"] - picture["x"] == pytest.approx(
        6 * gallery.scale(), abs=1
    )
    stage = gallery.dialog.locator(".gallery-cropping-stage").bounding_box()
    tools = gallery.dialog.locator(".gallery-cropping-tools").bounding_box()
    assert size == PHONE or tools["x"] < stage["x"]


def test_in_forced_colours_the_box_and_its_handles_are_seen(visit, carla, album, images, sound):
    page = visit(carla, forced_colors="active")
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait().open(images[0].pk)
    outline = gallery.part.evaluate("each => getComputedStyle(each).outlineStyle")
    handle = gallery.handle("top left").evaluate(
        "each => getComputedStyle(each, '::before').backgroundColor"
    )

    assert outline == "solid"
    assert handle != "rgba(0, 0, 0, 0)"
    assert too_wide(page) == []


def test_with_large_text_everything_is_still_there(visit, carla, album, images):
    # As at 200 percent: WCAG 2.2, 1.4.4 and 1.4.10.
    page = visit(carla, size={"width": 640, "height": 450})
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait().open(images[0].pk)
    gallery.button("Apply").scroll_into_view_if_needed()

    assert gallery.dialog.evaluate(OUTSIDE) == []
    gallery.press("Turn left")
    gallery.apply()


def test_a_tiny_box_can_still_be_taken_hold_of(visit, carla, album, images):
    page = visit(carla)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait().open(images[0].pk)
    gallery.type(width=4, height=4, left=150, top=100)
    found = page.evaluate(
        """() => {
          const part = document.querySelector(".gallery-cropping-part");
          const { x, y, width, height } = part.getBoundingClientRect();
          const hit = document.elementFromPoint(x + width / 2, y + height / 2);
          return hit === part;
        }"""
    )

    assert found


def test_a_window_that_becomes_smaller_shows_the_whole_picture(visit, carla, album, images):
    page = visit(carla)
    page.goto(reverse("edit-album", args=[album.pk]))
    gallery = Cropping(page).wait().open(images[0].pk)
    before = gallery.scale()
    page.set_viewport_size(PHONE)
    page.wait_for_function(
        "before => document.querySelector('.gallery-cropping-picture').offsetWidth < before",
        arg=before * 300,
    )

    assert gallery.dialog.evaluate(OUTSIDE) == []
