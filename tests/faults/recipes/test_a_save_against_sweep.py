"""Recipes 1 to 6 and 9 to 14: a save, a sweep, and those who write past both."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gallery_events import sql
from gallery_events.flows import rebuild
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from gallery_events.signals import snapshot_recorded
from tests import NOW
from tests.faults.driver import PATIENCE, Gate, actors, held_at, waits_for
from tests.faults.recipes.dump import dump
from tests.faults.recipes.failpoints import at_statement, through
from tests.faults.world import GRACE, RETENTION, TRASH, new_image, trashed_images, write_raw
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)

#: The sweep looks for what is due: it has no lock yet.
LOOK = ('SELECT "gallery_events_image"."review_after"', "ORDER BY")


def create(*ids):
    return Album.objects.create(title="late", photos=list(ids))


def saved_between_look_and_lock(ids, **options):
    """Let a sweep find what is due, save an album meanwhile, and return both."""
    gate = Gate()
    with actors(2, **options) as (sweeper, saver):
        sweeping = sweeper.start(through, at_statement(*LOOK, act=gate, after=True), sweep, now=NOW)
        gate.wait_until_reached()
        album = saver.do(create, *ids)
        gate.open()
        return album, sweeping.result(PATIENCE)


def test_recipe_01_a_save_between_the_look_and_the_lock_keeps_its_image():
    image, other = trashed_images(2, now=NOW)
    album, report = saved_between_look_and_lock([image.pk])
    assert (report.purged, report.cleared) == (1, 1)
    assert set(Image.objects.all()) == {image}
    assert other.pk != image.pk
    assert album.photos.missing() == []
    assert Image.objects.get().trashed_at is None


def test_recipe_01_a_save_between_the_look_and_the_lock_keeps_it_out_of_the_trash():
    image = new_image(now=NOW - GRACE)
    _album, report = saved_between_look_and_lock([image.pk])
    assert (report.trashed, report.cleared) == (0, 1)
    assert Image.objects.get().review_after is None


@pytest.mark.sqlite
def test_recipe_05_a_row_written_with_foreign_keys_off_keeps_its_image():
    """SQLite looks at the rows that are there, whoever wrote them and however."""
    image, _other = trashed_images(2, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE stranger (image_id REFERENCES gallery_events_image (id))")
    try:
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as raw:
            assert raw.execute("PRAGMA foreign_keys").fetchone() == (0,)
            raw.execute("INSERT INTO stranger VALUES (?)", [image.pk])
            raw.commit()
        report = sweep(now=NOW)
        assert (report.purged, report.kept, report.failed) == (1, 1, 0)
        assert set(Image.objects.all()) == {image}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE stranger")


def test_recipe_05_an_id_written_past_everything_after_the_purge_is_called_missing(promises):
    """Nobody can stop it, and nobody shows a broken image: it is left out, and named."""
    (image,) = trashed_images(1, now=NOW)
    album = create()
    assert sweep(now=NOW).purged == 1
    write_raw(Album, album.pk, "photos", [image.pk])
    album.refresh_from_db()
    assert (album.photos.missing(), album.photos.images()) == ([image.pk], [])
    promises.broken = "a gallery is broken"


def test_recipe_06_an_image_whose_last_reference_was_deleted_by_raw_sql_is_found_again():
    """Without a reference and without a review it would stay for ever: a leak, no loss."""
    image = new_image(now=NOW)
    album = create(image.pk)
    album.photos = []
    album.save()
    Image.objects.update(review_after=None)
    raw_delete_references()
    report = sweep(now=NOW + GRACE + RETENTION + TRASH)
    assert (report.trashed, report.purged) == (0, 0), "nobody looks at it"
    rebuild.rebuild(now=NOW)
    assert Reference.objects.filter(image=image, until__isnull=False).exists()


def test_recipe_06_an_image_that_a_gallery_shows_outlives_its_reference(promises):
    """Somebody empties the index by raw SQL: what rows show is never purged for it."""
    promises.broken = "a reference is missing"
    image = new_image(now=NOW)
    album = create(image.pk)
    raw_delete_references()
    for days in (14, 21, 28):
        sweep(now=NOW + timedelta(days=days))
    album.refresh_from_db()
    assert album.photos.missing() == []


def raw_delete_references():
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Reference._meta.db_table}")


@pytest.mark.sqlite
def test_recipe_09_a_sweep_that_begins_as_a_reader_is_never_overtaken():
    """Django's default is DEFERRED; our own first statement takes the lock before we read."""
    image, _other = trashed_images(2, now=NOW)
    album, report = saved_between_look_and_lock([image.pk], transaction_mode=None)
    assert (report.purged, report.cleared, report.failed) == (1, 1, 0)
    assert album.photos.missing() == []


@pytest.mark.sqlite
def test_recipe_09_without_writing_first_a_sweep_is_told_that_the_database_is_locked(monkeypatch):
    """Seeded: at once, whatever the timeout. The image is kept, and tried again."""
    monkeypatch.setattr(sql, "begin_writing", Mock())
    trashed_images(1, now=NOW)
    gate = Gate()
    judged = ('FROM "gallery_events_reference"', "json_each")
    read = at_statement(*judged, act=gate, after=True)
    with actors(1, transaction_mode=None) as (sweeper,):
        sweeping = sweeper.start(through, read, sweep, now=NOW)
        gate.wait_until_reached()
        create()
        gate.open()
        report = sweeping.result(PATIENCE)
    assert (report.purged, report.failed) == (0, 1)
    assert "locked" in report.errors[0]


@pytest.fixture
def rollback_journal():
    """Use the other journal of SQLite, in which one who reads keeps others from committing."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = DELETE")
        assert cursor.fetchone() == ("delete",)
    yield {"init_command": "PRAGMA synchronous = NORMAL"}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = WAL")


@pytest.mark.sqlite
def test_recipe_10_between_two_batches_a_sweep_holds_nothing_open(rollback_journal):
    image, _other = trashed_images(2, now=NOW)
    album, report = saved_between_look_and_lock([image.pk], **rollback_journal)
    assert (report.purged, report.cleared, report.failed) == (1, 1, 0)
    assert album.photos.missing() == []


@pytest.mark.sqlite
def test_recipe_10_while_files_are_removed_a_sweep_holds_nothing_open(
    rollback_journal, script, no_delay
):
    (image,) = trashed_images(1, now=NOW)
    script.always("delete", "hang", to=image.file.name)
    with actors(2, **rollback_journal) as (sweeper, saver):
        sweeping = sweeper.start(sweep, now=NOW)
        script.gate.wait_until_reached()
        saver.do(create)
        script.gate.open()
        assert sweeping.result(PATIENCE).files_removed == 1


@pytest.mark.sqlite
def test_recipe_10_a_save_and_a_purge_wait_for_each_other_in_this_journal_too(rollback_journal):
    (image,) = trashed_images(1, now=NOW)
    with actors(2, **rollback_journal) as (saver, sweeper):
        saver.begin()
        saver.do(create, image.pk)
        sweeping = sweeper.start(sweep, now=NOW)
        assert waits_for(sweeper, saver, under_way=sweeping)
        saver.commit()
        assert sweeping.result(PATIENCE).cleared == 1
    assert set(Image.objects.all()) == {image}


def test_recipe_13_only_what_the_outer_transaction_commits_is_written():
    a, b, c = trashed_images(3, now=NOW)
    with transaction.atomic():
        kept = create(a.pk)
        with pytest.raises(ArithmeticError), transaction.atomic():  # noqa: PT012
            create(b.pk)
            raise ArithmeticError
        kept.photos.append(c.pk)
        kept.save()
    assert list(Album.history.values_list("gallery_version", flat=True)) == [2, 1]
    assert set(Reference.objects.values_list("image_id", flat=True)) == {a.pk, c.pk}
    assert list(Image.objects.filter(trashed_at__isnull=False)) == [b]
    assert sweep(now=NOW).purged == 1, "the one that was rescued in vain"


def test_recipe_14_an_image_that_galleries_share_is_not_written_by_their_saves():
    image = new_image(now=NOW)
    before = dump()["rows"]["gallery_events.Image"]
    with CaptureQueriesContext(connection) as asked:
        album = create(image.pk)
        album.title = "again"
        album.save()
        create(image.pk)
    written = [each["sql"] for each in asked if "UPDATE" in each["sql"].split("FOR ")[0]]
    assert not [each for each in written if "gallery_events_image" in each]
    assert dump()["rows"]["gallery_events.Image"] == before


@pytest.mark.postgresql
def test_recipe_14_many_open_saves_of_a_shared_image_do_not_wait_for_each_other():
    image = new_image(now=NOW)
    before = row_version(image)
    with actors(5) as savers:
        for saver in savers:
            saver.begin()
            saver.do(create, image.pk)
        for saver in savers:
            saver.commit()
    assert Reference.objects.filter(image=image).count() == 5
    assert row_version(image) == before, "the row is the same version of itself"


def row_version(image):
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin, ctid FROM gallery_events_image WHERE id = %s", [image.pk])
        return cursor.fetchone()


def test_recipe_14_without_sharing_locks_the_second_saver_would_wait(monkeypatch):
    """Seeded, PostgreSQL's word: a stronger lock makes the row hot. SQLite has one lock anyhow."""
    lock_rows = sql.lock_rows

    def lock_harder(model, keys, columns, **options):
        return lock_rows(model, keys, columns, **{**options, "strength": "NO KEY UPDATE"})

    monkeypatch.setattr(sql, "lock_rows", lock_harder)
    image = new_image(now=NOW)
    with actors(2) as (one, other), held_at(snapshot_recorded) as gate:
        first = one.start(create, image.pk)
        gate.wait_until_reached()
        snapshot_recorded.disconnect(gate)
        second = other.start(create, image.pk)
        assert waits_for(other, one, under_way=second)
        gate.open()
        for each in (first, second):
            each.result(PATIENCE)
