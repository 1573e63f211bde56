"""Pictures one by one in a dialog: by mouse, keys and fingers, in both directions, and without it."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from gallery_events.flows import upload
from tests.browser.clicks import leads
from tests.browser.conftest import PHONE
from tests.pictures import picture
from tests.project.models import Diptych

# Which database answered is nothing that a page shows.
pytestmark = pytest.mark.sqlite

with_scripts = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])


@pytest.fixture
def diptych(transactional_db):
    """Three pictures on the left, of which the first is large; one on the right."""
    sizes = {"harbour": (1600, 1000), "beach": (300, 200), "dune": (200, 300), "night": (300, 200)}
    images = [upload.receive(picture(f"{name}.jpg", size=size)) for name, size in sizes.items()]
    images[1].alt, images[1].caption = "Sand and sea", "In May"
    images[1].save(update_fields=["alt", "caption"])
    *left, right = [each.pk for each in images]
    return Diptych.objects.create(title="Coast", left=left, right=[right])


class Lightbox:
    """The lightbox of one gallery on a page, as people use it."""

    def __init__(self, page, gallery="left"):
        self.page = page
        self.section = page.get_by_role("region", name=gallery)
        self.links = self.section.locator("a.gallery-link")
        self.dialog = self.section.locator("dialog")
        self.words = self.dialog.get_by_role("status")
        self.picture = self.dialog.locator(".gallery-lightbox-stage img")

    def open(self, number=1):
        self.links.nth(number - 1).click()
        expect(self.dialog).to_be_visible()
        return self

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def button(self, name):
        return self.dialog.get_by_role("button", name=name)

    def shows(self, number, *, of=3):
        """Wait for a picture by its number, whole."""
        expect(self.words).to_contain_text(f"Picture {number} of {of}")
        expect(self.picture).to_have_js_property("complete", True)

    def swipe(self, across, down=0):
        """Draw a finger over the picture, as the browser's own protocol does it."""
        box = self.page.locator(".gallery-lightbox[open] .gallery-lightbox-stage").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        session = self.page.context.new_cdp_session(self.page)
        session.send("Input.dispatchTouchEvent", _touch("touchStart", x, y))
        for part in (0.3, 0.6, 1):
            moved = _touch("touchMove", x + across * part, y + down * part)
            session.send("Input.dispatchTouchEvent", moved)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def _touch(kind, x, y):
    return {"type": kind, "touchPoints": [{"x": x, "y": y}]}


def has_focus(what):
    return what.evaluate("each => each === document.activeElement")


@pytest.fixture
def opened(visit, diptych):
    """Return a way to the page of both galleries."""

    def go(**options):
        page = visit(**options)
        page.goto(reverse("lightbox", args=[diptych.pk]))
        return page

    return go


@with_scripts
def test_a_click_opens_the_picture_large_and_the_buttons_go_around(opened, sound):
    page = opened()
    lightbox = Lightbox(page).open(1)

    lightbox.shows(1)
    assert page.url.endswith("/")
    assert lightbox.picture.evaluate("img => img.getBoundingClientRect().width") > 1000
    assert "thumbnail" not in lightbox.picture.evaluate("img => img.currentSrc")
    sound(page)
    for number in (2, 3, 1):
        lightbox.button("Next picture").click()
        lightbox.shows(number)
    lightbox.button("Previous picture").click()
    lightbox.shows(3)
    # No larger than it is: a picture that is blown up shows nothing more.
    assert lightbox.picture.evaluate("img => img.getBoundingClientRect().width") == 200
    lightbox.button("Close").click()
    expect(lightbox.dialog).to_be_hidden()
    assert has_focus(lightbox.links.nth(0))


@with_scripts
@pytest.mark.parametrize("language", ["en", "he"])
def test_keys_go_on_and_back_as_people_read(opened, language):
    page = opened(language=language)
    onwards, back = ("ArrowRight", "ArrowLeft") if language == "en" else ("ArrowLeft", "ArrowRight")
    lightbox = Lightbox(page)
    lightbox.links.nth(1).focus()
    lightbox.press("Enter")

    lightbox.shows(2)
    for key, number in {onwards: 3, "Home": 1, "End": 3, back: 2}.items():
        lightbox.press(key)
        lightbox.shows(number)
    lightbox.press("Escape")
    expect(lightbox.dialog).to_be_hidden()
    assert has_focus(lightbox.links.nth(1))
    lightbox.press(onwards)
    expect(lightbox.dialog).to_be_hidden()


@with_scripts
def test_the_rest_of_the_page_cannot_be_reached_while_it_is_open(opened):
    page = opened()
    lightbox = Lightbox(page).open(2)
    reached = set()
    for _ in range(8):
        lightbox.press("Tab")
        reached.add(
            page.evaluate(
                "() => document.activeElement.closest('dialog') ? 'dialog' : "
                "document.activeElement.tagName"
            )
        )

    # The body stands for the browser's own bar, which a dialog does not hide.
    assert reached <= {"dialog", "BODY"}
    assert "dialog" in reached


@with_scripts
def test_the_words_of_a_picture_are_told(opened):
    lightbox = Lightbox(opened()).open(2)
    expect(lightbox.words).to_have_text(re.compile(r"Picture 2 of 3\s+Sand and sea\s+In May"))

    lightbox.press("ArrowRight")
    expect(lightbox.words).to_have_text(re.compile(r"Picture 3 of 3\s+dune\s*$"))


@with_scripts
def test_each_gallery_has_its_own(opened):
    page = opened()
    left, right = Lightbox(page), Lightbox(page, "right")
    right.open()

    right.shows(1, of=1)
    expect(left.dialog).to_be_hidden()
    expect(right.button("Next picture")).to_be_hidden()
    right.press("ArrowRight")
    right.shows(1, of=1)
    right.press("Escape")
    left.open(3).shows(3)
    expect(right.dialog).to_be_hidden()


@with_scripts
@pytest.mark.parametrize("language", ["en", "he"])
def test_a_finger_swipes_through_the_pictures(opened, sound, language):
    page = opened(language=language, size=PHONE, has_touch=True, is_mobile=True)
    onwards = -150 if language == "en" else 150
    lightbox = Lightbox(page)
    lightbox.links.nth(0).tap()

    lightbox.shows(1)
    sound(page)
    lightbox.swipe(onwards)
    lightbox.shows(2)
    lightbox.swipe(-onwards)
    lightbox.shows(1)
    # Too short, and downwards: no swipe.
    lightbox.swipe(30)
    lightbox.swipe(60, down=200)
    lightbox.swipe(onwards)
    lightbox.shows(2)
    lightbox.button("Close" if language == "en" else "סגירה").click()
    expect(lightbox.dialog).to_be_hidden()


@with_scripts
def test_it_fits_every_screen_and_every_light(opened, sound):
    page = opened(forced_colors="active")
    lightbox = Lightbox(page).open(2)
    lightbox.shows(2)
    sound(page)
    page.emulate_media(color_scheme="dark", forced_colors="none", reduced_motion="no-preference")
    for size in (PHONE, {"width": 800, "height": 360}):
        page.set_viewport_size(size)
        for number in (3, 1, 2):
            lightbox.press("ArrowRight")
            lightbox.shows(number)
            area = lightbox.dialog.locator(".gallery-lightbox-stage").bounding_box()
            shown = lightbox.picture.bounding_box()
            assert shown["x"] >= area["x"] - 1
            assert shown["y"] >= area["y"] - 1
            assert shown["x"] + shown["width"] <= area["x"] + area["width"] + 1
            assert shown["y"] + shown["height"] <= area["y"] + area["height"] + 1
            sound(page)


@with_scripts
def test_a_click_beside_the_picture_closes_it(opened):
    lightbox = Lightbox(opened()).open(3)
    lightbox.dialog.locator(".gallery-lightbox-stage").click(position={"x": 10, "y": 10})

    expect(lightbox.dialog).to_be_hidden()


@with_scripts
def test_whoever_opens_a_link_elsewhere_gets_the_picture(opened):
    page = opened()
    lightbox = Lightbox(page)
    with page.context.expect_page() as found:
        lightbox.links.nth(0).click(modifiers=["ControlOrMeta"])
    found.value.wait_for_load_state("load")

    assert found.value.url.endswith("/original.jpg")
    found.value.close()
    expect(lightbox.dialog).to_be_hidden()


@pytest.mark.parametrize("javascript", [False], indirect=True, ids=["without-javascript"])
def test_without_scripts_a_link_opens_its_picture(opened):
    page = opened()
    lightbox = Lightbox(page)
    expect(lightbox.dialog).to_be_hidden()
    leads(page, lightbox.links.nth(0))

    assert page.url.endswith("/original.jpg")


@with_scripts
def test_no_picture_moves_what_is_below_it(opened):
    page = opened()
    page.wait_for_load_state("load")
    moved = page.evaluate(
        """() => new Promise(resolve => {
          let total = 0;
          new PerformanceObserver(list => list.getEntries().forEach(each => total += each.value))
            .observe({type: "layout-shift", buffered: true});
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(total)));
        })"""
    )

    assert moved == 0
    frame = page.locator(".gallery-frame").first
    behind, before = frame.locator("svg").bounding_box(), frame.locator("img").bounding_box()
    assert behind == pytest.approx(before, abs=1)
