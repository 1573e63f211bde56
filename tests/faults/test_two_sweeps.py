"""Any number of sweeps may run at once."""

from datetime import timedelta

import pytest
from django.db import transaction

from gallery_events import conf
from gallery_events.domain.report import SweepReport
from gallery_events.flows import loading
from gallery_events.flows.steps import expire, run
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from gallery_events.signals import image_purged, image_trashed
from tests import NOW
from tests.faults import laws, seeds
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.world import GRACE, RETENTION, files, new_image, new_images, trashed_images
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + RETENTION


def two_last_references():
    """Return the keys of the only references to an image, both of which have run out at LATER."""
    image = new_image(now=NOW)
    for _ in range(2):
        album = Album(title="old", photos=[image.pk])
        album._history_date = NOW
        album.save()
        album.photos = []
        album.save()
    Image.objects.update(review_after=None)
    return list(Reference.objects.order_by("pk").values_list("pk", flat=True))


def expire_one(key):
    """Expire one reference, as a sweep does whose batch ends behind it."""
    report = SweepReport(now=LATER)
    this = run.Run(now=LATER, settings=conf.current(), report=report, clock=lambda: NOW)
    with transaction.atomic():
        expire._expire_batch(this, Image, [key], using="default")


def expire_both():
    """Let two sweeps expire one of the last two references each; tell whether one waited."""
    first, second = two_last_references()
    with actors(2) as (one, other):
        one.begin()
        one.do(expire_one, first)
        expiring = other.start(expire_one, second)
        waited = waits_for(other, one, under_way=expiring)
        one.commit()
        expiring.result(PATIENCE)
    return waited


def test_two_sweeps_that_expire_the_last_two_references_do_not_forget_the_image():
    assert expire_both()
    assert not Reference.objects.exists()
    laws.orphans_are_candidates()


@pytest.mark.postgresql
def test_without_the_lock_the_image_is_forgotten(monkeypatch):
    """Seeded: the machine takes one step at a time, so this order of two shows it."""
    seeds.unlock(monkeypatch, "NO KEY UPDATE")
    assert not expire_both()
    with pytest.raises(laws.Broken, match="law 1"):
        laws.orphans_are_candidates()


def expire_beside_a_fixture():
    """Let a fixture take away one of the last two references, and a sweep the other."""
    first, second = two_last_references()
    album = Album.objects.get(pk=Reference.objects.get(pk=second).object_id)
    gallery = Album._meta.get_field("photos")
    with actors(2) as (sweeper, loader):
        sweeper.begin()
        sweeper.do(expire_one, first)
        loader.begin()
        replacing = loader.start(
            loading._replace, Album, album.pk, gallery, [], first=1, using="default"
        )
        waited = waits_for(loader, sweeper, under_way=replacing)
        sweeper.commit()
        replacing.result(PATIENCE)
        loader.commit()
    return waited


@pytest.mark.postgresql
def test_a_fixture_that_takes_the_other_of_the_last_two_references_waits():
    assert expire_beside_a_fixture()
    assert not Reference.objects.exists()
    laws.orphans_are_candidates()


@pytest.mark.postgresql
def test_two_sweeps_review_different_images_and_do_together_what_one_would():
    images = trashed_images(6, now=NOW)
    with actors(2) as (one, other), held_at(image_purged) as gate:
        sweeping = one.start(sweep, now=NOW, limit=3)
        gate.wait_until_reached()
        skipped = other.do(sweep, now=NOW, limit=3)
        gate.open()
        first = sweeping.result(PATIENCE)
    last = sweep(now=NOW)
    assert (first.purged, skipped.purged, last.purged) == (3, 0, 3)
    stones = Tombstone.objects.values_list("key", flat=True)
    assert sorted(stones) == sorted(str(image.pk) for image in images), "each exactly once"


@pytest.mark.sqlite
def test_a_second_sweep_waits_for_the_first_and_finds_nothing_left():
    images = trashed_images(4, now=NOW)
    with actors(2) as (one, other), held_at(image_purged) as gate:
        sweeping = one.start(sweep, now=NOW)
        gate.wait_until_reached()
        waiting = other.start(sweep, now=NOW)
        assert waits_for(other, one, under_way=waiting)
        gate.open()
        purged = [sweeping.result(PATIENCE).purged, waiting.result(PATIENCE).purged]
    assert purged == [4, 0]
    assert Tombstone.objects.count() == len(images)


@pytest.mark.postgresql
def test_two_sweeps_that_purge_copies_of_each_others_originals_do_not_deadlock(monkeypatch):
    monkeypatch.setitem(run.BATCH, "postgresql", 2)
    first, second = new_images(2, now=NOW)
    copies = trashed_images(2, now=NOW)
    for copy, original in zip(copies, (first, second), strict=True):
        Image.objects.filter(pk=copy.pk).update(original=original)
    order = [copies[0], second, copies[1], first]
    for at, image in enumerate(order):
        moment = NOW - timedelta(hours=10 - at)
        Image.objects.filter(pk=image.pk).update(review_after=moment)
    with actors(2) as (one, other), held_at(image_purged) as gate:
        sweeping = one.start(sweep, now=NOW, limit=2)
        gate.wait_until_reached()
        image_purged.disconnect(gate)
        assert other.do(sweep, now=NOW).failed == 0
        gate.open()
        assert sweeping.result(PATIENCE).failed == 0
    assert set(Image.objects.all()) == {first, second}
    laws.orphans_are_candidates()


def test_many_sweeps_at_once_do_what_one_would(settings):
    settings.GALLERY_EVENTS = {"FILE_DELAY_HOURS": 0}
    gone = trashed_images(12, now=NOW)
    orphans = new_images(12, now=NOW - GRACE)
    removed = sum(len(image.file_names()) for image in gone)
    with actors(3) as sweepers:
        under_way = [each.start(sweep, now=NOW) for each in sweepers]
        reports = [each.result(PATIENCE) for each in under_way]
        reports += [each.do(sweep, now=NOW) for each in sweepers[:1]]
    totals = {
        name: sum(getattr(each, name) for each in reports)
        for name in ("purged", "trashed", "files_removed", "failed")
    }
    assert totals == {"purged": 12, "trashed": 12, "files_removed": removed, "failed": 0}
    assert set(Image.objects.all()) == set(orphans)
    assert len(files()) == len(orphans)


@pytest.mark.postgresql
def test_a_sweep_goes_past_what_another_one_is_reviewing():
    old, *rest = new_images(3, now=NOW - GRACE)
    with actors(2) as (one, other), held_at(image_trashed) as gate:
        sweeping = one.start(sweep, now=NOW, limit=1)
        gate.wait_until_reached()
        image_trashed.disconnect(gate)
        assert other.do(sweep, now=NOW).trashed == len(rest)
        gate.open()
        assert sweeping.result(PATIENCE).trashed == 1
    assert not Image.objects.filter(trashed_at__isnull=True).exists()
    assert Image.objects.get(pk=old.pk).trashed_at == NOW
