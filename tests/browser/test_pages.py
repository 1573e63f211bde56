"""Every page: light and dark, on a phone and from right to left; nothing broken, nothing in the way."""

import pytest
from django.urls import reverse

from audit.models import Entry
from gallery_events.flows.sweep import sweep
from gallery_events.models import SweepRun, Tombstone
from tests import NOW
from tests.browser.clicks import leads, press
from tests.browser.conftest import PHONE
from tests.browser.people import superuser, uploaded
from tests.factories import again, make_album
from tests.project.models import Club, Diptych, Poster
from tests.sweeping import installed_before, make_trashed

# Which database answered is nothing that a page shows.
pytestmark = pytest.mark.sqlite

#: Without any place where a browser would break it by itself.
LONG = "Verylongname" * 14


def make_world():
    """Make an album with a past, a deleted one, images at every station, a run of the sweep."""
    carla = superuser()
    make_trashed()
    installed_before()
    sweep(now=NOW)
    image, second, third = uploaded(carla, "beach.jpg", f"{LONG}.jpg", "dune.png")
    deleted = make_album([second.pk])
    key = deleted.pk
    deleted.delete()
    album = make_album([image.pk, second.pk])
    album.title = f"Summer {LONG}"
    album.photos = [third.pk, image.pk]
    album.save()
    Club.objects.create(name="Friends of the lens")
    poster = Poster.objects.create(title="Spring")
    return {
        "carla": carla,
        "image": image,
        "album": album,
        "version": album.history.get(gallery_version=1),
        "deleted": key,
        "diptych": Diptych.objects.create(left=[second.pk, third.pk], right=[image.pk]),
        "poster": poster,
        "trashed": make_trashed(uploaded_by=carla),
        "tombstone": Tombstone.objects.get(),
        "run": SweepRun.objects.first(),
        # Its heading is the longest: words of the way there stand out among others only.
        "entry": Entry.objects.about_owner(poster).get(),
    }


PAGES = {
    "login": "/accounts/login/",
    "public-form-empty": "/album/add/",
    "public-form": "/album/{album.pk}/edit/",
    "public-two-galleries": "/diptych/{diptych.pk}/edit/",
    "public-several-owners": "/all/",
    "public-gallery": "/album/{album.pk}/",
    "public-lightboxes": "/lightbox/{diptych.pk}/",
    "public-gallery-empty": "/poster/{poster.pk}/",
    "timeline": "/gallery/timeline/project.album/{album.pk}/",
    "index": "/admin/",
    "changelist": "/admin/project/album/",
    "add": "/admin/project/album/add/",
    "change": "/admin/project/album/{album.pk}/change/",
    "history": "/admin/project/album/{album.pk}/history/",
    "history-of-deleted": "/admin/project/album/{deleted}/history/",
    "version": "/admin/project/album/{album.pk}/history/{version.pk}/",
    "restore": "/admin/project/album/{album.pk}/history/{version.pk}/restore/",
    "delete": "/admin/project/album/{album.pk}/delete/",
    "recover-list": "/admin/project/album/deleted/",
    "recover": "/admin/project/album/deleted/{deleted}/recover/",
    "images": "/admin/gallery_events/image/",
    "image": "/admin/gallery_events/image/{image.pk}/change/",
    "image-in-the-trash": "/admin/gallery_events/image/{trashed.pk}/change/",
    "image-to-the-trash": "/admin/gallery_events/image/{image.pk}/delete/",
    "image-pin": "/admin/gallery_events/image/{image.pk}/pin/",
    "image-upload": "/admin/gallery_events/image/add/",
    "image-edit": "/admin/gallery_events/image/{image.pk}/edit/",
    "tombstones": "/admin/gallery_events/tombstone/",
    "tombstone": "/admin/gallery_events/tombstone/{tombstone.pk}/change/",
    "runs": "/admin/gallery_events/sweeprun/",
    "run": "/admin/gallery_events/sweeprun/{run.pk}/change/",
    "trail": "/admin/gallery_audit/entry/",
    "trail-entry": "/admin/gallery_audit/entry/{entry.pk}/change/",
}


@pytest.fixture
def world(transactional_db):
    return make_world()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("javascript", [True], indirect=True, ids=["with-javascript"])
def test_a_page_is_sound_in_every_light_and_on_every_screen(visit, sound, world, name):
    page = visit(world["carla"])
    page.goto(PAGES[name].format(**world))
    sound(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    sound(page)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("javascript", [False], indirect=True, ids=["without-javascript"])
def test_a_page_is_sound_from_right_to_left(visit, sound, world, name):
    page = visit(world["carla"], language="he")
    page.goto(PAGES[name].format(**world))

    assert page.locator("html").get_attribute("dir") == "rtl"
    sound(page)
    page.set_viewport_size(PHONE)
    sound(page)


@pytest.mark.parametrize("javascript", [False], indirect=True, ids=["without-javascript"])
def test_a_gallery_of_very_many_images_is_sound_page_by_page(visit, sound, world):
    images = uploaded(world["carla"], *[f"{number}.jpg" for number in range(101)], owner=Poster)
    poster = Poster.objects.create(title="Many", photos=[image.pk for image in images])
    page = visit(world["carla"], size=PHONE)
    page.goto(reverse("edit-poster", args=[poster.pk]))
    sound(page)
    pages = page.get_by_role("navigation", name="Pages of images")
    leads(page, pages.first.get_by_role("link").last)

    assert page.locator('[name="photos-remove"]').count() == 1
    page.locator('[name="photos-remove"]').check()
    press(page, "Save")
    assert len(again(poster).photos) == 100
