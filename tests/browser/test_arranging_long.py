"""A gallery longer than a page of the form: the script shows it whole, and sends what changed."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.browser.galleryform import GalleryForm
from tests.browser.patience import wait_until
from tests.browser.people import superuser, uploaded
from tests.factories import again
from tests.project.models import Photo, Poster

pytestmark = pytest.mark.sqlite

MANY = 1000
#: From a key being pressed to the page having been drawn anew.
PROMPT = 200

TOOK = """([selector, key]) => new Promise((done) => {
  const before = performance.now();
  const target = document.querySelector(selector);
  target.focus();
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - before)));
})"""


@pytest.fixture
def javascript():
    """Tell that pages run scripts: without them a long gallery has pages, as other tests say."""
    return True


@pytest.fixture
def carla(transactional_db):
    return superuser()


@pytest.fixture
def poster(carla):
    """Return a poster of very many images, whose thumbnails are one file."""
    (first,) = uploaded(carla, "beach.jpg", owner=Poster)
    columns = {each.attname: getattr(first, each.attname) for each in Photo._meta.concrete_fields}
    copies = [
        Photo(**{**columns, "id": uuid4(), "name": f"{number}.jpg", "file": f"{number}.jpg"})
        for number in range(1, MANY + 1)
    ]
    Photo.objects.bulk_create(copies)
    return Poster.objects.create(title="Many", photos=[each.pk for each in copies])


@pytest.fixture
def form(visit, carla, poster):
    page = visit(carla)
    page.goto(reverse("edit-poster", args=[poster.pk]))
    return GalleryForm(page)


def test_one_from_place_900_goes_to_3_and_one_of_the_last_page_is_removed(form, poster):
    ids = list(poster.photos)
    assert not form.page.get_by_role("navigation", name="Pages of images").first.is_visible()
    form.place(ids[899], 3)
    form.remove(ids[989])
    form.input("alt", ids[949]).fill("The last but fifty")
    form.save()
    moved = [ids[899], *[key for key in ids[2:] if key not in (ids[899], ids[989])]]

    assert again(poster).photos == ids[:2] + moved
    assert Photo.objects.get(pk=ids[949]).alt == "The last but fifty"


def test_all_of_them_are_turned_round_and_saved(form, poster):
    form.gallery.locator('[data-do="sorts"]').click()
    form.gallery.locator('[data-by="reverse"]').click()
    form.save()

    assert again(poster).photos == list(poster.photos)[::-1]


def test_the_first_interaction_takes_no_time_that_is_felt(form, poster):
    form.page.wait_for_load_state("load")
    took = form.page.evaluate(TOOK, [".gallery-handle", "ArrowRight"])

    assert form.keys()[:2] == [str(each) for each in poster.photos[1::-1]]
    assert took < PROMPT


def test_no_later_interaction_takes_longer_once_all_images_are_there(form, poster):
    everything = form.gallery.locator("li.gallery-item")
    assert wait_until(form.page, lambda: everything.count() == MANY)
    took = [
        form.page.evaluate(TOOK, [".gallery-handle", key])
        for key in ("End", "ArrowRight", "Home", "ArrowLeft")
    ]

    assert max(took) < PROMPT, took
