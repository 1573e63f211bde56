"""Why an image went, when, by which run, and whether it can still be had back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, Tombstone
from tests import NOW
from tests.factories import make_image
from tests.project.models import Album, Photo
from tests.sweeping import DAY, make_trashed, save_at

pytestmark = pytest.mark.django_db

CURE = "manage.py gallery_trash rescue {} --model gallery_events.Image"


def told(image, *, now=NOW):
    """Return the state and the lines of one that is gone."""
    found = explain(image, now=now)
    return found.state, list(found.lines)


def test_purged_it_says_when_and_why_and_on_which_evidence():
    image = make_trashed()
    run = sweep(now=NOW).run
    assert told(image.pk) == (
        "purged",
        [
            f"purged on 1 May by run {run}: nothing named it during its time in the trash",
            "in the trash since 24 April",
            "judged by a retention of 30 days and a trash of 7 days",
            "uploaded on 17 April",
            "its files are to be removed from 2 May on",
            f"until then '{CURE.format(image.pk)}' brings it back",
        ],
    )
    assert explain(image.pk).can_be_rescued


def test_it_names_the_sources_that_were_asked(settings):
    def newsletter(images):
        return []

    source = {"SOURCES": [newsletter]}
    settings.GALLERY_EVENTS = {**source, "RETENTION_DAYS": None, "TRASH_DAYS": 2.5}
    image = make_trashed()
    sweep(now=NOW)
    line = "judged by a retention of no end and a trash of 2.5 days; asked: "
    (found,) = (each for each in told(image.pk)[1] if each.startswith(line))
    assert found.endswith("newsletter")


def test_it_says_where_it_was_last_and_who_took_it_out():
    image = make_image(review_after=NOW)
    album = save_at(Album(title="Summer", photos=[image.pk]), NOW - 90 * DAY)
    album.photos = []
    save_at(album, NOW - 60 * DAY)
    sweep(now=NOW)
    sweep(now=NOW + 7 * DAY)
    line = f"last in Album {album.pk} 'Summer', by its snapshot 1 (taken out on 2 March)"
    assert line in told(image.pk)[1]


def test_it_says_what_became_of_its_files():
    image = make_trashed()
    sweep(now=NOW)
    assert "its files are to be removed by the next sweep" in told(image.pk, now=NOW + DAY)[1]
    Tombstone.objects.update(attempts=1, last_error="no route")
    found = explain(image.pk, now=NOW)
    assert not found.can_be_rescued
    assert found.lines[-1] == (
        "its files are to be removed from 2 May on, after 1 attempt (no route); it cannot be had "
        "back, because nobody knows which of them are left"
    )
    Tombstone.objects.update(attempts=10)
    dead = "its files could not be removed: no route; nobody tries any more"
    assert told(image.pk)[1][-1] == dead
    Tombstone.objects.update(attempts=0, last_error="")
    sweep(now=NOW + 2 * DAY)
    assert told(image.pk)[1][-1] == "its files were removed on 3 May"


def test_of_a_model_that_is_not_installed_any_more_it_says_what_the_tombstone_knows():
    image = make_trashed()
    sweep(now=NOW)
    Tombstone.objects.update(image_model="gone.Image")
    state, lines = told(image.pk)
    assert state == "purged"
    assert not [line for line in lines if line.startswith("last in")]


def test_a_tombstone_of_an_earlier_release_says_what_it_can():
    image = make_trashed()
    sweep(now=NOW)
    Tombstone.objects.update(evidence={}, columns={})
    assert told(image.pk)[1][0] == "purged on 1 May: nothing named it during its time in the trash"


def test_the_queries_do_not_grow_with_the_galleries_it_was_in():
    def costs(albums):
        image = make_image(review_after=NOW)
        for _ in range(albums):
            album = save_at(Album(title="Summer", photos=[image.pk]), NOW - 90 * DAY)
            album.photos = []
            save_at(album, NOW - 60 * DAY)
        sweep(now=NOW)
        sweep(now=NOW + 7 * DAY)
        with CaptureQueriesContext(connection) as queries:
            explain(image.pk)
        return len(queries)

    assert costs(1) == costs(12)


def test_so_it_is_said_as_json():
    photo = make_trashed(Photo)
    sweep(now=NOW)
    found = explain(photo.pk, now=NOW).as_json()
    assert (found["state"], found["image"], found["key"], found["earliest"]) == (
        *("purged", "project.Photo", str(photo.pk)),
        None,
    )
    assert found["can_be_rescued"] is True
    assert not Image.objects.exists()
