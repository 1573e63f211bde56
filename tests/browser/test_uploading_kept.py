"""Finished uploads survive a reload, and are forgotten once they are saved."""

import pytest
from django.urls import reverse

from gallery_events.models import Image
from tests.browser.clicks import press
from tests.browser.patience import wait_until
from tests.browser.people import somebody, uploaded
from tests.browser.uploading import Uploading, chosen
from tests.factories import again, make_album
from tests.project.models import Album, Diptych

pytestmark = pytest.mark.parametrize(
    "javascript",
    [pytest.param(True, marks=pytest.mark.sqlite)],
    indirect=True,
    ids=["with-javascript"],
)

KEPT = "() => Object.keys(sessionStorage).length"


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def page(visit, anna):
    page = visit(anna)
    # Whoever leaves is asked, and wants to.
    page.on("dialog", lambda dialog: dialog.accept())
    return page


def opened(page, owner, name="photos"):
    page.goto(reverse(f"edit-{owner._meta.model_name}", args=[owner.pk]))
    return Uploading(page, name).wait()


def saved(owner):
    return [image.name for image in again(owner).photos.images()]


def test_uploads_are_there_after_a_reload_in_their_order_and_are_saved(page, anna, sound):
    (first,) = uploaded(anna, "first.jpg")
    album = make_album([first.pk])
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"), chosen("b.png"), chosen("c.png"))
    assert gallery.has("first.jpg", "a.png", "b.png", "c.png")
    keys = gallery.keys()
    gallery.remove(keys[2])
    page.reload()
    gallery.wait()
    assert gallery.has("first.jpg", "a.png", "c.png")
    said = "2 pictures that you had uploaded before are here again"
    assert wait_until(page, lambda: page.get_by_text(said).count())
    sound(page)
    press(page, "Save", exact=True)
    assert saved(album) == ["first.jpg", "a.png", "c.png"]


def test_what_nobody_can_tell_of_just_now_is_there_after_the_next_reload(page):
    album = make_album([])
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"))
    assert gallery.has("a.png")
    images = "**/gallery/image/**"
    # As whoever is led to a page to log in meets it, or to one that asks for patience.
    page.route(images, lambda route: route.fulfill(content_type="text/html", body="<p>Wait"))
    with page.expect_response(images):
        page.reload()
    gallery.wait()
    assert gallery.keys() == []
    page.unroute(images)
    page.reload()
    assert gallery.wait().has("a.png")
    press(page, "Save", exact=True)
    assert saved(album) == ["a.png"]


def test_what_is_saved_is_forgotten(page, anna):
    album = make_album()
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"))
    assert gallery.has("a.png")
    press(page, "Save", exact=True)
    gallery = opened(page, album)
    assert gallery.has("a.png")
    gallery.remove(*gallery.keys())
    press(page, "Save", exact=True)
    gallery = opened(page, album)
    gallery.choose(chosen("b.png"))
    assert gallery.has("b.png")
    gallery.remove(*gallery.keys())
    assert page.evaluate(KEPT) == 0


def test_a_new_form_after_one_that_was_saved_is_empty(page):
    page.goto(reverse("add-album"))
    gallery = Uploading(page).wait()
    page.get_by_label("Title").fill("Summer")
    gallery.choose(chosen("a.png"))
    assert gallery.has("a.png")
    press(page, "Save", exact=True)
    page.goto(reverse("add-album"))
    gallery.wait()
    assert wait_until(page, lambda: page.evaluate(KEPT) == 0)
    assert gallery.names() == []
    # Nor does going back to the first one bring it again: a gallery holds it.
    page.go_back()
    page.go_back()
    gallery.wait()
    assert wait_until(page, lambda: page.evaluate(KEPT) == 0)
    assert gallery.names() == []


def test_a_save_that_failed_loses_nothing(page, anna):
    album = make_album()
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"))
    assert gallery.has("a.png")
    page.route(
        "**/album/*/edit/",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    page.get_by_role("button", name="Save").click()
    assert wait_until(page, lambda: page.url.startswith("chrome-error"))
    page.unroute_all()
    page.faults.clear()
    gallery = opened(page, album)
    assert gallery.has("a.png")
    press(page, "Save", exact=True)
    assert saved(album) == ["a.png"]


def test_a_form_that_comes_back_with_an_error_shows_each_once(page):
    album = make_album()
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"))
    assert gallery.has("a.png")
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_label("Title").fill("")
    press(page, "Save", exact=True)
    gallery.wait()
    assert gallery.has("a.png")
    page.get_by_label("Title").fill("Summer")
    press(page, "Save", exact=True)
    assert saved(album) == ["a.png"]


def test_galleries_and_pages_keep_their_own(page):
    two, other = Diptych.objects.create(title="Two"), Diptych.objects.create(title="Other")
    opened(page, two, "left").choose(chosen("a.png"))
    right = Uploading(page, "right").wait()
    right.choose(chosen("b.png"))
    assert right.has("b.png")
    assert Uploading(page, "left").has("a.png")
    assert opened(page, other, "left").names() == []
    assert opened(page, two, "left").has("a.png")
    assert right.has("b.png")


def test_what_is_gone_meanwhile_is_not_shown(page):
    album = make_album()
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"), chosen("b.png"))
    assert gallery.has("a.png", "b.png")
    Image.objects.filter(name="a.png")._raw_delete("default")
    page.reload()
    gallery.wait()
    assert gallery.has("b.png")
    assert page.faults.forgive(404) == 1


def test_another_user_of_the_same_window_sees_nothing_of_it(visit, anna, page, live_server):
    album = make_album()
    gallery = opened(page, album)
    gallery.choose(chosen("a.png"))
    assert gallery.has("a.png")
    from tests.browser.conftest import _session

    page.context.add_cookies([_session(somebody("bert"), live_server.url)])
    page.reload()
    gallery.wait()
    assert wait_until(page, lambda: page.faults.forgive(404) == 1)
    assert gallery.names() == []
    assert wait_until(page, lambda: page.evaluate(KEPT) == 0)


def test_s5_a_picture_that_is_deleted_elsewhere_does_not_take_the_other_with_it(page):
    page.goto(reverse("add-album"))
    gallery = Uploading(page).wait()
    page.get_by_label("Title").fill("Summer")
    gallery.choose(chosen("gone.png"), chosen("kept.png"))
    assert gallery.has("gone.png", "kept.png")
    Image.objects.filter(name="gone.png")._raw_delete("default")
    press(page, "Save", exact=True)
    assert page.get_by_text("does not exist").first.is_visible()
    gallery.wait()
    assert gallery.has("kept.png")
    assert wait_until(page, lambda: page.faults.forgive(404) == 1)
    press(page, "Save", exact=True)
    assert saved(Album.objects.get()) == ["kept.png"]
