"""Recipes 43 to 56: clocks, settings, the wrong world, and too much at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from gallery_events.exceptions import SweepRefused
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, StorageClaim, Tombstone
from tests import NOW
from tests.faults.driver import actors
from tests.faults.world import GRACE, RETENTION, new_image, new_images, trashed_images
from tests.project.models import Album
from tests.sweeping import DAY, save_at, state, unreviewed

HOUR = timedelta(hours=1)


def trashed(*, now=NOW):
    """Return an image that may be purged at that moment."""
    return trashed_images(1, now=now)[0]


def album_at(when, number=1):
    """Return an album that was first saved then, with so many images."""
    photos = [image.pk for image in new_images(number, now=when)]
    return save_at(Album(title="Summer", photos=photos), when)


pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.postgresql
@pytest.mark.parametrize("away", [-HOUR, HOUR])
def test_recipe_43_a_clock_an_hour_off_refuses_and_names_both(away):
    image = trashed(now=timezone.now() - 30 * DAY)
    with pytest.raises(SweepRefused, match="clock of the database 'default'"):
        sweep(clock=lambda: timezone.now() + away, first_run_ok=True)

    assert state(image) == "trashed"


def test_recipe_44_a_clock_that_jumped_back_makes_nothing_due_earlier():
    waiting, in_trash = new_image(now=NOW - GRACE), trashed()
    for back in (timedelta(seconds=1), HOUR, DAY, 400 * DAY):
        report = sweep(now=NOW - back)
        assert (report.trashed, report.purged, report.expired) == (0, 0, 0)

    assert (state(waiting), state(in_trash)) == ("kept", "trashed")
    assert sweep(now=NOW).purged == 1


def test_recipe_44_the_hour_that_comes_twice_is_two_hours():
    zone = timezone.get_fixed_timezone(120)
    image = trashed()
    early = (NOW - timedelta(microseconds=1)).astimezone(zone)

    assert sweep(now=early).purged == 0
    assert sweep(now=NOW.astimezone(timezone.get_fixed_timezone(60))).purged == 1
    assert state(image) == "purged"


@pytest.mark.postgresql
def test_recipe_45_a_transaction_that_began_long_ago_loses_no_image():
    album = album_at(NOW)
    (key,) = album.photos
    with actors(1) as (slow,):
        slow.begin()
        album.photos = []
        slow.do(save_at, album, NOW + HOUR)
        assert sweep(now=NOW + RETENTION + DAY).expired == 0
        slow.commit()

    assert Reference.objects.get(image_id=key).until == NOW + HOUR
    assert sweep(now=NOW + RETENTION).expired == 0
    assert Image.objects.filter(pk=key, trashed_at=None).exists()
    assert not unreviewed().exists()


@pytest.mark.parametrize(
    "lowered",
    [
        {"RETENTION_DAYS": 0},
        {"RETENTION_DAYS": "7"},
        {"RETENTION_DAYS": timedelta(-1)},
        {"TRASH_DAYS": 0.5},
        {"UPLOAD_GRACE_DAYS": False},
    ],
    ids=str,
)
def test_recipe_46_what_cannot_be_meant_refuses(lowered):
    image = trashed()
    with (
        override_settings(GALLERY_EVENTS=lowered),
        pytest.raises(SweepRefused, match="Give a number of days"),
    ):
        sweep(now=NOW)

    assert state(image) == "trashed"


def test_recipe_46_a_lowered_retention_acts_only_when_two_runs_a_day_apart_have_seen_it(promises):
    album = album_at(NOW - 50 * DAY)
    album.photos = []
    save_at(album, NOW - 40 * DAY)
    with override_settings(GALLERY_EVENTS={"RETENTION_DAYS": 90}):
        sweep(now=NOW)
    assert sweep(now=NOW + HOUR).expired == 0
    assert sweep(now=NOW + 12 * HOUR).expired == 0
    assert sweep(now=NOW + DAY + HOUR).expired == 1
    promises.at = NOW + DAY + HOUR


def test_recipe_47_a_raised_retention_holds_what_had_not_run_out(promises):
    album = album_at(NOW - 20 * DAY)
    album.photos = []
    save_at(album, NOW - 20 * DAY)
    sweep(now=NOW)
    with override_settings(GALLERY_EVENTS={"RETENTION_DAYS": 90}):
        assert sweep(now=NOW + 60 * DAY).expired == 0
        assert sweep(now=NOW + 70 * DAY).expired == 1
    promises.at = NOW + 70 * DAY


def test_recipe_48_a_database_that_the_storage_does_not_know_refuses():
    sweep(now=NOW)
    image = trashed()
    claim = StorageClaim.objects.get()
    claim.fingerprint = {**claim.fingerprint, "name": "production"}
    claim.save()
    with pytest.raises(SweepRefused, match="is a copy"):
        sweep(now=NOW)

    assert state(image) == "trashed"


def test_recipe_49_a_database_older_than_its_storage_refuses():
    trashed()
    sweep(now=NOW)
    before = dict(StorageClaim.objects.values_list("pk", "epoch"))
    assert sweep(now=NOW + 2 * DAY).files_removed == 1
    for pk, epoch in before.items():
        StorageClaim.objects.filter(pk=pk).update(epoch=epoch)
    image = trashed()
    with pytest.raises(SweepRefused, match="restored from an older backup"):
        sweep(now=NOW + 3 * DAY)

    assert state(image) == "trashed"


def test_recipe_51_a_follower_refuses():
    image = trashed()
    on, off = {
        "sqlite": ("PRAGMA query_only = on", "PRAGMA query_only = off"),
        "postgresql": (
            "SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
        try:
            with pytest.raises(SweepRefused, match="replica or read-only"):
                sweep(now=NOW, dry_run=True)
        finally:
            cursor.execute(off)

    assert state(image) == "trashed"


def newsletter(images):
    """Answer as a source that uses everything."""
    return {image.pk for image in images}


def test_recipe_52_a_source_that_is_uninstalled_refuses():
    image = trashed()
    with override_settings(GALLERY_EVENTS={"SOURCES": [newsletter]}):
        assert sweep(now=NOW).rescued == 1
    with pytest.raises(SweepRefused, match="newsletter was there at the last run"):
        sweep(now=NOW + 60 * DAY)

    assert state(image) == "kept"


def _fails(images):
    if images:
        message = "the shop does not answer"
        raise ConnectionError(message)
    return set()


def test_recipe_53_a_source_that_fails_keeps_everything_and_the_run_is_partial():
    images = [trashed(), new_image(now=NOW - GRACE)]
    with override_settings(GALLERY_EVENTS={"SOURCES": [_fails]}):
        report = sweep(now=NOW)

    assert (report.exit_code, report.kept, report.purged) == (2, 2, 0)
    assert [state(image) for image in images] == ["trashed", "kept"]


def test_recipe_54_a_bug_that_orphans_half_of_everything_stops_before_the_purge():
    images = trashed_images(60, now=NOW)
    album_at(NOW, 60)
    report = sweep(now=NOW)

    assert (report.exit_code, report.purged) == (4, 0)
    assert {state(image) for image in images} == {"trashed"}
    assert sweep(now=NOW + DAY).exit_code == 4


def test_recipe_55_a_thin_loss_every_day_stops_within_the_week():
    album_at(NOW, 100)
    codes = []
    for day in range(4):
        trashed_images(4, now=NOW + day * DAY)
        codes.append(sweep(now=NOW + day * DAY).exit_code)

    assert codes[0] == 0
    assert codes[-1] == 4
    assert Tombstone.objects.count() <= 12


def test_recipe_56_a_tiny_site_may_purge_all_it_no_longer_needs_and_not_more_than_a_count():
    images = trashed_images(10, now=NOW)
    with override_settings(GALLERY_EVENTS={"BREAKER": {"PER_RUN": 5}}):
        assert sweep(now=NOW).exit_code == 4
    assert {state(image) for image in images} == {"trashed"}
