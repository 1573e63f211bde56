"""Recipes 17 to 21: removers that lost their claim, and people who take an image back."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows import trash
from gallery_events.flows.steps import claims, files
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Tombstone
from gallery_events.signals import files_removed, image_purged
from tests import NOW
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.recipes.dump import nothing_written
from tests.faults.world import files as stored
from tests.faults.world import new_image, trashed_images
from tests.project.models import Album, Article

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(days=1)


@pytest.fixture
def purged():
    """Return the key of an image whose row is gone and whose file is not, and its tombstone."""
    (image,) = trashed_images(1, now=NOW)
    key, name = image.pk, image.file.name
    assert sweep(now=NOW).purged == 1
    return key, name, Tombstone.objects.get()


def lapsed():
    return timezone.now() + claims.CLAIMED_FOR


@pytest.mark.parametrize("wakes", ["hang", "hang_after"])
def test_recipe_17_a_remover_that_wakes_after_its_claim_lapsed_harms_nobody(script, purged, wakes):
    told = []

    def listen(tombstone, names, **kwargs):
        told.append(tombstone.pk)

    files_removed.connect(listen)
    script.then("delete", wakes)
    try:
        with actors(2) as (zombie, other):
            sleeping = zombie.start(sweep, now=LATER)
            script.gate.wait_until_reached()
            second = other.do(sweep, now=LATER, clock=lapsed)
            fresh = new_image(now=NOW)
            script.gate.open()
            first = sleeping.result(PATIENCE)
    finally:
        files_removed.disconnect(listen)
    assert (second.files_removed, first.files_removed, first.failed) == (1, 0, 0)
    assert told == [purged[2].pk], "it is told once"
    assert Tombstone.objects.get().done_at == LATER
    assert fresh.file.name in stored(), "no name is ever used again"


def test_recipe_17_a_zombie_could_delete_a_new_file_if_names_were_used_again(
    script, purged, promises
):
    """Seeded: this is why names are random."""
    _key, name, _stone = purged
    script.then("delete", "hang")
    with actors(2) as (zombie, other):
        sleeping = zombie.start(sweep, now=LATER)
        script.gate.wait_until_reached()
        other.do(sweep, now=LATER, clock=lapsed)
        storages["default"].save(name, ContentFile(b"another picture"))
        Image.objects.create(file=name, uploaded_at=NOW)
        script.gate.open()
        sleeping.result(PATIENCE)
    assert name not in stored()
    promises.broken = "a file is gone"


def test_recipe_18_once_a_remover_has_begun_nobody_gets_the_image_back(script, purged):
    _key, _name, stone = purged
    script.then("delete", "hang")
    with actors(1) as (remover,):
        removing = remover.start(sweep, now=LATER)
        script.gate.wait_until_reached()
        with pytest.raises(ImagesLost), nothing_written():
            trash.rescue(stone)
        script.gate.open()
        assert removing.result(PATIENCE).files_removed == 1


def test_recipe_18_before_that_it_comes_back_under_its_key_and_no_remover_touches_it(purged):
    key, name, stone = purged
    with actors(2) as (admin, remover):
        admin.begin()
        assert admin.do(trash.rescue, stone, now=NOW).pk == key
        removing = remover.start(sweep, now=LATER)
        waits_for(remover, admin, under_way=removing)
        admin.commit()
        assert removing.result(PATIENCE).files_removed == 0
    assert Image.objects.get().pk == key
    assert name in stored()
    assert not Tombstone.objects.exists()


def test_recipe_19_after_an_attempt_that_may_have_worked_nobody_gets_the_image_back(script, purged):
    _key, name, stone = purged
    script.then("delete", "error_after")
    assert sweep(now=LATER).failed == 1
    assert name not in stored()
    with pytest.raises(ImagesLost), nothing_written():
        trash.rescue(stone)
    Tombstone.objects.update(attempts=Tombstone.MAX_ATTEMPTS)
    assert files.retry_dead(now=LATER) == 1
    with pytest.raises(ImagesLost):
        trash.rescue(stone)


def test_recipe_19_whoever_sets_the_attempts_back_by_hand_is_told_which_file_is_missing(
    script, purged
):
    _key, name, stone = purged
    script.then("delete", "error_after")
    sweep(now=LATER)
    Tombstone.objects.update(attempts=0)
    with pytest.raises(ImagesLost, match=f"{name} are missing"), nothing_written():
        trash.rescue(stone, now=NOW)


def test_recipe_19_without_that_question_a_row_would_come_back_without_its_file(
    script, purged, promises
):
    """Seeded: a storage that says of a file that it is there when it is not."""
    script.then("delete", "error_after")
    sweep(now=LATER)
    Tombstone.objects.update(attempts=0)
    script.then("exists", "there")
    trash.rescue(purged[2], now=NOW)
    promises.broken = "a file is gone"


def test_recipe_20_a_rescue_by_hand_waits_for_the_purge_and_is_told_that_it_is_too_late():
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (sweeper, admin), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        rescuing = admin.start(trash.rescue, image, now=NOW)
        waits_for(admin, sweeper, under_way=rescuing)
        gate.open()
        assert sweeping.result(PATIENCE).purged == 1
        with pytest.raises(ImagesLost):
            rescuing.result(PATIENCE)
    assert Tombstone.objects.count() == 1


def test_recipe_20_a_purge_leaves_an_image_alone_that_somebody_is_rescuing():
    (image,) = trashed_images(1, now=NOW)
    with actors(2) as (admin, sweeper):
        admin.begin()
        admin.do(trash.rescue, image, now=NOW)
        sweeping = sweeper.start(sweep, now=NOW)
        waits_for(sweeper, admin, under_way=sweeping)
        admin.commit()
        assert sweeping.result(PATIENCE).purged == 0
    assert Image.objects.get().trashed_at is None
    assert not Tombstone.objects.exists()


def test_recipe_21_nobody_deletes_an_image_by_hand_past_the_trash():
    image, free = trashed_images(2, now=NOW)
    Article.objects.create(lead=image)
    with nothing_written():
        for delete in (image.delete, Image.objects.all().delete, free.delete):
            with pytest.raises(GalleryError, match="trash"):
                delete()


def test_recipe_21_the_trash_names_what_still_uses_an_image():
    image = new_image(now=NOW)
    Album.objects.create(title="Summer", photos=[image.pk])
    with pytest.raises(GalleryError, match=r"in photos of .*album"), nothing_written():
        trash.trash(image, now=NOW)
