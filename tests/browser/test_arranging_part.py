"""A gallery too long for the script to arrange: a page of it, where people type and tick themselves."""

import pytest
from django.urls import reverse

from gallery_events.forms import showing
from tests.browser.arranging import saved, with_scripts
from tests.browser.galleryform import GalleryForm
from tests.browser.people import poster_of, uploaded
from tests.browser.uploading import Uploading, chosen
from tests.factories import again
from tests.project.models import Poster

pytestmark = with_scripts


@pytest.fixture
def poster(carla, monkeypatch):
    monkeypatch.setattr(showing, "MOST_AT_ONCE", 120)
    return poster_of(205, carla)


@pytest.fixture
def gallery(visit, carla, poster):
    page = visit(carla)
    page.goto(reverse("edit-poster", args=[poster.pk]) + "?photos-page=2")
    return Uploading(page).wait()


def names(*numbers):
    return [f"{number}.jpg" for number in numbers]


def test_a_picture_that_comes_to_a_page_of_it_moves_no_other_one(gallery, poster):
    gallery.choose(chosen("new.png"))
    assert gallery.holds(101)
    GalleryForm(gallery.page).save()

    assert saved(poster) == [*names(*range(1, 206)), "new.png"]


def test_what_is_typed_and_ticked_stays_when_a_picture_comes(gallery, poster):
    form = GalleryForm(gallery.page)
    form.input("order", poster.photos[149]).fill("3")
    form.input("remove", poster.photos[119]).check()
    gallery.choose(chosen("new.png"))
    assert gallery.holds(101)
    form.save()

    rest = [number for number in range(3, 206) if number not in (120, 150)]
    assert saved(poster) == [*names(1, 2, 150, *rest), "new.png"]


def test_an_edited_picture_stands_where_the_first_one_stood(gallery, poster, carla):
    one, other = poster.photos[104], uploaded(carla, "edited.jpg", owner=Poster)[0].pk
    gallery.run(
        "(element, [key, id]) => void element.replace(key, { id, name: 'edited.jpg', edit: {} })",
        [str(one), str(other)],
    )
    GalleryForm(gallery.page).save()

    assert again(poster).photos == [*poster.photos[:104], other, *poster.photos[105:]]


def test_it_has_no_button_that_does_nothing(gallery, sound):
    found = gallery.element.locator(".gallery-items [data-do]")
    assert set(found.evaluate_all("all => all.map(each => each.dataset.do)")) == {"edit"}
    sound(gallery.page)


def test_what_is_to_be_removed_stays_in_sight_when_the_form_comes_back(gallery, poster):
    form = GalleryForm(gallery.page)
    form.input("remove", poster.photos[119]).check()
    gallery.page.locator("main form").evaluate("form => form.noValidate = true")
    gallery.page.get_by_label("Title").fill("")
    form.save()
    gallery.wait()
    assert form.input("remove", poster.photos[119]).is_checked()
    form.input("remove", poster.photos[119]).uncheck()
    gallery.page.get_by_label("Title").fill("Many")
    form.save()

    assert again(poster).photos == poster.photos
