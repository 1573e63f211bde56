"""A rescue from the grave against whoever removes the files, in either order, and a storage that lies."""

from datetime import timedelta

import pytest

from gallery_events.exceptions import ImagesLost
from gallery_events.flows.pins import pin
from gallery_events.flows.sweep import sweep
from gallery_events.flows.trash import rescue
from gallery_events.models import Image, Tombstone
from gallery_events.signals import image_purged, image_rescued
from tests import NOW
from tests.faults import laws
from tests.faults.driver import PATIENCE, Gate, actors, held_at, waits_for
from tests.faults.recipes.scripted import install
from tests.faults.world import files, trashed_images

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(days=1)


@pytest.fixture
def script(settings):
    return install(settings)


@pytest.fixture
def purged():
    """Return the key of a purged image, the name of its file, and its tombstone."""
    (image,) = trashed_images(1, now=NOW)
    assert sweep(now=NOW).purged == 1
    return image.pk, image.file.name, Tombstone.objects.get()


def test_whoever_removes_first_is_noticed_after_the_storage_was_asked(script, purged):
    """The storage said that the file is there; when the row would be written it is not."""
    _key, name, stone = purged
    script.then("exists", "hang_after")
    with actors(2) as (admin, remover):
        rescuing = admin.start(rescue, stone, now=NOW)
        script.gate.wait_until_reached()
        # And nobody waits for a storage meanwhile: no lock is held while it is asked.
        assert remover.do(sweep, now=LATER).files_removed == 1
        script.gate.open()
        with pytest.raises(ImagesLost, match="its files were removed on"):
            rescuing.result(PATIENCE)
    assert not Image.objects.exists()
    assert Tombstone.objects.get().done_at == LATER
    assert name not in files()


def test_a_remover_that_has_claimed_and_not_begun_is_noticed_too(script, purged):
    _key, name, stone = purged
    removal = Gate()
    script.then("exists", "hang_after")
    script.then("delete", removal)
    with actors(2) as (admin, remover):
        rescuing = admin.start(rescue, stone, now=NOW)
        script.gate.wait_until_reached()
        removing = remover.start(sweep, now=LATER)
        removal.wait_until_reached()
        script.gate.open()
        with pytest.raises(ImagesLost, match="the removal of its files has begun"):
            rescuing.result(PATIENCE)
        removal.open()
        assert removing.result(PATIENCE).files_removed == 1
    assert not Image.objects.exists()
    assert name not in files()


def test_whoever_rescues_first_keeps_the_files(script, purged):
    key, name, stone = purged
    with actors(2) as (admin, remover), held_at(image_rescued) as gate:
        rescuing = admin.start(rescue, stone, now=NOW)
        gate.wait_until_reached()
        removing = remover.start(sweep, now=LATER)
        waits_for(remover, admin, under_way=removing)
        gate.open()
        assert rescuing.result(PATIENCE).pk == key
        assert removing.result(PATIENCE).files_removed == 0
    assert script.names("delete") == []
    assert name in files()
    laws.orphans_are_candidates()
    # What was skipped is not forgotten: nothing is left to remove.
    assert sweep(now=LATER).files_removed == 0


def test_two_who_rescue_the_same_image_get_it_once(purged):
    key, _name, stone = purged
    with actors(2) as (one, other), held_at(image_rescued) as gate:
        first = one.start(rescue, stone, now=NOW)
        gate.wait_until_reached()
        image_rescued.disconnect(gate)
        second = other.start(rescue, stone, now=NOW)
        waits_for(other, one, under_way=second)
        gate.open()
        assert first.result(PATIENCE).pk == key
        with pytest.raises(ImagesLost, match="brought it back already"):
            second.result(PATIENCE)
    assert Image.objects.count() == 1


def test_a_pin_waits_for_a_purge_and_is_told_that_it_is_too_late():
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (sweeper, admin), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        pinning = admin.start(pin, image, until=LATER, reason="for the court", now=NOW)
        waits_for(admin, sweeper, under_way=pinning)
        gate.open()
        assert sweeping.result(PATIENCE).purged == 1
        with pytest.raises(ImagesLost):
            pinning.result(PATIENCE)


def test_a_purge_leaves_an_image_alone_that_somebody_is_pinning():
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (admin, sweeper):
        admin.begin()
        admin.do(pin, image, until=LATER, reason="for the court", now=NOW)
        sweeping = sweeper.start(sweep, now=NOW)
        waits_for(sweeper, admin, under_way=sweeping)
        admin.commit()
        assert sweeping.result(PATIENCE).purged == 0
    assert Image.objects.get().trashed_at is None
    laws.orphans_are_candidates()
