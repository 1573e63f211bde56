"""A save and a purge that want the same image: the database lets one of them through at a time."""

import pytest

from gallery_events.exceptions import ImagesLost
from gallery_events.flows import restore
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference, Tombstone
from gallery_events.signals import image_purged, image_trashed, snapshot_recorded
from tests import NOW
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.world import GRACE, RETENTION, TRASH, new_image, trashed_images
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)


def create(*ids):
    return Album.objects.create(title="late", photos=list(ids))


@pytest.mark.postgresql
def test_a_purge_skips_the_image_of_a_save_that_is_open():
    image, other = trashed_images(2, now=NOW)
    with actors(2) as (saver, sweeper):
        saver.begin()
        album = saver.do(create, image.pk)
        report = sweeper.do(sweep, now=NOW)
        saver.commit()
    assert report.purged == 1
    assert not Image.objects.filter(pk=other.pk).exists()
    assert album.photos.missing() == []
    assert Image.objects.get(pk=image.pk).trashed_at is None


@pytest.mark.sqlite
def test_a_purge_waits_for_a_save_that_is_open_and_then_keeps_its_image():
    image, other = trashed_images(2, now=NOW)
    with actors(2) as (saver, sweeper):
        saver.begin()
        album = saver.do(create, image.pk)
        sweeping = sweeper.start(sweep, now=NOW)
        assert waits_for(sweeper, saver, under_way=sweeping)
        saver.commit()
        report = sweeping.result(PATIENCE)
    assert (report.purged, report.cleared) == (1, 1)
    assert album.photos.missing() == []
    assert set(Image.objects.all()) == {image}
    assert not Image.objects.filter(pk=other.pk).exists()


def test_a_save_waits_for_a_purge_and_then_says_what_is_lost():
    image, kept = trashed_images(2, now=NOW)
    Image.objects.filter(pk=kept.pk).update(trashed_at=NOW)
    with actors(2) as (sweeper, saver), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        saving = saver.start(create, kept.pk, image.pk)
        assert waits_for(saver, sweeper, under_way=saving)
        gate.open()
        with pytest.raises(ImagesLost) as lost:
            saving.result(PATIENCE)
        assert sweeping.result(PATIENCE).purged == 1
    assert lost.value.ids == [image.pk]
    assert not Album.objects.exists()
    assert not Album.history.exists()
    assert not Reference.objects.exists()
    assert Image.objects.get(pk=kept.pk).trashed_at is not None, "a refused save rescues nothing"


def test_a_save_that_waits_for_a_purge_gets_its_image_when_the_purge_is_undone():
    (image,) = trashed_images(1, now=NOW)

    def object_to(**kwargs):
        raise ArithmeticError

    with actors(2) as (sweeper, saver), held_at(image_purged) as gate:
        image_purged.connect(object_to)
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        saving = saver.start(create, image.pk)
        assert waits_for(saver, sweeper, under_way=saving)
        gate.open()
        assert sweeping.result(PATIENCE).failed == 1
        assert saving.result(PATIENCE).photos.missing() == []
        image_purged.disconnect(object_to)
    assert Image.objects.get().trashed_at is None
    assert not Tombstone.objects.exists()


def test_a_save_waits_for_a_review_and_takes_its_image_out_of_the_trash_again():
    image = new_image(now=NOW - GRACE)
    with actors(2) as (sweeper, saver), held_at(image_trashed) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        saving = saver.start(create, image.pk)
        assert waits_for(saver, sweeper, under_way=saving)
        gate.open()
        assert sweeping.result(PATIENCE).trashed == 1
        saving.result(PATIENCE)
    assert Image.objects.get().trashed_at is None


def test_a_rolled_back_save_leaves_what_it_rescued_in_the_trash_and_due():
    (image,) = trashed_images(1, now=NOW)
    with actors(1) as (saver,):
        saver.begin()
        saver.do(create, image.pk)
        saver.roll_back()
    assert Image.objects.get().trashed_at == NOW - TRASH
    assert sweep(now=NOW).purged == 1


def test_a_restore_waits_for_a_purge_and_then_says_what_is_lost():
    image, other = (new_image(now=NOW) for _ in range(2))
    album = create(image.pk)
    album.photos = [other.pk]
    album.save()
    Reference.objects.filter(image=image).delete()
    Image.objects.filter(pk=image.pk).update(trashed_at=NOW, review_after=NOW)
    later = NOW + RETENTION
    with actors(2) as (sweeper, admin), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=later)
        gate.wait_until_reached()
        restoring = admin.start(restore.restore, album, 1)
        assert waits_for(admin, sweeper, under_way=restoring)
        gate.open()
        with pytest.raises(ImagesLost) as lost:
            restoring.result(PATIENCE)
        assert sweeping.result(PATIENCE).purged == 1
    assert lost.value.ids == [image.pk]
    album.refresh_from_db()
    assert (album.gallery_version, album.photos) == (2, [other.pk])


@pytest.mark.postgresql
def test_a_purge_skips_the_images_of_a_restore_that_is_open():
    (image,) = trashed_images(1, now=NOW)
    album = create(image.pk)
    album.photos = []
    album.save()
    Reference.objects.all().delete()
    Image.objects.update(trashed_at=image.trashed_at, review_after=NOW)
    with actors(2) as (admin, sweeper), held_at(snapshot_recorded) as gate:
        restoring = admin.start(restore.restore, album, 1)
        gate.wait_until_reached()
        assert sweeper.do(sweep, now=NOW).purged == 0
        gate.open()
        assert restoring.result(PATIENCE).lists == {"photos": [image.pk]}
    assert album.photos.missing() == []


@pytest.mark.postgresql
def test_a_save_and_the_end_of_the_last_reference_do_not_lose_the_image():
    """Expiring does not see the new reference yet: the image is reviewed, and stays."""
    image = new_image(now=NOW)
    album = Album(title="old", photos=[image.pk])
    album._history_date = NOW
    album.save()
    album.photos = []
    album.save()
    Image.objects.update(review_after=None)
    with actors(2) as (saver, sweeper):
        saver.begin()
        saver.do(create, image.pk)
        report = sweeper.do(sweep, now=NOW + RETENTION)
        assert (report.expired, report.trashed, report.purged) == (1, 0, 0)
        saver.commit()
    assert Image.objects.get().review_after == NOW + RETENTION
    assert sweep(now=NOW + RETENTION).cleared == 1
    assert Image.objects.get().review_after is None
