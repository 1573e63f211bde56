"""Parts of a page that are put in, swapped and taken out: htmx and Turbo, as they are on npm."""

import pytest
from django.urls import reverse

from tests.browser import library
from tests.browser.enhanced import MADE, Enhanced, living
from tests.browser.galleryform import file
from tests.browser.patience import wait_until
from tests.browser.people import somebody, uploaded
from tests.factories import again, make_album

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
HTMX = pytest.mark.parametrize("version", ["htmx", "htmx2"])
pytestmark = [SCRIPTS, pytest.mark.usefixtures("libraries")]


@pytest.fixture(scope="package")
def libraries():
    return library.installed()


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def album(anna):
    return make_album([image.pk for image in uploaded(anna, "one.jpg", "two.jpg")])


@pytest.fixture
def opened(visit, anna, album):
    """Return a way to open the page of the album with a library."""

    def on(name):
        page = visit(anna)
        page.goto(reverse("fit-page", args=[name, album.pk]))
        Enhanced(page).wait()
        return page

    return on


def names_of(album):
    return [each.name for each in again(album).photos.images()]


def saves(page, album, version):
    """Press Save, and wait until the album has that version and the page the form of it."""
    page.get_by_role("button", name="Save").click()
    base = page.locator(f'[name="photos-base"][value="{version}"]')
    base.wait_for(state="attached")
    return Enhanced(page).wait()


@HTMX
def test_a_form_that_is_swapped_in_is_alive_and_saves(version, opened, album, sound):
    one, two = album.photos
    page = opened(version)
    page.get_by_role("button", name="Hide").click()
    page.get_by_text("Nothing.").wait_for()
    page.get_by_role("button", name="Show").click()
    gallery = Enhanced(page).wait()
    gallery.move(two, 1)
    gallery.choose(file("new.jpg"))
    assert gallery.holds(3)
    sound(page)
    gallery = saves(page, album, 2)

    assert names_of(album) == ["two.jpg", "one.jpg", "new.jpg"]
    assert gallery.keys() == [str(key) for key in again(album).photos]
    gallery.remove(one)
    saves(page, album, 3)
    assert names_of(album) == ["two.jpg", "new.jpg"]


@HTMX
def test_a_form_that_comes_back_with_an_error_has_what_was_done(version, opened, album):
    one, two = album.photos
    page = opened(version)
    gallery = Enhanced(page)
    gallery.remove(one)
    gallery.choose(file("new.jpg"))
    assert gallery.holds(2)
    page.evaluate("document.querySelector('form').noValidate = true")
    page.locator('[name="title"]').fill("")
    page.get_by_role("button", name="Save").click()
    page.locator(".errorlist").wait_for()
    gallery = Enhanced(page).wait()

    assert gallery.keys()[0] == str(two)
    assert len(gallery.keys()) == 2
    page.locator('[name="title"]').fill("Again")
    saves(page, album, 2)
    assert names_of(album) == ["two.jpg", "new.jpg"]


@HTMX
def test_what_is_swapped_out_leaves_nothing_behind(version, opened):
    page = opened(version)
    for _ in range(5):
        page.get_by_role("button", name="Hide").click()
        page.get_by_text("Nothing.").wait_for()
        page.get_by_role("button", name="Show").click()
        Enhanced(page).wait()
    page.get_by_role("button", name="Hide").click()
    page.get_by_text("Nothing.").wait_for()

    assert wait_until(page, lambda: living(page) <= 1), "htmx itself may hold the last one"


@HTMX
def test_two_forms_of_one_album_on_a_page_do_not_know_each_other(version, opened, album):
    page = opened(version)
    page.get_by_role("button", name="Another").click()
    page.locator("form").nth(1).locator(".gallery-enhanced").wait_for()
    galleries = page.locator("gallery-input")
    galleries.nth(1).evaluate(
        "(element, key) => element.change('remove', now => now.removing([key]))",
        str(album.photos[0]),
    )

    kept = [each.evaluate("element => element.arrangement.kept") for each in galleries.all()]
    assert [len(each) for each in kept] == [2, 1]


def test_an_element_that_is_moved_about_is_enhanced_once_and_keeps_what_was_done(opened, album):
    one, two = album.photos
    page = opened("htmx")
    gallery = Enhanced(page)
    before = gallery.made()
    page.locator(f'[name="photos-alt-{one}"]').fill("The first")
    gallery.move(two, 1)
    gallery.run("element => { const form = element.closest('form'); form.append(element); }")
    gallery.wait()

    assert gallery.made() == before
    assert gallery.keys() == [str(two), str(one)]
    assert page.locator(f'[name="photos-order-{two}"]').input_value() == "1"
    assert page.locator(f'[name="photos-alt-{one}"]').input_value() == "The first"
    page.evaluate("element => (window.taken = element).remove()", gallery.element.element_handle())

    left = page.evaluate("made => window.taken.querySelectorAll(made).length", MADE)
    assert left == 0, "what the script has made goes with it"


# Turbo.


def test_turbo_brings_a_page_with_a_gallery_and_takes_it_away(visit, anna, album, sound):
    page = visit(anna)
    address = reverse("fit-page", args=["turbo", album.pk])
    page.goto(f"{reverse('fit-list')}?to={address}")
    page.locator("html[data-turbo]").wait_for()
    page.evaluate("window.same = true")
    page.get_by_role("link", name="Edit").click()
    gallery = Enhanced(page).wait()
    assert page.evaluate("window.same"), "no page was loaded afresh"
    sound(page)
    gallery.choose(file("new.jpg"))
    assert gallery.holds(3)
    page.get_by_role("button", name="Save").click()
    page.locator('[name="photos-base"][value="2"]').wait_for(state="attached")

    assert page.evaluate("window.same")
    assert names_of(album) == ["one.jpg", "two.jpg", "new.jpg"]


def test_a_page_that_turbo_kept_comes_back_enhanced_once(opened, album):
    one, two = album.photos
    page = opened("turbo")
    gallery = Enhanced(page)
    before = gallery.made()
    gallery.move(two, 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Leave").click()
    page.get_by_role("heading", name="A list").wait_for()
    page.go_back()
    gallery = Enhanced(page).wait()

    assert gallery.made() == before
    assert gallery.keys() == [str(two), str(one)], "with what was done"
    page.get_by_role("button", name="Save").click()
    page.locator('[name="photos-base"][value="2"]').wait_for(state="attached")
    assert names_of(album) == ["two.jpg", "one.jpg"]


def test_a_frame_of_turbo_is_swapped_and_saves(opened, album):
    page = opened("frame")
    page.get_by_role("link", name="Again").click()
    page.locator("turbo-frame[complete]:not([busy])").wait_for(state="attached")
    gallery = Enhanced(page).wait()
    gallery.choose(file("new.jpg"))
    assert gallery.holds(3)
    page.get_by_role("button", name="Save").click()
    page.locator('[name="photos-base"][value="2"]').wait_for(state="attached")
    Enhanced(page).wait()

    assert names_of(album) == ["one.jpg", "two.jpg", "new.jpg"]
