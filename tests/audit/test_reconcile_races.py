"""Two who reconcile, or save, or delete, or sweep at once: the same drift is recorded once."""

import pytest

from gallery_events.exceptions import SnapshotDoesNotExist
from gallery_events.flows import restore
from gallery_events.flows.rebuild import rebuild
from gallery_events.flows.reconcile import reconcile, settle
from gallery_events.flows.sweep import sweep
from gallery_events.models import Image, Reference
from gallery_events.signals import image_purged, snapshot_recorded
from tests import NOW
from tests.audit import ways
from tests.factories import again, current, events, make_album, make_ids
from tests.faults.driver import PATIENCE, actors, held_at, waits_for
from tests.faults.world import trashed_images
from tests.project.models import Album

pytestmark = pytest.mark.django_db(transaction=True)


def is_clean():
    report = rebuild(now=NOW, check=True)
    assert report.is_clean, report
    return True


@pytest.mark.parametrize("drift", ["changed", "unrecorded", "vanished"])
def test_two_who_reconcile_at_once_write_one_snapshot(drift):
    ids = make_ids(2)
    pk = make_album(ids[:1]).pk
    if drift == "changed":
        ways.raw_sql(Album(pk=pk), ids)
    elif drift == "unrecorded":
        pk = 12345
        ways.insert_raw(pk, ids)
    else:
        ways.delete_raw(Album(pk=pk))
    before = Album.history.filter(id=pk).count()
    with actors(2) as (one, other), held_at(snapshot_recorded) as gate:
        first = one.start(reconcile, Album, pk)
        gate.wait_until_reached()
        second = other.start(reconcile, Album, pk)
        assert waits_for(other, one, under_way=second)
        gate.open()
        assert first.result(PATIENCE).event == ("deleted" if drift == "vanished" else "reconciled")
        assert second.result(PATIENCE) is None
    assert Album.history.filter(id=pk).count() == before + 1
    assert is_clean()


def test_a_save_that_comes_between_leaves_nothing_to_reconcile():
    a, b = make_ids(2)
    album = make_album([a])
    ways.raw_sql(album, [a, b])
    form = again(album)
    with actors(2) as (saver, reconciler), held_at(snapshot_recorded) as gate:
        saving = saver.start(form.save)
        gate.wait_until_reached()
        reconciling = reconciler.start(reconcile, Album, album.pk)
        assert waits_for(reconciler, saver, under_way=reconciling)
        gate.open()
        saving.result(PATIENCE)
        assert reconciling.result(PATIENCE) is None
    assert events(album) == [(1, "created"), (2, "images_added")]
    assert is_clean()


def test_a_save_after_a_reconciliation_under_way_merges_with_it():
    a, b, c = make_ids(3)
    album = make_album([a])
    form = again(album)
    form.photos.append(c)
    ways.raw_sql(album, [a, b])
    with actors(2) as (reconciler, saver), held_at(snapshot_recorded) as gate:
        reconciling = reconciler.start(reconcile, Album, album.pk)
        gate.wait_until_reached()
        saving = saver.start(form.save)
        assert waits_for(saver, reconciler, under_way=saving)
        gate.open()
        assert reconciling.result(PATIENCE).version == 2
        saving.result(PATIENCE)
    assert set(again(album).photos) == {a, b, c}
    assert is_clean()


def test_a_row_that_a_stranger_is_still_writing_is_reconciled_as_it_was_committed():
    a, b, c = make_ids(3)
    album = make_album([a])
    with actors(2) as (stranger, reconciler):
        ways.raw_sql(album, [a, b])
        stranger.begin()
        stranger.do(ways.raw_sql, album, [c])
        reconciling = reconciler.start(reconcile, Album, album.pk)
        assert waits_for(reconciler, stranger, under_way=reconciling)
        stranger.commit()
        assert reconciling.result(PATIENCE).lists == {"photos": [c]}
    assert current(album) == {c}
    assert is_clean()


def test_an_owner_that_is_deleted_meanwhile_is_recorded_once():
    a, b = make_ids(2)
    album = make_album([a])
    ways.raw_sql(album, [b])
    row = again(album)
    pk = album.pk
    with actors(2) as (deleter, reconciler), held_at(snapshot_recorded) as gate:
        deleting = deleter.start(row.delete)
        gate.wait_until_reached()
        reconciling = reconciler.start(reconcile, Album, pk)
        assert waits_for(reconciler, deleter, under_way=reconciling)
        gate.open()
        deleting.result(PATIENCE)
        assert reconciling.result(PATIENCE) is None
    assert [event for _, event in events(Album(pk=pk))] == ["created", "deleted"]
    assert is_clean()


@pytest.mark.postgresql
def test_an_owner_that_is_brought_back_while_its_end_is_recorded_has_one_history():
    (a,) = make_ids(1)
    album = make_album([a])
    ways.delete_raw(album)
    with actors(2) as (restorer, reconciler), held_at(snapshot_recorded) as gate:
        restoring = restorer.start(restore.undelete, Album, album.pk)
        gate.wait_until_reached()
        reconciling = reconciler.start(reconcile, Album, album.pk)
        assert waits_for(reconciler, restorer, under_way=reconciling)
        gate.open()
        restoring.result(PATIENCE)
        assert reconciling.result(PATIENCE) is None
    assert [event for _, event in events(album)] == ["created", "undeleted"]
    assert reconcile(Album, album.pk) is None
    assert is_clean()


def test_an_image_that_is_being_purged_comes_back():
    """The stranger wrote after the sweep had looked at what is live."""
    (image,) = trashed_images(1, now=NOW)
    album = make_album()
    with actors(2) as (sweeper, reconciler), held_at(image_purged) as gate:
        sweeping = sweeper.start(sweep, now=NOW)
        gate.wait_until_reached()
        reconciling = reconciler.start(write_and_settle, album, [image.pk])
        assert waits_for(reconciler, sweeper, under_way=reconciling)
        gate.open()
        assert sweeping.result(PATIENCE).purged == 1
        done = reconciling.result(PATIENCE)
    assert (done.brought_back, done.lost) == ([image.pk], [])
    assert again(album).photos.missing() == []
    assert is_clean()


def write_and_settle(album, ids):
    ways.raw_sql(album, ids)
    return settle(Album, album.pk, now=NOW)


@pytest.mark.postgresql
def test_a_sweep_passes_by_an_image_that_is_being_reconciled():
    image, other = trashed_images(2, now=NOW)
    album = make_album()
    ways.raw_sql(album, [image.pk])
    with actors(2) as (reconciler, sweeper), held_at(snapshot_recorded) as gate:
        reconciling = reconciler.start(reconcile, Album, album.pk)
        gate.wait_until_reached()
        assert sweeper.do(sweep, now=NOW).purged == 1
        gate.open()
        reconciling.result(PATIENCE)
    assert set(Image.objects.all()) == {image}
    assert not Image.objects.filter(pk=other.pk).exists()
    assert Reference.objects.get().image_id == image.pk
    with pytest.raises(SnapshotDoesNotExist):
        restore.undelete(Album, album.pk)
