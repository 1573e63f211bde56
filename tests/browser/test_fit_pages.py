"""A gallery on pages that lack something, in other people's layouts, and one that is closed."""

import re

import pytest
from django.urls import reverse

from tests.browser.clicks import press
from tests.browser.enhanced import MADE, Enhanced
from tests.browser.galleryform import GalleryForm, file
from tests.browser.people import somebody, uploaded
from tests.factories import again, make_album
from tests.project.models import Diptych

SCRIPTS = pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
pytestmark = pytest.mark.sqlite


@pytest.fixture
def anna():
    return somebody()


@pytest.fixture
def album(anna):
    return make_album([image.pk for image in uploaded(anna, "one.jpg", "two.jpg")])


def names_of(album):
    return [each.name for each in again(album).photos.images()]


def test_a_page_that_forgot_the_media_says_so_and_its_form_works(visit, anna, album, sound):
    page = visit(anna)
    page.goto(reverse("fit-bare", args=[album.pk]))
    notice = page.get_by_text("This page has not loaded what belongs to its pictures.")
    assert notice.is_visible()
    sound(page)
    form = GalleryForm(page)
    form.remove(album.photos[0])
    form.add("new.jpg")
    form.save()

    assert names_of(album) == ["two.jpg", "new.jpg"]


def test_a_page_with_the_media_says_nothing_of_it(visit, anna, album):
    page = visit(anna)
    page.goto(reverse("edit-album", args=[album.pk]))

    assert page.locator(".gallery-missing").count() == 1
    assert not page.locator(".gallery-missing").is_visible()


@SCRIPTS
@pytest.mark.parametrize("broken", ["gallery-input.js", "arranging.js"])
def test_a_script_that_does_not_come_leaves_the_form_as_it_is(broken, visit, anna, album):
    page = visit(anna)
    page.route(re.compile(rf"/dist/{broken}"), lambda route: route.abort())
    page.goto(reverse("edit-album", args=[album.pk]))
    page.wait_for_load_state("networkidle")
    form = GalleryForm(page)
    if broken == "gallery-input.js":
        assert form.input("order", album.photos[0]).is_visible()
        form.arrange(*reversed(album.photos))
    else:
        Enhanced(page).wait().move(album.photos[1], 1)
    form.add("new.jpg")
    if broken != "gallery-input.js":
        assert Enhanced(page).holds(3)
    form.save()
    page.faults[:] = [each for each in page.faults if broken not in each and "import" not in each]

    assert names_of(album) == ["two.jpg", "one.jpg", "new.jpg"]


@SCRIPTS
def test_a_layout_of_crispy_forms_holds_it_whole(visit, anna, sound):
    images = [image.pk for image in uploaded(anna, "one.jpg", "two.jpg", "three.jpg")]
    owner = Diptych.objects.create(title="Both", left=images[:2], right=images[2:])
    page = visit(anna)
    page.goto(reverse("fit-crispy", args=[owner.pk]))
    left, right = Enhanced(page, "left").wait(), Enhanced(page, "right").wait()
    assert not page.locator(".gallery-missing").first.is_visible()
    assert "mine" in right.element.get_attribute("class").split()
    sound(page, within="gallery-input")
    left.move(images[1], 1)
    right.choose(file("new.jpg"))
    assert right.holds(2)
    press(page, "Save", exact=True)
    owner = again(owner)

    assert list(owner.left) == [images[1], images[0]]
    assert [each.name for each in owner.right.images()] == ["three.jpg", "new.jpg"]


def test_a_closed_gallery_is_only_looked_at(visit, anna, album, javascript):
    page = visit(anna)
    page.goto(reverse("disabled", args=[album.pk]))
    element = page.locator("gallery-input")
    if javascript:
        element.and_(page.locator(".gallery-enhanced")).wait_for()

    assert element.locator("img.gallery-thumbnail").count() == 2
    assert element.locator("input:not([type=hidden]), textarea, select").count() == 0
    assert element.locator(f"button:visible, {MADE} button:visible").count() == 0
    assert element.locator("template").count() == 0
    if javascript:
        element.locator("a.gallery-link").first.click()
        assert page.locator("dialog[open]").count() == 1


@SCRIPTS
def test_what_a_script_adds_looks_as_the_templates_of_the_project_say(visit, anna, album, sound):
    page = visit(anna)
    page.goto(reverse("fit-own", args=[album.pk]))
    gallery = Enhanced(page).wait()
    assert gallery.input.evaluate("each => each.labels[0].textContent") == "Bring prints"
    assert page.get_by_text("The best ones first, please.").is_visible()
    assert gallery.element.get_attribute("data-team") == "darkroom"
    assert "wide" in gallery.element.get_attribute("class").split()
    gallery.choose(file("new.jpg"))
    assert gallery.holds(3)
    items = gallery.element.locator("li.gallery-item")

    assert items.locator(".credit:visible").count() == 3
    assert items.locator("input[name*='-alt-']:visible").count() == 3
    assert items.locator("[name*='-caption-']").count() == 0
    assert items.locator('[data-do="edit"]:visible').count() == 0
    assert not gallery.input.evaluate("each => each.multiple")
    sound(page, within="gallery-input")
    press(page, "Save", exact=True)
    assert names_of(album) == ["one.jpg", "two.jpg", "new.jpg"]
