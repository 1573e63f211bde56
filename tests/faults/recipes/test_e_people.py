"""Recipes 57 to 66: forms left open, owners that come back, and what people may rely on."""

import pytest
from django.db import connection

from gallery_events.exceptions import ImagesLost
from gallery_events.flows import reconcile, restore
from gallery_events.flows.sweep import explain, sweep
from gallery_events.models import Image, Reference
from tests import NOW
from tests.factories import again, current
from tests.faults.recipes.dump import dump
from tests.faults.world import GRACE, RETENTION, TRASH, new_image, new_images, trashed_images
from tests.project.models import Album, Diptych
from tests.sweeping import DAY, save_at, state, sweep_daily

pytestmark = pytest.mark.django_db(transaction=True)


def album_at(when, images):
    """Return an album that was first saved then."""
    return save_at(Album(title="Summer", photos=[image.pk for image in images]), when)


def test_recipe_57_a_form_that_was_open_for_thirteen_days_finds_its_upload():
    image = new_image(now=NOW)
    sweep_daily(NOW, 14)
    album = album_at(NOW + 13 * DAY, [image])

    assert album.photos.missing() == []
    assert state(image) == "kept"


def test_recipe_57_and_even_one_that_was_open_until_the_trash_was_nearly_emptied():
    image = new_image(now=NOW)
    sweep_daily(NOW, 21)
    assert state(image) == "trashed"
    album_at(NOW + 20 * DAY, [image])

    assert state(image) == "kept"


def test_recipe_58_a_form_that_was_open_for_longer_names_the_image_and_keeps_the_rest():
    lost, kept = new_images(2, now=NOW)
    album = album_at(NOW, [kept])
    sweep(now=NOW + GRACE)
    sweep(now=NOW + GRACE + TRASH)
    album.photos = [kept.pk, lost.pk]
    with pytest.raises(ImagesLost, match="upload them again") as refused:
        save_at(album, NOW + 40 * DAY)

    assert refused.value.ids == [lost.pk]
    assert list(again(album).photos) == [kept.pk]


def test_recipe_59_an_old_tab_that_adds_what_was_removed_meanwhile_loses_nothing():
    first, second, third = new_images(3, now=NOW)
    album = album_at(NOW, [first, second])
    tab, other = again(album), again(album)
    other.photos.remove(second.pk)
    save_at(other, NOW + DAY)
    tab.photos.append(third.pk)
    save_at(tab, NOW + 2 * DAY)

    assert list(again(album).photos) == [first.pk, third.pk], "removed by one, added by the other"


def test_recipe_59_the_same_post_twice_changes_nothing_the_second_time():
    images = new_images(2, now=NOW)
    album = album_at(NOW, images[:1])
    for _ in range(2):
        post = Album.objects.get(pk=album.pk)
        post.photos = [image.pk for image in images]
        save_at(post, NOW + DAY)

    assert list(again(album).photos) == [image.pk for image in images]
    assert current(album) == {image.pk for image in images}


def test_recipe_61_an_owner_that_was_deleted_comes_back_whole_within_the_retention():
    images = new_images(3, now=NOW)
    album = album_at(NOW, images)
    pk = album.pk
    album._history_date = NOW + DAY
    album.delete()
    sweep_daily(NOW + 2 * DAY, 28)
    back = restore.undelete(Album, pk, now=NOW + 30 * DAY)

    assert list(back.photos) == [image.pk for image in images]
    assert back.photos.missing() == []


def test_recipe_62_an_owner_that_raw_sql_deleted_is_a_leak_until_it_is_reconciled(promises):
    image = new_image(now=NOW)
    album = album_at(NOW, [image])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Album._meta.db_table} WHERE id = {album.pk}")
    sweep(now=NOW + 100 * DAY)
    assert state(image) == "kept"

    reconcile.reconcile(Album, album.pk, now=NOW + 100 * DAY)
    assert Reference.objects.get().until == NOW + 100 * DAY
    sweep(now=NOW + 100 * DAY + RETENTION)
    assert state(image) == "trashed"
    promises.at = NOW + 100 * DAY + RETENTION


def test_recipe_63_an_image_that_is_taken_out_of_one_gallery_stays_for_the_others(promises):
    image = new_image(now=NOW)
    album = album_at(NOW, [image])
    diptych = save_at(Diptych(left=[image.pk], right=[image.pk]), NOW)
    album.photos = []
    save_at(album, NOW + DAY)
    diptych.left = []
    save_at(diptych, NOW + DAY)
    sweep_daily(NOW + 40 * DAY, 3)

    assert state(image) == "kept"
    assert f"Diptych {diptych.pk}" in str(explain(image, now=NOW + 43 * DAY))
    promises.at = NOW + 43 * DAY


def test_recipe_64_every_snapshot_within_the_retention_can_be_restored_whole():
    images = new_images(9, now=NOW)
    album = album_at(NOW, images[:1])
    for day in range(1, 9):
        album.photos = [images[day].pk]
        save_at(album, NOW + day * DAY)
        sweep(now=NOW + day * DAY)
    sweep_daily(NOW + 9 * DAY, 20)

    for version in range(1, 10):
        restore.restore(album, version, now=NOW + 29 * DAY)
        assert list(album.photos) == [images[version - 1].pk]
        assert album.photos.missing() == []


def test_recipe_66_a_dry_run_changes_nothing_and_says_exactly_what_the_next_run_does():
    images = [*trashed_images(3, now=NOW), *new_images(2, now=NOW - GRACE)]
    sweep(now=NOW - DAY)
    before = dump()
    said = sweep(now=NOW, dry_run=True)
    assert dump() == before

    done = sweep(now=NOW)
    assert [(each.key, each.step) for each in done.outcomes] == [
        (each.key, each.step) for each in said.outcomes
    ]
    assert Image.objects.count() == len(images) - 3
